"""The contract every connector keeps, built in or third-party: a battery of checks over a live source.

    from galley.testing.connector_contract import check_connector

    def test_my_connector_keeps_its_promises(tmp_path):
        ...lay out a source with good and broken records...
        check_connector("mine", {"path": "*.x"}, tmp_path, touch=lambda: change_one_record())

A broken promise raises ConnectorContractError, which names it and shows what was seen.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import msgspec

from galley.collect.connector import Connector, Draft, Spoiled, Unit
from galley.collect.rules import drafts_to_table, source_spec
from galley.collect.service import connector_of, list_units, op_of, read_group
from galley.kernel import limits
from galley.kernel.canonical import canonical_json
from galley.kernel.extension import find, params_schema, spec_of
from galley.kernel.ports import Desk
from galley.kernel.record import MODALITIES, check_records
from galley.testing.held import held_bytes
from galley.testing.memory import MemoryBlobs, memory_desk

__all__ = ["Collect", "ConnectorContractError", "check_connector", "check_streaming", "drafts", "read_all", "spoiled"]

Collect = Callable[..., list[Draft | Spoiled]]
"""A fixture that reads a whole source: `collect("jsonl", path="*.jsonl")`."""

_CODE: Final = re.compile(r"GLY-[A-Z]{3}-\d{3}")
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9.+-]+/[A-Za-z0-9.+_-]+")
_CJK: Final = re.compile(r"[\u4e00-\u9fff]")


class ConnectorContractError(AssertionError):
    """A connector broke a promise."""


def _expect(condition: bool, promise: str, seen: object = "") -> None:
    if not condition:
        raise ConnectorContractError(f"{promise}; seen: {seen!r}"[:2000])


def drafts(found: Sequence[Draft | Spoiled]) -> list[Draft]:
    """The records that could be read."""
    return [item for item in found if isinstance(item, Draft)]


def spoiled(found: Sequence[Draft | Spoiled]) -> list[Spoiled]:
    """The records that could not."""
    return [item for item in found if isinstance(item, Spoiled)]


def read_all(made: Connector[Any], desk: Desk) -> list[Draft | Spoiled]:
    """Everything a source yields, unit by unit."""
    return [item for unit in list_units(made, desk) for item in made.read(unit, desk)]


def check_connector(
    name: str, params: Mapping[str, Any], base: Path, touch: Callable[[], object] | None = None
) -> list[Draft | Spoiled]:
    """Run the battery over a source that exists below `base`; returns what was read.

    `touch`, when given, changes the content of one record (same name, same size where possible); the listing must then
    notice. It runs last.
    """
    spec = source_spec({"from": name, "license": "CC0-1.0", "basis": "open", **params})
    made = connector_of(spec)
    _check_declaration(made)
    desk = memory_desk(base)
    units = _check_listing(made, desk)
    found = _check_reading(made, units, desk)
    _check_workers(name, params, units, desk, found)
    records, quarantine = drafts_to_table(found, spec, op_of(made))
    check_records(records)
    _expect(records.num_rows + quarantine.num_rows == len(found), "every draft becomes a row somewhere", len(found))
    _check_cuts(made, units, desk, spec)
    if touch is not None:
        _check_stamps(made, units, desk, touch)
    return found


def _check_declaration(made: Connector[Any]) -> None:
    kind = type(made)
    _expect(kind.kind == "connector", "the kind is connector", kind.kind)
    _expect(re.fullmatch(r"[a-z][a-z0-9_.-]*", kind.name) is not None, "the name is lower case", kind.name)
    _expect(kind.version >= 1, "versions count from 1", kind.version)
    english, chinese = kind.summary.en, kind.summary.zh
    _expect(bool(english) and _CJK.search(chinese) is not None, "the summary is in English and Chinese", kind.summary)
    _expect(find("connector", kind.name) is kind, "the entry point leads to the class", kind)
    schema = params_schema(kind)
    _expect(bool(schema), "the parameters have a JSON schema", schema)
    config = kind.Params.__struct_config__
    _expect(
        config.frozen and config.forbid_unknown_fields, "the parameters are frozen and refuse unknown names", config
    )
    canonical_json(spec_of(made))


def _check_listing(made: Connector[Any], desk: Desk) -> list[Unit]:
    units = list(list_units(made, desk))
    _expect(bool(units), "the source lists something (an empty source raises NothingFoundError)")
    _expect(units == list(list_units(made, desk)), "a listing of an unchanged source is stable", units[:3])
    for unit in units:
        _expect(bool(unit.key) and bool(unit.uri), "units have a key and an uri", unit)
        _expect(_is_text(unit.key) and _is_text(unit.uri), "keys and uris are Unicode text", unit)
        _expect(unit.bytes >= 0, "sizes are not negative", unit)
    return units


def _check_reading(made: Connector[Any], units: list[Unit], desk: Desk) -> list[Draft | Spoiled]:
    found = [item for unit in units for item in _read(made, unit, desk)]
    keys = [item.key for item in found]
    if not made.keys_may_repeat():
        twice = sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
        _expect(not twice, "keys are unique when the connector says that they cannot repeat", twice)
    for item in found:
        if isinstance(item, Draft):
            _check_draft(item, desk)
        else:
            _expect(_CODE.fullmatch(item.code) is not None, "an error has a stable code", item)
            _expect(bool(item.message) and bool(item.key), "an error says what and where", item)
            _expect(len(item.excerpt) <= limits.QUARANTINE_EXCERPT_BYTES_MAX, "excerpts are short", len(item.excerpt))
    return found


def _read(made: Connector[Any], unit: Unit, desk: Desk) -> list[Draft | Spoiled]:
    try:
        return list(made.read(unit, desk))
    except Exception as problem:  # broad: whatever a third party raises is the finding
        raise ConnectorContractError(
            f"reading never raises, it yields Spoiled; {unit.key!r} raised {problem!r}"
        ) from problem


def _check_draft(draft: Draft, desk: Desk) -> None:
    _expect((draft.text is None) != (draft.blob is None), "content is text or a blob, not both or none", draft)
    _expect(draft.modality in MODALITIES, "the modality is a known one", draft)
    _expect((draft.modality == "text") == (draft.text is not None), "text records, and only they, are inline", draft)
    _expect(_MEDIA_TYPE.fullmatch(draft.media_type) is not None, "the media type has the form a/b", draft)
    _expect(
        _is_text(draft.key) and _is_text(draft.uri) and bool(draft.key), "keys and uris are Unicode text", draft.key
    )
    _expect(draft.time is None or _TIME.fullmatch(draft.time) is not None, "times are RFC 3339 in UTC", draft.time)
    size = len(draft.text.encode()) if draft.text is not None else desk.blobs.size(str(draft.blob))
    _expect(draft.bytes == size, "`bytes` is the size of the content", (draft.key, draft.bytes, size))
    canonical_json(draft.meta)


def _check_workers(
    name: str, params: Mapping[str, Any], units: list[Unit], desk: Desk, found: list[Draft | Spoiled]
) -> None:
    """A unit reads the same a second time, in another process (units travel as plain values) and in another order."""
    spec = source_spec({"from": name, "license": "CC0-1.0", "basis": "open", **params})
    for turn in (list(units), list(reversed(units))):
        made, other = connector_of(spec), replace(desk, blobs=MemoryBlobs())
        travelled = msgspec.json.decode(msgspec.json.encode(turn), type=list[Unit])
        again = {unit.key: _read(made, unit, other) for unit in travelled}
        flat = [item for unit in units for item in again[unit.key]]
        changed = next((pair for pair in zip(flat, found, strict=False) if pair[0] != pair[1]), None)
        _expect(flat == found, "reading twice, in any order, gives the same", changed or (len(flat), len(found)))


def _check_cuts(made: Connector[Any], units: list[Unit], desk: Desk, spec: Any) -> None:
    """Shards cut finely hold the same rows as shards cut coarsely."""
    fine, coarse = (
        list(read_group(units, made, spec, replace(desk, blobs=MemoryBlobs()), rows=rows)) for rows in (3, 1000)
    )
    for side in (0, 1):
        rows = [[row for part in parts for row in part[side].to_pylist()] for parts in (fine, coarse)]
        _expect(rows[0] == rows[1], "the cut of shards changes no row", None)


def _check_stamps(made: Connector[Any], units: list[Unit], desk: Desk, touch: Callable[[], object]) -> None:
    before = {unit.key: unit.stamp for unit in units}
    touch()
    after = {unit.key: unit.stamp for unit in list_units(made, desk)}
    noticed = any(not stamp or after.get(key) != stamp for key, stamp in before.items())
    _expect(noticed, "a stamp changes when the content changes (or is empty: never reuse)", before)


class _Sink(MemoryBlobs):
    """Blobs that are hashed and forgotten."""

    def put(self, data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    def put_stream(self, chunks: Iterator[bytes], limit_bytes: int) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
        return digest.hexdigest(), size

    def open(self, sha256: str) -> BinaryIO:
        return cast(BinaryIO, io.BytesIO(self.get(sha256)))


def check_streaming(name: str, params: Mapping[str, Any], base: Path, held_bytes_max: int) -> int:
    """Read a large source record by record and count what Python holds at most; raises when it is more than allowed.

    Returns the records read. Give a source many times larger than `held_bytes_max`.
    """
    made = connector_of(source_spec({"from": name, "license": "CC0-1.0", "basis": "open", **params}))
    desk = replace(memory_desk(base), blobs=_Sink())
    units = list(list_units(made, desk))
    count, peak = held_bytes(lambda: sum(1 for unit in units for _ in made.read(unit, desk)))
    _expect(peak <= held_bytes_max, f"reading streams, holding at most {held_bytes_max} bytes", peak)
    return count


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
