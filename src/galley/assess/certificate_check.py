"""Checking a certificate offline: recompute every count, hash, draw and bound from what was published."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from galley.assess.bounds import error_budget
from galley.assess.certificate import (
    AuditRecord,
    Certificate,
    Commitment,
    Frame,
    audits_root,
    commitment_digest,
    draw_of,
    human_alpha,
    human_budget,
    ids_root,
    issue,
    labels_root,
    round_alpha,
)
from galley.kernel.canonical import canonical_json
from galley.kernel.errors import InputError
from galley.kernel.language import Text

__all__ = ["Check", "certified_labels", "recompute", "recompute_plain"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One numbered check and its outcome."""

    number: int
    name: str  # stable: items, audits, commitments, draw, labels, rounds, human, gold, bounds
    ok: bool
    en: str
    zh: str


def recompute(certificate: Certificate, frame: Frame, audits: Sequence[AuditRecord]) -> list[Check]:
    """Nine checks; all must be ok. Whoever holds the signed certificate, the lists and the audit records can run them.

    An altered audit entry fails `audits`; entries that contradict themselves fail `labels`; a sample that the
    commitment did not draw fails `draw`; a wrong count or bound fails `bounds`.
    """
    found = [
        ("items", _items(certificate, frame), Text("the list of items is the certified one", "数据清单与证书一致")),
        (
            "audits",
            _audits(certificate, audits),
            Text("the audit records are the certified ones", "抽检记录与证书一致"),
        ),
        (
            "commitments",
            _commitments(certificate, frame),
            Text("orders and machine labels are the committed ones", "顺序与机器标签和承诺一致"),
        ),
        ("rounds", _rounds(certificate), Text("budgets and risk follow from the terms", "错误额度与风险分配符合条款")),
        (
            "draw",
            _draw(certificate, frame, audits),
            Text("the sample is the one the commitment drew", "抽样由承诺唯一确定"),
        ),
        (
            "labels",
            _labels(certificate, frame, audits),
            Text("audited labels are the committed ones and verdicts follow", "被检标签与承诺一致且判定正确"),
        ),
        ("human", _human(certificate, frame), Text("human labels are the committed ones", "人工标签与承诺一致")),
        ("bounds", _bounds(certificate, frame, audits), Text("counts and bounds recompute", "计数与上界可复算")),
        ("issued", certificate.issued, Text("the certificate was issued", "证书已签发")),
    ]
    return [
        Check(number=number, name=name, ok=bool(ok), en=said.en, zh=said.zh)
        for number, (name, ok, said) in enumerate(found, start=1)
    ]


def certified_labels(certificate: Certificate, frame: Frame, audits: Sequence[AuditRecord]) -> dict[str, Any]:
    """The label each item has under the certificate, None where nobody decided: what a release must hold.

    The gold process's where it decided, else the machine's in the accepted set, else a person's.
    """
    labels: dict[str, Any] = dict.fromkeys(frame.items)
    labels.update(frame.human)
    if frame.orders:
        last, size = frame.orders[-1], certificate.machine.accepted
        labels.update(zip(last.ids[:size], last.labels[:size], strict=True))
    human = dict(frame.human)
    labels.update((audit.item, human.get(audit.item)) for audit in audits if audit.gold is None)
    labels.update((audit.item, audit.gold) for audit in audits if audit.gold is not None)
    return labels


def recompute_plain(
    certificate: Mapping[str, Any], frame: Mapping[str, Any], audits: Sequence[Mapping[str, Any]]
) -> list[Check]:
    """`recompute` on plain JSON data; data of the wrong shape is one failed check, never an exception."""
    try:
        return recompute(
            msgspec.convert(certificate, Certificate),
            msgspec.convert(frame, Frame),
            msgspec.convert(audits, list[AuditRecord]),
        )
    except (msgspec.ValidationError, InputError) as problem:
        return [
            Check(number=0, name="shape", ok=False, en=f"not a certificate: {problem}", zh=f"不是有效的证书：{problem}")
        ]


def _items(certificate: Certificate, frame: Frame) -> bool:
    unique = list(frame.items) == sorted(set(frame.items))
    return unique and len(frame.items) == certificate.items and ids_root(frame.items) == certificate.items_root


def _audits(certificate: Certificate, audits: Sequence[AuditRecord]) -> bool:
    return len(audits) == certificate.audits and audits_root(audits) == certificate.audits_root


