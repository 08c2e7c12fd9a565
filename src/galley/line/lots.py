"""Acceptance lots: what takes the queue's rows and the assessment's statistics together.

The queue knows lots as rows (`galley.annotate.lots`), the assessment knows plans and verdicts
(`galley.assess.lot_plans`); here a lot is planned, drawn, judged and returned.
"""

from typing import Annotated, Any, Literal

import msgspec

from galley.annotate.lots import service
from galley.annotate.lots.errors import LotDiscontinuedError
from galley.annotate.lots.model import Lot, Mark, NewLot, Pick, ReturnScope
from galley.assess.lot_plans import ExactTerms, Judged, Plan, Risks, StandardTerms, Terms, judge, plan_of, risks_of
from galley.assess.lot_switching import LotOutcome, Scheme, after, resumed
from galley.kernel.clock import Clock
from galley.store.database import Database

__all__ = [
    "LotRequest",
    "LotReturn",
    "Preview",
    "Standing",
    "close",
    "create",
    "draw",
    "give_back",
    "inspect",
    "preview",
    "series_standing",
    "standing",
    "terms_of",
]


class LotRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A lot somebody wants."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    terms: ExactTerms | StandardTerms
    pick: Pick = Pick()
    stage: Literal["label", "adjudicate"] = "label"
    series: Annotated[str, msgspec.Meta(max_length=200)] = ""
    parent: int | None = None
    switching: bool = True  # standard terms: the severity follows from the series, not from the terms
    reduced_allowed: bool = False  # the responsible authority agreed to reduced inspection
    resume: bool = False  # … and to go on after inspection was discontinued


class LotReturn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of a closed lot goes back."""

    scope: ReturnScope
    reason: str
    labeler: int | None = None


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """A plan and what it does to good and bad lots, before there is a lot."""

    plan: Plan
    accept: int  # Ac
    reject: int  # Re
    sample: int  # n
    risks: Risks


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A lot with what its plan does and what its marks say so far."""

    lot: Lot
    preview: Preview
    judged: Judged | None  # None: nothing is drawn yet
    returned: int


def preview(terms: Terms, size: int) -> Preview:
    """The plan for a lot of that many items and its risks."""
    plan = plan_of(terms, size)
    return Preview(plan=plan, accept=plan.accept, reject=plan.reject, sample=plan.sample, risks=risks_of(plan, terms))


def terms_of(lot: Lot) -> Terms:
    """The terms a lot was made under."""
    found: Terms = msgspec.convert(lot.terms, ExactTerms | StandardTerms)
    return found


def _plan(lot: Lot) -> Plan:
    return msgspec.convert(lot.plan, Plan)


# --- from pick to verdict ----------------------------------------------------------------------------------------


def create(database: Database, clock: Clock, project: int, request: LotRequest, by: str) -> Lot:
    """Freeze a lot and plan it. Under standard terms the severity is what the series' switching rules ask for.

    Raises LotDiscontinuedError while inspection of the series is discontinued.
    """
    terms = request.terms
    if isinstance(terms, StandardTerms) and request.switching:
        scheme = series_standing(database, project, request.series, reduced_allowed=request.reduced_allowed)
        if request.resume:
            scheme = resumed(scheme)
        if scheme.discontinued:
            raise LotDiscontinuedError(series=request.series)
        terms = msgspec.structs.replace(terms, severity=scheme.severity)
    new = NewLot(
        project=project,
        stage=request.stage,
        name=request.name,
        series=request.series,
        parent=request.parent,
        resumes=request.resume,
        pick=request.pick,
        created_by=by,
    )
    return service.make(database, clock, new, lambda size: _both(terms, size))


def _both(terms: Terms, size: int) -> tuple[Any, Any]:
    return msgspec.to_builtins(terms), msgspec.to_builtins(plan_of(terms, size))


def draw(database: Database, clock: Clock, project: int, lot: int, *, beacon: str = "") -> Lot:
    """Draw the sample of a lot; only the commitment to the frozen lot decides it."""
    found = service.get(database, project, lot)
    return service.draw(database, clock, lot, _plan(found).sample, beacon=beacon)


def inspect(database: Database, clock: Clock, project: int, lot: int, finding: Mark, inspector: int) -> Standing:
    """Write one finding; what the lot stands at now."""
    service.get(database, project, lot)
    service.mark(database, clock, lot, finding, inspector)
    return standing(database, project, lot)


def standing(database: Database, project: int, lot: int) -> Standing:
    """A lot, its risks and what its marks say."""
    found = service.get(database, project, lot)
    plan = _plan(found)
    shown = Preview(
        plan=plan,
        accept=plan.accept,
        reject=plan.reject,
        sample=plan.sample,
        risks=risks_of(plan, terms_of(found)),
    )
    judged = None if found.commitment is None else judge(plan, service.marks(database, lot))
    return Standing(lot=found, preview=shown, judged=judged, returned=service.returned(database, lot))


def close(database: Database, clock: Clock, project: int, lot: int) -> Lot:
    """Close a lot with the verdict its plan gives; raises LotUnfinishedError while the plan wants more."""
    service.get(database, project, lot)
    return service.close(database, clock, lot, _verdict)


def _verdict(lot: Lot, marks: list[bool | None]) -> tuple[str, int, Any]:
    plan = _plan(lot)
    found = judge(plan, marks)
    return found.verdict, found.missing, msgspec.to_builtins(found) | {"accept": plan.accept, "reject": plan.reject}


def give_back(database: Database, clock: Clock, project: int, lot: int, wish: LotReturn) -> int:
    """Return part of a closed lot, or all of it; how many answers went back."""
    service.get(database, project, lot)
    return service.give_back(database, clock, lot, wish.scope, reason=wish.reason, labeler=wish.labeler)


# --- switching ---------------------------------------------------------------------------------------------------


def series_standing(database: Database, project: int, series: str, *, reduced_allowed: bool = False) -> Scheme:
    """Where a series of standard lots stands: normal, tightened, reduced or discontinued.

    Lots count that were inspected under the severity in force; what was planned otherwise does not move the scheme.
    """
    scheme = Scheme(reduced_allowed=reduced_allowed)
    for lot in service.series(database, project, series):
        terms = terms_of(lot)
        if lot.resumes:
            scheme = resumed(scheme)
        if isinstance(terms, StandardTerms) and terms.severity == scheme.severity:
            scheme = after(scheme, _outcome(lot, terms))
    return scheme


def _outcome(lot: Lot, terms: StandardTerms) -> LotOutcome:
    return LotOutcome(
        accepted=lot.state == "accepted", letter=_plan(lot).letter, aql=terms.aql, wrong=int(lot.verdict["wrong"])
    )
