"""Acceptance lots: what takes the queue's rows and the assessment's statistics together.

The queue knows lots as rows (`galley.annotate.lots`), the assessment knows plans and verdicts
(`galley.assess.lot_plans`); here a lot is planned, drawn, judged and returned.
"""

import json
from typing import Annotated, Any, Final, Literal

import msgspec

from galley.annotate.lots import service
from galley.annotate.lots.errors import LotDiscontinuedError, LotLogError, LotStateError
from galley.annotate.lots.model import Lot, LotReceipt, Mark, NewLot, Pick, ReturnScope
from galley.assess.lot_plans import ExactTerms, Judged, Plan, Risks, StandardTerms, Terms, judge, plan_of, risks_of
from galley.assess.lot_switching import LotOutcome, Scheme, after, resumed
from galley.kernel.canonical import digest_of
from galley.kernel.clock import Clock
from galley.kernel.language import Text
from galley.kernel.merkle import tree_root
from galley.ledger.service import Ledger
from galley.ledger.statements import Statement, Subject
from galley.store.database import Database

__all__ = [
    "LOT_COMMITMENT",
    "DrawProof",
    "LotRequest",
    "LotReturn",
    "Preview",
    "Standing",
    "close",
    "create",
    "draw",
    "draw_proof",
    "give_back",
    "inspect",
    "preview",
    "series_standing",
    "standing",
    "terms_of",
]


LOT_COMMITMENT: Final = "https://galley.dev/lot-commitment/v1"
"""Predicate type: this commitment draws the sample of this lot of this organisation."""


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


class DrawProof(msgspec.Struct, frozen=True, kw_only=True):
    """Shows, offline, how a sample came about: proof → leaf → statement → commitment → (SHA-256) seed → sample."""

    seed: str  # SHA-256 of the commitment
    commitment: str  # canonical JSON, exactly the bytes that are hashed
    items: list[str]  # what was drawn from; their Merkle root is in the commitment
    sample: list[str]  # in the order of the draw
    statement: str  # the signed envelope (DSSE)
    log_index: int
    proof: str  # tlog-proof@v1


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


def draw(database: Database, clock: Clock, project: int, lot: int, *, ledger: Ledger, beacon: str = "") -> Lot:
    """Draw the sample of a lot; only the commitment to the frozen lot decides it, and the log has it before it is drawn.

    Killed anywhere, the next call goes on with the commitment that was fixed first.
    """
    service.get(database, project, lot)
    fixed = service.commit(database, lot, beacon=beacon)
    if fixed.state == "drawn":
        return fixed
    (logged,) = ledger.record([_statement(database, fixed)])
    receipt = LotReceipt(envelope=logged.envelope_sha256, index=logged.index)
    return service.draw(database, clock, lot, _plan(fixed).sample, receipt)


def _statement(database: Database, lot: Lot) -> Statement:
    """Lot such and such of this organisation is drawn by this commitment; its SHA-256, the seed, is the subject's."""
    commitment = json.loads(lot.stated or "null")
    subject = Subject(f"lot/{database.organisation}/{lot.id}", {"sha256": digest_of(commitment)})
    return Statement((subject,), LOT_COMMITMENT, {"organisation": database.organisation, "commitment": commitment})


def draw_proof(database: Database, ledger: Ledger, project: int, lot: int) -> DrawProof:
    """The proof that a lot's sample follows from what the log stated before it was drawn.

    Raises LotStateError when nothing is drawn or nothing was stated (lots from before lots were stated), LotLogError.
    """
    found = service.get(database, project, lot)
    if found.commitment is None or found.envelope is None or found.log_index is None:
        raise LotStateError(lot=lot, state=found.state, wish="proved from the log")
    logged = ledger.find(found.envelope)
    if logged is None or logged.index != found.log_index:
        raise LotLogError(lot=lot, reason=Text("the statement is not in the log", "日志中没有该声明"))
    if logged.statement() != _statement(database, found) or found.commitment != found.stated:
        raise LotLogError(lot=lot, reason=Text("the log states another commitment", "日志声明的是另一份承诺"))
    content = json.loads(found.commitment)
    items = service.frozen_items(database, lot)
    if tree_root([item.encode() for item in items]).hex() != content["items_root"]:
        raise LotLogError(lot=lot, reason=Text("its items are not the frozen ones", "条目与冻结时不一致"))
    drawn = service.drawn_items(content, items, _plan(found).sample)
    if drawn != [one.item for one in service.sample_page(database, lot, limit=found.size)]:
        raise LotLogError(lot=lot, reason=Text("the sample is another one", "样本不一致"))
    return DrawProof(
        seed=digest_of(content),
        commitment=found.commitment,
        items=items,
        sample=drawn,
        statement=logged.envelope.decode(),
        log_index=logged.index,
        proof=ledger.proof_for(logged).decode(),
    )


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
