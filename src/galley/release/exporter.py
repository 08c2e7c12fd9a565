"""The exporter kind: writes a version in a format other tools read, and says what the format could not hold."""

from pathlib import Path
from typing import ClassVar

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.extension import Extension, Kind, P
from galley.kernel.ports import Desk

__all__ = ["ExportReport", "Exporter", "Loss"]


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of thing the format cannot hold."""

    code: str  # e.g. rotation, relation, overlap, confidence
    count: int  # how many values were affected
    detail: str  # one sentence
    examples: tuple[str, ...] = ()  # record ids, ten at most


class ExportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an export wrote; stored beside it as `export-report.json`."""

    format: str
    version: str  # the version's name
    root: str
    records: int  # written
    skipped: int  # records the format has no place for at all (each counted in a loss)
    files: int
    bytes: int
    losses: tuple[Loss, ...] = ()
    notes: tuple[str, ...] = ()


class Exporter(Extension[P]):
    """Streams a version into a folder; memory does not grow with the data."""

    kind: ClassVar[Kind] = "exporter"

    def write(self, version: VersionReader, out: Path, desk: Desk) -> ExportReport:
        """Write the version below `out` (exists, empty); raises an InputError when the schema has nothing to export."""
        raise NotImplementedError
