"""Label Studio: configs and tasks there and back, held against Label Studio's own SDK."""

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from galley.labels.errors import (
    ConfigEmptyError,
    ConfigHostileError,
    ConfigSyntaxError,
    LabelFileError,
    LabelFileSizeError,
)
from galley.labels.json_elements import json_elements
from galley.labels.label_studio_config import LOSSES, UNSUPPORTED, loss_of, read_config
from galley.labels.label_studio_json import read_tasks, results_of_labels, task_of
from galley.labels.label_studio_write import write_config
from galley.labels.label_type import Content
from galley.labels.schema import labels_check
from galley.labels.schema_text import schema_from_yaml, schema_yaml
from galley.testing import label_values

CONFIG = """\
<View>
  <Style>.x { color: red }</Style>
  <Header value="What is it?"/>
  <Image name="img" value="$photo"/>
  <Choices name="kind" toName="img" required="true">
    <Choice value="Street" alias="street" hotkey="s"/>
    <Choice value="Field"/>
  </Choices>
  <RectangleLabels name="boxes" toName="img" canRotate="false">
    <Label value="Car" background="#ff0000"/>
    <Label value="Sign" maxUsages="3"/>
  </RectangleLabels>
  <View visibleWhen="region-selected">
    <Choices name="hidden" toName="img" perRegion="true"><Choice value="yes"/><Choice value="no"/></Choices>
    <TextArea name="words" toName="img" perRegion="true" whenTagName="boxes"/>
  </View>
  <Text name="note" value="$caption"/>
  <Labels name="names" toName="note" required="true"><Label value="PER"/><Label value="LOC"/></Labels>
  <Relations><Relation value="in"/></Relations>
  <Taxonomy name="tree" toName="img"><Choice value="A"><Choice value="A1"/></Choice><Choice value="B"/></Taxonomy>
  <Rating name="stars" toName="img"/>
  <BrushLabels name="mask" toName="img"><Label value="Road"/></BrushLabels>
  <Choices name="live" toName="img" value="$options"/>
  <Nonsense name="x" toName="img"/>
</View>
"""


def test_a_config_becomes_a_schema_with_its_losses() -> None:
    read = read_config(CONFIG)
    kinds = {control.name: control.type.partition("@")[0] for control in read.schema.controls}
    assert kinds == {
        "kind": "classify", "boxes": "box", "names": "span", "relations": "relation", "tree": "classify",
        "stars": "rating", "mask": "mask",
    }  # fmt: skip
    kind, boxes = read.schema.control("kind"), read.schema.control("boxes")
    assert (kind.says("en"), kind.field, kind.target, kind.required) == ("What is it?", "photo", "img", True)
    assert kind.options["choices"][0] == {"value": "street", "title": {"en": "Street", "zh": "Street"}, "hotkey": "s"}
    assert boxes.options["attributes"] == {"hidden": ["yes", "no"], "words": []}
    assert boxes.options["rotation"] is False
    assert read.schema.control("names").options["min"] == 1
    found = [(loss.line, loss.code, loss.tag, loss.name) for loss in read.losses]
    assert found == [
        (11, "attribute", "Label", ""),
        (23, "dynamic", "Choices", "live"),
        (24, "unknown-tag", "Nonsense", "x"),
    ]
    assert "不支持" in loss_of(read.losses[1]).zh
    assert schema_from_yaml(schema_yaml(read.schema)) == read.schema


@pytest.mark.parametrize("tag", sorted(UNSUPPORTED))
def test_every_control_that_is_not_read_is_reported(tag: str) -> None:
    xml = f'<View><Image name="i" value="$i"/><Choices name="c" toName="i"><Choice value="a"/></Choices>\n<{tag} name="n" toName="i"><Label value="a"/></{tag}></View>'
    losses = read_config(xml).losses
    assert [(loss.code, loss.tag, loss.line) for loss in losses] == [("control", tag, 2)]


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ('<Video name="o" value="$o"/><Choices name="c" toName="o"><Choice value="a"/></Choices>', "object"),
        ('<Image name="o" value="$o"/><Labels name="l" toName="o"><Label value="a"/></Labels><TextArea name="t" toName="o"/>', "control"),
        ('<Text name="o" value="$o"/><TextArea name="t" toName="o" perItem="true"/><TextArea name="u" toName="o"/>', "per-item"),
        ('<Text name="o" value="$o"/><Rectangle name="r" toName="o"/><TextArea name="u" toName="o"/>', "control"),
        ('<Text name="o" value="$o"/><TextArea name="t" toName="p"/><TextArea name="u" toName="o"/>', "no-object"),
        ('<Text name="o" value="$o"/><TextArea name="t" toName="o"/><Relations/>', "relations"),
        ('<Text name="o" value="$o"/><TextArea name="t" toName="o" maxSubmissions="3"/>', "attribute"),
        ('<Text name="o" value="$o"/><TextArea name="t" toName="o"/><Repeater on="$x" indexFlag="{i}"/>', "repeat"),
        ('<Text name="o" value="$o"/><TextArea name="t" toName="o"/><Choices name="t" toName="o"><Choice value="a"/></Choices>', "refused"),
        ('<Image name="o" value="$o"/><RectangleLabels name="r" toName="o"><Label value="a"/></RectangleLabels><Taxonomy name="q" toName="o" perRegion="true"><Choice value="a"/></Taxonomy>', "per-region"),
    ],
)  # fmt: skip
def test_losses_by_kind(xml: str, code: str) -> None:
    read = read_config(f"<View>{xml}</View>")
    assert [loss.code for loss in read.losses] == [code]
    assert LOSSES[code].zh


