"""A row with named fields becomes one draft: which field is the content, the id, the time; the rest is meta.

Shared by JSONL, CSV, Parquet and SQL.
"""

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Final

import msgspec

from galley.collect.connector import Draft, Spoiled
from galley.collect.content import About, Wanted, WantedModality, read_content
from galley.collect.errors import (
    BadBase64Error,
    BadIdError,
    FieldMissingError,
    FieldTypeError,
    SettingError,
    TextTooLargeError,
)
from galley.kernel import limits
from galley.kernel.clock import rfc3339
from galley.kernel.ports import Desk

__all__ = ["OpenBeside", "RowMapping", "RowParams", "moment", "plain"]

OpenBeside = Callable[[str, About, Wanted], Draft | Spoiled]
"""Reads the file a row names, which stands beside the row's own file."""

_SAFE_INTEGER: Final = 2**53


class RowParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which field holds what. Exactly one of text_field, file_field and base64_field says where the content is."""

    text_field: str | tuple[str, ...] | None = None  # several are joined by `join`; "text" when nothing is given
    file_field: str | None = None  # a path relative to the data file
    base64_field: str | None = None
    id_field: str | None = None  # becomes the record's key
    time_field: str | None = None
    join: str = "\n"
    modality: WantedModality = "auto"  # of the content of file_field and base64_field
    media_type: str = "text/plain"  # of text


class RowMapping:
    """The mapping of rows to drafts; built once a source."""

    def __init__(self, params: RowParams, source: str, *, files: bool = True) -> None:
        given = [field for field in (params.text_field, params.file_field, params.base64_field) if field]
        if len(given) > 1:
            raise SettingError(
                setting="text_field", source=source, detail="only one of text_field, file_field, base64_field"
            )
        if params.file_field and not files:
            raise SettingError(setting="file_field", source=source, detail="rows of this source have no folder")
        texts = params.text_field if given else "text"
        self._params = params
        self._texts: tuple[str, ...] = (texts,) if isinstance(texts, str) else tuple(texts or ())
        self._content = {*self._texts, params.file_field, params.base64_field, params.id_field} - {None}
        self._wanted = Wanted(modality=params.modality)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields a row must have, sorted."""
        return tuple(sorted(str(field) for field in {*self._content, self._params.time_field} - {None}))

    def draft(
        self, row: Mapping[str, Any], place: tuple[str, str], desk: Desk, beside: OpenBeside | None
    ) -> Draft | Spoiled:
        """The draft of one row at (key, uri); raises RecordError."""
        params, (key, uri) = self._params, place
        if params.id_field is not None:
            key = _id(row, params.id_field)
        meta = {name: plain(value) for name, value in row.items() if name not in self._content}
        time = self._time(row, meta)
        if self._texts:
            text = self._text(row)
            size = len(text) if text.isascii() else len(_encoded(text, self._texts[0]))
            if size > limits.TEXT_BYTES_MAX:
                raise TextTooLargeError(limit=limits.TEXT_BYTES_MAX)
            return Draft(
                key=key,
                uri=uri,
                modality="text",
                media_type=params.media_type,
                text=text,
                bytes=size,
                time=time,
                meta=meta,
            )
        about = About(key=key, uri=uri, name="", time=time, meta=meta)
        if params.base64_field is not None:
            return read_content(iter((_unbase64(row, params.base64_field),)), about, self._wanted, desk)
        name = _string(row, str(params.file_field))
        about = msgspec.structs.replace(
            about, name=PurePosixPath(name).name, meta={**meta, str(params.file_field): name}
        )
        if beside is None:
            raise FieldTypeError(field=params.file_field, found="a path", wanted="content")
        return beside(name, about, self._wanted)

    def _text(self, row: Mapping[str, Any]) -> str:
        if len(self._texts) == 1:
            return _string(row, self._texts[0])
        return self._params.join.join(_string(row, field) for field in self._texts)

    def _time(self, row: Mapping[str, Any], meta: dict[str, Any]) -> str | None:
        """The record's time. A value no calendar knows stays in meta, and the record has no time: no reason to lose it."""
        field = self._params.time_field
        if field is None:
            return None
        found = moment(row.get(field))
        if found is not None:
            meta.pop(field, None)
        return found


def _string(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if isinstance(value, str):
        return value
    if field not in row:
        raise FieldMissingError(field=field, known=", ".join(sorted(map(str, row)))[:300])
    raise FieldTypeError(field=field, found=type(value).__name__ if value is not None else "null", wanted="text")


def _encoded(text: str, field: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as problem:  # a lone surrogate, which JSON escapes can smuggle in
        raise FieldTypeError(field=field, found="a lone surrogate", wanted="Unicode text") from problem


def _id(row: Mapping[str, Any], field: str) -> str:
    if field not in row:
        raise FieldMissingError(field=field, known=", ".join(sorted(map(str, row)))[:300])
    value = row[field]
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise BadIdError(field=field, found=repr(value)[:60])
    text = str(value)
    _encoded(text, field)
    return text


def _unbase64(row: Mapping[str, Any], field: str) -> bytes:
    value = row.get(field)
    if isinstance(value, Mapping):  # the datasets library keeps media as {bytes, path}
        value = value.get("bytes")
    if isinstance(value, bytes):
        return value
    text = _string(row, field)
    if text.startswith("data:"):  # RFC 2397
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise BadBase64Error(field=field) from problem


def moment(value: Any) -> str | None:  # noqa: PLR0911  a ladder of types reads best flat
    """A time as RFC 3339 UTC: from text (ISO 8601; without a zone it is taken as UTC), a datetime, or Unix seconds or
    milliseconds; None when it is none of these."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) >= 1e11 else value
        if not math.isfinite(seconds) or not -62_135_596_800 <= seconds < 253_402_300_800:
            return None
        return rfc3339(datetime.fromtimestamp(math.floor(seconds), UTC))
    if isinstance(value, datetime):
        try:
            return rfc3339(value if value.tzinfo else value.replace(tzinfo=UTC))
        except OverflowError:  # the year 1 or 9999 moved over the edge by its zone
            return None
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00Z"
    return None


def plain(value: Any) -> Any:  # noqa: PLR0911  a ladder of types reads best flat
    """A value as canonical JSON can hold it: integers beyond 2**53, NaN and exact decimals become text; bytes become
    base64."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return value if -_SAFE_INTEGER < value < _SAFE_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return str(value)
