"""Bodies of progress, people and accounts as they travel."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from galley.annotate.counters.model import Dashboard, Forecast, Hour, ItemFace, NodeProgress
from galley.annotate.time.model import Unit
from galley.kernel.language import Language, Text

__all__ = [
    "AdjustBody",
    "Adjusted",
    "BoardView",
    "DraftBody",
    "ExplorerView",
    "FinishView",
    "ProgressView",
    "UnitBody",
]

_TEN_YEARS_MS = 315_360_000_000


class FinishView(msgspec.Struct, kw_only=True):
    """When a project will be done, and what that rests on, in the language asked for."""

    likely: datetime | None
    safe: datetime | None
    slots_left: float
    assumptions: list[str]
    why_not: str | None

    @classmethod
    def of(cls, found: Forecast, language: Language) -> "FinishView":
        """A forecast in one language."""

        def say(text: Text) -> str:
            return text.say(language)

        return cls(
            likely=found.likely,
            safe=found.safe,
            slots_left=found.slots_left,
            assumptions=[say(text) for text in found.assumptions],
            why_not=None if found.why_not is None else say(found.why_not),
        )


class ProgressView(msgspec.Struct, kw_only=True):
    """Where a project's slots are, by stage and pool."""

    nodes: list[NodeProgress]


class BoardView(msgspec.Struct, kw_only=True):
    """All of a project on one page."""

    nodes: list[NodeProgress]
    slots_open: int
    slots_done: int
    done_share: float | None
    leased: int
    leased_more: bool  # there are more leases than were counted
    hours: list[Hour]  # of the last seven days
    gold_answers: int
    gold_accuracy: float | None
    accepted_share: float | None
    identical_answers: float | None  # share of the items with several answers on which all are the same, to the letter
    answer_seconds_median: float | None
    answer_seconds_p95: float | None
    slowest: str | None
    finish: FinishView

    @classmethod
    def of(cls, found: Dashboard, language: Language) -> "BoardView":
        """A dashboard with its forecast in one language."""
        facts = {name: getattr(found, name) for name in found.__struct_fields__ if name != "forecast"}
        facts |= {"nodes": list(found.nodes), "hours": list(found.hours)}
        return cls(finish=FinishView.of(found.forecast, language), **facts)


class ExplorerView(msgspec.Struct, kw_only=True):
    """A page of items. It may be short, or empty, and still have a next one: looking for rare items has a limit."""

    items: list[ItemFace]
    next: str | None
    count: str | None  # of all that fit, on the first page: "17", "1,000+"


class DraftBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A piece of a draft: what happened since the piece before, or with `whole` everything so far."""

    seq: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
    body: Any
    whole: bool = False


class UnitBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a project counts work in."""

    unit: Unit


class AdjustBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A correction of a row of the accounts, as differences."""

    note: Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern="^[^\\x00]*$")]
    units: Annotated[int, msgspec.Meta(ge=-(10**9), le=10**9)] = 0
    counted_ms: Annotated[int, msgspec.Meta(ge=-_TEN_YEARS_MS, le=_TEN_YEARS_MS)] = 0


class Adjusted(msgspec.Struct, kw_only=True):
    """Whether a correction was added; false when the same was said before."""

    added: bool
