"""Use cases of quality control: rules by version, what was done about whom, appeals, a lead's own decisions, skills."""

from typing import Any, Final

import msgspec

from galley.annotate.quality import effects, repo
from galley.annotate.quality.duty import rules_of
from galley.annotate.quality.errors import (
    ActionUnknownError,
    AppealOwnError,
    AppealSettledError,
    AppealTwiceError,
    AppealUnknownError,
    LabelerUnknownError,
)
from galley.annotate.quality.model import ActionRow, Appeal, Override, Person, Reopen, RuleSet, Ruling, Skill
from galley.annotate.quality.rules import ends, parse
from galley.annotate.quality.words import by_lead
from galley.kernel.clock import Clock
from galley.store.database import Connection, Database
from galley.store.errors import DatabaseBusyError

__all__ = [
    "actions",
    "appeal",
    "appeals",
    "current_rules",
    "decide",
    "override",
    "rules_versions",
    "save_rules",
    "set_skill",
    "skills",
]

_BEGINNING: Final = 2**62
_ATTEMPTS: Final = 5


# --- rules -------------------------------------------------------------------------------------------------------


def current_rules(database: Database, project: int) -> RuleSet:
    """The rules in force in a project; version 0 are the defaults."""
    with database.connection() as connection:
        return rules_of(connection, project)


def save_rules(database: Database, clock: Clock, project: int, raw: Any, by: Person) -> RuleSet:
    """Save rules as the next version, after checking them; raises QualityRuleError."""
    rules = parse(raw)
    for _ in range(_ATTEMPTS):
        with database.transaction() as connection:
            version = rules_of(connection, project).version + 1
            facts = {"project": project, "version": version, "author": by.name, "now": clock.now()}
            if repo.insert_rules(connection, facts | {"rules": msgspec.json.encode(rules).decode()}):
                return rules_of(connection, project)
    raise DatabaseBusyError(reason=f"the rules of project {project} are saved from many places at once")


def rules_versions(database: Database, project: int, *, before: int | None = None, limit: int = 50) -> list[RuleSet]:
    """Saved versions, newest first."""
    with database.connection() as connection:
        rows = repo.rules_versions(connection, project, before or 2**31 - 1, limit)
    return [msgspec.convert(row, RuleSet) for row in rows]


# --- actions -----------------------------------------------------------------------------------------------------


def actions(
    database: Database,
    project: int,
    *,
    labeler: int | None = None,
    notices: bool = False,
    before: int | None = None,
    limit: int = 50,
) -> list[ActionRow]:
    """What was done, newest first; of one labeler only what they may see themselves."""
    facts = {"project": project, "labeler": labeler, "notices": notices, "before": before or _BEGINNING}
    with database.connection() as connection:
        return repo.actions_page(connection, facts | {"limit": limit})


def override(database: Database, clock: Clock, project: int, labeler: int, wish: Override, by: Person) -> None:
    """A lead's own decision about somebody, with its reason; `Reopen` ends all that is in force.

    Raises LabelerUnknownError.
    """
    now = clock.now()
    with database.transaction() as connection:
        _known(connection, labeler)
        repo.lock_person(connection, project, labeler)
        if isinstance(wish.act, Reopen):
            repo.clear_actions(connection, project, labeler)
        done = effects.Done(
            project=project,
            labeler=labeler,
            act=wish.act,
            explanation=by_lead(wish.act, wish.reason),
            made_by=by.name,
            maker=by.labeler,
            until=ends(wish.act, now),
        )
        effects.take(connection, done, now)
        effects.restand(connection, project, labeler, now)


# --- appeals -----------------------------------------------------------------------------------------------------


def appeal(database: Database, clock: Clock, project: int, action: int, labeler: int, words: str) -> Appeal:
    """Somebody objects to an action about themselves; raises ActionUnknownError, AppealTwiceError."""
    with database.transaction() as connection:
        found = repo.lock_action(connection, project, action)
        if found is None or found["labeler"] != labeler:
            raise ActionUnknownError(action=action)
        facts = {"project": project, "action": action, "labeler": labeler, "words": words, "now": clock.now()}
        made = None if found["state"] == "undone" else repo.insert_appeal(connection, facts)
        if made is None:
            raise AppealTwiceError(action=action)
        return _appeal(repo.find_appeal(connection, project, made), made)


def appeals(
    database: Database,
    project: int,
    *,
    labeler: int | None = None,
    state: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Appeal]:
    """Appeals, newest first."""
    facts = {"project": project, "labeler": labeler, "state": state, "before": before or _BEGINNING, "limit": limit}
    with database.connection() as connection:
        return repo.appeals_page(connection, facts)


def decide(database: Database, clock: Clock, project: int, appeal: int, ruling: Ruling, by: Person) -> Appeal:
    """Decide an appeal. Doing the same again changes nothing.

    Raises AppealOwnError for the person concerned and for whoever took the action, AppealSettledError for the opposite.
    """
    wanted = "overturned" if ruling.overturn else "upheld"
    now = clock.now()
    with database.transaction() as connection:
        found = _appeal(repo.find_appeal(connection, project, appeal), appeal)
        action = repo.lock_action(connection, project, found.action)
        assert action is not None
        if by.labeler is not None and by.labeler in (found.labeler, action["maker"]):
            raise AppealOwnError(appeal=appeal)
        if found.state not in ("open", wanted):
            raise AppealSettledError(appeal=appeal, state=found.state)
        if found.state == "open":
            facts = {"appeal": appeal, "state": wanted, "decided_by": by.name, "note": ruling.note, "now": now}
            repo.decide_appeal(connection, facts)
            if ruling.overturn:
                effects.undo(connection, action, now)
        return _appeal(repo.find_appeal(connection, project, appeal), appeal)


def _appeal(found: Appeal | None, appeal: int) -> Appeal:
    if found is None:
        raise AppealUnknownError(appeal=appeal)
    return found


# --- skills ------------------------------------------------------------------------------------------------------


def skills(
    database: Database, *, labeler: int | None = None, after: tuple[int, str] = (0, ""), limit: int = 200
) -> list[Skill]:
    """Skills of everybody or of one person, by person and name."""
    facts = {"labeler": labeler, "after_labeler": after[0], "after_name": after[1], "limit": limit}
    with database.connection() as connection:
        return repo.skills(connection, facts)


def set_skill(database: Database, clock: Clock, labeler: int, name: str, level: float) -> None:
    """Set somebody's skill, for example after a training; a pause that waits for it ends with the next duty."""
    with database.transaction() as connection:
        _known(connection, labeler)
        repo.set_skill(connection, {"labeler": labeler, "name": name, "level": level, "now": clock.now()})


def _known(connection: Connection, labeler: int) -> None:
    if not repo.labeler(connection, labeler):
        raise LabelerUnknownError(labeler=labeler)
