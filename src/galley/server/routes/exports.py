"""Exports and jobs over HTTP: a project as a stream, snapshots made by jobs, and what jobs are doing."""

from typing import Annotated, Final, Literal

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter
from litestar.response import Stream

from galley.access.links import Wanted as WantedBytes
from galley.access.links import download_link
from galley.access.model import Verb
from galley.kernel.extension import find
from galley.line.exporting import ExportSettings, export
from galley.server.doers import by_request, link_keys
from galley.server.errors import FieldError
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.ports import Ports
from galley.server.routes.imports import dock_of
from galley.server.streaming import compressed
from galley.server.wire.data import JobLink, JobView, SnapshotBody
from galley.worker.jobs import service as jobs
from galley.worker.jobs.errors import JobEndedError, JobMissingError
from galley.worker.jobs.model import Job, Wanted

__all__ = ["ROUTES"]

_PROJECT: Final = "/api/v1/orgs/{org:int}/projects/{project:int}"
_JOBS: Final = f"{_PROJECT}/jobs"
_JOB: Final = f"{_JOBS}/{{job:int}}"
_EXPORT: Final = {"verb": Verb.DATA_EXPORT}
_READ: Final = {"verb": Verb.PROJECT_READ}
_MANAGE: Final = {"verb": Verb.PROJECT_MANAGE}

Word = Annotated[str, QueryParameter(max_length=300)]


@get(f"{_PROJECT}/export", opt=_EXPORT, sync_to_thread=True, tags=["data"])
def export_stream(  # noqa: PLR0913, PLR0917  # one query parameter a setting
    org: FromPath[int],
    project: FromPath[int],
    ports: GivenPorts,
    request: JsonRequest,
    format: Annotated[Literal["jsonl", "label-studio", "csv", "chat", "preference", "prm"], QueryParameter()] = "jsonl",
    include: Annotated[Literal["answered", "all"], QueryParameter()] = "answered",
    answers: Annotated[Literal["all", "chosen"], QueryParameter()] = "all",
    after: Word = "",
    cursor: Word = "",
    watermark: Word = "",
    marker: Annotated[bool, QueryParameter()] = True,
) -> Stream:
    """The project's items with their answers as a stream. `Galley-Watermark` names the state it shows: as `after` of a
    later export it gives what changed since. A stream that was cut goes on behind `cursor`, the last id that came."""
    # Told before the stream begins: what the database refuses in the middle of it can only cut it off.
    if any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in cursor):
        raise FieldError(field="cursor", reason="holds a NUL character or half a surrogate pair")
    settings = ExportSettings(
        format=format,
        include=include,
        answers=answers,
        after=after,
        cursor=cursor,
        watermark=watermark,
        marker=marker,
    )
    found = export(dock_of(ports, org, project), settings)
    blocks, headers = compressed(found.blocks, request.headers.get("accept-encoding", ""))
    headers |= {"galley-watermark": found.watermark, "cache-control": "no-store"}
    return Stream(blocks, media_type=found.media_type, headers=headers)


@post(f"{_PROJECT}/exports", opt=_EXPORT, sync_to_thread=True, status_code=202, tags=["data"])
def start_snapshot(
    org: FromPath[int], project: FromPath[int], data: JSONBody[SnapshotBody], ports: GivenPorts, actor: GivenActor
) -> JobView:
    """Have a job write the project's labels with an exporter (coco, conll, csv, parquet, yolo …) into a zip file."""
    find("exporter", data.format)
    params = msgspec.to_builtins(data)
    wanted = Wanted(kind="export", params=params, asked_by=actor.name, person=actor.person, project=project)
    return JobView.of(jobs.ask(ports.database.of(org), ports.clock, wanted))


# --- jobs ------------------------------------------------------------------------------------------------------------


@get(_JOBS, opt=_READ, sync_to_thread=True, tags=["jobs"])
def list_jobs(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[JobView]:
    """The project's jobs, newest first."""
    (last,) = place(after, int) or (None,)
    found = jobs.jobs(ports.database.of(org), project, before=last, limit=limit + 1)
    return page([JobView.of(one) for one in found], limit, key=lambda one: (one.id,))


@get(_JOB, opt=_READ, sync_to_thread=True, tags=["jobs"])
def show_job(org: FromPath[int], project: FromPath[int], job: FromPath[int], ports: GivenPorts) -> JobView:
    """A job: its state, how far it is, its result or why it failed."""
    return JobView.of(_job(ports, org, project, job))


def _job(ports: Ports, org: int, project: int, job: int) -> Job:
    found = jobs.find(ports.database.of(org), job)
    if found.project != project:
        raise JobMissingError(job=job)
    return found


@post(f"{_JOB}/cancel", opt=_MANAGE, sync_to_thread=True, status_code=200, tags=["jobs"])
def cancel_job(org: FromPath[int], project: FromPath[int], job: FromPath[int], ports: GivenPorts) -> JobView:
    """Cancel a job: at once while it waits, at its next step while it runs."""
    _job(ports, org, project, job)
    return JobView.of(jobs.cancel(ports.database.of(org), ports.clock, job))


@post(f"{_JOB}/retry", opt=_MANAGE, sync_to_thread=True, status_code=200, tags=["jobs"])
def retry_job(org: FromPath[int], project: FromPath[int], job: FromPath[int], ports: GivenPorts) -> JobView:
    """Have a failed or cancelled job done again; what it did before is not done twice."""
    _job(ports, org, project, job)
    return JobView.of(jobs.retry(ports.database.of(org), ports.clock, job))


@post(f"{_JOB}/link", opt=_EXPORT, sync_to_thread=True, status_code=200, tags=["jobs"])
def link_to_result(  # who, where, what
    org: FromPath[int],
    project: FromPath[int],
    job: FromPath[int],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> JobLink:
    """A link to the file a job made; it ends after some minutes and works for whoever holds it."""
    found = _job(ports, org, project, job)
    result = found.result or {}
    if "blob" not in result:
        raise JobEndedError(job=job, state=found.state)
    wanted = WantedBytes(of="blob", path=result["blob"], name=result["name"], project=project)
    link = download_link(ports.database.of(org), link_keys(ports), by_request(request, ports, actor), wanted)
    return JobLink(href=f"/api/v1/media/{link}", name=result["name"], bytes=result["bytes"])


ROUTES: Final[list[HTTPRouteHandler]] = [
    export_stream,
    start_snapshot,
    list_jobs,
    show_job,
    cancel_job,
    retry_job,
    link_to_result,
]
