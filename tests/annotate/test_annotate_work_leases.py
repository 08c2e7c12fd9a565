"""What a lease promises: the label schema it was given with, nobody's own work, nothing where work is stopped."""

from typing import Any

import pytest
from galley_flow import OTHER, Floor, chain
from psycopg.rows import dict_row

from galley.annotate import review
from galley.annotate import service as queue
from galley.annotate.flow import service as flow
from galley.annotate.flow.model import Accept, Adjudicate, Annotate, ProjectFull, Review
from galley.annotate.flow.versions import NewSchema, set_schema
from galley.annotate.model import Stage
from galley.annotate.quality import service as quality
from galley.annotate.quality.model import Override, Pause, Person
from galley.annotate.time.service import account
from galley.annotate.work import repo
from galley.annotate.work import service as work
from galley.annotate.work.checking import Schemas
from galley.annotate.work.model import Entry, Handed, Node, Outcome, Submission
from galley.annotate.work.service import Desk
from galley.labels.errors import LabelChoiceError
from galley.store.database import Database


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


def desk_of(floor: Floor, project: ProjectFull, pool: str = "label", stage: Stage = "label") -> Desk:
    return Desk(floor.database, floor.clock, Schemas(floor.blobs), Node(1, project.id, stage, pool))


def ask(desk: Desk, who: int, count: int = 1, answer: Submission | None = None) -> Outcome:
    (found,) = work.serve(desk, [Entry(labeler=who, answer=answer, count=count)])
    assert isinstance(found, Outcome), found
    return found


def said(lease: Handed, kind: str = "cat", **more: Any) -> Submission:
    return Submission(slot=lease.slot, token=lease.token, body={"kind": kind}, client_id=f"c{lease.token}", **more)


def revisions(floor: Floor) -> list[tuple[str, int]]:
    with floor.database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute("SELECT body, schema_version FROM annotate.revision ORDER BY id").fetchall()
    return [(row["body"]["kind"], row["schema_version"]) for row in found]


# --- the schema of a lease -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("knows", [True, False])
def test_an_answer_is_under_the_schema_its_lease_was_given_with(floor: Floor, knows: bool) -> None:
    made = floor.project(items=["a", "b"], graph=chain(Annotate(name="label")))
    desk = desk_of(floor, made)
    (old,) = ask(desk, floor.people[0]).leases
    assert (old.schema_version, old.label_schema) == (1, made.schema_sha256)
    floor.clock.advance(10)
    set_schema(floor.database, floor.blobs, floor.clock, made.id, NewSchema(schema=OTHER))
    floor.clock.advance(10)
    if not knows:
        desk = desk_of(floor, made)  # another process, which has never seen the first schema
    (again,) = ask(desk, floor.people[0]).leases
    assert (again.slot, again.schema_version, again.label_schema) == (old.slot, 1, made.schema_sha256)
    (new,) = ask(desk, floor.people[1]).leases
    assert (new.schema_version, new.label_schema != made.schema_sha256) == (2, True)
    assert ask(desk, floor.people[0], 0, said(old, "cow")).receipt
    (refused,) = work.serve(desk, [Entry(labeler=floor.people[1], answer=said(new, "cow"))])
    assert isinstance(refused, LabelChoiceError), "the new schema has no cow"
    assert ask(desk, floor.people[1], 0, said(new, "dog")).receipt
    assert revisions(floor) == [("cow", 1), ("dog", 2)]


