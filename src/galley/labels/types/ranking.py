"""ranking: candidates ordered from best to worst, ties allowed or not; pairwise preference is a ranking of two.

Values: groups, best first, of candidate ids; ids in one group are tied and stand in sorted order:
[["b"], ["a", "c"]]. With `top: k` whole groups are listed until k candidates are; all others are tied behind them.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import msgspec
import pyarrow as pa

from galley.kernel.language import Text
from galley.labels.choices import refuse
from galley.labels.errors import LabelContentError, LabelCountError, LabelRepeatedError, LabelShapeError
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.record_fields import candidate_ids
from galley.labels.region_ids import region_id
from galley.labels.shape import need_list, need_text
from galley.labels.voting import Vote, medoid, votes_of

__all__ = ["CANDIDATES_MAX", "RankingParams", "RankingType", "kendall_distance"]

CANDIDATES_MAX: Final = 200
"""Candidates of one record: every pair of them is compared."""

Groups = list[list[str]]


class RankingParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How candidates are ranked."""

    ties: bool = True
    top: int | None = None  # only the best so many are put in order; None: all
    blind: bool = True  # shown in random order, without the models' names: for the editor

    def __post_init__(self) -> None:
        if self.top is not None and self.top < 1:
            raise ValueError(f"top {self.top}")


class RankingType(LabelType[RankingParams]):
    """An order of candidates."""

    name: ClassVar[str] = "ranking"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "Candidates ordered from best to worst, with ties; of two: a preference.",
        "候选回答由优到劣排序，可并列；两个候选即成对偏好。",
    )
    Params = RankingParams

    # --- Checking ------------------------------------------------------------------------------------------------

    def check(self, raw: Value, content: Content) -> Value:
        known = self._known(content)
        groups: Groups = []
        seen: dict[str, str] = {}
        for row, group in enumerate(need_list(raw, "value", CANDIDATES_MAX)):
            names = need_list(group, f"value[{row}]", CANDIDATES_MAX)
            if not names or (len(names) > 1 and not self.params.ties):
                allowed = "≥ 1" if self.params.ties else "1"
                raise LabelCountError(place=f"value[{row}]", count=len(names), allowed=allowed)
            for column, name in enumerate(names):
                place = f"value[{row}][{column}]"
                if need_text(name, place) in seen:
                    raise LabelRepeatedError(place=place, first=seen[name])
                if known is not None and name not in known:
                    raise refuse(name, place, known)
                seen[name] = place
            groups.append(sorted(names))
        self._complete(groups, len(seen), known)
        return groups

    def _known(self, content: Content) -> tuple[str, ...] | None:
        """The candidates of the record; None when nothing is known of it."""
        if content.data is None:
            return None
        known = candidate_ids(content.data.get(self.field))
        if known is None:
            raise LabelContentError(place="value", missing=self.field or "candidates")
        if not 0 < len(known) <= CANDIDATES_MAX:
            raise LabelCountError(place="value", count=len(known), allowed=f"1…{CANDIDATES_MAX}")
        return known

    def _complete(self, groups: Groups, count: int, known: Sequence[str] | None) -> None:
        if not 0 < count <= CANDIDATES_MAX:
            raise LabelCountError(place="value", count=count, allowed=f"1…{CANDIDATES_MAX}")
        top = self.params.top
        if known is not None and count < min(len(known), top or len(known)):
            raise LabelCountError(place="value", count=count, allowed=str(min(len(known), top or len(known))))
        if top is not None and count - len(groups[-1]) >= top:
            raise LabelCountError(place="value", count=count, allowed=str(top))

    # --- Comparing and merging -----------------------------------------------------------------------------------

    def distance(self, left: Value, right: Value) -> float:
        """(1 - tau-b) / 2 over all pairs of candidates: 0 the same order, 1 the reverse (`kendall_distance`)."""
        return kendall_distance(left, right)

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """Of Borda's order and the given ones, the one nearest to all by weighted Kendall distance.

        That is Kemeny's rule (Kemeny 1959) over a few candidates for the consensus instead of over all n! orders, which
        is NP-hard; Borda's count is within a factor of five of the best (Coppersmith, Fleischer, Rudra 2010), and a given
        order within two.
        """
        votes = votes_of(values, weights)
        if all(value == values[0] for value in values):
            return values[0]
        borda = self._cut(_borda(votes, ties=self.params.ties))
        typical = medoid(votes, self.distance)
        return min((typical, borda), key=lambda groups: (round(_cost(groups, votes), 9), groups is typical))

    def _cut(self, groups: Groups) -> Groups:
        top, kept, count = self.params.top, [], 0
        for group in groups:
            if top is not None and count >= top:
                break
            kept.append(group)
            count += len(group)
        return kept

    # --- Label Studio --------------------------------------------------------------------------------------------

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        """A Ranker result; its flat order cannot say ties, so the groups stand beside it."""
        body = {"ranker": {"rank": [name for group in value for name in group]}, "groups": value}
        head = {"id": region_id(control, value), "from_name": control, "to_name": target, "type": "ranker"}
        return [{**head, "value": body}]

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        if len(results) != 1:
            raise LabelCountError(place="value", count=len(results), allowed="1")
        body = results[0].get("value") or {}
        flat = (body.get("ranker") or {}).get("rank") if isinstance(body.get("ranker"), Mapping) else None
        if not isinstance(flat, list):
            raise LabelShapeError(place="value", expected="{ranker: {rank: […]}}", found=str(results[0].get("type")))
        groups = body.get("groups")
        if not isinstance(groups, list) or [name for group in groups for name in group] != flat:
            groups = [[name] for name in flat]
        return self.check(groups, content)

    # --- Columns -------------------------------------------------------------------------------------------------

    def arrow_type(self) -> pa.DataType:
        return pa.list_(pa.list_(pa.string()))

    def to_arrow(self, value: Value) -> Any:
        return value


