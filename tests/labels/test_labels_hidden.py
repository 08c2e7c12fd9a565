"""Schemas whose controls have conditions: text, canonical form, checking, distance and consensus."""

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.labels.errors import (
    ControlHiddenError,
    ControlMissingError,
    LabelValueError,
    SchemaConditionControlError,
    SchemaConditionCycleError,
    SchemaConditionError,
    SchemaConditionWordError,
    SchemaError,
)
from galley.labels.label_type import Content
from galley.labels.schema import (
    compiled,
    labels_check,
    merge_labels,
    record_distance,
    schema_dict,
    schema_digest,
    schema_from_dict,
)
from galley.labels.schema_text import json_schema, schema_from_yaml, schema_yaml

TEXT = """\
controls:
  - {name: why, type: classify, choices: [rude, wrong], when: {control: ok, is: 'no'}}
  - {name: ok, type: classify, choices: ['yes', 'no']}
  - {name: words, type: text, when: {all: [{control: why, is: [rude]}, {control: names, answered: true}]}}
  - {name: names, type: span, labels: [PER]}
  - {name: praise, type: text, required: false, when: {not: {control: why, answered: true}}}
"""
SCHEMA = schema_from_yaml(TEXT)
CONTENT = Content(text="Ada wrote it")
ADA = [{"start": 0, "end": 3, "label": "PER"}]


def test_text_canonical_form_and_digest() -> None:
    assert schema_from_yaml(schema_yaml(SCHEMA)) == SCHEMA
    assert schema_from_dict(json.loads(json.dumps(schema_dict(SCHEMA)))) == SCHEMA
    assert schema_dict(SCHEMA)["controls"][0]["when"] == {"control": "ok", "is": ["no"]}
    assert "when" not in schema_dict(SCHEMA)["controls"][1]
    assert schema_digest(SCHEMA) == schema_digest(schema_from_yaml(TEXT.replace("is: 'no'", "is: ['no', 'no']")))
    assert schema_digest(SCHEMA) != schema_digest(schema_from_yaml(TEXT.replace("is: 'no'", "is: 'yes'")))
    whole = json_schema()
    published = jsonschema.Draft202012Validator({"$ref": "#/$defs/Condition", "$defs": whole["$defs"]})
    published.validate(schema_dict(SCHEMA)["controls"][2]["when"])
    assert not published.is_valid({"control": "ok", "is": ["no"], "answered": True})


@pytest.mark.parametrize(
    ("old", "new", "error", "line"),
    [
        ("control: ok, is: 'no'", "control: okay, is: 'no'", SchemaConditionControlError, 2),
        ("control: ok, is: 'no'", "control: ok, is: 'nein'", SchemaConditionWordError, 2),
        ("control: ok, is: 'no'", "control: why, is: rude", SchemaConditionCycleError, 2),
        ("control: ok, is: 'no'", "control: words, answered: true", SchemaConditionCycleError, 2),
        ("control: ok, is: 'no'", "control: ok, says: 'no'", SchemaConditionError, 2),
        ("{control: names, answered: true}", "{control: names, answered: 1}", SchemaConditionError, 4),
        ("{control: names, answered: true}", "{control: names, is: [LOC]}", SchemaConditionWordError, 4),
    ],
)
def test_conditions_that_cannot_be_used(old: str, new: str, error: type[SchemaError], line: int) -> None:
    with pytest.raises(error) as caught:
        schema_from_yaml(TEXT.replace(old, new))
    assert caught.value.facts["line"] == line
    assert caught.value.message("zh") != caught.value.message("en")


RIGHT: list[dict[str, Any]] = [
    {"ok": "yes", "names": []},
    {"ok": "yes", "names": ADA, "praise": "fine"},
    {"ok": "no", "why": "wrong", "names": ADA},
    {"ok": "no", "why": "rude", "names": []},
    {"ok": "no", "why": "rude", "names": ADA, "words": "Ada"},
]


@pytest.mark.parametrize("labels", RIGHT)
def test_hidden_controls_need_no_answer(labels: dict[str, Any]) -> None:
    assert labels_check(SCHEMA, labels, CONTENT) == labels
    assert compiled(SCHEMA).check(labels, CONTENT) == labels
    assert merge_labels(SCHEMA, [labels, labels], [1, 1]) == labels
    assert record_distance(SCHEMA, labels, labels) == 0


@pytest.mark.parametrize(
    ("labels", "error", "place"),
    [
        ({"ok": "yes", "names": [], "why": "rude"}, ControlHiddenError, "why"),
        ({"ok": "no", "names": []}, ControlMissingError, "why"),
        ({"ok": "no", "why": "rude", "names": ADA}, ControlMissingError, "words"),
        ({"ok": "no", "why": "rude", "names": [], "words": "x"}, ControlHiddenError, "words"),
        ({"ok": "no", "why": "wrong", "names": [], "praise": "x"}, ControlHiddenError, "praise"),
        # A condition on a hidden control fails, whatever that control says.
        ({"ok": "yes", "why": "rude", "names": ADA, "words": "x"}, ControlHiddenError, "why"),
    ],
)
def test_what_conditions_refuse(labels: dict[str, Any], error: type[LabelValueError], place: str) -> None:
    with pytest.raises(error) as caught:
        labels_check(SCHEMA, labels, CONTENT)
    with pytest.raises(error) as again:
        compiled(SCHEMA).check(labels, CONTENT)
    assert caught.value.facts["place"] == again.value.facts["place"] == place


def test_distance_counts_the_question_not_what_depends_on_it() -> None:
    yes, no = {"ok": "yes", "names": ADA}, {"ok": "no", "why": "wrong", "names": ADA}
    assert record_distance(SCHEMA, yes, no) == record_distance(SCHEMA, no, yes) == 0.5  # ok differs, names agree
    assert record_distance(SCHEMA, no, {**no, "why": "rude", "words": "Ada"}) == pytest.approx(1 / 3)


def test_consensus_is_an_annotation_that_may_be_given() -> None:
    yes = {"ok": "yes", "names": ADA, "praise": "fine"}
    wrong, rude = (
        {"ok": "no", "why": "wrong", "names": ADA},
        {"ok": "no", "why": "rude", "names": ADA, "words": "Ada"},
    )
    assert merge_labels(SCHEMA, [yes, yes, wrong], [1, 1, 1]) == yes
    assert merge_labels(SCHEMA, [yes, wrong, wrong], [1, 1, 1]) == wrong
    # Of those who were asked why, the heavier wins; the one who was not asked has no voice in it.
    assert merge_labels(SCHEMA, [yes, wrong, rude], [1, 1, 1.5]) == rude
    # The elected answers call for words that nobody gave: then the most typical annotation stands.
    silent = {"ok": "no", "why": "rude", "names": []}
    assert merge_labels(SCHEMA, [yes, wrong, silent], [1, 1, 1.5]) in (wrong, silent)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(RIGHT), st.sampled_from([0.5, 1.0, 2.0])), min_size=1, max_size=5))
def test_every_consensus_passes_the_check(votes: list[tuple[dict[str, Any], float]]) -> None:
    several, weights = zip(*votes, strict=True)
    merged = merge_labels(SCHEMA, several, weights)
    assert labels_check(SCHEMA, merged, CONTENT) == merged
    assert merge_labels(SCHEMA, several[::-1], weights[::-1]) == merged
