"""The guard: sessions only from our own pages, projects only of the organisation, revocation heard at once."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from galley_floor import Floor, Person, open_floor
from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Actor, Role, Verb
from galley.access.secret_words import hash_of, new_secret
from galley.kernel.clock import SystemClock
from galley.server.actors import ActorCache
from galley.server.guard import SESSION_COOKIE
from galley.server.inject import FromPath, GivenActor
from galley.server.routes import ROUTES
from galley.store.workspace import Workspace


@get("/api/v1/orgs/{org:int}/projects/{project:int}/probe", opt={"verb": Verb.PROJECT_READ}, sync_to_thread=False)
def look(project: FromPath[int], actor: GivenActor) -> dict[str, Any]:
    return {"project": project, "name": actor.name}


@post("/api/v1/me/probe", opt={"verb": Verb.SELF}, sync_to_thread=False)
def change(actor: GivenActor) -> dict[str, Any]:
    return {"name": actor.name}


@get("/api/v1/me/probe", opt={"verb": Verb.SELF}, sync_to_thread=False)
def read(actor: GivenActor) -> dict[str, Any]:
    return {"name": actor.name}


PROBES: list[HTTPRouteHandler] = [look, change, read]


@pytest.fixture
def probed(workspace: Workspace) -> Iterator[Floor]:
    with open_floor(workspace, routes=[*ROUTES, *PROBES]) as opened:
        yield opened


def session_of(floor: Floor, person: Person) -> str:
    secret = new_secret()
    now = floor.clock.now()
    with floor.ports.house.connection() as connection:
        connection.execute(
            "INSERT INTO access.session (hash, person, way, agent, address, idle_seconds, created_at, used_at, expires_at)"
            " VALUES (%s, %s, 'password', '', '', 3600, %s, %s, %s + interval '1 day')",
            (hash_of(secret), person.person, now, now, now),
        )
    return secret


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 403, "GLY-SRV-011"),
        ({"x-galley-csrf": ""}, 403, "GLY-SRV-011"),
        ({"x-galley-csrf": "1"}, 201, None),
        ({"x-galley-csrf": "1", "origin": "http://testserver.local"}, 201, None),
        ({"x-galley-csrf": "1", "origin": "https://evil.example"}, 403, "GLY-SRV-011"),
        ({"x-galley-csrf": "1", "origin": "null"}, 403, "GLY-SRV-011"),
    ],
)
def test_a_session_changes_things_only_from_our_own_pages(
    probed: Floor, headers: dict[str, str], status: int, code: str | None
) -> None:
    cookie = {"cookie": f"other=1; {SESSION_COOKIE}={session_of(probed, probed.owner)}"}
    assert probed.get("/api/v1/me/probe", headers=cookie).json() == {"name": "owner"}
    found = probed.post("/api/v1/me/probe", headers=cookie | headers)
    assert (found.status_code, found.json().get("code")) == (status, code)


def test_a_page_of_one_person_does_nothing_in_the_name_of_the_next(probed: Floor) -> None:
    next_one = probed.person("next", Role.ANNOTATOR)
    cookie = {"cookie": f"{SESSION_COOKIE}={session_of(probed, next_one)}", "x-galley-csrf": "1"}

    def told(who: str) -> list[int]:
        headers = cookie | {"x-galley-person": who}
        path = "/api/v1/me/probe"
        return [probed.get(path, headers=headers).status_code, probed.post(path, headers=headers).status_code]

    assert told(str(next_one.person)) == [200, 201]
    assert [told(who) for who in (str(probed.owner.person), "", "0x1", f" {next_one.person}x")] == [[401, 401]] * 4


def test_a_token_needs_no_word_of_who_it_is(probed: Floor) -> None:
    assert probed.get("/api/v1/me/probe", by=probed.owner, headers={"x-galley-person": "0"}).status_code == 200


@pytest.mark.parametrize("cookie", ["", "galley_session", "galley_session=", "galley_session=wrong", "a=b", "\xff=;;"])
def test_a_cookie_that_is_no_session_is_nobody(probed: Floor, cookie: str) -> None:
    found = probed.get("/api/v1/me/probe", headers={"cookie": cookie.encode("latin-1")})
    assert (found.status_code, found.json()["code"]) == (401, "GLY-ACC-001")


def project_of(floor: Floor, organisation: int, number: int) -> int:
    with floor.ports.house.connection() as connection:
        row = connection.execute(
            "INSERT INTO annotate.project (organisation, line, purpose, name, schema_sha256, schema_version, salt, created_at)"
            " VALUES (%s, %s, 'people', 'probe', %s, 1, '', %s) RETURNING id",
            (organisation, f"line-{number}", "0" * 64, floor.clock.now()),
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_foreign_project_and_a_missing_one_answer_alike(probed: Floor) -> None:
    other = probed.another("other")
    own, foreign = project_of(probed, probed.organisation, 1), project_of(probed, other, 1)
    path = "/api/v1/orgs/{org}/projects/%d/probe"
    assert probed.get(path % own, by=probed.owner).json() == {"project": own, "name": "owner"}
    answers = [probed.get(path % number, by=probed.owner) for number in (foreign, 10**6)]
    assert [answer.status_code for answer in answers] == [404, 404]
    first, second = ({**answer.json(), "facts": 0, "title": 0, "request_id": 0} for answer in answers)
    assert first == second


def test_an_outsider_does_not_learn_which_projects_there_are(probed: Floor) -> None:
    other = probed.another("other")
    stranger = probed.person("stranger", Role.OWNER, organisation=other)
    number = project_of(probed, probed.organisation, 1)
    answers = [
        probed.get(f"/api/v1/orgs/{{org}}/projects/{each}/probe", by=who)
        for each in (number, 10**6)
        for who in (stranger, probed.person("nobody"))
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({(answer.json()["code"], answer.json()["title"]) for answer in answers}) == 1


def soon(happened: Callable[[], bool], seconds: float = 5.0) -> bool:
    until = time.monotonic() + seconds
    while not happened() and time.monotonic() < until:
        time.sleep(0.01)
    return happened()


def test_an_actor_is_asked_for_once_and_forgotten_as_soon_as_access_changes(probed: Floor) -> None:
    assert soon(lambda: probed.ports.actors.listening)
    worker = probed.annotators[0]
    for _ in range(3):
        assert probed.get("/api/v1/me/probe", by=worker).status_code == 200
    assert len(probed.ports.actors) == 1
    with probed.ports.house.transaction() as connection:
        connection.execute(
            "UPDATE access.token SET revoked_at = %s WHERE person = %s", (probed.clock.now(), worker.person)
        )
    assert probed.get("/api/v1/me/probe", by=worker).status_code == 200, "remembered"
    with probed.ports.house.transaction() as connection:
        connection.execute("SELECT pg_notify('galley_access', %s)", (f"person {worker.person}",))
    assert soon(lambda: len(probed.ports.actors) == 0)
    assert probed.get("/api/v1/me/probe", by=worker).status_code == 401


class Count:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.during: Callable[[], None] = lambda: None

    def find(self, kind: str, secret: str, organisation: int) -> Actor:
        self.asked.append(secret)
        self.during()
        return Actor(person=len(self.asked), name=secret, organisation=organisation)


def test_only_those_named_are_forgotten() -> None:
    count = Count()
    cache = ActorCache(count.find, SystemClock())
    cache.find("token", "a", 1)
    cache.find("token", "b", 2)
    cache.forget("person 1")
    assert (cache.remembered("token", "a", 1), len(cache)) == (None, 1)
    cache.forget("organisation 2")
    assert len(cache) == 0
    cache.find("token", "a", 1)
    cache.forget("what is this")
    assert len(cache) == 0


def test_what_changed_while_it_was_asked_for_is_not_remembered() -> None:
    count = Count()
    cache = ActorCache(count.find, SystemClock())
    count.during = cache.forget
    cache.find("session", "a", 1)
    assert len(cache) == 0
    count.during = lambda: None
    cache.find("session", "a", 1)
    assert cache.remembered("session", "a", 1) is not None
    assert cache.remembered("token", "a", 1) is None
    assert cache.remembered("session", "a", 2) is None


def test_an_actor_that_ends_is_not_kept_beyond_its_end() -> None:
    clock = SystemClock()
    ended = Actor(person=1, name="a", organisation=1, expires_at=clock.now(), roles=frozenset({Role.OWNER}))
    cache = ActorCache(lambda *_: ended, clock)
    cache.find("token", "a", 1)
    assert cache.remembered("token", "a", 1) is None
