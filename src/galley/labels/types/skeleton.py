"""skeleton: things with named points, such as people's poses.

Values: [{points: [[x, y, v], …], label, attributes?, group?, z?}] in the order of the option `points`; v is 0 absent (then
[0, 0, 0]), 1 hidden behind something, 2 visible, as in COCO. `edges` only say which points a line joins on screen.

Two skeletons are alike by COCO's object keypoint similarity, made symmetric: the mean of exp(-d² / (2 s² k²)) over the
points either has, where a point only one of them has counts 0; s² is the mean area of both skeletons' bounds (COCO: the
area of the truth's segment) and k twice the point's sigma.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa

from galley.kernel.extension import Able
from galley.kernel.geometry import Point, bounds
from galley.kernel.language import Text
from galley.labels.choices import repeated
from galley.labels.errors import LabelCountError, LabelEmptyError, LabelRangeError
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member
from galley.labels.outlines import pixel_point
from galley.labels.region_ids import region_id
from galley.labels.regions import ShapeParams, ShapeType, said_of, size_of
from galley.labels.shape import need_int, need_list, need_number
from galley.labels.voting import heaviest, lower_median, tally, total

__all__ = ["ABSENT", "SkeletonParams", "SkeletonType", "points_there"]

ABSENT: Final = [0.0, 0.0, 0]
POINTS_MAX: Final = 500
_SIGMA: Final = 0.05
"""Between COCO's 0.025 (eyes) and 0.107 (hips)."""

_AREA_MIN: Final = 1.0
_DOT_PERCENT: Final = 0.5
_HIDDEN: Final = 1
_VISIBLE: Final = 2


class SkeletonParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Skeletons; `threshold` is the similarity from which two are the same."""

    points: tuple[str, ...]  # the names of the points, in the order of values
    edges: tuple[tuple[int, int], ...] = ()  # pairs of places in `points`
    sigmas: tuple[float, ...] = ()  # how exactly each point can be placed, as COCO's; none: 0.05 each

    def __post_init__(self) -> None:
        super().__post_init__()
        count = len(self.points)
        twice = repeated(self.points)
        if not 0 < count <= POINTS_MAX or not all(self.points) or twice is not None:
            raise ValueError(f"points: {count if twice is None else twice}")
        if any(not (0 <= one < count and 0 <= other < count and one != other) for one, other in self.edges):
            raise ValueError(f"edges: 0…{count - 1}")
        if self.sigmas and (len(self.sigmas) != count or not all(0 < sigma <= 1 for sigma in self.sigmas)):
            raise ValueError(f"sigmas: {count} × 0…1")


class SkeletonType(ShapeType[SkeletonParams]):
    """Named points that belong to one thing."""

    name: ClassVar[str] = "skeleton"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "Things with named points, such as poses.", "骨架：由命名关键点组成的目标，如人体姿态。"
    )
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = SkeletonParams
    geometry = frozenset({"points"})
    studio_type = "rectanglelabels"
    studio_bare = "rectangle"

    def __init__(self, params: SkeletonParams) -> None:
        super().__init__(params)
        self._scales = 2 * np.array(params.sigmas or [_SIGMA] * len(params.points))

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        raw = need_list(data.get("points"), f"{place}.points")
        if len(raw) != len(self.params.points):
            raise LabelCountError(place=f"{place}.points", count=len(raw), allowed=str(len(self.params.points)))
        points = [self._point(point, f"{place}.points[{at}]", content) for at, point in enumerate(raw)]
        if not any(point[2] for point in points):
            raise LabelEmptyError(place=place, value="0")
        return {"points": points}

    def _point(self, raw: Any, place: str, content: Content) -> list[float]:
        given = need_list(raw, place)
        if len(given) != 3:
            raise LabelCountError(place=place, count=len(given), allowed="3")
        seen = need_int(given[2], f"{place}[2]")
        if seen not in (0, _HIDDEN, _VISIBLE):
            raise LabelRangeError(place=f"{place}[2]", value=seen, allowed="0…2")
        if not seen:
            return list(ABSENT)
        x, y = pixel_point(given[:2], place, content, clip=self.params.outside == "clip")
        return [x, y, seen]

    def order(self, item: Item) -> Any:
        return (item["points"], item["label"], said_of(item))

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        mine, yours = self._stacked(left), self._stacked(right)
        found = np.zeros((len(left), len(right)))
        areas = _areas(left)[:, None], _areas(right)[None, :]
        scale = (areas[0] + areas[1]) / 2
        # Point by point: all at once would hold one number for each pair and point.
        either = np.zeros_like(found)
        for place in range(len(self.params.points)):
            one, other = mine[:, None, place, :], yours[None, :, place, :]
            square = (one[..., 0] - other[..., 0]) ** 2 + (one[..., 1] - other[..., 1]) ** 2
            both = (one[..., 2] > 0) & (other[..., 2] > 0)
            found += np.where(both, np.exp(-square / (2 * scale * self._scales[place] ** 2)), 0.0)
            either += (one[..., 2] > 0) | (other[..., 2] > 0)
        return np.asarray(np.minimum(found / either, 1.0))

    def _stacked(self, items: Sequence[Item]) -> Floats:
        return np.array([item["points"] for item in items], dtype=np.float64).reshape(-1, len(self.params.points), 3)

    def blend(self, members: Sequence[Member]) -> Item:
        """Point by point: there when at least half of the weight placed it, at the weighted medians."""
        whole = total(members)
        points: list[list[float]] = []
        for place in range(len(self.params.points)):
            said = [(m.item["points"][place], m.weight) for m in members if m.item["points"][place][2]]
            if not said or 2 * total(said) < whole:
                points.append(list(ABSENT))
                continue
            x, y = (lower_median((point[axis], weight) for point, weight in said) for axis in (0, 1))
            points.append([x, y, heaviest(tally((int(point[2]), weight) for point, weight in said))])
        return {"points": points if any(point[2] for point in points) else members[0].item["points"]}

    # --- Label Studio --------------------------------------------------------------------------------------------
    # A rectangle with the label around keypoints named as the points, whose `parentID` it is: Label Studio's poses.

    def studio_controls(self, control: str) -> tuple[str, ...]:
        return (control, f"{control}-points")

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        results = super().to_label_studio(value, control, target, content)
        skeletons = [result for result in results if result["from_name"] == control]
        size = size_of({}, content) if value else (1, 1)
        for item, owner in zip(value, skeletons, strict=True):
            for name, (x, y, seen) in zip(self.params.points, item["points"], strict=True):
                if seen:
                    spot = {"x": x * 100 / size[0], "y": y * 100 / size[1], "width": _DOT_PERCENT}
                    hidden = {"meta": {"hidden": True}} if seen == _HIDDEN else {}
                    results.append({
                        "id": region_id(f"{control}/{owner['id']}", name), "parentID": owner["id"], "to_name": target,
                        "original_width": size[0], "original_height": size[1], "image_rotation": 0,
                        "from_name": f"{control}-points", "type": "keypointlabels",
                        "value": {**spot, "keypointlabels": [name]}, **hidden,
                    })  # fmt: skip
        return results

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for item in value:
            wide, high = size_of({}, content)
            left, top, right, bottom = bounds(points_there(item))
            around = {"original_width": wide, "original_height": high, "image_rotation": 0}
            hull = {"x": left * 100 / wide, "y": top * 100 / high, "rotation": 0}
            yield around, {**hull, "width": (right - left) * 100 / wide, "height": (bottom - top) * 100 / high}

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        points: dict[str, list[dict[str, Any]]] = {}
        others: list[dict[str, Any]] = []
        for result in results:
            named = result.get("type") == "keypointlabels" and isinstance(result.get("value"), dict)
            if named:
                points.setdefault(str(result.get("parentID", "")), []).append(result)
            else:
                others.append(result)
        drawn = [
            {**other, "points": points.get(str(other.get("id")), [])}
            if str(other.get("type", "")).startswith("rectangle")
            else other
            for other in others
        ]
        owners = {str(other.get("id")) for other in others}
        # Points nobody drew a rectangle around are a skeleton of their own.
        lone = [
            {"id": f"\0{owner}", "type": "rectanglelabels", "value": {}, "points": own, **_size_said(own)}
            for owner, own in points.items()
            if owner not in owners
        ]
        return super().from_label_studio([*drawn, *lone], content)

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        wide, high = size_of(result, content, place)
        found = dict.fromkeys(self.params.points, ABSENT)
        for part in result.get("points", []):
            spot, meta = part["value"], part.get("meta")
            names = need_list(spot.get("keypointlabels", []), f"{place}.points")
            x, y = (need_number(spot.get(name), f"{place}.points.{name}") for name in ("x", "y"))
            seen = _HIDDEN if isinstance(meta, dict) and meta.get("hidden") is True else _VISIBLE
            found |= {name: [x * wide / 100, y * high / 100, seen] for name in names if name in found}
        return {"points": list(found.values())}

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field("points", pa.list_(pa.list_(pa.float64())))]


def points_there(item: Mapping[str, Any]) -> list[Point]:
    """The points that are not absent."""
    return [(x, y) for x, y, seen in item["points"] if seen]


def _areas(items: Sequence[Item]) -> Floats:
    hulls = np.array([bounds(points_there(item)) for item in items], dtype=np.float64).reshape(-1, 4)
    return np.asarray(np.maximum((hulls[:, 2] - hulls[:, 0]) * (hulls[:, 3] - hulls[:, 1]), _AREA_MIN))


def _size_said(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {name: results[0][name] for name in ("original_width", "original_height") if name in results[0]}
