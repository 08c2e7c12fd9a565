"""Notices over HTTP: everybody is told of what concerns them, once, without names and without known answers; nobody else is."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import psycopg
import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate.flow import service as flow
from galley.annotate.flow.advance import advance_all
from galley.annotate.notices import service as notices
from galley.annotate.notices.model import KINDS, Unread
from galley.annotate.work.service import labeler_of
from galley.kernel.errors import StateError
from galley.labels.schema_text import schema_from_yaml
from galley.server.bells import Bells
from galley.server.errors import StreamsError
from galley.server.process import Process
from galley.server.settings import Settings
from galley.server.threads import BoundedThreads, use_threads
from galley.worker.jobs.model import Wanted
from galley.worker.jobs.service import ask

SCHEMA = "name: t\ncontrols:\n - {name: kind, type: classify, field: text, choices: [cat, dog, cow]}\n"
GRAPH: dict[str, Any] = {
    "nodes": [{"kind": "annotate", "name": "label", "overlap": 1}, {"kind": "review", "name": "review"}],
    "edges": [
        {"from": "label", "to": "review"},
        {"from": "review", "to": "end"},
        {"from": "review", "to": "label", "on": "return"},
    ],
}
ORG = "/api/v1/orgs/{org}"
ME = "/api/v1/me/notices"
Json = dict[str, Any]


class Desk:
    """A project with review, somebody who answers and somebody who reviews."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.worker = floor.annotators[0]
        self.reviewer = floor.person("Rigorous Reviewer", Role.REVIEWER)
        new = flow.NewProject(name="signs", schema=schema_from_yaml(SCHEMA))
        self.project = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
        self.base = f"{ORG}/projects/{self.project}"
        told = floor.patch(self.base, by=floor.owner, json={"settings": {"graph": GRAPH}})
        assert told.status_code == 200, told.text
        self.add("a")
        self.fold()  # begins where things are now

    def add(self, *items: str) -> None:
        contents = [(item, {"text": item}) for item in items]
        flow.add_items(self.floor.database, self.floor.ports.blobs, self.floor.clock, self.project, contents)

    def fold(self) -> int:
        advance_all(self.floor.ports.house, self.floor.ports.blobs, self.floor.clock)
        done = 0
        while step := notices.fold(self.floor.ports.house, self.floor.clock):
            done += step
        return done

    def post(self, path: str, by: Person, status: int = 200, **body: Any) -> Any:
        told = self.floor.post(f"{self.base}/{path}", by=by, json=body)
        assert told.status_code == status, told.text
        return told.json()

    def claim(self, desk: str, by: Person) -> Json:
        [lease] = self.post(f"{desk}/claim", by, count=1)["leases"]
        return dict(lease)

    def answer(self) -> int:
        lease = self.claim("work", self.worker)
        said = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": "cat"}, "client_id": "c"}
        assert self.post("work/submit", self.worker, **said)["receipt"]["accepted"]
        self.fold()
        return int(lease["slot"])

    def verdict(self, **said: Any) -> None:
        lease = self.claim("reviews", self.reviewer)
        body = {"slot": lease["slot"], "token": lease["token"], "client_id": f"v{lease['slot']}", **said}
        [told] = self.post("reviews/verdicts", self.reviewer, verdicts=[body])
        assert told["receipt"]["accepted"], told

    def told(self, by: Person, query: str = "") -> list[Json]:
        found = self.floor.get(f"{ME}{query}", by=by)
        assert found.status_code == 200, found.text
        return list(found.json()["items"])

    def kinds(self, by: Person) -> list[str]:
        return [one["kind"] for one in reversed(self.told(by))]


@pytest.fixture
def desk(floor: Floor) -> Desk:
    return Desk(floor)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement sent while it is watched."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def watched(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", watched)
    return sent


# --- who is told of what -----------------------------------------------------------------------------------------------


def test_who_answered_is_told_that_it_came_back_and_why_and_not_by_whom(desk: Desk) -> None:
    slot = desk.answer()
    assert desk.told(desk.worker) == []
    desk.verdict(verdict="return", reason="wrong", note="look again")
    desk.fold()
    [one] = desk.told(desk.worker)
    assert (one["kind"], one["project"], one["project_name"], one["read"]) == ("returned", desk.project, "signs", False)
    assert one["facts"] == {"item": "a", "slot": slot, "stage": "label", "reason": "wrong"}
    whole = desk.floor.get(ME, by=desk.worker).text
    assert "igorous" not in whole
    assert "look again" not in whole
    assert desk.told(desk.reviewer) == desk.told(desk.floor.owner) == []


