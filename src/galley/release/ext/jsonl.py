"""jsonl: one JSON object a record, labels as they are, media beside it. Loses nothing but media one asks to leave out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.kernel.record import RECORD_SCHEMA
from galley.release.export import Export, Labelled, labelled_rows
from galley.release.exporter import Exporter, ExportReport

__all__ = ["JsonlExporter", "JsonlParams"]

_ENCODER = msgspec.json.Encoder()


class JsonlParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How media are exported."""

    media: Literal["copy", "omit"] = "copy"


class JsonlExporter(Exporter[JsonlParams]):
    """JSON Lines in `records.jsonl`."""

    name: ClassVar[str] = "jsonl"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "JSON Lines, one record a line, media as files.", "JSON Lines：每行一条记录，媒体存为文件。"
    )
    Params = JsonlParams

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        export = Export(self.name, version, out)
        export.stream("records.jsonl", self._lines(version, export))
        return export.finish()

    def _lines(self, version: VersionReader, export: Export) -> Iterator[bytes]:
        for labelled in labelled_rows(version):
            export.records += 1
            yield _ENCODER.encode(self._record(labelled, export)) + b"\n"

    def _record(self, labelled: Labelled, export: Export) -> dict[str, Any]:
        row = labelled.row
        record = {name: row[name] for name in RECORD_SCHEMA.names}
        record["meta"] = msgspec.json.decode(row["meta"])
        if row["blob"] is not None:
            if self.params.media == "copy":
                record["file"] = export.media(row, "media")
            else:
                export.lose("media", row["id"], "Media were left out, as asked.")
        record["labels"] = labelled.labels
        for name in ("decided_by", "labeler_kind", "confidence", "judgements"):
            if name in row:
                record[name] = row[name]
        return record