def test_the_schema_of_a_lease_is_looked_up_only_where_there_is_a_choice(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = floor.project(items=["a", "b", "c"], graph=chain(Annotate(name="label")))
    desk = desk_of(floor, made)
    asked: list[int] = []
    whole = repo.lease_times

    def counted(*facts: Any) -> Any:
        asked.append(1)
        return whole(*facts)

    monkeypatch.setattr(repo, "lease_times", counted)
    (lease,) = ask(desk, floor.people[0]).leases
    (lease,) = ask(desk, floor.people[0], 1, said(lease)).leases
    assert asked == []
    floor.clock.advance(1)
    set_schema(floor.database, floor.blobs, floor.clock, made.id, NewSchema(schema=OTHER))
    assert ask(desk, floor.people[0], 0, said(lease, "cow")).receipt
    assert asked == [1], "what was remembered was the former one: checked again"
    assert revisions(floor) == [("cat", 1), ("cow", 1)]


def test_late_work_under_a_former_schema_is_kept_with_its_time_and_can_be_adopted(floor: Floor) -> None:
    made = floor.project(items=["a"], graph=chain(Annotate(name="label")), lease_seconds=60)
    desk = desk_of(floor, made)
    (lease,) = ask(desk, floor.people[0]).leases
    floor.clock.advance(90)
    queue.expire(floor.house, floor.clock)
    assert ask(desk, floor.people[1]).leases
    set_schema(floor.database, floor.blobs, floor.clock, made.id, NewSchema(schema=OTHER))
    floor.clock.advance(10)
    raw = (
        '{"v":1,"duration_ms":60000,"input":[[0,60000]],"pointer":[],"scroll":[],"media":[],"hidden":[],"waited_ms":0}'
    )
    late = ask(desk, floor.people[0], 0, said(lease, "cow", activity=raw)).receipt
    assert late is not None
    assert not late.accepted
    (kept,) = flow.late_answers(floor.database, made.id)
    review.settle_orphan(floor.database, floor.clock, kept.id, adopt=True)
    assert revisions(floor) == [("cow", 1)]
    while account(floor.house):
        pass
    with floor.house.connection() as connection:
        rows = connection.execute(
            "SELECT counted_ms > 0, raw_ms > 0 FROM annotate.work_row WHERE verdict = 'orphan-adopted'"
        ).fetchall()
    assert rows == [(True, True)]


def test_an_answer_after_its_lease_is_under_the_schema_the_lease_was_given_with(floor: Floor) -> None:
    made = floor.project(items=["a"], graph=chain(Annotate(name="label")), lease_seconds=60)
    desk = desk_of(floor, made)
    (lease,) = ask(desk, floor.people[0]).leases
    floor.clock.advance(90)
    queue.expire(floor.house, floor.clock)
    set_schema(floor.database, floor.blobs, floor.clock, made.id, NewSchema(schema=OTHER))
    late = ask(desk, floor.people[0], 0, said(lease, "cow")).receipt
    assert late is not None
    assert late.accepted
    assert revisions(floor) == [("cow", 1)]


# --- nobody's own work -----------------------------------------------------------------------------------------------


def test_nobody_gets_their_own_work_to_judge_nor_judged_work_to_answer(floor: Floor) -> None:
    nodes = (Annotate(name="label"), Review(name="review"), Adjudicate(name="decide"), Accept(name="client"))
    made = floor.project(items=["a"], graph=chain(*nodes))
    an, bo, cy, di = floor.people

    def both(stage: Stage, pool: str, who: int) -> list[int]:
        """What the batch gives, and what the exact claim would."""
        desk = desk_of(floor, made, pool, stage)
        found = [lease.slot for lease in ask(desk, who, 5).leases]
        assert [lease.slot for lease in work.claim_exactly(desk, who, 5)] == found
        return found

    floor.answer(0, floor.claim(made, 0, "label"))
    assert both("review", "review", an) == []
    (leases,) = [floor.claim(made, 1, "review", "review")]
    floor.decide(1, leases, "return", reason="wrong")
    floor.clock.advance(2 * 86400)
    work.forget_preferences(floor.house, floor.clock)
    assert both("label", "label", bo) == [], "they have judged it"
    floor.answer(2, floor.claim(made, 2, "label"))
    floor.decide(1, floor.claim(made, 1, "review", "review"))
    assert both("adjudicate", "decide", cy) == both("adjudicate", "decide", an) == [], "they gave an opinion"
    floor.answer(1, floor.claim(made, 1, "decide", "adjudicate"))
    for who in (an, bo, cy):
        assert both("accept", "client", who) == []
    assert len(both("accept", "client", di)) == 1


# --- where work is stopped -------------------------------------------------------------------------------------------


def test_an_exact_claim_gives_nothing_where_work_is_stopped(floor: Floor) -> None:
    made = floor.project(items=["a", "b", "c"], graph=chain(Annotate(name="label"), Review(name="review")))
    floor.answer(0, floor.claim(made, 0, "label", count=1))
    flow.change_state(floor.database, made.id, "pause")
    assert floor.claim(made, 0, "label") == []
    flow.change_state(floor.database, made.id, "reopen")
    stop = Override(reason="a rest", act=Pause(seconds=600))
    quality.override(floor.database, floor.clock, made.id, floor.people[0], stop, Person(name="lead"))
    assert floor.claim(made, 0, "label") == []
    floor.clock.advance(601)
    floor.decide(1, floor.claim(made, 1, "review", "review"), "return", reason="wrong")
    flow.change_state(floor.database, made.id, "drain")
    (only,) = floor.claim(made, 0, "label")
    assert only.attempt == 2, "what was returned is still finished"
    assert floor.claim(made, 2, "label") == []
    flow.change_state(floor.database, made.id, "close")
    assert floor.claim(made, 0, "label") == []
