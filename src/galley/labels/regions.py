"""Regions: what span, box, polygon and all other shapes share. A value is a list of items
`{label, attributes?, group?, z?, …geometry}`; `group` (which regions belong together) and `z` (their order of drawing) are
for the regions of an image, kept as they are, and no part of how far two annotations are apart.

Label Studio keeps a region's geometry, label and attributes in separate result items that share an id; an attribute is
a `perRegion` control of its own there, whose name is the attribute's name. Group and z travel in a region's `meta`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar

import msgspec
import numpy as np
import pyarrow as pa

from galley.labels.attributes import AttributeOption, asked_of
from galley.labels.choices import Choice, offered, refuse, repeated, words
from galley.labels.errors import LabelContentError, LabelCountError, LabelRangeError, LabelShapeError
from galley.labels.forms import stable_form
from galley.labels.grouping import voted_groups, voted_z
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.matching import Floats, Item, Member, Place, cluster_places, f1_distance, labels_agree, members_of
from galley.labels.region_ids import region_id
from galley.labels.shape import MATCHED_ITEMS_MAX, json_kind, need_dict, need_int, need_list, need_text
from galley.labels.voting import Vote, heaviest, medoid, tally, total, votes_of

__all__ = [
    "COORDINATE_MAX",
    "GROUP_MAX",
    "RegionParams",
    "RegionType",
    "ShapeParams",
    "ShapeType",
    "clipped",
    "limits_of",
    "need_inside",
    "pixel",
    "said_of",
    "size_of",
]

R = TypeVar("R", bound="RegionParams")
S = TypeVar("S", bound="ShapeParams")

COORDINATE_MAX: Final = 10_000_000
"""Pixels; sums and products of coordinates stay exact enough far beyond any image."""

GROUP_MAX: Final = 64
"""Code points of a group's name."""

_Z_MAX: Final = 1_000_000
_OWN = frozenset({"label", "attributes"})
_PLACED = frozenset({"group", "z"})


class RegionParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The labels of regions, their attributes and how many there may be."""

    labels: tuple[str | int | Choice, ...] = ()  # none: regions carry no label, only a place
    attributes: dict[str, AttributeOption] = {}  # name -> the words it may have (none: free text), or {type, words, …}
    min: int = 0
    max: int | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "labels", offered(self.labels))
        twice = repeated(words(self.labels))
        if twice is not None:
            raise ValueError(f"labels: '{twice}' × 2")
        if any(choice.children for choice in offered(self.labels)):
            raise ValueError("labels: children")
        if self.min < 0 or (self.max is not None and self.max < max(self.min, 1)):
            raise ValueError(f"min {self.min}, max {self.max}")
        asked_of(self.attributes)


class ShapeParams(RegionParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Regions of an image."""

    outside: Literal["refuse", "clip"] = "refuse"  # what to do with what lies outside the image
    threshold: float = 0.5  # how alike two regions must be to count as the same: 0 < threshold <= 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.threshold <= 1:
            raise ValueError(f"0 < threshold ≤ 1: {self.threshold}")


