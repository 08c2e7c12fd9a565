"""The certificate as the release's evidence: a pure function of it, so that a checker can make it again and compare."""

from typing import Any

import msgspec

from galley.assess.certificate import Certificate, Frame
from galley.assess.certificate_words import statement

__all__ = ["certificate_evidence"]


def certificate_evidence(certificate: Certificate, frame: Frame, *, simulated: bool) -> dict[str, Any]:
    """The certificate as evidence: its facts in front, then everything needed to recompute it."""
    told = statement(certificate)
    refusal = certificate.refusal
    return {
        "issued": certificate.issued,
        "promised": certificate.terms.accuracy,
        "accuracy": certificate.certified_accuracy,
        "confidence": certificate.terms.confidence,
        "items": certificate.items,
        "errors": certificate.bound,
        "gold": certificate.terms.gold,
        "labeler_kind": "simulated" if simulated else "person",
        "statement_en": told.en,
        "statement_zh": told.zh,
        "reason": None if refusal is None else {"en": refusal.reason_en, "zh": refusal.reason_zh},
        "certificate": msgspec.to_builtins(certificate),
        "frame": msgspec.to_builtins(frame),
    }
