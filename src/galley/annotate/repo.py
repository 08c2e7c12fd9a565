"""The queue's rows: one function a query, no decisions. Connections are in autocommit mode unless a service says so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from galley.annotate.model import (
    Event,
    Judgement,
    Labeler,
    Lease,
    OrphanAnswer,
    Project,
    Receipt,
    Revision,
    SlotRow,
    Stage,
)
from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate")


# --- projects, labelers, items ---------------------------------------------------------------------------------------


def insert_labeler(connection: Connection, name: str, kind: str, now: datetime) -> Labeler:
    """The labeler of that name, made if unknown."""
    connection.execute(QUERIES["insert_labeler"], {"name": name, "kind": kind, "now": now})
    return QUERIES.structs(connection, "labeler_by_name", Labeler, {"name": name})[0]


def labelers(connection: Connection) -> list[Labeler]:
    """All labelers."""
    return QUERIES.structs(connection, "labelers", Labeler)


def insert_project(connection: Connection, facts: dict[str, Any]) -> Project:
    """The project of a line for a purpose, made if unknown."""
    connection.execute(QUERIES["insert_project"], facts)
    return QUERIES.structs(connection, "project_by_purpose", Project, facts)[0]


def project(connection: Connection, line: str, purpose: str) -> Project | None:
    """The project of a line for a purpose."""
    found = QUERIES.structs(connection, "project_by_purpose", Project, {"line": line, "purpose": purpose})
    return found[0] if found else None


def projects(connection: Connection) -> list[Project]:
    """All projects."""
    return QUERIES.structs(connection, "projects", Project)


def add_items(connection: Connection, facts: dict[str, Any]) -> int:
    """Insert items with their label slots; how many were new."""
    return int(QUERIES.scalar(connection, "add_items", facts))


def analyse(connection: Connection) -> None:
    """Refresh the planner's knowledge of the queue."""
    connection.execute(QUERIES["analyse"])


def lock_items(connection: Connection, project_id: int, items: Sequence[str]) -> None:
    """Hold the slot numbers of items until the transaction ends."""
    connection.execute(QUERIES["lock_items"], {"project": project_id, "items": list(items)})


def ensure_slots(connection: Connection, facts: dict[str, Any]) -> int:
    """Insert the slots that are missing; how many."""
    return int(QUERIES.scalar(connection, "ensure_slots", facts))


def items_of_slots(connection: Connection, project_id: int, slots: Sequence[int]) -> list[str]:
    """The items of some slots."""
    facts = {"project": project_id, "slots": list(slots)}
    return [str(row[0]) for row in connection.execute(QUERIES["items_of_slots"], facts)]


def add_reviews(connection: Connection, facts: dict[str, Any]) -> list[int]:
    """Insert review slots; their ids."""
    return [int(row[0]) for row in connection.execute(QUERIES["add_reviews"], facts)]


# --- the hot path ----------------------------------------------------------------------------------------------------


def claim(connection: Connection, facts: dict[str, Any]) -> list[Lease] | None:
    """Lease slots of one pool; None when another claim of this worker is running."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["claim"], facts).fetchall()
    if not rows[0]["gate_open"]:
        return None
    for row in rows:
        del row["gate_open"]
    return [Lease(**row) for row in rows if row["slot"] is not None]


def wait_for_gate(connection: Connection, worker: int) -> None:
    """Wait until the running claim of a worker is over."""
    connection.execute(QUERIES["wait_for_gate"], {"worker": worker})


def renew(connection: Connection, worker: int, now: datetime, seconds: float) -> int:
    """Extend every lease of a worker; how many."""
    return connection.execute(QUERIES["renew"], {"worker": worker, "now": now, "seconds": seconds}).rowcount


def release(connection: Connection, facts: dict[str, Any]) -> bool:
    """Give a slot back; False when the lease was lost."""
    return connection.execute(QUERIES["release"], facts).rowcount == 1


def expire(connection: Connection, now: datetime, limit: int) -> int:
    """Make the slots of run-out leases ready; how many."""
    return connection.execute(QUERIES["expire"], {"now": now, "limit": limit}).rowcount


def skip(connection: Connection, facts: dict[str, Any]) -> int | None:
    """Skip a leased slot; the slot that replaces it, or None when the lease was lost."""
    found = QUERIES.scalar(connection, "skip", facts)
    return None if found is None else int(found)


def submit(connection: Connection, facts: dict[str, Any]) -> int | None:
    """Store the answer of a leased slot; its revision, or None when the lease was lost."""
    found = QUERIES.scalar(connection, "submit", facts)
    return None if found is None else int(found)


def submit_lapsed(connection: Connection, facts: dict[str, Any]) -> int | None:
    """Store an answer whose lease ran out and whose slot nobody else took; its revision, or None."""
    unknown = {"schema_version": None, "guideline_version": None, "activity": None}
    try:
        with connection.transaction():
            found = QUERIES.scalar(connection, "submit_lapsed", {**unknown, **facts})
    except psycopg.errors.UniqueViolation:
        return None  # another slot of the item became theirs just now
    return None if found is None else int(found)


def submit_many(connection: Connection, facts: dict[str, Any]) -> dict[int, int]:
    """Store the answers of leased slots; slot -> revision of those whose lease held."""
    return {int(slot): int(revision) for slot, revision in connection.execute(QUERIES["submit_many"], facts)}


def place_many(connection: Connection, facts: dict[str, Any]) -> set[str]:
    """Store answers in ready slots; the items that got one."""
    return {str(row[0]) for row in connection.execute(QUERIES["place_many"], facts)}


def answered_items(connection: Connection, facts: dict[str, Any]) -> set[str]:
    """Which of these items the labeler has answered."""
    return {str(row[0]) for row in connection.execute(QUERIES["answered_items"], facts)}


# --- late answers ----------------------------------------------------------------------------------------------------


def find_receipt(connection: Connection, facts: dict[str, Any]) -> Receipt | None:
    """What became of a submission sent before."""
    row = connection.execute(QUERIES["find_receipt"], facts).fetchone()
    if row is None:
        return None
    return Receipt(accepted=row[0] is not None, revision=row[0], orphan=row[1], reason=row[2])


def insert_orphan(connection: Connection, facts: dict[str, Any]) -> None:
    """Keep a late answer, unless it is kept already."""
    connection.execute(QUERIES["insert_orphan"], {"schema_version": None, "activity": None, **facts})


def orphans(connection: Connection, project_id: int) -> list[OrphanAnswer]:
    """Late answers nobody decided on."""
    return QUERIES.structs(connection, "orphans", OrphanAnswer, {"project": project_id})


def lock_orphan(connection: Connection, orphan: int) -> dict[str, Any] | None:
    """A late answer, held until the transaction ends."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES["lock_orphan"], {"orphan": orphan}).fetchone()


