"""keypoint: named points in an image.

Values: [{x, y, label, attributes?}] in pixels.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa

from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member
from galley.labels.regions import ShapeParams, ShapeType, clipped, limits_of, need_inside, pixel, said_of, size_of
from galley.labels.shape import NUMBERS, need_number
from galley.labels.voting import lower_median

__all__ = ["KeypointParams", "KeypointType"]

_DOT_PERCENT: Final = 0.5
"""The size Label Studio draws a point at; it means nothing."""


class KeypointParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Points; two are the same when their similarity exp(-d² / 2 tolerance²) reaches `threshold`."""

    tolerance: float = 5.0  # pixels: the scale of COCO's object keypoint similarity, object size times keypoint sigma

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.tolerance > 0:
            raise ValueError(f"tolerance > 0: {self.tolerance}")


class KeypointType(ShapeType[KeypointParams]):
    """Named points."""

    name: ClassVar[str] = "keypoint"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Named points in an image.", "图像中的关键点。")
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = KeypointParams
    geometry = frozenset({"x", "y"})
    studio_type = "keypointlabels"
    studio_bare = "keypoint"

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        x, y = (pixel(need_number(data.get(name), f"{place}.{name}")) for name in ("x", "y"))
        if self.params.outside == "clip":
            return {"x": clipped(x, content.width), "y": clipped(y, content.height)}
        need_inside(x, content.width, f"{place}.x")
        need_inside(y, content.height, f"{place}.y")
        return {"x": x, "y": y}

    def quick_shape(self, content: Content) -> Callable[[dict[str, Any]], Item | None]:
        wide, high = limits_of(content)

        def inside(data: dict[str, Any]) -> Item | None:
            x: Any = data.get("x")
            y: Any = data.get("y")
            if type(x) not in NUMBERS or type(y) not in NUMBERS or not (0 <= x <= wide and 0 <= y <= high):
                return None
            return {"x": round(x, 3) + 0.0, "y": round(y, 3) + 0.0}

        return inside

    def order(self, item: Item) -> Any:
        return (item["x"], item["y"], item["label"], said_of(item))

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        mine = np.array([(item["x"], item["y"]) for item in left], dtype=np.float64).reshape(-1, 1, 2)
        yours = np.array([(item["x"], item["y"]) for item in right], dtype=np.float64).reshape(1, -1, 2)
        squares = ((mine - yours) ** 2).sum(axis=2)
        return np.asarray(np.exp(-squares / (2 * self.params.tolerance**2)))

    def blend(self, members: Sequence[Member]) -> Item:
        """The weighted median of each coordinate."""
        return {name: lower_median((member.item[name], member.weight) for member in members) for name in ("x", "y")}

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for item in value:
            wide, high = size_of({}, content)
            around = {"original_width": wide, "original_height": high, "image_rotation": 0}
            yield around, {"x": item["x"] * 100 / wide, "y": item["y"] * 100 / high, "width": _DOT_PERCENT}

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        wide, high = size_of(result, content, place)
        x, y = (need_number(body.get(name), f"{place}.{name}") for name in ("x", "y"))
        return {"x": x * wide / 100, "y": y * high / 100}

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field("x", pa.float64()), pa.field("y", pa.float64())]
