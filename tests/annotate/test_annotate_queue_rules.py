"""The queue's pure decisions."""

import itertools
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.annotate.model import STATES
from galley.annotate.rules import TRANSITIONS, Change, lease_seconds, may_review, next_state, next_step


def test_only_listed_changes_are_legal() -> None:
    for state, change in itertools.product(STATES, get_args(Change)):
        assert next_state(state, change) == TRANSITIONS.get((state, change))
    assert next_state("submitted", "submit") is None
    assert next_state("void", "claim") is None


def test_void_is_the_end_and_every_state_can_be_reached() -> None:
    assert not [pair for pair in TRANSITIONS if pair[0] == "void"]
    reached = {"ready"}
    for _ in STATES:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(STATES)


@pytest.mark.parametrize(("slow", "lease"), [(0, 600), (299, 600), (301, 602), (3600, 7200)])
def test_a_lease_is_long_enough_for_slow_work(slow: float, lease: float) -> None:
    assert lease_seconds(slow) == lease


def test_nobody_reviews_their_own_work() -> None:
    assert may_review(1, [2, None])
    assert not may_review(1, [2, 1])


@pytest.mark.parametrize(
    ("opinions", "step"),
    [
        ("", "wait"),
        ("a", "wait"),
        ("aa", "enough"),
        ("ab", "another"),
        ("aab", "enough"),
        ("abc", "another"),
        ("abca", "another"),
        ("abcd", "another"),
        ("aabb", "another"),
        ("aabbc", "adjudicate"),
        ("aabba", "enough"),
        ("abcde", "adjudicate"),
    ],
)
def test_what_an_item_needs_next(opinions: str, step: str) -> None:
    assert next_step(list(opinions), overlap=2, most=5) == step


@given(st.lists(st.sampled_from("abc"), max_size=8), st.integers(1, 3), st.integers(0, 4))
def test_what_an_item_needs_does_not_depend_on_order_or_names(opinions: list[str], overlap: int, more: int) -> None:
    step = next_step(opinions, overlap, overlap + more)
    assert next_step(opinions[::-1], overlap, overlap + more) == step
    renamed = [{"a": "z", "b": "a", "c": "m"}[opinion] for opinion in opinions]
    assert next_step(renamed, overlap, overlap + more) == step
    if len(opinions) >= overlap + more:
        assert step in ("enough", "adjudicate"), "asking ends"
