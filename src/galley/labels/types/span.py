"""span: labelled stretches of a text, nested and overlapping as far as the control allows.

Values: [{start, end, label, attributes?}]: code points from 0, the end not included. A raw span may carry `text`, which
must then be what the record says there: the cheapest way to notice offsets of another convention.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa

from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.span import Utf16Offsets, crossing, overlap_length
from galley.labels.errors import (
    LabelContentError,
    LabelEmptyError,
    LabelOverlapError,
    LabelRangeError,
    LabelRepeatedError,
    LabelTextError,
)
from galley.labels.label_type import Content, Value
from galley.labels.matching import Floats, Item, Member, cluster, labels_agree, soft_f1_distance
from galley.labels.region_ids import region_id
from galley.labels.regions import RegionParams, RegionType, said_of
from galley.labels.shape import LABEL_ITEMS_MAX, MATCHED_ITEMS_MAX, need_int
from galley.labels.voting import Vote, heaviest, medoid, tally, total, votes_of

__all__ = ["SpanIdentity", "SpanParams", "SpanType", "identity_of", "span_id"]

_OFFSET_MAX = 2**53
"""Offsets of a text that is not known: what JSON numbers hold exactly."""

SpanIdentity = tuple[int, int, str]
"""start, end and label: what tells spans of one control apart, and what relations point at."""


class SpanParams(RegionParams, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Spans, how they may overlap, and how two annotations are compared."""

    overlap: Literal["none", "nested", "any"] = "any"
    match: Literal["exact", "overlap"] = "exact"  # overlap: a pair counts as much as their characters overlap


