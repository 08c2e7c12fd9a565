"""rating: stars, from 1 (worst) to `max` (best).

Values: a whole number. The scale is ordered: 4 is nearer to 5 than 2 is.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import msgspec
import pyarrow as pa

from galley.kernel.language import Text
from galley.labels.errors import LabelCountError, LabelRangeError
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.region_ids import region_id
from galley.labels.shape import need_int
from galley.labels.voting import lower_median, votes_of

__all__ = ["RatingParams", "RatingType"]

STARS_MAX: Final = 100


class RatingParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many stars there are."""

    max: int = 5

    def __post_init__(self) -> None:
        if not 2 <= self.max <= STARS_MAX:
            raise ValueError(f"2 ≤ max ≤ {STARS_MAX}: {self.max}")


class RatingType(LabelType[RatingParams]):
    """Stars."""

    name: ClassVar[str] = "rating"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("A rating in stars.", "星级评分。")
    Params = RatingParams
    results_need_content = False

    def check(self, raw: Value, content: Content) -> Value:
        stars = need_int(raw, "value")
        if not 1 <= stars <= self.params.max:
            raise LabelRangeError(place="value", value=stars, allowed=f"1…{self.params.max}")
        return stars

    def distance(self, left: Value, right: Value) -> float:
        """The stars between them over the most there can be."""
        return float(abs(left - right) / (self.params.max - 1))

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """The weighted lower median."""
        return lower_median(votes_of(values, weights))

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        head = {"id": region_id(control, value), "from_name": control, "to_name": target, "type": "rating"}
        return [{**head, "value": {"rating": value}}]

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        if len(results) != 1:
            raise LabelCountError(place="value", count=len(results), allowed="1")
        return self.check((results[0].get("value") or {}).get("rating"), content)

    def arrow_type(self) -> pa.DataType:
        return pa.int64()

    def to_arrow(self, value: Value) -> Any:
        return value
