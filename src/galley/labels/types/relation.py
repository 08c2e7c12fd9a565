"""relation: directed or mutual links between the spans of another control.

Values: [{head: {start, end, label}, tail: {start, end, label}, label, direction}] where direction is `one` (head to
tail) or `both`; a span is named by what it is, so that two people's relations are comparable.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

import msgspec
import pyarrow as pa

from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.labels.choices import Choice, offered, refuse, repeated, words
from galley.labels.errors import LabelCountError, LabelReferenceError, LabelRepeatedError, LabelShapeError
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.shape import json_kind, need_dict, need_int, need_list
from galley.labels.types.span import SpanIdentity, SpanType, identity_of, span_id
from galley.labels.voting import majority, medoid, tally, total, votes_of

__all__ = ["RelationParams", "RelationType"]

Item = dict[str, Any]
Link = tuple[SpanIdentity, SpanIdentity, str, str]

_FIELDS = frozenset({"head", "tail", "label", "direction"})
_END = frozenset({"start", "end", "label"})


class RelationParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which spans are linked, by what."""

    spans: str  # the span control whose spans are linked
    labels: tuple[str | int | Choice, ...] = ()  # none: links carry no label
    direction: Literal["one", "both", "any"] = "any"  # what a link may be
    min: int = 0
    max: int | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "labels", offered(self.labels))
        twice = repeated(words(self.labels))
        if twice is not None:
            raise ValueError(f"labels: '{twice}' × 2")
        if self.min < 0 or (self.max is not None and self.max < max(self.min, 1)):
            raise ValueError(f"min {self.min}, max {self.max}")


