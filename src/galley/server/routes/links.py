"""Bytes behind links: the only way to a blob or an export.

Whatever the bytes are, a browser may show them and do nothing else: no script, no guessing of types, no frame of ours.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final
from urllib.parse import quote

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from galley.access.errors import LinkError
from galley.access.links import Claim, open_link
from galley.access.model import Verb
from galley.server.doers import address_of, link_keys
from galley.server.inject import FromPath, GivenPorts, JsonRequest
from galley.server.ports import Ports
from galley.store.blobs import blob_name

__all__ = ["ROUTES", "byte_range", "media_headers"]

_CHUNK: Final = 256 * 1024
_RANGE: Final = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")
_SHOWN: Final = re.compile(
    r"image/(png|jpeg|gif|webp|avif|bmp|tiff)|audio/[a-z0-9.+-]+|video/[a-z0-9.+-]+|application/pdf|text/plain"
)
"""Media types a browser may show in place; anything else is taken away as a file."""


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte wanted, None for all of them (no range, or one we need not understand: RFC 9110, 14.2).

    Raises ValueError when the range begins behind the end.
    """
    found = _RANGE.fullmatch((header or "").strip())
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        first, last = max(size - int(found[2]), 0), size - 1
        if found[2].strip("0") == "":
            raise ValueError("no bytes")
    else:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
        if found[2] and int(found[2]) < int(found[1]):
            return None
    if first >= size:
        raise ValueError("behind the end")
    return first, last


@get("/api/v1/media/{link:str}", opt={"verb": Verb.PUBLIC}, sync_to_thread=True, tags=["links"])
def media(link: FromPath[str], ports: GivenPorts, request: JsonRequest) -> Response[bytes] | Stream:
    """The bytes a link leads to, in parts if wanted. The link itself is the right to them; it is signed, and ends soon."""
    claim = open_link(link_keys(ports), link, ports.clock.now(), address_of(request))
    if claim.of == "tiles":  # a pack of tiles is of no use whole
        raise LinkError
    name = blob_name(claim.path) if claim.of == "blob" else claim.path
    size = ports.workspace.shelf.size(name)
    if size is None:
        raise LinkError
    headers = media_headers(ports, claim)
    tag = headers.get("etag")
    if tag is not None and request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if request.headers.get("if-range") not in (None, tag):
        wanted = None
    try:
        part = byte_range(wanted, size)
    except ValueError:
        return Response(b"", status_code=416, headers=headers | {"content-range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    headers["content-length"] = str(last - first + 1)
    if part is not None:
        headers["content-range"] = f"bytes {first}-{last}/{size}"
    file = ports.workspace.shelf.open(name)
    if file is None:
        raise LinkError
    return Stream(
        _chunks(file, first, last - first + 1),
        status_code=200 if part is None else 206,
        headers=headers,
        media_type=_media_type(claim),
    )


def _chunks(file: BinaryIO, first: int, left: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while left > 0 and (chunk := file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _media_type(claim: Claim) -> str:
    shown = claim.do == "view" and _SHOWN.fullmatch(claim.media_type)
    return claim.media_type if shown else "application/octet-stream"


def media_headers(ports: Ports, claim: Claim, part: str = "") -> dict[str, str]:
    """The headers of bytes behind a link; `part` names one of several behind the same."""
    shown = _media_type(claim) != "application/octet-stream"
    left = max(claim.until - int(ports.clock.now().timestamp()), 0)
    headers = {
        "accept-ranges": "bytes",
        "cache-control": f"private, max-age={left}, immutable",
        "content-disposition": _disposition("inline" if shown else "attachment", claim.name),
        "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'",
        "cross-origin-resource-policy": "same-site",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    if claim.of != "export":  # what is named by content, or made of it, never changes
        headers["etag"] = f'"{claim.path}{part and "." + part}"'
    return headers


def _disposition(how: str, name: str) -> str:
    """RFC 6266: an ASCII name for old clients, the real one in UTF-8; nothing of a name ends up as a header of its own."""
    if not name:
        return how
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


ROUTES: Final[list[HTTPRouteHandler]] = [media]