def test_comments_are_told_to_those_who_talk_and_never_to_their_author(desk: Desk) -> None:
    slot = desk.answer()
    said: Json = {"body": "why?", "kind": "question"}
    lease = desk.claim("reviews", desk.reviewer)
    first = desk.post(f"reviews/slots/{slot}/comments", desk.reviewer, client_id="1", **said)
    assert lease["slot"] != slot
    desk.fold()
    assert (desk.kinds(desk.worker), desk.kinds(desk.reviewer)) == (["commented"], [])
    desk.post(f"work/slots/{slot}/comments", desk.worker, client_id="2", **said)
    desk.post(f"work/slots/{slot}/comments", desk.worker, client_id="2", **said)  # sent again: said once
    desk.fold()
    assert (desk.kinds(desk.worker), desk.kinds(desk.reviewer)) == (["commented"], ["answered"])
    other = desk.floor.person("lead", Role.REVIEWER)
    desk.post(f"reviews/comments/{first['id']}/resolve", other, resolved=True)
    desk.fold()
    assert desk.kinds(desk.reviewer) == ["answered", "resolved"]
    assert desk.told(desk.reviewer)[0]["facts"]["comment"] == first["id"]
    assert desk.told(other) == []


def test_a_known_item_is_never_named(desk: Desk) -> None:
    slot = desk.answer()
    with desk.floor.ports.house.transaction() as connection:
        connection.execute(
            "INSERT INTO annotate.gold (organisation, project, item, body, updated_at) VALUES (%s, %s, 'a', '{}', now())",
            (desk.floor.organisation, desk.project),
        )
    desk.post(f"reviews/slots/{slot}/comments", desk.reviewer, client_id="1", body="hm")
    with desk.floor.ports.house.transaction() as connection:
        connection.execute(
            "INSERT INTO annotate.outbox (organisation, project, event, slot, item, labeler, at)"
            " SELECT organisation, project, 'returned', id, item, worker, now() FROM annotate.slot WHERE id = %s",
            (slot,),
        )
    assert desk.fold() >= 2
    assert desk.told(desk.worker) == []


def test_what_is_done_about_somebody_and_their_appeal_are_told(desk: Desk) -> None:
    floor = desk.floor
    labeler = labeler_of(floor.database, floor.clock, desk.worker.person)
    for act in ({"do": "pause", "seconds": 600}, {"do": "stop_gold"}):
        desk.post(f"quality/people/{labeler}/standing", floor.owner, 201, reason="pace", act=act)
    desk.fold()
    [one] = desk.told(desk.worker)
    assert (one["kind"], one["facts"]["do"]) == ("action", "pause")  # that no more known answers come is not told
    appeal = desk.post(f"quality/actions/{one['facts']['action']}/appeal", desk.worker, 201, words="no")
    desk.fold()
    lead = floor.person("lead", Role.MANAGER)
    desk.post(f"quality/appeals/{appeal['id']}/ruling", lead, overturn=True)
    desk.fold()
    assert desk.told(desk.worker)[0]["facts"] == {
        "action": one["facts"]["action"],
        "appeal": appeal["id"],
        "state": "overturned",
    }


def test_what_became_of_a_late_answer_is_told(desk: Desk) -> None:
    floor = desk.floor
    lease = desk.claim("work", desk.worker)
    desk.post("work/release", desk.worker, slot=lease["slot"], token=lease["token"])
    body = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": "cat"}, "client_id": "c"}
    desk.post("work/submit", desk.worker, **body)
    [orphan] = floor.get(f"{desk.base}/late", by=floor.owner).json()["items"]
    desk.post(f"late/{orphan['id']}/settle", floor.owner, adopt=False)
    desk.fold()
    [one] = desk.told(desk.worker)
    assert (one["kind"], one["facts"]["settled"]) == ("late", "dismissed")