def _places(groups: Groups) -> dict[str, int]:
    return {name: place for place, group in enumerate(groups) for name in group}


def kendall_distance(left: Groups, right: Groups) -> float:
    """(1 - tau-b) / 2, Kendall's rank correlation with ties (Kendall 1945, "The treatment of ties in ranking problems").

    Candidates one of them does not list are tied behind its last group. Where one order says nothing (all tied) tau is
    0, so the distance is 0.5, unless both say nothing.
    """
    mine, yours = _places(left), _places(right)
    names = sorted(mine.keys() | yours.keys())
    one = [mine.get(name, len(left)) for name in names]
    other = [yours.get(name, len(right)) for name in names]
    score = ordered_left = ordered_right = 0
    for first, second in itertools.combinations(range(len(names)), 2):
        here = (one[first] > one[second]) - (one[first] < one[second])
        there = (other[first] > other[second]) - (other[first] < other[second])
        score += here * there
        ordered_left += here != 0
        ordered_right += there != 0
    if not ordered_left or not ordered_right:
        return 0.0 if ordered_left == ordered_right else 0.5
    tau = score / math.sqrt(ordered_left * ordered_right)
    return min(1.0, max(0.0, (1.0 - tau) / 2))


def _borda(votes: Sequence[Vote], *, ties: bool) -> Groups:
    """Candidates by their weighted mean place; ties share the mean of theirs, and equal means share a group."""
    names = sorted({name for groups, _ in votes for group in groups for name in group})
    shares: dict[str, list[float]] = {name: [] for name in names}
    for groups, weight in votes:
        listed = _places(groups)
        behind = [name for name in names if name not in listed]
        above = 0
        for group in [*groups, behind]:
            for name in group:
                shares[name].append(weight * (above + (len(group) - 1) / 2))
            above += len(group)
    means = {name: round(math.fsum(shares[name]), 9) for name in names}
    ordered = sorted(names, key=lambda name: (means[name], name))
    if not ties:
        return [[name] for name in ordered]
    return [list(group) for _, group in itertools.groupby(ordered, key=means.__getitem__)]


def _cost(groups: Groups, votes: Sequence[Vote]) -> float:
    return math.fsum(weight * kendall_distance(groups, value) for value, weight in votes)
