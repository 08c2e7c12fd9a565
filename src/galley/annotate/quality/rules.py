"""The decisions of quality control, pure: which rules make sense, which fire, and until when.

A rule that fired begins anew: what it fired on is not counted against anybody again, so it can fire once more only after
`least` fresh observations, and not before its cool-down is over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from galley.annotate.quality.errors import QualityRuleError
from galley.annotate.quality.model import (
    MEASURES,
    Act,
    Block,
    Condition,
    ExtraReview,
    Fired,
    MoveSkill,
    Pause,
    Reading,
    Reopen,
    Rule,
    SetSkill,
    StopGold,
    TellLead,
    TellWorker,
)

__all__ = ["DEFAULTS", "check", "evaluate", "new_level", "parse", "standing_of"]

_DAY: Final = 86400.0
_SKILL_START: Final = 0.5


# --- rules as data -----------------------------------------------------------------------------------------------


def parse(raw: Any) -> tuple[Rule, ...]:
    """Rules from plain JSON data; raises QualityRuleError naming the rule and the place."""
    if not isinstance(raw, list | tuple):
        raise QualityRuleError(rule="", place="rules", problem="a list of rules is expected", problem_zh="应为规则列表")
    rules: list[Rule] = []
    for place, one in enumerate(raw):
        name = str(one.get("name", place)) if isinstance(one, dict) else str(place)
        try:
            rules.append(msgspec.convert(one, Rule))
        except msgspec.ValidationError as problem:
            raise QualityRuleError(
                rule=name, place=f"rules[{place}]", problem=str(problem), problem_zh=str(problem)
            ) from problem
    check(rules)
    return tuple(rules)


def check(rules: Sequence[Rule]) -> None:
    """Refuse rules that contradict themselves or one another; raises QualityRuleError."""
    names: set[str] = set()
    for rule in rules:
        if rule.name in names:
            raise QualityRuleError(rule=rule.name, place="name", problem="used twice", problem_zh="名称重复")
        names.add(rule.name)
        if rule.least > rule.window:
            raise QualityRuleError(
                rule=rule.name,
                place="least",
                problem=f"{rule.least} observations never fit a window of {rule.window}",
                problem_zh=f"窗口仅 {rule.window} 条，达不到 {rule.least} 条",
            )
        for condition in rule.conditions:
            _check_condition(rule, condition)
        for act in rule.actions:
            _check_act(rule, act)


def _check_condition(rule: Rule, condition: Condition) -> None:
    known = MEASURES[rule.collector]
    if condition.measure not in known:
        raise QualityRuleError(
            rule=rule.name,
            place="conditions",
            problem=f"'{condition.measure}' is not measured by {rule.collector}, which measures {', '.join(known)}",
            problem_zh=f"{rule.collector} 不提供“{condition.measure}”，可用：{', '.join(known)}",
        )
    if condition.below is None and condition.above is None:
        raise QualityRuleError(
            rule=rule.name, place="conditions", problem="below or above is needed", problem_zh="须给出 below 或 above"
        )


def _check_act(rule: Rule, act: Act) -> None:
    if isinstance(act, Block | Reopen):
        raise QualityRuleError(
            rule=rule.name,
            place="actions",
            problem="only a person blocks or reopens a person",
            problem_zh="只有负责人可以封禁或解除人员，规则不可以",
        )
    if isinstance(act, SetSkill) and act.level is None and "share" not in MEASURES[rule.collector]:
        raise QualityRuleError(
            rule=rule.name,
            place="actions",
            problem=f"{rule.collector} measures no share: give a level",
            problem_zh=f"{rule.collector} 不提供比率，须给出 level",
        )


# --- firing ------------------------------------------------------------------------------------------------------


def evaluate(rule: Rule, reading: Reading | None, now: datetime, last: datetime | None = None) -> list[Fired]:
    """What the rule asks for, given what its collector read since it last fired at `last`; nothing when it is quiet."""
    if not rule.enabled or reading is None or reading.count < rule.least:
        return []
    if last is not None and now - last < timedelta(seconds=rule.cooldown_seconds):
        return []
    if not all(_holds(condition, reading) for condition in rule.conditions):
        return []
    return [Fired(rule=rule.name, act=act, reading=reading, until=ends(act, now)) for act in rule.actions]


def _holds(condition: Condition, reading: Reading) -> bool:
    value = reading.measures[condition.measure]
    return (condition.below is None or value < condition.below) and (condition.above is None or value > condition.above)


def ends(act: Act, now: datetime) -> datetime | None:
    """When an act ends by itself."""
    seconds = getattr(act, "seconds", None)
    return None if seconds is None else now + timedelta(seconds=seconds)


def new_level(act: SetSkill | MoveSkill, reading: Reading | None, before: float | None) -> float:
    """The level of a skill after an act."""
    if isinstance(act, MoveSkill):
        return min(1.0, max(0.0, (_SKILL_START if before is None else before) + act.by))
    if act.level is not None:
        return act.level
    return 0.0 if reading is None else reading.measures["share"]


def standing_of(acts: Sequence[tuple[Act, datetime | None]]) -> tuple[str, datetime | None, int | None, bool]:
    """(state, until, review percent, gold stopped) that the acts in force make together; the strictest counts."""
    pauses = [until for act, until in acts if isinstance(act, Pause)]
    reviews = [act.percent for act, _ in acts if isinstance(act, ExtraReview)]
    state, ending = "open", None
    if any(isinstance(act, Block) for act, _ in acts):
        state = "blocked"
    elif pauses:
        state = "paused"
        ending = None if None in pauses else max(until for until in pauses if until is not None)
    return state, ending, max(reviews, default=None), any(isinstance(act, StopGold) for act, _ in acts)


# --- defaults ----------------------------------------------------------------------------------------------------

_TELL: Final = (TellWorker(), TellLead())

DEFAULTS: Final[tuple[Rule, ...]] = (
    Rule(
        name="gold-failed",
        collector="gold",
        window=60,
        least=5,
        conditions=(Condition(measure="high", below=0.8),),
        actions=(Pause(seconds=_DAY), ExtraReview(percent=100, seconds=7 * _DAY), *_TELL),
        note="Certainly less than 80 % of known answers right.",
    ),
    Rule(
        name="gold-weak",
        collector="gold",
        window=100,
        least=10,
        conditions=(Condition(measure="high", below=0.9),),
        actions=(ExtraReview(percent=50, seconds=3 * _DAY), TellWorker()),
        note="Certainly less than 90 % of known answers right.",
    ),
    Rule(
        name="too-fast",
        collector="speed",
        window=40,
        least=20,
        conditions=(Condition(measure="low", above=0.5),),
        actions=(ExtraReview(percent=100, seconds=_DAY), *_TELL),
        note="Most answers came far faster than anybody else's.",
    ),
    Rule(
        name="same-answer",
        collector="repeats",
        window=100,
        least=15,
        conditions=(Condition(measure="chance", below=1e-9),),
        actions=(ExtraReview(percent=100, seconds=_DAY), *_TELL),
        note="One answer over and over, where others answer differently.",
    ),
    Rule(
        name="copied-prelabels",
        collector="copies",
        window=200,
        least=30,
        conditions=(Condition(measure="chance", below=1e-4),),
        actions=(ExtraReview(percent=100, seconds=_DAY), *_TELL),
        note="Prelabels kept as they were, wrong ones too.",
    ),
    Rule(
        name="disagrees",
        collector="agreement",
        window=60,
        least=20,
        conditions=(Condition(measure="high", below=0.5),),
        actions=(TellLead(),),
        note="Others mostly answer otherwise: the person or the guideline needs a look.",
    ),
    Rule(
        name="returned-often",
        collector="returns",
        window=50,
        least=10,
        conditions=(Condition(measure="low", above=0.3),),
        actions=_TELL,
        cooldown_seconds=_DAY,
        note="Reviewers return much of the work.",
    ),
    Rule(
        name="skips-often",
        collector="skips",
        window=60,
        least=20,
        conditions=(Condition(measure="low", above=0.5),),
        actions=(TellLead(),),
        cooldown_seconds=_DAY,
        note="Most items are passed on.",
    ),
    Rule(
        name="late-often",
        collector="lateness",
        window=60,
        least=15,
        conditions=(Condition(measure="low", above=0.3),),
        actions=_TELL,
        cooldown_seconds=_DAY,
        note="Many answers come after their lease has run out.",
    ),
)
"""The rules of a project that has saved none."""
