"""classify: the record belongs to one class, to several, or to places in a taxonomy.

Values: single -> "cat"; multi -> ["cat", "dog"], sorted; hierarchical -> [["animal", "cat"], …], sorted, without paths
that another path already contains as its beginning.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Literal

import msgspec
import pyarrow as pa

from galley.kernel.language import Text
from galley.labels.choices import Choice, offered, paths_of, refuse, repeated, words
from galley.labels.errors import LabelCountError, LabelRepeatedError, LabelShapeError
from galley.labels.label_type import Content, LabelType, Value
from galley.labels.region_ids import region_id
from galley.labels.shape import json_kind, need_list
from galley.labels.voting import Vote, majority, plurality, tally, total, votes_of

__all__ = ["Classify", "ClassifyParams"]

Path = tuple[str, ...]


class ClassifyParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The classes and how many of them one record may have."""

    mode: Literal["single", "multi", "hierarchical"] = "single"
    choices: tuple[str | int | Choice, ...]
    min: int = 0  # classes at least (multi, hierarchical); 0: "none of them" is an answer
    max: int | None = None  # classes at most; None: any number
    leaves_only: bool = False  # hierarchical: a path must end at a leaf

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "choices", offered(self.choices))
        if not self.choices:
            raise ValueError("choices: []")
        siblings = [words(self.choices), *(words(choice.children) for choice in _inner(offered(self.choices)))]
        for group in siblings:
            twice = repeated(group)
            if twice is not None:
                raise ValueError(f"choices: '{twice}' × 2")
        if self.mode != "hierarchical" and len(siblings) > 1:
            raise ValueError("children: mode ≠ hierarchical")
        if self.min < 0 or (self.max is not None and self.max < max(self.min, 1)):
            raise ValueError(f"min {self.min}, max {self.max}")
        if self.mode == "multi" and self.min > len(self.choices):
            raise ValueError(f"min {self.min} > {len(self.choices)} choices")


