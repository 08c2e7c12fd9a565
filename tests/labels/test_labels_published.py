"""The published JSON Schema equals the code, and says yes and no where the reader does."""

import json
from pathlib import Path
from typing import Any

import pytest

from galley.labels.errors import SchemaError
from galley.labels.schema_text import json_schema, schema_from_yaml

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "label-schema.json"


def test_the_published_schema_is_the_code() -> None:
    written = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    assert PUBLISHED.read_text(encoding="utf-8") == written, (
        "write it anew: python -c 'import json; from galley.labels.schema_text import json_schema; "
        "print(json.dumps(json_schema(), ensure_ascii=False, indent=2))' > docs/reference/label-schema.json"
    )


def test_every_reference_resolves() -> None:
    schema = json_schema()
    text = json.dumps(schema)
    for name in {part.split('"')[0] for part in text.split("#/$defs/")[1:]}:
        assert name in schema["$defs"]


@pytest.mark.parametrize(
    ("control", "good"),
    [
        ({"name": "a", "type": "classify", "choices": ["x", 3, {"value": "y", "title": {"zh": "是"}}]}, True),
        ({"name": "a", "type": "box@1", "labels": ["x"], "attributes": {"hidden": ["yes"]}, "threshold": 0.7}, True),
        ({"name": "a", "type": "transcript", "title": "转写", "erhua": "drop"}, True),
        ({"name": "a", "type": "classify"}, False),
        ({"name": "a", "type": "classify", "choices": ["x"], "mode": "several"}, False),
        ({"name": "a", "type": "span", "labels": ["x"], "overlaps": "any"}, False),
        ({"name": "a", "type": "text", "required": "yes"}, False),
        ({"type": "text"}, False),
        ({"name": "a", "type": "texts"}, False),
    ],
)
def test_it_says_yes_and_no_where_the_reader_does(control: dict[str, Any], good: bool) -> None:
    validator = pytest.importorskip("jsonschema").Draft202012Validator(json_schema())
    document = {"controls": [control]}
    assert validator.is_valid(document) is good
    text = json.dumps(document, ensure_ascii=False)  # JSON is YAML
    if good:
        assert schema_from_yaml(text).controls[0].name == "a"
    else:
        with pytest.raises(SchemaError):
            schema_from_yaml(text)
