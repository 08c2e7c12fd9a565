"""Uploads over HTTP: offsets, HEAD and PATCH as in tus 1.0; an upload is made with JSON. See docs/data-in-out.md."""

from typing import Final, cast

from litestar import Response, delete, get, head, patch, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.annotate.content import uploads
from galley.annotate.content.errors import UploadOffsetError
from galley.annotate.content.model import Upload
from galley.server.errors import FieldError
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.problems import answer
from galley.server.streaming import BodyReader, in_own_thread
from galley.server.wire.data import NewUpload, UploadView

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/orgs/{org:int}/uploads"
_ONE: Final = f"{_ALL}/{{upload:int}}"
_IMPORT: Final = {"verb": Verb.DATA_IMPORT}
_STREAM: Final = {"verb": Verb.DATA_IMPORT, "idempotent": False}  # its offset makes it so; the body is not kept
_OCTETS: Final = "application/offset+octet-stream"
_NUMBER_MAX: Final = 2**63 - 1


def _headers(upload: Upload) -> dict[str, str]:
    expires = upload.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    told = {"tus-resumable": "1.0.0", "upload-offset": str(upload.received), "upload-length": str(upload.bytes)}
    return told | {"upload-expires": expires, "cache-control": "no-store"}


@post(_ALL, opt=_IMPORT, sync_to_thread=True, tags=["data"])
def open_upload(
    org: FromPath[int], data: JSONBody[NewUpload], ports: GivenPorts, actor: GivenActor
) -> Response[UploadView]:
    """Announce a file: its size, and its SHA-256 if it is known."""
    upload = uploads.open_upload(
        ports.database.of(org),
        ports.clock,
        name=data.name,
        size=data.bytes,
        sha256=data.sha256,
        created_by=actor.name,
    )
    if not upload.bytes:
        upload = uploads.complete_upload(ports.database.of(org), ports.clock, ports.workspace.shelf, upload.id)
    where = f"/api/v1/orgs/{org}/uploads/{upload.id}"
    return Response(UploadView.of(upload), status_code=201, headers=_headers(upload) | {"location": where})


@get(_ALL, opt=_IMPORT, sync_to_thread=True, tags=["data"])
def list_uploads(org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None) -> Page[UploadView]:
    """The organisation's uploads, newest first."""
    (last,) = place(after, int) or (None,)
    found = uploads.uploads(ports.database.of(org), before=last, limit=limit + 1)
    return page([UploadView.of(one) for one in found], limit, key=lambda one: (one.id,))


@get(_ONE, opt=_IMPORT, sync_to_thread=True, tags=["data"])
def show_upload(org: FromPath[int], upload: FromPath[int], ports: GivenPorts) -> UploadView:
    """An upload as far as it has come."""
    return UploadView.of(uploads.find_upload(ports.database.of(org), upload))


@head(_ONE, opt=_IMPORT, sync_to_thread=True, tags=["data"])
def ask_offset(org: FromPath[int], upload: FromPath[int], ports: GivenPorts) -> Response[None]:
    """Where to go on: `Upload-Offset`."""
    return Response(None, status_code=200, headers=_headers(uploads.find_upload(ports.database.of(org), upload)))


@patch(_ONE, opt=_STREAM, request_max_body_size=None, status_code=204, tags=["data"])
async def add_piece(
    org: FromPath[int], upload: FromPath[int], ports: GivenPorts, request: JsonRequest
) -> Response[None]:
    """Send what follows from `Upload-Offset` on. A wrong offset answers 409 and names the right one."""
    request.expect(_OCTETS)
    offset, reader = _offset(request), BodyReader(request)
    database, shelf = ports.database.of(org), ports.workspace.shelf
    try:
        found = await in_own_thread(lambda: uploads.receive(database, ports.clock, shelf, upload, offset, reader.read))
    except UploadOffsetError as problem:
        refused = answer(request, problem)
        refused.set_header("upload-offset", str(problem.facts["offset"]))
        return cast(Response[None], refused)  # the framework lets a 204 have no other type
    return Response(None, status_code=204, headers=_headers(found))


def _offset(request: JsonRequest) -> int:
    given = request.headers.get("upload-offset", "")
    if not given.isascii() or not given.isdigit() or len(given) > 19 or int(given) > _NUMBER_MAX:
        raise FieldError(field="Upload-Offset", reason="a number of bytes")
    return int(given)


@delete(_ONE, opt=_IMPORT, sync_to_thread=True, status_code=204, tags=["data"])
def cancel_upload(org: FromPath[int], upload: FromPath[int], ports: GivenPorts) -> None:
    """Forget an upload that is not complete."""
    uploads.cancel_upload(ports.database.of(org), ports.workspace.shelf, upload)


ROUTES: Final[list[HTTPRouteHandler]] = [
    open_upload,
    list_uploads,
    show_upload,
    ask_offset,
    add_piece,
    cancel_upload,
]