class Classify(LabelType[ClassifyParams]):
    """Classes of the whole record."""

    name: ClassVar[str] = "classify"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "One class, several classes or taxonomy paths for the whole record.",
        "为整条记录标注单个类别、多个类别或分类路径。",
    )
    Params = ClassifyParams
    results_need_content = False

    def __init__(self, params: ClassifyParams) -> None:
        super().__init__(params)
        self._words = frozenset(words(params.choices))
        self._places = {word: place for place, word in enumerate(words(params.choices))}
        self._paths = dict(paths_of(params.choices)) if params.mode == "hierarchical" else {}

    @property
    def empty(self) -> Value | None:
        return None if self.params.mode == "single" else []

    # --- Checking ------------------------------------------------------------------------------------------------

    def check(self, raw: Value, content: Content) -> Value:
        if self.params.mode == "single":
            return self._word(raw, "value")
        items = need_list(raw, "value")
        if self.params.mode == "multi":
            return self._several(items)
        return self._several_paths(items)

    def _word(self, raw: Value, place: str) -> str:
        if not isinstance(raw, str):
            raise LabelShapeError(place=place, expected="string", found=json_kind(raw))
        if raw not in self._words:
            raise refuse(raw, place, self._places)
        return raw

    def _several(self, items: Sequence[Value]) -> list[str]:
        chosen: dict[str, int] = {}
        for place, raw in enumerate(items):
            word = self._word(raw, f"value[{place}]")
            if word in chosen:
                raise LabelRepeatedError(place=f"value[{place}]", first=f"value[{chosen[word]}]")
            chosen[word] = place
        self._count(len(chosen))
        return sorted(chosen)

    def _several_paths(self, items: Sequence[Value]) -> list[list[str]]:
        chosen: dict[Path, int] = {}
        for place, raw in enumerate(items):
            path = self._path(raw, f"value[{place}]")
            if path in chosen:
                raise LabelRepeatedError(place=f"value[{place}]", first=f"value[{chosen[path]}]")
            chosen[path] = place
        deepest = _deepest(chosen)
        self._count(len(deepest))
        return [list(path) for path in sorted(deepest)]

    def _path(self, raw: Value, place: str) -> Path:
        steps = need_list(raw, place)
        for depth, step in enumerate(steps):
            if not isinstance(step, str):
                raise LabelShapeError(place=f"{place}[{depth}]", expected="string", found=json_kind(step))
            if tuple(steps[: depth + 1]) not in self._paths:
                above = tuple(steps[:depth])
                known = [path[-1] for path in self._paths if path[:-1] == above]
                raise refuse(step, f"{place}[{depth}]", known)
        path = tuple(steps)
        if not path:
            raise LabelCountError(place=place, count=0, allowed="≥ 1")
        if self.params.leaves_only and not self._paths[path]:
            known = [path[-1] for path in self._paths if path[:-1] == tuple(steps)]
            raise refuse("", f"{place}[{len(path)}]", known)
        return path

    def _count(self, count: int) -> None:
        low, high = self.params.min, self.params.max
        if count < low or (high is not None and count > high):
            raise LabelCountError(place="value", count=count, allowed=f"{low}…{high if high is not None else ''}")

    # --- Comparing -----------------------------------------------------------------------------------------------

    def distance(self, left: Value, right: Value) -> float:
        """Single: 0 or 1. Multi: Jaccard distance. Hierarchical: Jaccard distance of the paths with all their beginnings,
        so that a wrong leaf below the right branch costs less than a wrong branch."""
        if self.params.mode == "single":
            return 0.0 if left == right else 1.0
        if self.params.mode == "multi":
            return _jaccard(set(left), set(right))
        return _jaccard(_branches(left), _branches(right))

    # --- Merging -------------------------------------------------------------------------------------------------

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """Single: plurality, ties to the choice listed first. Multi and hierarchical: every class (or branch) that more
        than half of the weight chose, and the strongest one when none reached half but more than half said something."""
        votes = votes_of(values, weights)
        if all(value == values[0] for value in values):
            return values[0]
        if self.params.mode == "single":
            counted = tally(votes)
            return min(counted, key=lambda word: (-counted[word], self._places[word]))
        whole = total(votes)
        if self.params.mode == "multi":
            return self._elect_words(tally((word, w) for value, w in votes for word in value), votes)
        parts = (lambda value: {tuple(path) for path in value}) if self.params.leaves_only else _branches
        elected = _deepest(majority(tally((part, w) for value, w in votes for part in parts(value)), whole))
        if not self._fits(len(elected)) or (not elected and 2 * _spoken(votes) > whole):
            return plurality([vote for vote in votes if vote[0]] or votes)
        return [list(path) for path in sorted(elected)]

    def _elect_words(self, ballots: dict[str, float], votes: Sequence[Vote]) -> list[str]:
        whole = total(votes)
        ranked = sorted(ballots, key=lambda word: (-ballots[word], self._places[word]))
        elected = sum(1 for word in ranked if 2 * ballots[word] > whole)
        if not elected and 2 * _spoken(votes) > whole:
            elected = 1
        return sorted(ranked[: max(elected, self.params.min)][: self.params.max])

    def _fits(self, count: int) -> bool:
        return count >= self.params.min and (self.params.max is None or count <= self.params.max)

    # --- Label Studio --------------------------------------------------------------------------------------------

    def to_label_studio(self, value: Value, control: str, target: str, content: Content) -> list[dict[str, Any]]:
        if self.params.mode == "hierarchical":
            kind, body = "taxonomy", {"taxonomy": [list(path) for path in value]}
        else:
            kind, body = "choices", {"choices": [value] if self.params.mode == "single" else list(value)}
        if value == self.empty:
            return []
        return [{"id": region_id(control, value), "from_name": control, "to_name": target, "type": kind, "value": body}]

    def from_label_studio(self, results: Sequence[dict[str, Any]], content: Content) -> Value:
        picked: list[Value] = []
        for result in results:
            body = result.get("value") or {}
            picked.extend(need_list(body.get("taxonomy", body.get("choices", [])), "value"))
        if self.params.mode == "single":
            if len(picked) != 1:
                raise LabelCountError(place="value", count=len(picked), allowed="1")
            return self.check(picked[0], content)
        if self.params.mode == "hierarchical":
            # Choices with nested Choice write a top-level pick as plain text, Taxonomy always as a path.
            picked = [[item] if isinstance(item, str) else item for item in picked]
        return self.check(picked, content)

    # --- Columns -------------------------------------------------------------------------------------------------

    def arrow_type(self) -> pa.DataType:
        if self.params.mode == "single":
            return pa.string()
        return pa.list_(pa.string()) if self.params.mode == "multi" else pa.list_(pa.list_(pa.string()))

    def to_arrow(self, value: Value) -> Any:
        return value


def _spoken(votes: Sequence[Vote]) -> float:
    return total(vote for vote in votes if vote[0])


def _inner(choices: Sequence[Choice]) -> Iterable[Choice]:
    for choice in choices:
        if choice.children:
            yield choice
            yield from _inner(offered(choice.children))


def _branches(paths: Iterable[Sequence[str]]) -> set[Path]:
    return {tuple(path[:depth]) for path in paths for depth in range(1, len(path) + 1)}


def _deepest(paths: Iterable[Path]) -> list[Path]:
    kept = list(paths)
    covered = {path[:depth] for path in kept for depth in range(1, len(path))}
    return [path for path in kept if path not in covered]


def _jaccard(left: set[Any], right: set[Any]) -> float:
    union = len(left | right)
    return 1.0 - len(left & right) / union if union else 0.0
