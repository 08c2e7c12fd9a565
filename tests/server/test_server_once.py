"""Idempotency keys: the same request is done once and answered alike, another one under the key is refused."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from galley_floor import Floor, open_floor
from litestar import post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Role, Verb
from galley.kernel.errors import StateError
from galley.server.inject import FromPath, GivenPorts, JSONBody
from galley.server.once import FORGET
from galley.server.routes import ROUTES
from galley.store.workspace import Workspace
from galley.worker.duty import Floor as Ground

DONE: list[int] = []
GATE = threading.Event()
INSIDE = threading.Semaphore(0)
MANAGE = {"verb": Verb.ORG_MANAGE}
KEY = {"idempotency-key": "key-00000001"}


@post("/api/v1/orgs/{org:int}/add", opt=MANAGE, sync_to_thread=True)
def add(org: FromPath[int], data: JSONBody[dict[str, int]]) -> dict[str, Any]:
    DONE.append(data["n"])
    if data["n"] < 0:
        raise StateError
    return {"count": len(DONE)}


@post("/api/v1/orgs/{org:int}/wait", opt=MANAGE, sync_to_thread=True)
def wait(org: FromPath[int], ports: GivenPorts) -> dict[str, Any]:
    DONE.append(org)
    INSIDE.release()
    GATE.wait(30)
    return {"count": len(DONE)}


@post("/api/v1/orgs/{org:int}/plain", opt={**MANAGE, "idempotent": False}, sync_to_thread=False)
def plain(org: FromPath[int]) -> dict[str, Any]:
    DONE.append(org)
    return {"count": len(DONE)}


PROBES: list[HTTPRouteHandler] = [add, wait, plain]


@pytest.fixture
def probed(workspace: Workspace) -> Iterator[Floor]:
    DONE.clear()
    GATE.clear()
    with open_floor(workspace, routes=[*ROUTES, *PROBES]) as opened:
        yield opened
    GATE.set()


def send(floor: Floor, n: int, *, by: Any = None, headers: dict[str, str] = KEY) -> Any:
    return floor.post("/api/v1/orgs/{org}/add", by=by or floor.owner, json={"n": n}, headers=headers)


def test_the_same_request_is_done_once_and_answered_alike(probed: Floor) -> None:
    first, again = send(probed, 5), send(probed, 5)
    assert DONE == [5]
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"count": 1})
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]


def test_another_request_under_the_key_is_refused(probed: Floor) -> None:
    send(probed, 5)
    other = send(probed, 6)
    assert (other.status_code, other.json()["code"], DONE) == (422, "GLY-SRV-016", [5])


def test_a_key_is_its_callers_own_and_its_organisations(probed: Floor) -> None:
    second = probed.person("second", Role.OWNER)
    assert [send(probed, 5).json(), send(probed, 5, by=second).json()] == [{"count": 1}, {"count": 2}]


def test_without_a_key_or_where_a_route_does_without_requests_are_done_each_time(probed: Floor) -> None:
    for _ in range(2):
        send(probed, 5, headers={})
        probed.post("/api/v1/orgs/{org}/plain", by=probed.owner, headers=KEY)
    assert len(DONE) == 4


def test_what_failed_may_be_sent_again(probed: Floor) -> None:
    assert [send(probed, -1).status_code for _ in range(2)] == [409, 409]
    assert DONE == [-1, -1]


def test_while_the_first_is_under_way_the_second_is_told_to_wait(probed: Floor) -> None:
    path = "/api/v1/orgs/{org}/wait"
    with ThreadPoolExecutor(1) as people:
        first = people.submit(probed.post, path, by=probed.owner, headers=KEY)
        assert INSIDE.acquire(timeout=30)
        second = probed.post(path, by=probed.owner, headers=KEY)
        GATE.set()
        answered = first.result()
    assert (second.status_code, second.json()["code"], second.headers["retry-after"]) == (409, "GLY-SRV-017", "1")
    assert (answered.status_code, len(DONE)) == (201, 1)
    assert probed.post(path, by=probed.owner, headers=KEY).json() == {"count": 1}


def test_a_key_that_never_got_its_answer_is_taken_up_again(probed: Floor) -> None:
    now = probed.clock.now()
    token = probed.ports.house
    with token.connection() as connection:
        row = connection.execute("SELECT id FROM access.token WHERE person = %s", (probed.owner.person,)).fetchone()
        assert row is not None
        connection.execute(
            "INSERT INTO server.request (organisation, actor, key, hash, begun_at) VALUES (%s, %s, %s, %s, %s)",
            (probed.organisation, f"token/{row[0]}", KEY["idempotency-key"], b"\0" * 32, now),
        )
    assert send(probed, 5).status_code == 422
    probed.clock.advance(121)
    assert (send(probed, 5).status_code, DONE) == (201, [5])


def test_answers_are_kept_for_a_day(probed: Floor) -> None:
    send(probed, 5)
    ground = Ground(workspace=probed.ports.workspace, house=probed.ports.house, clock=probed.clock)
    probed.clock.advance(23 * 3600)
    assert (FORGET.run(ground), send(probed, 5).json(), DONE) == (0, {"count": 1}, [5])
    probed.clock.advance(2 * 3600)
    assert (FORGET.run(ground), FORGET.run(ground)) == (1, 0)
    assert send(probed, 5).json() == {"count": 2}


def test_an_answer_with_a_secret_is_kept_nowhere(probed: Floor) -> None:
    kinds = {"members": {"login": "new@example.org", "roles": ["annotator"]}, "invitations": {"roles": ["annotator"]}}
    kinds["hooks"] = {"url": "https://example.org/told", "events": ["submitted"]}
    for name, body in kinds.items():
        made = probed.post(f"/api/v1/orgs/{{org}}/{name}", by=probed.owner, json=body, headers=KEY)
        assert made.status_code == 201, made.text
    operator = probed.person("operator", Role.OWNER, organisation=1)
    path = f"/api/v1/system/people/{probed.owner.person}/ticket"
    assert probed.post(path, by=operator, headers=KEY).status_code == 201
    with probed.ports.house.connection() as connection:
        assert connection.execute("SELECT count(*) FROM server.request").fetchone() == (0,)


@pytest.mark.parametrize("key", ["short", "a" * 129, "with space", ""])
def test_a_key_has_a_form(probed: Floor, key: str) -> None:
    found = send(probed, 5, headers={"idempotency-key": key})
    assert (found.status_code, found.json()["code"], DONE) == (400, "GLY-SRV-006", [])
