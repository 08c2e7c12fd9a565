"""A first look over a version: what the schema, the card and the croissant need to know before the first row is written.

Reads only the narrow columns of each shard, so it costs a small part of the writing pass and no memory.
"""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from galley.catalog.reader import VersionReader

__all__ = ["Survey", "survey"]

_DATA = ("modality", "license", "basis", "grade", "source", "bytes")
_LABELS = ("decided_by", "labeler_kind")


@dataclass
class Survey:
    """Counts of records by value of the columns that describe a version."""

    rows: int = 0
    bytes: int = 0
    by: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in (*_DATA[:-1], *_LABELS)})

    @property
    def modalities(self) -> tuple[str, ...]:
        """The modalities that occur, sorted."""
        return tuple(sorted(self.by["modality"]))

    @property
    def simulated(self) -> int:
        """Records whose label came from simulated people."""
        return self.by["labeler_kind"]["simulated"]


def survey(version: VersionReader) -> Survey:
    """Count over all shards."""
    found = Survey()
    for shard in version.manifest.shards:
        data = pq.read_table(pa.BufferReader(version.blobs.get(shard.data.sha256)), columns=list(_DATA))
        found.rows += data.num_rows
        found.bytes += sum(data.column("bytes").to_pylist())
        for name in _DATA[:-1]:
            found.by[name].update(data.column(name).to_pylist())
        if shard.labels is None:
            found.by["decided_by"]["nobody"] += data.num_rows
            found.by["labeler_kind"]["none"] += data.num_rows
            continue
        labels = pq.read_table(pa.BufferReader(version.blobs.get(shard.labels.sha256)), columns=list(_LABELS))
        for name in _LABELS:
            found.by[name].update(labels.column(name).to_pylist())
    return found