class RegionType(LabelType[R], Generic[R]):
    """A list of labelled regions; a subclass says what the geometry is."""

    geometry: ClassVar[frozenset[str]]  # the fields of the geometry
    studio_type: ClassVar[str]  # Label Studio's type and the key of its labels: rectanglelabels
    studio_bare: ClassVar[str] = ""  # its type without labels: rectangle
    optional: ClassVar[frozenset[str]] = frozenset()  # fields besides the geometry that an item may have

    def __init__(self, params: R) -> None:
        super().__init__(params)
        self._labels = frozenset(words(params.labels))
        self.attributes = asked_of(params.attributes)
        self._fields = self.geometry | _OWN | self.optional
        self._offered = self._labels or frozenset([""])  # what `label` may be

    @property
    def items_max(self) -> int:
        """Items one value may have."""
        return MATCHED_ITEMS_MAX

    @property
    def empty(self) -> Value | None:
        return []

    # --- Checking ------------------------------------------------------------------------------------------------

    def check(self, raw: Value, content: Content) -> Value:
        given = need_list(raw, "value", self.items_max)
        items = [self._item(item, f"value[{place}]", content) for place, item in enumerate(given)]
        low, high = self.params.min, self.params.max
        if len(items) < low or (high is not None and len(items) > high):
            allowed = f"{low}…{high if high is not None else ''}"
            raise LabelCountError(place="value", count=len(items), allowed=allowed)
        return self.settled(items)

    def _item(self, raw: Any, place: str, content: Content) -> Item:
        data = need_dict(raw, place, self._fields)
        item = self.shape(data, place, content)
        item["label"] = self._label(data.get("label", ""), f"{place}.label")
        return self._rest(item, data, place)

    def _rest(self, item: Item, data: Mapping[str, Any], place: str) -> Item:
        """The item with its attributes, group and z."""
        if data.get("attributes") or self.attributes.required:
            attributes = self.attributes.check(data.get("attributes") or {}, item["label"], f"{place}.attributes")
            if attributes:
                item["attributes"] = attributes
        if data.get("group") is not None and data["group"] != "":
            name = need_text(data["group"], f"{place}.group")
            if len(name) > GROUP_MAX:
                raise LabelCountError(place=f"{place}.group", count=len(name), allowed=f"0…{GROUP_MAX}")
            item["group"] = name
        if data.get("z") is not None:
            item["z"] = need_int(data["z"], f"{place}.z")
            if abs(item["z"]) > _Z_MAX:
                raise LabelRangeError(place=f"{place}.z", value=item["z"], allowed=f"±{_Z_MAX}")
        return item

    def _label(self, raw: Any, place: str) -> str:
        if not isinstance(raw, str):
            raise LabelShapeError(place=place, expected="string", found=json_kind(raw))
        if raw not in self._labels and (raw or self._labels):
            raise refuse(raw, place, words(self.params.labels))
        return raw

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        """The geometry of one raw item, canonical."""
        raise NotImplementedError

    def compiled(self) -> Callable[[Value, Content], Value]:
        low, high = self.params.min, self.items_max if self.params.max is None else min(self.params.max, self.items_max)

        def check(raw: Value, content: Content) -> Value:
            if type(raw) is not list or not low <= len(raw) <= high:
                return self.check(raw, content)
            quick = self.quick_shape(content)
            return self.settled([self._quick_item(each, quick) or self._item(each, "value", content) for each in raw])

        return check

    def _quick_item(self, data: Any, quick: Callable[[dict[str, Any]], Item | None]) -> Item | None:
        """A right item in canonical form, or None for one that `_item` has to look at."""
        if type(data) is not dict or not data.keys() <= self._fields:
            return None
        label = data.get("label", "")
        if type(label) is not str or label not in self._offered:
            return None
        item = quick(data)
        if item is None:
            return None
        item["label"] = label
        more = "attributes" in data or "group" in data or "z" in data or self.attributes.required
        return self._rest(item, data, "value") if more else item

    def quick_shape(self, content: Content) -> Callable[[dict[str, Any]], Item | None]:
        """`shape` without names of places: the geometry of items that are plainly right, None for every other one."""
        return lambda _: None

    def settled(self, items: list[Item]) -> list[Item]:
        """The items in canonical order; types that know repeats or overlaps refuse them here."""
        return sorted(items, key=self.order)

    def order(self, item: Item) -> Any:
        """The sort key of an item."""
        raise NotImplementedError

    # --- Merging -------------------------------------------------------------------------------------------------

    def voted_attributes(self, members: Sequence[Member], label: str | None = None) -> dict[str, Any]:
        """The attributes of a region that several labelers marked; without its elected label, with the heaviest."""
        word = heaviest(tally((member.item["label"], member.weight) for member in members)) if label is None else label
        return self.attributes.voted(members, word)

    def fits(self, count: int) -> bool:
        """Whether that many regions are allowed."""
        return count >= self.params.min and (self.params.max is None or count <= self.params.max)

    # --- Label Studio --------------------------------------------------------------------------------------------

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        seen: dict[bytes, int] = {}
        shapes = self.studio_shapes(value, content)
        for item, (around, body) in zip(value, shapes, strict=True):
            form = stable_form(item)
            seen[form] = seen.get(form, -1) + 1
            head = {"id": self.identity(control, item, seen[form]), "to_name": target, **around}
            meta = {name: item[name] for name in ("group", "z") if name in item}
            head |= {"meta": meta} if meta else {}
            labelled = {**body, self.studio_type: [item["label"]]} if item["label"] else body
            kind = self.studio_type if item["label"] else self.studio_bare
            results.append({**head, "from_name": control, "type": kind, "value": labelled})
            for name, said in item.get("attributes", {}).items():
                kind, answer = self.attributes.to_label_studio(name, said)
                results.append({**head, "from_name": name, "type": kind, "value": {**body, **answer}})
        return results

    def studio_controls(self, control: str) -> tuple[str, ...]:
        """The names its results come under; types that take several tags there have several."""
        return (control,)

    def identity(self, control: str, item: Item, occurrence: int) -> str:
        """The region id of an item."""
        return region_id(control, item, occurrence)

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """For each item the fields around Label Studio's value (the image's size) and the geometry in it."""
        raise NotImplementedError

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        items: list[Item] = []
        for place, parts in enumerate(_regions_of(results)):
            shape_part, attributes = None, {}
            for part in parts:
                name, body = part.get("from_name"), part.get("value") or {}
                if name in self.attributes.by_name and part.get("type") in _ANSWERS and isinstance(body, dict):
                    attributes[name] = self.attributes.from_label_studio(name, body)
                elif shape_part is None:
                    shape_part = part
            if shape_part is None:
                continue
            body = shape_part.get("value")
            if not isinstance(body, dict):
                raise LabelShapeError(place=f"value[{place}]", expected="object", found=json_kind(body))
            geometry = self.studio_item(body, shape_part, f"value[{place}]", content)
            kind = str(shape_part.get("type"))
            names = body.get(self.studio_type) or body.get(kind) or body.get("labels") or [""]
            meta = shape_part.get("meta") if self.optional else None
            if isinstance(meta, dict):
                geometry |= {name: meta[name] for name, kind in _META.items() if type(meta.get(name)) is kind}
            for label in need_list(names, f"value[{place}].label"):
                item = {**geometry, "label": label}
                items.append({**item, "attributes": attributes} if attributes else item)
        return self.check(items, self.studio_content(results, content))

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        """The raw geometry of one Label Studio value."""
        raise NotImplementedError

    def studio_content(self, results: Sequence[dict[str, Any]], content: Content) -> Content:
        """What is known of the record, with what the result items add to it."""
        return content

    # --- Columns -------------------------------------------------------------------------------------------------

    def arrow_geometry(self) -> list[pa.Field]:
        """The columns of the geometry."""
        raise NotImplementedError

    def arrow_type(self) -> pa.DataType:
        fields = [*self.arrow_geometry(), pa.field("label", pa.string())]
        if self.attributes:
            fields.append(pa.field("attributes", pa.struct(self.attributes.arrow_fields())))
        fields.extend(pa.field(name, _PLACED_COLUMNS[name]) for name in sorted(self.optional))
        return pa.list_(pa.struct(fields))

    def to_arrow(self, value: Value) -> Any:
        if not self.attributes and not self.optional:
            return value
        blank = dict.fromkeys(self.optional)
        rows = [{**blank, **item} for item in value]
        if self.attributes:
            for row in rows:
                row["attributes"] = self.attributes.to_arrow(row.get("attributes", {}))
        return rows


