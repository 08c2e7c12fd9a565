"""What a row becomes: its id, its content, or why not; and how rows are cut into batches. Pure."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec

from galley.annotate.content.errors import (
    BodyCutError,
    DataTypeError,
    FieldsMissingError,
    IdError,
    ItemDiffersError,
    NulCharacterError,
    ReferenceGivenError,
    RowJsonError,
)
from galley.annotate.content.model import BadRow, Batch, ImportRow
from galley.kernel.errors import GalleyError
from galley.kernel.limits import JSON_DEPTH_MAX

__all__ = [
    "BATCH_BYTES",
    "BATCH_ROWS",
    "EXCERPT_CHARS_MAX",
    "ID_CHARS_MAX",
    "ParsedRow",
    "bad_row",
    "batches",
    "check_references",
    "content_id",
    "data_row",
    "may_refer",
    "parse_row",
    "unique_rows",
]

BATCH_ROWS: Final = 5000
BATCH_BYTES: Final = 4 * 1024 * 1024
"""The cut into batches is part of what an import remembers: it may change only for new imports."""

ID_CHARS_MAX: Final = 200
EXCERPT_CHARS_MAX: Final = 300
_ID_DIGITS: Final = 20

_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder(order="sorted").encode
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_REFERENCE: Final = re.compile(r"blob:[0-9a-f]{64}\Z")
_ESCAPED: Final = re.compile(rb"\\u00(?:62|6[cC]|6[fF]|3[aA])")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class _Task(msgspec.Struct):
    data: msgspec.Raw


_task: Final = msgspec.json.Decoder(_Task).decode


class ParsedRow(NamedTuple):
    """A row as an item."""

    item: str
    data: bytes  # a JSON object, as it was sent


def parse_row(raw: bytes, needed: frozenset[str] = frozenset()) -> ParsedRow:
    """One JSON object in UTF-8 as an item; a Label Studio task is told by its object `data`.

    `needed` are the fields the label schema shows. Raises RowJsonError, IdError, DataTypeError, FieldsMissingError,
    NulCharacterError, ReferenceGivenError.
    """
    row = _object(raw)
    check_references(raw, row)
    if b"\\u0000" in raw and _NUL.search(raw):
        raise NulCharacterError
    content, data = row, raw
    given = row.get("id")
    if "data" in row and ("annotations" in row or "predictions" in row or isinstance(row["data"], dict)):
        content = row["data"]
        if not isinstance(content, dict):
            raise DataTypeError
        data = bytes(_task(raw).data)
        given = row.get("id", content.get("id"))
    if not needed <= content.keys():
        missing = ", ".join(sorted(needed - content.keys()))
        raise FieldsMissingError(missing=missing, known=", ".join(map(str, content))[:200])
    item = content_id(content) if given is None else _given_id(given)
    if b"\n" in data:  # between tokens: within strings JSON does not allow it
        data = data.replace(b"\n", b" ")
    return ParsedRow(item, data)


def may_refer(raw: bytes) -> bool:
    """Whether a text of JSON may hold a reference to stored bytes, written out or with escapes: a quick look."""
    return b"blob:" in raw or (b"\\u00" in raw and _ESCAPED.search(raw) is not None)


def check_references(raw: bytes, value: Any) -> None:
    """Raise ReferenceGivenError when a sender's JSON (and what it decodes to) names a stored medium by its hash.

    References are made here, from media that were sent. Who could write one themselves would be given the bytes behind
    it, whoever they belong to.
    """
    if not may_refer(raw):
        return
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if _REFERENCE.match(one):
                raise ReferenceGivenError(found=one)
        elif isinstance(one, dict | list):
            waiting.extend(one.values() if isinstance(one, dict) else one)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        row = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise RowJsonError(reason=str(problem)) from problem
    except RecursionError as problem:
        raise RowJsonError(reason=f"more than {JSON_DEPTH_MAX} levels") from problem
    if type(row) is not dict:
        raise RowJsonError(reason=type(row).__name__)
    if raw.count(b"{") + raw.count(b"[") > JSON_DEPTH_MAX and _depth(row) > JSON_DEPTH_MAX:
        raise RowJsonError(reason=f"more than {JSON_DEPTH_MAX} levels")
    return row


def _depth(value: Any) -> int:
    """How deep a JSON value nests, without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        deepest = max(deepest, level)
        inner = item.values() if isinstance(item, dict) else item
        waiting.extend((one, level + 1) for one in inner if isinstance(one, dict | list))
    return deepest


