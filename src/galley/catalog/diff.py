"""The difference of two versions: records added, removed, changed and relabelled.

Shards that both versions have are skipped by their hash. Of every other record only two digests are held (48 bytes), so
versions of tens of millions of records compare in memory.
"""

import hashlib
from collections.abc import Iterator

import msgspec
import pyarrow as pa

from galley.catalog.manifest import Manifest, ShardRef
from galley.catalog.reader import VersionReader

__all__ = ["VersionDiff", "diff_versions"]

DATA_COLUMNS_IGNORED = frozenset({"confidence"})
"""A machine's score moves with every retraining; only the label and who decided it make a record relabelled."""


class VersionDiff(msgspec.Struct, frozen=True, kw_only=True):
    """What changed from one version to another; ids sorted, `*_total` counts all of them."""

    before: str
    after: str
    same: int
    added_total: int
    removed_total: int
    changed_total: int
    relabelled_total: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    relabelled: tuple[str, ...]


def diff_versions(before: VersionReader, after: VersionReader, *, show: int = 1000) -> VersionDiff:
    """Compare two versions record by record; at most `show` ids of each kind are listed."""
    shared = _shards(before.manifest) & _shards(after.manifest)
    old = _digests(before, shared)
    new = _digests(after, shared)
    added = sorted(new.keys() - old.keys())
    removed = sorted(old.keys() - new.keys())
    both = old.keys() & new.keys()
    changed = sorted(record for record in both if old[record][0] != new[record][0])
    relabelled = sorted(record for record in both if old[record][1] != new[record][1])
    moved = len(set(changed) | set(relabelled))
    return VersionDiff(
        before=before.name,
        after=after.name,
        same=sum(shard.rows for shard in after.manifest.shards if shard in shared) + len(both) - moved,
        added_total=len(added),
        removed_total=len(removed),
        changed_total=len(changed),
        relabelled_total=len(relabelled),
        added=tuple(added[:show]),
        removed=tuple(removed[:show]),
        changed=tuple(changed[:show]),
        relabelled=tuple(relabelled[:show]),
    )


def _shards(manifest: Manifest) -> set[ShardRef]:
    return set(manifest.shards)


def _digests(version: VersionReader, skipped: set[ShardRef]) -> dict[str, tuple[bytes, bytes]]:
    found: dict[str, tuple[bytes, bytes]] = {}
    for shard in version.manifest.shards:
        if shard not in skipped:
            found.update(_table_digests(version.table(shard)))
    return found


def _table_digests(table: pa.Table) -> Iterator[tuple[str, tuple[bytes, bytes]]]:
    names = [name for name in table.schema.names if name not in DATA_COLUMNS_IGNORED]
    labels = [name for name in names if name in ("labels", "decided_by", "labeler_kind", "judgements")]
    data = [name for name in names if name not in labels and name != "id"]
    for row in table.to_pylist():
        yield row["id"], (_digest(row, data), _digest(row, labels))


def _digest(row: dict[str, object], names: list[str]) -> bytes:
    return hashlib.sha256(repr([row[name] for name in names]).encode("utf-8", "surrogatepass")).digest()[:16]
