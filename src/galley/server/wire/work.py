"""What people send to and get from the hot path."""

from typing import Annotated, Any
from uuid import UUID

import msgspec

from galley.annotate.model import Receipt
from galley.annotate.work.model import ANY_POOL, Handed, Refused

__all__ = [
    "ClaimBody",
    "ReleaseBody",
    "Released",
    "Renewed",
    "SkipBody",
    "Skipped",
    "SubmitBody",
    "WorkAnswer",
]

LEASES_MOST = 50
Count = Annotated[int, msgspec.Meta(ge=0, le=LEASES_MOST)]
SlotId = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Pool = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f]*$")]


class ClaimBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Ask for work: as many leases as one wants to hold, those held already included."""

    count: Count = 1
    pool: Pool = ANY_POOL


class SubmitBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An answer, and how many leases one wants to hold afterwards."""

    slot: SlotId
    token: UUID
    labels: Any
    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    activity: Any = None
    guideline_version: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None
    next: Count = 0
    pool: Pool = ANY_POOL


class ReleaseBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Give a lease back unanswered."""

    slot: SlotId
    token: UUID


class SkipBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Pass an item on to somebody else, with one of the reasons there are."""

    slot: SlotId
    token: UUID
    reason: str


class Skipped(msgspec.Struct, kw_only=True):
    """The slot that was opened for somebody else."""

    replacement: int


class Renewed(msgspec.Struct, kw_only=True):
    """The slots whose leases one holds, all of them renewed, and for how long."""

    slots: list[int]
    seconds: float


class Released(msgspec.Struct, kw_only=True):
    """Whether the lease was still held."""

    released: bool


class WorkAnswer(msgspec.Struct, kw_only=True):
    """What became of the answer, and the leases one holds now, with their content."""

    receipt: Receipt | None
    leases: tuple[Handed, ...]
    label_schema: str  # SHA-256
    guideline: str | None
    refused: Refused | None
    retry_seconds: int | None  # there are fewer leases than wished for: when to ask again
