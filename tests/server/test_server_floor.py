"""The floor stands: health, readiness, who may, what failures look like."""

import threading
from typing import Any

import pytest
from galley_floor import Floor, open_floor
from litestar import delete, get, patch, post, put
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Role, Verb
from galley.server.app import create_app
from galley.server.errors import VerbMissingError
from galley.server.guard import handlers_of
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody
from galley.server.routes import ROUTES
from galley.store.workspace import Workspace


def test_it_is_alive_and_ready(floor: Floor) -> None:
    assert floor.get("/health").json()["status"] == "alive"
    ready = floor.get("/ready")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"draining": "ok", "database": "ok", "schema": "ok", "objects": "ok"}


def test_a_draining_process_is_alive_but_not_ready(floor: Floor) -> None:
    floor.ports.process.drain()
    ready = floor.get("/ready")
    assert (ready.status_code, ready.headers["retry-after"]) == (503, "1")
    assert floor.get("/health").status_code == 200


def test_a_route_without_a_verb_is_refused_when_the_application_is_made(workspace: Workspace, floor: Floor) -> None:
    @get("/undecided", sync_to_thread=False)
    def undecided() -> str:
        return "anybody"

    with pytest.raises(VerbMissingError, match="/undecided"):
        create_app(floor.ports, [*ROUTES, undecided])


def test_every_route_declares_its_verb(floor: Floor) -> None:
    found = handlers_of(floor.client.app)
    assert len(found) >= len(ROUTES)
    assert [path for path, handler in found if not isinstance(handler.opt.get("verb"), Verb)] == []


@get("/api/v1/orgs/{org:int}/whoami", opt={"verb": Verb.ORG_READ}, sync_to_thread=False)
def whoami(org: FromPath[int], actor: GivenActor, ports: GivenPorts) -> dict[str, Any]:
    return {"name": actor.name, "organisation": org, "ready": not ports.process.draining}


@post("/api/v1/orgs/{org:int}/manage", opt={"verb": Verb.ORG_MANAGE}, sync_to_thread=False)
def manage(org: FromPath[int], data: JSONBody[dict[str, int]]) -> dict[str, Any]:
    return {"organisation": org, "sum": sum(data.values())}


PROBES: list[HTTPRouteHandler] = [whoami, manage]


@pytest.fixture
def probed(workspace: Workspace) -> Any:
    with open_floor(workspace, routes=[*ROUTES, *PROBES]) as opened:
        yield opened


def test_people_come_in_where_they_have_a_role_and_nowhere_else(probed: Floor) -> None:
    other = probed.another("other")
    stranger = probed.person("stranger", Role.OWNER, organisation=other)
    path = "/api/v1/orgs/{org}/whoami"
    found = probed.get(path, by=probed.annotators[0])
    assert (found.status_code, found.json()["name"]) == (200, "annotator-0")
    assert probed.get(f"/api/v1/orgs/{other}/whoami", by=stranger).status_code == 200

    missing = probed.get("/api/v1/orgs/987654/whoami", by=stranger)
    foreign = probed.get(path, by=stranger)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "GLY-ACC-012")
    assert (missing.status_code, missing.json()["code"]) == (404, "GLY-ACC-012")

    assert probed.post("/api/v1/orgs/{org}/manage", by=probed.owner, json={"a": 2, "b": 3}).json()["sum"] == 5
    refused = probed.post("/api/v1/orgs/{org}/manage", by=probed.annotators[0], json={"a": 2})
    assert (refused.status_code, refused.json()["code"]) == (403, "GLY-ACC-002")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer galley_" + "a" * 49])
def test_who_does_not_say_who_they_are_is_told_to_sign_in(probed: Floor, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    found = probed.get("/api/v1/orgs/{org}/whoami", headers=headers)
    assert (found.status_code, found.json()["code"]) == (401, "GLY-ACC-001")
    assert found.headers["www-authenticate"].startswith("Bearer")
    assert found.headers["content-type"] == "application/problem+json"


def test_a_path_with_many_methods_runs_each_in_one_thread_hop(workspace: Workspace) -> None:
    opt = {"verb": Verb.PUBLIC}
    kinds = {"GET": get, "POST": post, "PUT": put, "PATCH": patch, "DELETE": delete}

    def answer() -> dict[str, str]:
        return {"thread": threading.current_thread().name}

    routes = [kind("/many", opt=opt, sync_to_thread=True, status_code=200)(answer) for kind in kinds.values()]
    with open_floor(workspace, routes=[*ROUTES, *routes]) as floor:
        for method in kinds:
            assert floor.call(method, "/many").json()["thread"].startswith("galley-handler")
        hops = {
            type(getattr(handler.fn, "func", None))
            for path, handler in handlers_of(floor.client.app)
            if path == "/many"
        }
        assert hops == {type(answer)}
