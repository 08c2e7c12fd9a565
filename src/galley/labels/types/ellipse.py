"""ellipse: ellipses in an image, turned if need be.

Values: [{cx, cy, rx, ry, angle, label, attributes?, group?, z?}]: centre and half axes in pixels, and degrees clockwise as
seen by which the first axis is turned, in [0, 180); of a circle 0. The centre lies in the image.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from galley.kernel.ellipses import Ellipse, ellipse_bounds, ellipse_iou
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.labels.centred import CentredType
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member, similar_pairs
from galley.labels.regions import ShapeParams, size_of
from galley.labels.shape import need_number
from galley.labels.voting import medoid

__all__ = ["EllipseParams", "EllipseType", "ellipse_of"]

_FIELDS: Final = ("cx", "cy", "rx", "ry", "angle")


class EllipseParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ellipses; `threshold` is the intersection over union from which two are the same."""


class EllipseType(CentredType[EllipseParams]):
    """Ellipses around things."""

    name: ClassVar[str] = "ellipse"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Ellipses in an image, turned if need be.", "图像中的椭圆，可旋转。")
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = EllipseParams
    fields = _FIELDS
    geometry = frozenset(_FIELDS)
    studio_type = "ellipselabels"
    studio_bare = "ellipse"

    def settled_shape(self, item: Item) -> Item:
        if item["rx"] == item["ry"]:
            item["angle"] = 0.0
        return item

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        mine, yours = [ellipse_of(item) for item in left], [ellipse_of(item) for item in right]
        hulls = [[ellipse_bounds(ellipse) for ellipse in ellipses] for ellipses in (mine, yours)]
        return similar_pairs(hulls[0], hulls[1], lambda one, other: ellipse_iou(mine[one], yours[other]))

    def blend(self, members: Sequence[Member]) -> Item:
        """The most typical ellipse: axes of differently turned ones do not correspond."""
        found = medoid(members, lambda mine, yours: 1.0 - ellipse_iou(ellipse_of(mine), ellipse_of(yours)))
        return {name: found[name] for name in _FIELDS}

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for item in value:
            wide, high = size_of({}, content)
            around = {"original_width": wide, "original_height": high, "image_rotation": 0}
            yield (
                around,
                {
                    "x": item["cx"] * 100 / wide,
                    "y": item["cy"] * 100 / high,
                    "radiusX": item["rx"] * 100 / wide,
                    "radiusY": item["ry"] * 100 / high,
                    "rotation": item["angle"],
                },
            )

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        wide, high = size_of(result, content, place)
        x, y, rx, ry = (need_number(body.get(name), f"{place}.{name}") for name in ("x", "y", "radiusX", "radiusY"))
        angle = need_number(body.get("rotation") or 0, f"{place}.rotation")
        numbers = (x * wide / 100, y * high / 100, rx * wide / 100, ry * high / 100, angle)
        return dict(zip(_FIELDS, numbers, strict=True))


def ellipse_of(item: Mapping[str, Any]) -> Ellipse:
    """The geometry of a canonical item."""
    return Ellipse(*(item[name] for name in _FIELDS))
