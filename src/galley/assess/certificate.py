"""The accuracy certificate: an exact audit that proves how many wrong labels a finite list can hold.

What is certified: of N listed items, each with one final label (a person's where a person decided, the machine's
elsewhere), at most K = floor((1 - accuracy) · N) are wrong, with the stated confidence over the audit's random draw.
"Wrong" means: differs from what the gold process says about the item. Nothing is assumed about the model, its
confidence scores or the data. Procedure:

 1. alpha = 1 - confidence is split: `human_share` of it for the human part, the rest for the machine part, and the
    machine's over at most len(round_shares) audit rounds, all declared beforehand. Under `gold: human` people's labels
    are gold by declaration: the human part is free of errors by definition and all of alpha goes to the machine part.
 2. Model and labels are frozen; the M remaining items are put in one order, most certain first. The accept sets are
    the first s items of that order, for s = start, start + 1, … M, each with a budget K_s = K - (errors planned for
    people, who decide the other N - s items) - (items nobody could decide).
 3. All of this is hashed into a `Commitment` and logged before any audit label is asked. The audit's seed is the
    SHA-256 of that commitment, so it cannot be chosen afterwards. (Someone could still try many commitments before
    logging one: `beacon` takes public randomness published later than the freeze, which closes that door.)
 4. A uniform sample of the ordered items is labelled blind by the gold process.
 5. Climb: the first s items hold some number E of errors, so a uniform sample of m of the M items shows k of them with
    k hypergeometric(M, E, m). Set s is accepted when its k satisfies P(k or fewer | K_s + 1 errors) <= alpha; stop at
    the first set that is not. To accept a bad set, the first bad set of the sequence must be accepted, so the whole
    climb errs with probability <= alpha, however many sets there are and however the budgets run (fixed-sequence
    testing). As k changes only at audited errors, the climb ends just before one of them: with a constant budget, just
    before the (c + 1)-th, c being the acceptance number - a rank statistic, so no grid is needed and none is paid for.
    The nulls speak of the machine labels as committed; audited errors are afterwards corrected, a bonus not counted.
 6. The items not accepted go to people (those audited keep their gold label). When all human labels stand, they are
    committed in turn, a uniform sample of them is blindly relabelled by the gold process, and the exact upper bound
    on their errors, less those just found and corrected, must be within what the machine part left of K; otherwise no
    certificate is issued. (One bound on one set: P(errors > bound) <= alpha covers bound - found just as well. The
    climb chooses among many sets, so there the found errors are not credited.)
 7. The certificate holds when (machine budget) + (human bound) + (undecided items) <= K.

Labels with a distance instead of right/wrong are reduced to right/wrong: an item is wrong when its distance to gold
exceeds `tolerance` (0: any difference counts). That is valid for any label type and conservative for partial credit.
Items are the units: near-duplicates count as often as they are listed.
"""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

import msgspec

from galley.assess.bounds import acceptance_number, error_budget, exact, upper_errors
from galley.kernel.canonical import canonical_json, digest_of
from galley.kernel.draw import sample
from galley.kernel.errors import InputError, invariant
from galley.kernel.language import Text
from galley.kernel.merkle import tree_root

__all__ = [
    "AuditRecord",
    "Certificate",
    "Climb",
    "Commitment",
    "Frame",
    "Gold",
    "HumanCommitment",
    "Refusal",
    "RoundOrder",
    "Terms",
    "TermsError",
    "audit_record",
    "audits_root",
    "budget_at",
    "climb",
    "commitment_digest",
    "draw_of",
    "human_alpha",
    "human_budget",
    "ids_root",
    "issue",
    "labels_root",
    "round_alpha",
    "seed_of",
]

FORMAT = "galley/certificate/v1"


