"""Places in lists as clients carry them: opaque text that says which list it belongs to."""

import base64
import binascii
from datetime import datetime
from typing import Any, Final

import msgspec

from galley.annotate.counters.errors import CursorError
from galley.kernel.canonical import canonical_json

__all__ = ["pack", "unpack"]

_LONGEST: Final = 4000


class _Cursor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    drive: str
    item: str
    head: str = ""
    last_at: str = "infinity"


def pack(drive: str, place: dict[str, Any]) -> str:
    """A place as text for a link."""
    return base64.urlsafe_b64encode(canonical_json(_Cursor(drive, **place))).decode().rstrip("=")


def unpack(text: str, drive: str) -> dict[str, Any]:
    """The place a text stands for; raises CursorError when it is no place in the list driven like this."""
    found = _read(text) if len(text) <= _LONGEST else None
    if found is None or found.drive != drive or "\0" in found.item + found.head:
        raise CursorError(cursor=text[:80])
    return {"item": found.item, "head": found.head, "last_at": found.last_at}


def _read(text: str) -> _Cursor | None:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = msgspec.json.decode(raw, type=_Cursor)
        if found.last_at != "infinity":
            datetime.fromisoformat(found.last_at)
    except (ValueError, binascii.Error, msgspec.DecodeError):
        return None
    return found
