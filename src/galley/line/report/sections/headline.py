"""The first thing seen: what it is, the verdict, five numbers."""

from typing import Any

from galley.kernel.language import Text
from galley.line.report.gather import Material
from galley.line.report.words import at_least, count, percent, short

__all__ = ["headline", "verdict"]


def verdict(material: Material) -> tuple[str, Text, Text]:
    """(css class, the verdict in few words, why)."""
    result = material.result
    found = result.certificate
    if found is not None and found["issued"]:
        told = Text(
            f"Certified: at least {at_least(found['accuracy'])} of the labels are right",
            f"已认证：标签准确率不低于 {at_least(found['accuracy'])}",
        )
        why = Text(
            f"with {percent(found['confidence'], 0)} confidence; at most {count(found['errors'])} of "
            f"{count(found['items'])} labels are wrong; promised were {percent(found['promised'])}",
            f"置信度 {percent(found['confidence'], 0)}；{count(found['items'])} 条标签中错误不超过 "
            f"{count(found['errors'])} 条；承诺值 {percent(found['promised'])}",
        )
        return "good", told, why
    if found is not None:
        reason = found["reason"] or {"en": found["statement_en"], "zh": found["statement_zh"]}
        return "bad", Text("Not certified", "未获认证"), Text(reason["en"], reason["zh"])
    if result.labels is None:
        return (
            "plain",
            Text("Cleaned, not labelled", "已清洗，未标注"),
            Text(
                "the recipe asks for no labels, so there is no accuracy to certify", "配方未要求标注，故无准确率可认证"
            ),
        )
    modes = {
        "human": Text("people labelled everything and nobody audited them", "全部由人工标注，且未经审计"),
        "machine": Text("the machine labelled without an audit", "由机器标注，且未经审计"),
    }
    why = modes.get(result.labels["mode"], Text("no audit was made", "未进行审计"))
    return "plain", Text("Labelled, not certified", "已标注，未认证"), why


def headline(material: Material) -> dict[str, Any]:
    """The headline's facts."""
    result = material.result
    kind, told, why = verdict(material)
    totals = result.totals
    numbers: list[tuple[str, Text, str, Text | None]] = [
        ("read", Text("read", "读取"), count(totals.read), None),
        ("kept", Text("kept as they were", "原样保留"), count(totals.kept), None),
        ("edited", Text("edited and kept", "修改后保留"), count(totals.edited), None),
        ("dropped", Text("dropped", "丢弃"), count(totals.dropped), None),
        ("failed", Text("failed", "失败（已隔离）"), count(totals.failed), None),
    ]
    if totals.split or totals.merged:
        numbers.append(("split", Text("split or merged", "拆分或合并"), count(totals.split + totals.merged), None))
    if result.labels is not None:
        share = percent(result.labels["share"])
        numbers.append(
            (
                "human",
                Text("seen by people", "经人工处理"),
                count(result.labels["people"]),
                Text(
                    f"{share} · {count(result.labels['judgements'])} answers",
                    f"{share} · {count(result.labels['judgements'])} 个回答",
                ),
            )
        )
    return {
        "kind": kind,
        "verdict": told,
        "why": why,
        "numbers": numbers,
        "rows": count(material.rows),
        "root": result.release_root,
        "root_short": None if result.release_root is None else short(result.release_root),
        "verified": result.verified,
        "simulated": result.simulated,
        "rating": next((each for each in result.readings if each["code"] == "rating"), None),
    }
