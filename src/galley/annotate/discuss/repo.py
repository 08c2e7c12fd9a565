"""Rows of comments and of what reviews leave behind: one function a query, no decisions."""

from collections.abc import Sequence
from typing import Any, Final

from psycopg.rows import dict_row

from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate.discuss")
Row = dict[str, Any]


def _rows(connection: Connection, query: str, facts: Row) -> list[Row]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES[query], facts).fetchall()


def _first(connection: Connection, query: str, facts: Row) -> Row | None:
    found = _rows(connection, query, facts)
    return found[0] if found else None


def add_comment(connection: Connection, facts: Row) -> Row | None:
    """Store a comment unless it is there; the comment, or None when there is no such answer."""
    connection.execute(QUERIES["add_comment"], facts)
    return _first(connection, "comment_sent", facts)


def comment(connection: Connection, project: int, number: int) -> Row | None:
    """One comment."""
    return _first(connection, "comment", {"project": project, "comment": number})


def comments_of_item(connection: Connection, project: int, item: str) -> list[Row]:
    """Everything said about an item."""
    return _rows(connection, "comments_of_item", {"project": project, "item": item})


def resolve_comment(connection: Connection, facts: Row) -> bool:
    """Mark a comment; False when there is none."""
    return connection.execute(QUERIES["resolve_comment"], facts).rowcount == 1


def returned_before(connection: Connection, project: int, slot: int) -> list[Row]:
    """The attempts before this one."""
    return _rows(connection, "returned_before", {"project": project, "slot": slot})


def is_own_work(connection: Connection, labeler: int, slot: int) -> bool:
    """Whether an answer is this person's."""
    found = _first(connection, "is_own_work", {"labeler": labeler, "slot": slot})
    return bool(found and found["own"])


def link_rework(connection: Connection, slot: int, target: int) -> None:
    """Remember what a slot does again."""
    connection.execute(QUERIES["link_rework"], {"slot": slot, "target": target})


def return_machine(connection: Connection, facts: Row) -> bool:
    """Return a machine's answer in a project with a graph; False for any other."""
    return _first(connection, "return_machine", facts) is not None


def target_of(connection: Connection, slot: int) -> int | None:
    """The slot a review is about."""
    found = _first(connection, "target_of", {"slot": slot})
    return None if found is None else found["target"]


def is_of(connection: Connection, project: int, slot: int, labeler: int) -> bool:
    """Whether a slot is a labeler's own."""
    return _first(connection, "is_of", {"project": project, "slot": slot, "labeler": labeler}) is not None


def under_review(connection: Connection, project: int, slots: Sequence[int]) -> list[Row]:
    """What fixed answers are checked by."""
    return _rows(connection, "under_review", {"project": project, "slots": list(slots)})


def has_judged(connection: Connection, orphan: int) -> bool:
    """Whether the author of a late answer has decided on others' answers to its item."""
    return _first(connection, "has_judged", {"orphan": orphan}) is not None