def test_hostile_and_broken_configs_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x "ha">]><View><Header value="&x;"/></View>'
    for xml in (bomb, '<!DOCTYPE a SYSTEM "file:///etc/passwd"><View/>', "<View>" * 100, "<View>" + "<a/>" * 300_000):
        with pytest.raises(ConfigHostileError):
            read_config(xml)
    with pytest.raises(ConfigSyntaxError) as caught:
        read_config("<View>\n<Choices></View>")
    assert caught.value.facts["line"] == 2
    with pytest.raises(ConfigEmptyError):
        read_config('<View><Image name="i" value="$i"/><MagicWand name="b" toName="i"/></View>')


SCHEMA = schema_from_yaml("""
controls:
  - {name: kind, type: classify, field: image, choices: [street, {value: field, title: {en: Field, zh: 田野}}]}
  - {name: tags, type: classify, mode: multi, field: image, choices: [a, b, c]}
  - {name: tree, type: classify, mode: hierarchical, field: image, choices: [{value: A, children: [A1]}, B]}
  - {name: boxes, type: box, labels: [cat, dog], attributes: {hidden: ["yes", "no"], remark: []}}
  - {name: shapes, type: polygon, labels: [cat, dog]}
  - {name: bare, type: polygon}
  - {name: dots, type: keypoint, labels: [cat, dog], attributes: {hidden: ["yes", "no"]}}
  - {name: spans, type: span, labels: [cat, dog]}
  - {name: links, type: relation, spans: spans, labels: [owns, likes]}
  - {name: note, type: text, required: false}
""")
CONTENT = Content(text=label_values.TEXT, width=640, height=480)
DATA = {"image": "https://example.org/1.jpg", "text": label_values.TEXT}

annotations = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["street", "field"]),
        "tags": st.lists(st.sampled_from("abc"), unique=True),
        "tree": st.lists(st.sampled_from([["A"], ["A", "A1"], ["B"]]), unique_by=tuple),
        "boxes": label_values.boxes,
        "shapes": label_values.polygons,
        "bare": st.just([{"points": [[1, 1], [9, 1], [9, 9.5]]}]),
        "dots": label_values.keypoints,
        "spans": st.just(label_values.SPANS),
        "links": label_values.links,
        "note": st.sampled_from(["a\nb", "好"]),
    }
)


def _keep_inside(labels: dict[str, Any]) -> dict[str, Any]:
    boxes = [{**box, "x": box["x"] / 2, "width": min(box["width"], 400.0)} for box in labels["boxes"]]
    return {**labels, "boxes": boxes}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(annotations)
def test_tasks_there_and_back(raw: dict[str, Any]) -> None:
    labels = labels_check(SCHEMA, _keep_inside(raw), CONTENT)
    task = task_of(SCHEMA, DATA, labels, CONTENT)
    data = json.dumps([task, task_of(SCHEMA, DATA, labels, CONTENT, model_version="m1", score=0.5)]).encode()
    first, second = read_tasks(io.BytesIO(data), SCHEMA)
    assert first.problems == ()
    assert first.answers[0].problems == ()
    assert first.answers[0].labels == labels
    assert (second.answers[0].machine, second.answers[0].score, second.answers[0].labeler) == (True, 0.5, "m1")
    assert second.answers[0].labels == labels


def test_config_round_trip() -> None:
    written = write_config(SCHEMA)
    assert written.losses == ()
    again = read_config(written.xml)
    assert again.losses == ()
    # The two languages of a title share Label Studio's one caption; nothing else changes.
    plain = schema_yaml(SCHEMA).replace("en: Field\n", "en: Field / 田野\n").replace("zh: 田野\n", "zh: Field / 田野\n")
    assert again.schema == schema_from_yaml(plain)
    assert write_config(again.schema).xml == written.xml