class RelationType(LabelType[RelationParams]):
    """Links between spans."""

    name: ClassVar[str] = "relation"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Links between labelled stretches of text.", "文本片段之间的关系。")
    able: ClassVar[Able] = Able(modalities=("text",))
    Params = RelationParams

    def __init__(self, params: RelationParams) -> None:
        super().__init__(params)
        self._labels = frozenset(words(params.labels))

    @property
    def empty(self) -> Value | None:
        return []

    @property
    def refers_to(self) -> tuple[str, ...]:
        return (self.params.spans,)

    def may_refer_to(self, other: LabelType[Any]) -> bool:
        return isinstance(other, SpanType)

    def dangling(self, value: Value, labels: Mapping[str, Value]) -> tuple[int, ...]:
        spans = {identity_of(item) for item in labels.get(self.params.spans) or ()}
        ends = ((identity_of(item["head"]), identity_of(item["tail"])) for item in value)
        return tuple(place for place, (head, tail) in enumerate(ends) if head not in spans or tail not in spans)

    # --- Checking ------------------------------------------------------------------------------------------------

    def check(self, raw: Value, content: Content) -> Value:
        links: dict[Link, int] = {}
        for place, item in enumerate(need_list(raw, "value")):
            link = self._link(item, f"value[{place}]")
            if link in links:
                raise LabelRepeatedError(place=f"value[{place}]", first=f"value[{links[link]}]")
            links[link] = place
        if not self._fits(len(links)):
            allowed = f"{self.params.min}…{self.params.max if self.params.max is not None else ''}"
            raise LabelCountError(place="value", count=len(links), allowed=allowed)
        return [_item(link) for link in sorted(links)]

    def _link(self, raw: Any, place: str) -> Link:
        data = need_dict(raw, place, _FIELDS)
        head, tail = _end(data.get("head"), f"{place}.head"), _end(data.get("tail"), f"{place}.tail")
        if head == tail:
            raise LabelRepeatedError(place=f"{place}.tail", first=f"{place}.head")
        label = data.get("label", "")
        if not isinstance(label, str):
            raise LabelShapeError(place=f"{place}.label", expected="string", found=json_kind(label))
        if label not in self._labels and (label or self._labels):
            raise refuse(label, f"{place}.label", words(self.params.labels))
        allowed = ("one", "both") if self.params.direction == "any" else (self.params.direction,)
        direction = data.get("direction", allowed[0])
        if direction not in allowed:
            raise refuse(direction, f"{place}.direction", allowed)
        if direction == "both":
            head, tail = sorted((head, tail))
        return head, tail, label, direction

    def _fits(self, count: int) -> bool:
        return count >= self.params.min and (self.params.max is None or count <= self.params.max)

    # --- Comparing and merging -----------------------------------------------------------------------------------

    def distance(self, left: Value, right: Value) -> float:
        """1 - F1 over links that agree in both ends, label and direction."""
        mine, yours = {_link_of(item) for item in left}, {_link_of(item) for item in right}
        size = len(mine) + len(yours)
        return 1.0 - 2 * len(mine & yours) / size if size else 0.0

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """Every link that more than half of the weight drew."""
        votes = votes_of(values, weights)
        if all(value == values[0] for value in values):
            return values[0]
        elected = majority(tally((_link_of(item), w) for value, w in votes for item in value), total(votes))
        return [_item(link) for link in sorted(elected)] if self._fits(len(elected)) else medoid(votes, self.distance)

    # --- Label Studio --------------------------------------------------------------------------------------------

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        return [
            {
                "type": "relation",
                "from_id": span_id(self.params.spans, item["head"]),
                "to_id": span_id(self.params.spans, item["tail"]),
                "direction": "bi" if item["direction"] == "both" else "right",
                "labels": [item["label"]] if item["label"] else [],
            }
            for item in value
        ]

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        ends = self._ends(results, content)
        items: dict[str, Item] = {}
        for place, result in enumerate(results):
            if result.get("type") != "relation":
                continue
            names = [label for label in result.get("labels") or [""] if label in self._labels or not self._labels]
            head, tail = ends.get(str(result.get("from_id"))), ends.get(str(result.get("to_id")))
            if names and (head is None or tail is None):
                raise LabelReferenceError(place=f"value[{place}]", control=self.params.spans)
            direction = result.get("direction") or "right"
            if direction == "left":
                head, tail = tail, head
            for label in names:
                item = {"head": head, "tail": tail, "label": label, "direction": "both" if direction == "bi" else "one"}
                items.setdefault(f"{head}\0{tail}\0{label}\0{direction == 'bi'}", item)
        return self.check(list(items.values()), content)

    def _ends(self, results: Sequence[dict[str, Any]], content: Content) -> dict[str, Item]:
        """The spans among the results by region id; a region of several labels stands for its first."""
        found: dict[str, Item] = {}
        reader = SpanType(SpanType.Params())
        for place, result in enumerate(results):
            body = result.get("value")
            if result.get("type") == "labels" and isinstance(body, dict) and body.get("labels") is not None:
                labels = need_list(body["labels"], f"value[{place}].label")
                spot = reader.studio_item(body, result, f"value[{place}]", content)
                found.setdefault(str(result.get("id")), {**spot, "label": labels[0] if labels else ""})
        return found

    # --- Columns -------------------------------------------------------------------------------------------------

    def arrow_type(self) -> pa.DataType:
        end = pa.struct([("start", pa.int64()), ("end", pa.int64()), ("label", pa.string())])
        return pa.list_(pa.struct([("head", end), ("tail", end), ("label", pa.string()), ("direction", pa.string())]))

    def to_arrow(self, value: Value) -> Any:
        return value


def _end(raw: Any, place: str) -> SpanIdentity:
    data = need_dict(raw, place, _END)
    label = data.get("label", "")
    if not isinstance(label, str):
        raise LabelShapeError(place=f"{place}.label", expected="string", found=json_kind(label))
    return need_int(data.get("start"), f"{place}.start"), need_int(data.get("end"), f"{place}.end"), label


def _link_of(item: Mapping[str, Any]) -> Link:
    return identity_of(item["head"]), identity_of(item["tail"]), item["label"], item["direction"]


def _item(link: Link) -> Item:
    head, tail, label, direction = link
    ends = [{"start": start, "end": end, "label": word} for start, end, word in (head, tail)]
    return {"head": ends[0], "tail": ends[1], "label": label, "direction": direction}
