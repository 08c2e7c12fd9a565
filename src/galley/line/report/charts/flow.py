"""The stream of records through one step, drawn to stretch: the rest of the row is ordinary text beside it."""

from collections.abc import Sequence

from markupsafe import Markup

from galley.line.report.charts.bars import Part
from galley.line.report.charts.svg import hover, length, tag

__all__ = ["stream"]

_LEFT, _WIDE = 4.0, 72.0


def stream(*, before: int, after: int, lost: int, whole: int, parts: Sequence[Part] = ()) -> Markup:
    """A band as wide as its share of `whole`, narrowing from `before` to `after`; what is lost leaves to the right.

    With `parts` the band is cut in coloured lanes (who decided). Decorative: the numbers stand in the text beside it.
    """
    scale = _WIDE / max(1, whole)
    wide, narrow = before * scale, after * scale
    found = [tag("path", d=_band(_LEFT, wide, _LEFT, narrow), class_="stream")]
    start = _LEFT
    for part in parts:
        lane = narrow * part.value / max(1.0, sum(each.value for each in parts))
        found.append(tag("rect", hover(part.told), x=start, y=0, width=lane, height=100, class_=f"fill-{part.kind}"))
        start += lane
    if lost:
        found.append(
            tag(
                "path",
                d=f"M{length(_LEFT + wide - lost * scale / 2)} 6C{length(_LEFT + wide)} 58 {length(_LEFT + wide + 2)} 50 100 50",
                class_="loss",
                stroke_width=max(2.5, min(44.0, 90 * lost / max(1, whole))),
                vector_effect="non-scaling-stroke",
            )
        )
    return tag(
        "svg", *found, viewBox="0 0 100 100", preserveAspectRatio="none", class_="stream-picture", aria_hidden="true"
    )


def _band(left: float, wide: float, left_after: float, narrow: float) -> str:
    right, after = length(left + wide), length(left_after + narrow)
    return f"M{length(left)} 0H{right}C{right} 60 {after} 40 {after} 100H{length(left_after)}Z"
