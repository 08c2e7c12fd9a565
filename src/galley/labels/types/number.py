"""number: one number, such as a count, a measurement or a price.

Values: a finite number; a whole one is stored without a decimal point. With `step` the value lies on the grid that starts
at `min` (at 0 without one).
"""

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
import pyarrow as pa

from galley.kernel.language import Text
from galley.labels.errors import LabelCountError, LabelRangeError
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.region_ids import region_id
from galley.labels.shape import need_number
from galley.labels.voting import lower_median, votes_of

__all__ = ["NumberParams", "NumberType"]

_GRID_SLACK = 1e-9
"""How far, in steps, a number may lie off the grid: decimal steps are not exact in binary."""


class NumberParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which numbers are allowed."""

    min: float | None = None
    max: float | None = None
    step: float | None = None
    unit: str = ""  # shown behind the number: kg, s, 元

    def __post_init__(self) -> None:
        given = [bound for bound in (self.min, self.max, self.step) if bound is not None]
        if not all(math.isfinite(bound) for bound in given):
            raise ValueError(f"min {self.min}, max {self.max}, step {self.step}")
        if self.min is not None and self.max is not None and not self.min < self.max:
            raise ValueError(f"min < max: {self.min}, {self.max}")
        if self.step is not None and not self.step > 0:
            raise ValueError(f"step > 0: {self.step}")


class NumberType(LabelType[NumberParams]):
    """One number."""

    name: ClassVar[str] = "number"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("One number.", "一个数值。")
    Params = NumberParams
    results_need_content = False

    def check(self, raw: Value, content: Content) -> Value:
        number = need_number(raw, "value")
        low, high, step = self.params.min, self.params.max, self.params.step
        if step is not None:
            number = self._on_grid(number, step)
        if (low is not None and number < low) or (high is not None and number > high):
            allowed = f"{'' if low is None else _plain(low)}…{'' if high is None else _plain(high)}"
            raise LabelRangeError(place="value", value=raw, allowed=allowed)
        return _plain(number)

    def _on_grid(self, number: float, step: float) -> float:
        start = self.params.min or 0.0
        steps = (number - start) / step
        if not math.isfinite(steps) or abs(steps - round(steps)) > _GRID_SLACK * max(1.0, abs(steps)):
            raise LabelRangeError(place="value", value=number, allowed=f"{_plain(start)} + n × {_plain(step)}")
        # Rounded, so that 0.1 + 2 × 0.1 is 0.3, whoever typed it.
        return round(start + round(steps) * step, 12)

    def distance(self, left: Value, right: Value) -> float:
        """The difference over the allowed range; where that is open, over the larger magnitude, at most 1."""
        apart = abs(left - right)
        if not apart:
            return 0.0
        low, high = self.params.min, self.params.max
        whole = high - low if low is not None and high is not None else max(abs(left), abs(right))
        return float(min(1.0, apart / whole))

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """The weighted lower median: a number somebody gave, which one wild answer cannot move far."""
        return lower_median(votes_of(values, weights))

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        head = {"id": region_id(control, value), "from_name": control, "to_name": target, "type": "number"}
        return [{**head, "value": {"number": value}}]

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        if len(results) != 1:
            raise LabelCountError(place="value", count=len(results), allowed="1")
        return self.check((results[0].get("value") or {}).get("number"), content)

    def arrow_type(self) -> pa.DataType:
        return pa.float64()

    def to_arrow(self, value: Value) -> Any:
        return float(value)


def _plain(number: float) -> float:
    """A number as it is stored: 3, not 3.0, where canonical JSON has whole numbers, and never minus zero."""
    return int(number) if abs(number) < 2**53 and number == int(number) else number
