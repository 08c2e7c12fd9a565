"""The hot path over HTTP: one round trip a pair, nobody's mistakes are others', nothing acknowledged is lost."""

import asyncio
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate import service
from galley.annotate.model import Project
from galley.annotate.service import Batch
from galley.annotate.work import service as work
from galley.annotate.work.checking import Schemas
from galley.annotate.work.errors import CrowdedError
from galley.annotate.work.model import Entry, Node, Outcome
from galley.annotate.work.service import Desk
from galley.kernel.canonical import canonical_json
from galley.labels.schema import schema_dict
from galley.labels.schema_text import schema_of_data
from galley.server import shortcut
from galley.server.lanes import Lanes, lanes_of

TOPIC = {"controls": [{"name": "topic", "type": "classify", "options": {"choices": ["World", "Sports"]}}]}
Json = dict[str, Any]


class Bench:
    """A project on the floor, and people at work."""

    def __init__(self, floor: Floor, items: int = 40, overlap: int = 1) -> None:
        self.floor = floor
        sha256 = floor.ports.blobs.put(canonical_json(schema_dict(schema_of_data(TOPIC))))
        self.project: Project = service.open_project(
            floor.database, floor.clock, line="news", purpose="work", schema_sha256=sha256
        )
        names = [f"i{n:03}" for n in range(items)]
        service.add_items(floor.database, self.project, names, Batch(overlap=overlap))
        with floor.database.connection() as connection:
            connection.cursor().executemany(
                "INSERT INTO annotate.content (project, item, data) VALUES (%s, %s, %s)",
                [(self.project.id, name, f'{{"text": "{name}"}}') for name in names],
            )

    def ask(self, by: Person, what: str, **body: Any) -> Any:
        """POST …/work/<what>."""
        return self.floor.post(f"/api/v1/orgs/{{org}}/projects/{self.project.id}/work/{what}", by=by, json=body)

    def claim(self, by: Person, count: int = 1) -> list[Json]:
        """The leases of a claim."""
        answer = self.ask(by, "claim", count=count)
        assert answer.status_code == 200, answer.text
        leases: list[Json] = answer.json()["leases"]
        return leases

    def submit(self, by: Person, lease: Json, topic: str = "World", **more: Any) -> Any:
        """An answer to a lease."""
        facts = {"slot": lease["slot"], "token": lease["token"], "labels": {"topic": topic}}
        return self.ask(by, "submit", **{**facts, "client_id": f"c{lease['slot']}", **more})


@pytest.fixture
def bench(floor: Floor) -> Bench:
    return Bench(floor)


def test_one_round_trip_is_a_pair(bench: Bench) -> None:
    ann = bench.floor.annotators[0]
    (lease,) = bench.claim(ann)
    assert lease["content"] == {"text": lease["item"]}
    assert (lease["schema_version"], lease["attempt"], lease["before"]) == (1, 1, None)
    seen = {lease["item"]}
    for _ in range(5):
        answer = bench.submit(ann, lease, next=1, activity={"events": [1, 2]}).json()
        assert answer["receipt"]["accepted"]
        assert answer["label_schema"] == bench.project.schema_sha256
        (lease,) = answer["leases"]
        seen.add(lease["item"])
    assert len(seen) == 6
    assert service.progress(bench.floor.database, bench.project) == {
        "label": {"submitted": 5, "leased": 1, "ready": 34}
    }
    with bench.floor.database.connection() as connection:
        assert connection.execute("SELECT DISTINCT activity::text FROM annotate.revision").fetchall() == [
            ('{"events":[1,2]}',)
        ]


def test_sent_again_it_is_the_same(bench: Bench) -> None:
    ann = bench.floor.annotators[0]
    (lease,) = bench.claim(ann)
    once = bench.submit(ann, lease, next=1).json()
    again = bench.submit(ann, lease, next=1).json()
    assert again["receipt"] == once["receipt"]
    assert [one["slot"] for one in again["leases"]] == [one["slot"] for one in once["leases"]]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"labels": {"topic": "Cooking"}}, 400, "GLY-LAB-"),
        ({"labels": []}, 400, "GLY-LAB-"),
        ({"labels": {"topic": "World"}, "client_id": ""}, 400, "GLY-SRV-006"),
        ({"labels": {"topic": "World"}, "client_id": "a\x07"}, 400, "GLY-ANN-282"),
        ({"labels": {"topic": "World"}, "token": "x"}, 400, "GLY-SRV-006"),
        ({"labels": {"topic": "World"}, "next": 51}, 400, "GLY-SRV-006"),
        ({"labels": {"topic": "World"}, "nexts": 1}, 400, "GLY-SRV-006"),
        ({"labels": {"topic": "World"}, "slot": 2**62}, 400, "GLY-ANN-004"),
    ],
)
def test_a_bad_answer_is_told_what_is_wrong_and_keeps_its_lease(
    bench: Bench, body: Json, status: int, code: str
) -> None:
    ann = bench.floor.annotators[0]
    (lease,) = bench.claim(ann)
    sent = {"slot": lease["slot"], "token": lease["token"], "client_id": "c", **body}
    answer = bench.ask(ann, "submit", **sent)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["code"].startswith(code)
    assert [one["slot"] for one in bench.claim(ann)] == [lease["slot"]]


