"""csv: a table for spreadsheets, one row a record (RFC 4180, with a byte order mark so that Excel reads Chinese)."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.kernel.record import RECORD_SCHEMA
from galley.release.export import Export, Labelled, labelled_rows, schema_of
from galley.release.exporter import Exporter, ExportReport

__all__ = ["CsvExporter", "CsvParams"]

_FIRST: Final = ("id", "text", "file")
_LABEL_FACTS: Final = ("decided_by", "labeler_kind", "confidence", "judgements")
_CELL_CHARACTERS_MAX: Final = 32_767
"""What one cell of Excel holds."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


class CsvParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How spreadsheets will read the file."""

    encoding: Literal["utf-8-sig", "utf-8"] = "utf-8-sig"  # with a byte order mark Excel does not guess
    guard_formulas: bool = True  # put ' before what a spreadsheet would run
    media: Literal["copy", "omit"] = "copy"


class CsvExporter(Exporter[CsvParams]):
    """One CSV file."""

    name: ClassVar[str] = "csv"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("A CSV table that Excel opens safely.", "可由 Excel 安全打开的 CSV 表。")
    Params = CsvParams

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        export = Export(self.name, version, out)
        schema = schema_of(version)
        controls = tuple(control.name for control in schema.controls) if schema is not None else ()

        def write(file: io.TextIOWrapper) -> None:
            writer = csv.writer(file, lineterminator="\r\n")
            rest = [name for name in RECORD_SCHEMA.names if name not in _FIRST]
            writer.writerow([*_FIRST, *(f"label:{name}" for name in controls), *_LABEL_FACTS, *rest])
            for labelled in labelled_rows(version):
                writer.writerow(self._cells(labelled, controls, rest, export))
                export.records += 1

        export.text("records.csv", self.params.encoding, write)
        return export.finish()

    def _cells(self, labelled: Labelled, controls: tuple[str, ...], rest: list[str], export: Export) -> list[str]:
        row, labels = labelled.row, labelled.labels or {}
        path = None
        if row["blob"] is not None:
            if self.params.media == "copy":
                path = export.media(row, "media")
            else:
                export.lose("media", row["id"], "Media were left out, as asked.")
        values: Iterator[Any] = iter(
            [
                row["id"],
                row["text"],
                path,
                *(labels.get(name) for name in controls),
                *(row.get(name) for name in _LABEL_FACTS),
                *(row[name] for name in rest),
            ]
        )
        if any(labels.get(name) == "" for name in controls) or row["text"] == "":
            export.lose("empty_text", row["id"], "An empty text cannot be told from no value.")
        return [self._cell(value, row["id"], export) for value in values]

    def _cell(self, value: Any, record: str, export: Export) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            return str(value) if isinstance(value, int) else canonical_json(value).decode()
        text: str = value
        if len(text) > _CELL_CHARACTERS_MAX:
            export.note(f"Some cells are longer than the {_CELL_CHARACTERS_MAX} characters that Excel shows.")
        if "\0" in text:
            text = text.replace("\0", "\ufffd")
            export.lose("null_character", record, "NUL characters became U+FFFD: spreadsheets end a cell there.")
        if self.params.guard_formulas and text.startswith(_FORMULA):
            export.lose(
                "formula", record, "A value that a spreadsheet would run as a formula got a leading apostrophe."
            )
            return "'" + text
        return text
