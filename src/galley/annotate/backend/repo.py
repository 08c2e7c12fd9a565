"""The rows of model servers: one function a query, no decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import dict_row

from galley.annotate.backend.model import Backend
from galley.annotate.work.hidden import without
from galley.store import sql
from galley.store.database import Connection

__all__ = [
    "BackendRow",
    "Happening",
    "backend",
    "backends",
    "contents",
    "delete_backend",
    "events",
    "insert_backend",
    "listening",
    "move_reader",
    "note_health",
    "project_facts",
    "reader_place",
    "skip_events",
    "told_answer",
    "update_backend",
    "waiting_items",
]

QUERIES: Final = sql.load("galley.annotate.backend")


class BackendRow(msgspec.Struct, frozen=True, kw_only=True):
    """A model server with its locked password."""

    secret: bytes | None
    shown: Backend


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the outbox."""

    tx: str
    id: int
    organisation: int
    project: int
    event: str
    slot: int
    item: str
    revision: int | None


def _row(row: dict[str, Any]) -> BackendRow:
    secret = row.pop("secret")
    return BackendRow(secret=secret, shown=Backend(has_password=secret is not None, **row))


def _dicts(connection: Connection, query: str, facts: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES[query], facts).fetchall()


def insert_backend(connection: Connection, facts: dict[str, Any]) -> int | None:
    """Add a model server; its id, None when the name is taken."""
    row = connection.execute(QUERIES["insert_backend"], facts).fetchone()
    return int(row[0]) if row else None


def update_backend(connection: Connection, facts: dict[str, Any]) -> bool:
    """Change a model server; False when there is none."""
    return connection.execute(QUERIES["update_backend"], facts).rowcount == 1


def delete_backend(connection: Connection, project: int, number: int) -> bool:
    """Take a model server out; False when there is none."""
    return connection.execute(QUERIES["delete_backend"], {"project": project, "backend": number}).rowcount == 1


def backends(connection: Connection, project: int) -> list[BackendRow]:
    """The model servers of a project."""
    return [_row(row) for row in _dicts(connection, "backends", {"project": project})]


def backend(connection: Connection, project: int, number: int) -> BackendRow | None:
    """One model server."""
    found = _dicts(connection, "backend", {"project": project, "backend": number})
    return _row(found[0]) if found else None


def note_health(connection: Connection, facts: dict[str, Any]) -> None:
    """Note how a model server was found."""
    connection.execute(QUERIES["note_health"], facts)


def contents(connection: Connection, project: int, items: Sequence[str]) -> dict[str, str]:
    """What people see of some items, as JSON text; a model server sees no more."""
    rows = connection.execute(QUERIES["contents"], {"project": project, "items": list(items)}).fetchall()
    return {item: without(text, hidden or ()) for item, text, hidden in rows}


def waiting_items(connection: Connection, facts: dict[str, Any]) -> list[str]:
    """Items a model has not been asked about, in the order of the work."""
    found = [str(row[0]) for row in connection.execute(QUERIES["waiting_items"], facts)]
    return list(dict.fromkeys(found))  # several slots of one item


def listening(connection: Connection) -> dict[tuple[int, int], list[int]]:
    """(organisation, project) -> model servers that want to be told."""
    found: dict[tuple[int, int], list[int]] = {}
    for organisation, project, number in connection.execute(QUERIES["listening"]):
        found.setdefault((int(organisation), int(project)), []).append(int(number))
    return found


def reader_place(connection: Connection, name: str) -> tuple[str, int] | None:
    """How far the outbox was read by a reader, which is held; None while it is held elsewhere."""
    connection.execute(QUERIES["start_reader"], {"name": name})
    row = connection.execute(QUERIES["reader_place"], {"name": name}).fetchone()
    return (str(row[0]), int(row[1])) if row else None


def move_reader(connection: Connection, name: str, tx: str, number: int) -> None:
    """Note how far the outbox was read."""
    connection.execute(QUERIES["move_reader"], {"name": name, "tx": tx, "id": number})


def skip_events(connection: Connection, name: str) -> None:
    """Pass over what happened up to now."""
    connection.execute(QUERIES["skip_events"], {"name": name})


def events(connection: Connection, tx: str, number: int, limit: int) -> list[Happening]:
    """What happened after a place."""
    facts = {"tx": tx, "id": number, "limit": limit}
    return [Happening(**row) for row in _dicts(connection, "events", facts)]


def told_answer(connection: Connection, revision: int) -> dict[str, Any] | None:
    """One answer with its item, as a model server may see it."""
    for found in _dicts(connection, "told_answer", {"revision": revision}):
        hidden = found.pop("hidden") or ()
        return {**found, "data": without(found["data"], hidden) if found["data"] else None}
    return None


def project_facts(connection: Connection, project: int) -> tuple[str, str, datetime, str] | None:
    """(name, schema's SHA-256, when it was made, state)."""
    row = connection.execute(QUERIES["project_facts"], {"project": project}).fetchone()
    return (str(row[1]), str(row[2]), row[3], str(row[4])) if row else None


def agent_nodes(connection: Connection, now: datetime, rest: float, limit: int) -> list[tuple[int, int, str, int]]:
    """(organisation, project, node, model server) where items wait for a server that was not down just now."""
    found = connection.execute(QUERIES["agent_nodes"], {"now": now, "rest": rest, "limit": limit})
    return [(int(row[0]), int(row[1]), str(row[2]), int(row[3])) for row in found]
