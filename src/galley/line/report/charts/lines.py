"""Line charts: one or two series over round axes, with marks that carry words."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from galley.kernel.language import Text
from galley.line.report.charts.svg import drawing, hover, label, length, nice_ticks, tag

__all__ = ["Axes", "Mark", "Series", "line_chart"]

_WIDTH, _HEIGHT = 560, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 18, 22, 46


class Series(NamedTuple):
    """One line; `step` holds each value until the next point."""

    name: Text
    kind: str  # css class
    points: tuple[tuple[float, float], ...]
    step: bool = False
    dots: bool = True


class Mark(NamedTuple):
    """A place worth a word: a vertical line with a text."""

    x: float
    text: Text


class Axes(NamedTuple):
    """What the axes say."""

    x: Text
    y: Text
    x_word: Callable[[float], str]
    y_word: Callable[[float], str]
    y_from: float | None = None  # lower end; None: wherever the data begin
    y_to: float | None = None


class _Scale(NamedTuple):
    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (self.end - self.start) * (value - self.low) / ((self.high - self.low) or 1.0)


def line_chart(series: Sequence[Series], axes: Axes, *, title: Text, told: Text, marks: Sequence[Mark] = ()) -> Markup:
    """The chart; series without points are left out."""
    xs = [x for each in series for x, _ in each.points] or [0.0]
    ys = [y for each in series for _, y in each.points] or [0.0]
    x_ticks = nice_ticks(min(xs), max(xs), 6)
    low = min(ys) if axes.y_from is None else min(axes.y_from, *ys)
    y_ticks = nice_ticks(low, max([max(ys), *([] if axes.y_to is None else [axes.y_to])]))
    if axes.y_to is not None:
        y_ticks = [tick for tick in y_ticks if tick <= axes.y_to + 1e-9]
    across = _Scale(x_ticks[0], x_ticks[-1], _LEFT, _WIDTH - _RIGHT)
    up = _Scale(y_ticks[0], max(y_ticks[-1], axes.y_to or y_ticks[-1]), _HEIGHT - _BOTTOM, _TOP)
    parts = [*_grid(axes, x_ticks, y_ticks, across, up), *(_mark(mark, across) for mark in marks)]
    for each in series:
        if each.points:
            parts += _line(each, axes, across, up)
    return drawing(title, told, parts, viewBox=f"0 0 {_WIDTH} {_HEIGHT}", class_="line-chart")


def _grid(axes: Axes, x_ticks: list[float], y_ticks: list[float], across: _Scale, up: _Scale) -> list[Markup]:
    parts = []
    for tick in y_ticks:
        y = up.at(tick)
        parts.append(tag("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y, class_="grid"))
        parts.append(label(axes.y_word(tick), x=_LEFT - 8, y=y + 4, text_anchor="end", class_="tick"))
    for tick in x_ticks:
        parts.append(
            label(axes.x_word(tick), x=across.at(tick), y=_HEIGHT - _BOTTOM + 18, text_anchor="middle", class_="tick")
        )
    parts.append(label(axes.x, x=(_LEFT + _WIDTH - _RIGHT) / 2, y=_HEIGHT - 6, text_anchor="middle", class_="axis"))
    parts.append(label(axes.y, x=0, y=12, class_="axis"))
    return parts


def _mark(mark: Mark, across: _Scale) -> Markup:
    x = across.at(mark.x)
    late = x > (_LEFT + _WIDTH) / 2
    line = tag("line", x1=x, x2=x, y1=_TOP, y2=_HEIGHT - _BOTTOM, class_="mark")
    anchor = "end" if late else "start"
    return line + label(mark.text, x=x + (-6 if late else 6), y=_TOP + 10, text_anchor=anchor, class_="mark-word")


def _line(series: Series, axes: Axes, across: _Scale, up: _Scale) -> list[Markup]:
    places = [(across.at(x), up.at(y)) for x, y in series.points]
    path = f"M{length(places[0][0])} {length(places[0][1])}"
    for x, y in places[1:]:
        path += f"H{length(x)}V{length(y)}" if series.step else f"L{length(x)} {length(y)}"
    parts = [tag("path", d=path, class_=f"line stroke-{series.kind}")]
    for (x, y), (across_value, up_value) in zip(places, series.points if series.dots else (), strict=False):
        words = f"{axes.x_word(across_value)}: {axes.y_word(up_value)}"
        told = Text(f"{series.name.en}, {words}", f"{series.name.zh}，{words}")
        parts.append(tag("circle", hover(told), cx=x, cy=y, r=4, class_=f"fill-{series.kind} dot"))
    return parts
