"""Checking a release from its folder alone: the release stage's checks, with the certificate recomputed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from galley.kernel.canonical import canonical_json
from galley.kernel.errors import InputError
from galley.kernel.language import Language, Text
from galley.ledger.notes import VerifierKey, parse_verifier_key
from galley.release.layout import DATA
from galley.release.model import Check
from galley.release.verify import verify

__all__ = ["KeysMissingError", "check_release"]


class KeysMissingError(InputError):
    """The file of trusted keys is not there, or holds none."""

    code = "GLY-LIN-050"
    text = Text("There are no keys at {path}.", "{path} 处没有密钥。")
    hint = Text(
        "One key a line, as in `trust/signers.vkeys` and `trust/log.vkeys` of a release you trust.",
        "每行一个密钥，格式同可信发布中的 `trust/signers.vkeys` 与 `trust/log.vkeys`。",
    )


def check_release(
    path: Path, *, language: Language = "en", records: bool = False, trusted: Path | None = None
) -> Iterator[Check]:
    """Every check of a release, the certificate recomputed too; offline, from the folder alone.

    `trusted` is a file of keys (vkeys, one a line) known from elsewhere: then a release signed by anybody else fails.
    """
    keys = None if trusted is None else _keys_in(trusted)
    return verify(path, language, records=records, recompute=_recomputed, trusted=keys)


def _keys_in(path: Path) -> list[VerifierKey]:
    lines = path.read_text(encoding="utf-8").split() if path.is_file() else []
    if not lines:
        raise KeysMissingError(path=str(path))
    return [parse_verifier_key(line) for line in lines]


def _recomputed(certificate: Mapping[str, Any], folder: Path) -> list[Text]:
    """What does not follow when the certificate is computed again from its evidence and held against the data."""
    # A release without a certificate must not wait for these.
    from galley.assess.certificate import AuditRecord, Certificate, Frame  # noqa: PLC0415
    from galley.assess.certificate_check import certified_labels, recompute_plain  # noqa: PLC0415
    from galley.line.evidence import certificate_evidence  # noqa: PLC0415

    missing = sorted({"certificate", "frame", "issued", "labeler_kind"} - certificate.keys())
    if missing:
        return [Text(f"it has no {', '.join(missing)}", f"缺少 {', '.join(missing)}")]
    file = folder / "evidence" / "audits.json"
    audits = msgspec.json.decode(file.read_bytes(), type=list[dict[str, Any]]) if file.is_file() else []
    problems = [
        Text(
            f"{check.number} {check.name}: does not hold that {check.en}",
            f"{check.number} {check.name}：不成立：{check.zh}",
        )
        for check in recompute_plain(certificate["certificate"], certificate["frame"], audits)
        # A refusal is an honest result: that nothing was issued is no fault unless something says it was.
        if not check.ok and (check.name != "issued" or certificate["issued"])
    ]
    if problems:
        return problems
    held = msgspec.convert(certificate["certificate"], Certificate)
    frame = msgspec.convert(certificate["frame"], Frame)
    simulated = certificate["labeler_kind"] == "simulated"
    told = msgspec.json.decode(canonical_json(certificate_evidence(held, frame, simulated=simulated)))
    if told != certificate:
        names = told.keys() | certificate.keys()
        wrong = ", ".join(sorted(name for name in names if told.get(name) != certificate.get(name)))
        return [Text(f"what is said of it in front differs from it: {wrong}", f"其摘要与证书不符：{wrong}")]
    certified = certified_labels(held, frame, msgspec.convert(audits, list[AuditRecord]))
    return _released_otherwise(certified, folder, simulated=simulated)


def _released_otherwise(certified: Mapping[str, Any], folder: Path, *, simulated: bool) -> list[Text]:
    """What the data files say that the certificate does not: a certificate is about the labels people load."""
    missing = dict(certified)
    try:
        for record, labels, kind in _released_labels(folder):
            if kind == "simulated" and not simulated:
                return [Text("it hides that labels are simulated", "隐瞒了标签为模拟所得")]
            found = None if labels is None else msgspec.json.decode(labels)
            if record not in missing or missing.pop(record) != found:
                return [
                    Text(
                        f"the released label of record {record} is not the certified one",
                        f"记录 {record} 的发布标签与证书不符",
                    )
                ]
    except (OSError, ValueError, msgspec.DecodeError) as problem:  # pyarrow's own errors are OSError or ValueError
        return [Text(f"the released labels cannot be read: {problem}", f"无法读取发布的标签：{problem}")]
    return (
        [Text(f"{len(missing)} certified records are not released", f"{len(missing)} 条已认证记录未发布")]
        if missing
        else []
    )


def _released_labels(folder: Path) -> Iterator[tuple[str, str | None, str]]:
    import pyarrow.parquet as pq  # noqa: PLC0415  # only a release with a certificate needs it here

    for part in sorted((folder / DATA).glob("*.parquet")):
        for group in pq.ParquetFile(part).iter_batches(columns=["id", "labels", "labeler_kind"]):
            yield from zip(*(column.to_pylist() for column in group.columns), strict=True)
