"""When a project will be done, pure: what is left ÷ what people do, over the hours in which they were seen to work.

What is left: the open slots, those that will come back (returned ÷ answered so far), and the reviews and adjudications
that more answers will open at the present ratio. A slot of each stage weighs what an answer there takes, as measured.

What people do: a calendar of the past four weeks says how much work the people of the project did in each hour of the
day, and once two weeks were seen of the week. It is assumed to go on like that.

The spread: days differ, and few days are a poor sample of them. With mean m and variance v of n observed days, work done
until expected work C has the variance C·v/m + C²·v/(n·m²), and is taken as normal. The likely moment is where C reaches
what is left, the safe one where C less 1.28 standard deviations does.
"""

import math
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from galley.annotate.counters.model import Forecast, Hour, NodeTotals
from galley.annotate.counters.rules import open_slots
from galley.kernel.language import Text

__all__ = ["OBSERVED", "forecast", "work_left"]

OBSERVED: Final = timedelta(days=28)
"""How far back the calendar looks."""

_HOUR: Final = timedelta(hours=1)
_HORIZON_HOURS: Final = 2 * 365 * 24
_ANSWERS_MIN: Final = 50
_DAYS_MIN: Final = 2
_WEEKLY_DAYS: Final = 14
_NINE_IN_TEN: Final = 1.2816
_REWORK_MAX: Final = 0.9


class _Left(NamedTuple):
    slots: float
    work: float  # weighted by stage
    rework: float


class _Calendar(NamedTuple):
    period: int  # 24 or 168 hours
    expected: tuple[float, ...]  # work in each hour of the period
    day_mean: float
    day_variance: float
    days: int


def work_left(nodes: Sequence[NodeTotals]) -> tuple[float, float]:
    """(slots that will still be answered, returned ÷ answered) of a project."""
    found = _left(nodes, {})
    return found.slots, found.rework


def forecast(nodes: Sequence[NodeTotals], hours: Sequence[Hour], now: datetime) -> Forecast:
    """Likely and safe moments of the last answer, or why there is none."""
    weights = _weights(nodes)
    left = _left(nodes, weights)
    if not nodes:
        return _refused(
            left, Text("Too little is known: no work has been counted yet.", "数据不足：尚无已计入的工作。")
        )
    if left.slots <= 0:
        nothing = Text("Nothing is left to do.", "已无剩余工作。")
        return Forecast(likely=now, safe=now, slots_left=0.0, assumptions=(nothing,))
    this_hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    past = [hour for hour in hours if this_hour - OBSERVED <= hour.hour < this_hour and hour.submitted > 0]
    answers = sum(hour.submitted for hour in past)
    days = len({hour.hour.date() for hour in past})
    if answers < _ANSWERS_MIN or days < _DAYS_MIN:
        return _refused(left, _too_little(answers, days))
    calendar = _calendar(past, weights, this_hour)
    likely, safe = _walk(calendar, left.work, this_hour)
    if likely is None:
        return _refused(left, Text("At this rate it takes more than two years.", "按当前速度需要两年以上。"))
    return Forecast(
        likely=likely,
        safe=safe,
        slots_left=left.slots,
        assumptions=_assumptions(left, calendar, past, nodes, safe is None),
    )


def _refused(left: _Left, why: Text) -> Forecast:
    return Forecast(likely=None, safe=None, slots_left=left.slots, assumptions=(), why_not=why)


def _too_little(answers: int, days: int) -> Text:
    return Text(
        f"Too little is known: {answers} answers on {days} days of the last 28; it takes {_ANSWERS_MIN} on"
        f" {_DAYS_MIN} different days.",
        f"数据不足：近 28 天仅 {days} 天有作业、共 {answers} 个答案；至少需要 {_DAYS_MIN} 天、{_ANSWERS_MIN} 个答案。",
    )


def _weights(nodes: Sequence[NodeTotals]) -> dict[str, float]:
    """Seconds an answer takes by stage; one everywhere unless every stage that has answers was measured."""
    seconds: dict[str, float] = {}
    for stage in {node.stage for node in nodes}:
        ours = [node for node in nodes if node.stage == stage]
        timed, counted = sum(node.timed for node in ours), sum(node.counted_ms for node in ours)
        if timed and counted:
            seconds[stage] = counted / 1000 / timed
        elif any(node.submitted or open_slots(node) for node in ours):
            return {}
    return seconds


