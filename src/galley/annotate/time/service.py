"""Use cases of accounting: read the outbox into the accounts and the totals, correct a row, make the totals anew.

Events become rows exactly once: the place reached in the outbox, the rows and every total change in one transaction,
and the lock on the place lets one process do it at a time. A process killed anywhere leaves what was there before.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from galley.annotate.counters import repo as counters
from galley.annotate.counters import series
from galley.annotate.counters.model import Place
from galley.annotate.counters.rules import bucket_seconds, percentile_bucket
from galley.annotate.time import repo
from galley.annotate.time.assist import assistance_of, verdicts_of
from galley.annotate.time.errors import WorkRowUnknownError
from galley.annotate.time.model import Adjustment, NewRow, Spans, Unit, WorkEvent, WorkRow
from galley.annotate.time.rules import longest_ms, milliseconds, rows_of, union, unit_known
from galley.kernel.clock import Clock
from galley.store.database import Connection, Database

__all__ = ["READER", "account", "correct", "rebuild", "rows_of_labeler", "set_unit", "slow_answer_seconds", "unit"]

READER: Final = "work"
_FLOW_READER: Final = "work-flow"
_EVENTS: Final = 2000
_ANSWERS_MIN: Final = 50
"""Fewer measured answers say nothing about the slowest twentieth."""


def account(database: Database, limit: int = _EVENTS) -> int:
    """Duty: append the rows of up to `limit` events and fold them into the totals; how many events were read.

    `database` is the house's: the accounts of all organisations are kept in one pass.
    """
    with database.transaction() as connection:
        place = counters.lock_reader(connection, READER)
        events = repo.work_events(connection, place, limit)
        # Slots made are read after the answers, so that no total ever counts an answer before its slot.
        flow = counters.lock_reader(connection, _FLOW_READER)
        reached = counters.fold_flow(connection, flow)
        if reached != flow:
            counters.move_reader(connection, _FLOW_READER, reached)
        if events:
            _append(connection, _rows(connection, events))
            series.fold(connection, assistance_of(events), verdicts_of(events))
            counters.move_reader(connection, READER, Place(events[-1].tx, events[-1].id))
        return len(events)


def _rows(connection: Connection, events: list[WorkEvent]) -> list[NewRow]:
    known = repo.moments(connection, _since(events))
    before = {who: union(spans) for who, spans in known.items()}

    def taken(who: int, start: int, end: int) -> Spans:
        return tuple(span for span in before.get(who, ()) if span[1] > start and span[0] < end)

    return rows_of(events, taken)


def _since(events: Iterable[WorkEvent]) -> dict[int, int]:
    """From when on the earlier counted time of each person may matter to some events."""
    found: dict[int, int] = {}
    for event in events:
        if event.who is not None and event.activity is not None:
            begin = milliseconds(event.leased_at or event.created_at or event.at)
            if event.leased_at is None:
                begin -= longest_ms()
            found[event.who] = min(found.get(event.who, begin), begin)
    return found


def _append(connection: Connection, rows: list[NewRow]) -> int:
    after = repo.last_row(connection)
    added = repo.append_rows(connection, rows) if rows else 0
    if added:
        counters.fold_rows(connection, after, repo.last_row(connection))
    return added


def correct(database: Database, clock: Clock, project: int, adjustment: Adjustment) -> bool:
    """Append a difference to a row of the accounts; False when the same was said before (same row and note).

    `database` is an organisation's; raises WorkRowUnknownError for rows that are not its own, or not the project's.
    """
    with database.house().transaction() as connection:
        counters.lock_reader(connection, READER)
        found = repo.work_row(connection, adjustment.row)
        if found is None or (found["organisation"], found["project"]) != (database.organisation, project):
            raise WorkRowUnknownError(row=adjustment.row)
        row = msgspec.structs.replace(
            NewRow(**found),
            at=clock.now(),
            units=adjustment.units,
            counted_ms=adjustment.counted_ms,
            raw_ms=0,
            corrects=adjustment.row,
            note=adjustment.note,
        )
        return _append(connection, [row]) == 1


def rebuild(database: Database) -> None:
    """Make every total anew from the accounts, as of what was read of the outbox so far. `database` is the house's."""
    with database.transaction() as connection:
        counters.lock_reader(connection, READER)
        flow = counters.lock_reader(connection, _FLOW_READER)
        counters.refold(connection, flow, repo.last_row(connection))


def rows_of_labeler(database: Database, labeler: int, after: int = 0, limit: int = 100) -> list[WorkRow]:
    """A labeler's own accounts, oldest first."""
    with database.connection() as connection:
        return repo.rows_of_labeler(connection, labeler, after, limit)


def unit(database: Database, project: int) -> Unit:
    """What a project counts work in."""
    with database.connection() as connection:
        return unit_known(repo.unit(connection, project))


def set_unit(database: Database, project: int, unit: Unit) -> None:
    """Say what a project counts work in: of answers read from now on; rows there are keep theirs."""
    with database.connection() as connection:
        repo.set_unit(connection, project, unit)


def slow_answer_seconds(database: Database, project: int) -> float | None:
    """How long the slowest twentieth of a project's answers takes at least, from at most 81 rows; None: too few yet."""
    with database.connection() as connection:
        buckets = counters.pace_of(connection, project)
    if sum(answers for _, answers in buckets) < _ANSWERS_MIN:
        return None
    found = percentile_bucket(buckets, 0.95)
    return None if found is None else bucket_seconds(found)
