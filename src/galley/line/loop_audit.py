"""Audit, climb, finish: the part of the human+machine loop that proves what the machine may decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from galley.assess.certificate import (
    AuditRecord,
    Climb,
    Commitment,
    Frame,
    Gold,
    HumanCommitment,
    audit_record,
    climb,
    commitment_digest,
    draw_of,
    human_alpha,
    human_budget,
    ids_root,
    issue,
    labels_root,
    round_alpha,
    seed_of,
)
from galley.kernel.draw import derive_seed, sample
from galley.line.loop_learn import freeze
from galley.line.loop_rules import human_audit_size, worth_another_audit
from galley.line.loop_state import Final, Frozen, LoopResult, Work

__all__ = ["settle"]


@dataclass(frozen=True)
class _Sealed:
    """A draw whose commitment is in the log; only `_seal` makes one, and no audit is asked without one."""

    commitment: Commitment | HumanCommitment
    drawn: tuple[str, ...]


def _seal(work: Work, commitment: Commitment | HumanCommitment, ids: Sequence[str]) -> _Sealed:
    plain = msgspec.to_builtins(commitment)
    work.ports.commit({"commitment": plain, "digest": commitment_digest(commitment)})
    work.commitments.append(commitment)
    return _Sealed(commitment, tuple(draw_of(commitment, ids)))


def _ask_gold(
    work: Work, sealed: _Sealed, labels: dict[str, Any], *, part: Literal["machine", "human"], round_no: int
) -> list[AuditRecord]:
    """Have the gold process label the sealed draw, blind, and compare."""
    answers = work.ask(sealed.drawn, "gold-audit" if part == "machine" else "gold-human", round_no)
    work.gold.update(answers)
    found = [
        audit_record(
            part=part,
            round_no=round_no,
            item=item,
            labels=(labels[item], answers[item]),
            tolerance=work.params.tolerance,
            distance=work.ports.distance,
        )
        for item in sealed.drawn
    ]
    work.audits.extend(found)
    return found


def settle(work: Work, frozen: Frozen, beacon: str = "") -> LoopResult:
    """Audit the frozen order, finish with people, and issue or refuse; leaves `work` untouched.

    When an audit proves far less than planned and a fresh model, trained on the audited items too, promises a cheaper
    end at the next round's (smaller) risk, the audit is repeated; all rounds' risks together stay within alpha.
    """
    work = work.copy()
    while True:
        found = _machine(work, frozen, beacon)
        following = frozen.order.round + 1
        short = found.accepted < frozen.plan.accepted * work.params.reaudit_below
        if not short or following >= len(work.params.round_shares):
            break
        again = freeze(work, following)
        if not worth_another_audit(
            spent=sum(work.asked.values()),
            left=len(work.remaining) - _still_there(work, frozen, found),
            plan=again.plan,
        ):
            break
        frozen = again
    return _finish(work, frozen, found, beacon)


def _still_there(work: Work, frozen: Frozen, found: Climb) -> int:
    return sum(item not in work.gold for item in frozen.order.ids[: found.accepted])


def _machine(work: Work, frozen: Frozen, beacon: str) -> Climb:
    """One audit round of the machine part."""
    plan, order, terms = frozen.plan, frozen.order, work.params.terms
    if not plan.audit_size:
        return Climb()
    commitment = Commitment(
        round=order.round,
        terms=terms,
        items=len(work.ids),
        items_root=work.items_root,
        order_root=ids_root(order.ids),
        labels_root=labels_root(order.labels),
        start=plan.start,
        human_error=plan.human_error,
        undecided=work.undecided,
        alpha=str(round_alpha(terms, order.round)),
        audit_size=plan.audit_size,
        model=frozen.model,
        beacon=beacon,
    )
    sealed = _seal(work, commitment, order.ids)
    work.orders.append(order)
    labels = dict(zip(order.ids, order.labels, strict=True))
    records = _ask_gold(work, sealed, labels, part="machine", round_no=order.round)
    return climb(commitment, order.ids, {record.item: record.wrong for record in records})


def _finish(work: Work, frozen: Frozen, found: Climb, beacon: str) -> LoopResult:
    machine = {
        item: (label, sure)
        for item, label, sure in zip(
            frozen.order.ids[: found.accepted],
            frozen.order.labels,
            frozen.confidence,
            strict=False,
        )
        if item not in work.gold
    }
    rest = [work.ids[place] for place in work.remaining if work.ids[place] not in machine]
    work.human.update(work.ask(rest, "rest", 0))
    human = tuple(
        (item, value) for item, value in sorted(work.human.items()) if value is not None and item not in work.gold
    )
    if work.params.gold == "measured" and human:
        _relabel(work, human, found, undecided=len(work.ids) - _decided(work, machine), beacon=beacon)
    gold = _measure_gold(work)
    frame = Frame(items=tuple(work.ids), orders=tuple(work.orders), human=human)
    certificate = issue(
        terms=work.params.terms,
        gold=gold,
        frame=frame,
        commitments=work.commitments,
        audits=work.audits,
        undecided=len(work.ids) - _decided(work, machine),
    )
    return LoopResult(
        finals=tuple(_final(work, item, machine) for item in work.ids),
        asked={purpose: work.asked[purpose] for purpose in sorted(work.asked)},
        trace=tuple(work.trace),
        certificate=certificate,
        frame=frame,
        audits=tuple(work.audits),
    )


def _relabel(work: Work, human: tuple[tuple[str, Any], ...], found: Climb, *, undecided: int, beacon: str) -> None:
    """Commit the human labels, then have a sample of them relabelled by the gold process."""
    terms = work.params.terms
    budget = human_budget(terms, found, items=len(work.ids), undecided=undecided)
    last = work.commitments[-1] if work.commitments else None
    sealed = _seal(
        work,
        HumanCommitment(
            machine=commitment_digest(last) if last else "",
            terms=terms,
            items_root=work.items_root,
            population=len(human),
            labels_root=labels_root([list(pair) for pair in human]),
            budget=budget,
            undecided=undecided,
            alpha=str(human_alpha(terms)),
            audit_size=human_audit_size(work.params, people=len(human), budget=budget),
            beacon=beacon,
        ),
        [item for item, _ in human],
    )
    _ask_gold(work, sealed, dict(human), part="human", round_no=0)


def _measure_gold(work: Work) -> Gold:
    """Have the gold process label some audited items once more and compare it with itself."""
    if work.params.gold == "human":
        return Gold(description="people, by declaration")
    audited = [record.item for record in work.audits if record.gold is not None]
    if not audited or not work.params.gold_repeats:
        return Gold(description="not measured")
    drawn = sample(sorted(audited), work.params.gold_repeats, derive_seed(seed_of(work.commitments[-1]), "repeat"))
    again = work.ask(sorted(drawn), "gold-repeat", 0)
    same = sum(
        value is not None and work.ports.distance(value, work.gold[item]) <= work.params.tolerance
        for item, value in again.items()
    )
    return Gold(description="blind adjudication, repeated", agreement=round(same / len(again), 6), pairs=len(again))


def _decided(work: Work, machine: dict[str, tuple[Any, float]]) -> int:
    return sum(_final(work, item, machine).decided_by != "nobody" for item in work.ids)


def _final(work: Work, item: str, machine: dict[str, tuple[Any, float]]) -> Final:
    judgements = work.answers[item]
    gold = work.gold.get(item)
    if gold is not None:
        return Final(id=item, value=gold, decided_by="audit", judgements=judgements)
    if item in machine:
        label, sure = machine[item]
        return Final(id=item, value=label, decided_by="machine", confidence=sure, judgements=judgements)
    # What the gold process could not decide counted as an error in its audit; a person's label for it stands.
    value = work.human.get(item)
    return Final(id=item, value=value, decided_by="nobody" if value is None else "human", judgements=judgements)
