"""Lines over HTTP: each as a picture from collect to release, its runs, what failed, and what became of a record."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from galley.access.model import Verb
from galley.annotate.desk.model import LineProject
from galley.annotate.desk.service import projects_of_line
from galley.line import runs
from galley.line.explain import Story
from galley.line.repo import Run
from galley.line.runs import LineHead, QuarantineRow, RunPicture
from galley.server.inject import FromPath, GivenPorts
from galley.server.paging import LIMIT, After, Limit, Page, cursor, page, place
from galley.server.ports import Ports
from galley.server.routes.releases import report_answer

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/orgs/{org:int}/lines"
_ONE: Final = f"{_ALL}/{{line:str}}"
_RUN: Final = f"{_ONE}/runs/{{run:str}}"
_READ: Final = {"verb": Verb.LINE_READ}

RunName = Annotated[str | None, QueryParameter(max_length=100, description="A run of the line; default: the newest.")]


class LineView(msgspec.Struct, kw_only=True):
    """A line: its newest run, and the projects in which people answer for it."""

    picture: RunPicture
    projects: list[LineProject]


def _run(ports: Ports, org: int, line: str, number: str | None) -> Run:
    database = ports.database.of(org)
    found = runs.newest_run(database, line) if number is None else runs.run(database, number)
    if found.line != line:
        raise runs.RunUnknownError(name=found.id)
    return found


@get(_ALL, opt=_READ, sync_to_thread=True, tags=["lines"])
def list_lines(org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None) -> Page[LineHead]:
    """The organisation's lines by name, each with its newest run."""
    (last,) = place(after, str) or ("",)
    found = runs.lines(ports.database.of(org), ports.clock, last.replace("\x00", ""), limit + 1)
    return page(found, limit, key=lambda one: (one.line,))


@get(_ONE, opt=_READ, sync_to_thread=True, tags=["lines"])
def read_line(org: FromPath[int], line: FromPath[str], ports: GivenPorts) -> LineView:
    """One line with every stage of its newest run, and who answers for it."""
    database = ports.database.of(org)
    found = runs.newest_run(database, line)
    return LineView(
        picture=runs.picture(database, ports.blobs, ports.clock, found), projects=projects_of_line(database, line)
    )


@get(f"{_ONE}/runs", opt=_READ, sync_to_thread=True, tags=["lines"])
def list_runs(
    org: FromPath[int], line: FromPath[str], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[LineHead]:
    """The runs of a line, the newest first."""
    before = place(after, datetime, str)
    found = runs.runs_of(ports.database.of(org), ports.clock, line, before, limit + 1)
    return page(found, limit, key=lambda one: (one.started_at, one.run))


@get(_RUN, opt=_READ, sync_to_thread=True, tags=["lines"])
def read_run(org: FromPath[int], line: FromPath[str], run: FromPath[str], ports: GivenPorts) -> RunPicture:
    """One run."""
    return runs.picture(ports.database.of(org), ports.blobs, ports.clock, _run(ports, org, line, run))


@get(f"{_RUN}/report.html", opt=_READ, sync_to_thread=True, tags=["lines"])
def read_run_report(org: FromPath[int], line: FromPath[str], run: FromPath[str], ports: GivenPorts) -> Response[bytes]:
    """The report of a run as the page it made; it runs no script here."""
    return report_answer(ports, org, _run(ports, org, line, run).id)


@get(f"{_ONE}/quarantine", opt=_READ, sync_to_thread=True, tags=["lines"])
def list_quarantine(
    *,
    org: FromPath[int],
    line: FromPath[str],
    ports: GivenPorts,
    limit: Limit = LIMIT,
    after: After = None,
    run: RunName = None,
) -> Page[QuarantineRow]:
    """The records that failed in a run: where they are from, at which step, and why."""
    found = _run(ports, org, line, run)
    file, row = place(after, int, int) or (0, 0)
    rows, following = runs.quarantine(ports.blobs, found, (max(file, 0), max(row, 0)), limit)
    return Page(items=rows, next=None if following is None else cursor(*following))


@get(f"{_ONE}/records/{{record:str}}", opt=_READ, sync_to_thread=True, tags=["lines"])
def explain_record(org: FromPath[int], line: FromPath[str], record: FromPath[str], ports: GivenPorts) -> Story:
    """Every step that touched a record, by its id or at least the first six digits of it."""
    return runs.story_of(ports.database.of(org), ports.blobs, line, record)


ROUTES: Final[list[HTTPRouteHandler]] = [
    list_lines,
    read_line,
    list_runs,
    read_run,
    read_run_report,
    list_quarantine,
    explain_record,
]
