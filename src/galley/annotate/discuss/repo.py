"""Rows of comments and of what reviews leave behind: one function a query, no decisions."""

from collections.abc import Sequence
from typing import Any, Final

from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate.discuss")
Row = dict[str, Any]


def add_comment(connection: Connection, facts: Row) -> Row | None:
    """Store a comment unless it is there; the comment, or None when there is no such answer."""
    connection.execute(QUERIES["add_comment"], facts)
    return QUERIES.row(connection, "comment_sent", facts)


def comment(connection: Connection, project: int, number: int) -> Row | None:
    """One comment."""
    return QUERIES.row(connection, "comment", {"project": project, "comment": number})


def comments_of_item(connection: Connection, project: int, item: str) -> list[Row]:
    """Everything said about an item."""
    return QUERIES.rows(connection, "comments_of_item", {"project": project, "item": item})


def resolve_comment(connection: Connection, facts: Row) -> bool:
    """Mark a comment; False when there is none."""
    return connection.execute(QUERIES["resolve_comment"], facts).rowcount == 1


def returned_before(connection: Connection, project: int, slot: int) -> list[Row]:
    """The attempts before this one."""
    return QUERIES.rows(connection, "returned_before", {"project": project, "slot": slot})


def is_own_work(connection: Connection, labeler: int, slot: int) -> bool:
    """Whether an answer is this person's."""
    found = QUERIES.row(connection, "is_own_work", {"labeler": labeler, "slot": slot})
    return bool(found and found["own"])


def link_rework(connection: Connection, slot: int, target: int) -> None:
    """Remember what a slot does again."""
    connection.execute(QUERIES["link_rework"], {"slot": slot, "target": target})


def return_machine(connection: Connection, facts: Row) -> bool:
    """Return a machine's answer in a project with a graph; False for any other."""
    return QUERIES.row(connection, "return_machine", facts) is not None


def target_of(connection: Connection, slot: int) -> int | None:
    """The slot a review is about."""
    found = QUERIES.row(connection, "target_of", {"slot": slot})
    return None if found is None else found["target"]


def is_of(connection: Connection, project: int, slot: int, labeler: int) -> bool:
    """Whether a slot is a labeler's own."""
    return QUERIES.row(connection, "is_of", {"project": project, "slot": slot, "labeler": labeler}) is not None


def under_review(connection: Connection, project: int, slots: Sequence[int]) -> list[Row]:
    """What fixed answers are checked by."""
    return QUERIES.rows(connection, "under_review", {"project": project, "slots": list(slots)})


def has_judged(connection: Connection, orphan: int) -> bool:
    """Whether the author of a late answer has decided on others' answers to its item."""
    return QUERIES.row(connection, "has_judged", {"orphan": orphan}) is not None


def held(connection: Connection, facts: Row) -> Row | None:
    """The item of a lease and the answer it is about, for whoever holds it."""
    return QUERIES.row(connection, "held", facts)


def answers_beside(connection: Connection, facts: Row) -> list[Row]:
    """The other answers to an item as they stand."""
    return QUERIES.rows(connection, "answers_beside", facts)


def revisions_before(connection: Connection, target: int) -> list[Row]:
    """What an answer was before it was corrected."""
    return QUERIES.rows(connection, "revisions_before", {"target": target})


def people(connection: Connection, labelers: Sequence[int]) -> dict[int, int]:
    """Which people some labelers are."""
    return {int(row[0]): int(row[1]) for row in connection.execute(QUERIES["people"], {"labelers": list(labelers)})}


def comments_page(connection: Connection, facts: Row) -> list[Row]:
    """What was said in a project, newest first."""
    return QUERIES.rows(connection, "comments_page", facts)