_ANSWERS: Final = ("choices", "textarea", "number")
_META: Final = {"group": str, "z": int}
_PLACED_COLUMNS: Final = {"group": pa.string(), "z": pa.int64()}


def said_of(item: Item) -> Any:
    """An item's attributes, group and z as its sort key ends with them."""
    if not ("attributes" in item or "group" in item or "z" in item):
        return _SILENT
    return (sorted(item.get("attributes", {}).items()), item.get("group", ""), "z" in item, item.get("z", 0))


_SILENT: Final[Any] = ([], "", False, 0)


class ShapeType(RegionType[S], Generic[S]):
    """Regions of an image: matched by how much they resemble each other, merged by clusters."""

    optional = _PLACED

    def similarities(self, left: Sequence[Item], right: Sequence[Item]) -> Floats:
        """How alike the geometry of each left item is to each right one."""
        raise NotImplementedError

    def distance(self, left: Value, right: Value) -> float:
        """1 - F1 of the largest matching of regions of the same label that are at least `threshold` alike."""
        if left == right:
            return 0.0
        if not left or not right:
            return 1.0
        alike = self.similarities(left, right)
        alike = np.where(labels_agree(left, right), alike, 0.0)
        return f1_distance(len(left), len(right), alike >= self.params.threshold)

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """Regions in the same place are one region when more than half of the weight drew it; its label is the one with
        the most weight and its geometry is blended. When that leaves too few or too many, the most typical annotation."""
        votes = votes_of(values, weights)
        if all(value == values[0] for value in values):
            return values[0]
        whole = total(votes)
        clusters = cluster_places(votes, self.similarities, self.params.threshold)
        kept = [places for places in clusters if 2 * total(members_of(places, votes)) > whole]
        if not self.fits(len(kept)):
            return medoid(votes, self.distance)
        found = [members_of(places, votes) for places in kept]
        items = [self._consensus(members) for members in found]
        if any("group" in member.item for members in found for member in members):
            for item, group in zip(items, voted_groups(kept, found), strict=True):
                item.update({} if group is None else {"group": group})
        return self.arranged(list(zip(items, kept, strict=True)), votes)

    def _consensus(self, members: Sequence[Member]) -> Item:
        label = heaviest(tally((member.item["label"], member.weight) for member in members))
        item = {**self.blend(members), "label": label}
        attributes = self.voted_attributes(members, label)
        z = voted_z(members)
        return {**item, **({"attributes": attributes} if attributes else {}), **({} if z is None else {"z": z})}

    def arranged(self, found: Sequence[tuple[Item, Sequence[Place]]], votes: Sequence[Vote]) -> list[Item]:
        """The elected regions in canonical order."""
        return self.settled([item for item, _ in found])

    def blend(self, members: Sequence[Member]) -> Item:
        """One geometry for the members of a cluster."""
        raise NotImplementedError

    def studio_content(self, results: Sequence[dict[str, Any]], content: Content) -> Content:
        for result in results:
            wide, high = result.get("original_width"), result.get("original_height")
            if isinstance(wide, int) and isinstance(high, int) and content.width is None:
                return msgspec.structs.replace(content, width=wide, height=high)
        return content


