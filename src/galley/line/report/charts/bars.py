"""Bar charts, lying, stacked, that keep their letters' size on any screen: widths are shares, heights are pixels."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from galley.kernel.language import Text
from galley.line.report.charts.svg import drawing, hover, label, length, tag

__all__ = ["Bar", "Part", "bars", "meter", "share_bar"]

_LONG = 12  # characters: longer names stand above their bar
_SHORT_NOTE = 6
_TINY = 3  # such names need little room beside it


class Part(NamedTuple):
    """A piece of a bar."""

    kind: str  # css class: machine, human, drop …
    value: float
    told: Text


class Bar(NamedTuple):
    """One bar with its name and the number written behind it."""

    name: Text
    parts: tuple[Part, ...]
    note: str

    @property
    def total(self) -> float:
        """Its whole length."""
        return sum(part.value for part in self.parts)


def bars(rows: Sequence[Bar], *, title: Text, told: Text) -> Markup:
    """Bars one below another, the longest over the full width."""
    longest = max((_width(spoken) for row in rows for spoken in row.name), default=0)
    above = longest > _LONG
    left = 0.0 if above else 5.0 if longest <= _TINY else 16.0
    right = (88.0 if max((len(row.note) for row in rows), default=0) <= _SHORT_NOTE else 64.0) - left
    pitch, top = (42, 18) if above else (27, 3)
    most = max((row.total for row in rows), default=0.0) or 1.0
    parts: list[Markup] = []
    for number, row in enumerate(rows):
        y = number * pitch
        parts.append(label(row.name, x=0, y=y + (13 if above else 18), class_="bar-name"))
        end = left
        for part in row.parts:
            wide = right * part.value / most
            if wide > 0:
                parts.append(_piece(part, end, max(wide, 0.25), y + top, 18))
            end += wide
        parts.append(label(row.note, x=f"{length(end)}%", dx=7, y=y + top + 14, class_="bar-note"))
    return drawing(title, told, parts, width="100%", height=max(1, len(rows) * pitch), class_="bars")


def share_bar(parts: Sequence[Part], *, title: Text, told: Text, height: int = 34) -> Markup:
    """One bar that is the whole, cut in parts."""
    whole = sum(part.value for part in parts) or 1.0
    found: list[Markup] = []
    end = 0.0
    for part in parts:
        wide = 100 * part.value / whole
        if wide > 0:
            found.append(_piece(part, end, wide, 0, height))
        end += wide
    return drawing(title, told, found, width="100%", height=height, class_="share-bar")


def meter(value: float, low: float | None, high: float | None, *, told: Text) -> Markup:
    """A value between 0 and 1 as a small bar, with its interval as a whisker."""
    inside = min(1.0, max(0.0, value))
    parts = [
        tag("rect", x=0, y=5, width="100%", height=8, rx=4, class_="track"),
        tag("rect", x=0, y=5, width=f"{length(100 * inside)}%", height=8, rx=4, class_="meter-value"),
    ]
    if low is not None and high is not None:
        ends = [f"{length(100 * min(1.0, max(0.0, end)))}%" for end in (low, high)]
        parts.append(tag("line", x1=ends[0], x2=ends[1], y1=9, y2=9, class_="whisker"))
        parts += [tag("line", x1=end, x2=end, y1=4, y2=14, class_="whisker") for end in ends]
    return drawing(told, told, parts, width="100%", height=18, class_="meter")


def _piece(part: Part, start: float, wide: float, y: float, height: float) -> Markup:
    return tag(
        "rect",
        hover(part.told),
        x=f"{length(start)}%",
        y=y,
        width=f"{length(wide)}%",
        height=height,
        class_=f"fill-{part.kind}",
    )


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
