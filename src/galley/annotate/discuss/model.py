"""A comment and its anchor."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec

__all__ = ["COMMENT_KINDS", "Anchor", "Comment", "NewComment"]

COMMENT_KINDS: Final[tuple[str, ...]] = (
    "wrong",
    "missing",
    "extra",
    "imprecise",
    "guideline",
    "other",
    "question",
    "note",
)
"""The reasons for returning work, and what else one may want to say."""


class Anchor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What in an answer a comment is about: a region by its id, a span of text, or a control; all may be given."""

    control: str | None = None
    region: str | None = None
    start: int | None = None  # code points, or milliseconds of audio and video
    end: int | None = None
    unit: Literal["text", "time"] = "text"


class NewComment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment to store; `client_id` is chosen by the sender and makes sending it again harmless."""

    body: str = ""
    kind: str = "note"
    anchor: Anchor | None = None
    client_id: str


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said about an answer."""

    id: int
    item: str
    slot: int  # the answer it is about
    revision: int | None
    anchor: dict[str, Any] | None
    kind: str
    author: int
    author_name: str | None  # whoever may not see people is told `person-7` of anybody but themselves
    body: str
    resolved: bool
    resolved_by: int | None
    resolved_by_name: str | None = None
    created_at: datetime
    beginning: str | None = None  # of the item's first text, in pages of comments, for whoever may see any item
