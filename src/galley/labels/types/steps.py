"""steps: each step of a solution marked right, neutral or wrong, with a reason and a better wording where given.

Values: one entry a step of the record's field, {"mark": "wrong", "reason": "…", "rewrite": "…"}. With `stop_at_error`
nobody looks behind the first wrong step: the entries there are null, as PRM800K was labelled.
"""

import math
import unicodedata
from collections.abc import Sequence
from typing import Any, ClassVar, Final

import msgspec
import pyarrow as pa

from galley.kernel.language import Text
from galley.labels.choices import refuse
from galley.labels.errors import LabelContentError, LabelCountError, LabelShapeError
from galley.labels.label_type import Content, Value
from galley.labels.record_fields import steps_of
from galley.labels.shape import json_kind, need_dict, need_list, need_text
from galley.labels.types.json_written import JsonWritten
from galley.labels.voting import Vote, plurality, tally, votes_of

__all__ = ["MARKS", "STEPS_MAX", "StepsParams", "StepsType", "first_error"]

MARKS: Final = {"right": 1, "neutral": 0, "wrong": -1}
"""The marks with the ratings of PRM800K (Lightman et al. 2023, "Let's Verify Step by Step")."""

STEPS_MAX: Final = 2_000
_FIELDS: Final = frozenset(["mark", "reason", "rewrite"])
_CAUTIOUS: Final = ("wrong", "neutral", "right")
_TEXT_MAX: Final = 20_000


class StepsParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far one looks."""

    stop_at_error: bool = False


class StepsType(JsonWritten[StepsParams]):
    """Marks of reasoning steps."""

    name: ClassVar[str] = "steps"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "Each reasoning step marked right, neutral or wrong.", "逐步标记推理步骤：正确、中性或错误。"
    )
    Params = StepsParams

    def check(self, raw: Value, content: Content) -> Value:
        items = need_list(raw, "value", STEPS_MAX)
        if content.data is not None:
            known = steps_of(content.data.get(self.field))
            if known is None:
                raise LabelContentError(place="value", missing=self.field or "steps")
            if len(items) != len(known):
                raise LabelCountError(place="value", count=len(items), allowed=str(len(known)))
        found: list[dict[str, Any] | None] = []
        over = False
        for at, item in enumerate(items):
            if over and item is not None:
                raise LabelShapeError(place=f"value[{at}]", expected="null", found=json_kind(item))
            found.append(None if over else _step(item, f"value[{at}]"))
            last = found[-1]
            over = over or (self.params.stop_at_error and last is not None and last["mark"] == "wrong")
        return found

    def distance(self, left: Value, right: Value) -> float:
        """Half how far the marks of the steps both judged are apart, half whether the first error is the same step.

        Marks count as PRM800K's ratings -1, 0, 1 (so right and wrong are twice as far apart as either from neutral);
        agreement in the first error is what ProcessBench (Zheng et al. 2024) scores. A step only one list has counts 1.
        """
        pairs = [(one, other) for one, other in zip(left, right, strict=False) if one is not None and other is not None]
        extra = abs(len(left) - len(right))
        apart = math.fsum(abs(MARKS[one["mark"]] - MARKS[other["mark"]]) / 2 for one, other in pairs) + extra
        judged = len(pairs) + extra
        first = 0.0 if first_error(left) == first_error(right) else 1.0
        return (apart / judged if judged else 0.0) / 2 + first / 2

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """Step by step the mark with the most weight among those who judged the step; ties go to the more cautious mark.

        With `stop_at_error` the vote ends at the first step elected wrong.
        """
        votes = votes_of(values, weights)
        if all(value == values[0] for value in values):
            return values[0]
        sizes = tally((len(value), weight) for value, weight in votes)
        size = min(sizes, key=lambda count: (-sizes[count], count))
        merged: list[dict[str, Any] | None] = []
        over = False
        for at in range(size):
            ballots = [(value[at], w) for value, w in votes if len(value) == size and value[at] is not None]
            step = None if over or not ballots else _elected(ballots)
            over = over or step is None or (self.params.stop_at_error and step["mark"] == "wrong")
            merged.append(step)
        return merged

    def arrow_type(self) -> pa.DataType:
        return pa.list_(pa.struct([("mark", pa.string()), ("reason", pa.string()), ("rewrite", pa.string())]))

    def to_arrow(self, value: Value) -> Any:
        return [
            None if step is None else {name: step.get(name) for name in ("mark", "reason", "rewrite")} for step in value
        ]


def first_error(value: Value) -> int:
    """The place of the first step marked wrong; -1 when there is none."""
    return next((at for at, step in enumerate(value) if step is not None and step["mark"] == "wrong"), -1)


def _step(raw: Any, place: str) -> dict[str, Any]:
    given = need_dict(raw, place, _FIELDS)
    mark = given.get("mark")
    if not isinstance(mark, str):
        raise LabelShapeError(place=f"{place}.mark", expected="string", found=json_kind(mark))
    if mark not in MARKS:
        raise refuse(mark, f"{place}.mark", MARKS)
    step = {"mark": mark}
    for name in ("reason", "rewrite"):
        if given.get(name) is not None:
            text = unicodedata.normalize("NFC", need_text(given[name], f"{place}.{name}")).strip()
            if len(text) > _TEXT_MAX:
                raise LabelCountError(place=f"{place}.{name}", count=len(text), allowed=f"0…{_TEXT_MAX}")
            if text:
                step[name] = text
    return step


def _elected(ballots: Sequence[Vote]) -> dict[str, Any]:
    marks = tally((step["mark"], weight) for step, weight in ballots)
    mark = min(marks, key=lambda word: (-round(marks[word], 9), _CAUTIOUS.index(word)))
    agreeing = [vote for vote in ballots if vote[0]["mark"] == mark]
    said: dict[str, Any] = plurality([vote for vote in agreeing if len(vote[0]) > 1] or agreeing)
    return said
