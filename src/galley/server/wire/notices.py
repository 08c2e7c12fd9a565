"""Bodies of notices as they travel."""

from typing import Annotated

import msgspec

from galley.annotate.notices.model import Notice

__all__ = ["NoticePage", "ReadBody"]


class NoticePage(msgspec.Struct, kw_only=True):
    """Some of one's notices, newest first, and how many one has not read: 99 at most, and whether there are more."""

    items: list[Notice]
    next: str | None
    unread: int
    more: bool


class ReadBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Up to and with which notice one has read."""

    until: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
