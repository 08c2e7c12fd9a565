"""What waits in an installation: events nobody has read, jobs nobody has done."""

from datetime import datetime
from typing import Final

import msgspec

from galley.annotate.desk.model import ReaderLag
from galley.annotate.desk.service import reader_lags
from galley.store import sql
from galley.store.database import Database

__all__ = ["JobCount", "Queues", "ReaderLag", "queues"]

QUERIES: Final = sql.load("galley.worker")


class JobCount(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs of a kind that wait or run."""

    kind: str
    state: str
    jobs: int
    oldest: datetime | None  # when the oldest was due


class Queues(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, and how large the database is."""

    readers: tuple[ReaderLag, ...]
    jobs: tuple[JobCount, ...]
    database_bytes: int
    connections: int


def queues(house: Database) -> Queues:
    """What waits, of all organisations together, in three queries."""
    with house.connection() as connection:
        facts = QUERIES.rows(connection, "database_facts")[0]
        return Queues(
            readers=tuple(reader_lags(connection)),
            jobs=tuple(QUERIES.structs(connection, "job_counts", JobCount)),
            database_bytes=facts["bytes"],
            connections=facts["connections"],
        )
