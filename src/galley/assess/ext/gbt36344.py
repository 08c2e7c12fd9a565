"""Readings of GB/T 36344-2018 (数据质量评价指标): indicators in six dimensions, all X = A / B.

Names and formulas follow a public source; the indicator numbers of the official text could not be read, so codes are
Galley's own. Indicators for which lower is better (重复率, 脏数据率) are given as they are defined.
"""

from typing import Any, Final

from galley.assess.metric import Metric, Reading
from galley.assess.needs import NO_RECORDS, needed_number
from galley.assess.scan import Scan
from galley.catalog.reader import VersionReader
from galley.kernel.extension import NoParams
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Gbt36344Metric"]

STANDARD: Final = "gbt-36344"
_ALL: Final = Text("counted over all records", "对全部记录计数")

_TITLES: Final[dict[str, Text]] = {
    "norm.standard": Text("Normative: data standard", "规范性：数据标准"),
    "norm.model": Text("Normative: data model", "规范性：数据模型"),
    "norm.metadata": Text("Normative: metadata", "规范性：元数据"),
    "norm.rules": Text("Normative: business rules", "规范性：业务规则"),
    "norm.reference": Text("Normative: authoritative reference data", "规范性：权威参考数据"),
    "norm.security": Text("Normative: security", "规范性：安全规范"),
    "complete.elements": Text("Complete: elements", "完整性：数据元素完整性"),
    "complete.records": Text("Complete: records", "完整性：数据记录完整性"),
    "accurate.content": Text("Accurate: content", "准确性：数据内容正确性"),
    "accurate.format": Text("Accurate: format", "准确性：数据格式合规性"),
    "accurate.duplicates": Text("Accurate: duplicate rate (lower is better)", "准确性：数据重复率（越低越好）"),
    "accurate.unique": Text("Accurate: uniqueness", "准确性：数据唯一性"),
    "accurate.dirty": Text("Accurate: dirty-data rate (lower is better)", "准确性：脏数据出现率（越低越好）"),
    "consistent.same": Text("Consistent: same data", "一致性：相同数据一致性"),
    "consistent.related": Text("Consistent: related data", "一致性：关联数据一致性"),
    "timely.period": Text("Timely: correct for the period", "时效性：基于时间段的正确性"),
    "timely.moment": Text("Timely: up to date", "时效性：基于时间点及时性"),
    "timely.order": Text("Timely: order", "时效性：时序性"),
    "accessible.access": Text("Accessible", "可访问性：可访问"),
    "accessible.usable": Text("Usable", "可访问性：可用性"),
}

_UNMEASURED: Final[dict[str, Text]] = {
    "norm.reference": Text("not measured, because no reference data was named", "未测量：未指定权威参考数据"),
    "norm.security": Text(
        "not measured, because no content review is part of this line", "未测量：该产线不含内容安全审核"
    ),
    "consistent.related": Text("not measured, because records are not linked", "未测量：记录之间无关联"),
    "timely.moment": Text("not measured, because no update deadline was named", "未测量：未指定更新时限"),
    "timely.order": Text("not measured, because records form no sequence", "未测量：记录之间无时序关系"),
}


class Gbt36344Metric(Metric[NoParams]):
    """What of the indicators a line can measure, and the reason for the rest."""

    name = "gbt-36344"
    summary = Text("GB/T 36344-2018 data quality indicators.", "GB/T 36344-2018 数据质量评价指标。")

    def measure(self, version: VersionReader, context: dict[str, Any], desk: Desk) -> list[Reading]:
        found: Scan = context["scan"]
        values = _values(found, context)
        readings = []
        for code, title in _TITLES.items():
            value, why = values.get(code, (None, _UNMEASURED.get(code, Text("", ""))))
            readings.append(_reading(code, title, value, why, found))
        return readings


def _values(found: Scan, context: dict[str, Any]) -> dict[str, tuple[float | None, Text]]:
    """Code -> value, or None with the reason."""
    certificate = context.get("certificate")
    needs = context["needs"]
    rows = found.records
    wanted = needed_number(needs)
    dirty = found.share("empty", "unreadable", "format")
    dated = needs.get("since") or needs.get("until")
    measured: dict[str, float | None] = {
        "norm.standard": found.share("format"),
        "norm.model": found.share("format", "type"),
        "norm.metadata": found.share("untraceable"),
        "norm.rules": 1 - found.fault_counts["label"] / found.labelled if found.labelled else None,
        "complete.elements": found.share("empty", "untraceable"),
        "complete.records": min(1.0, rows / wanted) if rows and wanted else None,
        "accurate.content": certificate["accuracy"] if certificate and certificate["issued"] else None,
        "accurate.format": found.share("format", "type"),
        "accurate.duplicates": found.duplicates / rows if rows else None,
        "accurate.unique": found.share("duplicate"),
        "accurate.dirty": None if dirty is None else 1 - dirty,
        "consistent.same": 1 - found.relabelled_duplicates / rows if rows and found.labelled else None,
        "timely.period": found.within(needs.get("since"), needs.get("until")) if dated else None,
        "accessible.access": found.share("unreadable"),
        "accessible.usable": found.share("unreadable", "empty"),
    }
    reasons = {
        "norm.rules": Text("not measured, because nothing is labelled", "未测量：没有标签"),
        "complete.records": Text(
            "not measured, because `assess.needs.records` gives no number", "未测量：`assess.needs.records` 未给出数值"
        ),
        "accurate.content": Text("not measured, because no audit certified it", "未测量：未经审计认证"),
        "consistent.same": Text("not measured, because nothing is labelled", "未测量：没有标签"),
        "timely.period": Text(
            "not measured, because `assess.needs.since` and `until` are not given",
            "未测量：未给出 `assess.needs.since` 与 `until`",
        ),
    }
    if not rows:
        return dict.fromkeys(measured, (None, NO_RECORDS))
    return {code: (value, reasons.get(code, NO_RECORDS)) for code, value in measured.items()}


def _reading(code: str, title: Text, value: float | None, why: Text, found: Scan) -> Reading:
    missing = why if value is None else Text("", "")
    return Reading(
        standard=STANDARD,
        code=code,
        title_en=title.en,
        title_zh=title.zh,
        value=value,
        sample=None if value is None else found.records,
        population=found.records,
        method_en="" if value is None else _ALL.en,
        method_zh="" if value is None else _ALL.zh,
        not_measured_en=missing.en,
        not_measured_zh=missing.zh,
        evidence={"faults": dict(sorted(found.fault_counts.items()))} if value is not None else {},
    )
