"""Configurations of the shapes people start from in Label Studio: each becomes a schema, goes there and back, and an
example answer goes through.

The files in `studio_templates` are also what the web form's tests render.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from galley.labels.errors import ConfigEmptyError
from galley.labels.label_studio_config import loss_of, read_config
from galley.labels.label_studio_json import labels_of_results, results_of_labels
from galley.labels.label_studio_write import write_config
from galley.labels.label_type import Content
from galley.labels.schema import labels_check, schema_dict, schema_from_dict
from galley.labels.schema_text import schema_from_yaml, schema_yaml

FOLDER = Path(__file__).parent / "studio_templates"
TEXT = "Ada met Grace in Paris"
ADA = {"start": 0, "end": 3}
GRACE = {"start": 8, "end": 13}
MESSAGES = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
DATA: Final[dict[str, Any]] = {
    "text": TEXT, "image": "a.png", "audio": "a.wav", "messages": MESSAGES, "prompt": "Say", "answer1": "x",
    "answer2": "y", "responses": [{"id": "a", "content": "x"}, {"id": "b", "content": "y"}],
}  # fmt: skip
CONTENT = Content(text=TEXT, width=640, height=480, data=DATA)
SQUARE = [[1, 1], [9, 1], [9, 9]]


def _said(place: int, name: str, words: Any) -> dict[str, Any]:
    """The messages with one label on one of them."""
    messages: list[dict[str, Any]] = [dict(message) for message in MESSAGES]
    messages[place]["labels"] = {name: words}
    return {"messages": messages}


BOX = {"x": 10, "y": 20, "width": 30, "height": 40}
TEMPLATES: Final[dict[str, tuple[str, str, dict[str, Any]]]] = {
    "speech-in-segments": ("kind=segment", "", {"kind": [{"start": 0, "end": 1.5, "label": "Talk", "text": "hello"}]}),
    "speech-recognition": ("said=transcript", "", {"said": "hello"}),
    "conversation-mood": ("mood=dialogue", "", {"mood": _said(1, "mood", ["Glad"])}),
    "spoken-intent": ("who=segment", "", {"who": [{"start": 0, "end": 1, "label": "Caller", "attributes": {"wish": "Order"}}]}),
    "sound-quality": ("clear=rating", "", {"clear": 7}),
    "sound-events": ("event=segment", "", {"event": [{"start": 0, "end": 1, "label": "Bell"}]}),
    "speakers": ("voice=segment", "", {"voice": [{"start": 0, "end": 1, "label": "First"}, {"start": 1, "end": 2, "label": "Second"}]}),
    "image-caption": ("caption=text", "", {"caption": "A bird"}),
    "image-class": ("scene=classify", "", {"scene": "Indoors"}),
    "keypoints": ("spots=keypoint", "", {"spots": [{"x": 1, "y": 2, "label": "Eye"}]}),
    "boxes": ("things=box", "", {"things": [{**BOX, "label": "Bus"}]}),
    "turned-boxes": ("ships=rotated_box", "", {"ships": [{"cx": 50, "cy": 60, "width": 30, "height": 20, "angle": 30, "label": "Tug"}]}),
    "ellipses": ("cells=ellipse", "", {"cells": [{"cx": 50, "cy": 60, "rx": 10, "ry": 5, "angle": 0, "label": "Long"}]}),
    "outlines": ("shapes=polygon", "", {"shapes": [{"points": SQUARE, "label": "Roof"}]}),
    "masks": ("areas=mask", "", {"areas": []}),
    "interactive-masks": ("areas=mask hint=keypoint frame=box", "", {"areas": [], "hint": [{"x": 1, "y": 1, "label": "Leaf"}], "frame": []}),
    "written-words": ("frame=box outline=polygon", "", {"frame": [{**BOX, "attributes": {"script": "Printed", "words": "Total"}}], "outline": []}),
    "receipts": ("fields=box", "", {"fields": [{**BOX, "label": "Any", "attributes": {"words": "9.50"}}]}),
    "visual-question": ("reply=text", "", {"reply": "two"}),
    "mammogram": ("grade=classify signs=classify notes=text", "no-object no-object no-object", {"grade": "1", "signs": ["Mass"], "notes": "none"}),
    "coreference": ("mentions=span relations=relation", "", {"mentions": [{**ADA, "label": "Name"}, {**GRACE, "label": "Name"}], "relations": [{"head": {**ADA, "label": "Name"}, "tail": {**GRACE, "label": "Name"}, "label": "same as"}]}),
    "intent-and-slots": ("slots=dialogue intent=classify", "message", {"slots": _said(0, "slots", ["Time"]), "intent": "Greet"}),
    "reply": ("answer=text", "", {"answer": "Sure"}),
    "reply-choice": ("best=classify", "", {"best": "First"}),
    "chat-review": ("talk=dialogue overall=rating remark=text", "", {"talk": _said(1, "relevant", "Very"), "overall": 4, "remark": "ok"}),
    "tuning": ("response=text", "", {"response": "def f(): ..."}),
    "preference": ("better=classify", "pairwise", {"better": "answer2"}),
    "assistant-review": ("overall=rating follows=classify", "", {"overall": 7, "follows": "Yes"}),
    "ranked-list": ("order=ranking", "", {"order": [["b"], ["a"]]}),
    "translation": ("target=text", "", {"target": "Hallo"}),
    "entities": ("names=span", "", {"names": [{**ADA, "label": "Person"}]}),
    "question-answer": ("answer=span", "", {"answer": [{**GRACE, "label": "Answer"}]}),
    "relations": ("names=span relations=relation", "", {"names": [{**ADA, "label": "Person"}, {**GRACE, "label": "Firm"}], "relations": [{"head": {**ADA, "label": "Person"}, "tail": {**GRACE, "label": "Firm"}, "label": "founded"}]}),
    "taxonomy": ("topic=classify", "", {"topic": [["Life", "Plants"], ["Stone"]]}),
    "text-class": ("mood=classify", "", {"mood": "Good"}),
    "summary": ("short=text", "", {"short": "They met."}),
    "similar-images": ("similar=classify", "repeated", {"similar": ["1"]}),
    "retrieval": ("fitting=classify", "", {"fitting": ["1", "2"]}),
    "metadata": ("key1=text value1=text", "", {"key1": "who", "value1": "Ada"}),
    "document-class": ("stars=rating kind=classify", "object", {"stars": 3, "kind": "Advert"}),
    "table-class": ("kind=classify", "object", {"kind": "Odd"}),
    "video-class": ("kind=classify", "object", {"kind": "News"}),
    "conditions": (
        "usable=classify reason=classify other=text names=span born=date count=number", "",
        {"usable": "No", "reason": "Other", "other": "torn", "names": [{**ADA, "label": "Person"}], "born": "1815-12-10"},
    ),
}  # fmt: skip
"""By file: controls and their types, the codes of losses, an answer."""


def _kinds(schema: Any) -> dict[str, str]:
    return {control.name: control.type.partition("@")[0] for control in schema.controls}


def test_every_file_has_its_example() -> None:
    assert {path.stem for path in FOLDER.glob("*.xml")} == set(TEMPLATES)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_template(name: str) -> None:
    kinds, losses, answer = TEMPLATES[name]
    read = read_config((FOLDER / f"{name}.xml").read_text(encoding="utf-8"))
    expected = dict(part.split("=") for part in kinds.split())
    assert _kinds(read.schema) == expected
    assert sorted(loss.code for loss in read.losses) == sorted(losses.split())
    assert all(loss_of(loss).zh for loss in read.losses)
    assert schema_from_yaml(schema_yaml(read.schema)) == read.schema
    assert schema_from_dict(json.loads(json.dumps(schema_dict(read.schema)))) == read.schema
    # There and back: what is written reads as the same schema, and the same text is written again.
    written = write_config(read.schema)
    assert [(loss.code, loss.name, loss.detail) for loss in written.losses] == []
    again = read_config(written.xml)
    assert schema_dict(again.schema) == schema_dict(read.schema)
    assert write_config(again.schema).xml == written.xml
    # An answer, as Label Studio's results and back.
    labels = labels_check(read.schema, answer, CONTENT)
    results = results_of_labels(read.schema, labels, CONTENT, data=DATA)
    back, left_out = labels_of_results(read.schema, results, DATA, CONTENT)
    assert left_out == ()
    assert back == labels


def test_conditions_of_a_config() -> None:
    schema = read_config((FOLDER / "conditions.xml").read_text(encoding="utf-8")).schema
    no = {"control": "usable", "is": ["No"]}
    assert {control.name: control.when for control in schema.controls} == {
        "usable": None, "reason": no, "other": {"all": [no, {"control": "reason", "is": ["Other"]}]}, "names": None,
        "born": {"control": "names", "is": ["Person"]}, "count": {"not": no},
    }  # fmt: skip


HEAD = (
    '<Text name="t" value="$t"/><Choices name="c" toName="t"><Choice value="a" alias="x"/><Choice value="b"/></Choices>'
)


@pytest.mark.parametrize(
    ("xml", "when", "losses"),
    [
        ('visibleWhen="choice-selected" whenTagName="c" whenChoiceValue="a,b"', {"control": "c", "is": ["b", "x"]}, []),
        ('visibleWhen="choice-selected" whenTagName="c"', {"control": "c", "answered": True}, []),
        ('whenTagName="c" whenChoiceValue="b"', {"control": "c", "is": ["b"]}, []),
        ('visibleWhen="choice-selected" whenTagName="c" whenChoiceValue="z"', None, ["condition"]),
        ('visibleWhen="choice-selected" whenTagName="d"', None, ["condition"]),
        ('visibleWhen="no-region-selected"', None, ["condition"]),
        ('visibleWhen="choice-selected" whenTagName="q"', None, ["condition"]),
    ],
)
def test_conditions_and_what_cannot_be_said(xml: str, when: Any, losses: list[str]) -> None:
    read = read_config(f'<View>{HEAD}<TextArea name="q" toName="t" {xml}/></View>')
    assert read.schema.control("q").when == when
    assert [loss.code for loss in read.losses] == losses


def test_a_circle_of_conditions_is_a_loss_of_the_last_of_them() -> None:
    one = '<Choices name="{0}" toName="t" visibleWhen="choice-selected" whenTagName="{1}"><Choice value="a"/></Choices>'
    xml = f'<View><Text name="t" value="$t"/>{one.format("p", "q")}{one.format("q", "p")}</View>'
    read = read_config(xml)
    assert [(loss.code, loss.name) for loss in read.losses] == [("condition", "q")]
    assert read.schema.control("p").when is not None


REFUSED: Final = {
    "Repeater": '<Repeater on="$pages" indexFlag="{{i}}"><Image name="p{{i}}" value="$pages[{{i}}]"/><RectangleLabels name="r{{i}}" toName="p{{i}}"><Label value="a"/></RectangleLabels></Repeater>',
    "Ranker": '<List name="l" value="$l"/><Ranker name="r" toName="l"><Bucket name="good"/><Bucket name="bad"/></Ranker>',
    "HyperTextLabels": '<HyperText name="h" value="$h"/><HyperTextLabels name="x" toName="h"><Label value="a"/></HyperTextLabels>',
    "TimeSeriesLabels": '<TimeSeries name="s" value="$s"><Channel column="a"/></TimeSeries><TimeSeriesLabels name="x" toName="s"><Label value="a"/></TimeSeriesLabels>',
    "VideoRectangle": '<Video name="v" value="$v"/><VideoRectangle name="b" toName="v"/>',
    "TimelineLabels": '<Video name="v" value="$v"/><TimelineLabels name="b" toName="v"><Label value="a"/></TimelineLabels>',
    "DateTime": '<Text name="t" value="$t"/><DateTime name="d" toName="t" only="year"/>',
    "Choices": '<Text name="t" value="$t"/><Choices name="c" toName="t" value="$options"/>',
}  # fmt: skip


@pytest.mark.parametrize("tag", sorted(REFUSED))
def test_what_is_not_supported_is_named(tag: str) -> None:
    with pytest.raises(ConfigEmptyError) as caught:
        read_config(f"<View>{REFUSED[tag]}</View>")
    assert caught.value.code == "GLY-LAB-032"
    assert f"<{tag}>" in str(caught.value.facts["tags"])
    # Beside something that is supported it is a loss that names the tag and says why.
    beside = '<Text name="o" value="$o"/><TextArea name="q" toName="o"/>'
    losses = read_config(f"<View>{REFUSED[tag]}{beside}</View>").losses
    assert any(loss.tag == tag and f"<{tag}>" in loss_of(loss).en for loss in losses)


def test_results_in_label_studios_own_forms() -> None:
    pair = read_config((FOLDER / "preference.xml").read_text(encoding="utf-8")).schema
    result = {"from_name": "better", "to_name": "left", "type": "pairwise", "value": {"selected": "right"}}
    assert labels_of_results(pair, [result], DATA, CONTENT)[0] == {"better": "answer2"}
    words = read_config((FOLDER / "written-words.xml").read_text(encoding="utf-8")).schema
    place = {"x": 10, "y": 10, "width": 20, "height": 10, "rotation": 0}
    size = {"id": "r1", "to_name": "page", "original_width": 100, "original_height": 100}
    results = [
        {**size, "from_name": "frame", "type": "rectangle", "value": place},
        {**size, "from_name": "script", "type": "labels", "value": {**place, "labels": ["Printed"]}},
        {**size, "from_name": "words", "type": "textarea", "value": {**place, "text": ["Total"]}},
    ]
    labels, left_out = labels_of_results(words, results, DATA, Content())
    assert left_out == ()
    assert labels["frame"][0]["attributes"] == {"script": "Printed", "words": "Total"}


def test_label_studios_own_sdk_accepts_what_is_written() -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface
    for name in sorted(TEMPLATES):
        schema = read_config((FOLDER / f"{name}.xml").read_text(encoding="utf-8")).schema
        interface(write_config(schema).xml).validate()
