"""Decisions of the human+machine loop, pure: whom to ask next, when to stop, how to plan the audit.

Everything here is fixed before the loop starts and sees only what a loop may honestly see: labels people gave, the
model's probabilities, and its cross-validated errors on labelled items. The truth about the rest is never looked at.
The plan decides cost only; validity rests on `assess.certificate` alone and holds however wrong the plan is.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from galley.assess.bounds import acceptance_number, sample_size
from galley.assess.certificate import Terms, budget_at, human_alpha
from galley.kernel.draw import shuffled

__all__ = [
    "Ahead",
    "LoopParams",
    "Plan",
    "batch_size",
    "certain_first",
    "folds",
    "human_audit_size",
    "plan_audit",
    "seed_size",
    "should_stop",
    "worth_another_audit",
    "wrong_chances",
]

Matrix = npt.NDArray[np.float64]

HUMAN_ERRORS = (0.02, 0.03, 0.05, 0.08, 0.13, 0.2)
"""Shares of errors a plan may allow people: more leaves the machine less and makes relabelling cheaper."""


class LoopParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The loop's promise and its habits."""

    accuracy: float = 0.95
    confidence: float = 0.95
    gold: Literal["measured", "human"] = "measured"
    tolerance: float = 0.0
    seed_share: float = 0.04
    seed_min: int = 60
    batch_share: float = 0.025
    audit_shares: tuple[float, ...] = (
        0.015,
        0.02,
        0.03,
        0.04,
        0.05,
        0.06,
        0.08,
        0.1,
    )  # of N: the plan picks the cheapest
    audit_min: int = 40
    learning_rounds_max: int = 20
    patience: int = 2  # stop when the predicted total has been above its best so many rounds in a row
    round_shares: tuple[float, ...] = (0.9, 0.09, 0.009)  # of the machine's risk, one an audit round
    reaudit_below: float = 0.75  # of the planned accept set: an audit that proves less may be repeated
    human_share: float = 0.2  # of all risk, for the human part
    human_error_expected: float = 0.01  # a guess; only cost and the chance of a refusal depend on it
    human_audit_min: int = 30
    gold_repeats: int = 40  # audited items the gold process labels twice, to measure itself
    folds: int = 4

    @property
    def terms(self) -> Terms:
        """The certificate's terms."""
        return Terms(
            accuracy=self.accuracy,
            confidence=self.confidence,
            gold=self.gold,
            human_share=self.human_share,
            round_shares=self.round_shares,
            tolerance=self.tolerance,
        )


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """What lies ahead of the loop at one moment: everything a plan depends on."""

    items: int  # N
    spent: int  # labels asked so far
    undecided: int
    wrong: Matrix  # predicted chance that the machine is wrong, most certain item first
    alpha: Fraction  # of the audit round to come


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The cheapest audit and what it is expected to lead to."""

    audit_size: int
    human_error: float
    start: int  # size of the first accept set tried
    accepted: int  # expected
    total: int  # expected labels in all: spent + audited + left to people + relabelling audit


def seed_size(params: LoopParams, items: int) -> int:
    """How many random items people label first."""
    return min(items, max(params.seed_min, math.ceil(params.seed_share * items)))


def batch_size(params: LoopParams, items: int) -> int:
    """How many uncertain items people label a round."""
    return max(10, math.ceil(params.batch_share * items))


def certain_first(confidence: Matrix, ids: Sequence[str]) -> list[int]:
    """Places in order of falling confidence; ties (after rounding to 1e-6) in id order."""
    rounded = confidence.round(6)
    return sorted(range(len(ids)), key=lambda place: (-rounded[place], ids[place]))


def folds(ids: Sequence[str], count: int, seed: bytes) -> list[list[int]]:
    """Places of the ids cut into equal random parts."""
    place = {item: number for number, item in enumerate(ids)}
    order = [place[item] for item in shuffled(ids, seed)]
    return [sorted(order[part::count]) for part in range(count)]


def wrong_chances(confidence: Matrix, wrong: npt.NDArray[np.bool_], asked: Matrix) -> Matrix:
    """Predicted chance of error at the confidences `asked`, learnt from labelled items' cross-validated errors.

    Platt's logistic curve on the model's own odds of error, drawn towards "the model is calibrated" (intercept 0,
    slope 1) by a Gaussian prior. Conditioning on confidence makes up for labelling uncertain items first.
    """
    known, new = _doubt(confidence), _doubt(asked)
    intercept, slope = 0.0, 1.0
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(intercept + slope * known)))
        gap = wrong - chance
        spread = chance * (1 - chance)
        pull = np.array([gap.sum() - intercept / 4, (gap * known).sum() - (slope - 1) * 4])
        bend = np.array(
            [[spread.sum() + 0.25, (spread * known).sum()], [(spread * known).sum(), (spread * known**2).sum() + 4]]
        )
        across = bend[0, 0] * bend[1, 1] - bend[0, 1] * bend[1, 0]
        step = np.array(
            [bend[1, 1] * pull[0] - bend[0, 1] * pull[1], bend[0, 0] * pull[1] - bend[1, 0] * pull[0]]
        ) / max(across, 1e-12)
        step = np.clip(step, -1.0, 1.0)
        intercept, slope = intercept + float(step[0]), max(0.0, slope + float(step[1]))
        if float(np.abs(step).max()) < 1e-8:
            break
    return np.asarray((1 / (1 + np.exp(-(intercept + slope * new)))).round(9))


def _doubt(confidence: Matrix) -> Matrix:
    clipped = np.clip(confidence.round(6), 1e-6, 1 - 1e-6)
    return np.asarray(np.log((1 - clipped) / clipped))


def plan_audit(params: LoopParams, ahead: Ahead) -> Plan:
    """Try every audit size and human budget of the declared menus; the cheapest in expectation wins."""
    remaining = len(ahead.wrong)
    expected = np.cumsum(ahead.wrong)
    best = Plan(audit_size=0, human_error=0.0, start=0, accepted=0, total=ahead.spent + remaining)
    menu = sorted(
        {min(remaining, max(params.audit_min, math.ceil(share * ahead.items))) for share in params.audit_shares}
    )
    rates = (0.0,) if params.gold == "human" else HUMAN_ERRORS
    for audit in menu if remaining else []:
        for rate in rates:
            accepted = _expected_accept(params, ahead, expected=expected, audit=audit, rate=rate)
            if not accepted:
                continue
            people = ahead.items - accepted
            total = ahead.spent + (remaining - accepted) + audit * accepted // remaining
            total += human_audit_size(params, people=people, budget=int(rate * people))
            if total < best.total:
                # Under `gold: human` the budget is the same for every set and the first may be the smallest; otherwise
                # small sets leave people more to do and the machine a smaller budget than it needs.
                start = 1 if params.gold == "human" else max(1, accepted // 2)
                best = Plan(audit_size=audit, human_error=rate, start=start, accepted=accepted, total=total)
    return best


def human_audit_size(params: LoopParams, *, people: int, budget: int) -> int:
    """How many human labels to relabel so that their errors are likely proved to stay within the budget."""
    if params.gold == "human" or people == 0:
        return 0
    if budget < 0:  # nothing can be proved; measure all the same, for the refusal
        return min(people, params.human_audit_min)
    likely = math.ceil(params.human_error_expected * people)
    size = sample_size(
        population=people, budget=budget, expected=likely, alpha=human_alpha(params.terms), power=Fraction(19, 20)
    )
    return min(people, max(size, params.human_audit_min))


def _expected_accept(params: LoopParams, ahead: Ahead, *, expected: Matrix, audit: int, rate: float) -> int:
    """How far the climb should get: to where the next audited error is expected to be one too many."""
    remaining = len(ahead.wrong)

    def fits(size: int) -> bool:
        budget = budget_at(params.terms, size, items=ahead.items, human_error=rate, undecided=ahead.undecided)
        allowed = acceptance_number(remaining, budget, audit, ahead.alpha)
        return audit / remaining * float(expected[size - 1]) <= allowed + 0.5

    low, high = 0, remaining
    while low < high:  # the budget may grow with the set too, but never as fast as uncertain items' errors
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


def should_stop(totals: Sequence[int], patience: int) -> bool:
    """Whether the predicted total has stayed above its best for `patience` rounds in a row."""
    return len(totals) > patience and min(totals[-patience:]) > min(totals[:-patience])


def worth_another_audit(*, spent: int, left: int, plan: Plan) -> bool:
    """Whether another audit round promises a cheaper end than giving the `left` items to people now."""
    return plan.total < spent + left
