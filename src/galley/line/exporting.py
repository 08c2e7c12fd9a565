"""Data going out: a project as a stream of bytes that can be cut, resumed and continued later.

Every export has a watermark, known before its first byte: `after=<watermark>` gives what changed since. A JSONL stream ends
with a line that says so, a Label Studio list with its bracket; a stream without its end was cut, and goes on behind the
last item that came. Content and answers are JSON text in the database and are spliced in as they are.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from galley.annotate import repo as queue
from galley.annotate.content.errors import ExportSchemaError, FormatUnknownError
from galley.annotate.content.model import ExportAnswer
from galley.annotate.flow.service import project as find_project
from galley.kernel.errors import GalleyError
from galley.labels.formats.dialogue import DIALOGUE_FORMATS, chat_rows, preference_rows, prm_rows
from galley.labels.label_studio_blocks import BlockAnswer, BlockTask, TaskWriter
from galley.labels.schema import LabelSchema, merge_labels
from galley.line.export_pages import Include, Page, PageItem, Place, changed_pages, item_pages, place_of, watermark_now
from galley.line.importing import Dock, schema_in
from galley.line.studio_export import export_project

__all__ = ["EXPORT_FORMATS", "Export", "ExportSettings", "Media", "chosen_labels", "export"]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
EXPORT_FORMATS: Final = ("jsonl", "label-studio", "csv", *DIALOGUE_FORMATS)
MEDIA_TYPES: Final = {
    "jsonl": "application/jsonl",
    "label-studio": "application/json",
    "csv": "text/csv; charset=utf-8",
    **dict.fromkeys(DIALOGUE_FORMATS, "application/jsonl"),
}
_DIALOGUE_ROWS: Final = {"chat": chat_rows, "preference": preference_rows, "prm": prm_rows}
_json: Final = msgspec.json.Encoder().encode

Media = Callable[[str], str]
"""Rewrites an item's content (JSON text) where references to blobs have to become links."""


class ExportSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes out, and how."""

    format: str = "jsonl"
    include: Include = "answered"
    answers: Literal["all", "chosen"] = "all"  # every opinion, or one label an item
    after: str = ""  # a watermark: only what changed since
    cursor: str = ""  # go on behind this item (or, with `after`, behind this place)
    watermark: str = ""  # of the export that is resumed
    marker: bool = True  # JSONL: lines about the export itself


@dataclass(frozen=True, kw_only=True)
class Export:
    """An export under way: what is known before its first byte, and its bytes."""

    media_type: str
    watermark: str
    blocks: Iterator[bytes]


def export(dock: Dock, settings: ExportSettings, media: Media | None = None) -> Export:
    """Begin an export. Raises FormatUnknownError, CursorError, ExportSchemaError before anything is sent."""
    if settings.format not in EXPORT_FORMATS:
        raise FormatUnknownError(found=settings.format, known=", ".join(EXPORT_FORMATS))
    schema = schema_in(dock.blobs, find_project(dock.database, dock.project).schema_sha256)
    if schema is None and (settings.format != "jsonl" or settings.answers == "chosen"):
        raise ExportSchemaError
    watermark = place_of(settings.watermark) if settings.watermark else watermark_now(dock.database)
    maker = _Maker(dock, settings, schema, watermark, media or str)
    blocks = (
        maker.dialogue()
        if settings.format in DIALOGUE_FORMATS
        else {"jsonl": maker.jsonl, "label-studio": maker.label_studio, "csv": maker.csv}[settings.format]()
    )
    return Export(media_type=MEDIA_TYPES[settings.format], watermark=str(watermark), blocks=blocks)


class _Maker:
    """Writes pages in one of the formats."""

    def __init__(
        self, dock: Dock, settings: ExportSettings, schema: LabelSchema | None, watermark: Place, media: Media
    ) -> None:
        self._dock, self._settings, self._schema, self._media = dock, settings, schema, media
        self._watermark = watermark
        self._after = place_of(settings.cursor or settings.after) if settings.after else None
        self._merged: dict[tuple[str, ...], str | None] = {}

    def _pages(self) -> Iterator[Page]:
        dock = self._dock
        if self._after is not None:
            return changed_pages(dock.database, dock.project, after=self._after, until=self._watermark)
        return item_pages(dock.database, dock.project, include=self._settings.include, after=self._settings.cursor)

    # --- jsonl --------------------------------------------------------------------------------------------------------

    def jsonl(self) -> Iterator[bytes]:
        """One line an item; the last line says that it is the last."""
        items = 0
        for page in self._pages():
            lines = [self._line(item) for item in page.items]
            items += len(lines)
            if self._settings.marker and self._after is not None:
                lines.append(f'{{"galley":{{"cursor":"{page.cursor}"}}}}\n')
            yield "".join(lines).encode()
        if self._settings.marker:
            yield f'{{"galley":{{"end":true,"items":{items},"watermark":"{self._watermark}"}}}}\n'.encode()

    def _line(self, item: PageItem) -> str:
        head = f'{{"id":{_text(item.item)},"data":{self._media(item.data)}'
        if self._settings.answers == "chosen":
            return f'{head},"labels":{self._chosen(item.answers) or "null"}}}\n'
        return f'{head},"answers":[{",".join(map(_answer, item.answers))}]}}\n'

    def _chosen(self, answers: Sequence[ExportAnswer]) -> str | None:
        """The one label of an item as JSON text; the same opinions are merged once."""
        if len(answers) < 2:
            return answers[0].body if answers else None
        decided = [answer.body for answer in answers if answer.stage == "adjudicate"]
        if decided:
            return decided[-1]
        bodies = tuple(answer.body for answer in answers)
        if bodies not in self._merged:
            if len(self._merged) > 4096:
                self._merged.clear()
            merged = chosen_labels(self._schema, [msgspec.json.decode(body) for body in bodies])
            self._merged[bodies] = None if merged is None else _json(merged).decode()
        return self._merged[bodies]

    # --- chat, preference, prm ----------------------------------------------------------------------------------------

    def dialogue(self) -> Iterator[bytes]:
        """Rows to learn from, of every answer or the chosen one; the last line says how much the format could not hold."""
        assert self._schema is not None
        rows, lost, items = _DIALOGUE_ROWS[self._settings.format], Counter[str](), 0

        def lose(code: str, _: str, count: int) -> None:
            lost[code] += count

        for page in self._pages():
            lines: list[bytes] = []
            for item in page.items:
                data = msgspec.json.decode(self._media(item.data))
                for body in self._bodies(item):
                    lines.extend(_json(row) for row in rows(self._schema, data, msgspec.json.decode(body), lose))
            items += len(page.items)
            if self._settings.marker and self._after is not None:
                lines.append(_json({"galley": {"cursor": page.cursor}}))
            yield b"".join(line + b"\n" for line in lines)
        if self._settings.marker:
            told = {
                "end": True,
                "items": items,
                "watermark": str(self._watermark),
                "losses": {c: n for c, n in lost.items() if n},
            }
            yield _json({"galley": told}) + b"\n"

    def _bodies(self, item: PageItem) -> list[str]:
        if self._settings.answers == "all":
            return [answer.body for answer in item.answers]
        chosen = self._chosen(item.answers)
        return [] if chosen is None else [chosen]

    # --- Label Studio -------------------------------------------------------------------------------------------------

    def label_studio(self) -> Iterator[bytes]:
        """A list of tasks; cut, it is no JSON."""
        assert self._schema is not None
        whole = self._after is None and self._settings.answers == "all" and self._settings.include == "all"
        blocks = self._as_they_came() if whole else self._tasks(TaskWriter(self._schema))
        yield b"["
        first = b"\n"
        for block in blocks:
            yield first + block
            first = b",\n"
        yield b"\n]\n"

    def _as_they_came(self) -> Iterator[bytes]:
        """The whole project; what came from Label Studio and was not touched leaves as it came."""
        assert self._schema is not None
        with self._dock.database.connection() as connection:
            project = next(one for one in queue.projects(connection) if one.id == self._dock.project)
        found = export_project(
            self._dock.database, project, self._schema, media=self._media, after=self._settings.cursor
        )
        return found.blocks()

    def _tasks(self, writer: TaskWriter) -> Iterator[bytes]:
        for page in self._pages():
            if page.items:
                yield writer.block([self._task(item) for item in page.items])

    def _task(self, item: PageItem) -> BlockTask:
        answers = item.answers
        if self._settings.answers == "chosen":
            label = self._chosen(answers)
            said = [] if label is None else [BlockAnswer(label, '"was_cancelled":false,"ground_truth":false')]
        else:
            said = [_studio_answer(answer) for answer in answers]
        number = answers[0].slot if len(answers) == 1 else min([answer.slot for answer in answers], default=0)
        size = _size(item.data) if '"width"' in item.data else None
        head = f'"meta":{{"galley":{{"item":{_text(item.item)}}}}}'
        return BlockTask(number, self._media(item.data), said, head, size)

    # --- csv ----------------------------------------------------------------------------------------------------------

    def csv(self) -> Iterator[bytes]:
        """One row an answer (or an item): its id, the fields the schema shows, one column a control."""
        assert self._schema is not None
        fields = sorted({control.field for control in self._schema.controls})
        controls = [control.name for control in self._schema.controls]
        yield _rows([["id", *fields, *controls, "labeler", "labeler_kind", "revision", "created_at"]])
        for page in self._pages():
            yield _rows([row for item in page.items for row in self._csv_rows(item, fields, controls)])

    def _csv_rows(self, item: PageItem, fields: list[str], controls: list[str]) -> Iterator[list[str]]:
        data = msgspec.json.decode(self._media(item.data))
        head = [_tame(item.item), *(_cell(data.get(field)) for field in fields)]
        if self._settings.answers == "chosen":
            label = self._chosen(item.answers)
            labels = {} if label is None else msgspec.json.decode(label)
            yield [*head, *(_cell(labels.get(name)) for name in controls), "", "", "", ""]
            return
        for answer in item.answers:
            labels = msgspec.json.decode(answer.body)
            said = [_cell(labels.get(name)) for name in controls]
            who = [str(answer.labeler), answer.labeler_kind, str(answer.revision), answer.created_at]
            yield [*head, *said, *who]
        if not item.answers:
            yield [*head, *("" for _ in controls), "", "", "", ""]


def chosen_labels(schema: LabelSchema | None, bodies: Sequence[Any]) -> Any:
    """One label of several opinions, by the schema's merge; None when they cannot be merged."""
    if schema is None:
        return None
    try:
        return merge_labels(schema, list(bodies), [1.0] * len(bodies))
    except GalleyError:
        return None


