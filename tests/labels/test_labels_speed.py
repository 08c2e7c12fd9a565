"""The compiled ways through labels: the same as the plain ones, at a number of Python calls that is counted."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from galley.kernel.errors import GalleyError
from galley.labels.label_studio_blocks import BlockAnswer, BlockTask, TaskWriter
from galley.labels.label_studio_json import task_of
from galley.labels.label_type import Content
from galley.labels.region_ids import region_id
from galley.labels.schema import compiled, labels_check
from galley.labels.schema_text import schema_from_yaml
from galley.testing import label_values
from galley.testing.label_contract import HOSTILE_VALUES

SCHEMA = schema_from_yaml("""
controls:
  - {name: kind, type: classify, choices: [street, field]}
  - {name: tags, type: classify, mode: multi, choices: [a, b, c], required: false}
  - {name: boxes, type: box, labels: [cat, dog], attributes: {hidden: ["yes", "no"], remark: []}, required: false}
  - {name: upright, type: box, rotation: false, outside: clip, required: false}
  - {name: shapes, type: polygon, labels: [cat, dog], required: false}
  - {name: dots, type: keypoint, labels: [cat, dog], attributes: {hidden: ["yes", "no"]}, max: 3, required: false}
  - {name: spans, type: span, labels: [cat, dog], required: false}
  - {name: nested, type: span, labels: [cat, dog], overlap: nested, required: false}
  - {name: links, type: relation, spans: spans, labels: [owns, likes], required: false}
  - {name: said, type: transcript, required: false}
""")
CONTENTS = [Content(text=label_values.TEXT, width=640, height=480), Content(), Content(text="", width=0, height=0)]

numbers = st.one_of(
    st.integers(-2, 700), st.floats(-1, 700), st.sampled_from([True, None, "1", 10**400, float("nan"), -0.0, 639.9996])
)
rough_items = st.fixed_dictionaries(
    {},
    optional={
        "x": numbers, "y": numbers, "width": numbers, "height": numbers, "rotation": numbers,
        "start": st.integers(-1, 20), "end": st.integers(-1, 20), "text": st.just("中"),
        "points": st.lists(st.lists(numbers, min_size=1, max_size=3), max_size=5),
        "label": st.sampled_from(["cat", "dog", "cow", "", None]),
        "attributes": st.sampled_from([{}, None, {"hidden": "yes"}, {"hidden": "maybe"}, {"remark": "x"}, 3]),
        "other": st.just(1),
    },
)  # fmt: skip
good = {
    "kind": st.sampled_from(["street", "field"]), "tags": st.lists(st.sampled_from("abc"), unique=True),
    "boxes": st.one_of(label_values.boxes, label_values.turned_boxes), "upright": label_values.boxes,
    "shapes": label_values.polygons, "dots": label_values.keypoints, "spans": st.one_of(label_values.spans, st.just(label_values.SPANS)),
    "nested": st.one_of(label_values.spans, label_values.flat_spans), "links": label_values.links, "said": label_values.phrases,
}  # fmt: skip
rough: st.SearchStrategy[Any] = st.one_of(st.sampled_from(HOSTILE_VALUES), st.lists(rough_items, max_size=3))
answers = st.one_of(
    st.fixed_dictionaries({"kind": good["kind"]}, optional={name: good[name] for name in good if name != "kind"}),
    st.fixed_dictionaries({}, optional={name: st.one_of(good[name], rough) for name in good} | {"nobody": rough}),
    rough,
)


def _outcome(check: Callable[[Any, Content], Any], raw: Any, content: Content) -> Any:
    try:
        # As JSON text: 1 and 1.0 are equal, and are not the same answer.
        return json.dumps(check(raw, content))
    except GalleyError as problem:
        return type(problem), problem.message()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(answers, st.sampled_from(CONTENTS))
def test_a_compiled_schema_says_what_the_schema_says(raw: Any, content: Content) -> None:
    plain = _outcome(lambda raw, content: labels_check(SCHEMA, raw, content), raw, content)
    assert _outcome(compiled(SCHEMA).check, raw, content) == plain


def test_a_checker_is_made_once() -> None:
    assert compiled(SCHEMA) is compiled(SCHEMA)


def _calls(work: Callable[[], Any]) -> int:
    """Python functions entered."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count - 1  # `work` itself


