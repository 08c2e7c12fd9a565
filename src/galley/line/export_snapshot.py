"""A project's labels in the formats other tools read (Parquet, COCO, YOLO, CoNLL …), as one zip in the blob store.

The project becomes a version as the release stage knows it, shard by shard, and the exporters of that stage write it: the
same code, the same losses told. Memory holds one shard; the disk holds the export until it is zipped.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal, cast

import msgspec
import pyarrow as pa

from galley.annotate.content.errors import ExportSchemaError
from galley.annotate.flow.service import project as find_project
from galley.catalog.manifest import Manifest, ShardRef
from galley.catalog.reader import VersionReader
from galley.engine.shard import store_table
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import rfc3339
from galley.kernel.extension import make
from galley.kernel.limits import BLOB_BYTES_MAX, SHARD_ROWS
from galley.kernel.ports import Blobs, Desk
from galley.kernel.record import LABELS_SCHEMA, RECORD_SCHEMA
from galley.labels.schema import LabelSchema, schema_dict
from galley.line.export_pages import Include, PageItem, item_pages
from galley.line.exporting import chosen_labels
from galley.line.importing import Dock, schema_in
from galley.release.exporter import Exporter, ExportReport

__all__ = ["SnapshotSettings", "snapshot"]

_CHUNK_BYTES: Final = 1 << 20


class SnapshotSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which exporter writes it, and with what settings."""

    format: str
    include: Include = "answered"
    answers: Literal["chosen"] = "chosen"  # other tools hold one label an item
    options: dict[str, Any] = {}


def snapshot(dock: Dock, settings: SnapshotSettings, tell: Callable[[int], None]) -> dict[str, Any]:
    """Write it; the blob of the zip, its size, and the exporter's report. Raises ExportSchemaError and what exporters
    raise."""
    found = find_project(dock.database, dock.project)
    schema = schema_in(dock.blobs, found.schema_sha256)
    if schema is None:
        raise ExportSchemaError
    exporter = cast(Exporter[Any], make("exporter", settings.format, settings.options))
    manifest = Manifest(
        shards=tuple(_shards(dock, schema, settings.include, tell)),
        label_schema=dock.blobs.put(canonical_json(schema_dict(schema))),
    )
    version = VersionReader(found.name, manifest, dock.blobs)
    with tempfile.TemporaryDirectory(prefix="galley-export-") as folder:
        out = Path(folder) / "export"
        out.mkdir()
        desk = Desk(blobs=dock.blobs, base=out, clock=dock.clock, seed=b"\0" * 32)
        report: ExportReport = exporter.write(version, out, desk)
        sha256, size = _zipped(out, Path(folder) / "export.zip", dock.blobs)
    dock.blobs.flush()
    name = f"{found.name}-{settings.format}-{rfc3339(dock.clock.now()).replace(':', '')}.zip"
    return {"blob": sha256, "bytes": size, "name": name, "report": msgspec.to_builtins(report)}


def _shards(dock: Dock, schema: LabelSchema, include: Include, tell: Callable[[int], None]) -> Iterator[ShardRef]:
    held: list[PageItem] = []
    items = 0
    for page in item_pages(dock.database, dock.project, include=include):
        for item in page.items:
            held.append(item)
            if len(held) == SHARD_ROWS:
                yield _shard(dock, schema, held)
                items, held = items + len(held), []
        tell(items + len(held))
    if held:
        yield _shard(dock, schema, held)


def _shard(dock: Dock, schema: LabelSchema, items: list[PageItem]) -> ShardRef:
    records = pa.Table.from_pylist([_record(item, schema) for item in items], schema=RECORD_SCHEMA)
    labels = pa.Table.from_pylist([_label(item, schema) for item in items], schema=LABELS_SCHEMA)
    return ShardRef(rows=len(items), data=store_table(dock.blobs, records), labels=store_table(dock.blobs, labels))


def _record(item: PageItem, schema: LabelSchema) -> dict[str, Any]:
    """An item's content as a record: its medium, or the text of the first field the schema shows."""
    data: dict[str, Any] = msgspec.json.decode(item.data)
    fields = [control.field for control in schema.controls]
    value = next((data[field] for field in fields if isinstance(data.get(field), str)), "")
    blob = value.removeprefix("blob:") if value.startswith("blob:") else None
    kind = data.get("media_type") if isinstance(data.get("media_type"), str) else None
    row: dict[str, Any] = dict.fromkeys(RECORD_SCHEMA.names)
    row |= {"id": item.item, "source": "project", "key": str(data.get("name") or item.item), "uri": item.item}
    row |= {"license": "", "basis": "contract", "grade": "general"}
    if blob is None:
        row |= {"modality": "text", "text": value, "media_type": "text/plain", "bytes": len(value.encode())}
    else:
        media = kind or "application/octet-stream"
        modality = media.partition("/")[0] if media.startswith(("image/", "audio/", "video/")) else "any"
        row |= {"modality": modality, "blob": blob, "media_type": media, "bytes": data.get("bytes") or 0}
        row |= {"width": data.get("width"), "height": data.get("height")}
    known = {*fields, "name", "media_type", "bytes", "width", "height"}
    rest = {name: one for name, one in data.items() if name not in known}
    row["meta"] = msgspec.json.encode(rest, order="sorted").decode()
    return row


def _label(item: PageItem, schema: LabelSchema) -> dict[str, Any]:
    bodies = [msgspec.json.decode(answer.body) for answer in item.answers]
    decided = [msgspec.json.decode(answer.body) for answer in item.answers if answer.stage == "adjudicate"]
    chosen = (
        decided[-1] if decided else chosen_labels(schema, bodies) if len(bodies) > 1 else bodies[0] if bodies else None
    )
    kinds = {answer.labeler_kind for answer in item.answers}
    machine = kinds == {"machine"}
    return {
        "id": item.item,
        "labels": None if chosen is None else canonical_json(chosen).decode(),
        "decided_by": "nobody"
        if chosen is None
        else "machine"
        if machine
        else "imported"
        if kinds == {"imported"}
        else "human",
        "labeler_kind": "none" if chosen is None else sorted(kinds)[0] if len(kinds) == 1 else "person",
        "confidence": None,
        "judgements": sum(answer.labeler_kind in ("person", "simulated") for answer in item.answers),
    }


def _zipped(folder: Path, target: Path, blobs: Blobs) -> tuple[str, int]:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    with target.open("rb") as data:
        return blobs.put_stream(iter(lambda: data.read(_CHUNK_BYTES), b""), BLOB_BYTES_MAX)
