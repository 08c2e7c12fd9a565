"""csv: one record a row of a CSV or TSV file."""

import csv
from collections.abc import Iterator
from typing import Literal

from galley.collect.connector import Draft, Spoiled, Unit
from galley.collect.content import spoil
from galley.collect.csv_rows import Dialect, Row, read_rows
from galley.collect.encoding import check_encoding
from galley.collect.errors import FieldMissingError, NulError, RecordError, RowShapeError, SettingError
from galley.collect.lines import open_lines
from galley.collect.table_file import RowFileParams, RowFilesConnector
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Csv", "CsvParams"]


class CsvParams(RowFileParams, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the files are, how they are written and which column holds what."""

    path: str  # ./data/*.csv, also .gz .bz2 .xz .zst
    columns: tuple[str, ...] | None = None  # names, for files without a header line
    header: bool | None = None  # whether the first line is a header; default: when no columns are given
    delimiter: str | None = None  # default: tab for .tsv files, otherwise a comma
    quoting: Literal["standard", "none"] = "standard"  # none: quotes are ordinary characters (many TSV files)
    encoding: str | None = None  # detected when absent


class Csv(RowFilesConnector[CsvParams]):
    """Rows of CSV (RFC 4180) or TSV files, streaming; the key of a row is its file and first line."""

    name = "csv"
    summary = Text("CSV and TSV files, one record a row.", "CSV、TSV 文件，一行一条记录。")
    Params = CsvParams

    def __init__(self, params: CsvParams) -> None:
        super().__init__(params)
        self._encoding = check_encoding(params.encoding) if params.encoding else None
        self._header = params.columns is None if params.header is None else params.header
        if not self._header and params.columns is None:
            raise SettingError(setting="columns", source=self.name, detail="header: false needs columns")
        if params.columns is not None and len(set(params.columns)) != len(params.columns):
            raise SettingError(setting="columns", source=self.name, detail="a name occurs twice")
        if params.delimiter is not None and (len(params.delimiter) != 1 or params.delimiter in '"\r\n\0'):
            raise SettingError(setting="delimiter", source=self.name, detail=repr(params.delimiter))

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        try:
            stream = self._files.open(unit, desk)
        except RecordError as problem:
            yield spoil(unit.key, unit.uri, problem)
            return
        with stream:
            found = open_lines(stream, unit.key, self._encoding)
            rows = read_rows(found.lines, found.encoding, self._dialect(unit))
            try:
                columns = self._columns(rows, unit)
            except RecordError as problem:
                yield spoil(unit.key, unit.uri, problem)  # without a header no row of the file has a meaning
                return
            yield from self._records(rows, columns, unit, desk)

    def _dialect(self, unit: Unit) -> Dialect:
        stem = unit.key.lower().removesuffix(".gz").removesuffix(".zst").removesuffix(".bz2").removesuffix(".xz")
        delimiter = self.params.delimiter or ("\t" if stem.endswith((".tsv", ".tab")) else ",")
        return Dialect(delimiter, csv.QUOTE_NONE if self.params.quoting == "none" else csv.QUOTE_MINIMAL)

    def _columns(self, rows: Iterator[Row], unit: Unit) -> tuple[str, ...]:
        """The column names, having consumed the header line if there is one; raises RecordError."""
        first = next(rows, None) if self._header else None
        if first is not None and first.problem is not None:
            raise first.problem
        columns = self.params.columns or (tuple(first.fields) if first is not None else ())
        if self._header and first is None:
            raise RowShapeError(first=1, last=1, reason="the file is empty: no header")
        if len(set(columns)) != len(columns):
            twice = sorted({name for name in columns if columns.count(name) > 1})
            raise RowShapeError(first=1, last=1, reason=f"columns named twice: {', '.join(twice)}")
        for field in self._mapping.fields:
            if field not in columns:
                raise FieldMissingError(field=field, known=", ".join(columns)[:300])
        return columns

    def _records(
        self, rows: Iterator[Row], columns: tuple[str, ...], unit: Unit, desk: Desk
    ) -> Iterator[Draft | Spoiled]:
        beside = self._files.beside(unit, desk) if self.params.file_field else None
        for row in rows:
            place = (f"{unit.key}#{row.first}", f"{unit.uri}#{row.first}")
            try:
                if row.problem is not None:
                    raise row.problem
                if len(row.fields) != len(columns):
                    reason = f"{len(row.fields)} fields, {len(columns)} columns"
                    raise RowShapeError(first=row.first, last=row.last, reason=reason)
                if any("\0" in field for field in row.fields):
                    raise NulError(line=row.first)
                yield self._mapping.draft(dict(zip(columns, row.fields, strict=True)), place, desk, beside)
            except RecordError as problem:
                yield spoil(*place, problem, row.excerpt or _excerpt(row.fields))


def _excerpt(fields: list[str]) -> bytes:
    return ",".join(fields).encode("utf-8", "replace")
