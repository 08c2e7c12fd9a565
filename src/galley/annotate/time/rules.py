"""The rule of active time, and what an event of the queue adds to the accounts; pure.

`active_time@1` in one sentence: time counts from each sign of work until `idle_seconds` after it, while the page is
visible, while the person held the slot, and never twice. Published with examples in `docs/reference/active-time.md`.
All intervals are half-open and in whole milliseconds, so that sums are exact.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar, cast

import msgspec

from galley.annotate.time.model import (
    TIME_RULE,
    UNITS,
    Activity,
    Counted,
    Grace,
    NewRow,
    Spans,
    Unit,
    Verdict,
    WorkEvent,
)
from galley.kernel.errors import invariant

__all__ = [
    "active_time",
    "attention",
    "clip",
    "length",
    "longest_ms",
    "milliseconds",
    "read_activity",
    "rows_of",
    "subtract",
    "union",
    "unit_known",
    "units_of",
]

T = TypeVar("T")

_GRACE: Final = Grace()
_PLAIN: Final[Mapping[str, Verdict]] = {
    "skipped": "skipped",
    "orphaned": "late",
    "returned": "returned",
    "voided": "void",
}
_WORKING: Final = ("person", "simulated")


# --- intervals -------------------------------------------------------------------------------------------------------


def union(spans: Iterable[tuple[int, int]]) -> Spans:
    """The same moments as sorted intervals that do not touch; empty and backward intervals are nothing."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def subtract(spans: Spans, taken: Spans) -> Spans:
    """The moments of the first that are not in the second; both sorted and apart."""
    left: list[tuple[int, int]] = []
    place = 0
    for start, end in spans:
        while place < len(taken) and taken[place][1] <= start:
            place += 1
        begin, index = start, place
        while index < len(taken) and taken[index][0] < end:
            if begin < taken[index][0]:
                left.append((begin, taken[index][0]))
            begin = max(begin, taken[index][1])
            index += 1
        if begin < end:
            left.append((begin, end))
    return tuple(left)


def clip(spans: Spans, start: int, end: int) -> Spans:
    """The moments within [start, end)."""
    return tuple((max(a, start), min(b, end)) for a, b in spans if max(a, start) < min(b, end))


def length(spans: Spans) -> int:
    """Milliseconds in all."""
    return sum(end - start for start, end in spans)


def longest_ms() -> int:
    """The longest time one answer can count, in milliseconds."""
    return round(_GRACE.longest_seconds * 1000)


def milliseconds(moment: datetime) -> int:
    """A moment as whole milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


# --- active time -----------------------------------------------------------------------------------------------------


def read_activity(raw: Any) -> Activity | None:
    """The report of a client, or None when there is none or it is not one: then no time is counted."""
    try:
        return msgspec.convert(raw, Activity)
    except msgspec.ValidationError:
        return None


def attention(activity: Activity, grace: Grace = _GRACE) -> Spans:
    """When the person was at work, in milliseconds since the item was shown.

    Showing the item, input, pointing, scrolling and playing media are signs of work; each goes on for `idle_seconds`.
    """
    idle = round(grace.idle_seconds * 1000)
    signs = [(0, 0), *activity.input, *activity.pointer, *activity.scroll, *activity.media]
    working = union((start, end + idle) for start, end in signs if start <= end)
    return subtract(clip(working, 0, activity.duration_ms), union(activity.hidden))


def active_time(
    activity: Activity | None, window: tuple[int, int], taken: Spans = (), grace: Grace = _GRACE
) -> Counted:
    """What counts of one report, given when the server saw the work (milliseconds since 1970) and what counted before.

    The report ends at the window's end, less the time it waited to be sent: the client's clock is never used.
    """
    start, end = window
    if activity is None:
        return Counted(None, None, max(0, end - start))
    finished = end - activity.waited_ms
    shown = finished - activity.duration_ms
    seen = clip(((shown, finished),), start, end)
    placed = tuple((shown + a, shown + b) for a, b in attention(activity, grace))
    spans = subtract(clip(placed, start, end), taken)
    return Counted(spans, length(spans), length(seen))


# --- accounts --------------------------------------------------------------------------------------------------------


def unit_known(setting: str | None) -> Unit:
    """The unit a project's setting says; one nobody knows counts items."""
    found: Unit = setting if setting in UNITS else "item"
    return found


def units_of(unit: Unit, body: Any, content: Any) -> int:
    """How much work one answer is: 1 item, its regions, the text's characters, the media's seconds rounded up."""
    if unit == "region":
        values = body.values() if isinstance(body, dict) else ()
        return sum(len(value) for value in values if isinstance(value, list))
    if unit == "character":
        texts = content.values() if isinstance(content, dict) else ()
        return sum(len(text) for text in texts if isinstance(text, str) and not text.startswith(("blob:", "http")))
    if unit == "media_second":
        seconds = content.get("duration") if isinstance(content, dict) else None
        return math.ceil(seconds) if isinstance(seconds, int | float) and 0 < seconds < math.inf else 0
    return 1