def test_whoever_may_not_gets_nothing(bench: Bench) -> None:
    floor = bench.floor
    reviewer = floor.person("rev", Role.REVIEWER)
    assert bench.ask(reviewer, "claim").status_code == 403
    assert (
        floor.post(f"/api/v1/orgs/{{org}}/projects/{bench.project.id}/reviews/claim", by=reviewer, json={}).json()[
            "leases"
        ]
        == []
    )
    elsewhere = floor.another("other")
    stranger = floor.person("str", Role.ANNOTATOR, organisation=elsewhere)
    assert bench.ask(stranger, "claim").status_code in (401, 403, 404)
    path = f"/api/v1/orgs/{elsewhere}/projects/{bench.project.id}/work/claim"
    assert floor.post(path, by=stranger, json={}).status_code == 404
    assert floor.post(path, json={}).status_code == 401


def test_leases_are_renewed_released_and_passed_on(bench: Bench) -> None:
    ann, bo, _ = bench.floor.annotators
    first, second = bench.claim(ann, 2)
    bench.floor.clock.advance(1000)
    assert bench.ask(ann, "renew").json() == {"slots": sorted([first["slot"], second["slot"]]), "seconds": 1800.0}
    released = {"slot": first["slot"], "token": first["token"]}
    assert bench.ask(ann, "release", **released).json() == {"released": True}
    assert bench.ask(ann, "release", **released).json() == {"released": False}
    passed = {"slot": second["slot"], "token": second["token"]}
    assert bench.ask(ann, "skip", **passed, reason="bored").json()["code"] == "GLY-ANN-013"
    assert bench.ask(ann, "skip", **passed, reason="unclear").json()["replacement"] > second["slot"]
    assert bench.ask(ann, "skip", **passed, reason="unclear").status_code == 409
    late = bench.submit(ann, first).json()["receipt"]
    assert (late["accepted"], late["reason"]) == (False, "expired")
    assert bench.claim(bo)


def test_an_answer_that_slept_past_its_lease_counts_while_nobody_else_took_the_slot(floor: Floor) -> None:
    bench = Bench(floor, items=4)
    ann, bo, _ = floor.annotators
    one, two, three, four = bench.claim(ann, 4)
    floor.clock.advance(4000)
    other = bench.claim(bo, 1)[0]  # takes back what ran out
    taken = next(lease for lease in (one, two, three, four) if lease["slot"] == other["slot"])
    first, second, third = (lease for lease in (one, two, three, four) if lease is not taken)
    body = bench.submit(ann, first, next=4).json()
    assert body["receipt"]["accepted"], "it waits for anybody"
    assert first["slot"] not in {lease["slot"] for lease in body["leases"]}
    again = {lease["slot"]: lease for lease in body["leases"]}
    assert again[second["slot"]]["token"] != second["token"]
    assert bench.submit(ann, second).json()["receipt"]["accepted"], "they have it again, under another token"
    late = bench.submit(ann, taken).json()["receipt"]
    assert (late["accepted"], late["reason"]) == (False, "taken")
    assert bench.submit(bo, other).json()["receipt"]["accepted"]
    assert bench.submit(ann, third).json()["receipt"]["accepted"]


def test_the_end_of_a_pool_is_found_to_the_last_item(floor: Floor) -> None:
    bench = Bench(floor, items=8, overlap=2)
    did: list[tuple[int, str]] = []
    hungry = set(floor.annotators)
    while hungry:
        for ann in sorted(hungry, key=lambda person: person.person):
            leases = bench.claim(ann, 3)
            for lease in leases:
                assert bench.submit(ann, lease).json()["receipt"]["accepted"]
                did.append((ann.person, lease["item"]))
            if not leases:
                hungry.discard(ann)
    assert Counter(Counter(item for _, item in did).values()) == {2: 8}
    assert len(set(did)) == 16
    assert bench.ask(floor.annotators[0], "claim").json()["retry_seconds"] == 2


