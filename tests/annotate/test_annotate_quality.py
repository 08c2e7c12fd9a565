"""Rules of quality control without a database: rates, collectors, rules as data, and crowds of simulated people."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.annotate.quality.collectors import Judge, read
from galley.annotate.quality.errors import QualityRuleError
from galley.annotate.quality.model import (
    MEASURES,
    Act,
    Block,
    Condition,
    ExtraReview,
    MoveSkill,
    Observation,
    Pause,
    Reading,
    Reopen,
    Rule,
    SetSkill,
    StopGold,
    Surroundings,
    TellLead,
)
from galley.annotate.quality.rates import at_least, lower_bound, run_chance, upper_bound
from galley.annotate.quality.rules import DEFAULTS, check, evaluate, new_level, parse, standing_of
from galley.annotate.quality.words import by_lead, explain
from galley.kernel.draw import generator

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CLASSES = 5


def _merge(bodies: Any) -> Any:
    return max(bodies, key=lambda body: sum(body == other for other in bodies))


SAME = Judge(lambda one, other: float(one != other), _merge)
RULES = {rule.name: rule for rule in DEFAULTS}


# --- rates -------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(1, 60), st.data())
def test_bounds_are_the_exact_ones(count: int, data: st.DataObject) -> None:
    from scipy.special import betaincinv

    hits = data.draw(st.integers(0, count))
    low, high = lower_bound(hits, count, 0.99), upper_bound(hits, count, 0.99)
    assert low == pytest.approx(0.0 if hits == 0 else betaincinv(hits, count - hits + 1, 0.01), abs=1e-6)
    assert high == pytest.approx(1.0 if hits == count else betaincinv(hits + 1, count - hits, 0.99), abs=1e-6)
    assert low <= hits / count <= high


def test_tails_and_runs() -> None:
    assert at_least(0, 10, 0.3) == 1
    assert at_least(10, 10, 0.5) == pytest.approx(2**-10)
    assert at_least(3, 10, 0.0) == 0
    assert at_least(3, 10, 1.0) == 1
    assert at_least(8, 10, 0.5) == pytest.approx(56 / 1024)
    assert run_chance(1, 10, 0.2) == 1
    assert run_chance(10, 10, 0.5) == pytest.approx(2**-10)
    assert run_chance(11, 10, 0.5) == 1


def test_one_of_two_wrong_proves_nothing() -> None:
    assert upper_bound(1, 2, 0.99) > 0.99
    assert upper_bound(20, 40, 0.99) < 0.7


# --- rules as data -----------------------------------------------------------------------------------------------


def test_the_defaults_make_sense_and_survive_json() -> None:
    raw = msgspec.json.decode(msgspec.json.encode(DEFAULTS))
    assert parse(raw) == DEFAULTS
    assert {rule.collector for rule in DEFAULTS} == set(MEASURES) - {"consensus"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"collector": "mood"}, "mood"),
        ({"conditions": [{"measure": "ratio", "below": 1}]}, "'ratio' is not measured by gold"),
        ({"conditions": [{"measure": "high"}]}, "below or above"),
        ({"conditions": []}, "conditions"),
        ({"actions": []}, "actions"),
        ({"actions": [{"do": "fire"}]}, "fire"),
        ({"actions": [{"do": "block"}]}, "only a person blocks"),
        ({"actions": [{"do": "review", "percent": 101}]}, "percent"),
        ({"actions": [{"do": "pause", "seconds": -1}]}, "seconds"),
        ({"actions": [{"do": "set_skill", "name": "Gold Medal"}]}, "name"),
        ({"window": 5, "least": 6}, "never fit"),
        ({"window": 100_000}, "window"),
        ({"colour": "red"}, "colour"),
        ({"name": "gold-weak"}, "used twice"),
    ],
)
def test_rules_that_make_no_sense_are_refused_with_their_place(change: dict[str, Any], said: str) -> None:
    raw = msgspec.json.decode(msgspec.json.encode(DEFAULTS))
    raw[0].update(change)
    with pytest.raises(QualityRuleError) as problem:
        parse(raw)
    assert said in problem.value.message("en")
    assert problem.value.message("zh")


@pytest.mark.parametrize("raw", [None, {}, "rules", [1], [{}]])
def test_what_is_no_list_of_rules_is_refused(raw: Any) -> None:
    with pytest.raises(QualityRuleError):
        parse(raw)


def test_a_level_needs_a_share_or_a_number() -> None:
    rule = Rule(
        name="r",
        collector="repeats",
        conditions=(Condition(measure="run", above=9.0),),
        actions=(SetSkill(name="care"),),
    )
    with pytest.raises(QualityRuleError):
        check([rule])
    check([msgspec.structs.replace(rule, actions=(SetSkill(name="care", level=0.2),))])


# --- firing ------------------------------------------------------------------------------------------------------


def test_a_rule_waits_for_enough_and_for_its_cool_down() -> None:
    rule = RULES["gold-failed"]
    low = Reading(count=20, hits=8, measures={"share": 0.4, "low": 0.2, "high": 0.64})
    fired = evaluate(rule, low, NOW)
    assert [type(one.act).__name__ for one in fired] == ["Pause", "ExtraReview", "TellWorker", "TellLead"]
    assert fired[0].until == NOW + timedelta(days=1)
    assert fired[3].until is None
    assert evaluate(rule, msgspec.structs.replace(low, count=4), NOW) == []
    assert evaluate(rule, None, NOW) == []
    assert evaluate(msgspec.structs.replace(rule, enabled=False), low, NOW) == []
    assert evaluate(rule, low, NOW, NOW - timedelta(seconds=3599)) == []
    assert evaluate(rule, low, NOW, NOW - timedelta(seconds=3600)) == fired
    assert evaluate(rule, msgspec.structs.replace(low, measures={**low.measures, "high": 0.8}), NOW) == []


def test_skills_move_within_their_bounds() -> None:
    reading = Reading(count=10, hits=7, measures={"share": 0.7, "low": 0.4, "high": 0.9})
    assert new_level(SetSkill(name="s"), reading, 0.1) == 0.7
    assert new_level(SetSkill(name="s", level=0.3), reading, 0.1) == 0.3
    assert new_level(MoveSkill(name="s", by=-0.2), reading, 0.1) == 0.0
    assert new_level(MoveSkill(name="s", by=0.2), reading, None) == pytest.approx(0.7)


def test_the_strictest_act_in_force_counts() -> None:
    day, week = NOW + timedelta(days=1), NOW + timedelta(days=7)
    assert standing_of([]) == ("open", None, None, False)
    assert standing_of([(Pause(seconds=1), day), (Pause(seconds=2), week)]) == ("paused", week, None, False)
    assert standing_of([(Pause(seconds=1), day), (Pause(training="basics"), None)]) == ("paused", None, None, False)
    assert standing_of([(Block(), None), (Pause(seconds=1), day)]) == ("blocked", None, None, False)
    acts: list[tuple[Act, datetime | None]] = [
        (ExtraReview(percent=20), None),
        (ExtraReview(percent=70), day),
        (StopGold(), None),
    ]
    assert standing_of(acts) == ("open", None, 70, True)


@pytest.mark.parametrize("collector", sorted(MEASURES))
def test_every_finding_and_every_act_has_words_in_both_languages(collector: Any) -> None:
    reading = Reading(count=20, hits=8, measures=dict.fromkeys(MEASURES[collector], 0.25))
    rule = Rule(name="r", collector=collector, conditions=(Condition(measure="x", below=1.0),), actions=(TellLead(),))
    acts: list[Any] = [act for one in DEFAULTS for act in one.actions]
    acts += [Pause(), Pause(training="basics"), Block(), StopGold(), ExtraReview(percent=9), Pause(seconds=600)]
    acts += [SetSkill(name="care"), MoveSkill(name="care", by=0.1)]
    for act in acts:
        told = explain(rule, act, reading)
        assert "8" in told.en
        assert "appeal" in told.en
        assert "申诉" in told.zh
        assert by_lead(act, "because").zh
    assert "end" in by_lead(Reopen(), "they are good").en


# --- collectors --------------------------------------------------------------------------------------------------


def _rule(collector: Any, **facts: Any) -> Rule:
    return Rule(
        name="r",
        collector=collector,
        conditions=(Condition(measure="share", below=1.0),),
        actions=(TellLead(),),
        **facts,
    )


def _see(place: int, **facts: Any) -> Observation:
    return Observation(**{"id": place, "kind": "answer", "item": f"i{place}", "at": NOW, "sha256": "a", **facts})


def test_collectors_count_what_concerns_them() -> None:
    seen = [
        _see(1, body="a", gold="a"),
        _see(2, body="a", gold="b", others=("a", "b")),
        _see(3, body="a", others=("b", "b", "a")),
        _see(4, body="a", others=("a",)),
        _see(5, kind="skip"),
        _see(6, kind="late"),
        _see(7, kind="returned"),
        _see(8, kind="accepted"),
        _see(9, kind="fixed"),
    ]

    def counts(collector: str, **facts: Any) -> tuple[int, int]:
        found = read(_rule(collector, **facts), seen, Surroundings(), SAME)
        assert found is not None
        return found.hits, found.count

    assert counts("gold") == (1, 2)
    assert counts("agreement") == (2, 3)
    assert counts("consensus") == (1, 2)  # two others that differ: the merge takes the first
    assert counts("skips") == (1, 5)
    assert counts("lateness") == (1, 5)
    assert counts("returns") == (1, 3)
    assert counts("gold", window=1, least=1) == (0, 1)
    near = Judge(lambda one, other: 0.0 if one == other else 0.4, _merge)
    loose = read(_rule("gold", distance=0.4), seen, Surroundings(), near)
    assert loose is not None
    assert loose.hits == 2


def test_collectors_with_nothing_to_say_say_nothing() -> None:
    for collector in MEASURES:
        assert read(_rule(collector), [], Surroundings(), SAME) is None
    assert read(_rule("speed"), [_see(1, seconds=1.0)], Surroundings(seconds=(9.0,) * 10), SAME) is None


# --- crowds ------------------------------------------------------------------------------------------------------


def _evaluate(name: str, seen: list[Observation], around: Surroundings) -> bool:
    rule = RULES[name]
    return bool(evaluate(rule, read(rule, seen, around, SAME), NOW))


def _gold_run(seed: int, accuracy: float, answers: int, rule: str) -> int | None:
    """After how many known answers a rule fires that looks after each of them; None: never."""
    random = generator(f"gold {seed} {accuracy}".encode().ljust(16))
    right = random.random(answers) < accuracy
    seen: list[Observation] = []
    for place in range(answers):
        seen.append(_see(place, body=bool(right[place]), gold=True))
        if _evaluate(rule, seen[-100:], Surroundings()):
            return place + 1
    return None


def _share(found: list[Any]) -> float:
    return sum(one is not None for one in found) / len(found)


def test_a_careless_worker_is_caught_soon_and_an_honest_one_almost_never() -> None:
    """Looked at after every known answer, so the false alarm rate is that of a whole series of 100 looks.

    Measured: of 1,000 workers who are right in 93 % of cases none is paused (so less than 0.3 % are, with 95 % confidence)
    and 0.7 % get extra review; of workers right in 60 % of cases 98 % are paused, after 23 known answers in the median
    and within 58 in nine of ten.
    """
    honest = [_gold_run(seed, 0.93, 100, "gold-failed") for seed in range(1000)]
    assert _share(honest) == 0
    assert _share([_gold_run(seed, 0.93, 100, "gold-weak") for seed in range(300)]) <= 0.02
    careless = [_gold_run(seed, 0.60, 100, "gold-failed") for seed in range(300)]
    assert _share(careless) >= 0.95
    caught = sorted(one for one in careless if one is not None)
    assert caught[len(caught) // 2] <= 30
    assert caught[len(caught) * 9 // 10] <= 65
    guessing = [_gold_run(seed, 0.2, 100, "gold-failed") for seed in range(100)]
    assert max(one or 999 for one in guessing) <= 20


class Crowd:
    """People of one project who label items of known truth; each is a way of answering."""

    def __init__(self, seed: int, shares: tuple[float, ...] = (0.4, 0.25, 0.2, 0.1, 0.05)) -> None:
        self.random = generator(f"crowd {seed}".encode().ljust(16))
        self.shares = shares
        self.truth = self.random.choice(CLASSES, size=200, p=shares)
        self.prelabels = np.where(self.random.random(200) < 0.2, (self.truth + 1) % CLASSES, self.truth)
        self.others = [self._honest(0.93) for _ in range(6)]
        counts = np.bincount(np.concatenate(self.others), minlength=CLASSES)
        wrong = int((self.prelabels[:60] != self.truth[:60]).sum())
        self.around = Surroundings(
            seconds=tuple(float(one) for one in self._seconds(1.0)[:200]),
            answers={str(place): int(count) for place, count in enumerate(counts)},
            prelabels=(wrong, 60),
        )

    def _honest(self, accuracy: float) -> Any:
        slips = self.random.random(200) >= accuracy
        return np.where(slips, (self.truth + 1 + self.random.integers(0, CLASSES - 1, 200)) % CLASSES, self.truth)

    def _seconds(self, pace: float) -> Any:
        return np.exp(self.random.normal(math.log(12 * pace), 0.5, 200))

    def worker(self, answers: Any, pace: float = 1.0) -> list[Observation]:
        """What is seen of somebody who gave these answers at this pace."""
        seconds = self._seconds(pace)
        return [
            _see(
                place,
                body=int(answers[place]),
                sha256=str(int(answers[place])),
                seconds=float(seconds[place]),
                prelabel=int(self.prelabels[place]),
                others=tuple(int(other[place]) for other in self.others[:2]),
            )
            for place in range(200)
        ]

    def honest(self) -> list[Observation]:
        return self.worker(self._honest(0.93))

    def reviewer_of_prelabels(self) -> list[Observation]:
        """Somebody who corrects four in five wrong prelabels and keeps the rest."""
        corrected = self.random.random(200) < 0.8
        return self.worker(np.where(corrected, self.truth, self.prelabels))

    def speedrunner(self) -> list[Observation]:
        return self.worker(self.random.integers(0, CLASSES, 200), pace=0.08)

    def copier(self) -> list[Observation]:
        return self.worker(self.prelabels)

    def constant(self) -> list[Observation]:
        return self.worker(np.zeros(200, dtype=int))


SUSPICIONS = ("too-fast", "same-answer", "copied-prelabels", "disagrees", "skips-often", "late-often", "returned-often")


def _ever(crowd: Crowd, seen: list[Observation], rules: tuple[str, ...], step: int = 10) -> dict[str, int]:
    """Rule -> after how many answers it fired, when looked at after every `step` answers."""
    found: dict[str, int] = {}
    for known in range(step, len(seen) + 1, step):
        for name in rules:
            if name not in found and _evaluate(name, seen[:known], crowd.around):
                found[name] = known
    return found


@pytest.mark.parametrize(
    ("way", "rule", "within"),
    [
        (Crowd.speedrunner, "too-fast", 40),
        (Crowd.copier, "copied-prelabels", 170),
        (Crowd.constant, "same-answer", 40),
        (Crowd.speedrunner, "disagrees", 100),
    ],
)
def test_who_does_not_look_is_seen(way: Callable[[Crowd], list[Observation]], rule: str, within: int) -> None:
    for seed in range(12):
        crowd = Crowd(seed)
        assert _ever(crowd, way(crowd), (rule,)).get(rule, 999) <= within, seed


def test_honest_people_are_left_alone() -> None:
    """Over 60 crowds with every suspicion looked at 20 times in 200 answers: nobody honest is suspected of anything."""
    for seed in range(60):
        crowd = Crowd(seed)
        assert _ever(crowd, crowd.honest(), SUSPICIONS, step=20) == {}, seed
        assert _ever(crowd, crowd.reviewer_of_prelabels(), SUSPICIONS, step=20) == {}, seed


def test_where_nearly_everything_is_the_same_a_constant_answer_is_no_suspicion() -> None:
    crowd = Crowd(1, shares=(0.96, 0.01, 0.01, 0.01, 0.01))
    assert "same-answer" not in _ever(crowd, crowd.honest(), SUSPICIONS)
    assert "same-answer" not in _ever(crowd, crowd.constant(), SUSPICIONS)


def test_a_quick_person_among_quick_people_is_not_too_fast() -> None:
    crowd = Crowd(2)
    assert "too-fast" not in _ever(crowd, crowd.worker(crowd.truth, pace=0.5), SUSPICIONS)
