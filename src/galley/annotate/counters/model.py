"""Words of the totals: where the work of a project is, who did what, when it will be done."""

from datetime import datetime
from typing import Final, Literal, NamedTuple

import msgspec

from galley.annotate.model import LabelerKind
from galley.kernel.language import Text

__all__ = [
    "ITEM_STATES",
    "Dashboard",
    "Effort",
    "Forecast",
    "Hour",
    "ItemFace",
    "ItemFilter",
    "ItemPage",
    "ItemPlace",
    "ItemState",
    "NodeProgress",
    "NodeTotals",
    "OpenWork",
    "PersonStats",
    "Place",
    "ProjectRow",
    "ProjectSummary",
]


ItemState = Literal["new", "working", "done", "void"]
ITEM_STATES: Final[tuple[ItemState, ...]] = ("new", "working", "done", "void")
"""Of an item: no answer yet, answers and open slots, answers and none open, nothing alive."""


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


class OpenWork(msgspec.Struct, frozen=True, kw_only=True):
    """What is open in one project, for whoever watches the floor."""

    organisation: int
    project: int
    ready: int
    leased: int


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


class Hour(msgspec.Struct, frozen=True):
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
    identical_answers: float | None  # share of the items with several answers on which all are the same, to the letter
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
    assisted: int | None = None  # answers that began with prelabels
    shown: int | None = None  # what those prelabels offered
    kept: int | None = None  # … and was left exactly as it was


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
    assisted_answers: int  # that began with prelabels, as clients report it
    kept_share: float | None  # of what prelabels offered: left unchanged; None: nothing was offered
    skipped: int
    late: int
    last_at: datetime


class ItemFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which items the explorer shows; several conditions must all hold."""

    state: ItemState | None = None
    node: str | None = None  # has an open slot there: stage, or stage/pool
    labeler: int | None = None
    label: tuple[str, str] | None = None  # control, value
    since: datetime | None = None  # of the newest answer
    until: datetime | None = None
    differing: bool = False
    gold: bool = False
    prefix: str = ""  # of the text
    newest_first: bool = False


class ItemFace(msgspec.Struct, frozen=True, kw_only=True):
    """An item as the explorer lists it."""

    item: str
    state: ItemState
    answers: int
    differing: bool
    gold: bool
    head: str  # how its text begins
    labelers: tuple[int, ...]
    labels: dict[str, list[str]]  # control -> values somebody gave
    waiting_at: tuple[str, ...]  # nodes beyond labelling that have an open slot
    last_at: datetime | None


class ItemPlace(NamedTuple):
    """Where a page of the explorer begins: after this row of the index that drives the list."""

    drive: str
    item: str
    head: str
    last_at: datetime | None


class ItemPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the explorer; there may be a next one even when this is not full, or empty: looking has a limit too."""

    items: tuple[ItemFace, ...]
    next: ItemPlace | None
    count: int | None  # of all that fit, on the first page only
    count_more: bool  # there are more: say "1,000+"
