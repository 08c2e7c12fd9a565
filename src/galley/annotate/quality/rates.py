"""Exact bounds on a share, and tails of the binomial: plain floating point, no libraries, counts up to a few hundred."""

import functools
import math

__all__ = ["at_least", "lower_bound", "run_chance", "upper_bound"]

_STEPS = 40


def at_least(hits: int, count: int, share: float) -> float:
    """P(at least `hits` of `count`) when each is a hit with that probability."""
    if hits <= 0:
        return 1.0
    if share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    log_hit, log_miss = math.log(share), math.log1p(-share)
    whole = math.lgamma(count + 1)
    return min(
        1.0,
        math.fsum(
            math.exp(whole - math.lgamma(k + 1) - math.lgamma(count - k + 1) + k * log_hit + (count - k) * log_miss)
            for k in range(hits, count + 1)
        ),
    )


@functools.lru_cache(maxsize=65536)
def lower_bound(hits: int, count: int, confidence: float) -> float:
    """The exact (Clopper-Pearson) one-sided lower bound on a share; 0 without a hit."""
    if hits == 0:
        return 0.0
    low, high = 0.0, hits / count
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if at_least(hits, count, middle) < 1 - confidence:
            low = middle
        else:
            high = middle
    return low


def upper_bound(hits: int, count: int, confidence: float) -> float:
    """The exact one-sided upper bound; 1 without a miss."""
    return 1.0 - lower_bound(count - hits, count, confidence)


def run_chance(run: int, count: int, share: float) -> float:
    """At most: the probability that `count` independent answers hold a run of `run` times the same, each given with that
    probability (union bound over the places where a run can begin)."""
    if run <= 1 or count < run:
        return 1.0
    return min(1.0, (count - run + 1) * share**run)
