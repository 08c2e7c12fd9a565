"""What happened to records and why: counts by reason, each with examples."""

from typing import Any

from galley.kernel.language import Text
from galley.line.report.charts.bars import Bar, Part, bars
from galley.line.report.gather import Material
from galley.line.report.names import VERDICTS, reason_words
from galley.line.report.words import count, percent

__all__ = ["reasons"]


def reasons(material: Material) -> dict[str, Any] | None:
    """The section, or None when every record went through untouched."""
    rows = [
        (step.step, step.op.partition("@")[0], name, number)
        for step in material.result.account.steps
        for name, number in step.reasons.items()
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: (-row[3], row[0], row[2]))
    read = max(1, material.result.totals.read)
    return {"chart": _chart(rows), "groups": [_group(material, row, read) for row in rows]}


def _chart(rows: list[tuple[int, str, str, int]]) -> str:
    shown = [_bar(op, name, number) for _, op, name, number in rows]
    top = Text(
        "; ".join(f"{row.name.en}: {row.note}" for row in shown[:5]),
        "；".join(f"{row.name.zh}：{row.note}" for row in shown[:5]),
    )
    return bars(shown, title=Text("Records by reason", "按原因统计的记录数"), told=top)


def _bar(op: str, name: str, number: int) -> Bar:
    verdict, _, reason = name.partition(" ")
    words, done = reason_words(reason), VERDICTS.get(verdict, Text(verdict, verdict))
    told = Text(f"{words.en} ({done.en} by {op})", f"{words.zh}（{op} {done.zh}）")
    return Bar(told, (Part(verdict, number, Text(f"{told.en}: {number}", f"{told.zh}：{number}")),), count(number))


def _group(material: Material, row: tuple[int, str, str, int], read: int) -> dict[str, Any]:
    step, op, name, number = row
    verdict, _, reason = name.partition(" ")
    return {
        "verdict": verdict,
        "verdict_words": VERDICTS.get(verdict, Text(verdict, verdict)),
        "words": reason_words(reason),
        "code": reason,
        "op": op,
        "step": step,
        "count": count(number),
        "share": percent(number / read),
        "examples": material.examples.get((step, name), ()),
    }
