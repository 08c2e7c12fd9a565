"""The report of a run: one self-contained HTML file."""

from pathlib import Path

from galley.catalog.reader import VersionReader
from galley.line.kitchen import Kitchen
from galley.line.outcome import RunResult

__all__ = ["write_report"]


def write_report(path: Path, result: RunResult, version: VersionReader, kitchen: Kitchen) -> None:
    """Write the report of a run."""
    del version, kitchen
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<!doctype html><title>{result.line}</title>", encoding="utf-8")
