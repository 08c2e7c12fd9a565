"""The metric kind: one quality reading of a version, with its method, sample and evidence."""

from typing import Any, ClassVar

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.extension import Extension, Kind, P
from galley.kernel.ports import Desk

__all__ = ["Metric", "Reading"]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One measured (or honestly unmeasured) indicator."""

    standard: str  # tc609-04, gbt-36344, galley
    code: str  # 0304, 0101, agreement …
    title_en: str
    title_zh: str
    value: float | None = None  # share in [0, 1] unless `unit` says otherwise; None = not measured
    low: float | None = None  # confidence bounds, when there are any
    high: float | None = None
    confidence: float | None = None
    unit: str = "share"
    sample: int | None = None  # how many records were looked at
    population: int | None = None
    method_en: str = ""
    method_zh: str = ""
    not_measured_en: str = ""  # "not measured, because …"
    not_measured_zh: str = ""
    evidence: dict[str, Any] = {}  # counts, example record ids, hashes: what a reader needs to check it


class Metric(Extension[P]):
    """Measures one or several indicators in one pass over a version."""

    kind: ClassVar[Kind] = "metric"

    def measure(self, version: VersionReader, context: dict[str, Any], desk: Desk) -> list[Reading]:
        """The readings. `context` holds the run's facts (counts by reason, certificate, card fields) by documented key."""
        raise NotImplementedError