def test_options_a_config_cannot_say_are_losses() -> None:
    schema = schema_from_yaml(
        "controls:\n  - {name: s, type: span, labels: [a], overlap: none, max: 3}\n  - {name: t, type: transcript, erhua: drop}\n"
    )
    losses = write_config(schema).losses
    assert [(loss.name, loss.detail) for loss in losses] == [
        ("s", "max: 3"),
        ("s", "overlap: none"),
        ("t", "erhua: drop"),
    ]


def test_label_studios_own_sdk_accepts_what_is_written() -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface
    sdk = interface(write_config(SCHEMA).xml)
    sdk.validate()
    labels = labels_check(
        SCHEMA,
        {
            "kind": "field", "tags": ["a", "c"], "tree": [["A", "A1"]],
            "boxes": [{"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 30, "label": "cat", "attributes": {"hidden": "no", "remark": "ok"}}],
            "shapes": [{"points": [[1, 1], [9, 1], [9, 9.5]], "label": "dog"}], "bare": [],
            "dots": [{"x": 1, "y": 2, "label": "dog"}], "spans": label_values.SPANS,
            "links": [{"head": label_values.SPANS[0], "tail": label_values.SPANS[1], "label": "owns"}], "note": "hello",
        },
        CONTENT,
    )  # fmt: skip
    results = results_of_labels(SCHEMA, labels, CONTENT)
    problems = sdk.validate_prediction({"result": results, "model_version": "m", "score": 0.5}, return_errors=True)
    assert problems == []
    spoiled = [{**item, "from_name": "boxs"} for item in results[:1]]
    assert sdk.validate_prediction({"result": spoiled}, return_errors=True)


def test_one_bad_annotation_is_its_own_problem() -> None:
    schema = schema_from_yaml("controls:\n  - {name: kind, type: classify, choices: [a]}\n")

    def answer(word: str, name: str = "kind") -> dict[str, Any]:
        return {"result": [{"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [word]}}]}

    tasks = [
        {
            "id": 5,
            "data": {"text": "x"},
            "annotations": [answer("a"), answer("b"), 3, answer("a", "other"), {"result": 5}],
        },
        {"data": 3},
        {"text": "bare data"},
    ]
    text = json.dumps(tasks).replace('{"data": 3}', '\n{"data": 3},\n{"data": nul}')
    read = list(read_tasks(io.BytesIO(text.encode()), schema))
    assert [task.line for task in read] == [1, 2, 3, 3]
    answers = read[0].answers
    assert [one.labels for one in answers] == [{"kind": "a"}, None, None, None, None]
    assert [problem.code for one in answers for problem in one.problems] == [
        "GLY-LAB-003",
        "GLY-LAB-041",
        "GLY-LAB-011",
        "GLY-LAB-002",
    ]
    assert [problem.code for problem in read[1].problems] == ["GLY-LAB-041"]
    assert [problem.code for problem in read[2].problems] == ["GLY-LAB-040"]
    assert read[3].data == {"text": "bare data"}


# --- Splitting ---------------------------------------------------------------------------------------------------

plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(st.sampled_from('a\\"[]{},\n中😀'), max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(st.sampled_from('a"\\]'), max_size=3), inner, max_size=3)),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(st.dictionaries(st.just("v"), plain), max_size=4), st.sampled_from([1, 2, 3, 7, 1000]), st.booleans())
def test_elements_are_those_of_a_whole_parse(items: list[Any], chunk: int, pretty: bool) -> None:
    data = json.dumps(items, indent=1 if pretty else None, ensure_ascii=not pretty).encode()
    found = list(json_elements(io.BytesIO(data), "x", chunk))
    assert [json.loads(element.data) for element in found] == items
    assert [element.place for element in found] == list(range(len(items)))
    for element in found:
        assert element.data.split(b"\n")[0] in data.split(b"\n")[element.line - 1]


@pytest.mark.parametrize(
    "text",
    ["", " ", "[", "[{}", "[{},]", "[,{}]", "[{}{}]", "[1]", "[{}]x", "{}{}", "3", "[{}]]", "[]{}", "[{},,{}]", '[{"a":"}]', "]", "[}"],
)  # fmt: skip
@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_what_is_no_array_of_objects_is_refused(text: str, chunk: int) -> None:
    with pytest.raises(LabelFileError):
        list(json_elements(io.BytesIO(text.encode()), "x", chunk))


def test_depth_and_size_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LabelFileSizeError):
        list(json_elements(io.BytesIO(b"[" * 70), "x"))
    monkeypatch.setattr("galley.labels.json_elements.LINE_BYTES_MAX", 1000)
    with pytest.raises(LabelFileSizeError):
        list(json_elements(io.BytesIO(b'[{"a":"' + b"x" * 5000), "x", 100))
