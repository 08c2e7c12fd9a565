"""rotated_box: turned boxes in an image, by centre and angle.

Values: [{cx, cy, width, height, angle, label, attributes?, group?, z?}]: pixels, and degrees clockwise as seen in [0, 180):
a box turned by 180 degrees is itself. The centre lies in the image; corners may stand out of it. Label Studio stores
percent and turns about the top-left corner; codecs convert exactly.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, ClassVar, Final

import pyarrow as pa

from galley.kernel.extension import Able
from galley.kernel.geometry import Box, bounds, box_corners, box_iou
from galley.kernel.language import Text
from galley.labels.errors import LabelEmptyError
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member, similar_pairs
from galley.labels.regions import ShapeParams, ShapeType, limits_of, need_inside, pixel, said_of, size_of
from galley.labels.shape import NUMBERS, need_number
from galley.labels.types.box import box_of_studio, studio_box
from galley.labels.voting import medoid

__all__ = ["RotatedBoxParams", "RotatedBoxType", "turned_box"]

_FIELDS: Final = ("cx", "cy", "width", "height", "angle")


class RotatedBoxParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Turned boxes; `threshold` is the intersection over union from which two are the same."""


class RotatedBoxType(ShapeType[RotatedBoxParams]):
    """Boxes turned to fit."""

    name: ClassVar[str] = "rotated_box"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "Turned boxes in an image, by centre and angle.", "图像中的旋转矩形框，以中心和角度表示。"
    )
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = RotatedBoxParams
    geometry = frozenset(_FIELDS)
    studio_type = "rectanglelabels"
    studio_bare = "rectangle"

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        cx, cy, width, height = (pixel(need_number(data.get(name), f"{place}.{name}")) for name in _FIELDS[:4])
        angle = pixel(need_number(data.get("angle", 0), f"{place}.angle") % 180) % 180
        if width <= 0 or height <= 0:
            raise LabelEmptyError(place=place, value=f"{width:g} × {height:g}")
        need_inside(max(width, height), None, place)
        need_inside(cx, content.width, f"{place}.cx")
        need_inside(cy, content.height, f"{place}.cy")
        return {"cx": cx, "cy": cy, "width": width, "height": height, "angle": angle}

    def quick_shape(self, content: Content) -> Callable[[dict[str, Any]], Item | None]:
        wide, high = limits_of(content)
        most = limits_of(Content())[0]

        def inside(data: dict[str, Any]) -> Item | None:
            numbers: list[Any] = [data.get(name) for name in _FIELDS]
            if not all(type(number) in NUMBERS for number in numbers):
                return None
            cx, cy, width, height, angle = numbers
            if not (0 <= cx <= wide and 0 <= cy <= high and 0 < width <= most and 0 < height <= most):
                return None
            if not 0 <= angle < 179.999:
                return None
            item = {name: round(number, 3) + 0.0 for name, number in zip(_FIELDS, numbers, strict=True)}
            return item if item["width"] and item["height"] else None

        return inside

    def order(self, item: Item) -> Any:
        return (*_SPOT(item), said_of(item))

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        mine, yours = [turned_box(item) for item in left], [turned_box(item) for item in right]
        hulls = [[bounds(box_corners(box)) for box in boxes] for boxes in (mine, yours)]
        return similar_pairs(hulls[0], hulls[1], lambda one, other: box_iou(mine[one], yours[other]))

    def blend(self, members: Sequence[Member]) -> Item:
        """The most typical box: numbers of differently turned boxes mean different things."""
        found = medoid(members, lambda mine, yours: 1.0 - box_iou(turned_box(mine), turned_box(yours)))
        return {name: found[name] for name in _FIELDS}

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for item in value:
            yield studio_box(turned_box(item), size_of({}, content))

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        box = box_of_studio(body, place, size_of(result, content, place))
        centre = (box.x + box.width / 2, box.y + box.height / 2)
        return dict(zip(_FIELDS, (*centre, box.width, box.height, box.rotation), strict=True))

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field(name, pa.float64()) for name in _FIELDS]


_SPOT = itemgetter(*_FIELDS, "label")


def turned_box(item: Mapping[str, Any]) -> Box:
    """The geometry of a canonical item."""
    wide, high = item["width"], item["height"]
    return Box(item["cx"] - wide / 2, item["cy"] - high / 2, wide, high, item["angle"])
