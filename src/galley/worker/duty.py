"""Recurring duties: what has to happen again and again, in whichever process gets to it first.

Each duty has a thread in every process; an advisory lock lets one of them do it at a time. A duty is exact by what it
does in its own transactions (its place in the outbox moves together with what it wrote), never by the lock: should the
connection that holds the locks break, two processes may run one duty at once, and nothing is done twice.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import psycopg

from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError
from galley.store import sql
from galley.store.database import Connection, Database
from galley.store.workspace import Workspace

__all__ = ["Duty", "DutyState", "Floor", "Rota"]

QUERIES: Final = sql.load("galley.worker")
_LOCK_SPACE: Final = 77311
_BACKOFF_SECONDS: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What a duty works with: every organisation's rows, the blobs, the clock."""

    workspace: Workspace
    house: Database
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Something to do every so often; `run` returns how much it did, and 0 when there was nothing to do."""

    name: str
    number: int  # of its advisory lock; never used again for another duty
    every_seconds: float
    run: Callable[[Floor], int]
    rest: float = 1.0
    """After a run it rests at least this many times as long as the run took: people at work come before what can wait, and
    what a peak left behind is caught up on after it."""


@dataclass
class DutyState:
    """How a duty fared in this process, for metrics and health."""

    runs: int = 0
    done: int = 0
    failures: int = 0
    last_at: datetime | None = None
    last_error: str = ""


class Rota:
    """The duties of one process; `start` them, `stop` them, ask how they fared."""

    def __init__(
        self, floor: Floor, duties: Sequence[Duty], tell: Callable[[str, GalleyError | Exception], None]
    ) -> None:
        self._floor = floor
        self._duties = tuple(duties)
        self._tell = tell
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._locks = _Locks(floor.house)
        self.states = {duty.name: DutyState() for duty in duties}

    def start(self) -> None:
        """Begin, one thread a duty."""
        for duty in self._duties:
            thread = threading.Thread(target=self._serve, args=(duty,), name=f"duty-{duty.name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, timeout_seconds: float = 20.0) -> None:
        """Let every duty finish what it is at, then end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout_seconds)
        self._locks.close()

    def run_once(self) -> int:
        """Every duty once, in order, in this thread: for tests and for commands that must leave nothing undone."""
        return sum(duty.run(self._floor) for duty in self._duties)

    def _serve(self, duty: Duty) -> None:
        pause = duty.every_seconds
        while not self._stop.wait(pause):
            state = self.states[duty.name]
            try:
                with self._locks.held(duty.number) as mine:
                    pause = self._turn(duty, state) if mine else duty.every_seconds
            except (GalleyError, psycopg.Error) as problem:
                # A duty that fails is tried again for ever: what it has not done is still there to be done.
                state.failures += 1
                state.last_error = str(problem)
                self._tell(duty.name, problem)
                pause = max(duty.every_seconds, _BACKOFF_SECONDS)
            except Exception as problem:  # broad: a bug in one duty must not end its thread silently
                state.failures += 1
                state.last_error = repr(problem)
                self._tell(duty.name, problem)
                pause = max(duty.every_seconds, _BACKOFF_SECONDS)

    def _turn(self, duty: Duty, state: DutyState) -> float:
        """Run a duty as long as there is something to do, with its rests; how long to pause then."""
        while True:
            began = time.monotonic()
            done = duty.run(self._floor)
            rest = (time.monotonic() - began) * duty.rest
            state.runs += 1
            state.done += done
            state.last_at = self._floor.clock.now()
            state.last_error = ""
            if not done:
                return max(duty.every_seconds, rest)
            if self._stop.wait(rest):
                return 0.0


class _Locks:
    """The advisory locks of one process, all on one connection of its own."""

    def __init__(self, house: Database) -> None:
        self._house = house
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def held(self, number: int) -> Iterator[bool]:
        facts = {"space": _LOCK_SPACE, "number": number}
        mine = self._asked("try_lock", facts)
        try:
            yield mine
        finally:
            if mine:
                self._asked("unlock", facts)

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _asked(self, query: str, facts: dict[str, int]) -> bool:
        with self._lock:
            if self._connection is None or self._connection.closed:
                self._connection = self._house.alone()
            try:
                row = self._connection.execute(QUERIES[query], facts).fetchone()
            except psycopg.OperationalError:
                self._connection.close()
                raise
        return bool(row and row[0])
