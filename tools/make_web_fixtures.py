"""Write `web/tests/fixtures/templates.json`: schemas, records and canonical annotations that the web's label kinds must agree with.

    python tools/make_web_fixtures.py [--check]

From the gallery, and from the configurations of `tests/labels/studio_templates` as the server reads them.
"""

import json
import runpy
import sys
from pathlib import Path
from typing import Any, Final

from galley.labels.label_studio_config import read_config
from galley.labels.label_type import Content
from galley.labels.schema import LabelSchema, labels_check, schema_dict
from galley.labels.templates import templates

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "web/tests/fixtures/templates.json"
TEMPLATES: Final = ROOT / "tests/labels/test_labels_studio_templates.py"


def main() -> None:
    """Write the file, or with --check say whether it is as it should be."""
    written = json.dumps([*_gallery(), *_studio()], ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if "--check" not in sys.argv[1:]:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(written, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != written:
        sys.stderr.write(f"{TARGET.relative_to(ROOT)} is out of date: run tools/make_web_fixtures.py\n")
        raise SystemExit(1)


def _one(name: str, schema: LabelSchema, record: dict[str, Any], labels: dict[str, Any]) -> dict[str, Any]:
    content = Content(text=record.get("text"), width=record.get("width"), height=record.get("height"), data=record)
    return {
        "name": name,
        "schema": schema_dict(schema),
        "record": record,
        "labels": labels_check(schema, labels, content),
    }


def _gallery() -> list[dict[str, Any]]:
    return [_one(f"gallery/{one.name}", one.schema, one.record, one.answer) for one in templates()]


def _studio() -> list[dict[str, Any]]:
    told = runpy.run_path(str(TEMPLATES))
    found = []
    for name, (_, _, answer) in sorted(told["TEMPLATES"].items()):
        schema = read_config((told["FOLDER"] / f"{name}.xml").read_text(encoding="utf-8")).schema
        record = {**told["DATA"], "width": 640, "height": 480}
        found.append(_one(f"studio/{name}", schema, record, answer))
    return found


if __name__ == "__main__":
    main()
