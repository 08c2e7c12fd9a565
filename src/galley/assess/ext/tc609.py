"""Readings of TC609-5-2025-04 (高质量数据集 质量评测规范), indicators 0101 to 0305.

The official text could not be read in full; codes, names and formulas follow three public sources that agree with each
other. Where a reading would need what a line cannot know (a content review, a trained target model) it says so.
"""

from typing import Any, Final

from galley.assess.documentation import ASPECTS, aspects_given
from galley.assess.metric import Metric, Reading
from galley.assess.needs import NO_RECORDS, needed_classes, needed_number
from galley.assess.scan import Scan, classes_of
from galley.catalog.reader import VersionReader
from galley.kernel.extension import NoParams
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["STANDARD", "Tc609Metric"]

STANDARD: Final = "tc609-04"
_ALL: Final = Text("every record examined", "逐条检查全部记录")
_ASPECTS: Final = Text("aspects given / aspects the standard asks for", "已说明的方面数 / 标准要求的方面数")

_BY_RECORD: Final[dict[str, tuple[Text, Text, tuple[str, ...]]]] = {
    "0201": (
        Text("Format conforms", "格式规范性"),
        Text(
            "records whose fields have the declared types and vocabularies / records",
            "字段类型与取值符合声明的记录占比",
        ),
        ("format",),
    ),
    "0204": (
        Text("Structure complete", "结构完整性"),
        Text("records with content / records", "内容非空的记录占比"),
        ("empty",),
    ),
    "0205": (
        Text("Content authentic", "内容真实性"),
        Text(
            "records with source, location and licence whose bytes, where sampled, have their hash / records",
            "具有来源、位置与许可，且抽样字节哈希一致的记录占比",
        ),
        ("untraceable", "unreadable"),
    ),
    "0207": (
        Text("Type consistent", "类型一致性"),
        Text(
            "records whose media type belongs to the declared modality / records", "媒体类型与所声明模态一致的记录占比"
        ),
        ("type",),
    ),
    "0208": (
        Text("Content clean", "内容干净性"),
        Text("records whose content no earlier record has / records", "内容不与其他记录重复的记录占比"),
        ("duplicate",),
    ),
}

_UNMEASURED: Final[dict[str, tuple[Text, Text]]] = {
    "0202": (
        Text("Content safe", "安全规范性"),
        Text(
            "not measured, because no review for illegal or discriminatory content is part of this line",
            "未测量：该产线不含违法、歧视等内容的安全审核",
        ),
    ),
    "0206": (
        Text("Content consistent across parts", "内容一致性"),
        Text("not measured, because records have one part only", "未测量：记录仅含单一模态"),
    ),
    "0305": (
        Text("Improves the target model", "模型适配性"),
        Text(
            "not measured, because it needs the target model trained with and without this dataset",
            "未测量：需要用目标模型在使用与不使用本数据集的条件下训练并比较",
        ),
    ),
}


class Tc609Metric(Metric[NoParams]):
    """All seventeen indicators, measured or with the reason why not."""

    name = "tc609-04"
    summary = Text("TC609-5-2025-04 indicators 0101 to 0305.", "TC609-5-2025-04 质量指标 0101–0305。")

    def measure(self, version: VersionReader, context: dict[str, Any], desk: Desk) -> list[Reading]:
        found: Scan = context["scan"]
        readings = [*_documentation(context), *_by_record(found), _labels_conform(found, context)]
        readings += [_diversity(found, context), _scale(found, context), _timeliness(found, context)]
        readings.append(_accuracy(context, version.rows))
        readings += [
            _reading(code, title, None, why=why, population=version.rows) for code, (title, why) in _UNMEASURED.items()
        ]
        return sorted(readings, key=lambda reading: reading.code)


def _reading(  # noqa: PLR0913  # the fields of a reading
    code: str,
    title: Text,
    value: float | None,
    *,
    method: Text = _ALL,
    why: Text | None = None,
    population: int | None = None,
    sample: int | None = None,
    **more: Any,
) -> Reading:
    # A value that could be measured is missing for one reason only: there is nothing to measure it on.
    reason = Text("", "") if value is not None else why or NO_RECORDS
    return Reading(
        standard=STANDARD,
        code=code,
        title_en=title.en,
        title_zh=title.zh,
        value=value,
        sample=None if value is None else sample,
        population=population,
        method_en="" if value is None else method.en,
        method_zh="" if value is None else method.zh,
        not_measured_en=reason.en,
        not_measured_zh=reason.zh,
        **more,
    )


def _documentation(context: dict[str, Any]) -> list[Reading]:
    given = aspects_given(context)
    return [
        _reading(
            code,
            title,
            len(given.intersection(wanted)) / len(wanted),
            method=_ASPECTS,
            evidence={"given": sorted(given.intersection(wanted)), "missing": sorted(set(wanted) - given)},
        )
        for code, (title, wanted) in ASPECTS.items()
    ]


