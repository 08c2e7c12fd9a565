"""What reviewers and leads send and get."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from galley.annotate.discuss.model import Anchor
from galley.annotate.model import Receipt

__all__ = [
    "CommentBody",
    "LateView",
    "ResolveBody",
    "SettleBody",
    "Settled",
    "VerdictAnswer",
    "VerdictBody",
    "Verdicts",
]

Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
ClientId = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Words = Annotated[str, msgspec.Meta(max_length=10_000)]
Kind = Annotated[str, msgspec.Meta(max_length=40)]


class CommentBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Something said about an answer, of a region or span of it when there is an anchor."""

    client_id: ClientId
    body: Words = ""
    kind: Kind = "note"
    anchor: Anchor | None = None


class ResolveBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether a comment has been dealt with."""

    resolved: bool = True


class VerdictBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A verdict on the slot under review."""

    slot: Number  # the review's, as claimed
    token: UUID
    client_id: ClientId
    verdict: Literal["accept", "fix", "return"]
    labels: Any = None  # fix: the corrected answer
    base: Number | None = None  # fix: the revision it corrects
    reason: Kind | None = None  # return
    note: Words = ""
    comments: Annotated[list[CommentBody], msgspec.Meta(max_length=100)] = []


class Verdicts(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Verdicts to store, each on its own."""

    verdicts: Annotated[list[VerdictBody], msgspec.Meta(min_length=1, max_length=100)]


class VerdictAnswer(msgspec.Struct, kw_only=True):
    """What became of a verdict: a receipt, or a problem."""

    slot: int
    receipt: Receipt | None = None
    problem: dict[str, Any] | None = None


class LateView(msgspec.Struct, kw_only=True):
    """A late answer waiting for a lead."""

    id: int
    slot: int
    item: str
    stage: str
    labeler: int
    labeler_kind: str
    body: Any
    reason: str
    created_at: datetime


class SettleBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A lead's decision: adopt a late answer as one more, or dismiss it."""

    adopt: bool


class Settled(msgspec.Struct, kw_only=True):
    """What a late answer was settled as."""

    id: int
    settled: Literal["adopted", "dismissed"]
