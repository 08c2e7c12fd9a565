"""Projects on PostgreSQL: versions, states, the flow of items through a graph, batches, gold, assignment."""

import functools
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from galley_flow import OTHER, SCHEMA, Floor, chain, edge

from galley.annotate import service as queue
from galley.annotate.flow import service
from galley.annotate.flow.advance import advance
from galley.annotate.flow.agents import serve_agent
from galley.annotate.flow.batches import put_items
from galley.annotate.flow.errors import (
    AssignError,
    BatchUnknownError,
    GraphError,
    ItemUnknownError,
    NodeBusyError,
    ProjectClosedError,
    ProjectMissingError,
    ProjectNameError,
    SettingsError,
    VersionMissingError,
)
from galley.annotate.flow.model import (
    END,
    SINGLE,
    Accept,
    Adjudicate,
    Agent,
    Annotate,
    Branch,
    Consensus,
    Gold,
    Graph,
    Review,
    Router,
    Settings,
)
from galley.annotate.flow.service import Change, NewProject
from galley.annotate.flow.versions import (
    NewSchema,
    guideline_text,
    guideline_versions,
    impact,
    read_schema,
    schema_versions,
    set_guideline,
    set_schema,
)
from galley.annotate.model import Answer
from galley.annotate.quality import model as quality_model
from galley.annotate.quality import service as quality
from galley.store.database import Database
from galley.store.workspace import Workspace


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


# --- projects --------------------------------------------------------------------------------------------------------


def test_a_project_is_made_once_and_read_back(floor: Floor) -> None:
    new = NewProject(name="路牌", schema=SCHEMA, guideline="# Rules", settings=Settings(graph=SINGLE, description="x"))
    made = service.create(floor.database, floor.blobs, floor.clock, new)
    assert service.project(floor.database, made.id) == made
    assert (made.state, made.schema_version, made.guideline_version, made.line) == ("open", 1, 1, "路牌")
    assert made.settings == new.settings
    assert guideline_text(floor.database, floor.blobs, made.id, 1) == "# Rules"
    with pytest.raises(ProjectNameError):
        service.create(floor.database, floor.blobs, floor.clock, new)
    with pytest.raises(GraphError):
        service.create(
            floor.database,
            floor.blobs,
            floor.clock,
            NewProject(name="x", schema=SCHEMA, settings=Settings(graph=Graph(nodes=()))),
        )
    for name in ("", " ", "x" * 201, "a\x00"):
        with pytest.raises(SettingsError):
            service.create(floor.database, floor.blobs, floor.clock, NewProject(name=name, schema=SCHEMA))
    assert [one.id for one in service.projects(floor.database)] == [made.id]
    assert service.projects(floor.database, after=made.id) == []
    with pytest.raises(ProjectMissingError):
        service.project(floor.database, made.id + 1)


def test_nobody_else_sees_a_project(floor: Floor) -> None:
    made = floor.project()
    stranger = floor.database.of(2)
    assert service.projects(stranger) == []
    with pytest.raises(ProjectMissingError):
        service.project(stranger, made.id)
    with pytest.raises(ProjectMissingError):
        service.update(stranger, floor.clock, made.id, Change(name="mine"))
    with pytest.raises(ProjectMissingError):
        service.add_items(stranger, floor.blobs, floor.clock, made.id, [("b", {})])
    assert service.items(stranger, made.id) == []


