"""SQL of jobs, one function a query."""

from typing import Any, Final

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


def insert_job(connection: Connection, facts: dict[str, Any]) -> int | None:
    """Ask for a job; its id, or None when it is asked for already."""
    return QUERIES.scalar(connection, "insert_job", facts)  # type: ignore[no-any-return]  # one bigint or nothing


def job_once(connection: Connection, once: str) -> int | None:
    """The unfinished job of that kind."""
    return QUERIES.scalar(connection, "job_once", {"once": once})  # type: ignore[no-any-return]  # one bigint or nothing


def find_job(connection: Connection, job: int) -> Job | None:
    """One job."""
    found = QUERIES.structs(connection, "find_job", Job, {"job": job})
    return found[0] if found else None


def jobs_page(connection: Connection, facts: dict[str, Any]) -> list[Job]:
    """A page of jobs."""
    return QUERIES.structs(connection, "jobs_page", Job, facts)


def claim_job(connection: Connection, facts: dict[str, Any]) -> Claimed | None:
    """Lease the next job."""
    found = QUERIES.structs(connection, "claim_job", Claimed, facts)
    return found[0] if found else None


def beat(connection: Connection, facts: dict[str, Any]) -> bool | None:
    """Renew a lease: whether the job is to stop; None when the lease is lost."""
    return QUERIES.scalar(connection, "beat", facts)  # type: ignore[no-any-return]  # one boolean or nothing


def end_job(connection: Connection, facts: dict[str, Any]) -> bool:
    """Close a job; False when the lease is lost."""
    return QUERIES.scalar(connection, "end_job", facts) is not None


def postpone_job(connection: Connection, facts: dict[str, Any]) -> bool:
    """Give a job back; False when the lease is lost."""
    return QUERIES.scalar(connection, "postpone_job", facts) is not None


def cancel_job(connection: Connection, facts: dict[str, Any]) -> bool:
    """Cancel, or ask to; False when it has ended."""
    return QUERIES.scalar(connection, "cancel_job", facts) is not None


def retry_job(connection: Connection, facts: dict[str, Any]) -> bool:
    """Open again; False when it has not failed."""
    return QUERIES.scalar(connection, "retry_job", facts) is not None