# --- Pixels ------------------------------------------------------------------------------------------------------


def pixel(number: float) -> float:
    """A coordinate as it is stored: thousandths of a pixel, never minus zero."""
    return round(number, 3) + 0.0


def size_of(result: Mapping[str, Any], content: Content, place: str = "value") -> tuple[float, float]:
    """Width and height of the image a Label Studio percentage is of; the item's own statement wins."""
    wide, high = result.get("original_width") or content.width, result.get("original_height") or content.height
    if not isinstance(wide, int | float) or not isinstance(high, int | float) or wide <= 0 or high <= 0:
        raise LabelContentError(place=place, missing="width, height")
    return wide, high


def limits_of(content: Content) -> tuple[int, int]:
    """How far right and down a coordinate may be."""
    wide, high = content.width, content.height
    return COORDINATE_MAX if wide is None else wide, COORDINATE_MAX if high is None else high


def need_inside(number: float, limit: int | None, place: str) -> None:
    """Refuse a coordinate outside 0…limit; where the image's size is not known, outside what any image can have."""
    highest = COORDINATE_MAX if limit is None else limit
    if not 0 <= number <= highest:
        raise LabelRangeError(place=place, value=number, allowed=f"0…{highest}")


def clipped(number: float, limit: int | None) -> float:
    """A coordinate moved to the nearest place inside 0…limit."""
    return max(0.0, min(number, float(COORDINATE_MAX if limit is None else limit)))


def _regions_of(results: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Result items grouped by region id, in order of first appearance; an item without an id is a region of its own."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for place, result in enumerate(results):
        groups.setdefault(str(result.get("id", f"\0{place}")), []).append(result)
    yield from groups.values()
