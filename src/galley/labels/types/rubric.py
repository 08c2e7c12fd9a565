"""rubric: scores for several criteria, each on its own scale, with reasons where asked.

Values: {criterion: {"score": 4, "reason": "…"}}; every criterion is scored; a reason is left out when it is empty.
"""

import math
import unicodedata
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Literal

import msgspec
import pyarrow as pa

from galley.kernel.language import Text
from galley.labels.choices import Title, nearest, repeated, titled
from galley.labels.errors import (
    ControlMissingError,
    LabelChoiceError,
    LabelCountError,
    LabelRangeError,
    LabelShapeError,
)
from galley.labels.label_type import Content, Value
from galley.labels.shape import json_kind, need_dict, need_int, need_text
from galley.labels.types.json_written import JsonWritten
from galley.labels.voting import lower_median, plurality, votes_of

__all__ = ["Criterion", "RubricParams", "RubricType"]

_FIELDS: Final = frozenset(["score", "reason"])
_REASON_MAX: Final = 5_000


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that is scored."""

    name: str
    title: str | Title | None = None
    min: int = 1
    max: int = 5
    levels: dict[str | int, str | Title] = {}  # what a score means
    reason: Literal["none", "optional", "required"] = "optional"

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name: ''")
        if not -1000 <= self.min < self.max <= 1000:
            raise ValueError(f"min {self.min}, max {self.max}")
        msgspec.structs.force_setattr(self, "title", titled(self.title, self.name))
        levels: dict[str, Title] = {}
        for score, said in self.levels.items():
            if not str(score).lstrip("-").isdecimal() or not self.min <= int(score) <= self.max:
                raise ValueError(f"levels: {score} ∉ {self.min}…{self.max}")
            levels[str(int(score))] = Title(en=said, zh=said) if isinstance(said, str) else said
        msgspec.structs.force_setattr(self, "levels", dict(sorted(levels.items(), key=lambda level: int(level[0]))))


class RubricParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is scored."""

    criteria: tuple[Criterion, ...]

    def __post_init__(self) -> None:
        if not self.criteria:
            raise ValueError("criteria: []")
        twice = repeated(criterion.name for criterion in self.criteria)
        if twice is not None:
            raise ValueError(f"criteria: '{twice}' × 2")


class RubricType(JsonWritten[RubricParams]):
    """Scores by criterion."""

    name: ClassVar[str] = "rubric"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text("Scores by criterion, with reasons.", "按评分标准逐项打分，可附理由。")
    Params = RubricParams
    results_need_content = False

    def check(self, raw: Value, content: Content) -> Value:
        if not isinstance(raw, dict):
            raise LabelShapeError(place="value", expected="object {criterion: {score, reason}}", found=json_kind(raw))
        known = [criterion.name for criterion in self.params.criteria]
        for name in raw:
            if name not in known:
                place = f"value.{name}".encode("utf-8", "replace").decode()
                raise LabelChoiceError(place=place, value=str(name), suggestion=nearest(str(name), known))
        return {criterion.name: _scored(criterion, raw) for criterion in self.params.criteria}

    def distance(self, left: Value, right: Value) -> float:
        """Mean over the criteria of |difference| / (max - min): the mean absolute error relative to each scale's range.

        Reasons are not compared.
        """
        parts = [
            abs(left[one.name]["score"] - right[one.name]["score"]) / (one.max - one.min)
            for one in self.params.criteria
        ]
        return math.fsum(parts) / len(parts)

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """Each criterion's weighted lower median, with the reason that most weight gave for that very score."""
        votes = votes_of(values, weights)
        if all(value == values[0] for value in values):
            return values[0]
        merged: dict[str, Any] = {}
        for name in (criterion.name for criterion in self.params.criteria):
            score = int(lower_median((value[name]["score"], weight) for value, weight in votes))
            agreeing = [(value[name], weight) for value, weight in votes if value[name]["score"] == score]
            merged[name] = plurality([vote for vote in agreeing if "reason" in vote[0]] or agreeing)
        return merged

    def arrow_type(self) -> pa.DataType:
        scored = pa.struct([("score", pa.int64()), ("reason", pa.string())])
        return pa.struct([(criterion.name, scored) for criterion in self.params.criteria])

    def to_arrow(self, value: Value) -> Any:
        return {name: {"score": one["score"], "reason": one.get("reason")} for name, one in value.items()}


def _scored(criterion: Criterion, raw: dict[str, Any]) -> dict[str, Any]:
    place = f"value.{criterion.name}"
    if raw.get(criterion.name) is None:
        raise ControlMissingError(place=place)
    given = need_dict(raw[criterion.name], place, _FIELDS)
    score = need_int(given.get("score"), f"{place}.score")
    if not criterion.min <= score <= criterion.max:
        raise LabelRangeError(place=f"{place}.score", value=score, allowed=f"{criterion.min}…{criterion.max}")
    said = given.get("reason")
    reason = "" if said is None else unicodedata.normalize("NFC", need_text(said, f"{place}.reason")).strip()
    if criterion.reason == "required" and not reason:
        raise ControlMissingError(place=f"{place}.reason")
    if len(reason) > (0 if criterion.reason == "none" else _REASON_MAX):
        most = 0 if criterion.reason == "none" else _REASON_MAX
        raise LabelCountError(place=f"{place}.reason", count=len(reason), allowed=f"0…{most}")
    return {"score": score, "reason": reason} if reason else {"score": score}
