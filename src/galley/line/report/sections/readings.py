"""Quality readings by standard, measured or not, and the rating."""

import json
from collections.abc import Mapping
from typing import Any, Final

from galley.assess.rules import DIMENSIONS, LEVELS
from galley.kernel.language import Text
from galley.line.report.charts.bars import meter
from galley.line.report.charts.gauge import gauge
from galley.line.report.names import STANDARDS
from galley.line.report.words import count, fraction, percent, visible

__all__ = ["agreement", "rating", "readings"]

_EVIDENCE_MAX: Final = 3000  # characters
_FLOORS: Final = (60.0, 70.0, 80.0, 90.0)
_UNITS: Final[dict[str, Text]] = {
    "alpha": Text("alpha", "alpha"),
    "evenness": Text("0 to 1", "0 至 1"),
}


def readings(found: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """The table's groups, one a standard, in the order of STANDARDS; the rating is shown apart."""
    own = [each for each in found if each["code"] != "rating"]
    names = [*STANDARDS, *sorted({each["standard"] for each in own} - set(STANDARDS))]
    groups = []
    for name in names:
        rows = [_row(each) for each in own if each["standard"] == name]
        if rows:
            measured = sum(row["measured"] for row in rows)
            title = STANDARDS.get(name, Text(name, name))
            groups.append({"title": title, "rows": rows, "measured": measured, "all": len(rows)})
    return groups


def _row(reading: Mapping[str, Any]) -> dict[str, Any]:
    title = Text(visible(reading["title_en"]), visible(reading["title_zh"]))
    row: dict[str, Any] = {
        "code": reading["code"],
        "title": title,
        "measured": reading["value"] is not None,
        "why": _why(reading),
        "method": Text(reading["method_en"], reading["method_zh"]),
        "evidence": _evidence(reading["evidence"]),
        "sample": _sample(reading),
        "value": None,
        "unit": None,
        "interval": None,
        "confidence": None,
    }
    if reading["value"] is None:
        return row
    unit = reading["unit"]
    row["value"] = _shown(reading["value"], unit)
    row["unit"] = _UNITS.get(unit)
    low, high = reading["low"], reading["high"]
    if low is not None and high is not None:
        row["interval"] = f"{_shown(low, unit)} – {_shown(high, unit)}"
        row["confidence"] = None if reading["confidence"] is None else percent(reading["confidence"], 0)
    told = Text(f"{title.en}: {row['value']}", f"{title.zh}：{row['value']}")
    row["meter"] = meter(reading["value"], low, high, told=told)
    return row


def _why(reading: Mapping[str, Any]) -> Text:
    if reading["not_measured_en"]:
        return Text(reading["not_measured_en"], reading["not_measured_zh"])
    return Text("not measured", "未测量")


def _shown(value: float, unit: str) -> str:
    return percent(value) if unit == "share" else fraction(value)


def _sample(reading: Mapping[str, Any]) -> str:
    looked, whole = reading["sample"], reading["population"]
    if looked is None:
        return ""
    return count(looked) if whole is None or whole == looked else f"{count(looked)} / {count(whole)}"


def _evidence(held: Mapping[str, Any]) -> str:
    if not held:
        return ""
    text = json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    return visible(text if len(text) <= _EVIDENCE_MAX else text[:_EVIDENCE_MAX] + " …")


def rating(found: tuple[dict[str, Any], ...]) -> dict[str, Any] | None:
    """The rating with its gauges, or None when it was not given."""
    reading = next((each for each in found if each["code"] == "rating"), None)
    if reading is None:
        return None
    held = reading["evidence"]
    level = None if reading["value"] is None else int(reading["value"])
    gauges = []
    for each in held.get("dimensions", ()):
        name = DIMENSIONS.get(each["code"], Text(each["code"], each["code"]))
        told = Text(
            f"{each['measured']} of {each['indicators']} indicators measured",
            f"已测 {each['measured']} / {each['indicators']} 项指标",
        )
        gauges.append((name, gauge(each["score"], floors=_FLOORS, name=name), told))
    back = zip(held.get("held_back_en", ()), held.get("held_back_zh", ()), strict=True)
    return {
        "level": level,
        "word": None if level is None else LEVELS[level],
        "why": _why(reading),
        "gauges": gauges,
        "held_back": [Text(en, zh) for en, zh in back],
        "method": Text(reading["method_en"], reading["method_zh"]),
        "steps": [(number, LEVELS[number]) for number in sorted(LEVELS)],
    }


def agreement(found: tuple[dict[str, Any], ...]) -> dict[str, Any] | None:
    """The agreement of people, with its interval, or None when it was not asked for."""
    reading = next((each for each in found if each["code"] == "agreement"), None)
    return None if reading is None else _row(reading)