def _by_record(found: Scan) -> list[Reading]:
    return [
        _reading(
            code,
            title,
            found.share(*faults),
            method=method,
            sample=found.records,
            population=found.records,
            evidence={
                "faults": {name: found.fault_counts[name] for name in faults},
                "examples": {name: found.faults.get(name, []) for name in faults},
                "blobs_read": found.blobs_read,
            },
        )
        for code, (title, method, faults) in _BY_RECORD.items()
    ]


def _labels_conform(found: Scan, context: dict[str, Any]) -> Reading:
    title = Text("Annotation follows its rules", "标注规范性")
    if context.get("schema") is None or not found.labelled:
        return _reading("0203", title, None, why=Text("not measured, because nothing is labelled", "未测量：没有标签"))
    bad = found.fault_counts["label"]
    return _reading(
        "0203",
        title,
        1 - bad / found.labelled,
        method=Text("labels that the label schema accepts / labels", "符合标签体系的标签占比"),
        sample=found.labelled,
        population=found.records,
        evidence={"faults": bad, "examples": found.faults.get("label", [])},
    )


def _diversity(found: Scan, context: dict[str, Any]) -> Reading:
    title = Text("Content diverse", "内容多样性")
    schema = context.get("schema")
    wanted = needed_classes(context["needs"])
    controls = [] if schema is None else list(schema.of_type("classify"))
    if wanted:
        controls = [control for control in controls if control.name in wanted]
    if not controls:
        why = Text(
            "not measured, because `assess.needs.classes` names no classification to cover",
            "未测量：`assess.needs.classes` 未指定需覆盖的分类",
        )
        return _reading("0301", title, None, why=why)
    known = {control.name: set(classes_of(control)) for control in controls}
    covered = {name: sorted(set(found.classes.get(name, ())) & choices) for name, choices in known.items()}
    total = sum(len(choices) for choices in known.values())
    return _reading(
        "0301",
        title,
        sum(len(names) for names in covered.values()) / total if total and found.records else None,
        method=Text(
            "classes with at least one record / classes of the schema", "至少有一条记录的类别数 / 标签体系类别数"
        ),
        sample=found.records,
        population=found.records,
        evidence={"covered": covered},
    )


def _scale(found: Scan, context: dict[str, Any]) -> Reading:
    title = Text("Scale sufficient", "规模完整性")
    wanted = needed_number(context["needs"])
    if wanted is None:
        why = Text(
            "not measured, because `assess.needs.records` gives no number", "未测量：`assess.needs.records` 未给出数值"
        )
        return _reading("0302", title, None, why=why)
    return _reading(
        "0302",
        title,
        min(1.0, found.records / wanted) if found.records else None,
        method=Text("records / records needed, at most 1", "实有规模 / 所需规模，至多为 1"),
        population=found.records,
        evidence={"records": found.records, "needed": wanted},
    )


def _timeliness(found: Scan, context: dict[str, Any]) -> Reading:
    title = Text("Content timely", "内容时效性")
    since, until = context["needs"].get("since"), context["needs"].get("until")
    if not since and not until:
        why = Text(
            "not measured, because `assess.needs.since` and `until` are not given",
            "未测量：未给出 `assess.needs.since` 与 `until`",
        )
        return _reading("0303", title, None, why=why)
    return _reading(
        "0303",
        title,
        found.within(since, until),
        method=Text("records dated within the months asked for / records", "时间在所需月份内的记录占比"),
        sample=found.records,
        population=found.records,
        evidence={"since": since, "until": until, "undated": found.records - found.timed},
    )


def _accuracy(context: dict[str, Any], rows: int) -> Reading:
    title = Text("Annotation accurate", "标注准确性")
    certificate = context.get("certificate")
    if certificate is None or not certificate["issued"]:
        why = Text(
            "not measured, because no audit certified it"
            + ("" if certificate is None else f": {certificate['statement_en']}"),
            "未测量：未经审计认证" + ("" if certificate is None else f"：{certificate['statement_zh']}"),
        )
        return _reading("0304", title, None, why=why, population=rows)
    return _reading(
        "0304",
        title,
        certificate["accuracy"],
        method=Text(
            "lower bound proved by an exact audit at the stated confidence (evidence/certificate.json)",
            "由精确审计在所述置信度下证明的下界（evidence/certificate.json）",
        ),
        low=certificate["accuracy"],
        high=1.0,
        confidence=certificate["confidence"],
        sample=certificate["certificate"]["audits"],
        population=certificate["items"],
        evidence={"errors_at_most": certificate["errors"], "labeler_kind": certificate["labeler_kind"]},
    )
