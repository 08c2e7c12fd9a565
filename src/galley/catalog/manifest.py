"""The manifest of a version: its shards, their files, and the one hash that names all of it."""

from collections.abc import Sequence

import msgspec

from galley.kernel.canonical import canonical_json
from galley.kernel.merkle import tree_root

__all__ = ["FileRef", "Manifest", "ShardRef", "manifest_root"]


class FileRef(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable Parquet file in the blob store."""

    sha256: str
    bytes: int


class ShardRef(msgspec.Struct, frozen=True, kw_only=True):
    """Some hundred or thousand records, as one file a column group: same rows, same order in each group."""

    rows: int
    data: FileRef  # kernel.record.RECORD_SCHEMA
    labels: FileRef | None = None  # kernel.record.LABELS_SCHEMA


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A version's content. Times, names and statements are not in it: equal content has an equal root."""

    format: str = "galley/manifest/v1"
    shards: tuple[ShardRef, ...]
    label_schema: str | None = None  # SHA-256 of the canonical JSON of the label schema (a blob)

    @property
    def rows(self) -> int:
        """Records in the version."""
        return sum(shard.rows for shard in self.shards)


def manifest_root(manifest: Manifest) -> str:
    """The version's root: RFC 6962 tree hash over the canonical JSON of its head and of each shard, in order (hex)."""
    head = {"format": manifest.format, "label_schema": manifest.label_schema, "rows": manifest.rows}
    leaves: Sequence[bytes] = [canonical_json(head), *(canonical_json(shard) for shard in manifest.shards)]
    return tree_root(leaves).hex()
