"""The words of lots: how items are picked, a lot, an item of its sample, what is returned."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

__all__ = [
    "LOT_ITEMS_MAX",
    "Lot",
    "LotLabeler",
    "LotReceipt",
    "LotState",
    "Mark",
    "NewLot",
    "Pick",
    "ReturnScope",
    "SampleItem",
]

LOT_ITEMS_MAX: Final = 500_000

LotState = Literal["open", "drawn", "accepted", "rejected", "withdrawn"]
ReturnScope = Literal["failing", "labeler", "whole"]


class Pick(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which finished items make a lot; every condition given must hold."""

    items: Annotated[tuple[str, ...], msgspec.Meta(max_length=100_000)] | None = (
        None  # named one by one, as a query does
    )
    batch: int | None = None
    labeler: int | None = None  # one of the answers is theirs
    since: datetime | None = None  # the newest answer was given at this moment or later …
    until: datetime | None = None  # … and before this one
    limit: Annotated[int, msgspec.Meta(ge=2, le=LOT_ITEMS_MAX)] | None = None  # the first so many, by item id


class NewLot(msgspec.Struct, frozen=True, kw_only=True):
    """What a lot is made of before its items are known."""

    project: int
    stage: Literal["label", "adjudicate"]
    name: str
    series: str
    parent: int | None
    resumes: bool
    pick: Pick
    created_by: str


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot as it is; terms, plan and verdict are the assessment's, as plain data."""

    id: int
    project: int
    stage: Literal["label", "adjudicate"]
    name: str
    series: str
    parent: int | None
    resumes: bool  # inspection of the series had been discontinued before
    pick: Any
    terms: Any
    plan: Any
    size: int
    items_root: str
    answers_root: str
    state: LotState
    commitment: str | None
    verdict: Any
    reason: str
    created_by: str
    created_at: datetime
    drawn_at: datetime | None
    closed_at: datetime | None
    stated: str | None = None  # the commitment that draws, from when it is fixed
    envelope: str | None = None  # SHA-256 of the statement that names it …
    log_index: int | None = None  # … and that statement's place in the transparency log


class LotReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where a lot's commitment is stated."""

    envelope: str  # SHA-256
    index: int


class SampleItem(msgspec.Struct, frozen=True, kw_only=True):
    """One drawn item, in the order of the draw."""

    item: str
    rank: int
    answers: list[int]  # revisions under inspection
    labelers: list[int]
    wrong: bool | None
    reason: str | None
    note: str
    inspector: int | None
    inspected_at: datetime | None
    content: Any = None  # what people saw
    bodies: list[Any] | None = None  # what they answered


class LotLabeler(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose answers are in a lot."""

    labeler: int
    name: str | None  # None: whoever asks may not see names
    items: int
    wrong: int  # of the items found wrong
    returnable: int  # answers that have not gone back


class Mark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an inspector found about one drawn item."""

    item: str
    wrong: bool
    reason: str | None = None  # wrong: one of annotate.model.RETURN_REASONS
    note: Annotated[str, msgspec.Meta(max_length=4000)] = ""
