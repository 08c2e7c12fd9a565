"""Reading a version: its records shard by shard, in order, in bounded memory."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from galley.catalog.manifest import FileRef, Manifest, ShardRef, manifest_root
from galley.kernel.errors import invariant
from galley.kernel.ports import Blobs

__all__ = ["VersionReader"]


class VersionReader:
    """One immutable version, read as joined tables of records and their labels.

    A joined table has the columns of RECORD_SCHEMA followed by those of LABELS_SCHEMA without its `id`
    (`labels`, `decided_by`, `labeler_kind`, `confidence`, `judgements`); an unlabelled version has only the former.
    """

    def __init__(self, name: str, manifest: Manifest, blobs: Blobs) -> None:
        self.name = name
        self.manifest = manifest
        self.blobs = blobs
        self.root = manifest_root(manifest)

    @property
    def rows(self) -> int:
        """Records in the version."""
        return self.manifest.rows

    def label_schema(self) -> dict[str, Any] | None:
        """The label schema as plain values (see labels.schema), or None for an unlabelled version."""
        if self.manifest.label_schema is None:
            return None
        found: dict[str, Any] = msgspec.json.decode(self.blobs.get(self.manifest.label_schema))
        return found

    def tables(self) -> Iterator[pa.Table]:
        """The joined tables, one a shard, in order."""
        for shard in self.manifest.shards:
            yield self.table(shard)

    def table(self, shard: ShardRef) -> pa.Table:
        """One shard's joined table."""
        table = self._read(shard.data)
        if shard.labels is None:
            return table
        labels = self._read(shard.labels)
        invariant(labels.column("id").equals(table.column("id")), "column groups have the same rows", version=self.name)
        for column in labels.schema.names:
            if column != "id":
                table = table.append_column(labels.schema.field(column), labels.column(column))
        return table

    def _read(self, file: FileRef) -> pa.Table:
        return pq.read_table(pa.BufferReader(self.blobs.get(file.sha256)))
