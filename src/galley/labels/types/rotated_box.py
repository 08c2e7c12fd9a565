"""rotated_box: turned boxes in an image, by centre and angle.

Values: [{cx, cy, width, height, angle, label, attributes?, group?, z?}]: pixels, and degrees clockwise as seen in [0, 180):
a box turned by 180 degrees is itself. The centre lies in the image; corners may stand out of it. Label Studio stores
percent and turns about the top-left corner; codecs convert exactly.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from galley.kernel.extension import Able
from galley.kernel.geometry import Box, bounds, box_corners, box_iou
from galley.kernel.language import Text
from galley.labels.centred import CentredType
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member, similar_pairs
from galley.labels.regions import ShapeParams, size_of
from galley.labels.types.box import box_of_studio, studio_box
from galley.labels.voting import medoid

__all__ = ["RotatedBoxParams", "RotatedBoxType", "turned_box"]

_FIELDS: Final = ("cx", "cy", "width", "height", "angle")


class RotatedBoxParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Turned boxes; `threshold` is the intersection over union from which two are the same."""


class RotatedBoxType(CentredType[RotatedBoxParams]):
    """Boxes turned to fit."""

    name: ClassVar[str] = "rotated_box"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "Turned boxes in an image, by centre and angle.", "图像中的旋转矩形框，以中心和角度表示。"
    )
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = RotatedBoxParams
    fields = _FIELDS
    geometry = frozenset(_FIELDS)
    studio_type = "rectanglelabels"
    studio_bare = "rectangle"

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


def turned_box(item: Mapping[str, Any]) -> Box:
    """The geometry of a canonical item."""
    wide, high = item["width"], item["height"]
    return Box(item["cx"] - wide / 2, item["cy"] - high / 2, wide, high, item["angle"])
