"""jsonl: one record a line of JSON."""

from collections.abc import Iterator
from typing import Any

import msgspec

from galley.collect.connector import Draft, Spoiled, Unit
from galley.collect.content import spoil
from galley.collect.encoding import check_encoding
from galley.collect.errors import BadLineError, NestingTooDeepError, RecordError
from galley.collect.lines import Line, open_lines
from galley.collect.table_file import RowFileParams, RowFilesConnector
from galley.kernel import limits
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Jsonl", "JsonlParams"]


class JsonlParams(RowFileParams, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the files are and which field holds what."""

    path: str  # ./data/*.jsonl, also .gz .bz2 .xz .zst
    encoding: str | None = None  # detected when absent


class Jsonl(RowFilesConnector[JsonlParams]):
    """Lines of JSON objects, streaming; empty lines are skipped, as everywhere."""

    name = "jsonl"
    summary = Text("JSON Lines files, one record a line.", "JSON Lines 文件，一行一条记录。")
    Params = JsonlParams

    def __init__(self, params: JsonlParams) -> None:
        super().__init__(params)
        self._encoding = check_encoding(params.encoding) if params.encoding else None

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        try:
            stream = self._files.open(unit, desk)
        except RecordError as problem:
            yield spoil(unit.key, unit.uri, problem)
            return
        with stream:
            found = open_lines(stream, unit.key, self._encoding)
            beside = self._files.beside(unit, desk) if self.params.file_field else None
            for line in found.lines:
                place = (f"{unit.key}#{line.number}", f"{unit.uri}#{line.number}")
                try:
                    if line.problem is not None:
                        raise line.problem
                    if line.data.strip():
                        row = _row(line, found.encoding)
                        yield self._mapping.draft(row, place, desk, beside)
                except RecordError as problem:
                    yield spoil(*place, problem, line.data)


_decode = msgspec.json.Decoder(dict[str, Any]).decode


def _row(line: Line, encoding: str) -> dict[str, Any]:
    """The object on a line; raises BadLineError or NestingTooDeepError."""
    data = line.data
    try:
        if encoding != "utf-8":
            data = data.decode(encoding).encode()
        row = _decode(data)
    except (msgspec.DecodeError, UnicodeError) as problem:
        raise BadLineError(line=line.number, reason=str(problem)) from problem
    except RecursionError as problem:
        raise NestingTooDeepError(limit=limits.JSON_DEPTH_MAX) from problem
    if data.count(b"{") + data.count(b"[") > limits.JSON_DEPTH_MAX and _depth(row) > limits.JSON_DEPTH_MAX:
        raise NestingTooDeepError(limit=limits.JSON_DEPTH_MAX)
    return row


def _depth(value: Any) -> int:
    """How deep a JSON value nests, without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        deepest = max(deepest, level)
        if isinstance(item, dict):
            waiting.extend((inner, level + 1) for inner in item.values() if isinstance(inner, dict | list))
        elif isinstance(item, list):
            waiting.extend((inner, level + 1) for inner in item if isinstance(inner, dict | list))
    return deepest
