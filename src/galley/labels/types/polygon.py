"""polygon: outlines in an image.

Values: [{points: [[x, y], …], label, attributes?}]: closed outlines in pixels, clockwise as seen, starting at the point
that sorts first, without the closing point. An outline that crosses itself is filled by the even-odd rule.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa

from galley.kernel.extension import Able
from galley.kernel.geometry import Point, polygon_area, polygon_iou, signed_area
from galley.kernel.language import Text
from galley.labels.errors import LabelCountError, LabelEmptyError
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member
from galley.labels.regions import ShapeParams, ShapeType, clipped, limits_of, need_inside, pixel, said_of, size_of
from galley.labels.shape import NUMBERS, need_list, need_number
from galley.labels.voting import medoid

__all__ = ["POINTS_MAX", "PolygonParams", "PolygonType", "points_of"]

POINTS_MAX: Final = 2000
"""Points of one outline; comparing two costs the square."""

_AREA_MIN: Final = 1e-7
"""Square pixels; the smallest triangle on the grid of thousandths has 5e-7."""


class PolygonParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Outlines; `threshold` is the intersection over union from which two outlines are the same."""


class PolygonType(ShapeType[PolygonParams]):
    """Outlines of things."""

    name: ClassVar[str] = "polygon"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Outlines of things in an image.", "图像中物体的多边形轮廓。")
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = PolygonParams
    geometry = frozenset({"points"})
    studio_type = "polygonlabels"
    studio_bare = "polygon"

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        raw = need_list(data.get("points"), f"{place}.points")
        if len(raw) > POINTS_MAX:
            raise LabelCountError(place=f"{place}.points", count=len(raw), allowed=f"3…{POINTS_MAX}")
        points = [self._point(point, f"{place}.points[{at}]", content) for at, point in enumerate(raw)]
        return self._outline(points, place)

    def _outline(self, points: list[Point], place: str) -> Item:
        points = [point for at, point in enumerate(points) if point != points[at - 1] or len(points) == 1]
        if len(points) < 3:
            raise LabelCountError(place=f"{place}.points", count=len(points), allowed=f"3…{POINTS_MAX}")
        if abs(signed_area(points)) <= _AREA_MIN and polygon_area(points) <= _AREA_MIN:
            raise LabelEmptyError(place=place, value="0")
        return {"points": [list(point) for point in _ring(points)]}

    def quick_shape(self, content: Content) -> Callable[[dict[str, Any]], Item | None]:
        wide, high = limits_of(content)

        def inside(data: dict[str, Any]) -> Item | None:
            raw = data.get("points")
            if type(raw) is not list or len(raw) > POINTS_MAX:
                return None
            points: list[Point] = []
            for pair in raw:
                if type(pair) is not list or len(pair) != 2:
                    return None
                x, y = pair
                if type(x) not in NUMBERS or type(y) not in NUMBERS or not (0 <= x <= wide and 0 <= y <= high):
                    return None
                points.append((round(x, 3) + 0.0, round(y, 3) + 0.0))
            return self._outline(points, "value")

        return inside

    def _point(self, raw: Any, place: str, content: Content) -> Point:
        pair = need_list(raw, place)
        if len(pair) != 2:
            raise LabelCountError(place=place, count=len(pair), allowed="2")
        x, y = pixel(need_number(pair[0], f"{place}[0]")), pixel(need_number(pair[1], f"{place}[1]"))
        if self.params.outside == "clip":
            return clipped(x, content.width), clipped(y, content.height)
        need_inside(x, content.width, f"{place}[0]")
        need_inside(y, content.height, f"{place}[1]")
        return x, y

    def order(self, item: Item) -> Any:
        return (item["points"], item["label"], said_of(item))

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        mine, yours = [points_of(item) for item in left], [points_of(item) for item in right]
        return np.array([[polygon_iou(one, other) for other in yours] for one in mine])

    def blend(self, members: Sequence[Member]) -> Item:
        """The most typical outline: points of different outlines do not correspond, so there is nothing to average."""
        found = medoid(members, lambda one, other: 1.0 - polygon_iou(points_of(one), points_of(other)))
        return {"points": found["points"]}

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for item in value:
            wide, high = size_of({}, content)
            around = {"original_width": wide, "original_height": high, "image_rotation": 0}
            yield around, {"points": [[x * 100 / wide, y * 100 / high] for x, y in item["points"]], "closed": True}

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        wide, high = size_of(result, content, place)
        points = []
        for at, raw in enumerate(need_list(body.get("points"), f"{place}.points")):
            pair = need_list(raw, f"{place}.points[{at}]")
            if len(pair) != 2:
                raise LabelCountError(place=f"{place}.points[{at}]", count=len(pair), allowed="2")
            x, y = (need_number(number, f"{place}.points[{at}]") for number in pair)
            points.append([x * wide / 100, y * high / 100])
        return {"points": points}

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field("points", pa.list_(pa.list_(pa.float64())))]


def points_of(item: Mapping[str, Any]) -> list[Point]:
    """The outline of a canonical item."""
    return [(x, y) for x, y in item["points"]]


def _ring(points: list[Point]) -> list[Point]:
    """The same outline in its one canonical writing: clockwise, from the point that sorts first."""
    area = signed_area(points)
    directions = [points] if area > 0 else [points[::-1]] if area < 0 else [points, points[::-1]]
    first = min(points)
    return min(ring[at:] + ring[:at] for ring in directions for at in range(len(ring)) if ring[at] == first)