def _commitments(certificate: Certificate, frame: Frame) -> bool:
    if len(frame.orders) != len(certificate.commitments):
        return False
    listed = set(frame.items)
    return all(
        order.round == commitment.round
        and commitment.items == certificate.items
        and commitment.items_root == certificate.items_root
        and len(set(order.ids)) == len(order.ids) == len(order.labels)
        and listed.issuperset(order.ids)
        and ids_root(order.ids) == commitment.order_root
        and labels_root(order.labels) == commitment.labels_root
        and max(commitment.start, commitment.audit_size) <= len(order.ids)
        for order, commitment in zip(frame.orders, certificate.commitments, strict=True)
    )


def _round_fits(certificate: Certificate, place: int, commitment: Commitment) -> bool:
    return (
        commitment.round == place < len(certificate.terms.round_shares)
        and commitment.terms == certificate.terms
        and commitment.alpha == str(round_alpha(certificate.terms, place))
        and commitment.start >= 1
        and 0 <= commitment.human_error < 1
        and commitment.undecided <= certificate.undecided
    )


def _rounds(certificate: Certificate) -> bool:
    return certificate.budget == error_budget(certificate.items, certificate.terms.accuracy) and all(
        _round_fits(certificate, place, commitment) for place, commitment in enumerate(certificate.commitments)
    )


def _draw(certificate: Certificate, frame: Frame, audits: Sequence[AuditRecord]) -> bool:
    if len(frame.orders) != len(certificate.commitments):
        return False
    expected = [
        ("machine", commitment.round, item)
        for commitment, order in zip(certificate.commitments, frame.orders, strict=True)
        for item in draw_of(commitment, order.ids)
    ]
    if certificate.human_commitment is not None:
        ids = [item for item, _ in frame.human]
        expected += [("human", 0, item) for item in draw_of(certificate.human_commitment, ids)]
    return [(audit.part, audit.round, audit.item) for audit in audits] == expected


def _labels(certificate: Certificate, frame: Frame, audits: Sequence[AuditRecord]) -> bool:
    committed: dict[tuple[str, int, str], Any] = {("human", 0, item): label for item, label in frame.human}
    for order in frame.orders:
        committed.update(
            (("machine", order.round, item), label) for item, label in zip(order.ids, order.labels, strict=False)
        )
    for audit in audits:
        key = (audit.part, audit.round, audit.item)
        if key not in committed or canonical_json(committed[key]) != canonical_json(audit.label):
            return False
        same = audit.gold is not None and canonical_json(audit.gold) == canonical_json(audit.label)
        # What a label type calls close cannot be recomputed here; equal labels and missing ones can.
        if audit.wrong != (audit.distance > certificate.terms.tolerance) or (same and audit.distance > 0):
            return False
        if (audit.gold is None or audit.label is None) and not audit.wrong:
            return False
    return True


def _human(certificate: Certificate, frame: Frame) -> bool:
    ids = [item for item, _ in frame.human]
    if ids != sorted(set(ids)) or not set(frame.items).issuperset(ids) or len(ids) != certificate.human_items:
        return False
    if certificate.terms.gold == "human" or not ids:
        return certificate.human_commitment is None
    commitment = certificate.human_commitment
    if commitment is None:
        return False
    follows = commitment_digest(certificate.commitments[-1]) if certificate.commitments else ""
    return (
        commitment.machine == follows
        and commitment.terms == certificate.terms
        and commitment.items_root == certificate.items_root
        and commitment.population == len(ids)
        and commitment.labels_root == labels_root([[item, label] for item, label in frame.human])
        and commitment.alpha == str(human_alpha(certificate.terms))
        and commitment.budget
        == human_budget(certificate.terms, certificate.machine, items=certificate.items, undecided=commitment.undecided)
    )


def _bounds(certificate: Certificate, frame: Frame, audits: Sequence[AuditRecord]) -> bool:
    if len(frame.orders) != len(certificate.commitments):
        return False
    human = () if certificate.human_commitment is None else (certificate.human_commitment,)
    again = issue(
        terms=certificate.terms,
        gold=certificate.gold,
        frame=frame,
        commitments=(*certificate.commitments, *human),
        audits=audits,
        undecided=certificate.undecided,
    )
    accounted = _accounted(certificate, frame, audits)
    return accounted and canonical_json(again) == canonical_json(certificate)


def _accounted(certificate: Certificate, frame: Frame, audits: Sequence[AuditRecord]) -> bool:
    """Every item is decided by the accepted machine part, a person, an audit, or counted as undecided."""
    decided = set(frame.orders[-1].ids[: certificate.machine.accepted]) if frame.orders else set()
    decided -= {audit.item for audit in audits if audit.part == "machine" and audit.gold is None}
    decided |= {audit.item for audit in audits if audit.gold is not None}
    decided |= {item for item, _ in frame.human}
    return len(frame.items) - len(decided) == certificate.undecided
