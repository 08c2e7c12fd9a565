"""Rows of the totals: one function a query, no decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.rows import dict_row

from galley.annotate.counters.model import Effort, Hour, NodeTotals, OpenWork, Place, ProjectRow
from galley.kernel.errors import invariant
from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate.counters")
_FOLDS: Final = ("fold_rollup", "fold_hourly", "fold_people", "fold_effort", "fold_total", "fold_pace")
_EMPTIES: Final = ("empty_rollup", "empty_hourly", "empty_effort", "empty_total", "empty_pace")


# --- folding ---------------------------------------------------------------------------------------------------------


def lock_reader(connection: Connection, name: str) -> Place:
    """A reader's place in its stream, held until the transaction ends."""
    connection.execute(QUERIES["open_reader"], {"name": name})
    row = connection.execute(QUERIES["lock_reader"], {"name": name}).fetchone()
    return Place("0", 0) if row is None else Place(*row)


def move_reader(connection: Connection, name: str, place: Place) -> None:
    """Advance a reader."""
    connection.execute(QUERIES["move_reader"], {"name": name, "tx": place.tx, "id": place.id})


def fold_rows(connection: Connection, after: int, upto: int) -> None:
    """Add the rows of the accounts after one, up to and with another, to every total."""
    for name in _FOLDS:
        connection.execute(QUERIES[name], {"after": after, "upto": upto})


def fold_flow(connection: Connection, place: Place) -> Place:
    """Add the slots made and voided after a place; the place reached."""
    row = connection.execute(QUERIES["fold_flow"], {"tx": place.tx, "id": place.id}).fetchone()
    return place if row is None else Place(*row)


def refold(connection: Connection, flow: Place, upto: int) -> None:
    """Make every total anew from all rows of the accounts and the slots made and voided up to a place."""
    for name in _EMPTIES:
        connection.execute(QUERIES[name])
    fold_rows(connection, 0, upto)
    connection.execute(QUERIES["refold_flow"], {"tx": flow.tx, "id": flow.id})


# --- reading ---------------------------------------------------------------------------------------------------------


def totals_of(connection: Connection, projects: Sequence[int]) -> list[NodeTotals]:
    """The totals of some projects, a row a node."""
    return QUERIES.structs(connection, "totals_of", NodeTotals, {"projects": list(projects)})


def held(connection: Connection, project: int, limit: int) -> int:
    """Slots leased now, at most `limit`."""
    row = connection.execute(QUERIES["held"], {"project": project, "limit": limit}).fetchone()
    return 0 if row is None else int(row[0])


def pace_of(connection: Connection, project: int) -> list[tuple[int, int]]:
    """(bucket, answers), short times first."""
    rows = connection.execute(QUERIES["pace_of"], {"project": project}).fetchall()
    return [(int(bucket), int(answers)) for bucket, answers in rows]


def hours_of(connection: Connection, project: int, since: datetime) -> list[Hour]:
    """Totals by hour and stage since a moment."""
    rows = connection.execute(QUERIES["hours_of"], {"project": project, "since": since})
    return [Hour(*row) for row in rows]  # thousands of rows: no names on the way


def gold_of(connection: Connection, project: int) -> tuple[int, int]:
    """(answers to items whose answer is known, correct ones)."""
    row = connection.execute(QUERIES["gold_of"], {"project": project}).fetchone()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def open_work(connection: Connection, limit: int, leases: int) -> list[OpenWork]:
    """What is open in the newest projects."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["open_work"], {"limit": limit, "leases": leases})
        return [OpenWork(**row) for row in rows]


def project_page(connection: Connection, before: int, limit: int) -> list[ProjectRow]:
    """Projects after a place, newest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["project_page"], {"before": before, "limit": limit})
        return [ProjectRow(**row) for row in rows]


def effort_page(connection: Connection, facts: dict[str, Any]) -> list[Effort]:
    """What some labelers did, a row a stage."""
    return QUERIES.structs(connection, "effort_page", Effort, facts)


def who_worked(connection: Connection, project: int, people: Sequence[int]) -> list[int]:
    """Those of some people whose effort in the project is counted."""
    found = connection.execute(QUERIES["who_worked"], {"project": project, "people": list(people)})
    return [int(person) for (person,) in found]


def effort_of(connection: Connection, project: int, labeler: int) -> list[Effort]:
    """What one labeler did, a row a stage."""
    with connection.cursor(row_factory=dict_row) as cursor:
        facts = {"project": project, "labeler": labeler}
        return [Effort(**row) for row in cursor.execute(QUERIES["effort_of"], facts)]


# --- the explorer ----------------------------------------------------------------------------------------------------

Items = list[tuple[int, str]]


def made_items(connection: Connection, place: Place, limit: int) -> tuple[Items, Place, int]:
    """Items that got slots after a place: (project, item) pairs, the place reached, how many statements made them."""
    return _items(connection, "made_items", place, limit)


def touched_items(connection: Connection, place: Place, limit: int) -> tuple[Items, Place, int]:
    """Items that events after a place were about: (project, item) pairs, the place reached, how many events."""
    return _items(connection, "touched_items", place, limit)


def _items(connection: Connection, query: str, place: Place, limit: int) -> tuple[Items, Place, int]:
    facts = {"tx": place.tx, "id": place.id, "limit": limit}
    rows = connection.execute(QUERIES[query], facts).fetchall()
    if not rows:
        return [], place, 0
    return [(row[2], row[3]) for row in rows], Place(rows[0][0], rows[0][1]), int(rows[0][4])


def refresh_faces(connection: Connection, items: Items) -> None:
    """Make the index of some items anew."""
    facts = {"projects": [project for project, _ in items], "items": [item for _, item in items]}
    connection.execute(QUERIES["refresh_faces"], facts)


def items_after(connection: Connection, project: int, after: str, limit: int) -> list[str]:
    """Items after a place."""
    facts = {"project": project, "after": after, "limit": limit}
    return [str(row[0]) for row in connection.execute(QUERIES["items_after"], facts)]


_EXPLORE: Final = ("explore_key", "explore_state", "explore_all", "explore_time", "explore_text")


def explore(connection: Connection, query: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """A page of the explorer; each row also says how far was looked."""
    invariant(query in _EXPLORE, "an order the explorer has", query=query)
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES[query], facts).fetchall()


def begins(connection: Connection, project: int, items: Sequence[str]) -> dict[str, str]:
    """How the contents of some items begin; items without text are left out."""
    return dict(connection.execute(QUERIES["begins"], {"project": project, "items": list(items)}).fetchall())


def agreement_of(connection: Connection, project: int) -> tuple[int, int]:
    """(items with several answers, those on which they differ)."""
    row = connection.execute(QUERIES["agreement_of"], {"project": project}).fetchone()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))