def _text(value: str) -> str:
    if value.isascii() and '"' not in value and "\\" not in value and value.isprintable():
        return f'"{value}"'
    return _json(value).decode()


def _answer(answer: ExportAnswer) -> str:
    return (
        f'{{"slot":{answer.slot},"stage":"{answer.stage}","labeler":{answer.labeler},"kind":"{answer.labeler_kind}",'
        f'"revision":{answer.revision},"schema_version":{answer.schema_version},'
        f'"created_at":"{answer.created_at}","labels":{answer.body}}}'
    )


def _studio_answer(answer: ExportAnswer) -> BlockAnswer:
    if answer.labeler_kind == "machine":
        return BlockAnswer(answer.body, f'"model_version":{_text(answer.labeler_name)}', machine=True)
    head = f'"id":{answer.revision},"completed_by":{answer.labeler},"was_cancelled":false,"ground_truth":false,'
    return BlockAnswer(answer.body, f'{head}"created_at":"{answer.created_at}"')


def _size(data: str) -> tuple[int, int] | None:
    found = msgspec.json.decode(data)
    width, height = found.get("width"), found.get("height")
    return (width, height) if type(width) is int and type(height) is int and width > 0 and height > 0 else None


def _cell(value: Any) -> str:
    return "" if value is None else _tame(value) if isinstance(value, str) else _json(value).decode()


def _tame(text: str) -> str:
    """Text that a spreadsheet takes for text: what begins like a formula gets an apostrophe (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(rows: list[list[str]]) -> bytes:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerows(rows)
    return sink.getvalue().encode()
