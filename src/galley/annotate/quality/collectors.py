"""Collectors: what a person's last observations say, as counts, shares with exact bounds, and probabilities. Pure.

Each takes the observations (oldest first, only those after the rule last fired), the project's surroundings and the
label schema's distance, and looks at the newest `window` of those that concern it.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Final

import msgspec

from galley.annotate.quality.model import CONFIDENCE, Observation, Reading, Rule, Surroundings
from galley.annotate.quality.rates import at_least, lower_bound, run_chance, upper_bound

__all__ = ["Judge", "read"]

_SPEED_LEAST: Final = 30
"""Times of other people needed before anybody is called fast."""
_FAST_SPREADS: Final = 3.0
_FAST_RATIO: Final = 0.5
_MAD_TO_SIGMA: Final = 1.4826
_CARE: Final = 0.5
"""A careful person corrects at least this share of wrong prelabels; only who keeps more than that allows is conspicuous."""


class Judge(msgspec.Struct, frozen=True):
    """The label schema's opinion of answers."""

    distance: Callable[[Any, Any], float]
    merge: Callable[[Sequence[Any]], Any]


def read(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    """What the rule's collector reads, or None when there is nothing it can say anything about."""
    reader = _READERS[rule.collector]
    return reader(rule, observations, around, judge)


def _shares(hits: int, count: int, **more: float) -> Reading | None:
    if not count:
        return None
    bounds = {"low": lower_bound(hits, count, CONFIDENCE), "high": upper_bound(hits, count, CONFIDENCE)}
    return Reading(count=count, hits=hits, measures={"share": hits / count, **bounds, **more})


def _answers(observations: Sequence[Observation]) -> list[Observation]:
    return [one for one in observations if one.kind == "answer"]


def _gold(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    seen = [one for one in _answers(observations) if one.gold is not None][-rule.window :]
    hits = sum(judge.distance(one.body, one.gold) <= rule.distance for one in seen)
    return _shares(hits, len(seen))


def _agreement(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    seen = [one for one in _answers(observations) if one.others][-rule.window :]
    hits = 0
    for one in seen:
        same = sum(judge.distance(one.body, other) <= rule.distance for other in one.others)
        hits += 2 * same >= len(one.others)
    return _shares(hits, len(seen))


def _consensus(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    seen = [one for one in _answers(observations) if len(one.others) >= 2][-rule.window :]
    hits = sum(judge.distance(one.body, judge.merge(one.others)) <= rule.distance for one in seen)
    return _shares(hits, len(seen))


def _returns(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    seen = [one for one in observations if one.kind in ("accepted", "fixed", "returned")][-rule.window :]
    return _shares(sum(one.kind == "returned" for one in seen), len(seen))


def _speed(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    """Fast: three robust standard deviations below the others' median on the scale of logarithms, and never more than
    half of it, so that a project of equally quick people makes nobody conspicuous."""
    times = [one.seconds for one in _answers(observations) if one.seconds is not None][-rule.window :]
    logs = [math.log(max(seconds, 0.001)) for seconds in around.seconds]
    if len(logs) < _SPEED_LEAST or not times:
        return None
    middle = median(logs)
    spread = _MAD_TO_SIGMA * median(abs(one - middle) for one in logs)
    cut = min(math.exp(middle - _FAST_SPREADS * spread), _FAST_RATIO * math.exp(middle))
    return _shares(sum(seconds < cut for seconds in times), len(times), ratio=median(times) / math.exp(middle))


def _repeats(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    """The longest run of one and the same answer, against how often others give that answer."""
    given = [one.sha256 for one in _answers(observations)][-rule.window :]
    if not given:
        return None
    longest, longest_of, run = 1, given[0], 1
    for before, now in itertools.pairwise(given):
        run = run + 1 if now == before else 1
        if run > longest:
            longest, longest_of = run, now
    total = sum(around.answers.values())
    share = (around.answers.get(longest_of, 0) + 1) / (total + 2)  # nobody else yet: taken for one half
    shares = [number / len(given) for number in Counter(given).values()]
    measures = {
        "run": float(longest),
        "entropy": abs(math.fsum(one * math.log2(one) for one in shares)),
        "chance": run_chance(longest, len(given), share),
    }
    return Reading(count=len(given), hits=longest, measures=measures)


def _copies(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    """Prelabels kept as they were: all of them against how many are wrong, and those known to be wrong.

    What is right is known where the item has a known answer, and where two or more others agree. `chance` is the smaller
    of the two probabilities, doubled because there are two.
    """
    seen = [one for one in _answers(observations) if one.prelabel is not None][-rule.window :]
    kept = [judge.distance(one.body, one.prelabel) <= rule.distance for one in seen]
    wrong, checked = around.prelabels
    known_wrong = kept_wrong = 0
    for one, same in zip(seen, kept, strict=True):
        right = one.gold if one.gold is not None else _settled(rule, one, judge)
        if right is None:
            continue
        checked += one.gold is None  # known answers are counted in the surroundings
        if judge.distance(one.prelabel, right) > rule.distance:
            wrong += one.gold is None
            known_wrong += 1
            kept_wrong += same
    error = lower_bound(wrong, checked, CONFIDENCE) if checked else 0.0
    chances = at_least(sum(kept), len(kept), 1 - _CARE * error), at_least(kept_wrong, known_wrong, 1 - _CARE)
    return _shares(sum(kept), len(kept), chance=min(1.0, 2 * min(chances)))


def _settled(rule: Rule, one: Observation, judge: Judge) -> Any:
    """What two or more other people say unanimously."""
    if len(one.others) < 2:
        return None
    first = one.others[0]
    return first if all(judge.distance(first, other) <= rule.distance for other in one.others[1:]) else None


def _skips(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    seen = [one for one in observations if one.kind in ("answer", "skip")][-rule.window :]
    return _shares(sum(one.kind == "skip" for one in seen), len(seen))


def _lateness(rule: Rule, observations: Sequence[Observation], around: Surroundings, judge: Judge) -> Reading | None:
    seen = [one for one in observations if one.kind in ("answer", "late")][-rule.window :]
    return _shares(sum(one.kind == "late" for one in seen), len(seen))


_Reader = Callable[[Rule, Sequence[Observation], Surroundings, Judge], Reading | None]
_READERS: Final[dict[str, _Reader]] = {
    "gold": _gold,
    "agreement": _agreement,
    "consensus": _consensus,
    "returns": _returns,
    "speed": _speed,
    "repeats": _repeats,
    "copies": _copies,
    "skips": _skips,
    "lateness": _lateness,
}
