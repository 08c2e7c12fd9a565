"""Small catalogue versions in memory, for tests of what reads versions: releases, exporters, metrics."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from galley.catalog.manifest import FileRef, Manifest, ShardRef
from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json
from galley.kernel.ids import record_id
from galley.kernel.ports import Blobs
from galley.kernel.record import LABELS_SCHEMA, RECORD_SCHEMA

__all__ = ["media_row", "text_row", "version_of"]


def text_row(key: str, text: str, **columns: Any) -> dict[str, Any]:
    """A text record as a row; `columns` replace the defaults."""
    row = {
        "id": record_id("test", key),
        "modality": "text",
        "text": text,
        "blob": None,
        "media_type": "text/plain",
        "bytes": len(text.encode()),
        "width": None,
        "height": None,
        "source": "test",
        "key": key,
        "uri": f"file:///data/{key}",
        "license": "CC-BY-4.0",
        "basis": "open",
        "grade": "general",
        "time": None,
        "meta": "{}",
    }
    return {**row, **columns}


def media_row(key: str, data: bytes, blobs: Blobs, **columns: Any) -> dict[str, Any]:
    """A record whose content is a blob, which is stored; an image/png unless `columns` say otherwise."""
    media = {"modality": "image", "text": None, "blob": blobs.put(data), "media_type": "image/png", "bytes": len(data)}
    return {**text_row(key, ""), **media, **columns}


def version_of(
    rows: Sequence[Mapping[str, Any]],
    blobs: Blobs,
    *,
    schema: Mapping[str, Any] | None = None,
    labels: Sequence[Mapping[str, Any] | None] | None = None,
    shard_rows: int = 4,
    **decided: Any,
) -> VersionReader:
    """A version of these rows. `labels` has one annotation a row; `decided` replaces the label columns' defaults.

    A value in `decided` that is a list has one item a row.
    """
    shards = []
    for start in range(0, len(rows), shard_rows):
        part = rows[start : start + shard_rows]
        data = _store(pa.Table.from_pylist([dict(row) for row in part], schema=RECORD_SCHEMA), blobs)
        held = None
        if labels is not None:
            table = [_label_row(rows, labels, place, decided) for place in range(start, start + len(part))]
            held = _store(pa.Table.from_pylist(table, schema=LABELS_SCHEMA), blobs)
        shards.append(ShardRef(rows=len(part), data=data, labels=held))
    stored = None if schema is None else blobs.put(canonical_json(schema))
    return VersionReader("test@1", Manifest(shards=tuple(shards), label_schema=stored), blobs)


def _label_row(
    rows: Sequence[Mapping[str, Any]],
    labels: Sequence[Mapping[str, Any] | None],
    place: int,
    decided: Mapping[str, Any],
) -> dict[str, Any]:
    held = labels[place]
    row = {
        "id": rows[place]["id"],
        "labels": None if held is None else canonical_json(held).decode(),
        "decided_by": "nobody" if held is None else "human",
        "labeler_kind": "none" if held is None else "person",
        "confidence": None,
        "judgements": 0 if held is None else 2,
    }
    return row | {name: value[place] if isinstance(value, list) else value for name, value in decided.items()}


def _store(table: pa.Table, blobs: Blobs) -> FileRef:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return FileRef(sha256=blobs.put(sink.getvalue()), bytes=len(sink.getvalue()))