def test_many_at_once_share_transactions_and_nothing_is_double(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(floor, items=300)
    people = [floor.person(f"p{n}", Role.ANNOTATOR) for n in range(24)]
    sizes: list[int] = []
    serve = work.serve

    def slowly(desk: Desk, entries: list[Entry]) -> list[work.Result]:
        sizes.append(len(entries))
        time.sleep(0.02)  # so that others gather meanwhile
        return serve(desk, entries)

    monkeypatch.setattr(work, "serve", slowly)

    def shift(person: Person) -> list[str]:
        (lease,) = bench.claim(person)
        did = []
        for _ in range(6):
            did.append(lease["item"])
            answer = bench.submit(person, lease, next=1).json()
            assert answer["receipt"]["accepted"]
            (lease,) = answer["leases"]
        return did

    with ThreadPoolExecutor(24) as pool:
        done = [item for items in pool.map(shift, people) for item in items]
    assert len(done) == len(set(done)) == 144
    assert max(sizes) > 4
    assert sum(sizes) == 24 * 7


@pytest.fixture
def lanes(floor: Floor) -> Iterator[Lanes]:
    opened = Lanes(floor.ports.database, floor.clock, floor.ports.blobs, threads=1, waiting=5)
    yield opened
    opened.close()


def test_too_many_are_told_to_come_again_and_who_left_loses_nothing(
    bench: Bench, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    serve = work.serve

    def gated(desk: Desk, entries: list[Entry]) -> list[work.Result]:
        gate.wait()
        return serve(desk, entries)

    monkeypatch.setattr(work, "serve", gated)
    node = Node(bench.floor.organisation, bench.project.id, "label", "")
    workers = [lanes.find_labeler(bench.floor.organisation, person.person) for person in bench.floor.annotators]

    async def crowd() -> tuple[int, list[Any]]:
        asked = [asyncio.create_task(lanes.ask(node, Entry(labeler=workers[0], count=1))) for _ in range(4)]
        left = asyncio.create_task(lanes.ask(node, Entry(labeler=workers[1], count=1)))
        await asyncio.sleep(0)
        refused = 0
        try:
            await lanes.ask(node, Entry(labeler=workers[2], count=1))
        except CrowdedError:
            refused += 1
        left.cancel()
        gate.set()
        return refused, await asyncio.gather(*asked)

    refused, answers = asyncio.run(crowd())
    assert refused == 1
    assert len({lease.slot for answer in answers for lease in answer.leases}) == 1
    lanes.close()
    # Whoever left was served all the same, and finds the lease when they come back.
    with bench.floor.database.connection() as connection:
        held = connection.execute("SELECT worker FROM annotate.slot WHERE state = 'leased' ORDER BY 1").fetchall()
    assert held == [(workers[0],), (workers[1],)]


def test_a_failure_of_the_database_is_told_to_all_and_the_lane_lives_on(
    bench: Bench, lanes: Lanes, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve, failing = work.serve, [True]

    def failed(desk: Desk, entries: list[Entry]) -> list[work.Result]:
        if failing.pop() if failing else False:
            raise OSError("gone")
        return serve(desk, entries)

    monkeypatch.setattr(work, "serve", failed)
    node = Node(bench.floor.organisation, bench.project.id, "label", "")
    worker = lanes.find_labeler(bench.floor.organisation, bench.floor.annotators[0].person)

    async def twice() -> Outcome:
        with pytest.raises(OSError, match="gone"):
            await lanes.ask(node, Entry(labeler=worker, count=1))
        return await lanes.ask(node, Entry(labeler=worker, count=1))

    assert len(asyncio.run(twice()).leases) == 1
    assert lanes.waiting() == 0


def test_a_process_has_one_set_of_lanes_and_flushes_it_when_it_stops(bench: Bench) -> None:
    ports = bench.floor.ports
    found = lanes_of(ports)
    assert lanes_of(ports) is found
    ports.process.stop()

    async def late() -> None:
        await found.ask(Node(1, 1, "label", ""), Entry(labeler=1, count=1))

    with pytest.raises(CrowdedError):
        asyncio.run(late())


def test_checked_schemas_are_compiled_once(floor: Floor) -> None:
    sha256 = floor.ports.blobs.put(canonical_json(schema_dict(schema_of_data(TOPIC))))
    schemas = Schemas(floor.ports.blobs)
    assert schemas.get(sha256) is schemas.get(sha256)


REQUESTS: list[tuple[str, str, dict[str, str], bytes]] = [
    ("annotator", "claim", {}, b'{"count":2}'),
    ("annotator", "claim", {}, b'{"count":-1}'),
    ("annotator", "claim", {}, b'{"count":1,"x":2}'),
    ("annotator", "claim", {}, b"{"),
    ("annotator", "claim", {}, b""),
    ("annotator", "claim", {}, b"\xff\xfe"),
    ("annotator", "claim", {}, b"[" * 100),
    ("annotator", "claim", {"content-type": "text/plain"}, b"{}"),
    ("annotator", "claim", {"accept-language": "zh"}, b'{"count":"a"}'),
    ("annotator", "submit", {}, b'{"slot":1,"token":"no","labels":{},"client_id":"c"}'),
    ("annotator", "submit", {}, b"{}"),
    ("annotator", "claim", {}, b'{"pool":"' + b"a" * 5_000_000 + b'"}'),
    ("reviewer", "claim", {}, b"{}"),
    ("stranger", "claim", {}, b"{}"),
    ("nobody", "claim", {}, b"{}"),
    ("nobody", "submit", {"authorization": "Basic eDp5"}, b"{}"),
]


@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_the_shortcut_answers_as_the_framework_does(bench: Bench, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    who, what, headers, body = REQUESTS[number]
    floor = bench.floor
    people = {
        "annotator": floor.annotators[0],
        "reviewer": floor.person("rev", Role.REVIEWER),
        "stranger": floor.person("str", Role.ANNOTATOR, organisation=floor.another("other")),
        "nobody": None,
    }
    path = f"/api/v1/orgs/{{org}}/projects/{bench.project.id}/work/{what}"
    sent = {"content-type": "application/json", **headers}
    told = []
    for pattern in (shortcut._PATH, re.compile("none")):
        monkeypatch.setattr(shortcut, "_PATH", pattern)
        answer = floor.post(path, by=people[who], content=body, headers=sent)
        facts = answer.json()
        facts.pop("request_id", None)
        for lease in facts.get("leases", ()):
            lease.pop("until")
        head = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
        told.append((answer.status_code, head, facts))
    assert told[0] == told[1]
    assert told[0][0] in (200, 400, 401, 403, 404, 413, 415)


@pytest.mark.parametrize("shortened", [True, False])
def test_an_answer_may_be_longer_than_other_bodies(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, shortened: bool
) -> None:
    ann = bench.floor.annotators[0]
    lease = bench.claim(ann)[0]
    if not shortened:
        monkeypatch.setattr(shortcut, "_PATH", re.compile("none"))
    sent = {"slot": lease["slot"], "token": lease["token"], "labels": {"topic": "World"}, "client_id": "c"}

    def padded(what: str, size: int) -> Any:
        path = f"/api/v1/orgs/{{org}}/projects/{bench.project.id}/work/{what}"
        body = msgspec.json.encode(sent if what == "submit" else {"count": 1}).ljust(size)
        return bench.floor.post(path, by=ann, content=body, headers={"content-type": "application/json"})

    for what, size, most in (("claim", 5 << 20, 4 << 20), ("submit", 17 << 20, 16 << 20)):
        told = padded(what, size)
        assert (told.status_code, told.json()["facts"]["limit"]) == (413, most)
    assert padded("submit", 15 << 20).json()["receipt"]["accepted"]


def test_a_known_answer_may_be_as_long_as_an_answer(bench: Bench) -> None:
    """What a person may hand in can be made known."""
    path = f"/api/v1/orgs/{{org}}/projects/{bench.project.id}/gold"
    item = bench.claim(bench.floor.annotators[0])[0]["item"]
    body = msgspec.json.encode({"answers": [{"item": item, "body": {"topic": "World"}}], "source": "lead"})
    for size, status in ((15 << 20, 200), (17 << 20, 413)):
        sent = {"content": body.ljust(size), "headers": {"content-type": "application/json"}}
        told = bench.floor.call("PUT", path, by=bench.floor.owner, **sent)
        assert told.status_code == status, told.text[:300]


def test_the_shortcut_is_logged_and_counted_as_its_route(bench: Bench) -> None:
    bench.claim(bench.floor.annotators[0])

    route = "/api/v1/orgs/{org}/projects/{project}/work/claim"
    assert route in bench.floor.ports.metrics.exposition().decode()


def test_an_idempotency_key_changes_nothing(bench: Bench) -> None:
    ann = bench.floor.annotators[0]
    path = f"/api/v1/orgs/{{org}}/projects/{bench.project.id}/work/claim"
    key = {"idempotency-key": "claim-claim-1"}
    first = bench.floor.post(path, by=ann, json={"count": 1}, headers=key).json()
    second = bench.floor.post(path, by=ann, json={"count": 2}, headers=key).json()
    assert (len(first["leases"]), len(second["leases"])) == (1, 2)
