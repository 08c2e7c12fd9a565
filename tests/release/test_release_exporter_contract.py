"""Every installed exporter keeps the contract, with every way of setting it up that changes what it writes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from galley.kernel.extension import available
from galley.release import parts
from galley.testing.exporter_contract import EXPORTER_CHECKS, Case, case_for

SETUPS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in available("exporter")),
    ("csv", {"encoding": "utf-8", "guard_formulas": False, "media": "omit"}),
    ("jsonl", {"media": "omit"}),
    ("label-studio", {"media": "omit"}),
    ("yolo", {"task": "segment"}),
    ("yolo", {"task": "obb", "val_share": 0.5}),
    ("conll", {"tokens": "characters", "control": "spans"}),
]


def test_the_seven_formats_are_installed() -> None:
    assert {"parquet", "jsonl", "label-studio", "coco", "yolo", "conll", "csv"} <= set(available("exporter"))


@pytest.mark.parametrize("check", EXPORTER_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize(("name", "params"), SETUPS, ids=str)
def test_contract(
    name: str, params: dict[str, Any], check: Callable[[Case], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Parquet holds one row group; with groups of a shard's size the battery can see that it holds no more.
    monkeypatch.setattr(parts, "GROUP_ROWS", 20)
    check(case_for(name, params, tmp_path))
