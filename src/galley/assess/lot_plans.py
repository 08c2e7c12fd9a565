"""Acceptance of a lot by inspecting a uniform sample of it: two kinds of plan, one way to judge.

* `ExactTerms`: the bound of the certificate. A lot of N items is accepted when the sample proves, with the stated
  confidence, that at most floor((1 - accuracy) · N) of them are wrong: P(accept a worse lot) <= 1 - confidence, exactly,
  for this finite lot. With `early` a first look after few items may accept a very good lot; a fifth of the risk is spent
  on it, so the two looks together still keep the promise (union bound).
* `StandardTerms`: the single sampling plans of GB/T 2828.1-2012 / ISO 2859-1, for contracts that name them. Such a plan
  promises the producer that lots at the AQL pass; what it does to bad lots has to be computed: `risks_of` gives the exact
  hypergeometric probability of accepting a lot as bad as the contract says.

Items are inspected in the order they were drawn. `judge` stops as soon as the rest cannot change the verdict
(curtailment): that never changes a verdict, so it costs no confidence.
"""

import functools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Literal

import msgspec

from galley.assess.bounds import acceptance_number, at_most, error_budget, exact, hypergeometric_cdf
from galley.assess.errors import LotTermsError
from galley.assess.lot_chances import PlanWish, cdf, likely_size, likely_upper, pmf, zero_error_size
from galley.assess.lot_tables import AQLS, Severity, cell_of, code_letter
from galley.kernel.errors import invariant

__all__ = [
    "ExactTerms",
    "Judged",
    "Look",
    "Plan",
    "Risks",
    "StandardTerms",
    "Terms",
    "acceptance_probability",
    "judge",
    "plan_of",
    "risks_of",
    "shares_of",
]

_EARLY_SHARE: Final = Fraction(1, 5)
_CONSUMER_RISK: Final = 0.1
_STANDARD_ALPHA: Final = Fraction(1, 20)
"""The bound told beside a standard plan's verdict holds with 95 % confidence."""
_LEAST: Final = 0.5
_SAMPLE_MAX: Final = 20_000
"""More than this nobody inspects by hand; and exact arithmetic on larger samples takes seconds."""


class ExactTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="exact", tag_field="kind"):
    """Accept only what is proved: at least `accuracy` of the lot is right, with `confidence`."""

    accuracy: float = 0.95
    confidence: float = 0.95
    expected: float = 0.98  # how accurate the lot is thought to be: decides the size of the sample, not the promise
    power: float = 0.9  # the probability that a lot as good as expected is accepted
    early: bool = True

    def __post_init__(self) -> None:
        for name, most in (("accuracy", 0.9999), ("confidence", 0.9999), ("expected", 0.99999), ("power", 0.999)):
            if not _LEAST <= getattr(self, name) <= most:
                raise LotTermsError(detail=f"{name} = {getattr(self, name)}, not from {_LEAST} to {most}")
        if self.expected < self.accuracy:
            raise LotTermsError(detail=f"expected = {self.expected} < accuracy = {self.accuracy}")


class StandardTerms(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="standard", tag_field="kind"
):
    """A single sampling plan of GB/T 2828.1-2012 / ISO 2859-1, percent nonconforming."""

    aql: str = "1.0"
    level: str = "II"
    severity: Severity = "normal"
    bad_share: float = 0.05  # what the contract calls a bad lot; only the risks told depend on it

    def __post_init__(self) -> None:
        if self.aql not in AQLS:
            raise LotTermsError(detail=f"aql = {self.aql}; known: {', '.join(AQLS)}")
        if not 0 < self.bad_share < 1:
            raise LotTermsError(detail=f"bad_share = {self.bad_share}")


Terms = ExactTerms | StandardTerms


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """After `sample` inspected items the lot is accepted when at most `accept` of them are wrong."""

    sample: int
    accept: int
    alpha: str  # of the accuracy bound told at this look, an exact fraction


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What will be inspected and what decides; Re is the last look's Ac + 1."""

    lot: int
    looks: tuple[Look, ...]
    letter: str = ""  # of the standard plan that is used, after arrows
    severity: str = ""

    @property
    def sample(self) -> int:
        """The most items inspected."""
        return self.looks[-1].sample

    @property
    def accept(self) -> int:
        """The acceptance number Ac."""
        return self.looks[-1].accept

    @property
    def reject(self) -> int:
        """The rejection number Re: this many wrong items reject the lot, whatever follows."""
        return self.accept + 1


