"""Krippendorff's alpha against published worked examples."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.assess.agreement import krippendorff_alpha

SEED = b"s" * 32

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: four observers, twelve units, gaps.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
UNITS = {f"{unit:02}": [row[unit] for row in OBSERVERS if row[unit] is not None] for unit in range(len(OBSERVERS[0]))}


def nominal(left: object, right: object) -> float:
    return float(left != right)


def key(value: object) -> bytes:
    return repr(value).encode()


def test_published_example_nominal() -> None:
    found = krippendorff_alpha(UNITS, nominal, key=key, seed=SEED)
    assert found.alpha == pytest.approx(0.743, abs=0.0006)
    assert (found.items, found.answers) == (11, 40)


def test_published_example_interval() -> None:
    found = krippendorff_alpha(UNITS, lambda left, right: (left - right) ** 2, key=key, seed=SEED)
    assert found.alpha == pytest.approx(0.849, abs=0.0006)


def test_published_example_two_observers_binary() -> None:
    # The same text, section A: observers Meg and Owen, ten articles, alpha = 0.095.
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    units = {str(place): list(pair) for place, pair in enumerate(zip(meg, owen, strict=True))}
    found = krippendorff_alpha(units, nominal, key=key, seed=SEED)
    assert found.alpha == pytest.approx(0.095, abs=0.0006)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.095 < found.high


def test_nothing_to_compare_is_not_agreement() -> None:
    assert krippendorff_alpha({"a": ["x"]}, nominal, key=key, seed=SEED).alpha is None
    assert krippendorff_alpha({"a": ["x", "x"], "b": ["x", "x"]}, nominal, key=key, seed=SEED).alpha is None


def test_perfect_agreement_is_one() -> None:
    found = krippendorff_alpha({"a": ["x", "x"], "b": ["y", "y"]}, nominal, key=key, seed=SEED)
    assert (found.alpha, found.low, found.high) == (1.0, 1.0, 1.0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), min_size=2, max_size=4), min_size=2, max_size=12), st.randoms())
def test_order_of_items_and_answers_does_not_matter(units: list[list[str]], random: object) -> None:
    first: dict[str, Sequence[str]] = {str(place): unit for place, unit in enumerate(units)}
    second = dict(reversed([(item, unit[::-1]) for item, unit in first.items()]))
    left = krippendorff_alpha(first, nominal, key=key, seed=SEED)
    right = krippendorff_alpha(second, nominal, key=key, seed=SEED)
    assert left == right


def test_sampled_expectation_is_close_to_the_exact_one(monkeypatch: pytest.MonkeyPatch) -> None:
    units = {str(place): [place % 50, (place * 7) % 50] for place in range(400)}
    exact = krippendorff_alpha(units, lambda a, b: abs(a - b) / 50, key=key, seed=SEED)
    monkeypatch.setattr("galley.assess.agreement.DISTINCT_PAIRS_MAX", 1000)
    rough = krippendorff_alpha(units, lambda a, b: abs(a - b) / 50, key=key, seed=SEED)
    assert rough.sampled
    assert rough.expected == pytest.approx(exact.expected, rel=0.05)
