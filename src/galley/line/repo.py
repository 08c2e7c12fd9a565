"""The rows of runs: one function a query, no decisions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from galley.store import sql
from galley.store.database import Connection, Database

__all__ = [
    "QUERIES",
    "Run",
    "RunStep",
    "hold_line",
    "newest_runs",
    "run",
    "run_steps",
    "runs",
    "runs_page",
    "steps_of",
    "write",
]

QUERIES: Final = sql.load("galley.line")


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a line."""

    id: str
    line: str
    recipe: str
    status: str  # running | waiting | done | failed
    stage: str
    counts: dict[str, Any]
    account: str | None  # SHA-256 of its account's blob (line.account.RunAccount)
    report: str | None  # SHA-256 of its report's blob
    started_at: datetime
    ended_at: datetime | None
    error: dict[str, Any] | None


class RunStep(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a run."""

    place: int
    stage: str
    op: str
    status: str
    counts: dict[str, Any]
    root: str | None
    started_at: datetime
    ended_at: datetime | None


def write(connection: Connection, query: str, **facts: Any) -> None:
    """Run one of the writing queries; dictionaries become JSON."""
    plain = {name: Jsonb(fact) if isinstance(fact, dict) else fact for name, fact in facts.items()}
    connection.execute(QUERIES[query], plain)


def runs(connection: Connection, line: str | None, limit: int) -> list[Run]:
    """The newest runs first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["runs"], {"line": line, "limit": limit}).fetchall()
    return [Run(**row) for row in rows]


def run_steps(connection: Connection, run_id: str) -> list[RunStep]:
    """The stages of a run, in order."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["run_steps"], {"run_id": run_id}).fetchall()
    return [RunStep(**row) for row in rows]


def run(connection: Connection, number: str) -> Run | None:
    """One run."""
    found = QUERIES.structs(connection, "run", Run, {"id": number})
    return found[0] if found else None


def runs_page(connection: Connection, facts: dict[str, Any]) -> list[Run]:
    """The runs of a line before a moment, the newest first."""
    return QUERIES.structs(connection, "runs_page", Run, facts)


def newest_runs(connection: Connection, after: str, limit: int) -> list[Run]:
    """The newest run of each line after a name."""
    return QUERIES.structs(connection, "newest_runs", Run, {"after": after, "limit": limit})


def steps_of(connection: Connection, several: Sequence[str]) -> dict[str, list[RunStep]]:
    """The stages of some runs, in order, by run."""
    found: dict[str, list[RunStep]] = {}
    for row in QUERIES.rows(connection, "steps_of", {"runs": list(several)}):
        found.setdefault(row.pop("run_id"), []).append(RunStep(**row))
    return found


@contextmanager
def hold_line(database: Database, line: str) -> Iterator[bool]:
    """Hold a line on a connection of its own; yields False when another process holds it (then nothing is held).

    The database forgets the lock when the connection ends, so a killed run never blocks the next.
    """
    with database.connection() as connection:
        row = connection.execute(QUERIES["try_lock_line"], {"line": line}).fetchone()
        taken = bool(row and row[0])
        try:
            yield taken
        finally:
            if taken:
                connection.execute(QUERIES["unlock_line"], {"line": line})
