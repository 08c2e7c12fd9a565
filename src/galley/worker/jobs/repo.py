"""SQL of jobs, one function a query."""

from typing import Any, Final, TypeVar

from psycopg.rows import class_row

from galley.store import sql
from galley.store.database import Connection
from galley.worker.jobs.model import Claimed, Job

__all__ = [
    "beat",
    "cancel_job",
    "claim_job",
    "end_job",
    "find_job",
    "insert_job",
    "job_once",
    "jobs_page",
    "postpone_job",
    "retry_job",
]

QUERIES: Final = sql.load("galley.worker.jobs")
T = TypeVar("T")


def _all(connection: Connection, query: str, kind: type[T], facts: dict[str, Any]) -> list[T]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(QUERIES[query], facts).fetchall()


def _one(connection: Connection, query: str, facts: dict[str, Any]) -> Any:
    row = connection.execute(QUERIES[query], facts).fetchone()
    return None if row is None else row[0]


def insert_job(connection: Connection, facts: dict[str, Any]) -> int | None:
    """Ask for a job; its id, or None when it is asked for already."""
    return _one(connection, "insert_job", facts)  # type: ignore[no-any-return]  # one bigint or nothing


def job_once(connection: Connection, once: str) -> int | None:
    """The unfinished job of that kind."""
    return _one(connection, "job_once", {"once": once})  # type: ignore[no-any-return]  # one bigint or nothing


def find_job(connection: Connection, job: int) -> Job | None:
    """One job."""
    found = _all(connection, "find_job", Job, {"job": job})
    return found[0] if found else None


def jobs_page(connection: Connection, facts: dict[str, Any]) -> list[Job]:
    """A page of jobs."""
    return _all(connection, "jobs_page", Job, facts)


def claim_job(connection: Connection, facts: dict[str, Any]) -> Claimed | None:
    """Lease the next job."""
    found = _all(connection, "claim_job", Claimed, facts)
    return found[0] if found else None


def beat(connection: Connection, facts: dict[str, Any]) -> bool | None:
    """Renew a lease: whether the job is to stop; None when the lease is lost."""
    return _one(connection, "beat", facts)  # type: ignore[no-any-return]  # one boolean or nothing


def end_job(connection: Connection, facts: dict[str, Any]) -> bool:
    """Close a job; False when the lease is lost."""
    return _one(connection, "end_job", facts) is not None


def postpone_job(connection: Connection, facts: dict[str, Any]) -> bool:
    """Give a job back; False when the lease is lost."""
    return _one(connection, "postpone_job", facts) is not None


def cancel_job(connection: Connection, facts: dict[str, Any]) -> bool:
    """Cancel, or ask to; False when it has ended."""
    return _one(connection, "cancel_job", facts) is not None


def retry_job(connection: Connection, facts: dict[str, Any]) -> bool:
    """Open again; False when it has not failed."""
    return _one(connection, "retry_job", facts) is not None
