"""The rule of active time: its laws, and the examples of the published page, word for word."""

import itertools
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.annotate.time.model import Activity, Grace, Spans
from galley.annotate.time.rules import active_time, attention, clip, length, read_activity, subtract, union, units_of

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "active-time.md"

SPAN = st.tuples(st.integers(0, 200_000), st.integers(0, 200_000))
REPORTED = st.lists(SPAN, max_size=8).map(tuple)
ACTIVITIES = st.builds(
    Activity,
    v=st.just(1),
    duration_ms=st.integers(0, 250_000),
    waited_ms=st.integers(0, 50_000),
    input=REPORTED,
    pointer=REPORTED,
    scroll=REPORTED,
    media=REPORTED,
    hidden=REPORTED,
    blurred=REPORTED,
)
END = 1_000_000
WINDOWS = st.tuples(st.integers(600_000, END), st.just(END))
TAKEN = st.lists(st.tuples(st.integers(600_000, END), st.integers(600_000, END)), max_size=6).map(union)


def moments(spans: Spans) -> set[int]:
    return {moment for start, end in spans for moment in range(start, end)}


SMALL = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)


@given(SMALL, SMALL)
def test_intervals_are_sets_of_moments(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    one, two = union(left), union(right)
    assert moments(one) == {m for a, b in left for m in range(a, b)}
    assert all(a < b for a, b in one)
    assert all(first[1] < second[0] for first, second in itertools.pairwise(one))
    assert moments(subtract(one, two)) == moments(one) - moments(two)
    assert moments(clip(one, 5, 20)) == moments(one) & set(range(5, 20))
    assert length(one) == len(moments(one))


@given(ACTIVITIES, WINDOWS, TAKEN)
def test_counted_time_is_never_more_than_wall_time(activity: Activity, window: tuple[int, int], taken: Spans) -> None:
    counted = active_time(activity, window, taken)
    assert counted.counted_ms is not None
    assert 0 <= counted.counted_ms <= counted.raw_ms <= window[1] - window[0]
    assert counted.raw_ms <= activity.duration_ms
    assert counted.spans is not None
    assert counted.counted_ms == length(counted.spans)
    assert not moments_overlap(counted.spans, taken)


def moments_overlap(left: Spans, right: Spans) -> bool:
    return any(max(a, c) < min(b, d) for a, b in left for c, d in right)


@given(ACTIVITIES, WINDOWS, st.floats(0, 120), st.floats(0, 120))
def test_a_longer_grace_never_counts_less(activity: Activity, window: tuple[int, int], one: float, two: float) -> None:
    short, long = sorted((one, two))
    less = active_time(activity, window, (), Grace(idle_seconds=short))
    more = active_time(activity, window, (), Grace(idle_seconds=long))
    assert (less.counted_ms or 0) <= (more.counted_ms or 0)
    assert less.raw_ms == more.raw_ms


@given(ACTIVITIES, WINDOWS, st.integers(600_000, END))
def test_time_adds_up_over_parts(activity: Activity, window: tuple[int, int], cut: int) -> None:
    whole = active_time(activity, window).spans or ()
    assert length(clip(whole, 0, cut)) + length(clip(whole, cut, END)) == length(whole)


@given(ACTIVITIES, WINDOWS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_events_do_not_matter(activity: Activity, window: tuple[int, int], chance: Any) -> None:
    def disordered(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        twice = [*spans, *spans[: len(spans) // 2]]
        chance.shuffle(twice)
        return tuple(twice)

    other = msgspec.structs.replace(
        activity,
        **{name: disordered(getattr(activity, name)) for name in ("input", "pointer", "scroll", "media", "hidden")},
    )
    assert active_time(activity, window) == active_time(other, window)


@given(st.lists(st.tuples(ACTIVITIES, WINDOWS), min_size=1, max_size=5))
def test_slots_side_by_side_never_count_more_than_the_wall(work: list[tuple[Activity, tuple[int, int]]]) -> None:
    taken: Spans = ()
    total = 0
    for activity, window in work:
        counted = active_time(activity, window, taken)
        total += counted.counted_ms or 0
        taken = union([*taken, *(counted.spans or ())])
    assert total == length(taken) <= END - min(window[0] for _, window in work)


def test_hidden_pages_do_not_count_and_blurred_ones_do() -> None:
    seen = Activity(v=1, duration_ms=60_000, media=((0, 60_000),))
    assert length(attention(seen)) == 60_000
    assert length(attention(msgspec.structs.replace(seen, hidden=((10_000, 40_000),)))) == 30_000
    assert length(attention(msgspec.structs.replace(seen, blurred=((10_000, 40_000),)))) == 60_000


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "much",
        {"v": 2, "duration_ms": 1},
        {"v": 1, "duration_ms": -1},
        {"v": 1, "duration_ms": 10**15},
        {"v": 1, "duration_ms": 5, "input": [[0]]},
        {"v": 1, "duration_ms": 5, "input": [[0, 1]] * 5000},
    ],
)
def test_what_is_not_a_report_counts_as_none(raw: Any) -> None:
    assert read_activity(raw) is None
    counted = active_time(read_activity(raw), (0, 9_000))
    assert (counted.counted_ms, counted.raw_ms) == (None, 9_000)


def test_units_are_counted_by_the_setting() -> None:
    body = {"boxes": [{"x": 1}, {"x": 2}], "topic": "sports", "tags": ["a"]}
    content = {"text": "你好吗", "image": "blob:" + "0" * 64, "duration": 12.1}
    assert [units_of(unit, body, content) for unit in ("item", "region", "character", "media_second")] == [1, 3, 3, 13]
    assert [units_of(unit, None, None) for unit in ("item", "region", "character", "media_second")] == [1, 0, 0, 0]


def test_the_page_has_the_examples_the_rule_gives() -> None:
    text = PAGE.read_text(encoding="utf-8")
    cases = re.findall(r"```json\n(.*?)\n```", text, re.DOTALL)
    assert len(cases) >= 5
    for case in cases:
        example = msgspec.json.decode(case)
        activity = read_activity(example["activity"])
        assert activity is not None, example
        end = 10_000_000
        taken = union((end - a, end - b) for a, b in example.get("counted_before_ms_ago", []))
        found = active_time(activity, (end - example["held_seconds"] * 1000, end), taken)
        expected = (example["counted_seconds"] * 1000, example["raw_seconds"] * 1000)
        assert (found.counted_ms, found.raw_ms) == expected, example
