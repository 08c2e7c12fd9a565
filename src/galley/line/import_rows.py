"""Rows out of a body of data: lines, lists, tables, archives, folders; a row that cannot be read costs itself alone.

All generators; memory holds one row, one element or one row group, whatever the size of the body.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from galley.annotate.content.duration import duration_seconds
from galley.annotate.content.errors import FieldsMissingError, NulCharacterError, RestLostError, RowJsonError
from galley.annotate.content.model import BadRow, ImportRow
from galley.annotate.content.rules import ParsedRow, bad_row, check_references, data_row, parse_row
from galley.collect.connector import Draft, Spoiled, Unit
from galley.collect.content import About, Wanted, read_content
from galley.collect.csv_rows import Dialect, Row, read_rows
from galley.collect.encoding import check_encoding
from galley.collect.errors import RecordError, RowShapeError, UndecodableError
from galley.collect.ext.archive import Archive, ArchiveParams
from galley.collect.ext.files import Files, FilesParams
from galley.collect.lines import open_lines
from galley.collect.rows import plain
from galley.collect.sniff import PROBE_BYTES, jpeg_orientation
from galley.kernel.errors import GalleyError
from galley.kernel.ports import Desk
from galley.labels.errors import LabelFileError, LabelFileSizeError
from galley.labels.formats.dialogue import DIALOGUE_FORMATS, form_of, item_of
from galley.labels.json_elements import json_elements

__all__ = ["Reading", "Rows", "archive_rows", "folder_rows", "rows_of"]

T = TypeVar("T")

Rows = Iterator[ImportRow | BadRow]
_ROW_FILES: Final = {
    "application/jsonl": "jsonl",
    "application/json": "json",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}
_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode
_encode: Final = msgspec.json.Encoder().encode
_PARQUET_ROWS: Final = 1024
_QUARTER_TURNED: Final = 5  # EXIF orientations from here on exchange width and height
_PARQUET: Final = (pa.ArrowException, OSError, ValueError)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How rows are read."""

    desk: Desk
    needed: frozenset[str] = frozenset()  # the fields the label schema shows
    field: str = ""  # where the content of a file goes; "": the schema's field, or the modality
    encoding: str | None = None
    delimiter: str | None = None
    dialogue: str = ""  # chat, preference, prm: what the rows are, and become items from
    guess: bool = False  # a row that lacks a needed field may be one of those: it is when the field is there then

    def parsed(self, raw: bytes) -> ParsedRow:
        """A row as an item; raises what `parse_row` does."""
        if self.dialogue:
            return parse_row(_dialogue_row(self.dialogue, raw), self.needed)
        try:
            return parse_row(raw, self.needed)
        except FieldsMissingError:
            row = _guessed(_object(raw), self)
            if row is None:
                raise
            return parse_row(_encode(row), self.needed)

    def row(self, line: int, place: str, content: dict[str, Any]) -> ImportRow:
        """A row of a table as an item; raises what `data_row` does."""
        try:
            return data_row(line, place, content, self.needed)
        except FieldsMissingError:
            row = _guessed(content, self)
            if row is None:
                raise
            return data_row(line, place, row, self.needed)


