"""Switching between normal, tightened and reduced inspection: GB/T 2828.1-2012 clause 9.3 and 9.4, as a state machine.

Only lots on original inspection count: a lot that was returned and comes again changes nothing. Reduced inspection needs
more than good lots: production must be steady and the responsible authority must have agreed (`reduced_allowed`).
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from galley.assess.lot_tables import Severity, cell_of, tighter_aql

__all__ = ["LotOutcome", "Scheme", "after", "followed", "resumed"]

_TIGHTEN_OF: Final = 5
_TIGHTEN_REJECTED: Final = 2
_RELAX_ACCEPTED: Final = 5
_STOP_REJECTED: Final = 5
_REDUCE_SCORE: Final = 30


class LotOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one lot on original inspection ended."""

    accepted: bool
    letter: str  # of the plan used
    aql: str
    wrong: int  # in the sample


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """Where a series of lots stands; the next lot is inspected under `severity`, unless inspection is discontinued."""

    severity: Severity = "normal"
    score: int = 0  # the switching score (9.3.3.2), under normal inspection
    recent: tuple[bool, ...] = ()  # the last lots under this severity, accepted or not, oldest first
    rejected: int = 0  # lots not accepted since tightened inspection began
    discontinued: bool = False
    reduced_allowed: bool = False


def after(scheme: Scheme, outcome: LotOutcome, *, steady: bool = True) -> Scheme:
    """The scheme after one more lot; a discontinued one stays so until `resumed`."""
    if scheme.discontinued:
        return scheme
    recent = (*scheme.recent, outcome.accepted)[-_TIGHTEN_OF:]
    if scheme.severity == "tightened":
        return _after_tightened(scheme, recent)
    if scheme.severity == "reduced":
        earned = outcome.accepted and steady and scheme.reduced_allowed
        return msgspec.structs.replace(scheme, recent=recent) if earned else _begun(scheme, "normal")
    if recent.count(False) >= _TIGHTEN_REJECTED:
        return _begun(scheme, "tightened")
    score = _score(scheme.score, outcome)
    if score >= _REDUCE_SCORE and steady and scheme.reduced_allowed:
        return _begun(scheme, "reduced")
    return msgspec.structs.replace(scheme, recent=recent, score=score)


def _after_tightened(scheme: Scheme, recent: tuple[bool, ...]) -> Scheme:
    if len(recent) == _RELAX_ACCEPTED and all(recent):
        return _begun(scheme, "normal")
    rejected = scheme.rejected + (not recent[-1])
    stopped = rejected >= _STOP_REJECTED
    return msgspec.structs.replace(scheme, recent=recent, rejected=rejected, discontinued=stopped)


def _begun(scheme: Scheme, severity: Severity) -> Scheme:
    return Scheme(severity=severity, reduced_allowed=scheme.reduced_allowed)


def _score(score: int, outcome: LotOutcome) -> int:
    """The switching score after a lot under normal inspection: +3 when it would have passed one AQL step tighter (plans
    with Ac >= 2), +2 when it was accepted (Ac 0 and 1); anything else sets it back to 0."""
    _, _, accept = cell_of(outcome.letter, outcome.aql, "normal")
    if accept < 2:
        return score + 2 if outcome.accepted else 0
    tighter = tighter_aql(outcome.aql)
    passed = tighter is not None and outcome.wrong <= cell_of(outcome.letter, tighter, "normal")[2]
    return score + 3 if passed else 0


def followed(outcomes: Iterable[LotOutcome], *, reduced_allowed: bool = False) -> Scheme:
    """Where a series stands after its lots on original inspection, oldest first."""
    scheme = Scheme(reduced_allowed=reduced_allowed)
    for outcome in outcomes:
        scheme = after(scheme, outcome)
    return scheme


def resumed(scheme: Scheme) -> Scheme:
    """Inspection begins again, tightened, after the supplier acted and the responsible authority agreed (9.4)."""
    return _begun(scheme, "tightened") if scheme.discontinued else scheme
