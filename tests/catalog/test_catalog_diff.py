"""Comparing versions record by record."""

from typing import Any

import pyarrow as pa

from galley.catalog.diff import diff_versions
from galley.catalog.manifest import FileRef, Manifest, ShardRef
from galley.catalog.reader import VersionReader
from galley.engine.shard import store_table
from galley.kernel.ids import record_id
from galley.kernel.record import LABELS_SCHEMA
from galley.testing.batches import records, text_row
from galley.testing.memory import MemoryBlobs


class CountingBlobs(MemoryBlobs):
    reads = 0

    def get(self, sha256: str) -> bytes:
        self.reads += 1
        return super().get(sha256)


def labels(keys: list[str], value: str | None, confidence: float | None = None) -> pa.Table:
    rows: list[dict[str, Any]] = [
        {
            "id": record_id("test", key),
            "labels": value,
            "decided_by": "human" if value else "nobody",
            "labeler_kind": "person" if value else "none",
            "confidence": confidence,
            "judgements": 1 if value else 0,
        }
        for key in keys
    ]
    return pa.Table.from_pylist(rows, schema=LABELS_SCHEMA)


def version(blobs: MemoryBlobs, name: str, *shards: tuple[dict[str, str], pa.Table | None]) -> VersionReader:
    made = []
    for texts, label in shards:
        data = pa.Table.from_batches([records([text_row(key, text) for key, text in texts.items()])])
        file: FileRef | None = store_table(blobs, label) if label is not None else None
        made.append(ShardRef(rows=data.num_rows, data=store_table(blobs, data), labels=file))
    return VersionReader(name, Manifest(shards=tuple(made)), blobs)


def test_added_removed_changed_and_relabelled_are_told_apart() -> None:
    blobs = MemoryBlobs()
    keys = ["a", "b", "c"]
    old = version(blobs, "old", (dict.fromkeys(keys, "same"), labels(keys, '{"x":"1"}')))
    relabelled = pa.concat_tables([labels(["b"], '{"x":"2"}'), labels(["c", "d"], '{"x":"1"}')])
    new = version(blobs, "new", ({"b": "same", "c": "other", "d": "same"}, relabelled))
    found = diff_versions(old, new)
    assert found.added == (record_id("test", "d"),)
    assert found.removed == (record_id("test", "a"),)
    assert found.changed == (record_id("test", "c"),)
    assert found.relabelled == (record_id("test", "b"),)
    assert found.same == 0


def test_a_version_equals_itself_without_reading_a_byte() -> None:
    blobs = CountingBlobs()
    one = version(blobs, "one", ({"a": "x"}, None), ({"b": "y"}, None))
    found = diff_versions(one, one)
    assert (found.same, found.added_total, found.changed_total) == (2, 0, 0)
    assert blobs.reads == 0


def test_another_score_is_not_another_label() -> None:
    blobs = MemoryBlobs()
    old = version(blobs, "old", ({"a": "x"}, labels(["a"], '{"x":"1"}', 0.7)))
    new = version(blobs, "new", ({"a": "x"}, labels(["a"], '{"x":"1"}', 0.8)))
    assert diff_versions(old, new).relabelled_total == 0


def test_records_that_only_moved_to_another_shard_are_the_same() -> None:
    blobs = MemoryBlobs()
    old = version(blobs, "old", ({"a": "x", "b": "y"}, None))
    new = version(blobs, "new", ({"a": "x"}, None), ({"b": "y"}, None))
    found = diff_versions(old, new)
    assert (found.same, found.added_total, found.removed_total, found.changed_total) == (2, 0, 0, 0)
