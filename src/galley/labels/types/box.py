"""box: rectangles in an image, turned if need be.

Values: [{x, y, width, height, rotation, label, attributes?}]: the box in pixels before turning and degrees clockwise
about its centre, in [0, 360). Label Studio stores percent and turns about the top-left corner; codecs convert exactly.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from galley.kernel.extension import Able
from galley.kernel.geometry import Box, box_about_corner, box_from_corner, box_iou
from galley.kernel.language import Text
from galley.labels.errors import LabelEmptyError
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member
from galley.labels.regions import ShapeParams, ShapeType, clipped, limits_of, need_inside, pixel, said_of, size_of
from galley.labels.shape import NUMBERS, need_number
from galley.labels.voting import lower_median, medoid

__all__ = ["BoxParams", "BoxType", "box_of", "box_of_studio", "studio_box"]


class BoxParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Boxes; `threshold` is the intersection over union from which two boxes are the same."""

    rotation: bool = True  # whether boxes may be turned


class BoxType(ShapeType[BoxParams]):
    """Boxes around things."""

    name: ClassVar[str] = "box"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Boxes in an image, turned if need be.", "图像中的矩形框，可旋转。")
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = BoxParams
    geometry = frozenset({"x", "y", "width", "height", "rotation"})
    studio_type = "rectanglelabels"
    studio_bare = "rectangle"

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        x, y, width, height = (need_number(data.get(name), f"{place}.{name}") for name in ("x", "y", "width", "height"))
        rotation = pixel(need_number(data.get("rotation", 0), f"{place}.rotation") % 360) % 360
        if width <= 0 or height <= 0:
            raise LabelEmptyError(place=place, value=f"{width:g} × {height:g}")
        if rotation and not self.params.rotation:
            need_inside(rotation, 0, f"{place}.rotation")
        if self.params.outside == "clip" and not rotation:
            right, bottom = clipped(x + width, content.width), clipped(y + height, content.height)
            x, y = clipped(x, content.width), clipped(y, content.height)
            width, height = right - x, bottom - y
        left, top, wide, high = pixel(x), pixel(y), pixel(width), pixel(height)
        if wide <= 0 or high <= 0:
            raise LabelEmptyError(place=place, value=f"{wide:g} × {high:g}")
        need_inside(max(wide, high), None, place)
        if rotation:
            # A turned box's corners may stand out of the image; its centre may not.
            need_inside(pixel(left + wide / 2), content.width, f"{place}.x")
            need_inside(pixel(top + high / 2), content.height, f"{place}.y")
        else:
            need_inside(left, content.width, f"{place}.x")
            need_inside(top, content.height, f"{place}.y")
            need_inside(pixel(left + wide), content.width, f"{place}.x+width")
            need_inside(pixel(top + high), content.height, f"{place}.y+height")
        return {"x": left, "y": top, "width": wide, "height": high, "rotation": rotation}

    def quick_shape(self, content: Content) -> Callable[[dict[str, Any]], Item | None]:
        wide_most, high_most = limits_of(content)
        if self.params.outside == "clip":
            return super().quick_shape(content)

        def upright(data: dict[str, Any]) -> Item | None:
            x: Any = data.get("x")
            y: Any = data.get("y")
            width: Any = data.get("width")
            height: Any = data.get("height")
            if not (type(x) in NUMBERS and type(y) in NUMBERS and type(width) in NUMBERS and type(height) in NUMBERS):
                return None
            rotation = data.get("rotation", 0)
            if type(rotation) not in NUMBERS or rotation != 0:
                return None
            # Compared before they are rounded: a number of 400 digits cannot be.
            if not (0 <= x <= wide_most and 0 <= y <= high_most and 0 < width <= wide_most and 0 < height <= high_most):
                return None
            left, top, wide, high = round(x, 3) + 0.0, round(y, 3) + 0.0, round(width, 3) + 0.0, round(height, 3) + 0.0
            if not (wide and high) or left + wide > wide_most or top + high > high_most:
                return None
            return {"x": left, "y": top, "width": wide, "height": high, "rotation": 0.0}

        return upright

    def order(self, item: Item) -> Any:
        return (*_SPOT(item), said_of(item))

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        if any(item["rotation"] for item in (*left, *right)):
            return np.array([[box_iou(box_of(mine), box_of(yours)) for yours in right] for mine in left])
        return _upright_iou(left, right)

    def blend(self, members: Sequence[Member]) -> Item:
        """Edge by edge the weighted median, which one sloppy box cannot move far; of turned boxes the most typical one."""
        if any(member.item["rotation"] for member in members):
            found = medoid(members, lambda mine, yours: 1.0 - box_iou(box_of(mine), box_of(yours)))
            return {name: found[name] for name in ("x", "y", "width", "height", "rotation")}
        items = [(member.item, member.weight) for member in members]
        left, top = (lower_median((item[name], weight) for item, weight in items) for name in ("x", "y"))
        right = lower_median((pixel(item["x"] + item["width"]), weight) for item, weight in items)
        bottom = lower_median((pixel(item["y"] + item["height"]), weight) for item, weight in items)
        return {"x": left, "y": top, "width": pixel(right - left), "height": pixel(bottom - top), "rotation": 0.0}

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for item in value:
            yield studio_box(box_of(item), size_of({}, content))

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        box = box_of_studio(body, place, size_of(result, content, place))
        return dict(zip(("x", "y", "width", "height", "rotation"), box, strict=True))

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field(name, pa.float64()) for name in ("x", "y", "width", "height", "rotation")]


