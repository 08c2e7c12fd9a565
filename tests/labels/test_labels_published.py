"""The published JSON Schema equals the code, and says yes and no where the reader does."""

import json
from pathlib import Path

from galley.labels.schema_text import json_schema

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
