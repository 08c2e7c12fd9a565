"""Shards: immutable Parquet files named by their bytes, and the results that say which input became which file.

A result is an object named by the *key* of the work: SHA-256 of everything that decides its bytes (input content,
operators with versions and filled parameters, plans, the engine's format). Work whose result exists is not done again;
that is all there is to skipping, resuming and incremental runs.
"""

import io
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from galley.catalog.manifest import FileRef
from galley.engine.counts import Counts
from galley.kernel.canonical import canonical_json, digest_of
from galley.kernel.ports import Blobs, Objects

__all__ = [
    "ENGINE_FORMAT",
    "ShardResult",
    "StepCounts",
    "WorkResult",
    "load_result",
    "parquet_bytes",
    "read_parquet",
    "save_result",
    "store_table",
    "work_key",
]

ENGINE_FORMAT = 1
"""Raised when the same work would give other bytes, e.g. another Parquet setting; part of every key."""


class StepCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of one step on one shard, with the reasons of what was not simply kept."""

    step: int
    op: str
    counts: Counts
    reasons: dict[str, int] = {}  # "drop text.too_short" -> 12


class ShardResult(msgspec.Struct, frozen=True, kw_only=True):
    """One output shard of a piece of work."""

    rows: int
    data: FileRef


class WorkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one piece of work produced; stored under its key, put-if-absent."""

    key: str
    shards: tuple[ShardResult, ...]
    steps: tuple[StepCounts, ...]
    events: FileRef | None = None  # kernel.outcome.EVENT_SCHEMA
    quarantine: FileRef | None = None  # kernel.record.QUARANTINE_SCHEMA
    extra: FileRef | None = None  # the survey for a whole-set step, or the plan a plan job made


def work_key(kind: str, **parts: Any) -> str:
    """The key of a piece of work: SHA-256 over its kind and everything that decides its bytes."""
    return digest_of({"kind": kind, "engine": ENGINE_FORMAT, "parts": parts})


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as Parquet bytes; equal tables give equal bytes (fixed settings, one row group for each 4,096 rows)."""
    sink = io.BytesIO()
    # No dictionary and no page index: their layout depends on chunking, and a cut elsewhere must not change the bytes.
    pq.write_table(
        table.combine_chunks(),
        sink,
        compression="zstd",
        compression_level=3,
        row_group_size=4096,
        version="2.6",
        use_dictionary=False,
        write_statistics=True,
    )
    return sink.getvalue()


def read_parquet(blobs: Blobs, file: FileRef, columns: list[str] | None = None) -> pa.Table:
    """The table of a Parquet blob (or some columns of it), verified against its hash."""
    return pq.read_table(pa.BufferReader(blobs.get(file.sha256)), columns=columns)


def store_table(blobs: Blobs, table: pa.Table) -> FileRef:
    """Store a table as a Parquet blob."""
    data = parquet_bytes(table)
    return FileRef(sha256=blobs.put(data), bytes=len(data))


def load_result(objects: Objects, blobs: Blobs, key: str) -> WorkResult | None:
    """The result stored under a key, or None when the work has not been done or its files did not survive.

    Blobs are not synced one by one (that would cost more than the work), so a power cut can leave a result whose files
    are torn: then the work counts as not done, and doing it again writes the same bytes.
    """
    data = objects.get(_name(key))
    if data is None:
        return None
    result = msgspec.json.decode(data, type=WorkResult)
    files = [shard.data for shard in result.shards] + [result.events, result.quarantine, result.extra]
    whole = all(file is None or (blobs.has(file.sha256) and blobs.size(file.sha256) == file.bytes) for file in files)
    return result if whole else None


def save_result(objects: Objects, result: WorkResult) -> None:
    """Store a result; the files it names are stored already, so a result that exists is complete."""
    objects.put_if_absent(_name(result.key), canonical_json(result))


def _name(key: str) -> str:
    return f"work/{key[:2]}/{key}.json"
