"""text.pii: personal data found and masked, inside Chinese text as well."""

from collections import Counter
from typing import Literal

import msgspec
import numpy as np
import pyarrow as pa
import rfc8785

from galley.clean import kernels
from galley.clean.ext.text_edit import TEXT, replace_column, replace_text
from galley.clean.ext.text_pii_kinds import KINDS, Kind, find_spans, fold
from galley.clean.kernels.arrays import Offsets, TextColumn, text_column
from galley.clean.kernels.pii_alphabet import role_table
from galley.clean.operator import Operator
from galley.kernel.canonical import canonical_json
from galley.kernel.errors import InputError
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["Finding", "MetaBrokenError", "PiiParams", "TextPii", "find_pii"]

_CONTEXT_BYTES = 96
_PLATE_SUFFIXES = "挂学警港澳"


class PiiParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """action: `mask` writes * over every character of the value; `tag` leaves the text and lists the kinds in
    `meta.pii`; `report` lists kind, first character and end of each finding in `meta.pii_spans`, for people to judge;
    `drop` drops the record. kinds: what to look for."""

    action: Literal["mask", "tag", "drop", "report"] = "mask"
    kinds: tuple[Kind, ...] = KINDS


class MetaBrokenError(InputError):
    """The `meta` of a record is not a canonical JSON object, so nothing can be noted in it."""

    code = "GLY-CLE-130"
    text = Text("`meta` is not a JSON object: {detail}", "`meta` 不是 JSON 对象：{detail}")
    hint = Text("Use action `mask` or `drop`, or mend the source.", "请改用 `mask` 或 `drop`，或修正数据来源。")


class Finding(msgspec.Struct, frozen=True):
    """One piece of personal data in a text: its kind and its first and end byte in the column's buffer."""

    kind: Kind
    first: int
    end: int


def find_pii(column: TextColumn, kinds: tuple[Kind, ...] = KINDS) -> dict[int, list[Finding]]:
    """The findings of each row that has any, in order."""
    wanted = frozenset(kinds)
    found: dict[int, list[Finding]] = {}
    for row, first, end in _runs(column).tolist():
        if column.present[row]:
            spans = _look(column, row, first, end, wanted)
            if spans:
                found.setdefault(row, []).extend(spans)
    return found


def _runs(column: TextColumn) -> Offsets:
    room = int(column.offsets[-1] - column.offsets[0]) // 64 + 16
    while True:
        runs = np.empty((room, 3), dtype=np.int64)
        count = kernels.pii.find_runs(column.data, column.offsets, role_table(), runs)
        if count <= room:
            return runs[:count]
        room = count


def _look(column: TextColumn, row: int, first: int, end: int, wanted: frozenset[Kind]) -> list[Finding]:
    data = column.data
    after = data[end : min(end + 3, column.offsets[row + 1])].tobytes().decode("utf-8", "ignore")
    raw = data[first:end].tobytes().decode("utf-8", "replace")
    if after and after[0] in _PLATE_SUFFIXES:
        raw += after[0]
    before = data[max(column.offsets[row], first - _CONTEXT_BYTES) : first].tobytes().decode("utf-8", "ignore")
    if before.endswith(("(", "（")):  # of an area code
        raw, first = before[-1] + raw, first - len(before[-1].encode())
    findings = []
    at, place = 0, first  # characters and bytes walked so far
    for span in find_spans(fold(raw), before, wanted):
        start = place + len(raw[at : span.first].encode())
        at, place = span.end, start + len(raw[span.first : span.end].encode())
        findings.append(Finding(span.kind, start, place))
    return findings


def _string(column: TextColumn, first: int, end: int) -> str:
    return column.data[first:end].tobytes().decode("utf-8", "replace")


def _masked(column: TextColumn, row: int, findings: list[Finding]) -> str:
    pieces: list[str] = []
    at = int(column.offsets[row])
    for finding in findings:
        pieces.append(_string(column, at, finding.first))
        pieces.append("*" * len(_string(column, finding.first, finding.end)))
        at = finding.end
    pieces.append(_string(column, at, int(column.offsets[row + 1])))
    return "".join(pieces)


def _places(column: TextColumn, row: int, findings: list[Finding]) -> list[dict[str, object]]:
    at, place = 0, int(column.offsets[row])
    spans: list[dict[str, object]] = []
    for finding in findings:
        first = at + len(_string(column, place, finding.first))
        at, place = first + len(_string(column, finding.first, finding.end)), finding.end
        spans.append({"kind": finding.kind, "first": first, "end": at})
    return spans


def _kinds(findings: list[Finding]) -> list[Kind]:
    return sorted({finding.kind for finding in findings})


def _said(findings: list[Finding]) -> str:
    counts = Counter(finding.kind for finding in findings)
    return ", ".join(f"{kind} {counts[kind]}" for kind in KINDS if counts[kind])


class TextPii(Operator[PiiParams]):
    """Mobile and landline numbers, identity cards, bank cards, licence plates, passports, e-mail and IP addresses, social
    credit codes; numbers with a check digit are checked. Details name kinds and counts, never values."""

    name = "text.pii"
    version = 1
    summary = Text(
        "Find personal data (Chinese and international numbers, e-mail, IP) and mask, tag, report or drop it.",
        "识别个人信息（手机号、身份证、银行卡、车牌、护照、邮箱、IP、统一社会信用代码等）并脱敏、标记、报告或丢弃。",
    )
    Params = PiiParams
    able = Able(modalities=TEXT, edits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        """EDIT with reason text.pii_masked, text.pii_tagged or text.pii_reported, or DROP with text.pii."""
        column = text_column(batch)
        found = find_pii(column, self.params.kinds)
        builder = OutcomeBuilder(batch.num_rows)
        action = self.params.action
        if action == "drop":
            for row, findings in found.items():
                builder.drop(row, "text.pii", _said(findings))
        elif action == "mask":
            masked = {row: _masked(column, row, findings) for row, findings in found.items()}
            replace_text(builder, batch, masked, reason="text.pii_masked", detail=lambda row: _said(found[row]))
        elif found:
            self._annotate(builder, batch, column, found)
        return builder.build()

    def _annotate(
        self, builder: OutcomeBuilder, batch: pa.RecordBatch, column: TextColumn, found: dict[int, list[Finding]]
    ) -> None:
        metas: dict[int, str] = {}
        tag = self.params.action == "tag"
        for row, findings in found.items():
            try:
                meta = msgspec.json.decode(batch.column("meta")[row].as_py(), type=dict[str, object])
                meta["pii" if tag else "pii_spans"] = _kinds(findings) if tag else _places(column, row, findings)
                metas[row] = canonical_json(meta).decode()
            except (msgspec.DecodeError, rfc8785.CanonicalizationError) as problem:
                builder.fail(row, MetaBrokenError.code, MetaBrokenError(detail=type(problem).__name__).message())
        values, _ = replace_column(batch, "meta", metas)
        changed = np.array([metas.get(row, old) != old for row, old in enumerate(batch.column("meta").to_pylist())])
        details = [_said(found[row]) if row in found else "" for row in range(batch.num_rows)]
        builder.edit("meta", values, changed, "text.pii_tagged" if tag else "text.pii_reported", details)
