"""Words of one person's desk."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from galley.annotate.counters.model import PersonStats
from galley.annotate.time.model import WorkRow

__all__ = [
    "ChartAgreement",
    "ChartAssistance",
    "ChartDay",
    "ChartGold",
    "ChartLabel",
    "ChartPersonDay",
    "ChartReviews",
    "Charts",
    "DayDone",
    "DeskStage",
    "LineProject",
    "MyAction",
    "MyProject",
    "MyStanding",
    "MyWork",
    "ReaderLag",
]


class DeskStage(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for one at a stage of a project."""

    desk: str  # the word in the path: work, adjudications, reviews, acceptances
    stage: str
    open: int  # slots nobody has done, whoever they may be for: an upper bound of what one could get
    held: int  # leases of one's own
    lease_until: datetime | None  # when the first of them runs out
    returned: int  # one's own answers that came back
    assigned: int  # kept for one by a lead


class MyStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Why a project hands one nothing."""

    state: Literal["paused", "blocked"]
    until: datetime | None
    reason: str


class MyProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project one may work in, and what waits there."""

    id: int
    name: str
    line: str
    state: str
    due_at: datetime | None
    guideline_version: int
    schema_version: int
    desks: tuple[DeskStage, ...]
    drafts: int  # slots with unfinished work of one's own
    standing: MyStanding | None  # None: open
    mine: PersonStats | None  # None before the first answer; what was done on known answers is not told


class DayDone(msgspec.Struct, frozen=True, kw_only=True):
    """One's day (UTC) in all projects together."""

    day: date
    answers: int
    returned: int
    counted_ms: int
    units: int


class MyAction(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done about one, and why."""

    id: int
    project: int
    rule: str | None  # None: a lead did it
    act: Any
    explanation_en: str
    explanation_zh: str
    state: str
    at: datetime
    until: datetime | None
    appeal: int | None
    appeal_state: str | None


class MyWork(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one's work in an organisation."""

    projects: tuple[MyProject, ...]  # those with something to do first, then the newest
    more: bool  # there are more projects than were looked at
    days: tuple[DayDone, ...]  # of the last 14
    rows: tuple[WorkRow, ...]  # the newest of one's accounts
    actions: tuple[MyAction, ...]  # the newest things done about one


class LineProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project in which people answer for a line."""

    id: int
    name: str
    purpose: str
    state: str


class ChartDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day (UTC) of one stage of a project; `accepted`, `fixed`, `returned` are what became of answers in review."""

    day: date
    stage: str
    answers: int
    skipped: int
    accepted: int
    fixed: int
    returned: int
    counted_ms: int


class ChartPersonDay(msgspec.Struct, frozen=True, kw_only=True):
    """One day (UTC) of one person in a project."""

    day: date
    labeler: int
    answers: int
    accepted: int
    fixed: int
    returned: int
    counted_ms: int
    seconds_per_answer: float | None  # counted; None: nothing was measured
    returned_share: float | None  # of the answers that day; None: there were none


class ChartAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """How far people agreed beyond chance on the items whose newest answer fell on a day (UTC)."""

    day: date
    alpha: float | None  # Krippendorff's, by the schema's distance; None: all answers were the same
    low: float | None  # of its 95 % interval
    high: float | None
    items: int  # with answers of several people
    answers: int
    sampled: bool  # there were more such items than were looked at


class ChartGold(msgspec.Struct, frozen=True, kw_only=True):
    """Answers to items whose answer is known, on one day (UTC)."""

    day: date
    seen: int
    correct: int


class ChartReviews(msgspec.Struct, frozen=True, kw_only=True):
    """Reviews of one day (UTC) with one outcome and reason."""

    day: date
    verdict: str  # accept, fix, return
    reason: str  # "" where none was given
    reviews: int


class ChartLabel(msgspec.Struct, frozen=True, kw_only=True):
    """On how many items somebody gave a label."""

    control: str
    value: str
    items: int


class ChartAssistance(msgspec.Struct, frozen=True, kw_only=True):
    """What people made of prelabels, as their clients report it."""

    answers: int  # that began with prelabels
    shown: int
    kept: int
    edited: int
    rejected: int
    added: int


class Charts(msgspec.Struct, frozen=True, kw_only=True):
    """The series of a project's charts."""

    days: tuple[ChartDay, ...]
    people: tuple[ChartPersonDay, ...]
    more: bool  # there are more person-days than were sent
    agreement: tuple[ChartAgreement, ...]
    gold: tuple[ChartGold, ...]
    reviews: tuple[ChartReviews, ...]  # the most frequent 2,000 of the time
    labels: tuple[ChartLabel, ...]  # of all time; those on most items first, 200 at most
    labels_more: bool
    assistance: ChartAssistance  # of all time


class ReaderLag(msgspec.Struct, frozen=True, kw_only=True):
    """How far a duty is behind the outbox."""

    name: str
    events: int  # not read yet; 10,000 stands for that or more
    oldest: datetime | None  # since when the oldest of them waits
