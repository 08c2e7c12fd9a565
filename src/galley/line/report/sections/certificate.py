"""The accuracy certificate: what it says, the audit as a picture, and what it does not say."""

from collections.abc import Mapping
from typing import Any, Final

from galley.kernel.draw import sample
from galley.kernel.language import Text
from galley.line.report.audited import Audit, allowed_curve
from galley.line.report.charts.bars import Part
from galley.line.report.charts.lines import Axes, Mark, Series, line_chart
from galley.line.report.charts.population import Dot, population
from galley.line.report.words import at_least, count, percent

__all__ = ["certificate"]

_DOTS_MAX: Final = 1200  # right ones; wrong ones are always drawn


def certificate(evidence: Mapping[str, Any] | None, audit: Audit | None) -> dict[str, Any] | None:
    """The section, or None when there was nothing to certify."""
    if evidence is None or audit is None:
        return None
    found = audit.certificate
    machine = found.machine
    return {
        "issued": evidence["issued"],
        "statement": Text(evidence["statement_en"], evidence["statement_zh"]),
        "advice": None if found.refusal is None else Text(found.refusal.hint_en, found.refusal.hint_zh),
        "promised": percent(evidence["promised"]),
        "proved": None if found.certified_accuracy is None else at_least(found.certified_accuracy),
        "confidence": percent(evidence["confidence"], 0),
        "risk": f"{round(100 * (1 - evidence['confidence']), 4):g}%",
        "whole": count(found.items),
        "budget": count(found.budget),
        "bound": None if found.bound is None else count(found.bound),
        "picture": _picture(audit),
        "legend": [(part.kind, part.told) for part in _parts(audit)],
        "climb": _climb(audit),
        "audited": bool(found.commitments),
        "thinned": sum(not draw.wrong for draw in audit.drawn) > _DOTS_MAX,
        "drawn": count(len(audit.drawn)),
        "facts": _facts(audit),
        "gold_human": found.terms.gold == "human",
        "gold": found.gold,
        "gold_agreement": None if found.gold.agreement is None else percent(found.gold.agreement),
        "simulated": evidence["labeler_kind"] == "simulated",
        "accepted": count(machine.accepted),
    }


def _picture(audit: Audit) -> str:
    parts = _parts(audit)
    told = Text("; ".join(part.told.en for part in parts), "；".join(part.told.zh for part in parts))
    return population(parts, _dots(audit), title=Text("Population and audit", "全体数据与审计抽样"), told=told)


def _parts(audit: Audit) -> list[Part]:
    found, ordered = audit.certificate, audit.ordered
    accepted = found.machine.accepted
    found_parts = [
        _part("machine", Text("the machine decided", "机器判定"), accepted),
        _part("rest", Text("left to people after the audit", "审计后交由人工"), ordered - accepted),
        _part("human", Text("labelled by people before", "此前由人工标注"), found.items - ordered - found.undecided),
        _part("nobody", Text("nobody could decide", "无人能判定"), found.undecided),
    ]
    return [part for part in found_parts if part.value]


def _part(kind: str, words: Text, number: int) -> Part:
    return Part(kind, max(0, number), Text(f"{words.en}: {count(number)}", f"{words.zh}：{count(number)}"))


def _dots(audit: Audit) -> list[Dot]:
    found = audit.certificate
    right = [draw.item for draw in audit.drawn if not draw.wrong]
    shown = set(right if len(right) <= _DOTS_MAX else sample(right, _DOTS_MAX, b"report dots".ljust(32, b"\0")))
    # Human labels have no order of their own: their dots are spread over everything the machine did not decide.
    start, people = found.machine.accepted, max(1, found.items - found.machine.accepted)
    dots = []
    for draw in audit.drawn:
        if not draw.wrong and draw.item not in shown:
            continue
        if draw.part == "machine":
            place = (draw.place + 0.5) / max(1, found.items)
        else:
            place = (start + people * (draw.place + 0.5) / max(1, found.human_items)) / max(1, found.items)
        words = Text("wrong", "错误") if draw.wrong else Text("right", "正确")
        part = Text("machine label", "机器标签") if draw.part == "machine" else Text("label by people", "人工标签")
        dots.append(Dot(place, draw.wrong, Text(f"audited {part.en}: {words.en}", f"审计的{part.zh}：{words.zh}")))
    return dots


def _climb(audit: Audit) -> str | None:
    found = audit.certificate
    if not found.commitments or not audit.ordered:
        return None
    curve = [point for point in allowed_curve(found.commitments[-1], audit.ordered) if point[1] >= 0]
    if not curve:
        return None
    errors = audit.machine_errors
    end = audit.ordered
    seen = [(0.0, 0.0), *((float(place), float(number)) for number, place in enumerate(errors, start=1))]
    seen.append((float(end), float(len(errors))))
    accepted = found.machine.accepted
    word = (
        Text(f"accepted: {count(accepted)}", f"采纳：{count(accepted)}")
        if accepted
        else Text("none accepted", "未采纳")
    )
    return line_chart(
        [
            Series(
                Text("errors allowed", "允许的错误"),
                "allowed",
                tuple((float(x), float(y)) for x, y in curve),
                True,
                False,
            ),
            Series(Text("errors found", "发现的错误"), "wrong", tuple(seen), True, False),
        ],
        Axes(
            Text("machine labels, most certain first", "机器标签（按确定程度从高到低）"),
            Text("audited errors", "审计错误数"),
            count,
            lambda number: f"{number:g}",
            y_from=0,
            y_to=max(len(errors), *(allowed for _, allowed in curve)) + 1,
        ),
        title=Text("The climb", "逐步扩大采纳集"),
        told=Text(f"{word.en}; {len(errors)} errors found", f"{word.zh}；发现错误 {len(errors)} 条"),
        marks=[Mark(accepted, word)] if accepted else [],
    )


def _facts(audit: Audit) -> list[tuple[Text, str]]:
    found = audit.certificate
    machine = found.machine
    rows = [
        (Text("items", "数据条数"), count(found.items)),
        (Text("wrong labels allowed", "允许的错误标签"), count(found.budget)),
        (
            Text("wrong labels at most, as proved", "经证明的错误上界"),
            "–" if found.bound is None else count(found.bound),
        ),
        (Text("machine labels accepted", "采纳的机器标签"), count(machine.accepted)),
        (Text("of which audited / wrong", "其中抽检 / 错误"), f"{count(machine.audited)} / {count(machine.wrong)}"),
        (Text("labels by people", "人工标签"), count(found.human_items)),
        (
            Text("of which relabelled blind / wrong", "其中盲复标 / 错误"),
            f"{count(found.human_audited)} / {count(found.human_wrong)}",
        ),
        (Text("nobody could decide", "无人能判定"), count(found.undecided)),
    ]
    if found.gold.agreement is not None:
        rows.append(
            (
                Text("gold process agrees with itself", "金标准自身一致率"),
                f"{percent(found.gold.agreement)} ({count(found.gold.pairs)})",
            )
        )
    return rows
