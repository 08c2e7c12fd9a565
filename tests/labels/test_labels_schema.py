"""Schemas: YAML with errors that point at the line, one canonical form, and whole annotations."""

import json

import pytest

from galley.labels.errors import (
    ControlMissingError,
    ControlUnknownError,
    LabelChoiceError,
    LabelShapeError,
    SchemaError,
    SchemaKeyError,
    SchemaOptionError,
    SchemaRepeatedError,
    SchemaShapeError,
    SchemaSizeError,
    SchemaSyntaxError,
    SchemaTypeError,
)
from galley.labels.label_type import Content
from galley.labels.schema import (
    Labels,
    labels_bytes,
    labels_check,
    merge_labels,
    record_distance,
    schema_dict,
    schema_digest,
    schema_from_dict,
)
from galley.labels.schema_text import schema_from_yaml, schema_yaml

DIGITS = """\
name: digits
title: 手写数字
controls:
  - name: digit
    type: classify
    title: {en: Digit, zh: 数字}
    choices: [0, 1, no, on]
  - name: tags
    type: classify
    mode: multi
    required: false
    choices:
      - dark
      - {value: blurred, title: {zh: 模糊}, hotkey: b}
"""
SCHEMA = schema_from_yaml(DIGITS)


def test_yaml_reads_words_as_words_and_fills_the_options() -> None:
    digit, tags = SCHEMA.controls
    assert digit.type == "classify@1"
    assert [choice["value"] for choice in digit.options["choices"]] == ["0", "1", "no", "on"]
    assert digit.options["mode"] == "single"
    assert digit.required
    assert not tags.required
    assert tags.options["choices"][1]["title"] == {"en": "模糊", "zh": "模糊"}
    assert digit.says("zh") == "数字"
    assert tags.says("zh") == "tags"


def test_canonical_form_round_trips_through_json_and_yaml() -> None:
    stored = json.loads(json.dumps(schema_dict(SCHEMA)))
    assert stored == schema_dict(SCHEMA)
    assert schema_from_dict(stored) == SCHEMA
    assert schema_from_yaml(schema_yaml(SCHEMA)) == SCHEMA
    assert schema_digest(schema_from_dict(stored)) == schema_digest(SCHEMA)


def test_the_digest_depends_on_meaning_not_on_spelling() -> None:
    spelled = DIGITS.replace("[0, 1, no, on]", "[{value: '0'}, '1', \"no\", on]").replace(
        "name: digits", "name:   digits # x"
    )
    assert schema_digest(schema_from_yaml(spelled)) == schema_digest(SCHEMA)
    assert schema_digest(schema_from_yaml(DIGITS.replace("blurred", "blur"))) != schema_digest(SCHEMA)


@pytest.mark.parametrize(
    ("text", "error", "line", "suggestion"),
    [
        (DIGITS.replace("type: classify\n    mode", "type: clasify\n    mode"), SchemaTypeError, 9, "'classify'"),
        (DIGITS.replace("choices: [", "choces: ["), SchemaKeyError, 7, "'choices'"),
        (DIGITS.replace("hotkey", "hotkeys"), SchemaKeyError, 14, "'hotkey'"),
        (DIGITS.replace("controls:", "control:"), SchemaKeyError, 3, "'controls'"),
        (DIGITS.replace("required: false", "required: maybe"), SchemaShapeError, 11, None),
        (DIGITS.replace("mode: multi", "mode: mulit"), SchemaKeyError, 10, "'multi'"),
        (DIGITS.replace("- dark", "- blurred"), SchemaOptionError, 8, None),
        (DIGITS.replace("name: tags", "name: digit"), SchemaRepeatedError, 8, None),
        (DIGITS.replace("    mode: multi", "    mode: multi\n    mode: single"), SchemaRepeatedError, 11, None),
        (DIGITS.replace("mode: multi", "mode: multi: x"), SchemaSyntaxError, 10, None),
        (DIGITS.replace("title: 手写数字", "title: &a 手写数字"), SchemaSyntaxError, 2, None),
        (DIGITS.replace("title: 手写数字", "title: !!python/name:os.system x"), SchemaSyntaxError, 2, None),
        (DIGITS.replace("手写数字", "\x07"), SchemaSyntaxError, 2, None),
        ("controls: []\n", SchemaShapeError, 1, None),
        ("- 1\n", SchemaShapeError, 1, None),
        ("", SchemaShapeError, 1, None),
        ("controls: " + "[" * 100 + "]" * 100, SchemaSizeError, 1, None),
        ("controls: x" + " " * 1024 * 1024, SchemaSizeError, 0, None),
    ],
)
def test_a_mistake_points_at_its_line(text: str, error: type[SchemaError], line: int, suggestion: str | None) -> None:
    with pytest.raises(error) as caught:
        schema_from_yaml(text)
    assert caught.value.facts["line"] == line
    if suggestion is not None:
        assert caught.value.facts["suggestion"] == suggestion
        assert suggestion in caught.value.advice("zh")


