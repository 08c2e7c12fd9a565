"""Workers: lease a job, do it, say how far it is, close it. Any process may run as many as it likes.

A worker that is killed falls silent; when its lease has run out the next worker takes the job over. A worker that was
only slow notices at its next step that the lease is gone, and stops. Kinds of jobs are written so that doing one again
does only what is missing.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import psycopg

from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError, TransientError
from galley.store.database import Database
from galley.store.workspace import Workspace
from galley.worker.jobs import repo
from galley.worker.jobs.errors import JobBugError, JobCancelledError, JobDiedError, JobKindError, JobLostError
from galley.worker.jobs.model import Claimed
from galley.worker.jobs.service import told

__all__ = ["ATTEMPTS_MAX", "LEASE_SECONDS", "JobDesk", "JobKind", "Runner"]

# Somebody looks at a bar that stands still for this long after a worker was killed, so it is short; fifteen beats may be
# late before a worker that lives loses its job, and what it did then is not done again.
LEASE_SECONDS: Final = 30.0
ATTEMPTS_MAX: Final = 5
_BEAT_SECONDS: Final = 2.0
_IDLE_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 10.0


@dataclass(frozen=True, kw_only=True)
class JobDesk:
    """What a job works with: one organisation's rows, the workspace, and how to say how far it is."""

    workspace: Workspace
    database: Database  # as the job's organisation sees it
    clock: Clock
    job: Claimed
    settings: Mapping[str, Any]  # what the operator allows, e.g. import_roots
    tell: Callable[[dict[str, Any]], None]  # raises JobCancelledError and JobLostError


JobKind = Callable[[JobDesk], dict[str, Any]]
"""Does one kind of job; what it returns is the job's result."""


class Runner:
    """Does jobs one after another in threads of this process; `start` it, `stop` it."""

    def __init__(
        self,
        workspace: Workspace,
        clock: Clock,
        kinds: Mapping[str, JobKind],
        *,
        settings: Mapping[str, Any] | None = None,
        tell: Callable[[str, Exception], None] = lambda _name, _problem: None,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._workspace, self._clock, self._kinds = workspace, clock, kinds
        self._house = workspace.database.house()
        self._settings = settings or {}
        self._tell = tell
        self._lease_seconds = lease_seconds
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, threads: int = 1) -> None:
        """Begin."""
        for number in range(threads):
            thread = threading.Thread(target=self._serve, name=f"job-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, timeout_seconds: float = 20.0) -> None:
        """Stop at the next step of whatever is done; other workers take it over when the lease ends."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout_seconds)

    def run_once(self) -> bool:
        """Do one job in this thread, if there is one."""
        with self._house.connection() as connection:
            claimed = repo.claim_job(connection, {"now": self._clock.now(), "seconds": self._lease_seconds})
        if claimed is None:
            return False
        _Turn(self, claimed).run()
        return True

    def _serve(self) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            try:
                pause = 0.0 if self.run_once() else _IDLE_SECONDS
            except (GalleyError, psycopg.Error) as problem:  # the database is away: the job is still there
                self._tell("jobs", problem)
                pause = _RETRY_SECONDS


class _Turn:
    """One attempt at one job."""

    def __init__(self, runner: Runner, claimed: Claimed) -> None:
        self._runner, self._job = runner, claimed
        self._progress: dict[str, Any] = {}
        self._beaten: datetime = runner._clock.now()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._lost = self._cancelled = False

    def run(self) -> None:
        """Do it and close it."""
        runner, job = self._runner, self._job
        if job.attempts > ATTEMPTS_MAX:
            self._end("failed", error=told(JobDiedError(attempts=job.attempts - 1)))
            return
        heart = threading.Thread(target=self._heart, name=f"job-heart-{job.id}", daemon=True)
        heart.start()
        try:
            result = self._do()
        except JobLostError:
            return  # it is another worker's now
        except JobCancelledError as problem:
            self._end("cancelled", error=told(problem))
        except TransientError as problem:
            self._postpone(problem)
        except GalleyError as problem:
            self._end("failed", error=told(problem))
        except Exception as problem:  # broad: a bug in one kind of job must not end the worker
            runner._tell(job.kind, problem)
            self._end("failed", error=told(JobBugError(reason=f"{type(problem).__name__}: {problem}"[:300])))
        else:
            self._end("done", result=result)
        finally:
            self._over.set()
            heart.join()

    def _do(self) -> dict[str, Any]:
        runner, job = self._runner, self._job
        if job.kind not in runner._kinds:
            raise JobKindError(kind=job.kind, known=", ".join(sorted(runner._kinds)))
        desk = JobDesk(
            workspace=runner._workspace,
            database=runner._workspace.database.of(job.organisation),
            clock=runner._clock,
            job=job,
            settings=runner._settings,
            tell=self._told,
        )
        return runner._kinds[job.kind](desk)

    def _told(self, progress: dict[str, Any]) -> None:
        """The job says how far it is: kept, and written at most every other second."""
        self._progress = progress
        if self._runner._stop.is_set():
            self._postpone(None)
            raise JobLostError(job=self._job.id)
        if (self._runner._clock.now() - self._beaten).total_seconds() >= _BEAT_SECONDS:
            self._beat()
        if self._lost:
            raise JobLostError(job=self._job.id)
        if self._cancelled:
            raise JobCancelledError(job=self._job.id)

    def _heart(self) -> None:
        """Keeps the lease while the job is between two steps."""
        while not self._over.wait(min(_BEAT_SECONDS, self._runner._lease_seconds / 3)):
            try:
                self._beat()
            except (GalleyError, psycopg.Error) as problem:
                self._runner._tell(self._job.kind, problem)

    def _beat(self) -> None:
        facts = self._facts() | {"seconds": self._runner._lease_seconds}
        with self._lock, self._runner._house.connection() as connection:
            answer = repo.beat(connection, facts)
        self._beaten = facts["now"]
        self._lost = self._lost or answer is None
        self._cancelled = self._cancelled or bool(answer)

    def _facts(self) -> dict[str, Any]:
        progress = msgspec.json.encode(self._progress).decode() if self._progress else None
        return {"job": self._job.id, "token": self._job.token, "now": self._runner._clock.now(), "progress": progress}

    def _end(self, state: str, *, result: dict[str, Any] | None = None, error: dict[str, Any] | None = None) -> None:
        facts = self._facts() | {"state": state, "result": _json(result), "error": _json(error)}
        self._runner._house.retried(lambda connection: repo.end_job(connection, facts))

    def _postpone(self, problem: GalleyError | None) -> None:
        """Try again later; at once when only this process ends."""
        seconds = _RETRY_SECONDS * self._job.attempts if problem is not None else 0.0
        facts = self._facts() | {"seconds": seconds, "error": _json(told(problem) if problem else None)}
        self._runner._house.retried(lambda connection: repo.postpone_job(connection, facts))


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
