"""Words of the totals: where the work of a project is, who did what, when it will be done."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from galley.annotate.model import LabelerKind
from galley.kernel.language import Text

__all__ = [
    "Dashboard",
    "Effort",
    "Forecast",
    "Hour",
    "NodeProgress",
    "NodeTotals",
    "Page",
    "PersonStats",
    "Place",
    "ProjectRow",
    "ProjectSummary",
]


class Place(NamedTuple):
    """How far a reader has read: everything up to and with it."""

    tx: str
    id: int


class NodeTotals(msgspec.Struct, frozen=True, kw_only=True):
    """What ever happened in one node (stage and pool) of a project."""

    project: int
    stage: str
    pool: str
    made: int
    submitted: int
    skipped: int
    void_open: int
    void_submitted: int
    void_skipped: int
    late: int
    accepted: int
    fixed: int
    returned: int
    timed: int
    counted_ms: int
    units: int


class NodeProgress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the slots of one node are now, and how long an answer takes there."""

    stage: str
    pool: str
    open: int  # ready or leased
    submitted: int
    skipped: int
    void: int
    returned: int
    seconds_per_answer: float | None  # counted; None: nobody's client reported it
    days_left: float | None  # open slots ÷ answers a day over the last week; None: nobody answered


class ProjectRow(msgspec.Struct, frozen=True, kw_only=True):
    """A project as it stands in a list."""

    id: int
    line: str
    purpose: str
    name: str
    state: str
    due_at: datetime | None
    created_at: datetime


class ProjectSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A project in a list with its progress."""

    id: int
    name: str
    line: str
    purpose: str
    state: str
    due_at: datetime | None
    created_at: datetime
    slots_open: int
    slots_done: int
    done_share: float | None  # of the slots that are not void or skipped


class Hour(msgspec.Struct, frozen=True, kw_only=True):
    """One hour of one stage."""

    hour: datetime
    stage: str
    people: int
    submitted: int
    skipped: int
    accepted: int
    fixed: int
    returned: int
    counted_ms: int


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """When a project will be done, or why nobody can say; `assumptions` say in words what that rests on."""

    likely: datetime | None  # as probably before as after
    safe: datetime | None  # nine times in ten before
    slots_left: float  # with the rework to be expected
    assumptions: tuple[Text, ...]
    why_not: Text | None = None


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """All of a project on one page."""

    nodes: tuple[NodeProgress, ...]
    slots_open: int
    slots_done: int
    done_share: float | None
    leased: int
    leased_more: bool  # there are more leases than were counted
    hours: tuple[Hour, ...]  # of the last seven days
    gold_answers: int
    gold_accuracy: float | None
    accepted_share: float | None  # of the answers somebody judged
    agreement: float | None  # share of pairs of answers to one item that are equal
    answer_seconds_median: float | None
    answer_seconds_p95: float | None
    slowest: str | None  # stage or stage/pool
    forecast: Forecast


class Effort(msgspec.Struct, frozen=True, kw_only=True):
    """What one labeler did in one stage of a project."""

    labeler: int
    name: str
    kind: LabelerKind
    stage: str
    submitted: int
    revised: int
    skipped: int
    late: int
    accepted: int
    fixed: int
    returned: int
    voided: int
    timed: int
    counted_ms: int
    raw_ms: int
    units: int
    last_at: datetime
    seen: int | None  # items whose answer is known
    correct: int | None


class PersonStats(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table of people."""

    labeler: int
    name: str
    kind: LabelerKind
    answers: int
    reviews: int
    units: int
    counted_hours: float
    raw_hours: float
    answers_an_hour: float | None  # of counted time; None: too little was measured
    returned_share: float | None
    gold_answers: int
    gold_accuracy: float | None
    skipped: int
    late: int
    last_at: datetime


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a list; `next` is where it goes on."""

    items: tuple[object, ...]
    next: str | None
