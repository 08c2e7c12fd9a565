"""Attributes of regions in both forms, with conditions; groups and the order of drawing."""

from typing import Any

import pytest

from galley.kernel.extension import ParamsError
from galley.labels import errors
from galley.labels.label_type import Content
from galley.testing.label_contract import check_label_type
from galley.testing.label_values import label_type

IMAGE = Content(modality="image", width=100, height=50)
BOX: dict[str, Any] = {"x": 10, "y": 10, "width": 20, "height": 10, "label": "car"}
ASKED: dict[str, Any] = {
    "kind": {"words": ["sedan", "bus"], "required": True, "when": {"control": "label", "is": ["car"]}},
    "doors": {"type": "number", "when": {"control": "kind", "is": ["sedan"]}},
    "marks": {"type": "multi", "words": ["a", "b", "c"]},
    "sure": {"type": "boolean", "title": "Sure?"},
    "note": [],
}
CARS = label_type("box", labels=["car", "dog"], attributes=ASKED)


def box(attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**BOX, "attributes": attributes, **more}


def test_typed_answers_are_kept_in_canonical_form() -> None:
    said = {"sure": False, "kind": "sedan", "marks": ["c", "a"], "doors": 4, "note": "old"}
    (item,) = CARS.check([box(said)], IMAGE)
    assert item["attributes"] == {"doors": 4.0, "kind": "sedan", "marks": ["a", "c"], "note": "old", "sure": False}
    assert "attributes" not in CARS.check([box({}, label="dog")], IMAGE)[0]
    assert CARS.compiled()([box(said)], IMAGE) == [item]


@pytest.mark.parametrize(
    ("attributes", "error", "place"),
    [
        ({}, errors.AttributeMissingError, "value[0].attributes.kind"),
        ({"kind": "bus", "doors": 2}, errors.AttributeHiddenError, "value[0].attributes.doors"),
        ({"kind": "van"}, errors.LabelChoiceError, "value[0].attributes.kind"),
        ({"kind": "bus", "sure": "yes"}, errors.LabelShapeError, "value[0].attributes.sure"),
        ({"kind": "bus", "marks": ["d"]}, errors.LabelChoiceError, "value[0].attributes.marks[0]"),
        ({"kind": "bus", "marks": ["a", "a"]}, errors.LabelRepeatedError, "value[0].attributes.marks"),
        ({"kind": "bus", "colour": "red"}, errors.LabelChoiceError, "value[0].attributes"),
    ],
)
def test_what_is_refused_and_where(attributes: dict[str, Any], error: type[errors.LabelValueError], place: str) -> None:
    with pytest.raises(error) as caught:
        CARS.check([box(attributes)], IMAGE)
    assert caught.value.facts["place"] == place
    with pytest.raises(errors.LabelValueError):
        CARS.compiled()([box(attributes)], IMAGE)


@pytest.mark.parametrize(
    "asked",
    [
        {"a": {"words": ["x", "x"]}},
        {"a": {"type": "multi"}},
        {"a": {"type": "number", "words": ["x"]}},
        {"a": {"when": {"control": "gone", "answered": True}}},
        {"a": {"when": {"control": "b", "answered": True}}, "b": {"when": {"control": "a", "answered": True}}},
        {"a": {"when": {}}},
    ],
)
def test_questions_that_contradict_themselves(asked: dict[str, Any]) -> None:
    with pytest.raises(ParamsError):
        label_type("box", attributes=asked)


def test_the_laws_hold_with_every_kind_of_answer() -> None:
    values = [
        [box({"kind": "sedan", "doors": 4, "marks": ["b"], "sure": True}, group="g", z=2)],
        [box({"kind": "sedan", "doors": 2.5, "note": "x"}, group="h")],
        [box({"kind": "bus", "marks": ["a", "b"], "sure": False}, z=-1)],
        [box({"note": ""}, label="dog", x=12)],
    ]
    check_label_type(CARS, values, IMAGE)


def test_a_consensus_asks_what_its_own_answers_ask() -> None:
    given = [box({"kind": "sedan", "doors": 4}), box({"kind": "sedan", "doors": 2}), box({"kind": "bus"})]
    merged = CARS.merge([[item] for item in CARS.check(given, IMAGE)], [1.0, 1.0, 1.0])
    assert merged[0]["attributes"] == {"doors": 2.0, "kind": "sedan"}
    # Most labelers saw a dog, of which no kind is asked; the elected car must still have one.
    mixed = CARS.check([box({"kind": "bus"}, x=10), box({}, label="dog", x=10.5)], IMAGE)
    merged = CARS.merge([[mixed[0]], [mixed[1]]], [3.0, 2.0])
    assert (merged[0]["label"], merged[0]["attributes"]) == ("car", {"kind": "bus"})


def test_groups_and_z_are_kept_and_no_part_of_the_distance() -> None:
    plain = label_type("box", labels=["car"])
    left, right = ([{**BOX, "group": "g", "z": 3}], [{**BOX, "z": 7}])
    mine, yours = plain.check(left, IMAGE), plain.check(right, IMAGE)
    assert (mine[0]["group"], mine[0]["z"]) == ("g", 3)
    assert plain.distance(mine, yours) == 0
    assert "group" not in plain.check([{**BOX, "group": "", "z": None}], IMAGE)[0]
    for wrong in ({"group": 3}, {"group": "x" * 65}, {"z": 0.5}, {"z": 10**7}, {"z": True}):
        with pytest.raises(errors.LabelValueError):
            plain.check([{**BOX, **wrong}], IMAGE)
    with pytest.raises(errors.LabelShapeError):
        label_type("span", labels=["P"]).check([{"start": 0, "end": 1, "label": "P", "z": 1}], Content(text="ab"))


def test_a_consensus_groups_what_most_put_together_whatever_they_called_it() -> None:
    plain = label_type("box", labels=["car"])
    spots = [{**BOX, "x": x} for x in (0, 30, 60)]

    def said(*names: str) -> Any:
        return plain.check([{**spot, "group": name} for spot, name in zip(spots, names, strict=True)], IMAGE)

    merged = plain.merge([said("1", "1", "2"), said("2", "2", "2"), said("b", "b", "")], [1.0, 1.0, 1.0])
    names = [item.get("group") for item in merged]
    assert names[0] == names[1] is not None
    assert names[2] is None
