"""The labels: how they are distributed, who decided what, and a sample of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from galley.kernel.canonical import canonical_json
from galley.kernel.language import Text
from galley.line.report.charts.bars import Bar, Part, bars, share_bar
from galley.line.report.gather import Labels, Material, Sample
from galley.line.report.names import DECIDERS
from galley.line.report.words import count, excerpt, percent, visible

__all__ = ["control_title", "labels"]

_CLASSES_MAX: Final = 30


def labels(material: Material) -> dict[str, Any] | None:
    """The section, or None when nothing was labelled."""
    found = material.labels
    if found is None or not found.rows:
        return None
    controls = list((material.schema or {}).get("controls", ()))
    deciders = [name for name in DECIDERS if found.decided[name]]
    return {
        "who": share_bar(
            [_decided(name, found.decided[name], found.rows) for name in deciders],
            title=Text("Who decided the labels", "标签由谁判定"),
            told=_list([_decided(name, found.decided[name], found.rows).told for name in deciders]),
        ),
        "legend": [
            (name, DECIDERS[name], count(found.decided[name]), percent(found.decided[name] / found.rows))
            for name in deciders
        ],
        "controls": [_control(control, found, deciders) for control in controls],
        "samples": [_sample(each, controls) for each in found.samples],
        "rows": count(found.rows),
    }


def control_title(control: Mapping[str, Any]) -> Text:
    """What people read above a control."""
    title = control.get("title")
    if not title:
        return Text(visible(control["name"]), visible(control["name"]))
    return Text(visible(title["en"]), visible(title["zh"]))


def _list(parts: Sequence[Text]) -> Text:
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def _decided(name: str, number: int, whole: int) -> Part:
    words, share = DECIDERS[name], percent(number / max(1, whole))
    told = Text(f"{words.en}: {count(number)} ({share})", f"{words.zh}：{count(number)}（{share}）")
    return Part(name, number, told)


def _control(control: Mapping[str, Any], found: Labels, deciders: list[str]) -> dict[str, Any]:
    name = control["name"]
    held = found.classes.get(name, {})
    order = [
        str(choice.get("value", choice)) if isinstance(choice, Mapping) else str(choice) for choice in _choices(control)
    ]
    unseen = sorted(set(held) - set(order), key=lambda each: (-held[each].total(), each))
    listed = (
        [*order, *unseen]
        if len(order) + len(unseen) <= _CLASSES_MAX
        else sorted(held, key=lambda each: (-held[each].total(), each))
    )
    rows = [_bar(each, held.get(each, Counter()), deciders) for each in listed[:_CLASSES_MAX]]
    title = control_title(control)
    regions = control["type"].partition("@")[0] != "classify"
    return {
        "title": title,
        "type": control["type"].partition("@")[0],
        "answered": count(found.answered[name]),
        "share": percent(found.answered[name] / max(1, found.rows)),
        "regions": count(sum(tally.total() for tally in held.values())) if regions and held else None,
        "more": len(listed) - _CLASSES_MAX if len(listed) > _CLASSES_MAX else 0,
        "chart": bars(
            rows, title=title, told=_list([Text(f"{r.name.en}: {r.note}", f"{r.name.zh}：{r.note}") for r in rows])
        )
        if rows
        else None,
    }


def _choices(control: Mapping[str, Any]) -> Sequence[Any]:
    options = control.get("options") or {}
    found: Sequence[Any] = options.get("choices") or options.get("labels") or ()
    return found


def _bar(name: str, tally: Mapping[str, int], deciders: list[str]) -> Bar:
    shown = excerpt(name, length=40)
    parts = []
    for who in deciders:
        number = tally.get(who, 0)
        words = DECIDERS[who]
        told = Text(f"{shown}, {words.en}: {count(number)}", f"{shown}，{words.zh}：{count(number)}")
        parts.append(Part(who, number, told))
    return Bar(Text(shown, shown), tuple(parts), count(sum(tally.values())))


def _sample(sample: Sample, controls: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    said = []
    for control in controls:
        value = None if sample.labels is None else sample.labels.get(control["name"])
        if value is not None:
            said.append((control_title(control) if len(controls) > 1 else None, _short_value(value)))
    return {
        "card": sample.card,
        "said": said,
        "decided_by": sample.decided_by,
        "words": DECIDERS.get(sample.decided_by, Text(sample.decided_by, sample.decided_by)),
        "simulated": sample.labeler_kind == "simulated",
        "confidence": None if sample.confidence is None else percent(sample.confidence),
    }


def _short_value(value: Any) -> str:
    """An answer in a few words: a class, several, or how many regions of which label."""
    if isinstance(value, str | int | float | bool):
        return excerpt(str(value), length=80)
    if isinstance(value, list) and all(isinstance(part, str | int) for part in value):
        return excerpt(", ".join(map(str, value)) or "–", length=80)
    if isinstance(value, list) and all(isinstance(part, list) for part in value):
        return excerpt(", ".join(" › ".join(map(str, part)) for part in value), length=80)
    if isinstance(value, list) and all(isinstance(part, Mapping) for part in value):
        tally = Counter(str(part.get("label", "–")) for part in value)
        return excerpt(", ".join(f"{number} × {name}" for name, number in sorted(tally.items())) or "–", length=80)
    return excerpt(canonical_json(value).decode(), length=80)
