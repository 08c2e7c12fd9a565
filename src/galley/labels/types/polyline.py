"""polyline: lines of straight pieces in an image: lanes, cables, vessels.

Values: [{points: [[x, y], …], label, attributes?, group?, z?}] in pixels, at least two points. A line means the same from
either end, and is written from the end that sorts first, unless the option `directed` says that its direction counts.

Two lines are alike by the share of both lengths that runs within `tolerance` of the other (`galley.kernel.polylines`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import pyarrow as pa

from galley.kernel.extension import Able
from galley.kernel.geometry import Point, bounds
from galley.kernel.language import Text
from galley.kernel.polylines import line_alike
from galley.labels.errors import LabelCountError
from galley.labels.label_type import Content, Value
from galley.labels.matching import Bounds, Floats, Item, Member, similar_pairs
from galley.labels.outlines import from_percent, need_points, points_of, quick_points, to_percent, without_repeats
from galley.labels.region_ids import region_id
from galley.labels.regions import ShapeParams, ShapeType, limits_of, said_of, size_of
from galley.labels.shape import need_dict_items
from galley.labels.voting import medoid

__all__ = ["LINE_POINTS_MAX", "PolylineParams", "PolylineType"]

LINE_POINTS_MAX: Final = 2000
"""Points of one line; comparing two costs the square."""


class PolylineParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Lines; two are the same when `threshold` of their length runs within `tolerance` of the other."""

    tolerance: float = 5.0  # pixels
    directed: bool = False  # whether the order of the points means something

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.tolerance > 0:
            raise ValueError(f"tolerance > 0: {self.tolerance}")


class PolylineType(ShapeType[PolylineParams]):
    """Lines along things."""

    name: ClassVar[str] = "polyline"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Lines of straight pieces in an image.", "图像中的折线。")
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = PolylineParams
    geometry = frozenset({"points"})
    studio_type = "vectorlabels"
    studio_bare = "vector"

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        clip = self.params.outside == "clip"
        points = need_points(data.get("points"), f"{place}.points", content, most=LINE_POINTS_MAX, clip=clip)
        return self._line(points, place)

    def quick_shape(self, content: Content) -> Callable[[dict[str, Any]], Item | None]:
        limits = limits_of(content)

        def inside(data: dict[str, Any]) -> Item | None:
            points = quick_points(data.get("points"), limits, LINE_POINTS_MAX)
            return None if points is None else self._line(points, "value")

        return inside

    def _line(self, points: list[Point], place: str) -> Item:
        points = without_repeats(points, closed=False)
        if len(points) < 2:
            raise LabelCountError(place=f"{place}.points", count=len(points), allowed=f"2…{LINE_POINTS_MAX}")
        if not self.params.directed:
            points = min(points, points[::-1])
        return {"points": [list(point) for point in points]}

    def order(self, item: Item) -> Any:
        return (item["points"], item["label"], said_of(item))

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        mine, yours = [points_of(item) for item in left], [points_of(item) for item in right]
        near = [self._around(line) for line in mine]
        return similar_pairs(near, [bounds(line) for line in yours], lambda a, b: self._alike(mine[a], yours[b]))

    def _around(self, line: Sequence[Point]) -> Bounds:
        reach = self.params.tolerance
        left, top, right, bottom = bounds(line)
        return left - reach, top - reach, right + reach, bottom + reach

    def _alike(self, one: Sequence[Point], other: Sequence[Point]) -> float:
        alike = line_alike(one, other, self.params.tolerance)
        if self.params.directed and alike:
            # Directed lines along each other the wrong way are different lines.
            chords = [(line[-1][0] - line[0][0], line[-1][1] - line[0][1]) for line in (one, other)]
            if chords[0][0] * chords[1][0] + chords[0][1] * chords[1][1] < 0:
                return 0.0
        return alike

    def blend(self, members: Sequence[Member]) -> Item:
        """The most typical line: points of different lines do not correspond."""
        found = medoid(members, lambda one, other: 1.0 - self._alike(points_of(one), points_of(other)))
        return {"points": found["points"]}

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for item in value:
            size = size_of({}, content)
            names = [region_id("vertex", [place, item["points"]]) for place in range(len(item["points"]))]
            vertices = [
                {"id": names[at], "prevPointId": names[at - 1] if at else None, "x": x, "y": y, "isBezier": False}
                for at, (x, y) in enumerate(to_percent(item["points"], size))
            ]
            around = {"original_width": size[0], "original_height": size[1], "image_rotation": 0}
            yield around, {"vertices": vertices, "closed": False}

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        """Vectors; outlines (`points`) as older projects drew lines. A closed one ends where it began."""
        raw = body.get("points")
        if raw is None:
            vertices = need_dict_items(body.get("vertices"), f"{place}.vertices")
            raw = [[vertex.get("x"), vertex.get("y")] for vertex in vertices]
        points = from_percent(raw, size_of(result, content, place), f"{place}.points")
        return {"points": [*points, points[0]] if body.get("closed") is True and "vertices" in body else points}

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field("points", pa.list_(pa.list_(pa.float64())))]