def test_a_project_changes_while_it_runs_but_keeps_the_nodes_items_stand_at(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review")), ["a"])
    floor.answer(0, floor.claim(made, 0, "label"))
    assert floor.where(made) == {"a": "review"}
    with pytest.raises(NodeBusyError):
        service.update(floor.database, floor.clock, made.id, Change(settings=Settings(graph=SINGLE)))
    longer = chain(Annotate(name="label"), Review(name="review"), Review(name="again"))
    due = floor.clock.now() + timedelta(days=3)
    changed = service.update(
        floor.database, floor.clock, made.id, Change(name="new", settings=Settings(graph=longer), due_at=due)
    )
    assert (changed.name, changed.due_at, changed.settings.graph) == ("new", due, longer)
    assert service.update(floor.database, floor.clock, made.id, Change()) == changed
    floor.decide(1, floor.claim(made, 1, "review", "review"))
    assert floor.where(made) == {"a": "again"}


def test_settings_of_other_parts_of_the_house_survive_a_change(floor: Floor) -> None:
    made = floor.project()
    with floor.database.connection() as connection:
        connection.execute(
            "UPDATE annotate.project SET settings = settings || '{\"speed\": 1}' WHERE id = %s", [made.id]
        )
    service.update(floor.database, floor.clock, made.id, Change(settings=Settings(graph=SINGLE, lease_seconds=60)))
    with floor.database.connection() as connection:
        found = connection.execute("SELECT settings FROM annotate.project WHERE id = %s", [made.id]).fetchone()
    assert found is not None
    assert (found[0]["speed"], found[0]["lease_seconds"]) == (1, 60)


def test_the_states_of_a_project(floor: Floor) -> None:
    made = floor.project()

    def change(word: str) -> str:
        return service.change_state(floor.database, made.id, word).state

    assert [change(word) for word in ("pause", "pause", "reopen", "drain", "drain", "reopen")] == [
        "paused", "paused", "open", "draining", "draining", "open",
    ]  # fmt: skip
    with pytest.raises(SettingsError):
        change("explode")
    leases = floor.claim(made, 0, "label" if made.settings.graph is None else "annotate")
    change("drain")
    floor.advance()
    assert service.project(floor.database, made.id).state == "draining", "a lease is out"
    floor.answer(0, leases)
    floor.advance()
    assert service.project(floor.database, made.id).state == "paused"
    assert change("close") == "closed"
    with pytest.raises(ProjectClosedError):
        change("pause")
    assert change("reopen") == "open"


def test_a_new_schema_is_a_new_version_and_says_whom_it_hits(floor: Floor) -> None:
    made = floor.project(items=["a", "b", "c"])
    for who, kind in enumerate(("cat", "cow", "dog")):
        floor.answer(who, floor.claim(made, who, "annotate", count=1), kind)
    found = impact(floor.database, made.id, OTHER)
    assert (found.answers, found.misfits, len(found.first)) == (3, 1, 1)
    assert found.first[0].code.startswith("GLY-LAB-")
    assert impact(floor.database, made.id, SCHEMA).misfits == 0
    new = set_schema(floor.database, floor.blobs, floor.clock, made.id, NewSchema(schema=OTHER, author="安"))
    assert new.version == 2
    assert set_schema(floor.database, floor.blobs, floor.clock, made.id, NewSchema(schema=OTHER)) == new
    assert [one.version for one in schema_versions(floor.database, made.id)] == [1, 2]
    assert {one.schema_version for one in queue.judgements(floor.database, floor.plain(made))} == {1}
    floor.add(made, ["d"])
    floor.answer(0, floor.claim(made, 0, "annotate"))
    assert [one.schema_version for one in queue.judgements(floor.database, floor.plain(made), items=["d"])] == [2]


def test_guidelines_have_versions(floor: Floor) -> None:
    made = floor.project()
    made_now = [
        set_guideline(floor.database, floor.blobs, floor.clock, made.id, text, author="安").version
        for text in ("one", "two", "two")
    ]
    assert made_now == [1, 2, 2]
    assert [one.version for one in guideline_versions(floor.database, made.id)] == [1, 2]
    assert guideline_text(floor.database, floor.blobs, made.id, 1) == "one"
    with pytest.raises(VersionMissingError):
        guideline_text(floor.database, floor.blobs, made.id, 3)


# --- flow ------------------------------------------------------------------------------------------------------------


def test_items_go_along_the_whole_graph(floor: Floor) -> None:
    graph = Graph(
        nodes=(
            Annotate(name="label", overlap=2, most=3),
            Consensus(name="agree"),
            Adjudicate(name="decide"),
            Review(name="review"),
            Accept(name="client"),
        ),
        edges=(
            edge("label", "agree"),
            edge("agree", "review", "agree"),
            edge("agree", "decide", "disagree"),
            edge("decide", "review"),
            edge("review", "client"),
            edge("review", "decide", "return"),
            edge("client"),
            edge("client", "decide", "return"),
        ),
    )
    made = floor.project(graph, ["same", "third", "split"])

    def say(who: int, said: Mapping[str, str]) -> None:
        for lease in floor.claim(made, who, "label"):
            if lease.item in said:
                floor.answer(who, [lease], said[lease.item])

    say(0, {"same": "cat", "third": "cat", "split": "cat"})
    say(1, {"same": "cat", "third": "dog", "split": "dog"})
    assert floor.where(made) == {"same": "review", "third": "label", "split": "label"}
    say(2, {"third": "dog", "split": "cow"})
    assert floor.where(made) == {"same": "review", "third": "review", "split": "decide"}
    assert floor.claim(made, 0, "decide", "adjudicate") == [], "who gave an opinion does not decide"
    floor.answer(3, floor.claim(made, 3, "decide", "adjudicate"), "cow")
    assert set(floor.where(made).values()) == {"review"}
    assert floor.claim(made, 0, "review", "review") == [], "who gave an opinion does not review"
    looked = {lease.item: lease for lease in floor.claim(made, 3, "review", "review")}
    floor.decide(3, [looked["same"], looked["third"]])
    assert floor.where(made) == {"same": "client", "third": "client", "split": "review"}
    client = queue.ensure_labeler(floor.database, floor.clock, "client", "person").id
    floor.people.append(client)
    accepted = {lease.item: lease for lease in floor.claim(made, 4, "client", "accept")}
    floor.decide(4, [accepted["same"]])
    floor.decide(4, [accepted["third"]], "return", reason="wrong")
    assert floor.where(made) == {"same": END, "third": "decide", "split": "review"}
    assert floor.label(made, "same") == "cat"
    finished = [event for event in queue.outbox(floor.database) if event.event == "finished"]
    assert [event.item for event in finished] == ["same"]


def test_returned_work_goes_back_and_comes_again(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review")), ["a"])
    floor.answer(0, floor.claim(made, 0, "label"), "dog")
    floor.decide(1, floor.claim(made, 1, "review", "review"), "return", reason="wrong")
    assert floor.where(made) == {"a": "label"}
    assert floor.claim(made, 2, "label") == [], "first the one who did it"
    again = floor.claim(made, 0, "label")
    assert [lease.attempt for lease in again] == [2]
    floor.answer(0, again, "cat")
    floor.decide(1, floor.claim(made, 1, "review", "review"))
    assert floor.where(made) == {"a": END}
    assert floor.label(made, "a") == "cat"


def test_events_are_dealt_with_once_and_in_small_steps(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review")), [f"i{n}" for n in range(20)])
    leases = floor.claim(made, 0, "label")
    for lease in leases:
        sent = Answer(slot=lease.slot, token=lease.token, body={"kind": "cat"}, client_id=str(lease.slot))
        queue.submit(floor.database, floor.clock, floor.people[0], sent)
    steps = floor.advance(limit=7)
    assert sum(steps) == 20
    assert max(steps) == 7
    assert queue.progress(floor.database, floor.plain(made)) == {"label": {"submitted": 20}, "review": {"ready": 20}}
    with floor.house.connection() as connection:  # somebody sets the place back: nothing is done twice
        connection.execute("UPDATE annotate.reader SET tx = '0', id = 0 WHERE name = 'flow'")
    floor.advance()
    assert queue.progress(floor.database, floor.plain(made)) == {"label": {"submitted": 20}, "review": {"ready": 20}}


def test_the_number_of_statements_does_not_grow_with_the_items(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review")), [f"i{n}" for n in range(50)])
    floor.answer(0, floor.claim(made, 0, "label", count=50))
    assert service.node_counts(floor.database, made.id) == {"review": 50}


def test_an_agent_answers_from_its_own_pool(floor: Floor) -> None:
    graph = Graph(
        nodes=(
            Agent(name="model", agent="tiny"),
            Router(name="sample", branches=(Branch(on="look", percent=100.0), Branch(on="pass"))),
            Review(name="review"),
            Annotate(name="label"),
        ),
        edges=(
            edge("model", "sample"),
            edge("sample", "review", "look"),
            edge("sample", END, "pass"),
            edge("review"),
            edge("review", "label", "return"),
            edge("label"),
        ),
    )
    made = floor.project(graph, ["a", "b"])
    assert service.pools(floor.database, made.id, floor.people[0], "label") == ("label",)
    model = queue.ensure_labeler(floor.database, floor.clock, "tiny", "machine").id

    class Dogs:
        def answers(self, items: Mapping[str, Any]) -> Mapping[str, Any]:
            assert all(data == {"text": item} for item, data in items.items())
            return {item: {"kind": "dog"} for item in sorted(items)[:1]}

    for _ in range(2):
        assert serve_agent(floor.database, floor.clock, floor.plain(made), "model", labeler=model, agent=Dogs()) == 1
    floor.advance()
    leases = floor.claim(made, 0, "review", "review")
    assert len(leases) == 2
    floor.decide(0, leases[:1])
    floor.decide(0, leases[1:], "return", reason="wrong")
    left = leases[1].item
    assert floor.where(made) == {leases[0].item: END, left: "label"}
    floor.answer(1, floor.claim(made, 1, "label"), "cat")
    assert floor.label(made, left) == "cat"
    assert floor.label(made, leases[0].item) == "dog"


def test_a_batch_is_reviewed_when_it_is_complete(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review", flow="batch")), [])
    batch = service.make_batch(floor.database, floor.clock, made.id, "week 1", priority=3)
    assert service.make_batch(floor.database, floor.clock, made.id, "week 1") == batch
    floor.add(made, ["a", "b", "c"], batch.id)
    floor.add(made, ["alone"])
    floor.answer(0, floor.claim(made, 0, "label", count=2))
    floor.answer(1, [lease for lease in floor.claim(made, 1, "label") if lease.item == "alone"])
    rows = {row.item: row for row in service.items(floor.database, made.id)}
    assert sum(row.held for row in rows.values()) == 2 or rows["alone"].node == "review"
    assert all(row.pending == 0 for row in rows.values() if row.held)
    floor.answer(2, floor.claim(made, 2, "label"))
    floor.answer(1, floor.claim(made, 1, "label"))
    rows = {row.item: row for row in service.items(floor.database, made.id)}
    assert {(row.node, row.held, row.pending) for row in rows.values()} == {("review", False, 1)}
    assert [row.item for row in service.items(floor.database, made.id, node="review", limit=3)] == ["a", "alone", "b"]
    assert [row.item for row in service.items(floor.database, made.id, node="review", after="b")] == ["c"]
    assert [one.name for one in service.batches(floor.database, made.id)] == ["week 1"]


def test_a_batch_that_loses_its_last_unfinished_item_goes_on(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review", flow="batch")), [])
    first = service.make_batch(floor.database, floor.clock, made.id, "first")
    second = service.make_batch(floor.database, floor.clock, made.id, "second")
    floor.add(made, ["a", "b", "c"], first.id)
    floor.answer(0, floor.claim(made, 0, "label", count=2))
    held = {row.item for row in service.items(floor.database, made.id) if row.held}
    assert len(held) == 2
    put = functools.partial(put_items, floor.database, floor.blobs, floor.clock, made.id, second.id)
    assert put(["a", "b", "c"]) == 1  # those that wait for their batch stay in it
    rows = {row.item: row for row in service.items(floor.database, made.id)}
    assert {item for item, row in rows.items() if row.node == "review" and not row.held} == held
    floor.answer(1, floor.claim(made, 1, "label"))
    assert all(not row.held for row in service.items(floor.database, made.id))


def test_a_batch_can_be_hurried(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label")), ["x1", "x2"])
    batch = service.make_batch(floor.database, floor.clock, made.id, "soon")
    floor.add(made, ["y"], batch.id)
    due = floor.clock.now() + timedelta(days=1)
    assert service.set_batch(floor.database, floor.clock, made.id, batch.id, priority=5, due_at=due).priority == 5
    assert [lease.item for lease in floor.claim(made, 0, "label", count=1)] == ["y"]
    with pytest.raises(BatchUnknownError):
        service.set_batch(floor.database, floor.clock, made.id, batch.id + 1, priority=5, due_at=None)


def test_skills_open_pools(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label", skills={"zh": 0.5}), Review(name="review")), ["a"])
    assert service.pools(floor.database, made.id, floor.people[0], "label") == ()
    with floor.database.connection() as connection:
        connection.execute(
            "INSERT INTO annotate.skill (labeler, name, level, updated_at) VALUES (%s, 'zh', 0.7, now())",
            [floor.people[0]],
        )
    assert service.pools(floor.database, made.id, floor.people[0], "label") == ("label",)
    assert service.pools(floor.database, made.id, floor.people[1], "review") == ("review",)


def test_work_is_assigned_and_taken_back(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label")), ["a", "b"])
    held = next(lease for lease in floor.claim(made, 0, "label") if lease.item == "a")
    slot = service.assign(floor.database, floor.clock, made.id, "a", floor.people[1])
    assert slot == held.slot
    sent = Answer(slot=held.slot, token=held.token, body={"kind": "cat"}, client_id="late")
    assert not queue.submit(floor.database, floor.clock, floor.people[0], sent).accepted
    assert [one.body for one in service.late_answers(floor.database, made.id)] == [{"kind": "cat"}]
    assert floor.claim(made, 2, "label") == []
    floor.answer(1, floor.claim(made, 1, "label"))
    with pytest.raises(AssignError):
        service.assign(floor.database, floor.clock, made.id, "a", floor.people[1])
    with pytest.raises(ItemUnknownError):
        service.assign(floor.database, floor.clock, made.id, "zzz", floor.people[1])


def test_nobody_is_assigned_their_own_work(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review")), ["a"])
    floor.answer(0, floor.claim(made, 0, "label"))
    with pytest.raises(AssignError):
        service.assign(floor.database, floor.clock, made.id, "a", floor.people[0])
    service.assign(floor.database, floor.clock, made.id, "a", floor.people[1])
    assert floor.claim(made, 2, "review", "review") == []
    assert len(floor.claim(made, 1, "review", "review")) == 1


def test_an_item_is_told_with_its_slots_and_its_whole_history(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review")), ["a"])
    floor.answer(0, floor.claim(made, 0, "label"), "dog")
    found = service.item_with_slots(floor.database, made.id, "a")
    assert found["data"] == {"text": "a"}
    assert [(slot["stage"], slot["state"]) for slot in found["slots"]] == [("label", "submitted"), ("review", "ready")]
    assert [(one["body"], one["schema_version"]) for one in found["revisions"]] == [({"kind": "dog"}, 1)]
    assert "is_gold" not in found["slots"][0]
    with pytest.raises(ItemUnknownError):
        service.item_with_slots(floor.database, made.id, "b")


# --- gold ------------------------------------------------------------------------------------------------------------


def test_gold_comes_on_a_schedule_that_thins_out(floor: Floor) -> None:
    items = [f"i{n:03}" for n in range(120)]
    golds = [f"g{n:02}" for n in range(40)]
    made = floor.project(chain(Annotate(name="label")), [*items, *golds], gold=Gold(rate=0.5, floor=0.02))
    known = {item: {"kind": "cat"} for item in golds}
    assert service.set_gold(floor.database, floor.blobs, floor.clock, made.id, known, "lead") == 40
    assert len(service.known_answers(floor.database, made.id, limit=30)) == 30
    met: list[bool] = []
    while len(met) < 120 and (leases := floor.claim(made, 0, "label", count=1)):
        met.append(leases[0].item in known)
        floor.answer(0, leases)
    record = service.gold_records(floor.database, made.id)[floor.people[0]]
    assert (record.answers, record.seen, record.right) == (len(met), sum(met), sum(met))
    assert sum(met[:40]) > 2 * sum(met[80:]), "somebody who is always right meets less and less of it"
    assert not {lease.item for lease in floor.claim(made, 1, "label", count=20)} & set(golds), "not before they began"
    assert all(row.pending == 0 or row.item not in known for row in service.items(floor.database, made.id, limit=200))


def test_a_wrong_answer_to_gold_is_counted_and_gold_can_be_ordinary_again(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label")), ["a", "b", "g"], gold=Gold(rate=1.0))
    service.set_gold(floor.database, floor.blobs, floor.clock, made.id, {"g": {"kind": "cat"}})
    floor.answer(0, floor.claim(made, 0, "label", count=1), "dog")
    floor.answer(0, floor.claim(made, 0, "label", count=1), "dog")
    record = service.gold_records(floor.database, made.id)[floor.people[0]]
    assert (record.answers, record.seen, record.right) == (2, 1, 0)
    with pytest.raises(ItemUnknownError):
        service.set_gold(floor.database, floor.blobs, floor.clock, made.id, {"zzz": {"kind": "cat"}})
    assert service.remove_gold(floor.database, floor.clock, floor.blobs, made.id, ["g"]) == 1
    assert "g" in {lease.item for lease in floor.claim(made, 1, "label", count=3)}


def test_who_is_to_be_given_no_gold_is_given_none_until_that_is_over(floor: Floor) -> None:
    items = [f"i{n:02}" for n in range(12)]
    golds = [f"g{n:02}" for n in range(6)]
    made = floor.project(chain(Annotate(name="label")), [*items, *golds], gold=Gold(rate=1.0, floor=1.0))
    service.set_gold(floor.database, floor.blobs, floor.clock, made.id, {item: {"kind": "cat"} for item in golds})
    lead = quality_model.Person(name="lead")

    def wish(act: Any) -> None:
        said = quality_model.Override(reason="known well", act=act)
        quality.override(floor.database, floor.clock, made.id, floor.people[0], said, lead)

    def met(who: int, count: int) -> list[bool]:
        found = []
        for _ in range(count):
            leases = floor.claim(made, who, "label", count=1)
            found.append(leases[0].item in golds)
            floor.answer(who, leases)
        return found

    assert met(0, 2) == [False, True]
    wish(quality_model.StopGold())
    floor.advance()
    assert met(0, 3) == [False] * 3, "not even the one that was waiting for them"
    assert met(1, 2) == [False, True], "others meet it as before"
    wish(quality_model.Reopen())
    assert met(0, 2) == [False, True]


def test_a_project_that_drains_plants_no_gold(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label")), ["a", "b", "g"], gold=Gold(rate=1.0))
    service.set_gold(floor.database, floor.blobs, floor.clock, made.id, {"g": {"kind": "cat"}})
    leases = floor.claim(made, 0, "label", count=1)
    service.change_state(floor.database, made.id, "drain")
    floor.answer(0, leases)
    with floor.database.connection() as connection:
        found = connection.execute("SELECT count(*) FROM annotate.slot WHERE is_gold").fetchone()
    assert found == (0,)


# --- bad days --------------------------------------------------------------------------------------------------------


def test_an_item_that_cannot_be_decided_holds_up_nothing_else(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review")), ["a", "b"])
    leases = floor.claim(made, 0, "label")
    with floor.house.connection() as connection:
        connection.execute("UPDATE annotate.item SET node = 'gone' WHERE project = %s AND id = 'a'", [made.id])
    floor.answer(0, leases)
    assert floor.where(made) == {"a": "gone", "b": "review"}
    assert [row["item"] for row in service.stuck(floor.database, made.id)] == ["a"]
    with floor.house.connection() as connection:
        connection.execute("UPDATE annotate.item SET node = 'label' WHERE project = %s AND id = 'a'", [made.id])
    assert service.retry_stuck(floor.database, floor.clock, made.id) == 1
    floor.advance()
    assert floor.where(made) == {"a": "review", "b": "review"}
    assert service.stuck(floor.database, made.id) == []


def test_answers_under_different_schemas_are_still_compared(floor: Floor) -> None:
    made = floor.project(chain(Annotate(name="label", overlap=2), Consensus(name="agree")), ["a"])
    floor.answer(0, floor.claim(made, 0, "label"), "cow")
    renamed, _ = read_schema("controls:\n  - {name: other, type: text}\n")
    set_schema(floor.database, floor.blobs, floor.clock, made.id, NewSchema(schema=renamed))
    floor.answer(1, floor.claim(made, 1, "label"), "cow")
    assert floor.where(made) == {"a": END}


def test_two_movers_at_once_move_everything_once(floor: Floor, workspace: Workspace) -> None:
    made = floor.project(chain(Annotate(name="label"), Review(name="review")), ["a"])
    floor.answer(0, floor.claim(made, 0, "label"))
    with floor.house.transaction() as connection:
        connection.execute("SELECT 1 FROM annotate.reader WHERE name = 'flow' FOR UPDATE")
        assert advance(floor.house, floor.blobs, floor.clock) == 0
    assert floor.where(made) == {"a": "review"}
