"""Progress over HTTP: projects with how far they are, a project's dashboard, its finish date, what it counts work in."""

from typing import Final

from litestar import get, put
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.annotate.counters import service as counters
from galley.annotate.counters.model import ProjectSummary
from galley.annotate.time import service as accounts
from galley.server.inject import FromPath, GivenPorts, JSONBody, JsonRequest
from galley.server.language import language_asked
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.wire.progress import BoardView, FinishView, ProgressView, UnitBody

__all__ = ["ROUTES"]

_ORG: Final = "/api/v1/orgs/{org:int}"
_ONE: Final = f"{_ORG}/projects/{{project:int}}"
_READ: Final = {"verb": Verb.PROJECT_READ}


@get(f"{_ORG}/progress", opt=_READ, sync_to_thread=True, tags=["progress"])
def list_progress(
    org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[ProjectSummary]:
    """The organisation's projects and how far they are, newest first."""
    before = place(after, int)
    found = counters.projects(ports.database.of(org), before[0] if before else None, limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@get(f"{_ONE}/progress", opt=_READ, sync_to_thread=True, tags=["progress"])
def read_progress(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> ProgressView:
    """Where the project's slots are, by stage and pool."""
    return ProgressView(nodes=counters.totals(ports.database.of(org), project))


@get(f"{_ONE}/finish", opt=_READ, sync_to_thread=True, tags=["progress"])
def read_finish(org: FromPath[int], project: FromPath[int], ports: GivenPorts, request: JsonRequest) -> FinishView:
    """When the project will be done: as likely before as after, and nine times in ten before; and what that rests on."""
    language = language_asked(request.headers.get("accept-language", ""))
    return FinishView.of(counters.finish(ports.database.of(org), ports.clock, project), language)


@get(f"{_ONE}/dashboard", opt={"verb": Verb.PEOPLE_READ}, sync_to_thread=True, tags=["progress"])
def read_dashboard(org: FromPath[int], project: FromPath[int], ports: GivenPorts, request: JsonRequest) -> BoardView:
    """All of the project on one page: progress, hours, quality, speed, the slowest step, the finish date."""
    language = language_asked(request.headers.get("accept-language", ""))
    return BoardView.of(counters.dashboard(ports.database.of(org), ports.clock, project), language)


@get(f"{_ONE}/unit", opt=_READ, sync_to_thread=True, tags=["progress"])
def read_unit(org: FromPath[int], project: FromPath[int], ports: GivenPorts) -> UnitBody:
    """What the project counts work in."""
    return UnitBody(unit=accounts.unit(ports.database.of(org), project))


@put(f"{_ONE}/unit", opt={"verb": Verb.PROJECT_MANAGE}, sync_to_thread=True, tags=["progress"])
def set_unit(org: FromPath[int], project: FromPath[int], data: JSONBody[UnitBody], ports: GivenPorts) -> UnitBody:
    """Say what the project counts work in: items, regions, characters or seconds of media; answers from now on."""
    accounts.set_unit(ports.database.of(org), project, data.unit)
    return data


ROUTES: Final[list[HTTPRouteHandler]] = [
    list_progress,
    read_progress,
    read_finish,
    read_dashboard,
    read_unit,
    set_unit,
]