@pytest.mark.parametrize(
    ("control", "body", "most"),
    [
        ("{name: c, type: classify, choices: [a, b]}", "a", 4),
        ("{name: c, type: box, labels: [a]}", [{"x": at, "y": 1.5, "width": 2, "height": 3, "label": "a"} for at in range(100)], 9 + 4 * 100),
        ("{name: c, type: span, labels: [a]}", [{"start": at, "end": at + 1, "label": "a"} for at in range(100)], 9 + 5 * 100),
        ("{name: c, type: keypoint, labels: [a]}", [{"x": at, "y": 1, "label": "a"} for at in range(100)], 9 + 4 * 100),
    ],
)  # fmt: skip
def test_checking_costs_a_few_calls_an_item(control: str, body: Any, most: int) -> None:
    schema = schema_from_yaml(f"controls:\n  - {control}\n")
    checker, content = compiled(schema), Content(text="x" * 200, width=640, height=480)
    assert checker.check({"c": body}, content) == labels_check(schema, {"c": body}, content)
    assert _calls(lambda: checker.check({"c": body}, content)) <= most


@pytest.mark.parametrize(
    ("control", "item", "occurrence", "known"),
    [
        ("kind", "street", 0, "25o2j5mids"),
        ("boxes", {"x": 1, "y": 2.5, "label": "cat"}, 0, "jxixcldeks"),
        ("boxes", {"x": 1.0, "y": 2.5, "label": "cat"}, 3, "4ozyznr3sm"),
        ("表", "田野", 0, "2ia2o5dkhq"),
    ],
)
def test_region_ids_are_those_of_what_was_released(control: str, item: Any, occurrence: int, known: str) -> None:
    """They are in exports people hold: they never change."""
    assert region_id(control, item, occurrence) == known


# --- Blocks -----------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.fixed_dictionaries(good), st.booleans())
def test_a_block_says_what_single_tasks_say(raw: dict[str, Any], machine: bool) -> None:
    content = CONTENTS[0]
    raw = {**raw, "spans": label_values.SPANS, "nested": [], "boxes": [], "upright": [], "dots": raw["dots"][:3]}
    labels = labels_check(SCHEMA, raw, content)
    data = {"text": label_values.TEXT, "image": "a.jpg"}
    answer = BlockAnswer(json.dumps(labels), '"id":7', machine)
    writer = TaskWriter(SCHEMA)
    block = writer.block([BlockTask(1, json.dumps(data), [answer], '"inner_id":4', (640, 480))])
    assert writer.lost == []
    said = task_of(SCHEMA, data, labels, content)["annotations"][0]["result"]
    given = [{"id": 7, "result": said}]
    empty: list[Any] = []
    assert json.loads(block) == {
        "id": 1, "data": data, "inner_id": 4,
        "annotations": empty if machine else given, "predictions": given if machine else empty,
    }  # fmt: skip


def test_what_a_block_cannot_say_is_told() -> None:
    writer = TaskWriter(SCHEMA)
    body = json.dumps({"kind": "street", "dots": [{"x": 1.0, "y": 1.0, "label": "cat"}]})
    assert json.loads(writer.block([BlockTask(3, "{}", [BlockAnswer(body, "")])]))["annotations"] == []
    assert [(task, "width" in why) for task, why in writer.lost] == [(3, True)]


def test_classes_are_converted_once() -> None:
    schema = schema_from_yaml("controls:\n  - {name: topic, type: classify, choices: [a, b]}\n")
    tasks = [BlockTask(at, '{"text":"x"}', [BlockAnswer('{"topic":"' + "ab"[at % 2] + '"}', "")]) for at in range(2000)]
    writer = TaskWriter(schema)
    writer.block(tasks[:2])
    assert _calls(lambda: writer.block(tasks)) <= 3 * len(tasks)
