"""The loop of people and machine: how it learnt, when it stopped, whom it asked for what."""

from typing import Any

from galley.kernel.language import Text
from galley.line.report.charts.bars import Bar, Part, bars
from galley.line.report.charts.lines import Axes, Mark, Series, line_chart
from galley.line.report.gather import Material
from galley.line.report.names import PURPOSES
from galley.line.report.words import count, percent

__all__ = ["loop"]

_LABELLED = Text("records labelled by people", "已由人工标注的记录数")


def loop(material: Material) -> dict[str, Any] | None:
    """The section, or None when there was no loop."""
    told = material.result.labels
    if told is None or not told.get("trace"):
        return None
    trace = told["trace"]
    asked = told.get("asked") or {}
    return {
        "rounds": len(trace),
        "accuracy": _accuracy(trace, material),
        "cost": _cost(trace),
        "asked": _asked(asked, told),
        "asked_total": count(sum(asked.values())),
        "whole": count(told["items"]),
        "share": percent(told["share"]),
        "promised": None if material.result.certificate is None else percent(material.result.certificate["promised"]),
    }


def _accuracy(trace: list[dict[str, Any]], material: Material) -> str:
    points = tuple((each["labelled"], each["held_out_accuracy"]) for each in trace)
    last = percent(points[-1][1])
    promised = (material.result.certificate or {}).get("promised")
    series = [Series(Text("accuracy on held-out answers", "留出回答上的准确率"), "machine", points)]
    if promised is not None:
        line = ((points[0][0], promised), (points[-1][0], promised))
        series.append(Series(Text("promised", "承诺值"), "promise", line, dots=False))
    return line_chart(
        series,
        Axes(_LABELLED, Text("accuracy, held out", "留出准确率"), count, _tick, y_to=1.0),
        title=Text("How the machine learnt", "机器的学习过程"),
        told=Text(f"after {len(trace)} rounds {last} on held-out answers", f"{len(trace)} 轮后留出准确率 {last}"),
    )


def _tick(share: float) -> str:
    return f"{round(100 * share, 1):g}%"


def _cost(trace: list[dict[str, Any]]) -> str:
    points = tuple((each["labelled"], each["expected_total"]) for each in trace)
    best = min(points, key=lambda point: (point[1], point[0]))
    stop = points[-1]
    return line_chart(
        [Series(Text("predicted labels in all", "预计总人工标注数"), "human", points)],
        Axes(_LABELLED, Text("predicted labels in all", "预计总人工标注数"), count, count, y_from=0),
        title=Text("When to stop learning", "何时停止学习"),
        told=Text(
            f"lowest {count(best[1])}; stopped at {count(stop[0])}", f"最低 {count(best[1])}；停止于 {count(stop[0])}"
        ),
        marks=[Mark(stop[0], Text("stopped here", "在此停止"))],
    )


def _asked(asked: dict[str, int], told: dict[str, Any]) -> str:
    rows = []
    for purpose in [*PURPOSES, *sorted(set(asked) - set(PURPOSES))]:
        number = asked.get(purpose, 0)
        if number:
            words = PURPOSES.get(purpose, Text(purpose, purpose))
            kind = "audit" if purpose.startswith("gold") else "human"
            part = Part(kind, number, Text(f"{words.en}: {number}", f"{words.zh}：{number}"))
            rows.append(Bar(words, (part,), f"{count(number)} · {percent(number / max(1, told['items']))}"))
    return bars(
        rows,
        title=Text("What people were asked for", "向人工提问的用途"),
        told=Text("; ".join(row.name.en for row in rows), "；".join(row.name.zh for row in rows)),
    )
