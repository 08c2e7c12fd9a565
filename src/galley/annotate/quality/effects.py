"""What actions do, inside the caller's transaction: skills change, and how somebody stands follows from all in force."""

from datetime import datetime
from typing import Any, Final

import msgspec

from galley.annotate.quality import repo
from galley.annotate.quality.model import Act, Block, ExtraReview, MoveSkill, Pause, Reading, SetSkill, StopGold
from galley.annotate.quality.rules import new_level, standing_of
from galley.kernel.language import Text
from galley.store.database import Connection

__all__ = ["Done", "act_of", "restand", "take", "undo"]

_STANDING: Final = (Pause, Block, ExtraReview, StopGold)


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """An action to be taken and everything its row must say."""

    project: int
    labeler: int
    act: Act
    explanation: Text
    made_by: str
    until: datetime | None
    rule: str | None = None
    rule_version: int | None = None
    reading: Reading | None = None
    evidence: int | None = None
    maker: int | None = None


def act_of(raw: Any) -> Act:
    """An act as it is stored."""
    found: Act = msgspec.convert(raw, Act)
    return found


def take(connection: Connection, done: Done, now: datetime) -> int:
    """Take an action and note it; its id. `restand` has to follow."""
    act = done.act
    standing = isinstance(act, _STANDING)
    before = None
    if isinstance(act, SetSkill | MoveSkill):
        known = repo.skill_level(connection, done.labeler, act.name)
        before = None if known is None else float(known["level"])
        level = new_level(act, done.reading, before)
        repo.set_skill(connection, {"labeler": done.labeler, "name": act.name, "level": level, "now": now})
    facts = {
        "project": done.project,
        "labeler": done.labeler,
        "rule": done.rule,
        "rule_version": done.rule_version,
        "act": _text(act),
        "reading": None if done.reading is None else _text(done.reading),
        "evidence": done.evidence,
        "explanation_en": done.explanation.en,
        "explanation_zh": done.explanation.zh,
        "state": "active" if standing else "over",
        "standing": standing,
        "before": before,
        "made_by": done.made_by,
        "maker": done.maker,
        "until": done.until,
        "now": now,
    }
    return repo.insert_action(connection, facts)


def restand(connection: Connection, project: int, labeler: int, now: datetime) -> None:
    """Write how somebody stands, from all actions in force."""
    repo.lock_person(connection, project, labeler)
    found = repo.acts_in_force(connection, {"project": project, "labeler": labeler, "now": now})
    state, until, percent, stopped = standing_of([(act_of(row["act"]), row["until"]) for row in found])
    reasons = sorted({str(row["rule"] or "lead") for row in found})
    facts = {"project": project, "labeler": labeler, "state": state, "until": until, "now": now}
    facts |= {"review_percent": percent, "gold_stopped": stopped, "reason": ", ".join(reasons)}
    repo.set_standing(connection, facts)
    if stopped:
        repo.spare_gold(connection, {"project": project, "labeler": labeler, "now": now})


def undo(connection: Connection, action: dict[str, Any], now: datetime) -> None:
    """Take an action back: its part of the standing ends; a skill is as before unless it was set anew meanwhile."""
    act = act_of(action["act"])
    labeler = int(action["labeler"])
    repo.undo_action(connection, int(action["id"]))
    if isinstance(act, SetSkill | MoveSkill):
        known = repo.skill_level(connection, labeler, act.name)
        if known is not None and known["updated_at"] == action["at"]:
            if action["before"] is None:
                repo.drop_skill(connection, labeler, act.name)
            else:
                facts = {"labeler": labeler, "name": act.name, "level": action["before"], "now": now}
                repo.set_skill(connection, facts)
    if action["standing"]:
        restand(connection, int(action["project"]), labeler, now)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