def data_row(line: int, place: str, content: dict[str, Any], needed: frozenset[str] = frozenset()) -> ImportRow:
    """Plain values (a CSV row, a media file) as a row; its id is the field `id` or follows from the content. Raises as
    parse_row."""
    if not needed <= content.keys():
        missing = ", ".join(sorted(needed - content.keys()))
        raise FieldsMissingError(missing=missing, known=", ".join(map(str, content))[:200])
    data = msgspec.json.encode(content)
    if b"\\u0000" in data and _NUL.search(data):
        raise NulCharacterError
    given = content.get("id")
    return ImportRow(line, place, content_id(content) if given in (None, "") else _given_id(given), data)


def content_id(content: dict[str, Any]) -> str:
    """The id of content whose sender gave none: 80 bits of the SHA-256 of its JSON with sorted keys.

    Short, because an item's id stands in every index of the queue. Two contents under one id would be reported as
    ItemDiffersError, never mixed up.
    """
    return hashlib.sha256(_encode(content)).hexdigest()[:_ID_DIGITS]


def _given_id(given: Any) -> str:
    if type(given) is int:
        return str(given)
    if type(given) is not str or not 0 < len(given) <= ID_CHARS_MAX or _CONTROL.search(given) or not given.strip():
        raise IdError(found=repr(given)[:60], limit=ID_CHARS_MAX)
    return given


def bad_row(line: int, place: str, problem: GalleyError, excerpt: bytes = b"") -> BadRow:
    """The record of a row that cannot be taken."""
    message, message_zh = problem.message("en"), problem.message("zh")
    return BadRow(line, place, problem.code, message, message_zh, excerpt[: EXCERPT_CHARS_MAX * 4])


def batches(rows: Iterable[ImportRow | BadRow]) -> Iterator[Batch]:
    """Rows in batches of at most BATCH_ROWS and about BATCH_BYTES: a pure function of the rows.

    When the body they come from breaks off, the rows that came are a batch before BodyCutError goes on.
    """
    number, held, size = 1, list[ImportRow | BadRow](), 0
    ended: GalleyError | None = None
    try:
        for row in rows:
            held.append(row)
            size += len(row.data) if type(row) is ImportRow else EXCERPT_CHARS_MAX
            if len(held) >= BATCH_ROWS or size >= BATCH_BYTES:
                yield Batch(number, held)
                number, held, size = number + len(held), [], 0
    except BodyCutError as problem:
        ended = problem
    if held:
        yield Batch(number, held)
    if ended is not None:
        raise ended


def unique_rows(rows: list[ImportRow | BadRow]) -> tuple[list[ImportRow], list[tuple[int, BadRow]], int]:
    """(rows with ids of their own, (place in the batch, why) of those that failed, how many were the same row again)."""
    first: dict[str, ImportRow] = {}
    bad: list[tuple[int, BadRow]] = []
    again = 0
    for place, row in enumerate(rows):
        if isinstance(row, BadRow):
            bad.append((place, row))
            continue
        known = first.setdefault(row.item, row)
        if known is row:
            continue
        if known.data == row.data or _decode(known.data) == _decode(row.data):
            again += 1
        else:
            bad.append((place, bad_row(row.line, row.place, ItemDiffersError(item=row.item), row.data)))
    return list(first.values()), bad, again
