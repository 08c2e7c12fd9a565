"""mask: which pixels of an image belong to something.

Values: [{size: [height, width], counts, label, attributes?, group?, z?}]: COCO's compressed run-length encoding, column by
column; a list of plain lengths is read too. Everything is computed over runs (`galley.kernel.runs`): no bitmap is held,
except the part around a mask when it is turned into Label Studio's rows.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa

from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.limits import IMAGE_PIXELS_MAX
from galley.kernel.runs import (
    Runs,
    by_rows,
    from_rows,
    lengths_of,
    read_counts,
    runs_bounds,
    runs_iou,
    runs_majority,
    runs_of_lengths,
    write_counts,
)
from galley.labels.brush_rle import brush_bytes, brush_rows
from galley.labels.errors import LabelCountError, LabelEmptyError, LabelRangeError, LabelShapeError
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member, similar_pairs
from galley.labels.regions import ShapeParams, ShapeType, said_of, size_of
from galley.labels.shape import json_kind, need_int, need_list

__all__ = ["COUNTS_MAX", "MaskParams", "MaskType", "runs_of"]

COUNTS_MAX: Final = 4_000_000
"""Characters of one mask."""


class MaskParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Masks; `threshold` is the intersection over union from which two are the same."""


class MaskType(ShapeType[MaskParams]):
    """Pixels of things."""

    name: ClassVar[str] = "mask"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Masks of pixels in an image.", "图像中的像素掩码。")
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = MaskParams
    geometry = frozenset({"size", "counts"})
    studio_type = "brushlabels"
    studio_bare = "brush"

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        size = need_list(data.get("size"), f"{place}.size")
        if len(size) != 2:
            raise LabelCountError(place=f"{place}.size", count=len(size), allowed="2")
        high, wide = (need_int(number, f"{place}.size[{at}]") for at, number in enumerate(size))
        for at, (found, known) in enumerate(((high, content.height), (wide, content.width))):
            if found < 1 or found * max(high, wide) > 2**40 or (known is not None and found != known):
                raise LabelRangeError(
                    place=f"{place}.size[{at}]", value=found, allowed="≥ 1" if known is None else known
                )
        if high * wide > IMAGE_PIXELS_MAX:
            raise LabelRangeError(place=f"{place}.size", value=high * wide, allowed=f"…{IMAGE_PIXELS_MAX}")
        runs = _runs(data.get("counts"), high, wide, f"{place}.counts")
        return self._item_of(runs, place)

    def _item_of(self, runs: Runs, place: str) -> Item:
        if not len(runs.starts):
            raise LabelEmptyError(place=place, value="0")
        return {"size": [runs.height, runs.width], "counts": write_counts(lengths_of(runs))}

    def order(self, item: Item) -> Any:
        return (item["size"], item["counts"], item["label"], said_of(item))

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        mine, yours = [runs_of(item) for item in left], [runs_of(item) for item in right]
        hulls = [[runs_bounds(runs) for runs in some] for some in (mine, yours)]
        return similar_pairs(hulls[0], hulls[1], lambda one, other: runs_iou(mine[one], yours[other]))

    def blend(self, members: Sequence[Member]) -> Item:
        """The pixels more than half of the weight covers; where that is none, the first member's."""
        votes = [(runs_of(member.item), member.weight) for member in members]
        same = [vote for vote in votes if vote[0][:2] == votes[0][0][:2]]
        elected = runs_majority(same)
        return self._item_of(elected if len(elected.starts) else votes[0][0], "value")

    # --- Label Studio --------------------------------------------------------------------------------------------

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        for item in value:
            high, wide = item["size"]
            around = {"original_width": wide, "original_height": high, "image_rotation": 0}
            yield around, {"format": "rle", "rle": brush_bytes(*by_rows(runs_of(item)), high * wide)}

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        wide, high = (need_int(number, f"{place}.size") for number in size_of(result, content, place))
        if high * wide > IMAGE_PIXELS_MAX:
            raise LabelRangeError(place=f"{place}.size", value=high * wide, allowed=f"…{IMAGE_PIXELS_MAX}")
        try:
            starts, ends = brush_rows(body.get("rle"), high * wide)
        except (ValueError, IndexError) as problem:
            raise LabelShapeError(place=f"{place}.rle", expected="RLE", found=str(problem)[:60]) from problem
        if not len(starts):
            raise LabelEmptyError(place=place, value="0")
        return self._item_of(from_rows(starts, ends, high, wide), place)

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field("size", pa.list_(pa.int64())), pa.field("counts", pa.string())]


def runs_of(item: Mapping[str, Any]) -> Runs:
    """The pixels of a canonical item."""
    return _read(item["counts"], item["size"][0], item["size"][1])


@functools.lru_cache(maxsize=512)
def _read(counts: str, high: int, wide: int) -> Runs:
    """Masks are compared in pairs: each is read once."""
    return runs_of_lengths(read_counts(counts), high, wide)


def _runs(raw: Any, high: int, wide: int, place: str) -> Runs:
    if not isinstance(raw, str | list | tuple):
        raise LabelShapeError(place=place, expected="string | list", found=json_kind(raw))
    if len(raw) > COUNTS_MAX:
        raise LabelCountError(place=place, count=len(raw), allowed=f"0…{COUNTS_MAX}")
    try:
        if isinstance(raw, str):
            return _read(raw, high, wide)
        lengths = [need_int(number, f"{place}[{at}]") for at, number in enumerate(raw)]
        lengths = [length if 0 <= length <= IMAGE_PIXELS_MAX else IMAGE_PIXELS_MAX + 1 for length in lengths]
        return runs_of_lengths(np.array(lengths, dtype=np.int64), high, wide)
    except ValueError as problem:
        raise LabelShapeError(place=place, expected=f"RLE ({high} × {wide})", found=str(problem)[:60]) from problem
