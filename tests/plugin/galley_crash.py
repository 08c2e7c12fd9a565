"""Crash points, for tests only: this process kills itself when a named function is entered or left the n-th time.

`GALLEY_TEST_CRASH` holds `MODULE:FUNCTION CALL before|after [MARKER]`. With a marker file it happens once: the file is
made just before, and where it exists nothing is armed. Workers of a run import this module as their main module, so a
function they call can be named as well.
"""

import functools
import importlib
import os
import signal
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

__all__ = ["VARIABLE", "arm"]

VARIABLE = "GALLEY_TEST_CRASH"


def arm(told: str) -> None:
    """Replace the function named by one that kills the process."""
    where, call, when, *marker = told.split(" ")
    if marker and Path(marker[0]).exists():
        return
    module, _, path = where.partition(":")
    *outer, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for part in outer:
        owner = getattr(owner, part)
    original = getattr(owner, name)
    calls = 0

    @functools.wraps(original)
    def crashing(*arguments: Any, **keywords: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == int(call) and when == "before":
            _die(marker)
        result = original(*arguments, **keywords)
        if calls == int(call) and when == "after":
            _die(marker)
        return result

    setattr(owner, name, crashing)


def _die(marker: list[str]) -> None:
    for file in marker:
        Path(file).touch()
    os.kill(os.getpid(), signal.SIGKILL)


class _NoPandas(MetaPathFinder):
    """Makes an installed pandas as absent as it is for users."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


if __name__ == "__mp_main__":  # in a worker
    # Galley does without pandas, which only the tests' own libraries bring; pyarrow would load it, a second a worker.
    sys.meta_path.insert(0, _NoPandas())
    if os.environ.get(VARIABLE):
        arm(os.environ[VARIABLE])