def test_check_gives_the_canonical_annotation() -> None:
    labels = labels_check(SCHEMA, {"tags": ["dark", "blurred"], "digit": "no"}, Content())
    assert labels == {"digit": "no", "tags": ["blurred", "dark"]}
    assert labels_check(SCHEMA, labels, Content()) == labels
    assert labels_bytes(labels) == b'{"digit":"no","tags":["blurred","dark"]}'
    assert labels_check(SCHEMA, {"digit": "0", "tags": None}, Content()) == {"digit": "0"}


def test_check_refuses_what_the_schema_does_not_have() -> None:
    with pytest.raises(ControlUnknownError) as unknown:
        labels_check(SCHEMA, {"digits": "0"}, Content())
    assert unknown.value.facts["suggestion"] == "'digit'"
    with pytest.raises(ControlMissingError) as missing:
        labels_check(SCHEMA, {"tags": []}, Content())
    assert missing.value.facts["place"] == "digit"
    with pytest.raises(LabelChoiceError) as choice:
        labels_check(SCHEMA, {"digit": "0", "tags": ["dark", "blured"]}, Content())
    assert choice.value.facts["place"] == "tags[1]"
    assert choice.value.facts["suggestion"] == "'blurred'"
    with pytest.raises(LabelShapeError):
        labels_check(SCHEMA, ["0"], Content())


def test_distance_is_the_mean_over_the_controls_that_were_answered() -> None:
    assert record_distance(SCHEMA, {"digit": "0"}, {"digit": "0"}) == 0.0
    assert record_distance(SCHEMA, {"digit": "0"}, {"digit": "1"}) == 1.0
    assert record_distance(SCHEMA, {"digit": "0", "tags": ["dark"]}, {"digit": "0"}) == 0.5
    assert record_distance(SCHEMA, {"digit": "0", "tags": []}, {"digit": "1"}) == 0.5
    assert record_distance(SCHEMA, {"digit": "0"}, {}) == 1.0
    assert record_distance(SCHEMA, {}, {}) == 0.0


def test_merge_votes_control_by_control() -> None:
    answers: list[Labels] = [{"digit": "0", "tags": ["dark"]}, {"digit": "0"}, {"digit": "1", "tags": ["dark"]}]
    assert merge_labels(SCHEMA, answers, [1, 1, 1]) == {"digit": "0", "tags": ["dark"]}
    assert merge_labels(SCHEMA, answers, [1, 5, 1]) == {"digit": "0"}
    assert merge_labels(SCHEMA, answers[::-1], [3, 1, 1]) == {"digit": "1", "tags": ["dark"]}
    assert merge_labels(SCHEMA, [{"digit": "0"}], [0]) == {"digit": "0"}


def test_every_error_speaks_both_languages() -> None:
    from galley.labels import errors

    codes = [getattr(errors, name).code for name in errors.__all__ if name.endswith("Error")]
    assert len(codes) == len(set(codes))
    for name in errors.__all__:
        if name.endswith("Error"):
            kind = getattr(errors, name)
            assert kind.code.startswith("GLY-LAB-")
            assert kind.text.en
            assert kind.text.zh
            assert set(_fields(kind.text.en)) == set(_fields(kind.text.zh))
            assert set(_fields(kind.hint.en)) == set(_fields(kind.hint.zh))


def _fields(template: str) -> list[str]:
    import string

    return [name for _, name, _, _ in string.Formatter().parse(template) if name]
