"""The words of quality control: rules as data, what collectors read, what was done about it."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

__all__ = [
    "CONFIDENCE",
    "MEASURES",
    "Act",
    "ActionRow",
    "Appeal",
    "AppealState",
    "Block",
    "Collector",
    "Condition",
    "ExtraReview",
    "Fired",
    "MoveSkill",
    "Observation",
    "Override",
    "Pause",
    "Person",
    "Reading",
    "Reopen",
    "Rule",
    "RuleSet",
    "Ruling",
    "SetSkill",
    "Skill",
    "StopGold",
    "Surroundings",
    "TellLead",
    "TellWorker",
]

CONFIDENCE: Final = 0.99
"""Of the one-sided exact bounds `low` and `high`: 1 of 2 wrong proves next to nothing, 20 of 40 does."""

Collector = Literal["gold", "agreement", "consensus", "returns", "speed", "repeats", "copies", "skips", "lateness"]

_BOUNDS: Final = ("share", "low", "high")
MEASURES: Final[dict[str, tuple[str, ...]]] = {
    "gold": _BOUNDS,  # share of known answers that were met
    "agreement": _BOUNDS,  # share of items where at least half of the others say the same
    "consensus": _BOUNDS,  # share of items where the consensus of two or more others is the same
    "returns": _BOUNDS,  # share of reviewed answers that were returned
    "speed": (*_BOUNDS, "ratio"),  # share of answers outlandishly fast; ratio: own median / the project's
    "repeats": ("run", "entropy", "chance"),  # longest run, bits an answer, probability that chance made the run
    "copies": ("share", "low", "high", "chance"),  # prelabels kept as they were; probability that care kept so many
    "skips": _BOUNDS,
    "lateness": _BOUNDS,  # answers that came after their lease
}
"""What each collector measures; a condition names one of them."""

Seconds = Annotated[float, msgspec.Meta(gt=0, le=366 * 86400)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,62}$")]


class _Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    """What all acts have."""


class SetSkill(_Act, frozen=True, kw_only=True, tag="set_skill"):
    """Set a skill to a level, or to what was measured."""

    name: Name
    level: Share | None = None  # None: the measured share


class MoveSkill(_Act, frozen=True, kw_only=True, tag="move_skill"):
    """Raise or lower a skill; a skill nobody has set begins at 0.5."""

    name: Name
    by: Annotated[float, msgspec.Meta(ge=-1, le=1)]


class Pause(_Act, frozen=True, kw_only=True, tag="pause"):
    """No work in this project for a time, or until a training is passed, or, with neither, until a lead says so."""

    seconds: Seconds | None = None
    training: Name | None = None  # a skill: the pause ends when its level is reached after the pause began
    level: Share = 0.8


class Block(_Act, frozen=True, kw_only=True, tag="block"):
    """No work in this project any more; only a lead does that, never a rule."""


class ExtraReview(_Act, frozen=True, kw_only=True, tag="review"):
    """Have this share of the person's answers reviewed, for a time or until a lead says otherwise."""

    percent: Annotated[int, msgspec.Meta(ge=0, le=100)]
    seconds: Seconds | None = None


class StopGold(_Act, frozen=True, kw_only=True, tag="stop_gold"):
    """Give the person no known answers any more."""

    seconds: Seconds | None = None


class TellLead(_Act, frozen=True, kw_only=True, tag="tell_lead"):
    """Tell the leads of the project."""


class TellWorker(_Act, frozen=True, kw_only=True, tag="tell_worker"):
    """Tell the person."""


class Reopen(_Act, frozen=True, kw_only=True, tag="reopen"):
    """End all pauses, blocks and extra review; only a lead does that."""


Act = SetSkill | MoveSkill | Pause | Block | Reopen | ExtraReview | StopGold | TellLead | TellWorker


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A measure on one side of a number."""

    measure: str
    below: float | None = None
    above: float | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When every condition holds for a person's last observations, the actions follow."""

    name: Name
    collector: Collector
    conditions: Annotated[tuple[Condition, ...], msgspec.Meta(min_length=1, max_length=8)]
    actions: Annotated[tuple[Act, ...], msgspec.Meta(min_length=1, max_length=8)]
    window: Annotated[int, msgspec.Meta(ge=1, le=200)] = 60  # observations looked at, the newest
    least: Annotated[int, msgspec.Meta(ge=1, le=200)] = 10  # … and needed
    distance: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0  # answers this far apart at most are the same
    cooldown_seconds: Annotated[float, msgspec.Meta(ge=0, le=366 * 86400)] = 3600.0
    enabled: bool = True
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""  # why it is there, for people


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of a project; version 0 are the defaults."""

    version: int
    rules: tuple[Rule, ...]
    author: str = ""
    created_at: datetime | None = None


# --- what is read ------------------------------------------------------------------------------------------------


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing somebody did or that became of their work; ids grow with time."""

    id: int
    kind: Literal["answer", "skip", "late", "accepted", "fixed", "returned"]
    item: str
    at: datetime
    seconds: float | None = None  # since the answer before, or since the lease began
    body: Any = None
    sha256: str = ""
    gold: Any = None  # the known answer
    prelabel: Any = None  # what a model had said
    others: tuple[Any, ...] = ()  # what other people answered


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """The project's own distribution, without the person who is looked at."""

    seconds: tuple[float, ...] = ()
    answers: dict[str, int] = {}  # how often each answer (its SHA-256) was given
    prelabels: tuple[int, int] = (0, 0)  # (wrong, checked) predictions on items with a known answer


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a collector read."""

    count: int
    hits: int
    measures: dict[str, float]


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """One act that a rule asks for."""

    rule: str
    act: Act
    reading: Reading
    until: datetime | None


# --- what was done -----------------------------------------------------------------------------------------------


class ActionRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done about somebody, and why."""

    id: int
    project: int
    labeler: int
    labeler_name: str
    rule: str | None  # None: a lead did it
    rule_version: int | None
    act: Any
    reading: Any
    explanation_en: str
    explanation_zh: str
    state: Literal["active", "over", "undone"]
    at: datetime
    until: datetime | None
    made_by: str
    appeal: int | None = None
    appeal_state: str | None = None


AppealState = Literal["open", "upheld", "overturned"]


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's objection to an action."""

    id: int
    project: int
    action: int
    labeler: int
    words: str
    state: AppealState
    decided_by: str | None
    note: str
    created_at: datetime
    decided_at: datetime | None


class Override(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a lead decides about somebody."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
    act: Pause | Block | Reopen | ExtraReview | StopGold


class Ruling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The decision on an appeal: upheld leaves the action as it is, overturned undoes it."""

    overturn: bool
    note: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class Skill(msgspec.Struct, frozen=True, kw_only=True):
    """How good somebody is at something."""

    labeler: int
    labeler_name: str
    name: str
    level: float
    updated_at: datetime


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts: the labeler they are in this organisation, if they are one, and their name."""

    name: str
    labeler: int | None = None
