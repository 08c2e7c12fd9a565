"""Simulated labelers: stand-ins for people who read the known truth and err at a stated rate.

For demonstrations and tests of whole lines. Every artefact names them as what they are (`labeler_kind: simulated`).
Whether and how an answer is wrong is a pure function of (seed, record id, purpose, slot number): who happens to take a
slot, when, and in which order changes nothing.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from galley.annotate.labeler import Labeler, Question
from galley.annotate.model import LabelerKind
from galley.kernel.draw import derive_seed, unit_interval
from galley.kernel.errors import InputError
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.choices import words
from galley.labels.label_type import Content
from galley.labels.schema import Control, LabelSchema, labels_check
from galley.labels.types.classify import Classify
from galley.labels.types.text import TextType
from galley.labels.types.transcript import TranscriptType

__all__ = ["Simulated", "SimulatedParams", "SimulationTypeError", "TruthFieldError"]


class TruthFieldError(InputError):
    """The parameters do not say where the truth of a control is."""

    code = "GLY-ANN-100"
    text = Text("Simulated labelers: {detail}", "模拟标注者：{detail}")
    hint = Text(
        "Write `truth: meta.FIELD` for a schema of one control, or `truth: {{CONTROL: meta.FIELD}}` for several.",
        "单控件体系写 `truth: meta.字段`；多控件写 `truth: {{控件: meta.字段}}`。",
    )


class SimulationTypeError(InputError):
    """Errors of that label type cannot be simulated."""

    code = "GLY-ANN-101"
    text = Text(
        "Simulated labelers cannot make mistakes on control '{control}' of type {type}.",
        "模拟标注者无法在类型为 {type} 的控件“{control}”上模拟错误。",
    )
    hint = Text(
        "Set its error rates to 0, or simulate classify, text or transcript controls.",
        "请将错误率设为 0，或仅模拟 classify、text、transcript 控件。",
    )


class SimulatedParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the truth is and how often the stand-ins miss it."""

    truth: str | dict[str, str]  # a column of the record, `meta.FIELD` or `file.COLUMN`; by control for several
    truth_file: str | None = None  # a CSV whose column `key` holds record keys, relative to the recipe
    error_rate: float = 0.0  # chance that one answer is wrong
    adjudicator_error_rate: float = 0.0  # … of an answer that decides a disagreement
    labelers: tuple[str, ...] = ("simulated-1", "simulated-2", "simulated-3")

    def __post_init__(self) -> None:
        for rate in (self.error_rate, self.adjudicator_error_rate):
            if not 0 <= rate <= 1:
                raise ValueError(f"an error rate lies between 0 and 1, not {rate}")
        if not self.labelers or len(set(self.labelers)) != len(self.labelers):
            raise ValueError("labelers: at least one name, each once")


class Simulated(Labeler[SimulatedParams]):
    """Answers with the truth, or with a mistake.

    Mistakes: classify, one class: another class, each equally likely; several classes: one class too many or too few;
    text and transcript: one character left out (one doubled where only one is there). Other types are refused unless
    both rates are 0. A record whose truth field is missing or null gets no answer.
    """

    name: ClassVar[str] = "simulated"
    version: ClassVar[int] = 1
    labeler_kind: ClassVar[LabelerKind] = "simulated"
    summary = Text(
        "Stands in for people: reads the known truth and errs at a stated rate.",
        "模拟人员：读取已知答案并按设定比例出错。",
    )
    Params = SimulatedParams

    def names(self) -> Sequence[str]:
        return self.params.labelers

    def open(self, schema: LabelSchema, desk: Desk) -> None:
        """Check that every required control has a truth and that its mistakes can be simulated."""
        self._schema = schema
        self._rows = _read_truth(desk.base / self.params.truth_file) if self.params.truth_file else {}
        self._fields = _fields(self.params.truth, schema)
        if self.params.error_rate or self.params.adjudicator_error_rate:
            for name in self._fields:
                control = schema.control(name)
                if not _can_err(control):
                    raise SimulationTypeError(control=name, type=control.type)

    def answer(self, question: Question, desk: Desk) -> dict[str, Any] | None:
        """The annotation, canonical; a mistake changes every control of it."""
        record = {**question.record, "file": self._rows.get(question.record["key"])}
        raw = {name: _look_up(record, path) for name, path in self._fields.items()}
        if any(value is None for value in raw.values()):
            return None
        content = Content(
            modality=record.get("modality", "any"),
            text=record.get("text"),
            width=record.get("width"),
            height=record.get("height"),
        )
        fitted = {name: _fitted(value, self._schema.control(name)) for name, value in raw.items()}
        labels = labels_check(self._schema, fitted, content)
        decides = question.purpose == "adjudicate"
        rate = self.params.adjudicator_error_rate if decides else self.params.error_rate
        lot = derive_seed(desk.seed, "simulated", _stage(question.purpose), question.slot_no)
        if unit_interval(lot, record["id"]) >= rate:
            return labels
        return {
            name: _mistaken(value, self._schema.control(name), derive_seed(lot, record["id"], name))
            for name, value in labels.items()
        }


