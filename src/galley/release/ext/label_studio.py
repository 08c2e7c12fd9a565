"""label-studio: `tasks.json` to import and `config.xml`; people's labels are annotations, machines' are predictions."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.kernel.record import MODALITIES
from galley.labels.errors import LabelValueError
from galley.labels.label_studio_write import write_config
from galley.labels.schema import LabelSchema
from galley.release.errors import ExportEmptyError
from galley.release.export import Export, Labelled, content_of, labelled_rows, schema_of
from galley.release.exporter import Exporter, ExportReport

__all__ = ["LabelStudioExporter", "LabelStudioParams"]

_ENCODER = msgspec.json.Encoder()


class LabelStudioParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How Label Studio will find the media."""

    media: Literal["copy", "omit"] = "copy"
    media_url: str = "/data/local-files/?d="  # what stands before media/<file> in a task


class LabelStudioExporter(Exporter[LabelStudioParams]):
    """Tasks with their results."""

    name: ClassVar[str] = "label-studio"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Label Studio tasks, ready to import.", "可直接导入 Label Studio 的任务。")
    Params = LabelStudioParams

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        export = Export(self.name, version, out)
        schema = schema_of(version)
        if schema is None:
            raise ExportEmptyError(format=self.name, detail="it has no label schema", needs="a label schema")
        export.stream("tasks.json", self._tasks(version, schema, export))
        config = write_config(schema)
        export.stream("config.xml", iter([config.xml.encode()]))
        for loss in config.losses:
            export.note(f"The config cannot say {loss.code} {loss.detail} of {loss.name}.")
        return export.finish()

    def _tasks(self, version: VersionReader, schema: LabelSchema, export: Export) -> Iterator[bytes]:
        yield b"["
        for number, labelled in enumerate(labelled_rows(version), 1):
            yield (b",\n" if number > 1 else b"\n") + _ENCODER.encode(self._task(number, labelled, schema, export))
            export.records += 1
        yield b"\n]\n"

    def _task(self, number: int, labelled: Labelled, schema: LabelSchema, export: Export) -> dict[str, Any]:
        row = labelled.row
        content = row["text"]
        if row["blob"] is not None:
            content = self._media(labelled, export)
        known = {name: row[name] for name in ("id", "key", "source", "license", "basis", "grade", "time")}
        decided = {name: row.get(name) for name in ("decided_by", "labeler_kind", "judgements")}
        task: dict[str, Any] = {
            "id": number,
            "data": _data(row["modality"], content, schema),
            "meta": {"galley": {**known, **decided, "meta": msgspec.json.decode(row["meta"])}},
            "annotations": [],
            "predictions": [],
        }
        if labelled.labels is None:
            return task
        result = list(_results(labelled, schema, export))
        if row.get("decided_by") == "machine":
            score = {} if row.get("confidence") is None else {"score": row["confidence"]}
            task["predictions"] = [{"model_version": "galley", "result": result, **score}]
        else:
            annotation = {"result": result, "was_cancelled": False, "ground_truth": row.get("decided_by") == "audit"}
            task["annotations"] = [annotation]
            if row.get("confidence") is not None:
                export.lose("confidence", row["id"], "Label Studio keeps scores of predictions only.")
        return task

    def _media(self, labelled: Labelled, export: Export) -> str:
        row = labelled.row
        if self.params.media == "omit":
            export.lose("media", row["id"], "Media were left out, as asked.")
            return f"{self.params.media_url}{row['key']}"
        return self.params.media_url + export.media(row, "media")


def _data(modality: str, content: str, schema: LabelSchema) -> dict[str, str]:
    """The content under the schema's field; of several fields, under those that fit, the others being empty."""
    fields = sorted({control.field for control in schema.controls})
    if len(fields) == 1:
        return {fields[0]: content}
    return {field: "" if field in MODALITIES and field != modality else content for field in fields}


def _results(labelled: Labelled, schema: LabelSchema, export: Export) -> Iterator[dict[str, Any]]:
    content = content_of(labelled.row)
    for control in schema.controls:
        value = (labelled.labels or {}).get(control.name)
        if value is None:
            continue
        try:
            yield from control.label_type.to_label_studio(value, control.name, control.object_name, content)
        except LabelValueError as problem:
            export.lose("value", labelled.row["id"], f"A value cannot be said in Label Studio ({problem.code}).")
