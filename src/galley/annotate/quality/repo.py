"""The rows of quality control: one function a query, no decisions."""

from collections.abc import Sequence
from typing import Any, Final

from galley.annotate.quality.model import ActionRow, Appeal, Skill
from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate.quality")
Row = dict[str, Any]


# --- the duty ----------------------------------------------------------------------------------------------------


def lock_reader(connection: Connection, name: str) -> Row | None:
    """The place in the outbox, made at first use; None when another process holds it."""
    found = QUERIES.row(connection, "lock_reader", {"name": name})
    if found is None:
        connection.execute(QUERIES["first_reader"], {"name": name})
        found = QUERIES.row(connection, "lock_reader", {"name": name})
    return found


def save_reader(connection: Connection, facts: Row) -> None:
    """Move the place."""
    connection.execute(QUERIES["save_reader"], facts)


def fold(connection: Connection, facts: Row) -> Row:
    """Note what events say; their number and the last one's place."""
    found = QUERIES.row(connection, "fold", facts)
    assert found is not None
    return found


def pending(connection: Connection, facts: Row) -> list[Row]:
    """Who is to be looked at."""
    return QUERIES.rows(connection, "pending", facts)


def looked(connection: Connection, facts: Row) -> None:
    """Who was looked at."""
    connection.execute(QUERIES["looked"], facts)


def observations(connection: Connection, facts: Row) -> list[Row]:
    """Newest observations of some people, oldest first."""
    return QUERIES.rows(connection, "observations", facts)


def other_answers(connection: Connection, project: int, items: Sequence[str]) -> list[Row]:
    """What people answered about items."""
    return QUERIES.rows(connection, "other_answers", {"project": project, "items": list(items)})


def around(connection: Connection, project: int, limit: int) -> list[Row]:
    """Newest answers of a project."""
    return QUERIES.rows(connection, "around", {"project": project, "limit": limit})


def gold_predictions(connection: Connection, project: int, limit: int) -> list[Row]:
    """Predictions on items with a known answer."""
    return QUERIES.rows(connection, "gold_predictions", {"project": project, "limit": limit})


def last_fired(connection: Connection, project: int, labelers: Sequence[int]) -> list[Row]:
    """When rules last fired."""
    return QUERIES.rows(connection, "last_fired", {"project": project, "labelers": list(labelers)})


def end_actions(connection: Connection, facts: Row) -> list[tuple[int, int]]:
    """End what is over; (project, labeler)."""
    return [(int(project), int(labeler)) for project, labeler in connection.execute(QUERIES["end_actions"], facts)]


# --- rules -------------------------------------------------------------------------------------------------------


def current_rules(connection: Connection, project: int) -> Row | None:
    """The newest rules."""
    return QUERIES.row(connection, "current_rules", {"project": project})


def rules_versions(connection: Connection, project: int, before: int, limit: int) -> list[Row]:
    """Versions below a number, newest first."""
    return QUERIES.rows(connection, "rules_versions", {"project": project, "before": before, "limit": limit})


def insert_rules(connection: Connection, facts: Row) -> bool:
    """Save a version; False when it exists."""
    return connection.execute(QUERIES["insert_rules"], facts).rowcount == 1


# --- effects -----------------------------------------------------------------------------------------------------


def insert_action(connection: Connection, facts: Row) -> int:
    """Note an action; its id."""
    found = QUERIES.row(connection, "insert_action", facts)
    assert found is not None
    return int(found["id"])


def labeler(connection: Connection, labeler_id: int) -> bool:
    """Whether somebody is known here: foreign keys look past the organisation."""
    return QUERIES.row(connection, "labeler", {"labeler": labeler_id}) is not None


def skill_level(connection: Connection, labeler: int, name: str) -> Row | None:
    """Level and time of a skill."""
    return QUERIES.row(connection, "skill_level", {"labeler": labeler, "name": name})


def set_skill(connection: Connection, facts: Row) -> None:
    """Set a skill."""
    connection.execute(QUERIES["set_skill"], facts)


def drop_skill(connection: Connection, labeler: int, name: str) -> None:
    """Forget a skill."""
    connection.execute(QUERIES["drop_skill"], {"labeler": labeler, "name": name})


def skills(connection: Connection, facts: Row) -> list[Skill]:
    """A page of skills."""
    return QUERIES.structs(connection, "skills", Skill, facts)


def lock_person(connection: Connection, project: int, labeler: int) -> None:
    """Nobody else decides about them until the transaction ends."""
    connection.execute(QUERIES["lock_person"], {"project": project, "labeler": labeler})


def acts_in_force(connection: Connection, facts: Row) -> list[Row]:
    """What is in force about somebody."""
    return QUERIES.rows(connection, "acts_in_force", facts)


def set_standing(connection: Connection, facts: Row) -> None:
    """How somebody stands."""
    connection.execute(QUERIES["set_standing"], facts)


def spare_gold(connection: Connection, facts: Row) -> int:
    """Take back the known items that wait for somebody; how many."""
    return connection.execute(QUERIES["spare_gold"], facts).rowcount


def clear_actions(connection: Connection, project: int, labeler: int) -> int:
    """End all that is in force about somebody; how much."""
    return connection.execute(QUERIES["clear_actions"], {"project": project, "labeler": labeler}).rowcount


# --- actions and appeals -----------------------------------------------------------------------------------------


def actions_page(connection: Connection, facts: Row) -> list[ActionRow]:
    """A page of actions."""
    return QUERIES.structs(connection, "actions_page", ActionRow, facts)


def lock_action(connection: Connection, project: int, action: int) -> Row | None:
    """One action, held."""
    return QUERIES.row(connection, "lock_action", {"project": project, "action": action})


def undo_action(connection: Connection, action: int) -> None:
    """Take an action back."""
    connection.execute(QUERIES["undo_action"], {"action": action})


def insert_appeal(connection: Connection, facts: Row) -> int | None:
    """Note an appeal; None when there is one."""
    found = QUERIES.row(connection, "insert_appeal", facts)
    return None if found is None else int(found["id"])


def find_appeal(connection: Connection, project: int, appeal: int) -> Appeal | None:
    """One appeal, held."""
    found = QUERIES.structs(connection, "appeal", Appeal, {"project": project, "appeal": appeal})
    return found[0] if found else None


def appeals_page(connection: Connection, facts: Row) -> list[Appeal]:
    """A page of appeals."""
    return QUERIES.structs(connection, "appeals_page", Appeal, facts)


def decide_appeal(connection: Connection, facts: Row) -> None:
    """Write the decision."""
    connection.execute(QUERIES["decide_appeal"], facts)
