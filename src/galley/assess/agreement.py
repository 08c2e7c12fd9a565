"""Krippendorff's alpha over any distance, with a bootstrap interval. Pure.

K. Krippendorff, "Content Analysis", 2004, chapter 11: alpha = 1 - D_o / D_e, where D_o is the mean distance of answers
to the same item and D_e the mean distance of any two answers. With a 0/1 distance it is nominal alpha. The interval
resamples items with D_e held fixed (A. Hayes and K. Krippendorff, 2007; A. Zapf et al., 2016).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from galley.kernel.draw import generator

__all__ = ["Agreement", "krippendorff_alpha"]

DISTINCT_PAIRS_MAX: Final = 400_000
"""Distances evaluated for D_e at most; with more distinct answers a fixed random sample of pairs stands for all."""
DRAWS: Final = 1000


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How far people agree beyond chance: 1 perfect, 0 chance, below 0 systematic disagreement."""

    alpha: float | None  # None: nobody answered an item that somebody else answered, or all answers are the same
    low: float | None
    high: float | None
    items: int  # items with at least two answers
    answers: int  # on them
    observed: float  # D_o
    expected: float  # D_e
    sampled: bool  # whether D_e was estimated from sampled pairs


def krippendorff_alpha(
    answers: Mapping[str, Sequence[Any]],
    distance: Callable[[Any, Any], float],
    *,
    key: Callable[[Any], bytes],
    seed: bytes,
    confidence: float = 0.95,
) -> Agreement:
    """Alpha of answers by item; `key` gives equal bytes for equal answers, `distance` lies in [0, 1]."""
    units = {item: list(given) for item, given in sorted(answers.items()) if len(given) >= 2}
    values = {key(value): value for given in units.values() for value in given}
    names = sorted(values)
    code = {name: place for place, name in enumerate(names)}
    coded = [np.array([code[key(value)] for value in given], dtype=np.int64) for given in units.values()]
    total = sum(len(unit) for unit in coded)
    if not coded:
        return Agreement(alpha=None, low=None, high=None, items=0, answers=0, observed=0, expected=0, sampled=False)
    between = _Distances([values[name] for name in names], distance)
    apart = np.array([between.within(unit) for unit in coded])
    sizes = np.array([len(unit) for unit in coded], dtype=np.float64)
    counts = np.bincount(np.concatenate(coded), minlength=len(names))
    expected, sampled = between.expected(counts, seed)
    observed = float(apart.sum() / sizes.sum())
    alpha = None if expected == 0 else 1 - observed / expected
    low, high = (None, None) if alpha is None else _interval(apart, sizes, expected, seed, confidence)
    return Agreement(
        alpha=alpha,
        low=low,
        high=high,
        items=len(coded),
        answers=total,
        observed=observed,
        expected=expected,
        sampled=sampled,
    )


class _Distances:
    """Distances between distinct answers, each evaluated once."""

    def __init__(self, values: list[Any], distance: Callable[[Any, Any], float]) -> None:
        self._values = values
        self._distance = distance
        self._known: dict[tuple[int, int], float] = {}

    def of(self, left: int, right: int) -> float:
        if left == right:
            return 0.0
        pair = (min(left, right), max(left, right))
        if pair not in self._known:
            self._known[pair] = float(self._distance(self._values[pair[0]], self._values[pair[1]]))
        return self._known[pair]

    def within(self, unit: npt.NDArray[np.int64]) -> float:
        """The sum over ordered pairs of one item's answers, divided by (answers - 1)."""
        codes = unit.tolist()
        apart = sum(self.of(left, right) for place, left in enumerate(codes) for right in codes[place + 1 :])
        return 2 * apart / (len(codes) - 1)

    def expected(self, counts: npt.NDArray[np.int64], seed: bytes) -> tuple[float, bool]:
        """D_e, and whether it was sampled."""
        distinct, total = len(counts), int(counts.sum())
        if distinct * (distinct - 1) // 2 <= DISTINCT_PAIRS_MAX:
            apart = sum(
                2.0 * int(counts[left]) * int(counts[right]) * self.of(left, right)
                for left in range(distinct)
                for right in range(left + 1, distinct)
                if counts[left] and counts[right]
            )
            return apart / (total * (total - 1)), False
        pick = generator(seed).integers(0, total, size=(DISTINCT_PAIRS_MAX, 2))
        pick = pick[pick[:, 0] != pick[:, 1]]
        owner = np.repeat(np.arange(distinct), counts)
        apart = sum(self.of(int(owner[left]), int(owner[right])) for left, right in pick.tolist())
        return apart / len(pick), True


def _interval(
    apart: npt.NDArray[np.float64], sizes: npt.NDArray[np.float64], expected: float, seed: bytes, confidence: float
) -> tuple[float, float]:
    draws = generator(seed[::-1]).integers(0, len(apart), size=(DRAWS, len(apart)), dtype=np.int64)
    observed = apart[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    alphas = np.sort(1 - observed / expected)
    tail = (1 - confidence) / 2
    return float(alphas[int(tail * DRAWS)]), float(alphas[min(DRAWS - 1, int((1 - tail) * DRAWS))])
