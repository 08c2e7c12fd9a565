"""number, rating, date and segment: what they accept, how far apart answers are, and what several agree on."""

from typing import Any

import pytest

from galley.kernel.errors import InputError
from galley.labels.errors import LabelValueError
from galley.labels.label_type import Content
from galley.testing.label_values import label_type

NOTHING = Content()


@pytest.mark.parametrize(
    ("name", "options", "raw", "value"),
    [
        ("number", {}, 3.0, 3),
        ("number", {}, -0.0, 0),
        ("number", {"min": 0, "max": 1, "step": 0.1}, 0.1 + 0.2, 0.3),
        ("number", {"min": 1, "step": 2}, 5, 5),
        ("rating", {}, 4.0, 4),
        ("date", {}, " 2024-02-29 ", "2024-02-29"),
        ("date", {"time": True}, "2024-02-29 07:05", "2024-02-29T07:05"),
        ("date", {"time": True}, "2024-02-29T07:05:00.000Z", "2024-02-29T07:05"),
        ("date", {"time": True}, "2024-02-29T07:05:09", "2024-02-29T07:05:09"),
    ],
)
def test_canonical_values(name: str, options: dict[str, Any], raw: Any, value: Any) -> None:
    found = label_type(name, **options).check(raw, NOTHING)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "options", "raw", "code"),
    [
        ("number", {}, "3", "GLY-LAB-002"),
        ("number", {}, True, "GLY-LAB-002"),
        ("number", {"min": 0}, -1, "GLY-LAB-004"),
        ("number", {"max": 5}, 5.5, "GLY-LAB-004"),
        ("number", {"step": 0.5}, 0.3, "GLY-LAB-004"),
        ("rating", {}, 0, "GLY-LAB-004"),
        ("rating", {}, 6, "GLY-LAB-004"),
        ("rating", {}, 2.5, "GLY-LAB-002"),
        ("date", {}, "2023-02-29", "GLY-LAB-002"),
        ("date", {}, "2023-02-28T10:00", "GLY-LAB-002"),
        ("date", {"time": True}, "2023-02-28", "GLY-LAB-002"),
        ("date", {}, "２０２３-02-28", "GLY-LAB-002"),
        ("date", {"min": "2020-01-01"}, "2019-12-31", "GLY-LAB-004"),
        ("segment", {}, [{"start": 1.0, "end": 1.0004}], "GLY-LAB-005"),
        ("segment", {}, [{"start": -1, "end": 1}], "GLY-LAB-004"),
        ("segment", {}, [{"start": 0, "end": 1, "text": "x"}], "GLY-LAB-002"),
        ("segment", {}, [{"start": 0, "end": 1, "speaker": "x"}], "GLY-LAB-002"),
        ("segment", {"labels": ["a"]}, [{"start": 0, "end": 1}], "GLY-LAB-003"),
        ("segment", {"diarise": True, "speakers": ["A"]}, [{"start": 0, "end": 1, "speaker": "C"}], "GLY-LAB-003"),
        ("segment", {"overlap": "none"}, [{"start": 0, "end": 2}, {"start": 1, "end": 3}], "GLY-LAB-007"),
    ],
)
def test_refusals(name: str, options: dict[str, Any], raw: Any, code: str) -> None:
    with pytest.raises(LabelValueError) as caught:
        label_type(name, **options).check(raw, NOTHING)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("number", {"min": 3, "max": 3}),
        ("number", {"step": 0}),
        ("rating", {"max": 1}),
        ("date", {"min": "yesterday"}),
        ("date", {"min": "2024-01-02", "max": "2024-01-01"}),
        ("segment", {"threshold": 0}),
        ("segment", {"speakers": ["A"]}),
        ("segment", {"transcript_name": "speaker"}),
        ("segment", {"attributes": {"speaker": ["x"]}}),
    ],
)
def test_options_that_contradict_each_other(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        label_type(name, **options)


@pytest.mark.parametrize(
    ("name", "options", "left", "right", "apart"),
    [
        ("number", {"min": 0, "max": 10}, 2, 7, 0.5),
        ("number", {}, 50, 100, 0.5),
        ("number", {}, -3, 3, 1.0),
        ("rating", {}, 1, 5, 1.0),
        ("rating", {}, 4, 5, 0.25),
        ("date", {}, "2024-01-01", "2024-01-02", 1.0),
        ("date", {"tolerance_days": 10}, "2024-01-01", "2024-01-06", 0.5),
    ],
)
def test_distances(name: str, options: dict[str, Any], left: Any, right: Any, apart: float) -> None:
    assert label_type(name, **options).distance(left, right) == apart


def test_segments_are_matched_in_time_and_compared_in_words() -> None:
    plain = label_type("segment", labels=["S", "N"])
    spoken = label_type("segment", labels=["S", "N"], transcribe=True, diarise=True)
    one = {"start": 0.0, "end": 2.0, "label": "S", "text": "今天天气很好", "speaker": "A"}
    other = {"start": 0.1, "end": 2.1, "label": "S", "text": "今天天气真好", "speaker": "A"}
    far = {**one, "start": 5.0, "end": 6.0}
    bare = [{name: part for name, part in item.items() if name not in ("text", "speaker")} for item in (one, other)]
    assert plain.distance(bare[:1], bare[1:]) == 0.0
    assert plain.distance(bare[:1], [{**bare[1], "label": "N"}]) == 1.0
    # One of six characters differs: half of the pair is for the place, half for the words.
    assert spoken.distance([one], [other]) == pytest.approx(1 / 12)
    assert spoken.distance([one], [{**other, "speaker": "B"}]) == 1.0
    assert spoken.distance([one], [far]) == 1.0
    assert spoken.distance([one, far], [one]) == pytest.approx(1 / 3)
    assert spoken.distance([one], [{**one, "text": "，今天天气很好。"}]) == 0.0


def test_consensus_of_segments() -> None:
    spoken = label_type("segment", labels=["S", "N"], transcribe=True, diarise=True)
    said = ["the cat sat", "the cat sat", "a cat sat"]
    values = [
        spoken.check([{"start": at, "end": at + 2, "label": "S", "text": text, "speaker": who}, *more], NOTHING)
        for at, text, who, more in zip(
            [0.0, 0.1, 0.3], said, ["A", "B", "A"], [[], [{"start": 9, "end": 10, "label": "N"}], []], strict=True
        )
    ]
    assert spoken.merge(values, [1, 1, 1]) == [
        {"start": 0.1, "end": 2.1, "label": "S", "speaker": "A", "text": "the cat sat"}
    ]


def test_segments_in_label_studio() -> None:
    kept = label_type(
        "segment", labels=["S"], transcribe=True, diarise=True, speakers=["A"], transcript_name="words",
        attributes={"noisy": ["yes", "no"]},
    )  # fmt: skip
    value = kept.check(
        [{"start": 0.5, "end": 2, "label": "S", "text": "a\nb", "speaker": "A", "attributes": {"noisy": "no"}}], NOTHING
    )
    results = kept.to_label_studio(value, "parts", "audio", NOTHING)
    assert [(one["from_name"], one["type"]) for one in results] == [
        ("parts", "labels"), ("words", "textarea"), ("speaker", "choices"), ("noisy", "choices"),
    ]  # fmt: skip
    assert len({one["id"] for one in results}) == 1
    assert all(one["value"]["start"] == 0.5 for one in results)
    assert kept.from_label_studio(results, NOTHING) == value
    # As Label Studio itself writes them: the text in two entries, further fields around.
    results[1]["value"]["text"] = ["a", "b"]
    assert kept.from_label_studio([{**one, "original_length": 9.0} for one in results], NOTHING) == value
