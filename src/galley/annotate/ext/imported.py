"""Labels made elsewhere, answering in the queue like everybody else: Label Studio, COCO, YOLO, CoNLL, JSONL.

An answer is found by the record's id, else its key, else its file name when only one record has it, else (CoNLL) its
text. A file's labels that do not fit are no answers; they are counted and shown, and the record stays open.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Final, Literal

import msgspec

from galley.annotate.labeler import Labeler, Question
from galley.annotate.model import LabelerKind
from galley.kernel.errors import GalleyError, InputError
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.formats.coco import read_coco
from galley.labels.formats.conll import read_conll
from galley.labels.formats.jsonl import read_jsonl
from galley.labels.formats.row import LabelRow
from galley.labels.formats.yolo import read_data_yaml, read_yolo
from galley.labels.label_studio_json import read_tasks
from galley.labels.schema import LabelSchema

__all__ = ["Imported", "ImportedParams", "LabelsMissingError"]

Entry = tuple[tuple[str, ...], list[dict[str, Any] | None], tuple[GalleyError, ...]]
"""(names it may be found by, answers in order, problems)."""


_RECORD_ID: Final = re.compile(r"[0-9a-f]{32}")


class LabelsMissingError(InputError):
    """The file of labels is not there."""

    code = "GLY-ANN-110"
    text = Text("There are no labels at {path}.", "{path} 处没有标签。")
    hint = Text(
        "`path` is relative to the recipe; for yolo it is the dataset's folder.",
        "`path` 相对于配方；yolo 为数据集目录。",
    )


class ImportedParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which file, in which format."""

    format: Literal["label-studio", "coco", "yolo", "conll", "jsonl"]
    path: str  # relative to the recipe
    labelers: tuple[str, ...] = ("imported",)  # one name an opinion: a file may hold several answers to a record
    predictions: bool = False  # label-studio: take predictions where there is no annotation


class Imported(Labeler[ImportedParams]):
    """Answers with what the file says about the record, or not at all."""

    name: ClassVar[str] = "imported"
    version: ClassVar[int] = 1
    labeler_kind: ClassVar[LabelerKind] = "imported"
    summary = Text(
        "Labels from a file: Label Studio, COCO, YOLO, CoNLL or JSONL.",
        "来自文件的标签：Label Studio、COCO、YOLO、CoNLL 或 JSONL。",
    )
    Params = ImportedParams

    def names(self) -> Sequence[str]:
        return self.params.labelers

    def open(self, schema: LabelSchema, desk: Desk) -> None:
        """Read the file; raises when there is none or it is of another format."""
        path = desk.base / self.params.path
        if not path.exists():
            raise LabelsMissingError(path=str(path))
        self._answers: dict[str, list[dict[str, Any] | None]] = {}
        self._ambiguous: set[str] = set()
        problems: list[GalleyError] = []
        for names, answers, wrong in _READERS[self.params.format](path, schema, self.params):
            problems += wrong
            for name in names:
                self._index(name, answers)
        self.problems = tuple(problem.message() for problem in problems)

    def _index(self, name: str, answers: list[dict[str, Any] | None]) -> None:
        if not name:
            return
        if name in self._answers and self._answers[name] is not answers:
            self._ambiguous.add(name)
        self._answers[name] = answers

    def answer(self, question: Question, desk: Desk) -> dict[str, Any] | None:
        """The opinion in that place, when the file has so many."""
        for name in _names_of(question.record):
            found = self._answers.get(name) if name not in self._ambiguous else None
            if found is not None:
                return found[question.slot_no] if question.slot_no < len(found) else None
        return None


def _names_of(record: Mapping[str, Any]) -> Iterator[str]:
    """What a file may call a record, best first."""
    key = str(record["key"])
    yield str(record["id"])
    yield key
    member = PurePosixPath(key.rpartition("!")[2])
    yield member.name
    yield str(member.with_suffix(""))
    yield member.stem
    if record.get("text"):
        yield f"text:{record['text']}"


def _row(row: LabelRow) -> Entry:
    text = f"text:{row.content.text}" if row.content.text else ""
    file = PurePosixPath(row.key)
    # Our own exports name pictures by their record; any other stem could be that of another file (a.jpg, a.png).
    record = file.stem if _RECORD_ID.fullmatch(file.stem) else ""
    return (row.id, row.key, file.name, record, text), [row.labels], row.problems


def _label_studio(path: Path, schema: LabelSchema, params: ImportedParams) -> Iterator[Entry]:
    with path.open("rb") as file:
        for task in read_tasks(file, schema):
            people = [each for each in task.answers if not each.machine and not each.cancelled]
            machines = [each for each in task.answers if each.machine] if params.predictions else []
            answers = [each.labels for each in people or machines[:1]]
            wrong = [*task.problems, *(problem for each in task.answers for problem in each.problems)]
            texts = [value for value in task.data.values() if isinstance(value, str)]
            names = [PurePosixPath(text).name for text in texts if len(text) < 1000]
            fields = [str(task.meta.get("id", "")), str(task.data.get("id", "")), str(task.data.get("key", ""))]
            yield (*fields, *texts, *names, *(f"text:{text}" for text in texts)), answers, tuple(wrong)


def _coco(path: Path, schema: LabelSchema, params: ImportedParams) -> Iterator[Entry]:
    del params
    with path.open("rb") as file:
        yield from map(_row, read_coco(file, schema))


def _conll(path: Path, schema: LabelSchema, params: ImportedParams) -> Iterator[Entry]:
    del params
    with path.open("rb") as file:
        yield from map(_row, read_conll(file, schema))


def _jsonl(path: Path, schema: LabelSchema, params: ImportedParams) -> Iterator[Entry]:
    del schema, params
    with path.open("rb") as file:
        yield from map(_row, read_jsonl(file))


def _yolo(path: Path, schema: LabelSchema, params: ImportedParams) -> Iterator[Entry]:
    """A YOLO dataset folder: data.yaml, labels/**/*.txt, and images beside them for their sizes."""
    del params
    described = path / "data.yaml"
    if not described.is_file():
        raise LabelsMissingError(path=str(described))
    classes = read_data_yaml(described.read_text(encoding="utf-8"))
    files = sorted(file for file in path.rglob("*.txt") if "labels" in file.relative_to(path).parts)
    opened = ((file.relative_to(path).as_posix(), file) for file in files)

    def streams() -> Iterator[tuple[str, Any]]:
        for name, file in opened:
            with file.open("rb") as stream:
                yield name, stream

    for row in read_yolo(streams(), classes, schema, lambda key: _image_size(path, key)):
        yield (row.key, PurePosixPath(row.key).name), [row.labels], row.problems


def _image_size(folder: Path, key: str) -> tuple[int, int] | None:
    from PIL import Image  # noqa: PLC0415  # only for YOLO, whose coordinates are shares of the image

    for file in sorted(folder.glob(f"{key}.*")):
        try:
            with Image.open(file) as image:
                return image.size
        except OSError:
            continue
    return None


_READERS: Final[dict[str, Callable[[Path, LabelSchema, ImportedParams], Iterator[Entry]]]] = {
    "label-studio": _label_studio,
    "coco": _coco,
    "yolo": _yolo,
    "conll": _conll,
    "jsonl": _jsonl,
}