class TermsError(InputError):
    """The terms of a certificate contradict themselves."""

    code = "GLY-ASS-001"
    text = Text("The certificate's terms do not fit: {detail}", "证书条款不成立：{detail}")
    hint = Text(
        "Accuracy, confidence and shares lie strictly between 0 and 1; round shares add up to at most 1.",
        "准确率、置信度与各份额都应在 0 与 1 之间；各轮份额之和不超过 1。",
    )


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is promised and how the risk is spent; fixed before anything is measured."""

    accuracy: float = 0.95
    confidence: float = 0.95
    gold: Literal["measured", "human"] = "measured"
    human_share: float = 0.2  # of alpha, for the human part; unused under `gold: human`
    round_shares: tuple[float, ...] = (0.9, 0.09, 0.009)  # of the machine's alpha, one an audit round
    tolerance: float = 0.0  # a label is wrong when its distance to gold exceeds this

    def __post_init__(self) -> None:
        for name in ("accuracy", "confidence", "human_share"):
            if not 0 < getattr(self, name) < 1:
                raise TermsError(detail=f"{name} = {getattr(self, name)}")
        if not 0 <= self.tolerance < 1:
            raise TermsError(detail=f"tolerance = {self.tolerance}")
        if not self.round_shares or min(self.round_shares) <= 0 or sum(map(exact, self.round_shares)) > 1:
            raise TermsError(detail=f"round_shares = {list(self.round_shares)}")


class Gold(msgspec.Struct, frozen=True, kw_only=True):
    """The process every error is measured against, and how well it agrees with itself."""

    description: str = ""
    agreement: float | None = None  # share of items it labelled the same way twice, independently
    pairs: int = 0  # on how many items that was measured


class Commitment(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an audit round depends on, logged before its first audit label; its hash is the audit's seed."""

    kind: str = "machine"
    round: int
    terms: Terms
    items: int  # N
    items_root: str
    order_root: str  # the ordered ids, most certain first
    labels_root: str  # the machine's label of each, same order
    start: int  # size of the first accept set
    human_error: float  # share of errors planned for people, who decide what is not accepted; 0 under `gold: human`
    undecided: int  # items nobody could decide so far; each counts as an error
    alpha: str  # of this round, as an exact fraction
    audit_size: int
    model: str = ""  # what made the labels: digest or description
    beacon: str = ""  # public randomness from after the freeze, when there is any


class HumanCommitment(msgspec.Struct, frozen=True, kw_only=True):
    """The human labels as they stand before a sample of them is relabelled by the gold process."""

    kind: str = "human"
    machine: str  # digest of the machine commitment it follows; empty when no machine was used
    terms: Terms
    items_root: str
    population: int
    labels_root: str  # of (id, label) in id order
    budget: int  # errors the machine part and the undecided items leave for people
    undecided: int
    alpha: str
    audit_size: int
    beacon: str = ""


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One audited item: the label under test and what the gold process said, blind."""

    part: Literal["machine", "human"]
    round: int
    item: str
    label: Any
    gold: Any  # None: the gold process could not decide, which counts as an error
    distance: float
    wrong: bool


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why no certificate is issued and what would help."""

    code: str
    reason_en: str
    reason_zh: str
    hint_en: str
    hint_zh: str
    facts: dict[str, int] = {}


class RoundOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The frozen order of one audit round with the machine's labels."""

    round: int
    ids: tuple[str, ...]
    labels: tuple[Any, ...]


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """The sampling frame: the lists whose hashes the commitments hold, needed to check an audit."""

    items: tuple[str, ...]  # all N, sorted
    orders: tuple[RoundOrder, ...] = ()
    human: tuple[tuple[str, Any], ...] = ()  # (id, final human label), sorted by id; audited gold labels are not here


class Climb(msgspec.Struct, frozen=True, kw_only=True):
    """How far the climb went."""

    accepted: int = 0  # size of the largest accepted set; 0: none
    budget: int = 0  # errors it is proved not to exceed
    audited: int = 0  # audited items inside it
    wrong: int = 0  # of which wrong
    steps: tuple[tuple[int, int, int, bool], ...] = ()  # (size, wrong, allowed, passed): first set, then each error


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome: issued when `refusal` is None; recomputable from a Frame and the audit records."""

    format: str = FORMAT
    terms: Terms
    gold: Gold
    items: int
    items_root: str
    budget: int  # K
    bound: int | None  # errors proved not to be exceeded; None when refused before it could be known
    machine: Climb
    human_items: int
    human_audited: int
    human_wrong: int
    human_bound: int | None  # errors left in people's labels after correction; None: not measured
    undecided: int
    commitments: tuple[Commitment, ...]  # of all audit rounds; the last one counts
    human_commitment: HumanCommitment | None
    audits: int
    audits_root: str
    refusal: Refusal | None = None

    @property
    def issued(self) -> bool:
        """Whether the promise is made."""
        return self.refusal is None

    @property
    def certified_accuracy(self) -> float | None:
        """1 - bound / N: what the audit proves at the stated confidence; None when refused."""
        return None if self.bound is None or not self.items else 1 - self.bound / self.items


# --- hashes and draws --------------------------------------------------------------------------------------------


def ids_root(ids: Sequence[str]) -> str:
    """The Merkle root (hex) of a list of item ids, in the order given."""
    return tree_root([item.encode() for item in ids]).hex()


def labels_root(labels: Sequence[Any]) -> str:
    """The Merkle root (hex) of labels as canonical JSON, in the order given."""
    return tree_root([canonical_json(label) for label in labels]).hex()


def audits_root(audits: Sequence[AuditRecord]) -> str:
    """The Merkle root (hex) of audit records, in the order given."""
    return tree_root([canonical_json(audit) for audit in audits]).hex()


def seed_of(commitment: Commitment | HumanCommitment) -> bytes:
    """The audit's seed: SHA-256 over the canonical JSON of the commitment."""
    return hashlib.sha256(canonical_json(commitment)).digest()


