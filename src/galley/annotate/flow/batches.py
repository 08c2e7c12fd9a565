"""Items put into a batch behind their import."""

from collections.abc import Sequence

from galley.annotate.flow import repo
from galley.annotate.flow.advance import mover_of
from galley.annotate.flow.errors import BatchUnknownError
from galley.annotate.flow.rules import urgency_of
from galley.kernel.clock import Clock
from galley.kernel.ports import Blobs
from galley.store.database import Connection, Database

__all__ = ["put_items"]


def put_items(database: Database, blobs: Blobs, clock: Clock, number: int, batch: int, items: Sequence[str]) -> int:
    """Put items of a project into a batch, and give their waiting work its priority; how many were moved.

    Items that are done with a stage and wait there for the batch they are in stay in it. A batch that is complete
    without the items it lost goes on. Raises BatchUnknownError.
    """

    def put(connection: Connection) -> int:
        with connection.transaction():
            return _put(connection, blobs, clock, number, batch, sorted(set(items)))

    return database.retried(put)


def _put(connection: Connection, blobs: Blobs, clock: Clock, number: int, batch: int, items: Sequence[str]) -> int:
    found = repo.batch(connection, number, batch)
    if found is None:
        raise BatchUnknownError(batch=batch)
    moved = repo.put_into_batch(connection, {"project": number, "batch": batch, "items": list(items)})
    if moved:
        now = clock.now()
        left = None if found["due_at"] is None else (found["due_at"] - now).total_seconds()
        repo.hurry_batch(connection, batch, urgency_of(found["priority"], seconds_left=left))
        former = {int(row["former"]) for row in moved if row["former"] is not None}
        graphs = repo.graphs(connection, [number])
        if former and graphs:
            mover_of(connection, blobs, now, graphs[0]).release(former)
    return len(moved)