def test_rules_invitations_and_jobs_are_told_to_whom_they_concern(desk: Desk) -> None:
    floor = desk.floor
    manager, client = floor.person("manager", Role.MANAGER), floor.person("client", Role.CLIENT)
    made = floor.post(f"{ORG}/isolation", by=manager, json={"view_only": True})
    assert made.status_code == 201, made.text
    desk.fold()
    assert (desk.kinds(client), desk.kinds(floor.owner), desk.kinds(manager)) == (["rule"], ["rule"], [])
    with floor.ports.house.transaction() as connection:
        connection.execute(
            "UPDATE access.isolation SET state = 'approved', decided_by = %s, decided_at = now() WHERE id = %s",
            (client.person, made.json()["id"]),
        )
    invited = floor.post(f"{ORG}/invitations", by=manager, json={"roles": ["annotator"]}).json()
    joined = floor.post(
        "/api/v1/invitations/join",
        json={
            "secret": invited["secret"],
            "login": "new@example.org",
            "name": "Newcomer",
            "password": "correct horse 9",
        },
    )
    assert joined.status_code == 200, joined.text
    wanted = Wanted(kind="export", params={}, asked_by="manager", person=manager.person, project=desk.project)
    job = ask(floor.database, floor.clock, wanted)
    with floor.ports.house.transaction() as connection:
        connection.execute(
            "UPDATE worker.job SET state = 'done', ended_at = now(), result = '{}' WHERE id = %s", (job.id,)
        )
    desk.fold()
    found = {one["kind"]: one["facts"] for one in desk.told(manager)}
    assert set(found) == {"rule_decided", "invitation", "job"}
    assert found["rule_decided"]["state"] == "approved"
    assert found["invitation"] == {"name": "Newcomer"}
    assert found["job"] == {"job": job.id, "work": "export", "state": "done", "code": ""}


# --- reading them ------------------------------------------------------------------------------------------------------


def fill(desk: Desk, person: Person, count: int, organisation: int | None = None) -> None:
    with desk.floor.ports.house.transaction() as connection:
        connection.execute(
            "INSERT INTO annotate.notice (organisation, person, kind, facts, at)"
            " SELECT %s, %s, 'job', '{}', now() FROM generate_series(1, %s)",
            (organisation or person.organisation, person.person, count),
        )


def test_pages_are_newest_first_and_reading_says_how_far(desk: Desk) -> None:
    fill(desk, desk.worker, 5)
    first = desk.floor.get(f"{ME}?limit=2", by=desk.worker).json()
    assert (first["unread"], first["more"], len(first["items"])) == (5, False, 2)
    newest = first["items"][0]["id"]
    fill(desk, desk.worker, 1)  # comes while the page is read: it stays unread, and the next page skips nothing
    rest = desk.told(desk.worker, f"?after={first['next']}")
    assert [one["id"] for one in rest] == [newest - 2, newest - 3, newest - 4]
    said = desk.floor.post(f"{ME}/read", by=desk.worker, json={"until": newest})
    assert said.json() == {"unread": 1, "more": False}
    desk.floor.post(f"{ME}/read", by=desk.worker, json={"until": 0})  # never backwards
    assert [one["read"] for one in desk.told(desk.worker)] == [False, True, True, True, True, True]
    beyond = desk.floor.post(f"{ME}/read", by=desk.worker, json={"until": 2**62})
    assert beyond.json()["unread"] == 0
    fill(desk, desk.worker, 1)
    assert desk.floor.get(ME, by=desk.worker).json()["unread"] == 1, "what comes later is unread, whatever was said"


def test_many_unread_are_more_than_99_and_cost_the_same_queries(desk: Desk, statements: list[str]) -> None:
    def cost() -> tuple[int, int, bool]:
        desk.told(desk.worker)
        statements.clear()
        found = desk.floor.get(ME, by=desk.worker).json()
        return sum("annotate." in one for one in statements), found["unread"], found["more"]

    assert cost() == (2, 0, False)
    fill(desk, desk.worker, 99)
    assert cost() == (2, 99, False)
    fill(desk, desk.worker, 400)
    assert cost() == (2, 99, True)


def test_only_its_person_reads_a_notice_and_only_where_they_still_may_go(desk: Desk) -> None:
    far = desk.floor.another("far")
    fill(desk, desk.worker, 1, organisation=far)
    fill(desk, desk.floor.annotators[1], 1)
    assert desk.told(desk.worker) == []
    assert desk.floor.get(ME).status_code == 401
    with desk.floor.database.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM annotate.notice")
    with desk.floor.database.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM annotate.happening")


