"""Label Studio's tasks (JSON export and import) to labels and back.

Reading streams: one task is in memory at a time. What one annotation gets wrong is a problem of that annotation, not of
the file. Written ids and order follow from the labels alone, so the same labels always give the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import msgspec

from galley.kernel.errors import GalleyError
from galley.labels.choices import words
from galley.labels.errors import LabelFileError, LabelFileKeptOutError, LabelFileShapeError, LabelValueError, moved
from galley.labels.json_elements import Element, json_elements
from galley.labels.label_type import Content, LabelType
from galley.labels.regions import RegionType
from galley.labels.schema import Control, Labels, LabelSchema, check_complete
from galley.labels.shape import json_kind, need_dict_items
from galley.labels.types.classify import Classify

__all__ = [
    "Answer",
    "TaskRead",
    "content_of",
    "labels_of_results",
    "read_tasks",
    "results_of_labels",
    "task_of",
    "task_read",
]

FORMAT: Final = "Label Studio JSON"
"""What errors call it."""


@dataclass(frozen=True)
class Answer:
    """One annotation or prediction of a task."""

    labels: Labels | None  # None when a problem makes it useless
    problems: tuple[GalleyError, ...] = ()
    machine: bool = False  # a prediction
    id: str = ""
    labeler: str = ""  # e-mail or number of the person, or the model's version
    cancelled: bool = False  # skipped by the annotator
    is_gold: bool = False  # ground_truth over there
    score: float | None = None
    lead_seconds: float | None = None
    created: str = ""
    size: tuple[int, int] | None = None  # width and height of the image, when the results say it


@dataclass(frozen=True)
class TaskRead:
    """One task of a file."""

    place: int
    line: int
    id: str
    data: dict[str, Any] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    problems: tuple[GalleyError, ...] = ()  # of the task itself
    raw: bytes = b""  # as it stands in the file


def read_tasks(
    stream: BinaryIO, schema: LabelSchema, sizes: Mapping[str, tuple[int, int]] | None = None
) -> Iterator[TaskRead]:
    """The tasks of an export (a list, or one task), with every annotation and prediction as labels of the schema.

    `sizes` gives width and height by task id where the results do not say it. Raises LabelFileError only where the file
    itself ends or is not JSON between tasks; a task that cannot be read is returned with its problem.
    """
    for element in json_elements(stream, FORMAT):
        yield task_read(element, schema, sizes)


def task_read(element: Element, schema: LabelSchema, sizes: Mapping[str, tuple[int, int]] | None = None) -> TaskRead:
    """One task of a file."""
    try:
        raw = msgspec.json.decode(element.data)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        wrong: GalleyError = LabelFileError(format=FORMAT, line=element.line, found=str(problem))
        return TaskRead(place=element.place, line=element.line, id="", problems=(wrong,), raw=element.data)
    problems: list[GalleyError] = []

    def part(name: str, kind: type[Any], expected: str) -> Any:
        found = raw.get(name)
        if found is None or isinstance(found, kind):
            return found or kind()
        problems.append(
            LabelFileShapeError(
                format=FORMAT, line=element.line, expected=f"{name}: {expected}", found=json_kind(found)
            )
        )
        return kind()

    # A bare object is a task's data, as Label Studio's own import takes it.
    data = part("data", dict, "object") if "data" in raw else {k: v for k, v in raw.items() if k not in _TASK_FIELDS}
    name = str(raw.get("id", element.place))
    content = _content(sizes.get(name) if sizes else None)
    answers = [
        _answer(item, schema, data, content, element.line, machine=machine)
        for key, machine in (("annotations", False), ("completions", False), ("predictions", True))
        for item in part(key, list, "list")
    ]
    return TaskRead(
        place=element.place,
        line=element.line,
        id=name,
        data=data,
        meta=part("meta", dict, "object"),
        answers=tuple(answers),
        problems=tuple(problems),
        raw=element.data,
    )


_TASK_FIELDS: Final = frozenset({"id", "annotations", "predictions", "completions", "meta", "drafts"})


def _content(size: tuple[int, int] | None) -> Content:
    return Content(width=size[0], height=size[1]) if size else Content()


def _answer(
    raw: Any, schema: LabelSchema, data: Mapping[str, Any], content: Content, line: int, *, machine: bool
) -> Answer:
    if not isinstance(raw, dict):
        wrong = LabelFileShapeError(format=FORMAT, line=line, expected="annotation: object", found=json_kind(raw))
        return Answer(labels=None, problems=(wrong,), machine=machine)
    problems: list[GalleyError] = []
    labels: Labels | None = None
    try:
        labels, left_out = labels_of_results(schema, raw.get("result"), data, content)
        problems.extend(LabelFileKeptOutError(format=FORMAT, line=line, found=name) for name in left_out)
    except LabelValueError as problem:
        problems.append(problem)
    who = raw.get("model_version") if machine else raw.get("completed_by")
    if isinstance(who, dict):
        who = who.get("email") or who.get("id")
    return Answer(
        labels=labels,
        problems=tuple(problems),
        machine=machine,
        id=_text(raw.get("id")),
        labeler=_text(who),
        cancelled=raw.get("was_cancelled") is True,
        is_gold=raw.get("ground_truth") is True,
        score=_number(raw.get("score")),
        lead_seconds=_number(raw.get("lead_time")),
        created=_text(raw.get("created_at")),
        size=_size(raw.get("result")),
    )


def _size(results: Any) -> tuple[int, int] | None:
    for item in results if isinstance(results, list) else ():
        if isinstance(item, dict) and "original_width" in item:
            wide, high = item["original_width"], item.get("original_height")
            if type(wide) is int and type(high) is int and wide > 0 and high > 0:
                return wide, high
    return None


def _text(raw: Any) -> str:
    return "" if raw is None else str(raw)


def _number(raw: Any) -> float | None:
    return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None


# --- Results -----------------------------------------------------------------------------------------------------


def labels_of_results(
    schema: LabelSchema, results: Any, data: Mapping[str, Any], content: Content
) -> tuple[Labels, tuple[str, ...]]:
    """The canonical annotation of result items, and the names of controls in them that the schema does not have.

    A control without results has the empty answer where its type has one. `data` is the task's data, where the text is.
    Raises LabelValueError.
    """
    items = _items(schema, results)
    labels: Labels = {}
    used: set[int] = set()
    for control in schema.controls:
        places = _own(control, items)
        used.update(places)
        label_type = control.label_type
        own = [items[place] for place in places]
        if not own:
            if label_type.empty is not None:
                labels[control.name] = _checked(control, label_type.empty, content)
            continue
        beside = [
            item for item in items if item.get("from_name") in label_type.refers_to or item.get("type") == "relation"
        ]
        try:
            given = [*own, *beside] if label_type.refers_to else own
            labels[control.name] = label_type.from_label_studio(given, content_of(control, data, content))
        except LabelValueError as problem:
            raise moved(problem, "value", control.name) from problem
    # An empty answer made up here is none where the control was not asked.
    hidden = schema.conditions.hidden(labels)
    labels = {
        name: value
        for name, value in labels.items()
        if name not in hidden or value != schema.by_name[name].label_type.empty
    }
    names = sorted({str(item.get("from_name", item.get("type"))) for at, item in enumerate(items) if at not in used})
    check_complete(schema, labels)
    return labels, tuple(names)


def _checked(control: Control, value: Any, content: Content) -> Any:
    try:
        return control.label_type.check(value, content)
    except LabelValueError as problem:
        raise moved(problem, "value", control.name) from problem


def _items(schema: LabelSchema, results: Any) -> list[dict[str, Any]]:
    """The result items; those of controls that became another kind of control here in the form of that kind."""
    return [_plain(schema, item) for item in need_dict_items(results if results is not None else [], "result")]


def _plain(schema: LabelSchema, item: dict[str, Any]) -> dict[str, Any]:
    kind, name, body = item.get("type"), item.get("from_name"), item.get("value")
    if kind not in ("pairwise", "labels", "rating") or not isinstance(body, dict):
        return item
    control = schema.by_name.get(str(name))
    if kind == "pairwise" and control is not None and isinstance(control.label_type, Classify):
        side = {"left": 0, "right": 1}.get(str(body.get("selected")))
        pair = words(control.label_type.params.choices)
        return item if side is None else {**item, "type": "choices", "value": {"choices": [pair[side]]}}
    if control is None and kind == "labels":
        return {**item, "type": "choices", "value": {**body, "choices": body.get("labels", [])}}
    if control is None and kind == "rating":
        return {**item, "type": "number", "value": {**body, "number": body.get("rating")}}
    return item


def _own(control: Control, items: Sequence[dict[str, Any]]) -> list[int]:
    """The places of a control's items: by name, and the answers about its regions by their ids."""
    label_type = control.label_type
    if label_type.refers_to:
        return [at for at, item in enumerate(items) if item.get("type") == "relation"]
    names = label_type.studio_controls(control.name) if isinstance(label_type, RegionType) else (control.name,)
    places = [at for at, item in enumerate(items) if item.get("from_name") in names]
    about = _parts(label_type)
    if about:
        regions = {str(items[at].get("id")) for at in places}
        places += [
            at
            for at, item in enumerate(items)
            if item.get("from_name") in about and item.get("from_name") not in names and str(item.get("id")) in regions
        ]
    return sorted(places)


