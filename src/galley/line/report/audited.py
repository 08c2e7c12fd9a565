"""The audit behind a certificate, pure: which items were drawn, where they stand in the machine's order, which were wrong.

The draw follows from the commitment, and what the gold process said is the item's final label, so nothing beside the
certificate and the labelled version is needed to draw the picture.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import msgspec

from galley.assess.bounds import acceptance_number
from galley.assess.certificate import Certificate, Commitment, Frame, budget_at, draw_of

__all__ = ["Audit", "Drawn", "allowed_curve", "audit_of", "drawn_ids", "read_certificate"]

Distance = Callable[[Any, Any], float]


@dataclass(frozen=True)
class Drawn:
    """One audited item."""

    item: str
    part: str  # machine | human
    place: int  # in the machine's order, or among the human labels
    wrong: bool


@dataclass(frozen=True)
class Audit:
    """Certificate, frame and draws together."""

    certificate: Certificate
    frame: Frame
    drawn: tuple[Drawn, ...]

    @property
    def ordered(self) -> int:
        """How many items the machine had put in order."""
        return len(self.frame.orders[-1].ids) if self.frame.orders else 0

    @property
    def machine_errors(self) -> list[int]:
        """Places (from 1) of audited errors in the machine's order."""
        return sorted(draw.place + 1 for draw in self.drawn if draw.part == "machine" and draw.wrong)


def read_certificate(evidence: Mapping[str, Any]) -> tuple[Certificate, Frame]:
    """Certificate and frame of a run's certificate evidence."""
    return msgspec.convert(evidence["certificate"], Certificate), msgspec.convert(evidence["frame"], Frame)


def drawn_ids(certificate: Certificate, frame: Frame) -> tuple[list[str], list[str]]:
    """The items drawn for the last machine round and for the human part."""
    machine = draw_of(certificate.commitments[-1], frame.orders[-1].ids) if certificate.commitments else []
    made = certificate.human_commitment
    return machine, [] if made is None else draw_of(made, [item for item, _ in frame.human])


def audit_of(certificate: Certificate, frame: Frame, finals: Mapping[str, Any], distance: Distance) -> Audit:
    """Judge every drawn item: the label under test against the final label, which is what the gold process said."""
    machine, human = drawn_ids(certificate, frame)
    tolerance = certificate.terms.tolerance

    def wrong(item: str, label: Any) -> bool:
        gold = finals.get(item)
        return gold is None or label is None or distance(label, gold) > tolerance

    found = []
    if machine:
        order = frame.orders[-1]
        places = {item: place for place, item in enumerate(order.ids)}
        found += [Drawn(item, "machine", places[item], wrong(item, order.labels[places[item]])) for item in machine]
    said = dict(frame.human)
    spots = {item: place for place, item in enumerate(said)}
    found += [Drawn(item, "human", spots[item], wrong(item, said[item])) for item in human]
    return Audit(certificate, frame, tuple(sorted(found, key=lambda draw: (draw.part != "machine", draw.place))))


def allowed_curve(commitment: Commitment, ordered: int, points: int = 32) -> list[tuple[int, int]]:
    """(size of the accept set, errors the audit may show in it), from the first set tried to all ordered items.

    -1 errors: no audit of this size proves a set of that size, whatever it shows.
    """
    if not 0 < commitment.start <= ordered:
        return []
    sizes = sorted({commitment.start + (ordered - commitment.start) * step // points for step in range(points + 1)})
    curve = []
    for size in sizes:
        budget = budget_at(
            commitment.terms,
            size,
            items=commitment.items,
            human_error=commitment.human_error,
            undecided=commitment.undecided,
        )
        alpha = Fraction(commitment.alpha)
        curve.append((size, acceptance_number(ordered, budget, commitment.audit_size, alpha)))
    return curve
