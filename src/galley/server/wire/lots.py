"""What inspectors send to and get from lots."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from galley.annotate.lots.model import LOT_ITEMS_MAX, LotState
from galley.assess.lot_plans import ExactTerms, StandardTerms

__all__ = ["DrawBody", "LotView", "PreviewBody", "Returned", "SampleView", "WithdrawBody"]


class PreviewBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A lot there might be."""

    terms: ExactTerms | StandardTerms
    size: Annotated[int, msgspec.Meta(ge=2, le=LOT_ITEMS_MAX)]


class DrawBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How a sample is drawn."""

    beacon: Annotated[str, msgspec.Meta(max_length=1000)] = ""  # public randomness from after the lot was made


class WithdrawBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why a lot is taken back."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Returned(msgspec.Struct, kw_only=True):
    """How many answers went back."""

    returned: int


class SampleView(msgspec.Struct, kw_only=True):
    """One drawn item as its inspector sees it: nobody's name is on it."""

    item: str
    rank: int
    content: Any
    answers: list[Any]
    wrong: bool | None
    reason: str | None
    note: str
    inspected_at: datetime | None


class LotView(msgspec.Struct, kw_only=True):
    """A lot in a list."""

    id: int
    name: str
    stage: Literal["label", "adjudicate"]
    series: str
    parent: int | None
    size: int
    terms: Any
    state: LotState
    created_by: str
    created_at: datetime
    closed_at: datetime | None
