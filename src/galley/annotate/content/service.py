"""Use cases of imports: open, write batch after batch, close, look at.

A batch is one transaction: items, slots, contents, its counts and its failed rows are in together or not at all. What an
import costs depends on what it brings, never on what the project holds.
"""

import functools
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import psycopg

from galley.annotate.content import repo
from galley.annotate.content.errors import ImportMissingError, ItemDiffersError
from galley.annotate.content.model import (
    BadRow,
    Batch,
    BatchCounts,
    Counts,
    Import,
    ImportRow,
    ImportState,
    RowError,
    Slots,
)
from galley.annotate.content.rules import bad_row, unique_rows
from galley.annotate.media.model import references
from galley.annotate.media.repo import want as want_media
from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError
from galley.store.database import Connection, Database

__all__ = [
    "Slots",
    "contents_of",
    "end_import",
    "find_import",
    "import_errors",
    "imports",
    "open_import",
    "record_batch",
    "start_import",
    "write_batch",
    "written_batches",
]

_NEWEST: Final = 2**62


def open_import(
    database: Database, clock: Clock, project: int, name: str, settings: Any, state: ImportState = "running"
) -> int:
    """Begin an import into a project; its id."""
    facts = {"project": project, "name": name[:300], "state": state, "now": clock.now()}
    facts["settings"] = msgspec.json.encode(settings).decode()
    with database.connection() as connection:
        return repo.insert_import(connection, facts)


def start_import(database: Database, import_id: int) -> bool:
    """Mark an import as running (again); False when it has ended."""
    with database.connection() as connection:
        return repo.start_import(connection, import_id)


def end_import(
    database: Database, clock: Clock, import_id: int, state: ImportState, problem: GalleyError | None = None
) -> bool:
    """Close an import; False when it was closed before."""
    told = None if problem is None else msgspec.json.encode(_problem(problem)).decode()
    facts = {"import_id": import_id, "state": state, "error": told, "now": clock.now()}
    with database.connection() as connection:
        return repo.end_import(connection, facts)


def _problem(problem: GalleyError) -> dict[str, object]:
    return {
        "code": problem.code,
        "message": problem.message("en"),
        "message_zh": problem.message("zh"),
        "hint": problem.advice("en"),
        "hint_zh": problem.advice("zh"),
    }


def find_import(database: Database, project: int, import_id: int) -> Import:
    """One import with its counts so far; raises ImportMissingError."""
    with database.connection() as connection:
        found = repo.find_import(connection, project, import_id)
    if found is None:
        raise ImportMissingError(import_id=import_id)
    return found


def imports(database: Database, project: int, before: int | None = None, limit: int = 50) -> list[Import]:
    """Imports of a project, newest first."""
    facts = {"project": project, "before": _NEWEST if before is None else before, "limit": limit}
    with database.connection() as connection:
        return repo.imports_page(connection, facts)


def import_errors(database: Database, import_id: int, after: int = 0, limit: int = 100) -> list[RowError]:
    """Rows an import could not take."""
    with database.connection() as connection:
        return repo.errors_page(connection, {"import_id": import_id, "after": after, "limit": limit})


def written_batches(database: Database, import_id: int) -> dict[int, tuple[int, int]]:
    """first_row -> (rows, failed) of the batches that are in."""
    with database.connection() as connection:
        return repo.batches_in(connection, import_id)


def write_batch(
    database: Database, clock: Clock, project: int, import_id: int, batch: Batch, slots: Slots
) -> BatchCounts:
    """Write a batch in one transaction, unless it is in already (then nothing is changed and `mine` is False).

    Of rows whose id is known, the same content is counted as `already`, other content as failed.
    """
    rows, bad, again = unique_rows(batch.rows)
    facts: dict[str, Any] = {"project": project, "now": clock.now(), **msgspec.structs.asdict(slots)}

    def work(connection: Connection) -> BatchCounts:
        failed = list(bad)
        with connection.transaction() as transaction:
            known = _queued(connection, facts, rows) if rows else set()
            media = references(row.data.decode() for row in rows if b'"blob:' in row.data)
            if media:
                want_media(connection, media, clock.now())
            if known:
                failed += _differing(connection, project, batch, [row for row in rows if row.item in known])
            already = len(known) - (len(failed) - len(bad)) + again
            added = len(rows) - len(known)
            counts = {"added": added, "already": already, "failed": len(failed), "answers": 0}
            record = {"import_id": import_id, "first_row": batch.first_row, "rows": len(batch.rows)}
            if not repo.insert_batch(connection, record | counts):
                raise psycopg.Rollback(transaction)
            if failed:
                repo.insert_errors(connection, import_id, batch.first_row, sorted(failed, key=lambda pair: pair[0]))
            return BatchCounts(added, already, len(failed))
        return BatchCounts(0, 0, 0, mine=False)

    return database.retried(work)


def _queued(connection: Connection, facts: dict[str, Any], rows: Sequence[ImportRow]) -> set[str]:
    """Put the new ones of the rows into the queue; the ids that were there before. Most imports bring nothing that is
    there, and one that does is told by its first known id."""
    try:
        with connection.transaction():
            repo.add_new_content(connection, facts, rows)
    except psycopg.errors.UniqueViolation:
        return repo.add_content(connection, facts, rows)
    return set()


def _differing(
    connection: Connection, project: int, batch: Batch, known: Sequence[ImportRow]
) -> list[tuple[int, BadRow]]:
    """Those of the known rows whose id stands for other content; items without content are given this one."""
    held = repo.contents(connection, project, [row.item for row in known])
    bare = [row for row in known if row.item not in held]
    if bare:
        repo.fill_content(connection, project, bare)
    other = {row.item for row in known if row.item in held and not _same(held[row.item], row.data)}
    if not other:
        return []
    places = {row.item: place for place, row in reversed(list(enumerate(batch.rows))) if isinstance(row, ImportRow)}
    return [
        (places[row.item], bad_row(row.line, row.place, ItemDiffersError(item=row.item), row.data))
        for row in known
        if row.item in other
    ]


def _same(held: str, given: bytes) -> bool:
    return held.encode() == given or bool(msgspec.json.decode(held) == msgspec.json.decode(given))


def record_batch(
    database: Database, import_id: int, counts: Counts, bad: Sequence[tuple[int, BadRow]], first_row: int = 1
) -> None:
    """Record rows that somebody else wrote (an import of another kind), as one batch; once."""
    record: dict[str, Any] = msgspec.structs.asdict(counts) | {"import_id": import_id, "first_row": first_row}
    record["rows"] = record.pop("read")
    with database.transaction() as connection:
        if repo.insert_batch(connection, record) and bad:
            repo.insert_errors(connection, import_id, first_row, bad)


def contents_of(database: Database, project: int, items: Sequence[str]) -> dict[str, str]:
    """What people see of some items, as JSON text; one query."""
    return database.retried(functools.partial(repo.contents, project=project, items=items))
