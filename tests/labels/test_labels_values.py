"""What each label type says about particular values: canonical forms, distances, merges, refusals."""

import math
from typing import Any

import pytest

from galley.kernel.geometry import Box, box_corners
from galley.labels import errors
from galley.labels.label_type import Content
from galley.labels.schema import labels_check, merge_labels
from galley.labels.schema_text import schema_from_yaml
from galley.labels.types.transcript import TranscriptParams, bounded_loss, error_rate
from galley.testing.label_values import TAXONOMY, label_type

IMAGE = Content(modality="image", width=100, height=50)
TEXT = Content(modality="text", text="小明在北京😀工作")
BOX: dict[str, Any] = {"x": 10, "y": 10, "width": 20, "height": 10, "label": "cat"}


def box(**changes: Any) -> dict[str, Any]:
    return {**BOX, **changes}


@pytest.mark.parametrize(
    ("name", "options", "raw", "error", "place"),
    [
        ("classify", {"choices": ["a"]}, "b", errors.LabelChoiceError, "value"),
        ("classify", {"choices": ["a", "b"], "mode": "multi"}, ["a", "a"], errors.LabelRepeatedError, "value[1]"),
        ("classify", {"choices": ["a", "b"], "mode": "multi", "max": 1}, ["a", "b"], errors.LabelCountError, "value"),
        ("classify", {"choices": TAXONOMY, "mode": "hierarchical"}, [["a", "q"]], errors.LabelChoiceError, "value[0][1]"),
        ("classify", {"choices": TAXONOMY, "mode": "hierarchical", "leaves_only": True}, [["a"]], errors.LabelChoiceError, "value[0][1]"),
        ("span", {"labels": ["P"]}, [{"start": 0, "end": 99, "label": "P"}], errors.LabelRangeError, "value[0].end"),
        ("span", {"labels": ["P"]}, [{"start": 2, "end": 2, "label": "P"}], errors.LabelEmptyError, "value[0]"),
        ("span", {"labels": ["P"]}, [{"start": 0, "end": 1, "label": "P", "text": "小明"}], errors.LabelTextError, "value[0]"),
        ("span", {"labels": ["P"]}, [{"start": 0, "end": 2, "label": "P"}] * 2, errors.LabelRepeatedError, "value[1]"),
        ("span", {"labels": ["P", "Q"], "overlap": "none"}, [{"start": 0, "end": 3, "label": "P"}, {"start": 1, "end": 2, "label": "Q"}], errors.LabelOverlapError, "value[1]"),
        ("span", {"labels": ["P", "Q"], "overlap": "nested"}, [{"start": 0, "end": 3, "label": "P"}, {"start": 1, "end": 4, "label": "Q"}], errors.LabelOverlapError, "value[1]"),
        ("box", {"labels": ["cat"]}, [box(width=0)], errors.LabelEmptyError, "value[0]"),
        ("box", {"labels": ["cat"]}, [box(width=-3)], errors.LabelEmptyError, "value[0]"),
        ("box", {"labels": ["cat"]}, [BOX, box(x=90)], errors.LabelRangeError, "value[1].x+width"),
        ("box", {"labels": ["cat"]}, [box(label="cta")], errors.LabelChoiceError, "value[0].label"),
        ("box", {"labels": ["cat"]}, [box(x=math.nan)], errors.LabelRangeError, "value[0].x"),
        ("box", {"labels": ["cat"]}, [box(colour=1)], errors.LabelShapeError, "value[0]"),
        ("box", {"labels": ["cat"], "rotation": False}, [box(rotation=5)], errors.LabelRangeError, "value[0].rotation"),
        ("box", {"labels": ["cat"], "attributes": {"hidden": ["yes"]}}, [box(attributes={"hidden": "no"})], errors.LabelChoiceError, "value[0].attributes.hidden"),
        ("polygon", {}, [{"points": [[0, 0], [1, 1], [0, 0]]}], errors.LabelCountError, "value[0].points"),
        ("polygon", {}, [{"points": [[0, 0], [1, 1], [2, 2]]}], errors.LabelEmptyError, "value[0]"),
        ("polygon", {}, [{"points": [[0, 0], [1, 1], [2, 51]]}], errors.LabelRangeError, "value[0].points[2][1]"),
        ("keypoint", {}, [{"x": -0.01, "y": 0}], errors.LabelRangeError, "value[0].x"),
        ("transcript", {"max_length": 3}, "一二三四", errors.LabelCountError, "value"),
        ("text", {}, "  ", errors.LabelCountError, "value"),
        ("text", {}, "\ud800", errors.LabelShapeError, "value"),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(
    name: str, options: dict[str, Any], raw: Any, error: type[errors.LabelValueError], place: str
) -> None:
    content = TEXT if name == "span" else IMAGE
    with pytest.raises(error) as caught:
        label_type(name, **options).check(raw, content)
    assert caught.value.facts["place"] == place
    assert place in caught.value.message("zh")


@pytest.mark.parametrize(
    "options",
    [
        {"choices": []}, {"choices": ["a", "a"]}, {"choices": TAXONOMY}, {"choices": ["a"], "mode": "multi", "min": 2},
        {"choices": ["a"], "min": 3, "max": 2},
    ],
)  # fmt: skip
def test_options_that_contradict_each_other(options: dict[str, Any]) -> None:
    from galley.kernel.extension import ParamsError

    with pytest.raises(ParamsError):
        label_type("classify", **options)


def test_canonical_forms() -> None:
    taxonomy = label_type("classify", mode="hierarchical", choices=TAXONOMY)
    assert taxonomy.check([["a", "y"], ["a"], ["a", "y", "z"]], Content()) == [["a", "y", "z"]]
    boxes = label_type("box", labels=["cat"])
    value = boxes.check([box(x=30.00049), box(rotation=-90)], IMAGE)
    assert value[0] == {"x": 10.0, "y": 10.0, "width": 20.0, "height": 10.0, "rotation": 270.0, "label": "cat"}
    assert value[1]["x"] == 30.0
    clip = label_type("box", labels=["cat"], outside="clip")
    assert clip.check([box(x=-5, width=200)], IMAGE)[0] | {"label": ""} == {
        "x": 0.0, "y": 10.0, "width": 100.0, "height": 10.0, "rotation": 0.0, "label": "",
    }  # fmt: skip
    ring = label_type("polygon").check([{"points": [[9, 0], [0, 0], [0, 9], [9, 9], [9, 0]]}], IMAGE)
    assert ring[0]["points"] == [[0, 0], [9, 0], [9, 9], [0, 9]]
    assert label_type("transcript").check(" e\u0301 ", Content()) == "é"


def test_hierarchical_distance_forgives_a_near_miss() -> None:
    taxonomy = label_type("classify", mode="hierarchical", choices=TAXONOMY)
    assert taxonomy.distance([["a", "y", "z"]], [["a", "y"]]) == pytest.approx(1 / 3)
    assert taxonomy.distance([["a", "x"]], [["a", "y"]]) == pytest.approx(2 / 3)
    assert taxonomy.distance([["a", "x"]], [["b", "x"]]) == 1.0


def test_span_distance_exact_and_overlapping() -> None:
    mine = [{"start": 0, "end": 2, "label": "P"}, {"start": 3, "end": 5, "label": "L"}]
    yours = [{"start": 0, "end": 2, "label": "P"}, {"start": 2, "end": 5, "label": "L"}]
    assert label_type("span", labels=["P", "L"]).distance(mine, yours) == 0.5
    overlapping = label_type("span", labels=["P", "L"], match="overlap")
    assert overlapping.distance(mine, yours) == pytest.approx(1 - 2 * (1 + 2 / 3) / 4)
    marked = label_type("span", labels=["P"], attributes={"real": ["y", "n"]})
    said = [[{"start": 0, "end": 2, "label": "P", "attributes": {"real": word}}] for word in "yn"]
    assert marked.distance(*said) == 0.5


def test_matching_finds_the_largest_matching_not_the_greedy_one() -> None:
    boxes = label_type("box", labels=["cat"], threshold=0.4)
    left = boxes.check([box(x=0, width=10), box(x=4, width=10)], IMAGE)
    right = boxes.check([box(x=4, width=10), box(x=8, width=10)], IMAGE)
    assert boxes.distance(left, right) == 0.0
    assert label_type("box", labels=["cat"], threshold=0.9).distance(left, right) == 0.5
    other = boxes.check([box(x=0, width=10)], IMAGE)
    labelled = label_type("box", labels=["cat", "dog"]).check([box(x=0, width=10, label="dog")], IMAGE)
    assert boxes.distance(other, labelled) == 1.0


def test_boxes_merge_to_the_weighted_median_of_a_majority() -> None:
    boxes = label_type("box", labels=["cat", "dog"])
    drawn = [[box(x=10), box(x=60)], [box(x=11, label="dog")], [box(x=12, label="dog"), box(x=61)]]
    values = [boxes.check(raw, IMAGE) for raw in drawn]
    merged = boxes.merge(values, [1, 1, 1])
    assert [(item["x"], item["label"]) for item in merged] == [(11.0, "dog"), (60.0, "cat")]
    assert boxes.merge(values, [0.5, 3, 0.5]) == values[1]
    assert boxes.merge([values[0], []], [1, 1]) == []


def test_relations_point_at_spans() -> None:
    schema = schema_from_yaml(
        "controls:\n"
        "  - {name: who, type: span, labels: [P, L]}\n"
        "  - {name: links, type: relation, spans: who, labels: [in, knows], required: false}\n"
    )
    person, place = {"start": 0, "end": 2, "label": "P"}, {"start": 3, "end": 5, "label": "L"}
    link = {"head": person, "tail": place, "label": "in"}
    labels = labels_check(schema, {"who": [place, person], "links": [link]}, TEXT)
    assert labels["links"] == [{**link, "direction": "one"}]
    with pytest.raises(errors.LabelReferenceError) as caught:
        labels_check(schema, {"who": [person], "links": [link]}, TEXT)
    assert caught.value.facts["place"] == "links[0]"
    both = labels_check(
        schema,
        {"who": [person, place], "links": [{"head": place, "tail": person, "label": "knows", "direction": "both"}]},
        TEXT,
    )
    assert both["links"][0]["head"] == person
    alone = labels_check(schema, {"who": [person]}, TEXT)
    merged = merge_labels(schema, [labels, labels, alone, alone], [1, 1, 1, 1])
    assert merged == {"who": [person], "links": []}
    with pytest.raises(errors.SchemaReferenceError) as unknown:
        schema_from_yaml(
            "controls:\n  - {name: who, type: span}\n  - name: links\n    type: relation\n    spans: whom\n"
        )
    assert unknown.value.facts["line"] == 5
    assert unknown.value.facts["suggestion"] == "'who'"


@pytest.mark.parametrize(
    ("truth", "said", "options", "rate"),
    [
        ("今天天气很好", "今天天气真好", {}, 1 / 6),
        ("今天，天气很好。", "今天天气很好", {}, 0.0),
        ("The cat sat.", "the cat sat", {}, 0.0),
        ("the cat sat", "the cat", {}, 1 / 3),
        ("don't stop", "don’t stop!", {}, 0.0),
        ("ＡＢＣ１２３", "abc123", {}, 0.0),
        ("2020年", "二〇二零年", {"digits": "read"}, 0.0),
        ("2020年", "二〇二零年", {}, 2.0),
        ("一点儿", "一点", {"erhua": "drop"}, 0.0),
        ("女儿", "女", {"erhua": "drop"}, 1 / 2),
        ("一点儿", "一点", {}, 1 / 3),
        ("the cat", "the car", {"unit": "character"}, 1 / 6),
        ("用 Python 写", "用Python写", {}, 0.0),
        ("好", "不好不好", {}, 3.0),
        ("", "好", {}, math.inf),
    ],
)  # fmt: skip
def test_error_rates_by_the_stated_rules(truth: str, said: str, options: dict[str, Any], rate: float) -> None:
    params = TranscriptParams(**options)
    assert error_rate(truth, said, params) == pytest.approx(rate)
    assert bounded_loss(truth, said, params) == pytest.approx(min(1.0, rate))
    assert label_type("transcript", **options).distance(truth, said) <= bounded_loss(truth, said, params) + 1e-12


def test_transcripts_vote_word_by_word() -> None:
    words = label_type("transcript")
    heard = ["the cat sat on a mat", "The bat sat on the mat.", "the cat sad on the mat", "the cat sat on mat"]
    assert words.merge(heard, [1, 1, 1, 1]) == "the cat sat on the mat"
    assert words.merge(["今天天汽很好", "今天天气真好", "今天气很好"], [1, 1, 1]) in ("今天天气很好", "今天天气很好。")
    assert words.merge(["你好，世界", "你好，世届", "你号，世界"], [1, 1, 1]) == "你好，世界"


def test_label_studio_turns_about_the_corner() -> None:
    boxes = label_type("box", labels=["cat"])
    value = boxes.check([{"x": 40, "y": 20, "width": 20, "height": 10, "rotation": 90, "label": "cat"}], IMAGE)
    result = boxes.to_label_studio(value, "boxes", "image", IMAGE)[0]
    # Centre (50, 25); turned by 90 degrees the box's own top-left corner stands at the top right: (55, 15).
    assert result["value"] == {
        "x": 55.0, "y": 30.0, "width": 20.0, "height": 20.0, "rotation": 90.0, "rectanglelabels": ["cat"],
    }  # fmt: skip
    assert box_corners(Box(40, 20, 20, 10, 90))[0] == (55.0, 15.0)
    assert result["original_width"] == 100
    assert boxes.from_label_studio([result], Content()) == value


def test_label_studio_counts_text_in_utf16() -> None:
    spans = label_type("span", labels=["V"])
    value = spans.check([{"start": 6, "end": 8, "label": "V", "text": "工作"}], TEXT)
    result = spans.to_label_studio(value, "spans", "text", TEXT)[0]
    assert result["value"] == {"start": 7, "end": 9, "text": "工作", "labels": ["V"]}
    assert spans.from_label_studio([result, {**result, "id": "twice"}], TEXT) == value
    with pytest.raises(errors.LabelRangeError):
        spans.from_label_studio([{**result, "value": {**result["value"], "start": 6}}], TEXT)