_SPOT = itemgetter("x", "y", "width", "height", "rotation", "label")


def box_of(item: Mapping[str, Any]) -> Box:
    """The geometry of a canonical item."""
    return Box(item["x"], item["y"], item["width"], item["height"], item["rotation"])


def _upright_iou(left: Sequence[Item], right: Sequence[Item]) -> Floats:
    """Intersection over union of boxes that are not turned, all pairs at once."""
    mine = np.array([box_of(item)[:4] for item in left], dtype=np.float64).reshape(-1, 1, 4)
    yours = np.array([box_of(item)[:4] for item in right], dtype=np.float64).reshape(1, -1, 4)
    low = np.maximum(mine[..., :2], yours[..., :2])
    high = np.minimum(mine[..., :2] + mine[..., 2:], yours[..., :2] + yours[..., 2:])
    shared = np.maximum(high - low, 0.0).prod(axis=2)
    union = mine[..., 2:].prod(axis=2) + yours[..., 2:].prod(axis=2) - shared
    equal = (mine == yours).all(axis=2)
    return np.asarray(np.where(equal, 1.0, np.clip(shared / union, 0.0, 1.0)))


def studio_box(box: Box, size: tuple[float, float]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A box as Label Studio keeps it: what is around it, and percent of the image turned about the top-left corner."""
    wide, high = size
    corner = box_about_corner(box)
    percent = {
        "x": corner.x * 100 / wide,
        "y": corner.y * 100 / high,
        "width": corner.width * 100 / wide,
        "height": corner.height * 100 / high,
        "rotation": corner.rotation,
    }
    return {"original_width": wide, "original_height": high, "image_rotation": 0}, percent


def box_of_studio(body: dict[str, Any], place: str, size: tuple[float, float]) -> Box:
    """The inverse; the turn is in [0, 360). Raises LabelValueError."""
    wide, high = size
    x, y, width, height = (need_number(body.get(name), f"{place}.{name}") for name in ("x", "y", "width", "height"))
    rotation = need_number(body.get("rotation") or 0, f"{place}.rotation") % 360
    return box_from_corner(Box(x * wide / 100, y * high / 100, width * wide / 100, height * high / 100, rotation))