def _left(nodes: Sequence[NodeTotals], weights: dict[str, float]) -> _Left:
    made: dict[str, int] = {}
    waiting: dict[str, float] = {}
    answered = returned = 0
    for node in nodes:
        made[node.stage] = made.get(node.stage, 0) + node.made
        waiting[node.stage] = waiting.get(node.stage, 0.0) + open_slots(node)
        if node.stage == "label":
            answered += node.submitted
            returned += node.returned
    rework = min(returned / answered, _REWORK_MAX) if answered else 0.0
    label = waiting.get("label", 0.0) / (1.0 - rework)
    slots = {stage: waited for stage, waited in waiting.items() if stage != "label"}
    for stage in slots:
        slots[stage] += label * (made[stage] / answered if answered else 0.0)
    slots["label"] = label
    work = sum(count * weights.get(stage, 1.0) for stage, count in slots.items())
    return _Left(sum(slots.values()), work, rework)


def _calendar(past: Sequence[Hour], weights: dict[str, float], this_hour: datetime) -> _Calendar:
    first = min(hour.hour for hour in past)
    seen = round((this_hour - first) / _HOUR)
    period = 168 if seen >= _WEEKLY_DAYS * 24 else 24
    work = [0.0] * seen
    for hour in past:
        work[round((hour.hour - first) / _HOUR)] += hour.submitted * weights.get(hour.stage, 1.0)
    start = _place(first, period)
    totals, times = [0.0] * period, [0] * period
    for index, amount in enumerate(work):
        totals[(start + index) % period] += amount
        times[(start + index) % period] += 1
    expected = tuple(total / count if count else 0.0 for total, count in zip(totals, times, strict=True))
    # Whole days counted back from now; what is left over at the beginning is no day.
    days = [sum(work[end - 24 : end]) for end in range(seen, 23, -24)] or [sum(work)]
    variance = statistics.variance(days) if len(days) > 1 else statistics.fmean(days) ** 2
    return _Calendar(period, expected, statistics.fmean(days), variance, len(days))


def _place(moment: datetime, period: int) -> int:
    return (moment.weekday() * 24 + moment.hour) % period


def _walk(calendar: _Calendar, work: float, start: datetime) -> tuple[datetime | None, datetime | None]:
    """The first hours in which the expected, and the cautious, work done reach what is left."""
    likely: datetime | None = None
    done = 0.0
    mean = calendar.day_mean
    each_day = calendar.day_variance / mean if mean else 0.0
    of_mean = calendar.day_variance / (calendar.days * mean * mean) if mean else 0.0
    place = _place(start, calendar.period)
    for hour in range(_HORIZON_HOURS):
        done += calendar.expected[(place + hour) % calendar.period]
        if done < work:
            continue
        end = start + (hour + 1) * _HOUR
        likely = likely or end
        if done - _NINE_IN_TEN * math.sqrt(done * each_day + done * done * of_mean) >= work:
            return likely, end
    return likely, None


def _assumptions(
    left: _Left, calendar: _Calendar, past: Sequence[Hour], nodes: Sequence[NodeTotals], irregular: bool
) -> tuple[Text, ...]:
    waiting = sum(open_slots(node) for node in nodes)
    person_hours = sum(hour.people for hour in past)
    answers = sum(hour.submitted for hour in past)
    busiest = max((hour.people for hour in past), default=0)
    week = calendar.period == 168
    found = [
        Text(
            f"{waiting:,} slots are open; with {left.rework:.1%} of answers returned, and the reviews and adjudications"
            f" still to come, about {left.slots:,.0f} answers are left.",
            f"现有 {waiting:,} 个待完成槽位；按 {left.rework:.1%} 的退回率并计入后续审核与裁定，约剩 {left.slots:,.0f} 个答案。",
        ),
        Text(
            f"People go on as in the last {calendar.days} days: at most {busiest} at once,"
            f" {answers / max(1, person_hours):.1f} answers a person and hour, at the same hours of the"
            f" {'week' if week else 'day'}.",
            f"人员按近 {calendar.days} 天的规律继续作业：同时最多 {busiest} 人，每人每小时 {answers / max(1, person_hours):.1f}"
            f" 个答案，{'每周' if week else '每天'}作业时段不变。",
        ),
    ]
    if not week:
        found.append(
            Text("Weekends are not known yet: less than two weeks were observed.", "观察不足两周，尚未计入周末差异。")
        )
    if irregular:
        found.append(
            Text(
                "The days differ too much to name a safe date within two years.",
                "每日工作量差异过大，两年内无法给出稳妥日期。",
            )
        )
    return tuple(found)