def rows_of(form: str, stream: BinaryIO, reading: Reading, place: str = "") -> Rows:
    """The rows of an open body in one of FORMATS that are read forwards."""
    if form in DIALOGUE_FORMATS:
        opened = io.BufferedReader(stream)  # type: ignore[type-var]  # any binary stream
        listed = opened.peek(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["  # ShareGPT's files are one list
        return rows_of("json" if listed else "jsonl", opened, msgspec.structs.replace(reading, dialogue=form), place)
    if form == "jsonl":
        return _lines(stream, reading, place)
    if form in ("csv", "tsv"):
        return _table(stream, reading, place, reading.delimiter or ("\t" if form == "tsv" else ","))
    if form == "parquet":
        return _parquet(stream, reading, place)
    return _elements(stream, reading, place)


def _lines(stream: BinaryIO, reading: Reading, place: str) -> Rows:
    found = open_lines(stream, place, check_encoding(reading.encoding) if reading.encoding else None)
    encoding = "" if found.encoding == "utf-8" else found.encoding
    for number, raw, problem in found.lines:
        try:
            if problem is not None:
                raise problem
            data = raw.decode(encoding).encode() if encoding else raw
            data = data.strip()
            if data:
                item, content = reading.parsed(data)
                yield ImportRow(number, place, item, content)
        except GalleyError as wrong:
            yield bad_row(number, place, wrong, raw)
        except UnicodeDecodeError as wrong:
            yield bad_row(number, place, UndecodableError(encoding=encoding, offset=wrong.start), raw)


def _dialogue_row(form: str, raw: bytes) -> bytes:
    """A chat, a preference pair or judged steps as the content of an item; raises RowJsonError."""
    row = _object(raw)
    try:
        return _encode({**item_of(form, row), **({"id": row["id"]} if "id" in row else {})})
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as problem:
        raise RowJsonError(reason=f"{form}: {problem}") from problem


def _guessed(row: dict[str, Any], reading: Reading) -> dict[str, Any] | None:
    """The content of an item out of a row of whichever dialogue format, where the schema's fields are in it then."""
    form = form_of(row) if reading.guess else ""
    try:
        content = item_of(form, row) if form else {}
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
    return content if form and reading.needed <= content.keys() else None


def _object(raw: bytes) -> dict[str, Any]:
    try:
        return _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise RowJsonError(reason=str(problem)) from problem


def _elements(stream: BinaryIO, reading: Reading, place: str) -> Rows:
    row = 0
    try:
        for element in json_elements(stream, "JSON"):
            row += 1
            try:
                item, content = reading.parsed(element.data)
                yield ImportRow(element.line, place, item, content)
            except GalleyError as wrong:
                yield bad_row(element.line, place, wrong, element.data[:2000])
    except (LabelFileError, LabelFileSizeError, RecordError) as wrong:
        yield bad_row(0, place, RestLostError(row=row, reason=wrong.message()))


# --- tables ----------------------------------------------------------------------------------------------------------


def _table(stream: BinaryIO, reading: Reading, place: str, delimiter: str) -> Rows:
    found = open_lines(stream, place, check_encoding(reading.encoding) if reading.encoding else None)
    rows = read_rows(found.lines, found.encoding, Dialect(delimiter, csv.QUOTE_MINIMAL))
    header = next(rows, None)
    if header is None:
        return
    if header.problem is not None or len(set(header.fields)) != len(header.fields):
        shape = RowShapeError(first=header.first, last=header.last, reason="columns named twice")
        yield bad_row(header.first, place, header.problem or shape, header.excerpt)
        return
    for row in rows:
        try:
            yield reading.row(row.first, place, _cells(header.fields, row))
        except GalleyError as wrong:
            yield bad_row(row.first, place, wrong, row.excerpt or ",".join(row.fields).encode("utf-8", "replace"))


def _cells(columns: list[str], row: Row) -> dict[str, Any]:
    if row.problem is not None:
        raise row.problem
    if len(row.fields) != len(columns):
        reason = f"{len(row.fields)} fields, {len(columns)} columns"
        raise RowShapeError(first=row.first, last=row.last, reason=reason)
    if any("\0" in field for field in row.fields):
        raise NulCharacterError
    return _own(dict(zip(columns, row.fields, strict=True)))


def _own(value: T) -> T:
    """What a sender wrote, which names no stored bytes: that is done here alone. Raises ReferenceGivenError."""
    check_references(b"blob:", value)
    return value


def _parquet(stream: BinaryIO, reading: Reading, place: str) -> Rows:
    number = 0
    try:
        # Bounds on the footer: a hostile one may declare gigabytes of metadata.
        opened = pq.ParquetFile(stream, thrift_string_size_limit=100_000_000, thrift_container_size_limit=10_000_000)
        for batch in opened.iter_batches(_PARQUET_ROWS, use_threads=False):
            for row in batch.to_pylist():
                number += 1
                yield _parquet_row(row, number, reading, place)
    except _PARQUET as problem:
        yield bad_row(number + 1, place, RestLostError(row=number, reason=str(problem)))


def _parquet_row(row: dict[str, Any], number: int, reading: Reading, place: str) -> ImportRow | BadRow:
    try:
        content = {name: _cell(name, value, reading) for name, value in row.items()}
        return reading.row(number, place, content)
    except GalleyError as wrong:
        return bad_row(number, place, wrong, repr(row).encode("utf-8", "replace")[:2000])


def _cell(name: str, value: Any, reading: Reading) -> Any:
    """A column's value as JSON; media ({bytes, path}, as the datasets library keeps them) become blobs."""
    if not (isinstance(value, dict) and isinstance(value.get("bytes"), bytes)):
        return _own(plain(value))
    about = About(key=name, uri=name, name=str(value.get("path") or ""))
    found = read_content(iter((value["bytes"],)), about, Wanted(), reading.desk)
    if isinstance(found, Spoiled):
        raise RowJsonError(reason=found.message)
    return _own(found.text) if found.blob is None else f"blob:{found.blob}"


# --- files -----------------------------------------------------------------------------------------------------------


def archive_rows(file: BinaryIO, size: int, name: str, reading: Reading) -> Rows:
    """The members of an archive: files of rows give their rows, all others are items. Same limits as collecting."""
    connector = Archive(ArchiveParams(path=name or "archive"))
    unit = Unit(key=name, uri=name, stamp="")
    return _files(connector.read_open(file, size, unit, reading.desk), reading, f"{name}!")


def folder_rows(folder: Path, reading: Reading) -> Rows:
    """Every file below a folder; links that lead out of it are refused."""
    desk = Desk(blobs=reading.desk.blobs, base=folder, clock=reading.desk.clock, seed=reading.desk.seed)
    connector = Files(FilesParams(path="**"))
    drafts = (draft for unit in connector.units(desk) for draft in connector.read(unit, desk))
    return _files(drafts, reading, "")


def _files(drafts: Iterator[Draft | Spoiled], reading: Reading, prefix: str) -> Rows:
    for draft in drafts:
        name = draft.key.removeprefix(prefix)
        if isinstance(draft, Spoiled):
            yield BadRow(0, name, draft.code, draft.message, draft.message, draft.excerpt)
        elif draft.media_type in _ROW_FILES and draft.text is not None:
            yield from rows_of(_ROW_FILES[draft.media_type], io.BytesIO(draft.text.encode()), reading, name)
        elif draft.media_type == "application/vnd.apache.parquet" and draft.blob is not None:
            with reading.desk.blobs.open(draft.blob) as file:
                yield from _parquet(file, reading, name)
        else:
            yield _file(draft, name, reading)


def _file(draft: Draft, name: str, reading: Reading) -> ImportRow | BadRow:
    try:
        field = reading.field or _field(draft, reading.needed)
        content: dict[str, Any] = {
            field: _own(draft.text) if draft.blob is None else f"blob:{draft.blob}",
            "name": name,
        }
        if draft.blob is not None:
            content |= {"media_type": draft.media_type, "bytes": draft.bytes}
            content |= _upright_size(draft, draft.blob, reading)
            if draft.modality in ("audio", "video"):
                with reading.desk.blobs.open(draft.blob) as file:
                    seconds = duration_seconds(file, draft.media_type)
                content |= {"duration": seconds} if seconds is not None else {}
        return data_row(0, name, content, reading.needed)
    except GalleyError as wrong:
        return bad_row(0, name, wrong)


def _upright_size(draft: Draft, blob: str, reading: Reading) -> dict[str, Any]:
    """Width and height of a picture as people see and mark it: the EXIF orientation applied."""
    if not draft.width or not draft.height:
        return {}
    size = (draft.width, draft.height)
    if draft.media_type == "image/jpeg":
        with reading.desk.blobs.open(blob) as file:
            if jpeg_orientation(file.read(PROBE_BYTES)) >= _QUARTER_TURNED:
                size = size[::-1]
    return {"width": size[0], "height": size[1]}


def _field(draft: Draft, needed: frozenset[str]) -> str:
    """The one field the schema shows, or the one called as the content's modality."""
    return next(iter(needed)) if len(needed) == 1 else draft.modality
