"""parquet: one record a row of a Parquet file."""

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from galley.collect.connector import Draft, Spoiled, Unit
from galley.collect.content import spoil
from galley.collect.errors import FieldMissingError, ParquetError, RecordError, UndecodableError
from galley.collect.folder import open_file
from galley.collect.table_file import RowFileParams, RowFilesConnector
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Parquet", "ParquetParams"]

_BATCH_ROWS: Final = 256
"""Rows in Python objects at once; rows may hold media."""

_BROKEN: Final = (pa.ArrowException, OSError, ValueError)
"""What pyarrow raises on damaged files (ArrowInvalid is a ValueError, its I/O errors are OSErrors)."""


class ParquetParams(RowFileParams, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the files are and which column holds what. `base64_field` also takes binary columns and the
    {bytes, path} structs of the datasets library."""

    path: str
    columns: tuple[str, ...] | None = None  # read only these


class Parquet(RowFilesConnector[ParquetParams]):
    """Rows of Parquet files, row group by row group; the key of a row is its file and number."""

    name = "parquet"
    summary = Text("Parquet files, one record a row.", "Parquet 文件，一行一条记录。")
    Params = ParquetParams

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        number = 0
        try:
            file, _ = open_file(self._files.glob(desk).root, unit.key)
            with file:
                parquet = _opened(file, unit)
                columns = self._columns(parquet)
                for batch in _batches(parquet, columns, unit):
                    yield from self._records(batch, number, unit, desk)
                    number += batch.num_rows
        except RecordError as problem:
            key = f"{unit.key}#{number + 1}" if number else unit.key
            yield spoil(key, unit.uri, problem)

    def _columns(self, parquet: pq.ParquetFile) -> list[str]:
        there = parquet.schema_arrow.names
        wanted = list(self.params.columns) if self.params.columns is not None else there
        for field in (*self._mapping.fields, *wanted):
            if field not in there or field not in wanted:
                raise FieldMissingError(field=field, known=", ".join(there)[:300])
        return wanted

    def _records(self, batch: pa.RecordBatch, before: int, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        beside = self._files.beside(unit, desk) if self.params.file_field else None
        for number, row in enumerate(_rows(batch), start=before + 1):
            place = (f"{unit.key}#{number}", f"{unit.uri}#{number}")
            try:
                if isinstance(row, RecordError):
                    raise row
                yield self._mapping.draft(row, place, desk, beside)
            except RecordError as problem:
                yield spoil(*place, problem, repr(row).encode("utf-8", "replace") if isinstance(row, dict) else b"")


def _opened(file: Any, unit: Unit) -> pq.ParquetFile:
    try:
        # Bounds on the footer: a hostile one may declare gigabytes of metadata.
        return pq.ParquetFile(file, thrift_string_size_limit=100_000_000, thrift_container_size_limit=10_000_000)
    except _BROKEN as problem:
        raise ParquetError(name=unit.key, reason=str(problem)) from problem


def _batches(parquet: pq.ParquetFile, columns: list[str], unit: Unit) -> Iterator[pa.RecordBatch]:
    for group in range(parquet.num_row_groups):
        batches = parquet.iter_batches(_BATCH_ROWS, row_groups=[group], columns=columns, use_threads=False)
        while True:
            try:
                batch = next(batches, None)
            except _BROKEN as problem:
                raise ParquetError(name=unit.key, reason=str(problem)) from problem
            if batch is None:
                break
            yield batch


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | RecordError]:
    """The rows as dictionaries; a row whose text is not UTF-8 as the error it is."""
    plain = _in_microseconds(batch)
    try:
        yield from plain.to_pylist()
        return
    except UnicodeDecodeError:
        pass  # at least one row is bad: find out which
    for place in range(plain.num_rows):
        try:
            yield plain.slice(place, 1).to_pylist()[0]
        except UnicodeDecodeError as problem:
            yield UndecodableError(encoding="UTF-8", offset=problem.start)


def _in_microseconds(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Python's datetime holds microseconds; nanosecond columns would need pandas."""
    columns = [
        column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns"
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
