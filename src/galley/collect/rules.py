"""Pure decisions of collecting: what a source must declare, how units are grouped, how drafts become rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from galley.collect.connector import Draft, Spoiled, Unit
from galley.collect.errors import (
    BasisMissingError,
    BasisUnknownError,
    DuplicateKeyError,
    FromMissingError,
    GradeUnknownError,
    LicenseMissingError,
    NameRepeatedError,
    SettingError,
)
from galley.collect.model import SourceSpec
from galley.kernel import limits
from galley.kernel.canonical import canonical_json
from galley.kernel.ids import record_id
from galley.kernel.record import BASES, GRADES, QUARANTINE_SCHEMA, RECORD_SCHEMA

__all__ = [
    "GROUP_SHARDS",
    "Occurrences",
    "drafts_to_table",
    "find_duplicate_ids",
    "group_units",
    "source_spec",
    "source_specs",
]

GROUP_SHARDS: Final = 8
"""How many full shards a group of units may make. Media are not inline, so a group of one shard's bytes would make tiny
shards of large files; more would cost a killed worker more than seconds."""

_OWN: Final = ("from", "name", "license", "basis", "grade")
_EXACT_INTEGER: Final = 2**53


def source_specs(entries: Sequence[Mapping[str, Any]], known: Sequence[str] = ()) -> list[SourceSpec]:
    """The sources of a line, checked; `known` names the connectors there are. Raises an InputError with GLY-COL-00x."""
    specs = [source_spec(entry, place=place, known=known) for place, entry in enumerate(entries, start=1)]
    names = [spec.name for spec in specs]
    for name in names:
        if names.count(name) > 1:
            raise NameRepeatedError(source=name)
    return specs


def source_spec(entry: Mapping[str, Any], *, place: int = 1, known: Sequence[str] = ()) -> SourceSpec:
    """One entry of `collect:`, with its name and grade filled; every key that is not ours goes to the connector."""
    connector = entry.get("from")
    if not isinstance(connector, str) or not connector:
        raise FromMissingError(place=place, known=", ".join(known))
    name = _word(entry, "name", connector) or connector.partition("@")[0]
    license_name = _word(entry, "license", name)
    if license_name is None:
        raise LicenseMissingError(source=name)
    basis = _word(entry, "basis", name)
    if basis is None:
        raise BasisMissingError(source=name, known=", ".join(BASES))
    if basis not in BASES:
        raise BasisUnknownError(source=name, given=basis, known=", ".join(BASES))
    grade = _word(entry, "grade", name) or "general"
    if grade not in GRADES:
        raise GradeUnknownError(source=name, given=grade)
    return SourceSpec(
        connector=connector,
        name=name,
        license=license_name,
        basis=basis,
        grade=grade,
        params={key: value for key, value in entry.items() if key not in _OWN},
    )


def _word(entry: Mapping[str, Any], setting: str, source: str) -> str | None:
    """A setting of one word, or None when it is absent or blank."""
    value = entry.get(setting)
    if value is None:
        return None
    if not isinstance(value, str):
        raise SettingError(setting=setting, source=source, detail=f"{value!r} is not text")
    return value.strip() or None


def group_units(
    units: Iterable[Unit], rows: int = limits.SHARD_ROWS, size_bytes: int = limits.SHARD_BYTES
) -> Iterator[list[Unit]]:
    """Cut a listing into groups, each one task: consecutive units until `rows` units or GROUP_SHARDS x `size_bytes`
    estimated bytes (read_group cuts the shards by what the units turn out to hold).

    A pure function of the listing, so the groups, and with them the shards, are the same on every machine.
    """
    group: list[Unit] = []
    filled = 0
    for unit in units:
        if group and (len(group) >= rows or filled + unit.bytes > GROUP_SHARDS * size_bytes):
            yield group
            group, filled = [], 0
        group.append(unit)
        filled += unit.bytes
    if group:
        yield group


class Occurrences:
    """Counts how often each key came, so that a repeated key gets an id of its own.

    Costs about 100 bytes a key, therefore only for connectors whose keys may repeat.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._repeats: dict[str, int] = {}

    def next(self, key: str) -> int:
        """0 for a key not seen before, then 1, 2, …"""
        if key not in self._seen:
            self._seen.add(key)
            return 0
        self._repeats[key] = self._repeats.get(key, 0) + 1
        return self._repeats[key]