def draw_of(commitment: Commitment | HumanCommitment, ids: Sequence[str]) -> list[str]:
    """The items to audit: a uniform sample of the ids that only the commitment decides."""
    return sample(ids, commitment.audit_size, seed_of(commitment))


def audit_record(
    *,
    part: Literal["machine", "human"],
    round_no: int,
    item: str,
    labels: tuple[Any, Any],
    tolerance: float,
    distance: Callable[[Any, Any], float],
) -> AuditRecord:
    """Judge one audited item; `labels` are (label under test, gold label). Missing labels are errors."""
    label, gold = labels
    apart = 1.0 if label is None or gold is None else float(distance(label, gold))
    return AuditRecord(
        part=part, round=round_no, item=item, label=label, gold=gold, distance=apart, wrong=apart > tolerance
    )


# --- budgets -----------------------------------------------------------------------------------------------------


def _alpha(terms: Terms) -> Fraction:
    return 1 - exact(terms.confidence)


def human_alpha(terms: Terms) -> Fraction:
    """The risk spent on the human part."""
    return Fraction(0) if terms.gold == "human" else _alpha(terms) * exact(terms.human_share)


def round_alpha(terms: Terms, round_no: int) -> Fraction:
    """The risk spent on one audit round of the machine part (rounds count from 0)."""
    invariant(0 <= round_no < len(terms.round_shares), "an audit round was declared beforehand", round=round_no)
    return (_alpha(terms) - human_alpha(terms)) * exact(terms.round_shares[round_no])


def budget_at(terms: Terms, size: int, *, items: int, human_error: float = 0.0, undecided: int = 0) -> int:
    """What the accept set of that size may hold: K minus the plan for people (all other items) minus undecided items."""
    rate = Fraction(0) if terms.gold == "human" else exact(human_error)
    return error_budget(items, terms.accuracy) - undecided - math.floor(rate * (items - size))


def human_budget(terms: Terms, machine: Climb, *, items: int, undecided: int = 0) -> int:
    """The errors left for people once the machine part is settled."""
    return error_budget(items, terms.accuracy) - machine.budget * (machine.accepted > 0) - undecided


def climb(commitment: Commitment, order: Sequence[str], wrong: Mapping[str, bool]) -> Climb:
    """Accept the largest set the audit proves; `wrong` tells each audited item's verdict."""
    alpha = Fraction(commitment.alpha)
    errors = [place for place, item in enumerate(order, start=1) if wrong.get(item, False)]
    early = sum(place <= commitment.start for place in errors)
    accepted, steps = len(order), []
    tries = [(commitment.start, early), *((place, seen) for seen, place in enumerate(errors, start=1) if seen > early)]
    for size, seen in tries if 0 < commitment.start <= len(order) else ():
        budget = budget_at(
            commitment.terms,
            size,
            items=commitment.items,
            human_error=commitment.human_error,
            undecided=commitment.undecided,
        )
        allowed = acceptance_number(len(order), budget, commitment.audit_size, alpha)
        steps.append((size, seen, allowed, seen <= allowed))
        if seen > allowed:
            accepted = size - 1 if len(steps) > 1 else 0
            break
    if not steps or not accepted:
        return Climb(steps=tuple(steps))
    return Climb(
        accepted=accepted,
        budget=budget_at(
            commitment.terms,
            accepted,
            items=commitment.items,
            human_error=commitment.human_error,
            undecided=commitment.undecided,
        ),
        audited=sum(item in wrong for item in order[:accepted]),
        wrong=sum(place <= accepted for place in errors),
        steps=tuple(steps),
    )


# --- issuing -----------------------------------------------------------------------------------------------------


