"""A client's isolation rules: proposed, approved or refused by the client, every version listed."""

from typing import Final

from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from galley.access import isolation
from galley.access.isolation import Rule, Wish
from galley.access.model import Verb
from galley.server.doers import by_request
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.wire.access import Decided, Made

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/orgs/{org:int}/isolation"
_PROJECT: Final = "/api/v1/orgs/{org:int}/projects/{project:int}/isolation"
_PROPOSE: Final = {"verb": Verb.ISOLATION_PROPOSE}
_APPROVE: Final = {"verb": Verb.ISOLATION_APPROVE}
_TAGS: Final = ["isolation"]


@get(_ALL, opt=_PROPOSE, sync_to_thread=True, tags=_TAGS)
def list_rules(org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None) -> Page[Rule]:
    """Every version of every rule, newest first."""
    return _page(ports, org, None, limit, after)


@get(_PROJECT, opt=_PROPOSE, sync_to_thread=True, tags=_TAGS)
def list_rules_of_project(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[Rule]:
    """Every version of a project's rule, newest first."""
    return _page(ports, org, project, limit, after)


def _page(ports: GivenPorts, org: int, project: int | None, limit: int, after: str | None) -> Page[Rule]:
    (before,) = place(after, int) or (None,)
    found = isolation.versions(ports.database.of(org), project=project, before=before, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@post(_ALL, opt=_PROPOSE, sync_to_thread=True, tags=_TAGS)
def propose(
    org: FromPath[int], data: JSONBody[Wish], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Made:
    """Ask the client for a rule; nothing changes before the client approves."""
    return Made(id=isolation.propose(ports.database.of(org), by_request(request, ports, actor), data))


@post(_PROJECT, opt=_PROPOSE, sync_to_thread=True, tags=_TAGS)
def propose_for_project(
    org: FromPath[int],
    project: FromPath[int],
    data: JSONBody[Wish],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> Made:
    """Ask the client for a rule of one project."""
    doer = by_request(request, ports, actor)
    return Made(id=isolation.propose(ports.database.of(org), doer, isolation.within_project(data, project)))


@post(f"{_ALL}/{{rule:int}}/approve", opt=_APPROVE, sync_to_thread=True, tags=_TAGS, status_code=200)
def approve(
    org: FromPath[int], rule: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Decided:
    """Put a proposal in force, for everybody and at once; only a person of the client may."""
    isolation.approve(ports.database.of(org), by_request(request, ports, actor), rule)
    return Decided()


@post(f"{_PROJECT}/{{rule:int}}/approve", opt=_APPROVE, sync_to_thread=True, tags=_TAGS, status_code=200)
def approve_for_project(
    org: FromPath[int],
    project: FromPath[int],
    rule: FromPath[int],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> Decided:
    """Put a proposal for one project in force; only a person of the client there may."""
    del project  # the guard has held the actor against it; the service holds them against the rule's own
    isolation.approve(ports.database.of(org), by_request(request, ports, actor), rule)
    return Decided()


@post(f"{_ALL}/{{rule:int}}/refuse", opt=_PROPOSE, sync_to_thread=True, tags=_TAGS, status_code=200)
def refuse(
    org: FromPath[int], rule: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Decided:
    """Turn a proposal down, or take one's own back."""
    isolation.refuse_proposal(ports.database.of(org), by_request(request, ports, actor), rule)
    return Decided()


@post(f"{_PROJECT}/{{rule:int}}/refuse", opt=_PROPOSE, sync_to_thread=True, tags=_TAGS, status_code=200)
def refuse_for_project(
    org: FromPath[int],
    project: FromPath[int],
    rule: FromPath[int],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> Decided:
    """Turn a proposal for one project down, or take one's own back."""
    del project
    isolation.refuse_proposal(ports.database.of(org), by_request(request, ports, actor), rule)
    return Decided()


ROUTES: Final[list[HTTPRouteHandler]] = [
    *(list_rules, list_rules_of_project, propose, propose_for_project),
    *(approve, approve_for_project, refuse, refuse_for_project),
]
