"""Words of active time and work accounting: what a client reports, what is counted of it, the rows that say so."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

from galley.annotate.model import LabelerKind

__all__ = [
    "TIME_RULE",
    "UNITS",
    "VERDICTS",
    "Activity",
    "Adjustment",
    "Assisted",
    "Counted",
    "Grace",
    "NewRow",
    "Spans",
    "Unit",
    "Verdict",
    "WorkEvent",
    "WorkRow",
]

TIME_RULE: Final = "active_time@1"
"""The rule that counts now; rows keep the name of the rule they were counted by."""

Verdict = Literal["submitted", "revised", "orphan-adopted", "skipped", "late", "accepted", "fixed", "returned", "void"]
VERDICTS: Final[tuple[Verdict, ...]] = (
    "submitted",  # the answer of a leased slot; a review's verdict is the reviewer's submission
    "revised",  # the labeler's own later correction: more time, no further unit
    "orphan-adopted",  # a late answer that a lead adopted: counts as submitted
    "skipped",
    "late",  # the answer came after the lease was lost; a lead decides
    "accepted",
    "fixed",
    "returned",
    "void",
)
"""What a row says became of the work."""

Unit = Literal["item", "region", "character", "media_second"]
UNITS: Final[tuple[Unit, ...]] = ("item", "region", "character", "media_second")
"""What a project counts work in: its setting `unit`."""

Millisecond = Annotated[int, msgspec.Meta(ge=0, le=31 * 24 * 3600 * 1000)]
Spans = tuple[tuple[int, int], ...]
"""Half-open intervals of milliseconds: sorted, apart from one another, none empty."""

Reported = Annotated[tuple[tuple[Millisecond, Millisecond], ...], msgspec.Meta(max_length=4000)]


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """What a client saw of the work on one slot: milliseconds since the item was shown, in any order.

    A client joins events less than a second apart into one interval, and never sends what was typed or pointed at.
    """

    v: Literal[1]
    duration_ms: Millisecond  # from showing the item to finishing it
    waited_ms: Millisecond = 0  # from finishing it to sending it (a broken network)
    input: Reported = ()  # keys and clicks
    pointer: Reported = ()
    scroll: Reported = ()
    media: Reported = ()  # audio or video was playing
    hidden: Reported = ()  # the page was not visible
    blurred: Reported = ()  # visible, but another window had the keyboard: reported, and not subtracted


Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Assisted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of prelabels, as a client reports it in `activity.assisted`; kept, edited and rejected make up shown."""

    shown: Count  # entities that a prelabel offered
    kept: Count  # left exactly as they were
    edited: Count
    rejected: Count  # taken away
    added: Count  # that no prelabel had offered


class Grace(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the rule."""

    idle_seconds: float = 30.0  # how long a sign of work goes on counting: reading, looking, thinking
    longest_seconds: float = 8 * 3600.0  # of one answer
    correction_seconds: float = 1800.0  # of a correction, for which there is no lease


class Counted(msgspec.Struct, frozen=True):
    """What the rule made of one report; spans are milliseconds since 1970."""

    spans: Spans | None  # None: nothing was reported, so nothing is known
    counted_ms: int | None
    raw_ms: int  # wall time between showing and finishing, as far as the server saw it


class WorkEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the outbox with what accounting must know about its slot and revision."""

    organisation: int
    tx: str
    id: int
    event: str
    at: datetime
    project: int
    stage: str
    pool: str
    slot: int
    labeler: int | None  # of the event
    worker: int | None  # whose work it is: who answered first, skipped, or came late
    worker_kind: LabelerKind | None
    who: int | None  # the worker as a person in all organisations: the person's id, or minus the labeler's
    leased_at: datetime | None
    unit: str | None  # the project's setting
    revision: int | None
    rev: int | None
    author: int | None
    activity: Any
    created_at: datetime | None
    base: int | None
    base_at: datetime | None
    body: Any  # only where units or a verdict are read from it
    content: Any
    adopted: bool
    head: int | None  # the newest revision of the slot
    orphan: int | None
    target: int | None
    target_stage: str | None
    target_pool: str | None
    target_worker: int | None
    target_kind: LabelerKind | None
    target_who: int | None
    target_revision: int | None  # what the review was about


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row to append."""

    organisation: int
    project: int
    stage: str
    pool: str
    slot: int
    revision: int | None
    orphan: int | None
    labeler: int
    kind: LabelerKind
    who: int
    verdict: Verdict
    at: datetime
    counted_ms: int | None = None
    raw_ms: int = 0
    time_rule: str | None = None
    unit: Unit = "item"
    units: int = 0
    spans: list[int] | None = None
    span_until: int | None = None
    corrects: int | None = None
    note: str = ""


class WorkRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done or decided; never changed: a correction is a further row with the difference."""

    id: int
    project: int
    stage: str
    pool: str
    slot: int
    revision: int | None
    labeler: int
    verdict: Verdict
    at: datetime
    counted_ms: int | None
    raw_ms: int
    time_rule: str | None
    unit: Unit
    units: int
    price_rule: int | None
    corrects: int | None
    note: str


class Adjustment(msgspec.Struct, frozen=True, kw_only=True):
    """A lead's correction of one row, as differences: minus two units, plus a minute."""

    row: int
    note: str
    units: int = 0
    counted_ms: int = 0
