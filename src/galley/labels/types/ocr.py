"""ocr: written text in an image: where it is, what it says, and in which order it is read.

Values: [{points: [[x, y], …], text, label, attributes?, group?, z?}]: outlines of at least three points in pixels (four: a
box, from the text's own top left, clockwise), text in NFC. The order of the list is the reading order.

The distance follows the end-to-end measures of scene text (ICDAR's matching by IoU, 1-NED): regions of one label are
matched by intersection over union from `threshold` on; F1 counts a pair as 1 - its character error rate (edits over the
longer text); that is lowered by `order_weight` times the share of pairs of matched regions read the other way round
(Kendall's tau distance).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa
from rapidfuzz.distance import Levenshtein

from galley.kernel.extension import Able
from galley.kernel.geometry import (
    Box,
    Point,
    bounds,
    box_about_corner,
    box_corners,
    box_from_corner,
    polygon_area,
    polygon_iou,
    signed_area,
)
from galley.kernel.language import Text
from galley.labels.errors import LabelCountError, LabelEmptyError
from galley.labels.forms import stable_form
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member, Place, best_pairs, labels_agree, similar_pairs
from galley.labels.outlines import from_percent, need_points, points_of, to_percent, without_repeats
from galley.labels.regions import ShapeParams, ShapeType, pixel, said_of, size_of
from galley.labels.shape import need_number, need_text
from galley.labels.types.polygon import AREA_MIN
from galley.labels.voting import Vote, lower_median, medoid

__all__ = ["OcrParams", "OcrType", "error_share"]

POINTS_MAX: Final = 500
_RECTANGLE: Final = ("x", "y", "width", "height", "rotation")


class OcrParams(ShapeParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Written text; `threshold` is the intersection over union from which two regions are the same."""

    max_length: int = 10_000  # code points of one text
    order_weight: float = 0.5  # how much reading the other way round costs: 0…1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.order_weight <= 1:
            raise ValueError(f"0 ≤ order_weight ≤ 1: {self.order_weight}")


class OcrType(ShapeType[OcrParams]):
    """Text in pictures."""

    name: ClassVar[str] = "ocr"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "Text in an image: place, words and reading order.", "图像文字：位置、内容与阅读顺序。"
    )
    able: ClassVar[Able] = Able(modalities=("image",))
    Params = OcrParams
    geometry = frozenset({"points", "text"})
    studio_type = "polygonlabels"
    studio_bare = "polygon"

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        clip = self.params.outside == "clip"
        points = need_points(data.get("points"), f"{place}.points", content, most=POINTS_MAX, clip=clip)
        points = without_repeats(points, closed=True)
        if len(points) < 3:
            raise LabelCountError(place=f"{place}.points", count=len(points), allowed=f"3…{POINTS_MAX}")
        if abs(signed_area(points)) <= AREA_MIN and polygon_area(points) <= AREA_MIN:
            raise LabelEmptyError(place=place, value="0")
        text = unicodedata.normalize("NFC", need_text(data.get("text", ""), f"{place}.text")).strip()
        if len(text) > self.params.max_length:
            raise LabelCountError(place=f"{place}.text", count=len(text), allowed=f"0…{self.params.max_length}")
        return {"points": [list(point) for point in points], "text": text}

    def settled(self, items: list[Item]) -> list[Item]:
        """As they are: their order says how they are read."""
        return items

    def order(self, item: Item) -> Any:
        return (item["points"], item["text"], item["label"], said_of(item))

    # --- Comparing and merging -----------------------------------------------------------------------------------

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        mine, yours = [points_of(item) for item in left], [points_of(item) for item in right]
        hulls = [[bounds(outline) for outline in outlines] for outlines in (mine, yours)]
        return similar_pairs(hulls[0], hulls[1], lambda one, other: polygon_iou(mine[one], yours[other]))

    def distance(self, left: Value, right: Value) -> float:
        """1 - F1 of the matched regions' texts, lowered by the share of them read in another order."""
        if left == right:
            return 0.0
        if not left or not right:
            return 1.0
        # One orientation: of several best matchings, both orders must look at the same.
        one, other = sorted((left, right), key=stable_form)
        alike = np.where(labels_agree(one, other), self.similarities(one, other), 0.0)
        pairs = best_pairs(np.where(alike >= self.params.threshold, alike, 0.0))
        said = sum(1.0 - error_share(one[mine]["text"], other[yours]["text"]) for mine, yours in pairs)
        agreed = 2 * said / (len(one) + len(other)) * (1.0 - self.params.order_weight * _turned_share(pairs))
        return min(1.0, max(0.0, round(1.0 - agreed, 12)))

    def blend(self, members: Sequence[Member]) -> Item:
        """The most typical outline, and the most typical text."""
        outline = medoid(members, lambda one, other: 1.0 - polygon_iou(points_of(one), points_of(other)))
        text = medoid([(member.item["text"], member.weight) for member in members], error_share)
        return {"points": outline["points"], "text": text}

    def arranged(self, found: Sequence[tuple[Item, Sequence[Place]]], votes: Sequence[Vote]) -> list[Item]:
        """In the order of their median place: how far down its labeler's list each stands."""

        def rank(one: tuple[Item, Sequence[Place]]) -> Any:
            item, places = one
            spots = [((place.item + 0.5) / len(votes[place.voter][0]), votes[place.voter][1]) for place in places]
            return (lower_median(spots), self.order(item))

        return [item for item, _ in sorted(found, key=rank)]

    # --- Label Studio --------------------------------------------------------------------------------------------
    # As in its OCR template: a rectangle or an outline, and a text about that region under the same id.

    def studio_controls(self, control: str) -> tuple[str, ...]:
        return (control, f"{control}-polygon", f"{control}-text")

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        texts = iter(value)
        for result in super().to_label_studio(value, control, target, content):
            results.append(result)
            if result["from_name"] != control:
                continue
            body = result["value"]
            if "width" in body:
                names = {"rectanglelabels": body["polygonlabels"]} if "polygonlabels" in body else {}
                spot = {name: body[name] for name in _RECTANGLE}
                result |= {"type": result["type"].replace("polygon", "rectangle"), "value": {**spot, **names}}
            else:
                spot = {"points": body["points"], "closed": True}
                result["from_name"] = f"{control}-polygon"
            said = {**spot, "text": [next(texts)["text"]]}
            results.append({**result, "from_name": f"{control}-text", "type": "textarea", "value": said})
        return results

    def studio_shapes(self, value: Value, content: Content) -> Any:
        for item in value:
            size = size_of({}, content)
            around = {"original_width": size[0], "original_height": size[1], "image_rotation": 0}
            box = _rectangle(points_of(item))
            if box is None or _pixels(_percent_of(box, size), size) != item["points"]:
                yield around, {"points": to_percent(item["points"], size), "closed": True}
            else:
                yield around, _percent_of(box, size)

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        texts: dict[str, str] = {}
        shapes: list[dict[str, Any]] = []
        for result in results:
            body, asked = result.get("value"), result.get("from_name") in self.attributes.by_name
            if result.get("type") == "textarea" and not asked and isinstance(body, dict):
                said = body.get("text") or ""
                texts[str(result.get("id"))] = "\n".join(map(str, said)) if isinstance(said, list) else said
            else:
                shapes.append(result)
        said = [
            {**shape, "value": {**shape["value"], "said": texts.get(str(shape.get("id")), "")}}
            if isinstance(shape.get("value"), dict)
            else shape
            for shape in shapes
        ]
        return super().from_label_studio(said, content)

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        size = size_of(result, content, place)
        if "points" in body:
            return {"points": from_percent(body["points"], size, f"{place}.points"), "text": body["said"]}
        numbers = [need_number(body.get(name) or 0, f"{place}.{name}") for name in _RECTANGLE]
        return {"points": _pixels(dict(zip(_RECTANGLE, numbers, strict=True)), size), "text": body["said"]}

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field("points", pa.list_(pa.list_(pa.float64()))), pa.field("text", pa.string())]


