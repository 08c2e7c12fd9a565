"""Exact bounds for finite populations: what a uniform sample without replacement proves about the errors in a list.

Every decision is made in integer arithmetic (`alpha` is the decimal number as written, so 0.05 is 1/20), never in
floating point: two verifiers in two languages cannot disagree about a certificate. Notation: a population of N items
holds E errors, a uniform sample of m items shows k of them; k is hypergeometric(N, E, m).
"""

import functools
import math
from fractions import Fraction

from galley.kernel.errors import invariant

__all__ = [
    "acceptance_number",
    "at_most",
    "clopper_pearson",
    "error_budget",
    "exact",
    "hypergeometric_cdf",
    "sample_size",
    "upper_errors",
    "zero_error_sample",
]


def exact(number: float | str | Fraction) -> Fraction:
    """A decimal number exactly as written: `exact(0.05)` is 1/20, not the nearest binary fraction."""
    return number if isinstance(number, Fraction) else Fraction(str(number))


def error_budget(items: int, accuracy: float | str) -> int:
    """The errors a list may hold at that accuracy: floor((1 - accuracy) · items), exactly."""
    return math.floor((1 - exact(accuracy)) * items)


def _ways_at_most(wrong: int, population: int, errors: int, sample: int) -> int:
    """In how many of the C(population, sample) samples at most `wrong` errors show."""
    least = max(0, sample - (population - errors))
    if wrong < least:
        return 0
    right = population - errors
    term = math.comb(errors, least) * math.comb(right, sample - least)
    total = term
    for seen in range(least, min(wrong, errors, sample)):
        # C(E, i+1)·C(N-E, m-i-1) from C(E, i)·C(N-E, m-i); the division is exact.
        term = term * ((errors - seen) * (sample - seen)) // ((seen + 1) * (right - sample + seen + 1))
        total += term
    return total


def _check(population: int, errors: int, sample: int) -> None:
    invariant(0 <= errors <= population, "errors lie within the population", population=population, errors=errors)
    invariant(0 <= sample <= population, "a sample lies within the population", population=population, sample=sample)


def hypergeometric_cdf(wrong: int, population: int, errors: int, sample: int) -> Fraction:
    """P(at most `wrong` errors show), exactly."""
    _check(population, errors, sample)
    return Fraction(_ways_at_most(wrong, population, errors, sample), math.comb(population, sample))


def at_most(wrong: int, *, population: int, errors: int, sample: int, alpha: Fraction) -> bool:
    """Whether P(at most `wrong` errors show) <= alpha, decided in integers."""
    _check(population, errors, sample)
    ways = _ways_at_most(wrong, population, errors, sample)
    return ways * alpha.denominator <= alpha.numerator * math.comb(population, sample)


@functools.lru_cache(maxsize=65536)
def acceptance_number(population: int, budget: int, sample: int, alpha: Fraction) -> int:
    """The most errors a sample may show and still prove "at most `budget` errors" at level alpha; -1: no sample may.

    It is the largest k with P(k or fewer | budget + 1 errors) <= alpha. A budget the population cannot exceed is
    proved by any sample, so then it is `sample`; a negative budget can never be proved.
    """
    invariant(0 <= sample <= population, "a sample lies within the population", population=population, sample=sample)
    if budget < 0:
        return -1
    errors = budget + 1
    if errors > population:
        return sample
    limit = math.floor(alpha * math.comb(population, sample))
    right = population - errors
    least = max(0, sample - right)
    term = math.comb(errors, least) * math.comb(right, sample - least)
    total, seen = term, least
    if total > limit:
        return least - 1  # fewer than `least` errors cannot show under the null: such a sample refutes it
    while seen < min(errors, sample):
        term = term * ((errors - seen) * (sample - seen)) // ((seen + 1) * (right - sample + seen + 1))
        total += term
        if total > limit:
            return seen
        seen += 1
    return seen


def upper_errors(population: int, sample: int, wrong: int, alpha: Fraction) -> int:
    """The exact upper confidence bound on the population's errors: the largest E with P(k <= wrong | E) > alpha.

    P(E <= bound) >= 1 - alpha over the draw of the sample, whatever E is.
    """
    invariant(0 <= wrong <= sample <= population, "wrong <= sample <= population", sample=sample, wrong=wrong)
    low, high = wrong, population - (sample - wrong)
    while low < high:  # P(k <= wrong | E) falls as E grows
        middle = (low + high + 1) // 2
        if at_most(wrong, population=population, errors=middle, sample=sample, alpha=alpha):
            high = middle - 1
        else:
            low = middle
    return low


def zero_error_sample(population: int, budget: int, alpha: Fraction) -> int:
    """The smallest sample that, showing no error, proves "at most `budget` errors" at level alpha."""
    if budget >= population:
        return 0
    high = 1  # doubling first: a large sample's numbers are far longer than a small one's
    while high < population and acceptance_number(population, budget, high, alpha) < 0:
        high *= 2
    low, high = high // 2, min(high, population)
    while low < high:
        middle = (low + high) // 2
        if acceptance_number(population, budget, middle, alpha) >= 0:
            high = middle
        else:
            low = middle + 1
    return low


def sample_size(*, population: int, budget: int, expected: int, alpha: Fraction, power: Fraction) -> int:
    """A sample that proves "at most `budget` errors" with probability >= power when `expected` errors exist.

    The whole population when nothing smaller can. The power of a discrete test is not monotone in the sample, so the
    answer is the smallest size of a scan in steps of 2 % from the zero-error sample, not the smallest of all.
    """
    expected = min(expected, population)
    size = zero_error_sample(population, budget, alpha)
    while size < population:
        accept = acceptance_number(population, budget, size, alpha)
        if accept >= 0 and hypergeometric_cdf(accept, population, expected, size) >= power:
            return size
        size += max(1, size // 50)
    return population


def clopper_pearson(wrong: int, sample: int, confidence: float) -> tuple[float, float]:
    """The exact two-sided interval of a binomial share (for reports; certificates use the bounds above)."""
    tail = (1.0 - confidence) / 2.0
    # Loaded here: verifying a certificate needs integers only, and scipy takes longer to load than a release to hash.
    from scipy.special import betaincinv  # noqa: PLC0415

    low = 0.0 if wrong == 0 else float(betaincinv(wrong, sample - wrong + 1, tail))
    high = 1.0 if wrong == sample else float(betaincinv(wrong + 1, sample - wrong, 1.0 - tail))
    return low, high
