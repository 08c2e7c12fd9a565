"""Lists of points as they stand in values: polygons, lines, outlines of written text."""

from collections.abc import Mapping, Sequence
from typing import Any

from galley.kernel.geometry import Point
from galley.labels.errors import LabelCountError
from galley.labels.label_type import Content
from galley.labels.regions import clipped, need_inside, pixel
from galley.labels.shape import NUMBERS, need_list, need_number

__all__ = ["from_percent", "need_points", "pixel_point", "points_of", "quick_points", "to_percent", "without_repeats"]

Pair = Sequence[float]


def points_of(item: Mapping[str, Any]) -> list[Point]:
    """The points of a canonical item."""
    return [(x, y) for x, y in item["points"]]


def need_points(raw: Any, place: str, content: Content, *, most: int, clip: bool) -> list[Point]:
    """Points inside the image, in thousandths of a pixel."""
    given = need_list(raw, place)
    if len(given) > most:
        raise LabelCountError(place=place, count=len(given), allowed=f"…{most}")
    return [pixel_point(point, f"{place}[{at}]", content, clip=clip) for at, point in enumerate(given)]


def pixel_point(raw: Any, place: str, content: Content, *, clip: bool) -> Point:
    """One point inside the image."""
    pair = need_list(raw, place)
    if len(pair) != 2:
        raise LabelCountError(place=place, count=len(pair), allowed="2")
    x, y = pixel(need_number(pair[0], f"{place}[0]")), pixel(need_number(pair[1], f"{place}[1]"))
    if clip:
        return clipped(x, content.width), clipped(y, content.height)
    need_inside(x, content.width, f"{place}[0]")
    need_inside(y, content.height, f"{place}[1]")
    return x, y


def quick_points(raw: Any, limits: tuple[float, float], most: int) -> list[Point] | None:
    """The same for points that are plainly right; None for every other list."""
    if type(raw) is not list or len(raw) > most:
        return None
    points: list[Point] = []
    for pair in raw:
        if type(pair) is not list or len(pair) != 2:
            return None
        x, y = pair
        if type(x) not in NUMBERS or type(y) not in NUMBERS or not (0 <= x <= limits[0] and 0 <= y <= limits[1]):
            return None
        points.append((round(x, 3) + 0.0, round(y, 3) + 0.0))
    return points


def without_repeats(points: Sequence[Point], *, closed: bool) -> list[Point]:
    """The points without those that repeat the one before; in a closed outline the last comes before the first."""
    return [
        point
        for at, point in enumerate(points)
        if point != points[at - 1] or len(points) == 1 or (at == 0 and not closed)
    ]


def to_percent(points: Sequence[Pair], size: tuple[float, float]) -> list[list[float]]:
    """Pixels as Label Studio's percent of the image."""
    return [[x * 100 / size[0], y * 100 / size[1]] for x, y in points]


def from_percent(raw: Any, size: tuple[float, float], place: str) -> list[list[float]]:
    """Label Studio's points in pixels."""
    points = []
    for at, one in enumerate(need_list(raw, place)):
        pair = need_list(one, f"{place}[{at}]")
        if len(pair) != 2:
            raise LabelCountError(place=f"{place}[{at}]", count=len(pair), allowed="2")
        x, y = (need_number(number, f"{place}[{at}]") for number in pair)
        points.append([x * size[0] / 100, y * size[1] / 100])
    return points
