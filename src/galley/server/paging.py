"""Pages by key: each page says where the next begins; nothing is skipped, counted or read twice as rows come and go.

@get("/api/v1/orgs/{org:int}/teams", opt={"verb": Verb.MEMBER_READ}, sync_to_thread=True)
def teams(org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None) -> Page[Team]:
    (last,) = place(after, int) or (0,)
    found = people.teams(ports.database.of(org), after=last, limit=limit + 1)
    return page(found, limit, key=lambda team: (team.id,))
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

import msgspec
from litestar.params import QueryParameter

from galley.server.errors import CursorError

__all__ = ["LIMIT", "LIMIT_MAX", "After", "Limit", "Page", "cursor", "page", "place"]

T = TypeVar("T")
LIMIT: Final = 50
LIMIT_MAX: Final = 500
_CURSOR_MAX: Final = 1024

Limit: TypeAlias = Annotated[int, QueryParameter(ge=1, le=LIMIT_MAX, description="Items on the page at most.")]
After: TypeAlias = Annotated[str | None, QueryParameter(description="`next` of the page before.")]


class Page(msgspec.Struct, Generic[T], kw_only=True):
    """Some items of a list; `next` is where the page that follows begins, null on the last."""

    items: list[T]
    next: str | None = None


def page(found: Sequence[T], limit: int, *, key: Callable[[T], tuple[Any, ...]]) -> Page[T]:
    """A page of what was found when one more than the limit was asked for; `key` is what the list is ordered by."""
    items = list(found[:limit])
    return Page(items=items, next=cursor(*key(items[-1])) if len(found) > limit else None)


def cursor(*key: Any) -> str:
    """Where a page begins, opaque to clients."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode()


def place(after: str | None, *types: Any) -> tuple[Any, ...] | None:
    """The key in a cursor, with its types checked; None for the first page. Raises CursorError."""
    if after is None:
        return None
    try:
        if len(after) > _CURSOR_MAX:
            raise CursorError(cursor=after[:40])
        told = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True)
        found: tuple[Any, ...] = msgspec.json.decode(told, type=tuple[types])  # type: ignore[valid-type]
    except (ValueError, binascii.Error, msgspec.DecodeError, RecursionError) as problem:
        raise CursorError(cursor=after[:40]) from problem
    if any(isinstance(part, int) and abs(part) >= 1 << 63 for part in found):
        raise CursorError(cursor=after[:40])
    return found