def rows_of(events: Iterable[WorkEvent], taken: Callable[[int, int, int], Spans]) -> list[NewRow]:
    """The rows that some events add, in their order; each (slot, revision, verdict) once.

    `taken(who, start, end)` says what was counted of a person before these events.
    """
    rows: dict[tuple[int, int | None, int | None, Verdict], NewRow] = {}
    new: dict[int, list[tuple[int, int]]] = {}

    def counted_before(who: int, start: int, end: int) -> Spans:
        return clip(union([*taken(who, start, end), *new.get(who, ())]), start, end)

    for event in events:
        for row in _rows_of_one(event, counted_before):
            key = (row.slot, row.revision, row.orphan, row.verdict)
            if key in rows:
                continue
            rows[key] = row
            if row.spans:
                new.setdefault(row.who, []).extend(zip(row.spans[::2], row.spans[1::2], strict=True))
    return list(rows.values())


def _rows_of_one(event: WorkEvent, taken: Callable[[int, int, int], Spans]) -> list[NewRow]:
    if event.worker is None:
        return []
    if event.event in ("submitted", "reviewed"):
        verdict: Verdict = "orphan-adopted" if event.adopted else "submitted"
        return [_timed(event, verdict, taken, units=_units(event)), *_accepted(event)]
    if event.event == "revised":
        if event.author == event.worker:
            return [_timed(event, "revised", taken, units=0)]
        return [_plain(event, "fixed", revision=event.base)]
    said = _PLAIN.get(event.event)
    empty = event.event in ("returned", "voided") and event.head is None  # there was no work in it yet
    return [] if said is None or empty else [_plain(event, said, revision=event.head)]


def _units(event: WorkEvent) -> int:
    return units_of(_unit(event), event.body, event.content)


def _unit(event: WorkEvent) -> Unit:
    return "item" if event.target is not None else unit_known(event.unit)


def _plain(event: WorkEvent, verdict: Verdict, *, revision: int | None) -> NewRow:
    return NewRow(
        organisation=event.organisation,
        project=event.project,
        stage=event.stage,
        pool=event.pool,
        slot=event.slot,
        revision=revision,
        orphan=event.orphan if verdict == "late" else None,
        labeler=_known(event.worker),
        kind=event.worker_kind or "person",
        who=_known(event.who),
        verdict=verdict,
        at=event.at,
    )


def _timed(event: WorkEvent, verdict: Verdict, taken: Callable[[int, int, int], Spans], *, units: int) -> NewRow:
    """A row with its time; machines and imports have none."""
    row = msgspec.structs.replace(
        _plain(event, verdict, revision=event.revision), unit=_unit(event), units=units, time_rule=TIME_RULE
    )
    if row.kind not in _WORKING:
        return msgspec.structs.replace(row, time_rule=None)
    activity = read_activity(event.activity)
    window = _window(event, activity)
    counted = active_time(activity, window, taken(row.who, *window))
    spans = counted.spans
    return msgspec.structs.replace(
        row,
        counted_ms=counted.counted_ms,
        raw_ms=counted.raw_ms,
        spans=[edge for span in spans for edge in span] if spans else None,
        span_until=spans[-1][1] if spans else None,
    )


def _window(event: WorkEvent, activity: Activity | None) -> tuple[int, int]:
    """When the server saw the person hold the work: from the lease (of a correction: the answer before) to the answer."""
    end = milliseconds(event.created_at or event.at)
    longest = longest_ms()
    if event.base_at is not None:
        longest = round(_GRACE.correction_seconds * 1000)
        return max(milliseconds(event.base_at), end - longest), end
    if event.leased_at is None:  # a late answer in a slot made for it, or an answer placed without a lease
        return (end - longest, end) if activity is not None else (end, end)
    return min(max(milliseconds(event.leased_at), end - longest), end), end


def _accepted(event: WorkEvent) -> list[NewRow]:
    """What an accepting review says about the work it is about; fixes and returns have events of their own."""
    verdict = event.body.get("verdict") if isinstance(event.body, dict) else None
    if event.target is None or event.target_worker is None or verdict != "accept":
        return []
    return [
        NewRow(
            organisation=event.organisation,
            project=event.project,
            stage=_known(event.target_stage),
            pool=_known(event.target_pool),
            slot=event.target,
            revision=event.target_revision,
            orphan=None,
            labeler=event.target_worker,
            kind=event.target_kind or "person",
            who=_known(event.target_who),
            verdict="accepted",
            at=event.at,
        )
    ]


def _known(value: T | None) -> T:
    invariant(value is not None, "a slot that was worked on has a labeler")
    return cast(T, value)
