"""The exporters of chat, preference pairs and judged steps over a version: rows, skipped records, losses."""

import json
from pathlib import Path
from typing import Any

import pytest

from galley.kernel.extension import make
from galley.release.errors import ExportEmptyError
from galley.testing.memory import MemoryBlobs, memory_desk
from galley.testing.versions import text_row, version_of

SCHEMA = {
    "format": "galley-labels/1",
    "name": "talk",
    "controls": [
        {"name": "best", "type": "ranking@1", "required": False, "field": "responses", "options": {}},
        {"name": "marks", "type": "steps@1", "required": False, "field": "text", "options": {}},
        {"name": "answer", "type": "text@1", "required": False, "field": "text", "options": {}},
    ],
}
META = {"prompt": "How many?", "responses": [{"id": "a", "content": "4"}, {"id": "b", "content": "5"}, "6"]}
LABELS: list[Any] = [
    {"best": [["a"], ["2", "b"]], "marks": [{"mark": "right"}, {"mark": "wrong", "reason": "no"}], "answer": "4"},
    {"best": [["a", "b", "2"]]},
    None,
]


def exported(name: str, place: Path, **params: Any) -> tuple[list[Any], Any]:
    rows = [text_row(f"r{n}", "Add 2.\n\nSo 5.", meta=json.dumps(META)) for n in range(3)]
    version = version_of(rows, MemoryBlobs(), schema=SCHEMA, labels=LABELS)
    place.mkdir()
    exporter: Any = make("exporter", name, params)
    report = exporter.write(version, place, memory_desk(place))
    return [json.loads(line) for line in (place / "records.jsonl").read_text("utf-8").splitlines()], report


@pytest.mark.parametrize(
    ("name", "params", "rows", "losses"),
    [
        (
            "preference",
            {},
            [{"prompt": "How many?", "chosen": "4", "rejected": bad} for bad in ("6", "5")],
            {"control": 2, "no_row": 1, "tie": 4, "unlabelled": 1},
        ),
        ("preference", {"pairs": "ends"}, [{"prompt": "How many?", "chosen": "4", "rejected": "5"}], {"control": 2, "no_row": 1, "tie": 4, "unlabelled": 1}),
        (
            "prm",
            {},
            [{"problem": "How many?", "steps": ["Add 2.", "So 5."], "labels": [1, -1], "reasons": [None, "no"]}],
            {"control": 2, "no_row": 1, "no_steps": 1, "unlabelled": 1},
        ),
        (
            "chat",
            {},
            [{"messages": [{"role": "user", "content": "How many?"}, {"role": "assistant", "content": "4"}]}],
            {"control": 2, "no_messages": 1, "no_row": 1, "unlabelled": 1},
        ),
    ],
)  # fmt: skip
def test_rows_and_losses(name: str, params: dict[str, Any], rows: Any, losses: Any, tmp_path: Path) -> None:
    found, report = exported(name, tmp_path / "out", **params)
    assert found == rows
    assert {loss.code: loss.count for loss in report.losses} == losses
    assert (report.records, report.skipped) == (1, 2)


def test_a_version_without_a_schema_is_refused(tmp_path: Path) -> None:
    version = version_of([text_row("r", "text")], MemoryBlobs())
    exporter: Any = make("exporter", "chat", {})
    with pytest.raises(ExportEmptyError):
        exporter.write(version, tmp_path, memory_desk(tmp_path))
