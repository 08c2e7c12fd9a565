"""All items of a certificate as one bar, with every audited item as a dot at its place."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from galley.kernel.language import Text
from galley.line.report.charts.bars import Part
from galley.line.report.charts.svg import drawing, hover, length, tag

__all__ = ["Dot", "population"]

_BAR, _LANES, _GAP = 30, 6, 9


class Dot(NamedTuple):
    """One audited item."""

    place: float  # in [0, 1) of all items
    wrong: bool
    told: Text


def population(parts: Sequence[Part], dots: Sequence[Dot], *, title: Text, told: Text) -> Markup:
    """The bar of all items in the machine's order, and above it the items drawn for audit, wrong ones large and red."""
    top = _LANES * _GAP + 8
    whole = sum(part.value for part in parts) or 1.0
    found: list[Markup] = []
    end = 0.0
    for part in parts:
        wide = 100 * part.value / whole
        if wide > 0:
            found.append(
                tag(
                    "rect",
                    hover(part.told),
                    x=f"{length(end)}%",
                    y=top,
                    width=f"{length(wide)}%",
                    height=_BAR,
                    class_=f"fill-{part.kind}",
                )
            )
        end += wide
    small = 3.0 if len(dots) <= 200 else 2.2
    # Wrong ones last, so that none hides behind a right one.
    for number, dot in sorted(enumerate(dots), key=lambda pair: (pair[1].wrong, pair[0])):
        found.append(
            tag(
                "circle",
                hover(dot.told),
                cx=f"{length(100 * dot.place)}%",
                cy=6 + _GAP * (number % _LANES),
                r=5 if dot.wrong else small,
                class_="audit-wrong" if dot.wrong else "audit-right",
            )
        )
    return drawing(title, told, found, width="100%", height=top + _BAR, class_="population")
