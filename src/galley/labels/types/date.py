"""date: a calendar date, with the time of day where the option asks for it.

Values: `YYYY-MM-DD`, or with `time: true` `YYYY-MM-DDTHH:MM` (and `:SS` where seconds were given); ISO 8601 in the
proleptic Gregorian calendar, years 1 to 9999, without a time zone: what a document states, not a moment.
"""

import datetime
import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final

import msgspec
import pyarrow as pa

from galley.kernel.language import Text
from galley.labels.errors import LabelCountError, LabelRangeError, LabelShapeError
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.region_ids import region_id
from galley.labels.shape import need_text
from galley.labels.voting import lower_median, plurality, votes_of

__all__ = ["DateParams", "DateType"]

_FORM: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.0{1,6})?)?Z?)?", re.ASCII)
_DAY_SECONDS: Final = 86_400


class DateParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which dates are allowed, and how near two must be to agree a little."""

    time: bool = False  # whether the time of day belongs to it
    min: str = ""  # the earliest, in the value's form
    max: str = ""  # the latest
    tolerance_days: float = 0.0  # 0: dates agree or do not; else the distance grows up to so many days

    def __post_init__(self) -> None:
        for bound in (self.min, self.max):
            if bound and _parsed(bound, time=self.time) is None:
                raise ValueError(f"min, max: {bound}")
        if self.min and self.max and _canonical(self.min, time=self.time) > _canonical(self.max, time=self.time):
            raise ValueError(f"min ≤ max: {self.min}, {self.max}")
        if not 0 <= self.tolerance_days <= 1_000_000:
            raise ValueError(f"tolerance_days ≥ 0: {self.tolerance_days}")


class DateType(LabelType[DateParams]):
    """A date."""

    name: ClassVar[str] = "date"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("A date, with the time of day if asked.", "日期，可含时间。")
    Params = DateParams
    results_need_content = False

    def check(self, raw: Value, content: Content) -> Value:
        text = need_text(raw, "value").strip()
        if _parsed(text, time=self.params.time) is None:
            form = "YYYY-MM-DDTHH:MM" if self.params.time else "YYYY-MM-DD"
            raise LabelShapeError(place="value", expected=form, found=text[:40] or "''")
        value = _canonical(text, time=self.params.time)
        low, high = (bound and _canonical(bound, time=self.params.time) for bound in (self.params.min, self.params.max))
        if (low and _moment(value) < _moment(low)) or (high and _moment(value) > _moment(high)):
            raise LabelRangeError(place="value", value=value, allowed=f"{low}…{high}")
        return value

    def distance(self, left: Value, right: Value) -> float:
        """0 for the same; else 1, or with a tolerance the days between them over it, at most 1."""
        if left == right:
            return 0.0
        if not self.params.tolerance_days:
            return 1.0
        days = abs((_moment(left) - _moment(right)).total_seconds()) / _DAY_SECONDS
        return min(1.0, days / self.params.tolerance_days)

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """The date with the most weight; with a tolerance the weighted lower median."""
        votes = votes_of(values, weights)
        if not self.params.tolerance_days:
            return plurality(votes)
        start = datetime.datetime(1, 1, 1)  # noqa: DTZ001  # a date a document states has no zone
        seconds = {(_moment(value) - start).total_seconds(): value for value, _ in votes}
        return seconds[lower_median(((_moment(value) - start).total_seconds(), weight) for value, weight in votes)]

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        head = {"id": region_id(control, value), "from_name": control, "to_name": target, "type": "datetime"}
        return [{**head, "value": {"datetime": value}}]

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        if len(results) != 1:
            raise LabelCountError(place="value", count=len(results), allowed="1")
        return self.check((results[0].get("value") or {}).get("datetime"), content)

    def arrow_type(self) -> pa.DataType:
        return pa.string()

    def to_arrow(self, value: Value) -> Any:
        return value


def _parsed(text: str, *, time: bool) -> datetime.datetime | None:
    """The date and time a text says, or None when it says no such; the time must be there just when it is asked."""
    found = _FORM.fullmatch(text)
    if found is None or (found[4] is not None) != time:
        return None
    try:
        return datetime.datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None


def _canonical(text: str, *, time: bool) -> str:
    found = _parsed(text, time=time)
    if found is None:
        return ""
    if not time:
        return found.date().isoformat()
    return found.isoformat(timespec="seconds" if found.second else "minutes")


def _moment(value: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(value)
