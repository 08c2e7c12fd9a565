"""Every route, whoever wrote it: nobody without a secret, nobody of another organisation, and a failure has one shape."""

import re
from typing import Any

from galley_floor import Floor, Person
from litestar.enums import HttpMethod

from galley.access.model import Role, Verb
from galley.server.guard import handlers_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SECRETS = {
    "none": {},
    "wrong": {"authorization": "Bearer galley_" + "A" * 49},
    "not ours": {"authorization": "Basic YTpi"},
    "cookie": {"cookie": "galley_session=nobody", "x-galley-csrf": "1"},
}


def guarded_routes(floor: Floor) -> list[tuple[str, str, Verb]]:
    """Every method and path that is not public, with its verb."""
    return sorted(
        (HttpMethod(method).value, path, handler.opt["verb"])
        for path, handler in handlers_of(floor.client.app)
        for method in handler.http_methods
        if handler.opt["verb"] is not Verb.PUBLIC
    )


def filled(path: str, organisation: int) -> str:
    """A path with ids in it: the organisation's, and 1 or a letter for everything else."""
    path = path.replace("{org:int}", str(organisation))
    return re.sub(r"\{\w+:(\w+)\}", lambda found: "1" if found[1] == "int" else "a", path)


def called(
    floor: Floor, method: str, path: str, *, by: Person | None = None, headers: dict[str, str] | None = None
) -> Any:
    body: dict[str, Any] = {} if method == "GET" else {"json": {}}
    return floor.call(method, path, by=by, headers=headers or {}, **body)


def wrong(found: Any, status: int) -> str:
    """What is not as it should be of an answer that must be a problem; empty when all is well."""
    if found.status_code != status or found.headers.get("content-type") != "application/problem+json":
        return f"{found.status_code} {found.headers.get('content-type')} {found.text[:200]}"
    if found.request.method == "HEAD":
        return str(found.text)  # must be empty
    problem = found.json()
    fits = problem["status"] == status and re.fullmatch(r"GLY-[A-Z]{3}-\d{3}", problem["code"])
    return (
        "" if fits and problem["title"] and found.headers["x-request-id"] == problem["request_id"] else str(found.text)
    )


def test_nobody_comes_in_without_a_secret(floor: Floor) -> None:
    routes = guarded_routes(floor)
    assert routes
    bad = {
        f"{method} {path} {name}: {told}"
        for method, path, _ in routes
        for name, headers in SECRETS.items()
        if (told := wrong(called(floor, method, filled(path, floor.organisation), headers=headers), 401))
    }
    assert bad == set()


def test_nobody_comes_into_another_organisation(floor: Floor) -> None:
    stranger = floor.person("stranger", *Role, organisation=floor.another("other"))
    bad = {
        f"{method} {path}: {told}"
        for method, path, verb in guarded_routes(floor)
        if "{org:int}" in path
        if (told := wrong(called(floor, method, filled(path, floor.organisation), by=stranger), 404))
    }
    assert bad == set()


def test_operators_routes_are_for_operators(floor: Floor) -> None:
    bad = {
        f"{method} {path}: {told}"
        for method, path, verb in guarded_routes(floor)
        if verb in (Verb.SYSTEM_READ, Verb.SYSTEM_MANAGE)
        if (told := wrong(called(floor, method, filled(path, floor.organisation), by=floor.owner), 403))
    }
    assert bad == set()


def test_a_method_that_a_path_has_not_is_told_which_it_has(floor: Floor) -> None:
    allowed: dict[str, set[str]] = {}
    for path, handler in handlers_of(floor.client.app):
        allowed.setdefault(path, set()).update(map(str, handler.http_methods))
    for path, methods in allowed.items():
        missing = next((method for method in METHODS if method not in methods), None)
        if missing is not None:
            found = called(floor, missing, filled(path, floor.organisation))
            # A path with a parameter may be another route's path as well, which then answers for itself.
            if found.status_code != 401:
                assert wrong(found, 405) == "", f"{missing} {path}"
