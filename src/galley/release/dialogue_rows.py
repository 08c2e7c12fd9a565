"""What the exporters of chat, preference pairs and judged steps share: one JSON line a row, losses counted by record."""

import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from galley.catalog.reader import VersionReader
from galley.labels.schema import LabelSchema
from galley.release.errors import ExportEmptyError
from galley.release.export import Export, Labelled, labelled_rows, schema_of
from galley.release.exporter import ExportReport

__all__ = ["Rows", "write_rows"]

_ENCODER: Final = msgspec.json.Encoder()
Rows = Callable[[LabelSchema, Mapping[str, Any], Mapping[str, Any], Any], Iterator[dict[str, Any]]]


def write_rows(form: str, version: VersionReader, out: Path, rows: Rows) -> ExportReport:
    """Write `records.jsonl`; a record that gives no row is skipped and stands in a loss."""
    export = Export(form, version, out)
    schema = schema_of(version)
    if schema is None:
        raise ExportEmptyError(format=form, detail="it has no label schema", needs="a label schema")
    export.stream("records.jsonl", _lines(version, schema, export, rows))
    return export.finish()


def _lines(version: VersionReader, schema: LabelSchema, export: Export, rows: Rows) -> Iterator[bytes]:
    for labelled in labelled_rows(version):
        record = labelled.row["id"]
        if labelled.labels is None:
            export.skip("unlabelled", record, "Records without labels are left out.")
            continue
        lose = functools.partial(_lose, export, record)
        found = [_ENCODER.encode(row) + b"\n" for row in rows(schema, _data(labelled), labelled.labels, lose)]
        if found:
            export.records += 1
            yield b"".join(found)
        else:
            export.skip("no_row", record, "Records that give no row are left out.")


def _lose(export: Export, record: str, code: str, detail: str, count: int) -> None:
    export.lose(code, record, detail, count)


def _data(labelled: Labelled) -> dict[str, Any]:
    """A record's fields: what came with it, and its text."""
    meta = msgspec.json.decode(labelled.row["meta"] or "{}")
    return {"text": labelled.row["text"], **(meta if isinstance(meta, dict) else {})}
