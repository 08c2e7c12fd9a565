"""Two versions record by record, a page at a time: what was added, removed, changed, relabelled, and in which fields.

The ids that differ are found once for a pair of roots (versions never change) and remembered with where their rows are;
a page reads no shard but those its records are in.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

import msgspec

from galley.catalog.diff import DATA_COLUMNS_IGNORED
from galley.catalog.errors import CompareSizeError
from galley.catalog.manifest import Manifest, ShardRef
from galley.catalog.reader import VersionReader

__all__ = ["Changed", "Comparison", "Media", "compare", "page"]

COMPARED_ROWS_MAX: Final = 2_000_000
_LABELS: Final = frozenset({"labels", "decided_by", "labeler_kind", "judgements"})
_TEXT_MAX: Final = 500

Kind = Literal["added", "removed", "changed", "relabelled"]
Spot = tuple[int, int]
"""Shard and row."""


class _Entry(NamedTuple):
    id: str
    kind: Kind
    left: Spot | None
    right: Spot | None


class Comparison(NamedTuple):
    """Where two versions differ, by id."""

    entries: tuple[_Entry, ...]
    totals: Mapping[str, int]


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field (of a label: `labels.control`) on both sides; long texts are cut."""

    field: str
    left: Any
    right: Any


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """The picture, sound or film of a record."""

    blob: str
    media_type: str


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A record that differs."""

    id: str
    kind: Kind
    fields: tuple[FieldChange, ...]  # of added and removed ones: what there is of labels and text
    left: Media | None
    right: Media | None


def compare(left: VersionReader, right: VersionReader) -> Comparison:
    """Where two versions differ; raises CompareSizeError when too much of them does. Remembered for the last pairs."""
    return _compared(_Pair(left, right))


class _Pair:
    """Two versions, the same as another pair of the same roots."""

    def __init__(self, left: VersionReader, right: VersionReader) -> None:
        self.left, self.right = left, right
        self.key = (left.root, right.root)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=4)
def _compared(pair: _Pair) -> Comparison:
    left, right = pair.left, pair.right
    shared = set(left.manifest.shards) & set(right.manifest.shards)
    rows = max(_rows(left.manifest, shared), _rows(right.manifest, shared))
    if rows > COMPARED_ROWS_MAX:
        raise CompareSizeError(rows=rows, limit=COMPARED_ROWS_MAX)
    old, new = dict(_digests(left, shared)), dict(_digests(right, shared))
    entries: list[_Entry] = []
    for record in sorted(old.keys() | new.keys()):
        before, after = old.get(record), new.get(record)
        kind = _kind(before, after)
        if kind is not None:
            entries.append(_Entry(record, kind, before[0] if before else None, after[0] if after else None))
    totals = {
        kind: sum(entry.kind == kind for entry in entries) for kind in ("added", "removed", "changed", "relabelled")
    }
    return Comparison(tuple(entries), totals)


_Digest = tuple[Spot, int, int]
"""Where the row is, and hashes of its data and of its labels, both good within this process."""


def _kind(before: _Digest | None, after: _Digest | None) -> Kind | None:
    if before is None or after is None:
        return "added" if before is None else "removed"
    if before[1] != after[1]:
        return "changed"
    return "relabelled" if before[2] != after[2] else None


def _rows(manifest: Manifest, shared: set[ShardRef]) -> int:
    return sum(shard.rows for shard in manifest.shards if shard not in shared)


def _digests(version: VersionReader, shared: set[ShardRef]) -> Iterator[tuple[str, _Digest]]:
    for place, shard in enumerate(version.manifest.shards):
        if shard not in shared:
            for row, data in enumerate(version.table(shard).to_pylist()):
                values, labels = _split(data)
                yield data["id"], ((place, row), hash(tuple(values.values())), hash(tuple(labels.values())))


def _split(row: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    told = {name: value for name, value in sorted(row.items()) if name != "id" and name not in DATA_COLUMNS_IGNORED}
    labels = {name: told.get(name) for name in sorted(_LABELS)}
    return {name: value for name, value in told.items() if name not in _LABELS}, labels


def page(
    left: VersionReader, right: VersionReader, *, after: str = "", kind: Kind | None = None, limit: int = 50
) -> tuple[list[Changed], Mapping[str, int]]:
    """Records that differ after an id, in the order of ids, with what differs of each; and how many there are of each kind."""
    found = compare(left, right)
    wanted: list[_Entry] = []
    for entry in found.entries:
        if entry.id > after and kind in (None, entry.kind):
            wanted.append(entry)
            if len(wanted) == limit:
                break
    old = _fetch(left, [entry.left for entry in wanted if entry.left])
    new = _fetch(right, [entry.right for entry in wanted if entry.right])
    return [
        _changed(entry, old[entry.left] if entry.left else {}, new[entry.right] if entry.right else {})
        for entry in wanted
    ], found.totals


def _changed(entry: _Entry, before: Mapping[str, Any], after: Mapping[str, Any]) -> Changed:
    fields = tuple(_changes(before, after))
    return Changed(id=entry.id, kind=entry.kind, fields=fields, left=_media(before), right=_media(after))


def _media(row: Mapping[str, Any]) -> Media | None:
    blob = row.get("blob")
    return None if not blob else Media(blob=blob, media_type=row.get("media_type") or "")


def _fetch(version: VersionReader, spots: list[Spot]) -> dict[Spot, dict[str, Any]]:
    """The rows at some places; each shard is read once."""
    found: dict[Spot, dict[str, Any]] = {}
    for place in sorted({shard for shard, _ in spots}):
        table = version.table(version.manifest.shards[place])
        for spot in spots:
            if spot[0] == place:
                found[spot] = table.slice(spot[1], 1).to_pylist()[0]
    return found


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    old, new = _flat(before), _flat(after)
    whole = not before or not after
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name) and (not whole or name == "text" or name.startswith("labels.")):
            yield FieldChange(field=name, left=_cut(old.get(name)), right=_cut(new.get(name)))


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its labels by control, and the fields of its source by name."""
    flat = {name: value for name, value in row.items() if name not in (*DATA_COLUMNS_IGNORED, "id", "labels", "meta")}
    for column in ("labels", "meta"):
        held = msgspec.json.decode(row[column]) if row.get(column) else {}
        flat.update({f"{column}.{name}": value for name, value in held.items()} if isinstance(held, dict) else {})
    return flat


def _cut(value: Any) -> Any:
    return value[:_TEXT_MAX] + "…" if isinstance(value, str) and len(value) > _TEXT_MAX else value
