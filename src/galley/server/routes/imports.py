"""Imports over HTTP: a body streamed straight into a project, or a job that brings in an upload or a folder."""

from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from galley.access.model import Actor, Circumstances, Target, Verb
from galley.access.rules import may
from galley.annotate.content import service
from galley.annotate.content.errors import UploadMissingError
from galley.annotate.content.model import Import
from galley.annotate.content.uploads import find_upload
from galley.kernel.errors import TransientError
from galley.line.import_body import FORMATS
from galley.line.importing import Delivery, Dock, ImportSettings, import_body
from galley.server.doers import address_of
from galley.server.errors import FieldError
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.language import language_asked
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.ports import Ports
from galley.server.streaming import BodyReader, in_own_thread
from galley.server.wire.data import ImportBody, ImportStarted, ImportView, JobView, RowErrorView
from galley.worker.jobs.kinds import ImportParams
from galley.worker.jobs.model import Wanted
from galley.worker.jobs.service import ask

__all__ = ["ROUTES", "dock_of"]

_ALL: Final = "/api/v1/orgs/{org:int}/projects/{project:int}/imports"
_ONE: Final = f"{_ALL}/{{number:int}}"
_IMPORT: Final = {"verb": Verb.DATA_IMPORT}
_STREAM: Final = {"verb": Verb.DATA_IMPORT, "idempotent": False}  # rows that are in are not doubled

Word = Annotated[str, QueryParameter(max_length=300)]
Priority = Annotated[int, QueryParameter(ge=-1_000_000, le=1_000_000)]
Overlap = Annotated[int | None, QueryParameter(ge=1, le=100)]
Most = Annotated[int | None, QueryParameter(ge=0, le=2**31)]


def dock_of(ports: Ports, org: int, project: int) -> Dock:
    """Where data of a project come in and go out."""
    return Dock(database=ports.database.of(org), blobs=ports.blobs, clock=ports.clock, project=project)


@post(f"{_ALL}/stream", opt=_STREAM, request_max_body_size=None, tags=["data"])
async def import_stream(  # noqa: PLR0913, PLR0917  # one query parameter a setting
    org: FromPath[int],
    project: FromPath[int],
    ports: GivenPorts,
    request: JsonRequest,
    name: Word = "body",
    format: Word = "auto",  # the API's word
    field: Word = "",
    encoding: Word = "",
    delimiter: Word = "",
    overlap: Overlap = None,
    priority: Priority = 0,
    errors_max: Most = None,
) -> ImportView:
    """Import the request's body (JSONL, JSON, CSV, TSV, Parquet, zip, tar, Label Studio tasks; gzip, bzip2, xz or zstd) as
    it arrives. Sending it again after a broken connection adds what is missing."""
    if format not in FORMATS:
        raise FieldError(field="format", reason=", ".join(FORMATS))
    settings = ImportSettings(
        format=format,
        field=field,
        encoding=encoding or None,
        delimiter=delimiter or None,
        overlap=overlap,
        priority=priority,
        errors_max=errors_max,
    )
    _check(settings)
    dock, reader = dock_of(ports, org, project), BodyReader(request)
    return ImportView.of(await in_own_thread(lambda: _direct(dock, settings, name, reader)))


def _direct(dock: Dock, settings: ImportSettings, name: str, reader: BodyReader) -> Import:
    number = service.open_import(dock.database, dock.clock, dock.project, name, settings)
    delivery = Delivery(dock=dock, import_id=number, settings=settings, name=name, tell=lambda _: None)
    try:
        return import_body(delivery, reader.read)
    except TransientError as problem:  # nobody takes a body up again: its sender sends it again
        service.end_import(dock.database, dock.clock, number, "failed", problem)
        raise


def _check(settings: ImportSettings) -> None:
    if settings.delimiter is not None and (len(settings.delimiter) != 1 or settings.delimiter in '"\r\n\0'):
        raise FieldError(field="delimiter", reason="one character")
    if settings.overlap is not None and not 1 <= settings.overlap <= 100:
        raise FieldError(field="overlap", reason="1 to 100")
    if not -1_000_000 <= settings.priority <= 1_000_000:
        raise FieldError(field="priority", reason="-1000000 to 1000000")
    if settings.format not in FORMATS:
        raise FieldError(field="format", reason=", ".join(FORMATS))


@post(_ALL, opt=_IMPORT, sync_to_thread=True, status_code=202, tags=["data"])
def start_import(
    org: FromPath[int],
    project: FromPath[int],
    data: JSONBody[ImportBody],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> ImportStarted:
    """Have a job import an upload or a folder of the server; its state and counts can be seen at once."""
    if (data.upload is None) == (data.folder is None):
        raise FieldError(field="upload", reason="either an upload or a folder")
    _check(data.settings)
    if data.upload is not None and not _sees_uploads(ports, actor, address_of(request)):
        raise UploadMissingError(upload=data.upload)
    database = ports.database.of(org)
    name = data.folder or find_upload(database, data.upload or 0).name
    number = service.open_import(database, ports.clock, project, name, data.settings, "waiting")
    params = ImportParams(import_id=number, settings=data.settings, upload=data.upload, folder=data.folder)
    wanted = Wanted(
        kind="import",
        params=msgspec.to_builtins(params),
        asked_by=actor.name,
        person=actor.person,
        project=project,
        once=f"import:{number}",
    )
    return ImportStarted(import_id=number, job=JobView.of(ask(database, ports.clock, wanted)))


def _sees_uploads(ports: Ports, actor: Actor, address: str | None) -> bool:
    """Uploads are the organisation's, not a project's: a role in one project does not bring in what was sent for others."""
    everywhere = Target(organisation=actor.organisation)
    return may(actor, Verb.DATA_IMPORT, everywhere, Circumstances(now=ports.clock.now(), address=address)).allowed


@get(_ALL, opt=_IMPORT, sync_to_thread=True, tags=["data"])
def list_imports(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[ImportView]:
    """The project's imports, newest first."""
    (last,) = place(after, int) or (None,)
    found = service.imports(ports.database.of(org), project, before=last, limit=limit + 1)
    return page([ImportView.of(one) for one in found], limit, key=lambda one: (one.id,))


@get(_ONE, opt=_IMPORT, sync_to_thread=True, tags=["data"])
def show_import(org: FromPath[int], project: FromPath[int], number: FromPath[int], ports: GivenPorts) -> ImportView:
    """An import with its counts so far."""
    return ImportView.of(service.find_import(ports.database.of(org), project, number))


@get(f"{_ONE}/errors", opt=_IMPORT, sync_to_thread=True, tags=["data"])
def list_errors(  # noqa: PLR0913, PLR0917  # two of them are the page
    org: FromPath[int],
    project: FromPath[int],
    number: FromPath[int],
    ports: GivenPorts,
    request: JsonRequest,
    limit: Limit = LIMIT,
    after: After = None,
) -> Page[RowErrorView]:
    """The rows an import could not take, in the order of the file."""
    (last,) = place(after, int) or (0,)
    database = ports.database.of(org)
    service.find_import(database, project, number)
    language = language_asked(request.headers.get("accept-language", ""))
    found = service.import_errors(database, number, after=last, limit=limit + 1)
    return page([RowErrorView.of(one, language) for one in found], limit, key=lambda one: (one.row,))


ROUTES: Final[list[HTTPRouteHandler]] = [import_stream, start_import, list_imports, show_import, list_errors]
