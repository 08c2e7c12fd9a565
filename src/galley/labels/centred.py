"""Shapes told by a centre, two sizes and an angle: what `ellipse` and `rotated_box` share.

The angle is in degrees clockwise as seen, in [0, 180): turned by half a circle, such a shape is itself. The centre lies
in the image; the rest may stand out of it.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import pyarrow as pa

from galley.labels.errors import LabelEmptyError
from galley.labels.label_type import Content
from galley.labels.matching import Item
from galley.labels.regions import ShapeParams, ShapeType, limits_of, need_inside, pixel, said_of
from galley.labels.shape import NUMBERS, need_number

__all__ = ["CentredType"]

P = TypeVar("P", bound=ShapeParams)


class CentredType(ShapeType[P]):
    """Shapes about a centre; `fields` names centre (two), sizes (two) and angle, in this order."""

    fields: ClassVar[tuple[str, str, str, str, str]]

    def settled_shape(self, item: Item) -> Item:
        """The one way to say a shape that its numbers can say in several; changes the item it is given."""
        return item

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        *numbers, turned = self.fields
        across, down, one, other = (pixel(need_number(data.get(name), f"{place}.{name}")) for name in numbers)
        angle = pixel(need_number(data.get(turned, 0), f"{place}.{turned}") % 180) % 180
        if one <= 0 or other <= 0:
            raise LabelEmptyError(place=place, value=f"{one:g} × {other:g}")
        need_inside(max(one, other), None, place)
        need_inside(across, content.width, f"{place}.{self.fields[0]}")
        need_inside(down, content.height, f"{place}.{self.fields[1]}")
        return self.settled_shape(dict(zip(self.fields, (across, down, one, other, angle), strict=True)))

    def quick_shape(self, content: Content) -> Callable[[dict[str, Any]], Item | None]:
        wide, high = limits_of(content)
        most = limits_of(Content())[0]
        fields, settled = self.fields, self.settled_shape

        def inside(data: dict[str, Any]) -> Item | None:
            numbers: list[Any] = [data.get(name) for name in fields]
            if not all(type(number) in NUMBERS for number in numbers):
                return None
            across, down, one, other, angle = numbers
            if not (0 <= across <= wide and 0 <= down <= high and 0 < one <= most and 0 < other <= most):
                return None
            if not 0 <= angle < 179.999:
                return None
            item = {name: round(number, 3) + 0.0 for name, number in zip(fields, numbers, strict=True)}
            return settled(item) if item[fields[2]] and item[fields[3]] else None

        return inside

    def order(self, item: Item) -> Any:
        return (*(item[name] for name in self.fields), item["label"], said_of(item))

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field(name, pa.float64()) for name in self.fields]
