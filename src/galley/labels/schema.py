"""The label schema: which controls people and models answer, and what an annotation must look like.

A schema is written as YAML (or read from a Label Studio config), has one canonical dictionary form that is hashed and
stored in versions, and is the only door to labels: `labels_check`, `record_distance` and `merge_labels` see whole
annotations `{control: value}` and ask each control's label type for the rest.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec

from galley.kernel.canonical import canonical_json, digest_of
from galley.kernel.errors import invariant
from galley.kernel.extension import make
from galley.labels.choices import Title, nearest
from galley.labels.conditions import Condition, Conditions
from galley.labels.errors import (
    ControlHiddenError,
    ControlMissingError,
    ControlUnknownError,
    LabelReferenceError,
    LabelShapeError,
    LabelValueError,
    moved,
)
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.shape import json_kind
from galley.labels.voting import Vote, medoid, total, votes_of

__all__ = [
    "SCHEMA_FORMAT",
    "Checker",
    "Control",
    "LabelSchema",
    "Labels",
    "check_complete",
    "compiled",
    "labels_bytes",
    "labels_check",
    "merge_labels",
    "plain",
    "record_distance",
    "schema_dict",
    "schema_digest",
    "schema_from_dict",
]

SCHEMA_FORMAT: Final = "galley-labels/1"
"""Names the canonical dictionary form; raised when its meaning changes."""

Labels = dict[str, Value]
"""One annotation: the canonical value of each control that was answered."""


class Control(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One question of a schema: a label type with its options."""

    name: str  # unique in the schema; the key of its value in an annotation
    type: str  # label type as name@version
    title: Title | None = None  # what people read; None: the name
    required: bool = True
    field: str = "text"  # the data field it is about (a Label Studio task's data key)
    target: str = ""  # Label Studio's name of the object tag when it is not the field's name
    options: dict[str, Any] = {}  # the label type's parameters, filled
    when: Condition | None = None  # canonical: the control is hidden where this does not hold; None: always asked

    @cached_property
    def label_type(self) -> LabelType[Any]:
        """The label type with this control's options."""
        found = make("label_type", self.type, self.options)
        invariant(isinstance(found, LabelType), "a label_type entry point names a LabelType", type=self.type)
        found.field = self.field  # type: ignore[attr-defined]
        return found  # type: ignore[return-value]

    @property
    def object_name(self) -> str:
        """The `to_name` of its Label Studio results."""
        return self.target or self.field

    def says(self, language: str) -> str:
        """The title in one language."""
        if self.title is None:
            return self.name
        return self.title.zh if language == "zh" else self.title.en


