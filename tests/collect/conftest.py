"""Shared set-up of the collect tests: real data, a desk, and reading a source to its end."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from galley.collect.connector import Draft, Spoiled
from galley.collect.rules import source_spec
from galley.collect.service import connector_of, list_units
from galley.kernel.ports import Desk
from galley.testing.connector_contract import Collect
from galley.testing.memory import memory_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk in memory whose recipe folder is the test's own."""
    return memory_desk(base=tmp_path)


@pytest.fixture
def collect(desk: Desk) -> Collect:
    """Everything a source yields."""

    def run(connector: str, **params: Any) -> list[Draft | Spoiled]:
        spec = source_spec({"from": connector, "license": "CC0-1.0", "basis": "open", **params})
        made = connector_of(spec)
        return [draft for unit in list_units(made, desk) for draft in made.read(unit, desk)]

    return run


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """The path of a real data set, skipping the test when it is absent."""
    root = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))

    def find(name: str) -> Path:
        if not (root / name).is_dir():
            pytest.skip(f"the real data set '{name}' is not here (GALLEY_SHARED_DATA)")
        return root / name

    return find