def _parts(label_type: LabelType[Any]) -> frozenset[str]:
    """Label Studio's names of the other controls that say something of a region: its attributes, and what its type
    names as `studio_parts` (the text of a segment)."""
    if not isinstance(label_type, RegionType):
        return frozenset()
    return frozenset((*label_type.params.attributes, *getattr(label_type, "studio_parts", ())))


def content_of(control: Control, data: Mapping[str, Any], content: Content) -> Content:
    """What is known of the data field a control is about."""
    text = data.get(control.field)
    if isinstance(text, str) and (content.text is None or control.label_type.able.modalities == ("text",)):
        return msgspec.structs.replace(content, text=text)
    return content


def results_of_labels(
    schema: LabelSchema, labels: Mapping[str, Any], content: Content, *, data: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """A canonical annotation as result items, in the schema's order; with a task's `data`, each control's text is that
    of its field."""
    results: list[dict[str, Any]] = []
    for control in schema.controls:
        if control.name in labels:
            about = content if data is None else content_of(control, data, content)
            try:
                results.extend(
                    control.label_type.to_label_studio(labels[control.name], control.name, control.object_name, about)
                )
            except LabelValueError as problem:
                raise moved(problem, "value", control.name) from problem
    return results


def task_of(
    schema: LabelSchema,
    data: Mapping[str, Any],
    labels: Mapping[str, Any] | None,
    content: Content,
    *,
    model_version: str | None = None,
    score: float | None = None,
) -> dict[str, Any]:
    """A task as Label Studio imports it: with an annotation, or with a prediction when a model is named.

    `data` must hold every field of the schema (the text itself, or the address of the medium).
    """
    task: dict[str, Any] = {"data": dict(data)}
    if labels is None:
        return task
    results = results_of_labels(schema, labels, content)
    if model_version is None:
        return {**task, "annotations": [{"result": results, "was_cancelled": False, "ground_truth": False}]}
    prediction: dict[str, Any] = {"model_version": model_version, "result": results}
    return {**task, "predictions": [prediction if score is None else {**prediction, "score": score}]}
