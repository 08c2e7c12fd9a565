"""Galley's own lines of labels: `{"id": …, "labels": {control: value}}` or `{"key": …, "labels": …}`, one record a line."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import msgspec

from galley.kernel.canonical import canonical_json
from galley.kernel.errors import GalleyError
from galley.labels.errors import LabelFileError, LabelFileShapeError
from galley.labels.formats.row import LabelRow, numbered_lines
from galley.labels.shape import json_kind

__all__ = ["jsonl_line", "read_jsonl"]

FORMAT: Final = "JSONL"


def read_jsonl(stream: BinaryIO) -> Iterator[LabelRow]:
    """One row a line, blank lines skipped; other fields of a line are ignored, so an exported file reads back."""
    for number, line in numbered_lines(stream, FORMAT):
        if isinstance(line, GalleyError):
            yield LabelRow(key="", labels=None, line=number, problems=(line,))
        elif line.strip():
            yield _row(number, line)


def _row(number: int, line: str) -> LabelRow:
    try:
        raw = msgspec.json.decode(line.encode())
    except (msgspec.DecodeError, RecursionError) as problem:
        wrong = LabelFileError(format=FORMAT, line=number, found=str(problem))
        return LabelRow(key="", labels=None, line=number, problems=(wrong,))
    if not isinstance(raw, dict):
        return _misshapen(number, "{id | key, labels}", json_kind(raw))
    name, key, labels = raw.get("id", ""), raw.get("key", ""), raw.get("labels")
    if not (isinstance(name, str | int) and isinstance(key, str | int)) or (name == "" and key == ""):
        return _misshapen(number, "id | key", f"{json_kind(raw.get('id'))}, {json_kind(raw.get('key'))}")
    if labels is not None and not isinstance(labels, dict):
        return _misshapen(number, "labels: {control: value}", json_kind(labels))
    return LabelRow(key=str(key), id=str(name), labels=labels, line=number)


def _misshapen(number: int, expected: str, found: str) -> LabelRow:
    wrong = LabelFileShapeError(format=FORMAT, line=number, expected=expected, found=found)
    return LabelRow(key="", labels=None, line=number, problems=(wrong,))


def jsonl_line(record_id: str, labels: Mapping[str, Any] | None, **extra: Any) -> bytes:
    """One line, canonical, with its newline."""
    return canonical_json({"id": record_id, "labels": dict(labels) if labels is not None else None, **extra}) + b"\n"