def settle_orphan(connection: Connection, orphan: int, settled: str, now: datetime) -> None:
    """Record the decision on a late answer."""
    connection.execute(QUERIES["settle_orphan"], {"orphan": orphan, "settled": settled, "now": now})


def adopt_orphan(connection: Connection, orphan: int, now: datetime) -> int:
    """Give a late answer a slot of its own; its revision."""
    return int(QUERIES.scalar(connection, "adopt_orphan", {"orphan": orphan, "now": now}))


# --- review ----------------------------------------------------------------------------------------------------------


def lock_slot(connection: Connection, slot: int) -> dict[str, Any] | None:
    """A slot, held until the transaction ends."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES["lock_slot"], {"slot": slot}).fetchone()


def head_revision(connection: Connection, slot: int) -> int | None:
    """The newest revision of a slot."""
    found = QUERIES.scalar(connection, "head_revision", {"slot": slot})
    return None if found is None else int(found)


def append_revision(connection: Connection, facts: dict[str, Any]) -> int:
    """Append a correction; its id."""
    return int(QUERIES.scalar(connection, "append_revision", facts))


def close_review(connection: Connection, facts: dict[str, Any]) -> int:
    """Close a review slot with its verdict; the verdict's revision."""
    return int(QUERIES.scalar(connection, "close_review", facts))


def return_slot(connection: Connection, facts: dict[str, Any]) -> int | None:
    """Void a submitted slot and open the next attempt; its slot."""
    found = QUERIES.scalar(connection, "return_slot", facts)
    return None if found is None else int(found)


def void_slots(connection: Connection, facts: dict[str, Any]) -> int:
    """Void slots; how many."""
    return int(QUERIES.scalar(connection, "void_slots", facts))


# --- reading ---------------------------------------------------------------------------------------------------------


def reprioritise(connection: Connection, facts: dict[str, Any]) -> int:
    """Change the priority of ready slots; how many."""
    return connection.execute(QUERIES["reprioritise"], facts).rowcount


def progress(connection: Connection, project_id: int) -> list[tuple[str, str, int]]:
    """(stage, state, slots)."""
    rows = connection.execute(QUERIES["progress"], {"project": project_id}).fetchall()
    return [(str(stage), str(state), int(slots)) for stage, state, slots in rows]


def slot_states(connection: Connection, project_id: int, items: Sequence[str]) -> list[SlotRow]:
    """Every slot of some items."""
    return QUERIES.structs(connection, "slot_states", SlotRow, {"project": project_id, "items": list(items)})


def judgements_page(connection: Connection, facts: dict[str, Any]) -> list[Judgement]:
    """A page of judgements after a place."""
    return QUERIES.structs(connection, "judgements_page", Judgement, facts)


def judgements_of(connection: Connection, project_id: int, stage: Stage, items: Sequence[str]) -> list[Judgement]:
    """The judgements of some items."""
    facts = {"project": project_id, "stage": stage, "items": list(items)}
    return QUERIES.structs(connection, "judgements_of", Judgement, facts)


def history(connection: Connection, slot: int) -> list[Revision]:
    """Every revision of a slot."""
    return QUERIES.structs(connection, "history", Revision, {"slot": slot})


def outbox_page(connection: Connection, tx: str, after: int, limit: int) -> list[Event]:
    """Events after a place in the outbox."""
    return QUERIES.structs(connection, "outbox_page", Event, {"tx": tx, "id": after, "limit": limit})
