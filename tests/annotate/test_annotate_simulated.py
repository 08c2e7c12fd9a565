"""Simulated labelers: right about as often as they say, and the same whoever asks and in whatever order."""

from pathlib import Path
from typing import Any

import pytest

from galley.annotate.ext.simulated import Simulated, SimulatedParams, SimulationTypeError, TruthFieldError
from galley.annotate.labeler import Question
from galley.kernel.errors import InputError
from galley.kernel.extension import make
from galley.labels.schema import LabelSchema
from galley.labels.schema_text import schema_from_yaml
from galley.testing.memory import memory_desk

DESK = memory_desk(seed=b"simulated".ljust(32, b"-"))
DIGITS = "controls:\n  - {name: digit, type: classify, choices: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']}\n"


def record(place: int, meta: str | None = None) -> dict[str, Any]:
    given = meta if meta is not None else f'{{"digit": {place % 10}}}'
    return {
        "id": f"{place:032x}",
        "key": str(place),
        "modality": "image",
        "text": None,
        "width": 8,
        "height": 8,
        "meta": given,
    }


def opened(schema: str = DIGITS, **params: Any) -> Simulated:
    labeler = Simulated(SimulatedParams(**{"truth": "meta.digit", **params}))
    found: LabelSchema = schema_from_yaml(schema)
    labeler.open(found, DESK)
    return labeler


def ask(labeler: Simulated, place: int, purpose: str = "rest", slot_no: int = 0) -> Any:
    return labeler.answer(Question(record=record(place), purpose=purpose, slot_no=slot_no), DESK)


def errors(labeler: Simulated, purpose: str = "rest", slot_no: int = 0) -> set[int]:
    return {place for place in range(2000) if ask(labeler, place, purpose, slot_no) != {"digit": str(place % 10)}}


def test_without_errors_it_tells_the_truth() -> None:
    assert errors(opened()) == set()


def test_errors_come_at_the_stated_rate_and_follow_from_the_slot() -> None:
    labeler = opened(error_rate=0.1, adjudicator_error_rate=0.02)
    label = errors(labeler)
    assert 150 <= len(label) <= 250  # 200 expected, four standard deviations of 13
    assert errors(labeler) == label
    assert errors(labeler, "seed") == label  # one label, whatever it was asked for
    second = errors(labeler, slot_no=1)
    assert second != label
    assert len(label & second) <= 45  # independent: 20 expected
    assert errors(labeler, "gold-audit") != errors(labeler, "gold-repeat")
    assert 15 <= len(errors(labeler, "adjudicate")) <= 70


def test_another_name_taking_the_slot_changes_nothing() -> None:
    few, many = opened(error_rate=0.3, labelers=("a",)), opened(error_rate=0.3, labelers=("x", "y", "z"))
    assert [ask(few, place) for place in range(200)] == [ask(many, place) for place in reversed(range(200))][::-1]


def test_wrong_classes_are_spread_evenly() -> None:
    labeler = opened(error_rate=1.0)
    counts = [0] * 10
    for place in range(0, 20000, 10):  # the truth is always 0
        counts[int(ask(labeler, place)["digit"])] += 1
    assert counts[0] == 0
    assert min(counts[1:]) > 160  # 222 expected
    assert max(counts[1:]) < 290


def test_several_classes_and_text_can_be_wrong_too() -> None:
    schema = (
        "controls:\n  - {name: tags, type: classify, mode: multi, choices: [a, b, c], min: 1}\n"
        "  - {name: said, type: transcript}\n"
    )
    labeler = opened(schema, truth={"tags": "meta.tags", "said": "meta.said"}, error_rate=1.0)
    meta = '{"tags": ["a", "c"], "said": "你好吗"}'
    seen = set()
    for place in range(60):
        given = labeler.answer(Question(record=record(place, meta), purpose="rest", slot_no=0), DESK)
        assert given is not None
        assert given["tags"] != ["a", "c"]
        assert given["tags"]
        assert given["said"] in {"好吗", "你吗", "你好"}
        seen.add(str(given))
    assert len(seen) > 5


def test_a_record_without_truth_gets_no_answer() -> None:
    labeler = opened()
    for meta in ("{}", '{"digit": null}'):
        assert labeler.answer(Question(record=record(1, meta), purpose="rest", slot_no=0), DESK) is None


def test_the_truth_may_stand_in_a_file_beside_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text("key,digit\n1,7\n2,3\n", encoding="utf-8")
    desk = memory_desk(tmp_path)
    labeler = Simulated(SimulatedParams(truth="file.digit", truth_file="truth.csv"))
    labeler.open(schema_from_yaml(DIGITS), desk)
    answers = [labeler.answer(Question(record=record(place), purpose="rest", slot_no=0), desk) for place in (1, 2, 3)]
    assert answers == [{"digit": "7"}, {"digit": "3"}, None]
    for missing in ("none.csv", "bad.csv"):
        (tmp_path / "bad.csv").write_text("id,digit\n1,7\n", encoding="utf-8")
        lost = Simulated(SimulatedParams(truth="file.digit", truth_file=missing))
        with pytest.raises(TruthFieldError):
            lost.open(schema_from_yaml(DIGITS), desk)


def test_types_it_cannot_get_wrong_are_refused_by_name() -> None:
    boxes = "controls:\n  - {name: cars, type: box, labels: [car]}\n"
    opened(boxes, truth="meta.boxes")
    with pytest.raises(SimulationTypeError) as caught:
        opened(boxes, truth="meta.boxes", error_rate=0.1)
    assert "cars" in caught.value.message("zh")


def test_the_truth_must_be_named_for_every_required_control() -> None:
    two = DIGITS + "  - {name: odd, type: classify, choices: ['yes', 'no']}\n"
    with pytest.raises(TruthFieldError):
        opened(two, truth="meta.digit")
    with pytest.raises(TruthFieldError, match="odd"):
        opened(two, truth={"digit": "meta.digit"})
    with pytest.raises(InputError):
        opened(two, truth={"digit": "meta.digit", "old": "meta.odd"})


def test_it_is_installed_and_says_what_it_is() -> None:
    labeler = make("labeler", "simulated", {"truth": "meta.digit", "labelers": ["ann", "bo"]})
    assert isinstance(labeler, Simulated)
    assert labeler.labeler_kind == "simulated"
    assert list(labeler.names()) == ["ann", "bo"]
    refused: list[dict[str, Any]] = [{"error_rate": 1.5}, {"labelers": []}, {"labelers": ["a", "a"]}]
    for wrong in refused:
        with pytest.raises(InputError):
            make("labeler", "simulated", {"truth": "meta.digit", **wrong})
