"""The finish date: right on a steady floor, later with rework and fewer people, silent with too little data."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from galley.annotate.counters.forecast import forecast, work_left
from galley.annotate.counters.model import Hour, NodeTotals

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)  # a Monday


def node(
    stage: str = "label", *, made: int, submitted: int, returned: int = 0, timed: int = 0, ms: int = 0
) -> NodeTotals:
    return NodeTotals(
        project=1,
        stage=stage,
        pool="",
        made=made,
        submitted=submitted,
        skipped=0,
        void_open=0,
        void_submitted=returned,
        void_skipped=0,
        late=0,
        accepted=0,
        fixed=0,
        returned=returned,
        timed=timed,
        counted_ms=ms,
        units=submitted,
    )


def worked(
    days: int, *, first: int = 9, until: int = 17, people: int = 5, each: int = 20, rest: tuple[int, ...] = ()
) -> list[Hour]:
    """So many days before NOW, the same hours each day."""
    start = NOW.replace(hour=0) - timedelta(days=days)
    return [
        Hour(
            hour=start + timedelta(days=day, hours=hour),
            stage="label",
            people=people,
            submitted=people * each,
            skipped=0,
            accepted=0,
            fixed=0,
            returned=0,
            counted_ms=0,
        )
        for day in range(days)
        for hour in range(first, until)
        if (start + timedelta(days=day)).weekday() not in rest
    ]


def test_a_steady_floor_is_done_when_division_says_so() -> None:
    """800 answers a day, 4,000 left: five working days from Monday nine o'clock, that is Friday at 17."""
    found = forecast([node(made=10_000, submitted=6_000)], worked(7), NOW)
    assert found.likely == found.safe == datetime(2026, 3, 20, 17, tzinfo=UTC)
    assert found.slots_left == 4_000
    assert [set(text._fields) for text in found.assumptions] == [{"en", "zh"}] * 3
    assert "4,000" in found.assumptions[0].en
    assert "4,000" in found.assumptions[0].zh


def test_weekends_count_once_two_weeks_were_seen() -> None:
    left = [node(made=14_000, submitted=6_000)]  # ten working days
    found = forecast(left, worked(21, rest=(5, 6)), NOW)
    assert found.likely == datetime(2026, 3, 27, 17, tzinfo=UTC)  # the second Friday
    assert not any("Weekends" in text.en for text in found.assumptions)


def test_rework_and_reviews_are_left_to_do_as_well() -> None:
    nodes = [node(made=1_000, submitted=500, returned=100), node("review", made=250, submitted=200)]
    slots, rework = work_left(nodes)
    assert rework == 0.2
    label = 500 / 0.8
    assert slots == label + 50 + label * 250 / 500


def test_an_uneven_floor_has_a_later_safe_date() -> None:
    hours = [msgspec.structs.replace(hour, submitted=hour.submitted * (1 + hour.hour.day % 3)) for hour in worked(12)]
    found = forecast([node(made=50_000, submitted=10_000)], hours, NOW)
    assert found.likely is not None
    assert found.safe is not None
    assert found.likely < found.safe


def test_too_little_data_says_so_in_numbers() -> None:
    for hours in ([], worked(1), worked(3, people=1, each=2, until=11)):
        found = forecast([node(made=100, submitted=10)], hours, NOW)
        assert (found.likely, found.safe) == (None, None)
        assert found.why_not is not None
        assert str(sum(hour.submitted for hour in hours)) in found.why_not.en
        assert "不足" in found.why_not.zh


def test_what_nobody_has_counted_yet_is_not_done() -> None:
    found = forecast([], [], NOW)
    assert (found.likely, found.safe) == (None, None)
    assert found.why_not is not None
    assert "Too little is known" in found.why_not.en


def test_nothing_left_is_done_now() -> None:
    assert forecast([node(made=10, submitted=10)], [], NOW).likely == NOW


def test_what_takes_years_gets_no_date() -> None:
    found = forecast([node(made=10_000_000, submitted=6_000)], worked(7), NOW)
    assert found.likely is None
    assert found.why_not is not None


@given(st.integers(1, 3_000), st.integers(1, 3_000), st.integers(0, 400), st.integers(1, 9))
def test_more_work_is_never_done_earlier(one: int, two: int, returned: int, people: int) -> None:
    less, more = sorted((one, two))
    hours = worked(10, people=people)
    sooner = forecast([node(made=500 + less, submitted=500, returned=returned)], hours, NOW)
    later = forecast([node(made=500 + more, submitted=500, returned=returned)], hours, NOW)
    assert sooner.likely is not None
    assert later.likely is not None
    assert sooner.likely <= later.likely
    more_people = forecast(
        [node(made=500 + more, submitted=500, returned=returned)], worked(10, people=people + 1), NOW
    )
    assert more_people.likely is not None
    assert more_people.likely <= later.likely
