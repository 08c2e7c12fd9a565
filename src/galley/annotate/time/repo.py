"""Rows of the accounts: one function a query, no decisions."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from psycopg.rows import dict_row

from galley.annotate.counters.model import Place
from galley.annotate.time.model import NewRow, WorkEvent, WorkRow
from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate.time")


def work_events(connection: Connection, place: Place, limit: int) -> list[WorkEvent]:
    """Events after a place with the facts accounting needs."""
    facts = {"tx": place.tx, "id": place.id, "limit": limit}
    return QUERIES.structs(connection, "work_events", WorkEvent, facts)


def moments(connection: Connection, since: dict[int, int]) -> dict[int, list[tuple[int, int]]]:
    """What was counted of people at or after a moment each (milliseconds since 1970)."""
    facts = {"who": list(since), "since": list(since.values())}
    found: dict[int, list[tuple[int, int]]] = {}
    for who, spans in connection.execute(QUERIES["moments"], facts):
        found.setdefault(who, []).extend(zip(spans[::2], spans[1::2], strict=True))
    return found


def last_row(connection: Connection) -> int:
    """The newest row of the accounts, 0 when there is none."""
    row = connection.execute(QUERIES["last_row"]).fetchone()
    return 0 if row is None else int(row[0])


def append_rows(connection: Connection, rows: Sequence[NewRow]) -> int:
    """Append rows; how many were not there yet."""
    facts = {"rows": msgspec.json.encode(rows).decode()}
    return connection.execute(QUERIES["append_rows"], facts).rowcount


def work_row(connection: Connection, row: int) -> dict[str, Any] | None:
    """One row."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES["work_row"], {"id": row}).fetchone()


def rows_of_labeler(connection: Connection, labeler: int, after: int, limit: int) -> list[WorkRow]:
    """A labeler's rows after a place."""
    facts = {"labeler": labeler, "after": after, "limit": limit}
    return QUERIES.structs(connection, "rows_of_labeler", WorkRow, facts)


def unit(connection: Connection, project: int) -> str | None:
    """A project's unit, None when nobody said."""
    row = connection.execute(QUERIES["unit"], {"project": project}).fetchone()
    return None if row is None else row[0]


def set_unit(connection: Connection, project: int, unit: str) -> None:
    """Change a project's unit."""
    connection.execute(QUERIES["set_unit"], {"project": project, "unit": unit})