class SpanType(RegionType[SpanParams]):
    """Stretches of text."""

    name: ClassVar[str] = "span"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Labelled stretches of a text.", "文本中的片段（实体）标注。")
    able: ClassVar[Able] = Able(modalities=("text",))
    Params = SpanParams
    geometry = frozenset({"start", "end", "text"})
    studio_type = "labels"
    studio_bare = "labels"

    @property
    def items_max(self) -> int:
        # Exact spans are compared by hashing; overlapping ones by a matrix.
        return MATCHED_ITEMS_MAX if self.params.match == "overlap" else LABEL_ITEMS_MAX

    # --- Checking ------------------------------------------------------------------------------------------------

    def shape(self, data: Mapping[str, Any], place: str, content: Content) -> Item:
        start, end = need_int(data.get("start"), f"{place}.start"), need_int(data.get("end"), f"{place}.end")
        length = None if content.text is None else len(content.text)
        for name, offset in (("start", start), ("end", end)):
            if offset < 0 or (length is not None and offset > length):
                allowed = f"0…{length if length is not None else ''}"
                raise LabelRangeError(place=f"{place}.{name}", value=offset, allowed=allowed)
        if start >= end:
            raise LabelEmptyError(place=place, value=f"{start}…{end}")
        if "text" in data and content.text is not None and content.text[start:end] != data["text"]:
            raise LabelTextError(place=place, actual=content.text[start:end], stated=data["text"])
        return {"start": start, "end": end}

    def quick_shape(self, content: Content) -> Callable[[dict[str, Any]], Item | None]:
        text = content.text
        length = _OFFSET_MAX if text is None else len(text)

        def inside(data: dict[str, Any]) -> Item | None:
            start: Any = data.get("start")
            end: Any = data.get("end")
            if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
                return None
            if "text" in data and text is not None and text[start:end] != data["text"]:
                return None
            return {"start": start, "end": end}

        return inside

    def settled(self, items: list[Item]) -> list[Item]:
        ordered = sorted(items, key=self.order) if len(items) > 1 else items
        if len({identity_of(item) for item in ordered}) == len(ordered) and self.params.overlap == "any":
            return ordered
        places: dict[SpanIdentity, int] = {}
        for place, item in enumerate(ordered):
            if identity_of(item) in places:
                raise LabelRepeatedError(place=f"value[{place}]", first=f"value[{places[identity_of(item)]}]")
            places[identity_of(item)] = place
        clash = self._clash(ordered)
        if clash is not None:
            raise LabelOverlapError(place=f"value[{clash[1]}]", other=f"value[{clash[0]}]")
        return ordered

    def order(self, item: Item) -> Any:
        return (item["start"], item["end"], item["label"], said_of(item))

    def _clash(self, ordered: Sequence[Item]) -> tuple[int, int] | None:
        """The first two spans, by start, that overlap in a way the control does not allow."""
        if self.params.overlap == "any":
            return None
        around: list[int] = []  # the spans that contain the place we are at, outermost first
        for place in sorted(range(len(ordered)), key=lambda at: (ordered[at]["start"], -ordered[at]["end"], at)):
            while around and ordered[around[-1]]["end"] <= ordered[place]["start"]:
                around.pop()
            if around and self._clashes(ordered[around[-1]], ordered[place]):
                return min(around[-1], place), max(around[-1], place)
            around.append(place)
        return None

    def _clashes(self, one: Item, other: Item) -> bool:
        mine, yours = (one["start"], one["end"]), (other["start"], other["end"])
        if self.params.overlap == "none":
            return overlap_length(mine, yours) > 0
        return crossing(mine, yours)

    # --- Comparing and merging -----------------------------------------------------------------------------------

    def distance(self, left: Value, right: Value) -> float:
        """1 - F1. `exact`: a pair is a hit when start, end and label agree, less the share of attributes that differ.
        `overlap`: a pair of one label counts the characters they share over the characters they cover together."""
        if left == right:
            return 0.0
        if not left or not right:
            return 1.0
        if self.params.match == "overlap":
            return soft_f1_distance(left, right, _overlaps(left, right, same_label=True))
        yours = {identity_of(item): item for item in right}
        hits = [_attributes_alike(item, yours[identity_of(item)]) for item in left if identity_of(item) in yours]
        return min(1.0, max(0.0, round(1.0 - 2 * sum(sorted(hits)) / (len(left) + len(right)), 12)))

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """`exact`: every span that more than half of the weight marked. `overlap`: spans that mostly overlap are one
        span when more than half of the weight marked it, with the boundaries and label of most weight."""
        votes = votes_of(values, weights)
        if all(value == values[0] for value in values):
            return values[0]
        whole = total(votes)
        elected: dict[SpanIdentity, tuple[float, Item]] = {}
        for members in self._groups(votes):
            weight = total(members)
            if 2 * weight <= whole:
                continue
            counted = tally((identity_of(member.item), member.weight) for member in members)
            start, end, label = heaviest(counted)
            item: Item = {"start": start, "end": end, "label": label}
            attributes = self.voted_attributes(
                [m for m in members if identity_of(m.item) == (start, end, label)], label
            )
            known = elected.get((start, end, label))
            if known is None or weight > known[0]:
                elected[start, end, label] = (weight, {**item, "attributes": attributes} if attributes else item)
        kept: list[Item] = []
        for _, item in sorted(elected.values(), key=lambda found: (-found[0], self.order(found[1]))):
            if self.params.overlap == "any" or not any(self._clashes(item, other) for other in kept):
                kept.append(item)
        return self.settled(kept) if self.fits(len(kept)) else medoid(votes, self.distance)

    def _groups(self, votes: Sequence[Vote]) -> list[list[Member]]:
        if self.params.match == "overlap":
            return cluster(votes, lambda left, right: _overlaps(left, right, same_label=False), 0.5)
        groups: dict[SpanIdentity, list[Member]] = {}
        for items, weight in votes:
            for item in items:
                groups.setdefault(identity_of(item), []).append(Member(item, weight))
        return list(groups.values())

    # --- Label Studio --------------------------------------------------------------------------------------------

    def identity(self, control: str, item: Item, occurrence: int) -> str:
        return span_id(control, item)

    def studio_shapes(self, value: Value, content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        text = _text_of(content)
        offsets = Utf16Offsets(text)
        for item in value:
            start, end = item["start"], item["end"]
            body = {"start": offsets.to_utf16(start), "end": offsets.to_utf16(end), "text": text[start:end]}
            yield {}, body

    def studio_item(self, body: dict[str, Any], result: dict[str, Any], place: str, content: Content) -> Item:
        offsets = Utf16Offsets(_text_of(content))
        found: Item = {}
        for name in ("start", "end"):
            units = need_int(body.get(name), f"{place}.{name}")
            point = offsets.to_code_points(units)
            if point is None:
                raise LabelRangeError(place=f"{place}.{name}", value=units, allowed="UTF-16")
            found[name] = point
        return found

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        # One region drawn twice with the same label is one span here.
        drawn: set[str] = set()
        kept = []
        for result in results:
            body = result.get("value")
            if result.get("from_name") not in self.params.attributes and isinstance(body, dict):
                spot = repr((body.get("start"), body.get("end"), body.get("labels")))
                if spot in drawn:
                    continue
                drawn.add(spot)
            kept.append(result)
        return super().from_label_studio(kept, content)

    # --- Columns -------------------------------------------------------------------------------------------------

    def arrow_geometry(self) -> list[pa.Field]:
        return [pa.field("start", pa.int64()), pa.field("end", pa.int64())]


def identity_of(item: Mapping[str, Any]) -> SpanIdentity:
    """What tells a span apart from the others of its control."""
    return (item["start"], item["end"], item["label"])


def span_id(control: str, item: Mapping[str, Any]) -> str:
    """The Label Studio region id of a span; relations compute the same from the identity they hold."""
    return region_id(control, list(identity_of(item)))


def _text_of(content: Content) -> str:
    if content.text is None:
        raise LabelContentError(place="value", missing="text")
    return content.text


def _attributes_alike(one: Item, other: Item) -> float:
    mine, yours = one.get("attributes", {}), other.get("attributes", {})
    names = mine.keys() | yours.keys()
    agreed = sum(mine.get(name) == yours.get(name) for name in names)
    return float((1 + agreed) / (1 + len(names)))


def _overlaps(left: Sequence[Item], right: Sequence[Item], *, same_label: bool) -> Floats:
    mine, yours = _bounds(left)[:, None, :], _bounds(right)[None, :, :]
    shared = np.maximum(np.minimum(mine[..., 1], yours[..., 1]) - np.maximum(mine[..., 0], yours[..., 0]), 0)
    covered = mine[..., 1] - mine[..., 0] + yours[..., 1] - yours[..., 0] - shared
    alike = shared / covered
    if same_label:
        alike = np.where(labels_agree(left, right), alike, 0.0)
    return np.asarray(alike)


def _bounds(items: Sequence[Item]) -> Any:
    return np.array([(item["start"], item["end"]) for item in items], dtype=np.int64)
