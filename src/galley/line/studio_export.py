"""A project goes out as Label Studio's JSON: what came in and was not touched leaves as it came, byte by byte in its
values; what was made or changed here is converted. Streams: memory holds one page of items."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from galley.annotate.model import Project
from galley.annotate.studio import repo
from galley.annotate.studio.repo import ExportAnswer, ExportPrediction, ExportRow
from galley.kernel.clock import rfc3339
from galley.labels.label_studio_blocks import BlockAnswer, BlockTask, TaskWriter
from galley.labels.schema import LabelSchema
from galley.store.database import Database

__all__ = ["StudioExport", "export_project"]

_ITEMS_A_PAGE: Final = 2000
_COUNTERS: Final = ("total_annotations", "cancelled_annotations", "total_predictions")
_PEOPLE: Final = ("annotations", "completions")

Fields = dict[str, msgspec.Raw]


class StudioExport:
    """An export under way: iterate it for bytes; afterwards `tasks` and `lost` say what was written and what not."""

    def __init__(
        self,
        database: Database,
        project: Project,
        schema: LabelSchema,
        *,
        media: Callable[[str], str] | None = None,
        after: str = "",
    ) -> None:
        self._database, self._project = database, project
        self._writer = TaskWriter(schema)
        self._media = media
        self._number = 0
        self.place = after  # the last item written: where an export can go on
        self.tasks = 0

    @property
    def lost(self) -> list[tuple[int, str]]:
        """(task id, why) of answers Label Studio's format cannot say."""
        return self._writer.lost

    def __iter__(self) -> Iterator[bytes]:
        yield b"["
        first = b"\n"
        for block in self.blocks():
            yield first + block
            first = b",\n"
        yield b"\n]\n"

    def blocks(self) -> Iterator[bytes]:
        """Tasks without the brackets of the list, a page at a time."""
        with self._database.connection() as connection:
            self._number = repo.last_number(connection, self._project.id)
        while True:
            with self._database.connection() as connection:
                rows = repo.export_page(connection, self._project.id, self.place, _ITEMS_A_PAGE)
                items = [row.item for row in rows]
                answers = repo.export_answers(connection, self._project.id, items) if rows else []
                predictions = repo.export_predictions(connection, self._project.id, items) if rows else []
            if not rows:
                return
            block = self._writer.block(self._tasks(rows, answers, predictions))
            self.place = rows[-1].item
            self.tasks += len(rows)
            yield block

    def _tasks(
        self, rows: Sequence[ExportRow], answers: Sequence[ExportAnswer], predictions: Sequence[ExportPrediction]
    ) -> Iterator[BlockTask]:
        said: dict[str, list[ExportAnswer]] = defaultdict(list)
        for answer in answers:
            said[answer.item].append(answer)
        thought: dict[str, list[ExportPrediction]] = defaultdict(list)
        for prediction in predictions:
            thought[prediction.item].append(prediction)
        for row in rows:
            number = row.number
            if number is None:
                self._number += 1
                number = self._number
            size = (row.width, row.height) if row.width and row.height else None
            made = [_predicted(each) for each in thought.get(row.item, ())]
            data = row.data if self._media is None else self._media(row.data)
            if row.raw is None:
                yield BlockTask(number, data, [*map(_answered, said.get(row.item, ())), *made], "", size)
                continue
            fields: Fields = msgspec.json.decode(row.raw, type=dict[str, msgspec.Raw])
            back, same = _back(fields, row.answers or [], said.get(row.item, []))
            head = _head(fields, keep_counters=same and not made)
            yield BlockTask(number, data, [*back, *made], head, size)


def export_project(
    database: Database,
    project: Project,
    schema: LabelSchema,
    *,
    media: Callable[[str], str] | None = None,
    after: str = "",
) -> StudioExport:
    """The project's items with their answers and predictions as Label Studio tasks; `media` rewrites a task's data (JSON
    text), where addresses of media have to become links; `after` continues an export behind an item."""
    return StudioExport(database, project, schema, media=media, after=after)


def _head(fields: Fields, *, keep_counters: bool) -> str:
    """The task's own fields; its counters only while they are right."""
    left_out = {"id", "data", "predictions", *_PEOPLE, *(() if keep_counters else _COUNTERS)}
    return _joined({name: value for name, value in fields.items() if name not in left_out})


def _joined(fields: Mapping[str, msgspec.Raw]) -> str:
    return msgspec.json.encode(fields).decode()[1:-1]


def _back(
    fields: Fields, entries: Sequence[Mapping[str, Any]], said: Sequence[ExportAnswer]
) -> tuple[list[BlockAnswer], bool]:
    """The annotations and predictions of an imported task as they are now, and whether they are as they were."""
    people = iter([raw for name in _PEOPLE for raw in _list(fields, name)])
    machines = iter(_list(fields, "predictions"))
    by_labeler = {answer.labeler: answer for answer in said}
    found: list[BlockAnswer] = []
    same = True
    for entry in entries:
        if entry["kind"] == "draft":
            continue
        machine = entry["kind"] == "prediction"
        raw = next(machines if machine else people)
        if machine or entry["state"] != "placed":
            found.append(BlockAnswer(None, _inside(raw), machine))
            continue
        now = by_labeler.pop(entry["labeler"], None)
        if now is None:  # taken back or returned since
            same = False
        elif now.body_sha256 == entry["sha256"]:
            found.append(BlockAnswer(None, _inside(raw)))
        else:
            same = False
            found.append(BlockAnswer(now.body, _changed(raw, now)))
    found += map(_answered, by_labeler.values())
    return found, same and not by_labeler


def _list(fields: Fields, name: str) -> list[msgspec.Raw]:
    if name not in fields:
        return []
    found = msgspec.json.decode(fields[name], type=list[msgspec.Raw] | None)
    return found or []


def _inside(raw: msgspec.Raw) -> str:
    """An object's text without its braces; of anything else (kept as it was) a field that holds it."""
    text = bytes(raw).strip().decode()
    return text[1:-1] if text.startswith("{") else f'"raw":{text}'


def _changed(raw: msgspec.Raw, now: ExportAnswer) -> str:
    """The fields of an annotation whose answer was changed here."""
    fields: Fields = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    kept = {name: value for name, value in fields.items() if name not in ("result", "result_count")}
    kept["updated_at"] = msgspec.Raw(msgspec.json.encode(rfc3339(now.created_at)))
    return _joined(kept)


def _answered(answer: ExportAnswer) -> BlockAnswer:
    at = rfc3339(answer.created_at)
    who = msgspec.json.encode(answer.labeler_name).decode()
    return BlockAnswer(
        answer.body,
        f'"id":{answer.revision},"completed_by":{{"id":{answer.labeler},"email":{who},"first_name":"","last_name":""}},'
        f'"was_cancelled":false,"ground_truth":{"true" if answer.is_gold else "false"},'
        f'"created_at":"{at}","updated_at":"{at}","lead_time":null',
    )


def _predicted(prediction: ExportPrediction) -> BlockAnswer:
    version = msgspec.json.encode(prediction.model_version).decode()
    score = msgspec.json.encode(prediction.score).decode()
    at = rfc3339(prediction.created_at)
    head = f'"id":{prediction.id},"model_version":{version},"score":{score},"created_at":"{at}"'
    return BlockAnswer(prediction.body, head, True)
