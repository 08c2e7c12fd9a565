"""Gauges: a half circle for a score out of 100."""

import math

from markupsafe import Markup

from galley.kernel.language import Text
from galley.line.report.charts.svg import drawing, label, length, tag

__all__ = ["gauge"]


def gauge(score: float | None, *, floors: tuple[float, ...], name: Text) -> Markup:
    """A score from 0 to 100 (None: not measured), with small marks at the floors of the levels."""
    parts = [tag("path", d=_arc(0, 100), class_="gauge-track")]
    if score is not None:
        parts.append(tag("path", d=_arc(0, min(100.0, max(0.5, score))), class_="gauge-value"))
    for floor in floors:
        (x1, y1), (x2, y2) = _at(floor, 42), _at(floor, 58)
        parts.append(tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="gauge-floor"))
    shown = "–" if score is None else f"{score:.0f}"
    parts.append(label(shown, x=70, y=66, text_anchor="middle", class_="gauge-number"))
    told = Text(
        f"{shown} of 100" if score is not None else "not measured", f"{shown} / 100" if score is not None else "未测量"
    )
    return drawing(name, told, parts, viewBox="0 0 140 76", width=140, height=76, class_="gauge")


def _at(score: float, radius: float) -> tuple[float, float]:
    angle = math.pi * (1 - score / 100)
    return 70 + radius * math.cos(angle), 66 - radius * math.sin(angle)


def _arc(start: float, end: float) -> str:
    (x1, y1), (x2, y2) = _at(start, 50), _at(end, 50)
    return f"M{length(x1)} {length(y1)}A50 50 0 0 1 {length(x2)} {length(y2)}"