def issue(
    *,
    terms: Terms,
    gold: Gold,
    frame: Frame,
    commitments: Sequence[Commitment | HumanCommitment] = (),
    audits: Sequence[AuditRecord] = (),
    undecided: int = 0,
) -> Certificate:
    """The certificate that follows from commitments (in logged order) and audit records, or the refusal that does.

    Pure: `certificate_check.recompute` calls it again on what was published and compares.
    """
    machine = Climb()
    rounds = tuple(made for made in commitments if isinstance(made, Commitment))
    human_commitment = next((made for made in commitments if isinstance(made, HumanCommitment)), None)
    if rounds:
        last = rounds[-1]
        verdicts = {
            audit.item: audit.wrong for audit in audits if audit.part == "machine" and audit.round == last.round
        }
        machine = climb(last, frame.orders[-1].ids, verdicts)
    checked = [audit for audit in audits if audit.part == "human"]
    human_wrong = sum(audit.wrong for audit in checked)
    human_bound: int | None = 0
    if terms.gold == "measured" and frame.human:
        human_bound = _left_by_people(terms, len(frame.human), checked) if checked else None
    budget = error_budget(len(frame.items), terms.accuracy)
    bound = None if human_bound is None else machine.budget * (machine.accepted > 0) + human_bound + undecided
    return Certificate(
        terms=terms,
        gold=gold,
        items=len(frame.items),
        items_root=ids_root(frame.items),
        budget=budget,
        bound=bound,
        machine=machine,
        human_items=len(frame.human),
        human_audited=len(checked),
        human_wrong=human_wrong,
        human_bound=human_bound,
        undecided=undecided,
        commitments=rounds,
        human_commitment=human_commitment,
        audits=len(audits),
        audits_root=audits_root(audits),
        refusal=_refusal(terms, gold, budget=budget, bound=bound, human_bound=human_bound, undecided=undecided),
    )


def _left_by_people(terms: Terms, population: int, checked: Sequence[AuditRecord]) -> int:
    """The bound on people's errors less those the audit found and corrected: one bound, so the credit is free."""
    wrong = sum(audit.wrong for audit in checked)
    corrected = sum(audit.wrong and audit.gold is not None for audit in checked)
    return upper_errors(population, len(checked), wrong, human_alpha(terms)) - corrected


def _refusal(
    terms: Terms, gold: Gold, *, budget: int, bound: int | None, human_bound: int | None, undecided: int
) -> Refusal | None:
    if terms.gold == "measured" and (gold.agreement is None or gold.pairs < 1):
        return Refusal(
            code="gold_unmeasured",
            reason_en="The gold process itself has not been measured: nobody knows how well it agrees with itself.",
            reason_zh="金标准流程本身未经测量：其自身一致性未知。",
            hint_en="Have the gold process label some items twice, independently, or declare `gold: human`.",
            hint_zh="请让金标准流程对部分数据独立标注两次，或声明 `gold: human`。",
        )
    if bound is None or human_bound is None:
        return Refusal(
            code="human_unmeasured",
            reason_en="No human label was checked against the gold process, so the human part has no bound.",
            reason_zh="没有任何人工标签经过金标准复核，人工部分无法给出上界。",
            hint_en="Run the relabelling audit of the human labels.",
            hint_zh="请执行人工标签的复核抽检。",
        )
    if bound <= budget:
        return None
    facts = {"budget": budget, "bound": bound, "human_bound": human_bound, "undecided": undecided}
    if undecided > budget:
        return Refusal(
            code="undecided_too_many",
            reason_en=f"{undecided} items were decided by nobody; {budget} errors are allowed in all.",
            reason_zh=f"有 {undecided} 条数据无人能判定，而允许的错误总数为 {budget}。",
            hint_en="Clarify the guideline for these items or take them out of the list.",
            hint_zh="请针对这些数据完善标注指南，或将其移出清单。",
            facts=facts,
        )
    return Refusal(
        code="errors_too_many",
        reason_en=f"Up to {bound} of the labels may be wrong (people's labels: {human_bound}); {budget} are allowed.",
        reason_zh=f"标签错误数上界为 {bound}（其中人工标签 {human_bound}），超过允许的 {budget}。",
        hint_en="Raise the overlap so that people's labels get better, or enlarge the relabelling audit.",
        hint_zh="请提高重叠标注数以改善人工标签质量，或扩大复核抽检量。",
        facts=facts,
    )


def commitment_digest(commitment: Commitment | HumanCommitment) -> str:
    """The digest by which a later commitment names an earlier one."""
    return digest_of(commitment)
