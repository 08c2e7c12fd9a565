"""The contract every label type keeps, built in or third-party: a battery of laws over sample values.

Give it a few raw values of one control (ideally generated: `hypothesis` strategies for the built-in types are in the
project's tests); it raises LabelContractError naming the broken law and the values that break it.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from galley.kernel.canonical import canonical_json
from galley.kernel.extension import find, params_schema
from galley.labels.errors import LabelValueError
from galley.labels.label_type import Content, LabelType, Value

__all__ = ["HOSTILE_VALUES", "Beside", "LabelContractError", "check_declaration", "check_label_type"]

Beside = Mapping[str, tuple[LabelType[Any], Value]]
"""For a type that refers to other controls: those controls' types and raw values, by control name."""

HOSTILE_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**400,
    math.nan,
    math.inf,
    "",
    "\ud800",
    "no such label",
    [],
    [[]],
    [None],
    [{}],
    ["no such label"],
    {},
    {"label": "no such label"},
    [{"label": None, "start": -1, "end": 1e400, "x": "1", "points": [[0]]}],
    [[["a"]]],
    [{"points": [[0, 0]] * 3, "x": 0, "y": 0, "width": -1, "height": math.nan, "label": {}}],
    b"bytes",
)
"""What hostile or broken clients send; `check` must refuse each with a LabelValueError or make it canonical."""


class LabelContractError(AssertionError):
    """A label type breaks a law."""


def check_declaration(name: str) -> None:
    """The declaration of an installed label type: bilingual summary, a version, a JSON schema of its options."""
    found = find("label_type", name)
    _hold(issubclass(found, LabelType), "a label type is a LabelType", name)
    _hold(found.name == name, "it is registered under its own name", name, found.name)
    _hold(found.version >= 1, "its version is at least 1", name)
    _hold(bool(found.summary.en and found.summary.zh), "its summary speaks both languages", name)
    _hold(bool(params_schema(found)), "its options have a JSON schema", name)


def check_label_type(
    label_type: LabelType[Any], raw_values: Sequence[Value], content: Content, beside: Beside | None = None
) -> None:
    """Every law of a label type over raw values that it must accept about that content."""
    values = [label_type.check(raw, content) for raw in raw_values]
    for raw, value in zip(raw_values, values, strict=True):
        _hold(_same(label_type.check(value, content), value), "check accepts its own result unchanged", raw, value)
        _hold(len(canonical_json(value)) > 0, "a value is plain JSON data", value)
    if label_type.empty is not None:
        _hold(label_type.distance(label_type.empty, label_type.empty) == 0, "two empty answers agree")
    for raw in HOSTILE_VALUES:
        _refuses_or_accepts(label_type, raw, content)
    _check_distance(label_type, values)
    _check_merge(label_type, values, content)
    _check_label_studio(label_type, values, content, beside or {})
    _check_arrow(label_type, values)


def _refuses_or_accepts(label_type: LabelType[Any], raw: Value, content: Content) -> None:
    try:
        value = label_type.check(raw, content)
    except LabelValueError as problem:
        place = str(problem.facts.get("place", ""))
        _hold(place.startswith("value"), "an error says where in the value it is", raw, place)
        _hold(problem.message("en") != problem.message("zh"), "an error speaks both languages", raw)
        return
    _hold(_same(label_type.check(value, content), value), "check accepts its own result unchanged", raw, value)


def _check_distance(label_type: LabelType[Any], values: Sequence[Value]) -> None:
    for left, right in itertools.product(values, repeat=2):
        apart = label_type.distance(left, right)
        _hold(0.0 <= apart <= 1.0, "a distance is a number in [0, 1]", left, right, apart)
        _hold(apart == label_type.distance(right, left), "distance is symmetric", left, right)
        if _same(left, right):
            _hold(apart == 0.0, "equal values are at distance 0", left)


def _check_merge(label_type: LabelType[Any], values: Sequence[Value], content: Content) -> None:
    for value in values:
        for weights in ([1.0], [0.5, 3.0, 1.0], [0.0, 0.0]):
            merged = label_type.merge([value] * len(weights), weights)
            _hold(_same(merged, value), "unanimous values come out as they are", value, merged)
    shares = [1.0 + (place * 7) % 5 / 4 for place in range(len(values))]
    for weights in ([1.0] * len(values), shares, [0.0] * len(values)):
        pairs = list(zip(values, weights, strict=True))
        merged = _merged(label_type, pairs)
        _hold(_same(label_type.check(merged, content), merged), "what merge makes is a canonical value", values, merged)
        for order in (pairs[::-1], pairs[1:] + pairs[:1], sorted(pairs, key=lambda pair: canonical_json(pair[0]))):
            again = _merged(label_type, order)
            _hold(_same(again, merged), "merge does not depend on the order", values, weights, merged, again)
    if len(values) > 1:
        heavy = label_type.merge(values, [100.0 * len(values)] + [1.0] * (len(values) - 1))
        near = label_type.distance(heavy, values[0])
        _hold(
            near <= label_type.distance(values[0], values[1]) or near < 0.5, "merge follows the weight", values, heavy
        )


def _merged(label_type: LabelType[Any], pairs: Sequence[tuple[Value, float]]) -> Value:
    return label_type.merge([value for value, _ in pairs], [weight for _, weight in pairs])


def _check_label_studio(label_type: LabelType[Any], values: Sequence[Value], content: Content, beside: Beside) -> None:
    around = [
        result
        for control, (other, raw) in beside.items()
        for result in other.to_label_studio(other.check(raw, content), control, "content", content)
    ]
    for value in values:
        results = label_type.to_label_studio(value, "control", "content", content)
        _hold(
            results == label_type.to_label_studio(value, "control", "content", content), "exports are repeatable", value
        )
        regions = {(str(r.get("id", place)), r.get("from_name")) for place, r in enumerate(results)}
        _hold(len(regions) == len(results), "no two result items of one control share an id", value)
        if not results and _same(value, label_type.empty):
            continue
        back = label_type.from_label_studio([*around, *results], content)
        _hold(_same(back, value), "Label Studio gives back what it was given", value, back)


def _check_arrow(label_type: LabelType[Any], values: Sequence[Value]) -> None:
    column = [label_type.to_arrow(value) for value in values]
    array = pa.array(column, type=label_type.arrow_type())
    array.validate(full=True)
    _hold(_same(array.to_pylist(), column), "a column holds every value", column)


def _same(left: Any, right: Any) -> bool:
    return bool(left == right)


def _hold(condition: bool, law: str, *evidence: object) -> None:
    if not condition:
        raise LabelContractError(f"{law}: {', '.join(map(repr, evidence))}"[:2000])