class LabelSchema(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All controls of a line, in the order people see them."""

    controls: tuple[Control, ...]
    name: str = ""
    title: Title | None = None

    @cached_property
    def by_name(self) -> dict[str, Control]:
        """The controls by name."""
        return {control.name: control for control in self.controls}

    @cached_property
    def conditions(self) -> Conditions:
        """The conditions of its controls."""
        return Conditions({control.name: control.when for control in self.controls})

    @cached_property
    def checker(self) -> "Checker":
        """The schema compiled for the hot path."""
        return Checker(self)

    def control(self, name: str) -> Control:
        """One control; raises ControlUnknownError with the nearest name."""
        found = self.by_name.get(name)
        if found is None:
            raise ControlUnknownError(place=name, suggestion=nearest(name, self.by_name))
        return found

    def of_type(self, name: str) -> tuple[Control, ...]:
        """The controls of one label type, in order."""
        return tuple(control for control in self.controls if control.type.partition("@")[0] == name)


# --- Canonical form ----------------------------------------------------------------------------------------------


def schema_dict(schema: LabelSchema) -> dict[str, Any]:
    """The schema as plain data: complete, the same for the same meaning; what versions store and hash."""
    head: dict[str, Any] = {"format": SCHEMA_FORMAT, "name": schema.name}
    if schema.title is not None:
        head["title"] = msgspec.to_builtins(schema.title)
    return {**head, "controls": [_control_dict(control) for control in schema.controls]}


def plain(value: Any) -> Any:
    """A struct as JSON data: lists, never tuples, so that it equals what a JSON reader returns."""
    return msgspec.json.decode(msgspec.json.encode(value))


def _control_dict(control: Control) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": control.name,
        "type": control.type,
        "required": control.required,
        "field": control.field,
        "options": plain(control.label_type.params),
    }
    if control.title is not None:
        data["title"] = msgspec.to_builtins(control.title)
    if control.target:
        data["target"] = control.target
    if control.when is not None:
        data["when"] = control.when
    return data


def schema_digest(schema: LabelSchema) -> str:
    """SHA-256 (hex) of the canonical form."""
    return digest_of(schema_dict(schema))


def schema_from_dict(data: Mapping[str, Any]) -> LabelSchema:
    """The schema of a canonical dictionary, with everything checked again; raises SchemaError."""
    from galley.labels.schema_text import schema_of_data  # noqa: PLC0415  # the parser builds on this module

    return schema_of_data(data)


# --- Annotations -------------------------------------------------------------------------------------------------


def labels_check(schema: LabelSchema, raw: Any, content: Content) -> Labels:
    """The annotation in canonical form, in the schema's order; raises LabelValueError saying what is wrong where.

    Every key must be a control, every required control must be answered (an empty list is an answer where the type has
    one), a control whose condition fails must not be, and what points into another control must find its target there.
    """
    if not isinstance(raw, Mapping):
        raise LabelShapeError(place="labels", expected="object {control: value}", found=json_kind(raw))
    for name in raw:
        schema.control(str(name))
    labels: Labels = {}
    for control in schema.controls:
        if raw.get(control.name) is not None:
            try:
                labels[control.name] = control.label_type.check(raw[control.name], content)
            except LabelValueError as problem:
                raise moved(problem, "value", control.name) from problem
    check_complete(schema, labels)
    return labels


class Checker:
    """`labels_check` compiled once for a schema: the same results and the same errors, several times as fast.

    What is right goes through closures that name no places; only what they refuse is walked again for its exact error.
    """

    def __init__(self, schema: LabelSchema) -> None:
        self._schema = schema
        # Whether a control with a condition is required shows only when the others are read.
        self._controls = tuple(
            (control.name, control.label_type.compiled(), control.required and control.when is None)
            for control in schema.controls
        )
        self._conditional = bool(schema.conditions)
        self._pointing = any(control.label_type.refers_to for control in schema.controls)

    def check(self, raw: Any, content: Content) -> Labels:
        """The annotation in canonical form, in the schema's order; raises what `labels_check` raises."""
        labels = self._quick(raw, content) if type(raw) is dict else None
        return labels_check(self._schema, raw, content) if labels is None else labels

    def _quick(self, raw: dict[str, Any], content: Content) -> Labels | None:
        labels: Labels = {}
        known = 0
        try:
            for name, check, required in self._controls:
                value = raw.get(name)
                if value is not None:
                    labels[name] = check(value, content)
                elif required:
                    return None
                elif name not in raw:
                    continue
                known += 1
            if known != len(raw):
                return None
            if self._conditional:
                _check_asked(self._schema, labels)
            if self._pointing:
                _check_references(self._schema, labels)
        except LabelValueError:
            return None
        return labels


def compiled(schema: LabelSchema) -> Checker:
    """The schema's checker, made at first use and kept with it."""
    return schema.checker


def check_complete(schema: LabelSchema, labels: Mapping[str, Value]) -> None:
    """Refuse an annotation of canonical values that leaves a required control out, answers one that is not asked, or
    points at what is not there."""
    _check_asked(schema, labels)
    _check_references(schema, labels)


def _check_asked(schema: LabelSchema, labels: Mapping[str, Value]) -> None:
    hidden = schema.conditions.hidden(labels)
    for control in schema.controls:
        if control.name in hidden and control.name in labels:
            raise ControlHiddenError(place=control.name)
        if control.required and control.name not in labels and control.name not in hidden:
            raise ControlMissingError(place=control.name)


def _check_references(schema: LabelSchema, labels: Mapping[str, Value]) -> None:
    for control in schema.controls:
        if control.name not in labels or not control.label_type.refers_to:
            continue
        for place in control.label_type.dangling(labels[control.name], labels):
            raise LabelReferenceError(place=f"{control.name}[{place}]", control=", ".join(control.label_type.refers_to))


def _answer(control: Control, labels: Mapping[str, Value]) -> Value | None:
    return labels.get(control.name, control.label_type.empty)


def record_distance(schema: LabelSchema, left: Mapping[str, Value], right: Mapping[str, Value]) -> float:
    """How far two canonical annotations of one record are apart: the mean of the distances of their controls.

    A control that neither answered is left out; one that only one of them answered counts 1, except that where the type
    has an empty answer (no spans, no boxes) not answering means that. A control that was not asked of one of them (its
    condition failed) is left out too: they differ in what the condition is about, and that counts. 0 when nothing is
    left to compare.
    """
    unasked = schema.conditions.hidden(left) | schema.conditions.hidden(right)
    distances: list[float] = []
    for control in schema.controls:
        if control.name in unasked or (control.name not in left and control.name not in right):
            continue
        mine, yours = _answer(control, left), _answer(control, right)
        distances.append(1.0 if mine is None or yours is None else control.label_type.distance(mine, yours))
    return sum(distances) / len(distances) if distances else 0.0


def merge_labels(schema: LabelSchema, several: Sequence[Mapping[str, Value]], weights: Sequence[float]) -> Labels:
    """The consensus of several canonical annotations of one record; independent of their order; unanimous ones come out
    as they are. A control that more than half of the weight left out is left out; relations whose span lost its vote go
    with it.

    Conditions hold in the consensus: controls are merged after those they depend on, by the people who were asked, and
    not at all where the consensus so far hides them. Where the elected answers call for one that nobody gave, the
    consensus is the most typical annotation.
    """
    votes = votes_of([dict(labels) for labels in several], weights)
    if not schema.conditions:
        merged = _merged(schema.controls, votes, {})
    else:
        merged = {}
        for control in sorted(schema.controls, key=lambda control: schema.conditions.depth(control.name)):
            if control.name not in schema.conditions.hidden(merged):
                asked = [vote for vote in votes if control.name not in schema.conditions.hidden(vote[0])]
                merged = _merged((control,), asked, merged)
    for control in schema.controls:
        if control.name in merged and control.label_type.refers_to:
            gone = set(control.label_type.dangling(merged[control.name], merged))
            merged[control.name] = [item for place, item in enumerate(merged[control.name]) if place not in gone]
    if schema.conditions and not _asked_rightly(schema, merged):
        return dict(medoid(votes, lambda left, right: record_distance(schema, left, right)))
    return {control.name: merged[control.name] for control in schema.controls if control.name in merged}


def _merged(controls: Sequence[Control], votes: Sequence[Vote], before: Labels) -> Labels:
    """The labels before with the consensus about some controls."""
    merged = dict(before)
    for control in controls:
        answered = [(labels[control.name], weight) for labels, weight in votes if control.name in labels]
        silent = total(vote for vote in votes if control.name not in vote[0])
        if not answered or (not control.required and silent > total(answered)):
            continue
        values, shares = zip(*answered, strict=True)
        merged[control.name] = control.label_type.merge(values, shares)
    return merged


def _asked_rightly(schema: LabelSchema, labels: Labels) -> bool:
    try:
        _check_asked(schema, labels)
    except LabelValueError:
        return False
    return True


def labels_bytes(labels: Mapping[str, Value]) -> bytes:
    """The annotation as canonical JSON, as the labels column holds it."""
    return canonical_json(dict(labels))