def drafts_to_table(
    drafts: Sequence[Draft | Spoiled], spec: SourceSpec, op: str, seen: Occurrences | None = None
) -> tuple[pa.RecordBatch, pa.Table]:
    """(records, quarantine) of what a connector read: ids made, right and grade filled in, meta canonical.

    `op` is the connector's name@version; `seen` carries the keys of earlier batches. A draft whose key came before is
    quarantined under an id of its own. Every draft is in exactly one of the two tables.
    """
    seen = seen if seen is not None else Occurrences()
    good: list[Draft] = []
    ids: list[str] = []
    bad: list[tuple[str, Spoiled]] = []
    for draft in drafts:
        occurrence = seen.next(draft.key)
        identity = record_id(spec.name, draft.key, occurrence)
        if isinstance(draft, Spoiled):
            bad.append((identity, draft))
        elif occurrence:
            bad.append((identity, _duplicate(draft, occurrence)))
        else:
            ids.append(identity)
            good.append(draft)
    return _records(ids, good, spec), _quarantine(bad, spec, op)


def _duplicate(draft: Draft, occurrence: int) -> Spoiled:
    problem = DuplicateKeyError(key=draft.key, occurrence=occurrence)
    content = draft.text.encode() if draft.text is not None else f"sha256:{draft.blob}".encode()
    return Spoiled(key=draft.key, uri=draft.uri, code=problem.code, message=problem.message(), excerpt=content)


def _records(ids: list[str], drafts: list[Draft], spec: SourceSpec) -> pa.RecordBatch:
    rows = len(ids)
    columns: dict[str, Any] = {
        "id": ids,
        "modality": [draft.modality for draft in drafts],
        "text": [draft.text for draft in drafts],
        "blob": [draft.blob for draft in drafts],
        "media_type": [draft.media_type for draft in drafts],
        "bytes": [draft.bytes for draft in drafts],
        "width": [draft.width for draft in drafts],
        "height": [draft.height for draft in drafts],
        "source": [spec.name] * rows,
        "key": [draft.key for draft in drafts],
        "uri": [draft.uri for draft in drafts],
        "license": [spec.license] * rows,
        "basis": [spec.basis] * rows,
        "grade": [spec.grade] * rows,
        "time": [draft.time for draft in drafts],
        "meta": [_meta(draft.meta) for draft in drafts],
    }
    return pa.RecordBatch.from_pydict(columns, schema=RECORD_SCHEMA)


def _quarantine(bad: list[tuple[str, Spoiled]], spec: SourceSpec, op: str) -> pa.Table:
    rows = len(bad)
    cut = limits.QUARANTINE_EXCERPT_BYTES_MAX
    return pa.Table.from_pydict(
        {
            "id": [identity for identity, _ in bad],
            "source": [spec.name] * rows,
            "key": [spoiled.key for _, spoiled in bad],
            "uri": [spoiled.uri for _, spoiled in bad],
            "step": [0] * rows,
            "op": [op] * rows,
            "code": [spoiled.code for _, spoiled in bad],
            "message": [spoiled.message for _, spoiled in bad],
            "excerpt": [spoiled.excerpt[:cut] for _, spoiled in bad],
        },
        schema=QUARANTINE_SCHEMA,
    )


def _meta(meta: dict[str, Any]) -> str:
    """Canonical JSON of a record's other fields.

    RFC 8785 in pure Python costs more than parsing the record did; for values without floats, huge integers and keys
    beyond the basic plane msgspec's sorted compact form is the same bytes (proved by a test), at a tenth of the time.
    """
    if not meta:
        return "{}"
    if _plain(meta):
        return msgspec.json.encode(meta, order="sorted").decode()
    return canonical_json(meta).decode()


def _plain(value: Any) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-_EXACT_INTEGER < value < _EXACT_INTEGER)
    if kind is dict:
        return all(
            type(key) is str and (key.isascii() or max(key) < "\ud800") and _plain(item) for key, item in value.items()
        )
    return kind is list and all(map(_plain, value))


def find_duplicate_ids(columns: Iterable[pa.Array | pa.ChunkedArray]) -> set[str]:
    """The ids that occur more than once in all the id columns of a source's shards.

    Keys are counted within a group of units; a key that repeats across groups (an id field of the data's own in two
    files) shows up here, because the id does not depend on the group. Works on 16-byte values: 32 bytes a record.
    """
    packed = [_packed_ids(column) for column in columns]
    whole = np.concatenate(packed) if packed else np.empty(0, dtype="S16")
    whole.sort()
    twice = np.unique(whole[1:][whole[1:] == whole[:-1]])
    return {bytes(item).ljust(16, b"\0").hex() for item in twice}


def _packed_ids(column: pa.Array | pa.ChunkedArray) -> Any:
    return np.frombuffer(bytes.fromhex("".join(column.to_pylist())), dtype="S16")