def _stage(purpose: str) -> str:
    """Whatever an item is labelled for, its label is one opinion; gold and adjudication are further ones."""
    return purpose if purpose.startswith("gold") or purpose == "adjudicate" else "label"


def _fields(truth: str | Mapping[str, str], schema: LabelSchema) -> dict[str, str]:
    if isinstance(truth, str):
        if len(schema.controls) != 1:
            raise TruthFieldError(detail=f"one truth field for {len(schema.controls)} controls.")
        return {schema.controls[0].name: truth}
    for name in truth:
        schema.control(name)
    missing = [control.name for control in schema.controls if control.required and control.name not in truth]
    if missing:
        raise TruthFieldError(detail=f"no truth field for control '{missing[0]}'.")
    return dict(truth)


def _read_truth(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a truth file by record key."""
    if not path.is_file():
        raise TruthFieldError(detail=f"there is no truth file at {path}.")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if "key" not in (rows.fieldnames or ()):
            raise TruthFieldError(detail=f"{path.name} has no column 'key'.")
        return {row["key"]: dict(row) for row in rows}


def _look_up(record: Mapping[str, Any], path: str) -> Any:
    """`column`, or `meta.a.b` inside the record's JSON meta."""
    first, *inner = path.split(".")
    found = record.get(first)
    if first == "meta" and isinstance(found, str):
        found = msgspec.json.decode(found)
    for part in inner:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _fitted(value: Any, control: Control) -> Any:
    """The truth in the shape of the control: numbers as class names, a lone class as a list where lists are wanted."""
    if not isinstance(control.label_type, Classify):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if control.label_type.params.mode == "single" or isinstance(value, list):
        return value
    return [value] if control.label_type.params.mode == "multi" else [[value]]


def _can_err(control: Control) -> bool:
    kind = control.label_type
    if isinstance(kind, Classify):
        return kind.params.mode != "hierarchical" and len(kind.params.choices) > 1
    return isinstance(kind, TextType | TranscriptType)


def _mistaken(value: Any, control: Control, lot: bytes) -> Any:
    kind = control.label_type
    place = unit_interval(lot, "place")
    if isinstance(kind, Classify):
        return _wrong_classes(value, list(words(kind.params.choices)), kind, place)
    if isinstance(value, str):
        return _without(value, place)
    raise SimulationTypeError(control=control.name, type=control.type)


def _wrong_classes(value: Any, choices: list[str], kind: Classify, place: float) -> Any:
    if kind.params.mode == "single":
        others = [choice for choice in choices if choice != value]
        return others[int(place * len(others))]
    switched = choices[int(place * len(choices))]
    chosen = set(value) ^ {switched}
    if not kind.params.min <= len(chosen) <= (kind.params.max or len(choices)):
        # A switch that leaves the allowed number of classes becomes a swap with the next class.
        others = [choice for choice in choices if (choice in value) != (switched in value)]
        chosen = chosen ^ {others[0]} if others else chosen
    return sorted(chosen)


def _without(text: str, place: float) -> str:
    if len(text) < 2:
        return text * 2 if text else "?"
    spot = int(place * len(text))
    return text[:spot] + text[spot + 1 :]