def error_share(one: str, other: str) -> float:
    """Edits of characters over the longer text: the symmetric character error rate, in [0, 1]."""
    longer = max(len(one), len(other))
    return Levenshtein.distance(one, other) / longer if longer else 0.0


def _turned_share(pairs: Sequence[tuple[int, int]]) -> float:
    """The share of pairs of matches whose order differs."""
    if len(pairs) < 2:
        return 0.0
    places = np.array([yours for _, yours in sorted(pairs)])
    turned = sum(int((places[at + 1 :] < place).sum()) for at, place in enumerate(places))
    return turned / (len(places) * (len(places) - 1) / 2)


def _rectangle(points: Sequence[Point]) -> Box | None:
    """The box whose corners four points are, from its own top left; None for other outlines, near boxes among them."""
    if len(points) != 4:
        return None
    (x1, y1), (x2, y2), (x3, y3), _ = points
    wide, high = float(np.hypot(x2 - x1, y2 - y1)), float(np.hypot(x3 - x2, y3 - y2))
    angle = float(np.degrees(np.arctan2(y2 - y1, x2 - x1))) % 360
    return Box((x1 + x3 - wide) / 2, (y1 + y3 - high) / 2, wide, high, angle)


def _percent_of(box: Box, size: tuple[float, float]) -> dict[str, float]:
    turned = box_about_corner(box)
    shares = (100 / size[0], 100 / size[1], 100 / size[0], 100 / size[1], 1.0)
    return {name: number * share for name, number, share in zip(_RECTANGLE, turned, shares, strict=True)}


def _pixels(body: Mapping[str, float], size: tuple[float, float]) -> list[list[float]]:
    """The corners of Label Studio's rectangle in thousandths of a pixel."""
    shares = (size[0] / 100, size[1] / 100, size[0] / 100, size[1] / 100, 1.0)
    box = box_from_corner(Box(*(body[name] * share for name, share in zip(_RECTANGLE, shares, strict=True))))
    return [[pixel(x), pixel(y)] for x, y in box_corners(box)]
