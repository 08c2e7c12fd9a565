"""Distribution: what is in the version, and how balanced its labels are (ISO/IEC 5259-2 Bal-ML-8)."""

import math
from collections import Counter
from typing import Any, Final

from galley.assess.metric import Metric, Reading
from galley.assess.needs import NO_RECORDS
from galley.assess.scan import Scan, classes_of
from galley.catalog.reader import VersionReader
from galley.kernel.extension import NoParams
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.schema import LabelSchema

__all__ = ["DistributionMetric", "evenness"]

_BALANCE: Final = Text("Label balance: {name}", "标签均衡度：{name}")
_METHOD: Final = Text(
    "Shannon evenness: entropy of the classes divided by the logarithm of their number in the schema; 1 = all equal",
    "香农均匀度：类别熵除以标签体系中类别数的对数；1 表示完全均衡",
)
_COVERAGE: Final = Text("Records with a label", "已标注记录占比")
_COUNTED: Final = Text("counted over all records", "对全部记录计数")
_EMPTY: Final = Text("not measured, because no record has a label of this control", "未测量：没有记录具有该控件的标签")


class DistributionMetric(Metric[NoParams]):
    """Counts by modality and class, and the evenness of every classification."""

    name = "distribution"
    summary = Text("Label distribution and balance, and what the records are.", "标签分布与均衡度，以及记录构成。")

    def measure(self, version: VersionReader, context: dict[str, Any], desk: Desk) -> list[Reading]:
        found: Scan = context["scan"]
        schema: LabelSchema | None = context["schema"]
        readings = []
        if schema is not None:
            readings.append(_coverage(found))
            for control in schema.of_type("classify"):
                counts = found.classes.get(control.name, Counter())
                known = classes_of(control) or tuple(sorted(counts))
                title = Text(_BALANCE.say("en", name=control.says("en")), _BALANCE.say("zh", name=control.says("zh")))
                readings.append(_balance(control.name, title, counts, known, found))
        return readings


def _coverage(found: Scan) -> Reading:
    return Reading(
        standard="galley",
        code="labelled",
        title_en=_COVERAGE.en,
        title_zh=_COVERAGE.zh,
        value=found.labelled / found.records if found.records else None,
        sample=found.records,
        population=found.records,
        method_en=_COUNTED.en,
        method_zh=_COUNTED.zh,
        not_measured_en="" if found.records else NO_RECORDS.en,
        not_measured_zh="" if found.records else NO_RECORDS.zh,
        evidence={"decided_by": dict(sorted(found.decided_by.items()))},
    )


def _balance(name: str, title: Text, counts: Counter[str], known: tuple[str, ...], found: Scan) -> Reading:
    # Words the schema does not offer are faults of labels (0203), not classes.
    inside = Counter({word: counts[word] for word in known if counts[word]})
    total = sum(inside.values())
    return Reading(
        standard="galley",
        code=f"balance.{name}",
        title_en=title.en,
        title_zh=title.zh,
        value=evenness(inside, len(known)) if total else None,
        unit="evenness",
        sample=found.labelled if total else None,
        population=found.records,
        method_en=_METHOD.en,
        method_zh=_METHOD.zh,
        not_measured_en="" if total else _EMPTY.en,
        not_measured_zh="" if total else _EMPTY.zh,
        evidence={"classes": dict(sorted(counts.items())), "classes_in_schema": len(known)},
    )


def evenness(counts: Counter[str], known: int) -> float:
    """Shannon evenness of class counts among `known` possible classes; 1 when there is only one class."""
    total = sum(counts.values())
    if known <= 1:
        return 1.0
    entropy = -sum(count / total * math.log(count / total) for count in counts.values() if count)
    return entropy / math.log(known)