class Risks(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan does to good and to bad lots, exactly, for lots of this size."""

    good_share: float
    reject_good: float  # producer's risk: a lot with floor(good_share · N) wrong items is rejected
    bad_share: float
    accept_bad: float  # a lot with ceil(bad_share · N) wrong items is accepted
    consumer_share: float  # the smallest wrong share that is accepted with probability 10 % at most
    curve: tuple[tuple[float, float], ...]  # (wrong share, probability of acceptance)


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What the inspected items say about the lot so far."""

    verdict: Literal["accepted", "rejected", "open"]
    inspected: int  # items of the look that decided, or decides next
    wrong: int
    missing: int  # items still to inspect at the look that decides next
    accuracy_bound: float  # proved: at least this share of the lot is right …
    confidence: float  # … with this confidence; items not inspected for a verdict told early count as wrong


# --- plans -------------------------------------------------------------------------------------------------------


def plan_of(terms: Terms, lot: int) -> Plan:
    """The plan for a lot of that many items; raises LotTermsError for fewer than 2."""
    if lot < 2:
        raise LotTermsError(detail=f"lot = {lot}")
    if isinstance(terms, StandardTerms):
        letter, size, accept = cell_of(code_letter(lot, terms.level), terms.aql, terms.severity)
        # A sample as large as the lot is the lot: all of it is inspected, the acceptance number stays.
        look = Look(sample=min(size, lot), accept=accept, alpha=str(_STANDARD_ALPHA))
        return Plan(lot=lot, looks=(look,), letter=letter, severity=terms.severity)
    alpha = 1 - exact(terms.confidence)
    if terms.early:
        first = _exact_first(terms, lot, alpha * _EARLY_SHARE)
        last = _exact_last(terms, lot, alpha * (1 - _EARLY_SHARE))
        if first.sample < last.sample:
            return Plan(lot=lot, looks=(first, last))
    return Plan(lot=lot, looks=(_exact_last(terms, lot, alpha),))


def _exact_first(terms: ExactTerms, lot: int, alpha: Fraction) -> Look:
    budget = error_budget(lot, terms.accuracy)
    size = zero_error_size(lot, budget, float(alpha))
    return _look(lot, budget, size, alpha, most=0)


def _exact_last(terms: ExactTerms, lot: int, alpha: Fraction) -> Look:
    budget = error_budget(lot, terms.accuracy)
    wish = PlanWish(
        budget=budget,
        expected=error_budget(lot, terms.expected),
        alpha=float(alpha),
        power=terms.power,
        most=_SAMPLE_MAX,
    )
    return _look(lot, budget, likely_size(lot, wish), alpha)


def _look(lot: int, budget: int, size: int, alpha: Fraction, most: int | None = None) -> Look:
    """The size was found in floating point; what it may accept is decided exactly, so the promise holds whatever."""
    while True:
        if size > _SAMPLE_MAX:
            raise LotTermsError(
                detail=f"{size} of {lot} items would have to be inspected; {_SAMPLE_MAX} at most can be"
            )
        accept = acceptance_number(lot, budget, size, alpha)
        if accept >= 0:
            return Look(sample=size, accept=accept if most is None else min(most, accept), alpha=str(alpha))
        size = min(lot, size + 1)


# --- what a plan does --------------------------------------------------------------------------------------------


def acceptance_probability(plan: Plan, errors: int) -> Fraction:
    """P(the lot is accepted | it holds that many wrong items), exactly."""
    if len(plan.looks) == 1:
        return hypergeometric_cdf(min(plan.accept, errors), plan.lot, errors, plan.sample)
    invariant(len(plan.looks) == 2, "a plan has one look or two")
    first, last = plan.looks
    accepted = hypergeometric_cdf(min(last.accept, errors), plan.lot, errors, last.sample)
    rest, more = plan.lot - first.sample, last.sample - first.sample
    for seen in range(min(first.accept, errors, first.sample) + 1):
        # Accepted at the first look, and not at the last had it come to that.
        shown = _exactly(seen, plan.lot, errors, first.sample)
        if shown:
            left = errors - seen
            accepted += shown * (1 - hypergeometric_cdf(min(last.accept - seen, left), rest, left, more))
    return accepted


def _exactly(wrong: int, population: int, errors: int, sample: int) -> Fraction:
    right = population - errors
    if sample - wrong > right:
        return Fraction(0)
    ways = math.comb(errors, wrong) * math.comb(right, sample - wrong)
    return Fraction(ways, math.comb(population, sample))


def shares_of(terms: Terms) -> tuple[float, float]:
    """(good share, bad share) of wrong items that the terms speak of: AQL and contract, or expected and promised."""
    if isinstance(terms, StandardTerms):
        return float(exact(terms.aql) / 100), terms.bad_share
    return float(1 - exact(terms.expected)), float(1 - exact(terms.accuracy))


@functools.lru_cache(maxsize=1024)
def risks_of(plan: Plan, terms: Terms, points: int = 20) -> Risks:
    """Producer's and consumer's risk and the operating characteristic of a plan, in floating point for people to read.

    A bad lot of exact terms is the first that breaks the promise: one wrong item more than the budget.
    """
    good, bad = shares_of(terms)
    if isinstance(terms, StandardTerms):
        bad_errors = min(plan.lot, math.ceil(exact(str(bad)) * plan.lot))
    else:
        bad_errors = min(plan.lot, error_budget(plan.lot, terms.accuracy) + 1)
    good_errors = math.floor(exact(str(good)) * plan.lot)
    limit = _consumer_errors(plan)
    widest = min(plan.lot, max(2 * limit, bad_errors, 1))
    places = sorted({widest * step // points for step in range(points + 1)})
    return Risks(
        good_share=good,
        reject_good=1 - _chance(plan, good_errors),
        bad_share=bad,
        accept_bad=_chance(plan, bad_errors),
        consumer_share=limit / plan.lot,
        curve=tuple((errors / plan.lot, _chance(plan, errors)) for errors in places),
    )


def _chance(plan: Plan, errors: int) -> float:
    """`acceptance_probability` in floating point."""
    last = plan.looks[-1]
    accepted = cdf(last.accept, plan.lot, errors, last.sample)
    if len(plan.looks) == 1:
        return accepted
    first = plan.looks[0]
    rest, more = plan.lot - first.sample, last.sample - first.sample
    for seen in range(min(first.accept, errors, first.sample) + 1):
        shown = pmf(seen, plan.lot, errors, first.sample)
        accepted += shown * (1 - cdf(last.accept - seen, rest, errors - seen, more)) if shown else 0.0
    return min(1.0, accepted)


def _consumer_errors(plan: Plan) -> int:
    """The fewest wrong items a lot is accepted with at probability 10 % or less; all of it when there is no such number."""
    low, high = 0, plan.lot
    while low < high:
        middle = (low + high) // 2
        if _chance(plan, middle) <= _CONSUMER_RISK:
            high = middle
        else:
            low = middle + 1
    return low


# --- judging -----------------------------------------------------------------------------------------------------


def judge(plan: Plan, marks: Sequence[bool | None]) -> Judged:
    """What the marks say: True wrong, False right, None not inspected yet; in the order the items were drawn."""
    invariant(len(marks) == plan.sample, "one mark an item of the sample", sample=plan.sample)
    wrong = missing = 0
    for look in plan.looks:
        seen = marks[: look.sample]
        wrong, missing = sum(mark is True for mark in seen), sum(mark is None for mark in seen)
        if wrong + missing <= look.accept:
            return _told(plan, look, "accepted", (wrong, missing))
        if wrong <= look.accept:
            return _told(plan, look, "open", (wrong, missing))
        # This look cannot accept any more, whatever is missing in it: the next one decides.
    return _told(plan, plan.looks[-1], "rejected", (wrong, missing))


def _told(plan: Plan, look: Look, verdict: Literal["accepted", "rejected", "open"], seen: tuple[int, int]) -> Judged:
    wrong, missing = seen
    alpha = Fraction(look.alpha)
    bound = likely_upper(plan.lot, look.sample, wrong + missing, float(alpha))
    if verdict != "open":
        bound = _proved(plan.lot, look.sample, wrong + missing, alpha, bound)
    return Judged(
        verdict=verdict,
        inspected=look.sample - missing,
        wrong=wrong,
        missing=missing if verdict == "open" else 0,
        accuracy_bound=1 - bound / plan.lot,
        confidence=float(1 - alpha),
    )


def _proved(lot: int, sample: int, wrong: int, alpha: Fraction, guess: int) -> int:
    """`bounds.upper_errors`, exactly, from a guess that is nearly always right: two exact steps instead of twenty."""
    refuted = functools.partial(at_most, wrong, population=lot, sample=sample, alpha=alpha)
    while guess < lot - (sample - wrong) and not refuted(errors=guess + 1):
        guess += 1
    while guess > wrong and refuted(errors=guess):
        guess -= 1
    return guess
