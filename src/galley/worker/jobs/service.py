"""Use cases of whoever asks for jobs: ask, look, cancel, try again. Workers: `galley.worker.jobs.runner`."""

from typing import Any, Final

import msgspec

from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError
from galley.store.database import Database
from galley.worker.jobs import repo
from galley.worker.jobs.errors import JobEndedError, JobMissingError
from galley.worker.jobs.model import Job, Wanted

__all__ = ["ask", "cancel", "find", "jobs", "retry", "told"]

_NEWEST: Final = 2**62


def ask(database: Database, clock: Clock, wanted: Wanted) -> Job:
    """Ask for a job of the organisation; where `once` is given, the unfinished one of that name if there is one."""
    facts: dict[str, Any] = msgspec.structs.asdict(wanted) | {"now": clock.now()}
    facts["params"] = msgspec.json.encode(wanted.params).decode()
    with database.transaction() as connection:
        job = repo.insert_job(connection, facts)
        if job is None and wanted.once is not None:
            job = repo.job_once(connection, wanted.once)
        if job is None:  # it ended between the two statements
            job = repo.insert_job(connection, facts)
    return find(database, job or 0)


def find(database: Database, job: int) -> Job:
    """One job; raises JobMissingError."""
    with database.connection() as connection:
        found = repo.find_job(connection, job)
    if found is None:
        raise JobMissingError(job=job)
    return found


def jobs(database: Database, project: int | None = None, before: int | None = None, limit: int = 50) -> list[Job]:
    """Jobs of the organisation, or of one of its projects, newest first."""
    facts = {"project": project, "before": _NEWEST if before is None else before, "limit": limit}
    with database.connection() as connection:
        return repo.jobs_page(connection, facts)


def cancel(database: Database, clock: Clock, job: int) -> Job:
    """Cancel a job: at once when it waits, at its next step when it runs. Raises JobMissingError, JobEndedError."""
    with database.connection() as connection:
        done = repo.cancel_job(connection, {"job": job, "now": clock.now()})
    found = find(database, job)
    if not done:
        raise JobEndedError(job=job, state=found.state)
    return found


def retry(database: Database, clock: Clock, job: int) -> Job:
    """Have a failed or cancelled job done again; what it did before is not done twice. Raises as `cancel`."""
    with database.connection() as connection:
        done = repo.retry_job(connection, {"job": job, "now": clock.now()})
    found = find(database, job)
    if not done:
        raise JobEndedError(job=job, state=found.state)
    return found


def told(problem: GalleyError) -> dict[str, object]:
    """An error as a job keeps it, in both languages."""
    return {
        "code": problem.code,
        "message": problem.message("en"),
        "message_zh": problem.message("zh"),
        "hint": problem.advice("en"),
        "hint_zh": problem.advice("zh"),
    }
