"""Voting: the parts every merge is made of. Each starts by sorting, so no merge depends on the order it is given."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar, cast

from galley.kernel.errors import invariant
from galley.labels.forms import stable_form

__all__ = ["Vote", "heaviest", "lower_median", "majority", "medoid", "plurality", "tally", "total", "votes_of"]

Vote = tuple[Any, float]
Key = TypeVar("Key", bound=Hashable)


def votes_of(values: Sequence[Any], weights: Sequence[float]) -> list[Vote]:
    """Values with their weights in canonical order; weights that are all zero count as equal.

    A weight must be a finite number, not negative.
    """
    invariant(len(values) == len(weights), "every value has a weight", values=len(values), weights=len(weights))
    invariant(len(values) > 0, "there is something to merge")
    invariant(all(math.isfinite(w) and w >= 0 for w in weights), "weights are finite and not negative")
    equal = not any(weights)
    votes = [(value, 1.0 if equal else float(weight)) for value, weight in zip(values, weights, strict=True)]
    return sorted(votes, key=lambda vote: (-vote[1], stable_form(vote[0])))


def total(votes: Iterable[tuple[Any, float]]) -> float:
    """The sum of the weights, the same for every order of addition."""
    return math.fsum(weight for _, weight in votes)


def tally(ballots: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    """The weight behind each key, exactly summed."""
    gathered: dict[Key, list[float]] = {}
    for key, weight in ballots:
        gathered.setdefault(key, []).append(weight)
    return {key: math.fsum(weights) for key, weights in gathered.items()}


def plurality(votes: Sequence[Vote]) -> Any:
    """The value with the most weight; of equals, the one that sorts first in stable form."""
    forms = {stable_form(value): value for value, _ in votes}
    counted = tally((stable_form(value), weight) for value, weight in votes)
    return forms[min(counted, key=lambda form: (-counted[form], form))]


def heaviest(counted: dict[Key, float]) -> Key:
    """The key with the most weight; of equals, the smallest."""
    ranked: Any = counted
    best = max(counted.values())
    return cast(Key, min(key for key in ranked if counted[key] == best))


def majority(counted: dict[Key, float], whole: float) -> list[Key]:
    """The keys that more than half of the weight stands behind."""
    return [key for key, weight in counted.items() if 2 * weight > whole]


def medoid(votes: Sequence[Vote], distance: Callable[[Any, Any], float]) -> Any:
    """The value with the least weighted distance to all; of equals, the heavier, then the one that sorts first."""
    distinct: dict[bytes, tuple[Any, float]] = {}
    for value, weight in votes:
        form = stable_form(value)
        distinct[form] = (value, distinct[form][1] + weight if form in distinct else weight)

    def cost(form: bytes) -> tuple[float, float, bytes]:
        value = distinct[form][0]
        far = math.fsum(weight * distance(value, other) for other, weight in distinct.values())
        return (round(far, 9), -round(distinct[form][1], 9), form)

    return distinct[min(distinct, key=cost)][0]


def lower_median(numbers: Iterable[tuple[float, float]]) -> float:
    """The weighted lower median: the smallest number with at least half of the weight at or below it."""
    ordered = sorted(numbers)
    half = math.fsum(weight for _, weight in ordered) / 2
    below: list[float] = []
    for number, weight in ordered:
        below.append(weight)
        if math.fsum(below) >= half:
            return number
    return ordered[-1][0]
