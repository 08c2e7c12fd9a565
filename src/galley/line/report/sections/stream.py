"""The line as a stream: from collect through every clean step to labels and release, with what left it and why."""

from typing import Any

from galley.engine.shard import StepCounts
from galley.kernel.language import Text
from galley.line.report.charts.bars import Part
from galley.line.report.charts.flow import stream
from galley.line.report.gather import Material
from galley.line.report.names import DECIDERS, VERDICTS, operator_summary, reason_words
from galley.line.report.words import count, percent

__all__ = ["stream_rows"]

_GONE = ("drop", "fail", "split", "merge")


def stream_rows(material: Material) -> list[dict[str, Any]]:
    """One row a stage: picture, name, what it does, records in and out, and chips for what it changed or lost."""
    account = material.result.account
    collected = sum(source.records for source in account.sources)
    unread = sum(source.failed for source in account.sources)
    whole = max(1, collected + unread, *(step.counts.out for step in account.steps))
    rows = [_collect(material, collected, unread, whole)]
    rows += [_clean(step, whole) for step in account.steps]
    if material.result.labels is not None and material.labels is not None:
        rows.append(_labelled(material, whole))
    if material.result.release_root is not None:
        picture = stream(before=material.rows, after=material.rows, lost=0, whole=whole)
        told = Text("signed, logged and sealed", "已签名、入日志并封存")
        rows.append(_row("release", Text("release", "发布"), told, picture, (material.rows, material.rows), []))
    return rows


def _row(
    kind: str, name: Text, told: Text, picture: str, flow: tuple[int, int], chips: list[dict[str, Any]]
) -> dict[str, Any]:
    before, after = flow
    shown = count(after) if before == after else f"{count(before)} → {count(after)}"
    return {"kind": kind, "name": name, "told": told, "picture": picture, "flow": shown, "chips": chips}


def _collect(material: Material, collected: int, unread: int, whole: int) -> dict[str, Any]:
    sources = material.result.account.sources
    chips = [_chip("fail", code, number) for code, number in material.unread.items()]
    names = ", ".join(source.name for source in sources)
    return _row(
        "collect",
        Text("collect", "采集"),
        Text(f"from {names}", f"来自 {names}"),
        stream(before=collected + unread, after=collected, lost=unread, whole=whole),
        (collected + unread, collected),
        chips,
    )


def _clean(step: StepCounts, whole: int) -> dict[str, Any]:
    counts = step.counts
    chips = []
    for name, number in sorted(step.reasons.items(), key=lambda pair: (pair[0].startswith("edit"), -pair[1], pair[0])):
        verdict, _, reason = name.partition(" ")
        chips.append(_chip(verdict, reason, number))
    lost = counts.dropped + counts.failed
    op = step.op.partition("@")[0]
    picture = stream(before=counts.read, after=counts.out, lost=lost, whole=whole)
    return _row("clean", Text(op, op), operator_summary(step.op), picture, (counts.read, counts.out), chips)


def _chip(verdict: str, reason: str, number: int) -> dict[str, Any]:
    words = reason_words(reason)
    sign = "−" if verdict in _GONE else ""
    return {
        "kind": verdict,
        "count": f"{sign}{count(number)}",
        "words": words,
        "code": reason,
        "verdict": VERDICTS.get(verdict, Text(verdict, verdict)),
    }


def _labelled(material: Material, whole: int) -> dict[str, Any]:
    found = material.labels
    assert found is not None  # the caller asked
    lanes, chips = [], []
    for name, number in sorted(found.decided.items(), key=lambda pair: (list(DECIDERS).index(pair[0]), pair[0])):
        words = DECIDERS[name]
        shown = Text(f"{words.en}: {count(number)}", f"{words.zh}：{count(number)}")
        lanes.append(Part(name, number, shown))
        share = percent(number / found.rows)
        chips.append(
            {"kind": f"by-{name}", "count": count(number), "words": words, "code": share, "verdict": Text("", "")}
        )
    picture = stream(before=material.rows, after=material.rows, lost=0, whole=whole, parts=lanes)
    told = Text("who decided the labels", "标签由谁判定")
    return _row("annotate", Text("label", "标注"), told, picture, (material.rows, material.rows), chips)
