"""The hypergeometric distribution in floating point: for searching plans and for telling risks, never for a verdict.

What is promised is decided in integers (`galley.assess.bounds`); there a sample of 20,000 costs a tenth of a second a
question, too much to ask a hundred times while somebody waits.
"""

import math

import msgspec

__all__ = ["PlanWish", "cdf", "likely_size", "likely_upper", "pmf", "zero_error_size"]


class PlanWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a sample is to do: prove `budget` at level `alpha`, with probability `power` when `expected` errors exist."""

    budget: int
    expected: int
    alpha: float
    power: float
    most: int  # no use looking for larger samples


def _log_choose(total: int, part: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(part + 1) - math.lgamma(total - part + 1)


def pmf(wrong: int, population: int, errors: int, sample: int) -> float:
    """P(exactly `wrong` errors show in a sample of a population that holds `errors`)."""
    if not max(0, sample - (population - errors)) <= wrong <= min(errors, sample):
        return 0.0
    ways = _log_choose(errors, wrong) + _log_choose(population - errors, sample - wrong)
    return math.exp(min(0.0, ways - _log_choose(population, sample)))


def cdf(wrong: int, population: int, errors: int, sample: int) -> float:
    """P(at most `wrong` errors show); summed from the top down, so that small terms at the far end cost nothing."""
    least, most = max(0, sample - (population - errors)), min(errors, sample)
    if wrong < least:
        return 0.0
    if wrong >= most:
        return 1.0
    mode = (sample + 1) * (errors + 1) // (population + 2)
    if wrong >= mode:
        return 1.0 - _tail(wrong + 1, most, 1, (population, errors, sample))
    return _tail(wrong, least, -1, (population, errors, sample))


def _tail(start: int, end: int, step: int, what: tuple[int, int, int]) -> float:
    """The sum of the terms from `start` on, away from the mode, until they no longer matter."""
    population, errors, sample = what
    right = population - errors
    term = total = pmf(start, population, errors, sample)
    seen = start
    while seen != end and term > total * 1e-17:
        if step > 0:
            term *= (errors - seen) * (sample - seen) / ((seen + 1) * (right - sample + seen + 1))
        else:
            term *= seen * (right - sample + seen) / ((errors - seen + 1) * (sample - seen + 1))
        total += term
        seen += step
    return min(1.0, total)


def zero_error_size(population: int, budget: int, alpha: float) -> int:
    """The smallest sample that, showing no error, proves "at most `budget` errors", or one beside it."""
    if budget >= population:
        return 1
    low, high = 1, population
    while low < high:
        middle = (low + high) // 2
        if pmf(0, population, budget + 1, middle) <= alpha:
            high = middle
        else:
            low = middle + 1
    return low


def _accepting(population: int, size: int, wish: PlanWish) -> int:
    """The most errors that still prove the budget; -1: none may show."""
    low, high = -1, min(size, wish.budget + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if cdf(middle, population, wish.budget + 1, size) <= wish.alpha:
            low = middle
        else:
            high = middle - 1
    return low


def likely_size(population: int, wish: PlanWish) -> int:
    """The smallest size, in steps of 1 %, that does what is wished; more than `most` when nothing up to it can."""
    size = zero_error_size(population, wish.budget, wish.alpha)
    while size < min(population, wish.most + 1):
        accept = _accepting(population, size, wish)
        if accept >= 0 and cdf(accept, population, wish.expected, size) >= wish.power:
            return size
        size += max(1, size // 100)
    return min(size, population)


def likely_upper(population: int, sample: int, wrong: int, alpha: float) -> int:
    """The upper bound on the population's errors when `wrong` of the sample are, or a number beside it."""
    low, high = wrong, population - (sample - wrong)
    while low < high:
        middle = (low + high + 1) // 2
        if cdf(wrong, population, middle, sample) <= alpha:
            high = middle - 1
        else:
            low = middle
    return low
