"""The contract every metric keeps: a value or the reason why not, in both languages, from the records alone.

    from galley.testing.metric_contract import check_metric
    check_metric(MyMetric, {"limit": 3})

The battery measures versions with and without labels, clean and faulty, and cuts each into shards in several ways.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from galley.assess.metric import Metric, Reading
from galley.assess.scan import scan
from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json
from galley.kernel.ports import Desk
from galley.labels.schema import LabelSchema, schema_from_dict
from galley.testing.extension_contract import bilingual, check_extension, hold
from galley.testing.memory import memory_desk
from galley.testing.versions import media_row, text_row, version_of

__all__ = ["assess_context", "check_metric", "check_readings"]

SCHEMA: Final[dict[str, Any]] = {
    "format": "galley-labels/1",
    "name": "tone",
    "controls": [
        {
            "name": "tone",
            "type": "classify@1",
            "required": True,
            "field": "text",
            "options": {"choices": ["good", "bad", "neither"]},
        }
    ],
}


def assess_context(version: VersionReader, desk: Desk, **facts: Any) -> dict[str, Any]:
    """The facts of a run as metrics get them, `scan` included; `facts` replace the defaults of an unannotated run."""
    plain = version.label_schema()
    schema: LabelSchema | None = None if plain is None else schema_from_dict(plain)
    context = {
        "needs": {},
        "sources": [],
        "steps": [],
        "annotation": None,
        "certificate": None,
        "opinions": [],
        "schema": schema,
        "release": None,
        "readings": [],
        **facts,
    }
    return {**context, "scan": scan(version, schema, desk.seed)}


def check_metric(found: type[Metric[Any]], params: Mapping[str, Any] | None = None) -> None:
    """Run the battery; raises ExtensionContractError at the first broken promise."""
    check_extension(found, params)
    filled = msgspec.convert(dict(params or {}), found.Params)
    desk = memory_desk()
    for name, rows, labels, facts in _worlds(desk):
        told = []
        for shard_rows in (1, 3, 100):
            schema = None if labels is None else SCHEMA
            version = version_of(rows, desk.blobs, schema=schema, labels=labels, shard_rows=shard_rows)
            context = assess_context(version, desk, **facts)
            readings = found(filled).measure(version, context, desk)
            check_readings(readings, where=name)
            told.append(canonical_json(readings))
            hold(
                canonical_json(found(filled).measure(version, context, desk)) == told[-1],
                "the same version is measured the same twice",
                name,
            )
        hold(len(set(told)) == 1, "readings do not depend on how the version is cut into shards", name)


def check_readings(readings: list[Reading], where: str = "") -> None:
    """What every reading keeps."""
    codes = [(reading.standard, reading.code) for reading in readings]
    hold(len(set(codes)) == len(codes), "every indicator is read once", where, codes)
    for reading in readings:
        spot = (where, reading.standard, reading.code)
        hold(bool(reading.standard and reading.code), "a reading has a standard and a code", spot)
        hold(bool(reading.title_en) and bilingual("x", reading.title_zh), "titles are in both languages", spot)
        reasons = (reading.not_measured_en, reading.not_measured_zh)
        if reading.value is None:
            hold(bilingual(*reasons), "what is not measured says why, in both languages", spot, reasons)
            hold(reading.low is None and reading.high is None, "without a value there are no bounds", spot)
        else:
            hold(reasons == ("", ""), "what is measured has no reason not to be", spot, reasons)
            hold(bilingual(reading.method_en, reading.method_zh), "a value has its method, in both languages", spot)
            _check_numbers(reading, reading.value, spot)
        counted = reading.sample is None or reading.population is None or 0 <= reading.sample <= reading.population
        hold(counted or reading.value is None, "a sample is part of its population", spot, reading.sample)
        canonical_json(reading)


def _check_numbers(reading: Reading, value: float, spot: tuple[str, ...]) -> None:
    hold(math.isfinite(value), "a value is a number", spot, value)
    hold(reading.unit != "share" or -1e-12 <= value <= 1 + 1e-12, "a share lies in [0, 1]", spot, value)
    low = value if reading.low is None else reading.low
    high = value if reading.high is None else reading.high
    hold(low <= value <= high, "a value lies within its bounds", spot, low, value, high)
    hold(
        (reading.low is None and reading.high is None) or reading.confidence is not None,
        "bounds come with their confidence",
        spot,
    )


def _worlds(desk: Desk) -> list[tuple[str, list[dict[str, Any]], list[dict[str, Any] | None] | None, dict[str, Any]]]:
    clean = [text_row(f"{place}", f"text {place}", time=f"2025-0{place % 3 + 1}-01T00:00:00Z") for place in range(9)]
    faulty = [
        *clean,
        text_row("twin", "text 0"),
        text_row("empty", " "),
        text_row("unknown", "of no grade", grade="?"),
        text_row("untraced", "from nowhere", uri=""),
        media_row("mistyped", b"\1\2", desk.blobs, media_type="audio/wav"),
        {**media_row("lost", b"\3\4", desk.blobs), "blob": "0" * 64},
    ]
    tones = ("good", "bad", "good", "good", "wrong word")
    labels: list[dict[str, Any] | None] = [{"tone": tones[place % 5]} for place in range(len(faulty) - 1)] + [None]
    opinions = [
        (row["id"], f"p{nth}", {"tone": tones[(place + nth * place) % 4]})
        for nth in (0, 1)
        for place, row in enumerate(faulty)
    ]
    needs = {"records": 20, "since": "2025-02-01", "until": "2025-12-31", "classes": ["tone"]}
    certificate = {
        "issued": True,
        "accuracy": 0.96,
        "confidence": 0.95,
        "errors": 0,
        "items": 9,
        "labeler_kind": "person",
        "statement_en": "At least 96 %.",
        "statement_zh": "至少 96 %。",
        "certificate": {"audits": 5},
    }
    full = {
        "needs": needs,
        "annotation": {"people": 2},
        "opinions": opinions,
        "certificate": certificate,
        "release": {"name": "a/b", "version": "1.0.0", "about": {"scenario": "tests"}},
        "readings": [],
    }
    refused = {**full, "certificate": {**certificate, "issued": False}}
    return [
        ("nothing", [], None, {}),
        ("clean", clean, None, {}),
        ("faulty", faulty, None, {"needs": needs}),
        ("labelled", faulty, labels, full),
        ("refused", faulty, labels, refused),
        ("unlabelled yet", clean, [None] * len(clean), {"annotation": {}, "opinions": []}),
    ]
