"""Checking a release from its folder alone: the release stage's checks, with the certificate recomputed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

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

    held = msgspec.convert(certificate["certificate"], Certificate)
    frame = msgspec.convert(certificate["frame"], Frame)
    audits_file = folder / "evidence" / "audits.json"
    audits = msgspec.json.decode(audits_file.read_bytes(), type=list[AuditRecord]) if audits_file.is_file() else []
    found = recompute(held, frame, audits)
    return [
        Text(
            f"{check.number} {check.name}: does not hold that {check.en}",
            f"{check.number} {check.name}：不成立：{check.zh}",
        )
        for check in found
        if not check.ok
    ]