def test_what_happened_is_told_once_although_the_first_try_was_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = desk.answer()
    desk.verdict(verdict="return", reason="missing")
    desk.post(f"reviews/slots/{slot}/comments", desk.reviewer, client_id="1", body="hm")
    house, clock = desk.floor.ports.house, desk.floor.clock
    with monkeypatch.context() as patched:
        patched.setattr(notices, "_TELL", {})  # breaks off half-way
        with pytest.raises(KeyError):
            notices.fold(house, clock)
    assert desk.told(desk.worker) == []
    desk.fold()
    assert sorted(desk.kinds(desk.worker)) == ["commented", "returned"]
    assert desk.fold() == 0


def test_a_turn_costs_as_many_statements_for_many_as_for_one(desk: Desk, statements: list[str]) -> None:
    labeler = labeler_of(desk.floor.database, desk.floor.clock, desk.worker.person)

    def cost(actions: int) -> int:
        for _ in range(actions):
            act = {"do": "review", "percent": 10}
            desk.post(f"quality/people/{labeler}/standing", desk.floor.owner, 201, reason="pace", act=act)
        statements.clear()
        assert notices.fold(desk.floor.ports.house, desk.floor.clock) == actions
        return sum("annotate." in one for one in statements)

    assert cost(1) == cost(5) == 5


def test_every_kind_has_words_of_its_own() -> None:
    assert len(set(KINDS)) == len(KINDS) == 11


def test_old_notices_are_forgotten(desk: Desk) -> None:
    fill(desk, desk.worker, 3)
    desk.floor.clock.advance(30 * 86_400)
    with desk.floor.ports.house.transaction() as connection:
        connection.execute("UPDATE annotate.notice SET at = %s", (desk.floor.clock.now(),))
    assert notices.forget(desk.floor.ports.house, desk.floor.clock) == 0
    desk.floor.clock.advance(181 * 86_400)
    assert notices.forget(desk.floor.ports.house, desk.floor.clock, limit=2) == 2
    assert notices.forget(desk.floor.ports.house, desk.floor.clock) == 1


# --- as they come ------------------------------------------------------------------------------------------------------


class Box:
    """How much people have not read; what it is, and how often it was asked for."""

    def __init__(self) -> None:
        self.now = 3
        self.asked: list[list[int]] = []

    def read(self, people: Mapping[int, frozenset[int]]) -> dict[int, Unread]:
        self.asked.append(sorted(people))
        if self.now < 0:
            raise StateError
        return {person: Unread(unread=self.now, more=False) for person in people}


async def event(stream: AsyncIterator[bytes]) -> bytes:
    async with asyncio.timeout(10):
        async for message in stream:
            if message.startswith(b"event:"):
                return message
    raise AssertionError("the stream ended")


def listen(body: Any, **settings: float) -> None:
    process, box = Process(), Box()
    chosen = Settings(**{"poll_seconds": 0.02, "heartbeat_seconds": 5.0, **settings})  # type: ignore[arg-type]

    async def run() -> None:
        await body(Bells(box.read, process, chosen), box)
        process.drain()

    with BoundedThreads(4, waiting=100, waiting_seconds=30.0) as own:
        use_threads(own)
        try:
            asyncio.run(run())
        finally:
            use_threads(None)


def test_everybody_who_listens_is_asked_for_at_once_and_told_of_changes_only() -> None:
    async def body(bells: Bells, box: Box) -> None:
        streams = [bells.follow(person, frozenset({1})) for person in range(40)]
        told = await asyncio.gather(*(event(stream) for stream in streams))
        assert set(told) == {b'event: notices\ndata: {"unread":3,"more":false}\n\n'}
        assert len(box.asked) <= 3
        assert box.asked[-1] == list(range(40))
        coming = asyncio.create_task(event(streams[7]))
        await asyncio.sleep(0.1)
        assert not coming.done()
        box.now = -1
        await asyncio.sleep(0.1)
        box.now = 4
        assert b'"unread":4' in await coming

    listen(body)


def test_nobody_listening_means_nothing_is_asked_and_there_is_an_end_to_how_many_listen() -> None:
    async def body(bells: Bells, box: Box) -> None:
        streams = [bells.follow(1, frozenset({1})), bells.follow(1, frozenset({1}))]
        for stream in streams:
            await event(stream)
        with pytest.raises(StreamsError):
            bells.follow(2, frozenset())
        for stream in streams:
            await stream.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0.1)
        asked = len(box.asked)
        await asyncio.sleep(0.1)
        assert (len(box.asked), bells.open) == (asked, 0)
        await event(bells.follow(3, frozenset()))
        assert box.asked[-1] == [3]

    listen(body, streams=2)
