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
from scipy.special import bdtrik, pdtr, pdtri

from galley.assess.bounds import error_budget, exact, sample_size
from galley.assess.certificate import Terms, human_alpha
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

GRID = 100
"""Ranks at which a plan is evaluated."""

DOUBTS = (0.6, 1.0, 1.6)
"""Factors by which the predicted errors may be off, equally likely."""

HUMAN_POWER = 0.95
"""Chance that the relabelling audit succeeds when people err as often as expected."""


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


def wrong_chances(
    confidence: Matrix, wrong: npt.NDArray[np.bool_], sought: npt.NDArray[np.bool_], asked: Matrix
) -> Matrix:
    """Predicted chance of error at the confidences `asked`, learnt from labelled items' cross-validated errors.

    Platt's logistic curve on the model's own odds of error, drawn towards "the model is calibrated" (intercept 0,
    slope 1) by a Gaussian prior. Items that were labelled because an earlier model doubted them (`sought`) are harder
    than others of the same confidence now, so they share the slope but have an intercept of their own.
    """
    columns = np.stack([np.ones(len(confidence)), _doubt(confidence), sought.astype(np.float64)], axis=1)
    centre, weight = np.array([0.0, 1.0, 0.0]), np.array([0.25, 4.0, 0.25])
    found = centre.copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(columns @ found)))
        pull = columns.T @ (wrong - chance) - weight * (found - centre)
        bend = (columns * (chance * (1 - chance))[:, None]).T @ columns + np.diag(weight)
        step = np.clip(np.linalg.solve(bend, pull), -1.0, 1.0)
        found = found + step
        found[1] = max(0.0, found[1])
        if float(np.abs(step).max()) < 1e-9:
            break
    return np.asarray((1 / (1 + np.exp(-(found[0] + found[1] * _doubt(asked))))).round(9))


def _doubt(confidence: Matrix) -> Matrix:
    clipped = np.clip(confidence.round(6), 1e-6, 1 - 1e-6)
    return np.asarray(np.log((1 - clipped) / clipped))


def plan_audit(params: LoopParams, ahead: Ahead) -> Plan:
    """Try every audit size and human budget of the declared menus; the cheapest in expectation wins."""
    remaining = len(ahead.wrong)
    best = Plan(audit_size=0, human_error=0.0, start=0, accepted=0, total=ahead.spent + remaining)
    menu = sorted(
        {min(remaining, max(params.audit_min, math.ceil(share * ahead.items))) for share in params.audit_shares}
    )
    rates = (0.0,) if params.gold == "human" else HUMAN_ERRORS
    for audit in menu if remaining else []:
        for rate in rates:
            reach = _reach(params, ahead, audit=audit, rate=rate)
            accepted = round(float(reach.mean()) * remaining)
            if not accepted:
                continue
            people = ahead.items - accepted
            total = ahead.spent + (remaining - accepted) + audit * accepted // remaining
            total += likely_human_audit(params, people=people, budget=int(rate * people))
            if total < best.total:
                best = Plan(
                    audit_size=audit,
                    human_error=rate,
                    start=_start(params, accepted),
                    accepted=accepted,
                    total=total,
                )
    return best


def _start(params: LoopParams, accepted: int) -> int:
    # Under `gold: human` the budget is the same for every set and the first may be the smallest; otherwise small sets
    # leave people more to do and the machine a smaller budget than it needs.
    return 1 if params.gold == "human" else max(1, accepted // 2)


def _reach(params: LoopParams, ahead: Ahead, *, audit: int, rate: float) -> Matrix:
    """The chance that the climb gets past each of 100 evenly spaced ranks, each error being audited by lot.

    Binomial shortcuts for the exact numbers of `assess.bounds`: a plan is made hundreds of times.
    """
    remaining = len(ahead.wrong)
    share = audit / remaining
    sizes = np.ceil(remaining * np.arange(1, GRID + 1) / GRID).astype(np.int64)
    errors = np.cumsum(ahead.wrong)[sizes - 1]
    most = error_budget(ahead.items, params.accuracy) - ahead.undecided
    budget = most - np.floor(rate * (ahead.items - sizes))
    risk = float(ahead.alpha)
    if share >= 1.0:
        return np.where(errors <= budget, 1.0, 0.0)
    hopeless = (budget < 0) | ((1 - share) ** (np.maximum(budget, 0) + 1) > risk)
    allowed = np.floor(np.nan_to_num(bdtrik(risk, np.maximum(budget, 0) + 1.0, share)))
    # The prediction itself is uncertain: a plan that only works when it is exact is a bad plan.
    chances = [pdtr(np.maximum(allowed, 0.0), share * errors * factor) for factor in DOUBTS]
    passed = np.where(hopeless, 0.0, np.mean(chances, axis=0))
    start = _start(params, int((passed > 0.5).sum() * remaining / GRID))
    tried = sizes >= start
    return np.asarray(np.minimum.accumulate(np.where(tried, passed, 1.0)) * float(passed[tried][0] > 0))


def likely_human_audit(params: LoopParams, *, people: int, budget: int) -> int:
    """About how many human labels must be relabelled to prove that at most `budget` of them are wrong."""
    if params.gold == "human" or people == 0:
        return 0
    risk = float(human_alpha(params.terms))
    seen = np.arange(60)
    sizes = people * pdtri(seen, risk) / (budget + 1)
    fine = pdtr(seen, sizes * params.human_error_expected) >= HUMAN_POWER
    size = float(sizes[fine].min(initial=people))
    return min(people, max(math.ceil(size), params.human_audit_min))


def human_audit_size(params: LoopParams, *, people: int, budget: int) -> int:
    """How many human labels to relabel so that their errors are likely proved to stay within the budget."""
    if params.gold == "human" or people == 0:
        return 0
    if budget < 0:  # nothing can be proved; measure all the same, for the refusal
        return min(people, params.human_audit_min)
    likely = math.ceil(params.human_error_expected * people)
    size = sample_size(
        population=people, budget=budget, expected=likely, alpha=human_alpha(params.terms), power=exact(HUMAN_POWER)
    )
    return min(people, max(size, params.human_audit_min))


def should_stop(totals: Sequence[int], patience: int) -> bool:
    """Whether the predicted total has stayed above its best for `patience` rounds in a row."""
    return len(totals) > patience and min(totals[-patience:]) > min(totals[:-patience])


def worth_another_audit(*, spent: int, left: int, plan: Plan) -> bool:
    """Whether another audit round promises a cheaper end than giving the `left` items to people now."""
    return plan.total < spent + left
