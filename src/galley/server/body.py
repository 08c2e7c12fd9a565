"""Reading a request's JSON: media type, depth and syntax are checked, and a failure says where it is."""

import re
from typing import Any, Final

import msgspec
from litestar import Request
from litestar.types import Empty

from galley.server.errors import ContentTypeError, JsonDepthError, JsonError

__all__ = ["DEPTH_MAX", "JsonRequest", "check_depth", "decoded"]

DEPTH_MAX: Final = 64
_JSON: Final = "application/json"
_OPENING: Final = re.compile(rb"[\[{]")
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET: Final = re.compile(rb"[\[\]{}]")
_AT: Final = re.compile(r"\(byte (\d+)\)")


def check_depth(body: bytes, limit: int = DEPTH_MAX) -> None:
    """Raise JsonDepthError when JSON text is nested deeper than the limit; nothing is parsed for it."""
    if body.count(b"[") + body.count(b"{") <= limit:
        return
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", body)):
        if bracket in b"[{":
            depth += 1
            if depth > limit:
                raise JsonDepthError(limit=limit)
        else:
            depth -= 1


def decoded(body: bytes) -> Any:
    """A JSON body as plain values; raises JsonError with line and column, and JsonDepthError."""
    check_depth(body)
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise _syntax(body, str(problem)) from problem


def _syntax(body: bytes, reason: str) -> JsonError:
    found = _AT.search(reason)
    place = int(found[1]) if found else len(body)
    before = body[:place]
    told = _AT.sub("", reason).strip()
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return JsonError(reason=told, line=line, column=column)


class JsonRequest(Request[Any, Any, Any]):
    """A request whose body, if it has one, is JSON."""

    async def json(self) -> Any:
        """The body as plain values; raises ContentTypeError, JsonDepthError, JsonError."""
        if self._json is Empty:
            self.expect(_JSON)
            self._json = decoded(await self.body())
        return self._json

    def expect(self, wanted: str) -> None:
        """Raise ContentTypeError unless the body is of the media type."""
        given = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if given != wanted and not (wanted == _JSON and given.endswith("+json")):
            raise ContentTypeError(found=given, wanted=wanted)
