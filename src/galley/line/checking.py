"""Checking a release from its folder alone: the release stage's checks, with the certificate recomputed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from galley.kernel.canonical import canonical_json
from galley.kernel.language import Language, Text
from galley.release.model import Check
from galley.release.verify import verify

__all__ = ["check_release"]


def check_release(path: Path, *, language: Language = "en", records: bool = False) -> Iterator[Check]:
    """Every check of a release, the certificate recomputed too; offline, from the folder alone."""
    return verify(path, language, records=records, recompute=_recomputed)


def _recomputed(certificate: Mapping[str, Any], folder: Path) -> list[Text]:
    """What does not follow when the certificate is computed again from its evidence."""
    # scipy's distributions take a second to load; a release without a certificate does not need them.
    from galley.assess.certificate import AuditRecord, Certificate, Frame  # noqa: PLC0415
    from galley.assess.certificate_check import recompute  # noqa: PLC0415
    from galley.line.evidence import certificate_evidence  # noqa: PLC0415

    held = msgspec.convert(certificate["certificate"], Certificate)
    frame = msgspec.convert(certificate["frame"], Frame)
    audits_file = folder / "evidence" / "audits.json"
    audits = msgspec.json.decode(audits_file.read_bytes(), type=list[AuditRecord]) if audits_file.is_file() else []
    problems = [
        Text(
            f"{check.number} {check.name}: does not hold that {check.en}",
            f"{check.number} {check.name}：不成立：{check.zh}",
        )
        for check in recompute(held, frame, audits)
        # A refusal is an honest result: that nothing was issued is no fault unless something says it was.
        if not check.ok and (check.name != "issued" or certificate["issued"])
    ]
    simulated = certificate["labeler_kind"] == "simulated"
    told = msgspec.json.decode(canonical_json(certificate_evidence(held, frame, simulated=simulated)))
    if told != certificate:
        wrong = ", ".join(
            sorted(name for name in told.keys() | certificate.keys() if told.get(name) != certificate.get(name))
        )
        problems.append(Text(f"what is said of it in front differs from it: {wrong}", f"其摘要与证书不符：{wrong}"))
    return problems
