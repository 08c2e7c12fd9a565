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
from galley.labels.outlines import (
    from_percent,
    need_points,
    points_of,
    quick_points,
    to_percent,
    without_repeats,
)
from galley.labels.regions import ShapeParams, ShapeType, limits_of, said_of, size_of
from galley.labels.voting import medoid

__all__ = ["AREA_MIN", "POINTS_MAX", "PolygonParams", "PolygonType"]

POINTS_MAX: Final = 2000
"""Points of one outline; comparing two costs the square."""

AREA_MIN: Final = 1e-7
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
        clip = self.params.outside == "clip"
        return self._outline(
            need_points(data.get("points"), f"{place}.points", content, most=POINTS_MAX, clip=clip), place
        )

    def _outline(self, points: list[Point], place: str) -> Item:
        points = without_repeats(points, closed=True)
        if len(points) < 3:
            raise LabelCountError(place=f"{place}.points", count=len(points), allowed=f"3…{POINTS_MAX}")
        if abs(signed_area(points)) <= AREA_MIN and polygon_area(points) <= AREA_MIN:
            raise LabelEmptyError(place=place, value="0")
        return {"points": [list(point) for point in _ring(points)]}

    def quick_shape(self, content: Content) -> Callable[[dict[str, Any]], Item | None]:
        limits = limits_of(content)

        def inside(data: dict[str, Any]) -> Item | None:
            points = quick_points(data.get("points"), limits, POINTS_MAX)
            return None if points is None else self._outline(points, "value")

        return inside

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
            yield around, {"points": to_percent(item["points"], (wide, high)), "closed": True}

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        return {"points": from_percent(body.get("points"), size_of(result, content, place), f"{place}.points")}

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field("points", pa.list_(pa.list_(pa.float64())))]


def _ring(points: list[Point]) -> list[Point]:
    """The same outline in its one canonical writing: clockwise, from the point that sorts first."""
    area = signed_area(points)
    directions = [points] if area > 0 else [points[::-1]] if area < 0 else [points, points[::-1]]
    first = min(points)
    return min(ring[at:] + ring[:at] for ring in directions for at in range(len(ring)) if ring[at] == first)
