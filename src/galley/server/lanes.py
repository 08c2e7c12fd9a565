"""Lanes: requests of the hot path that arrive together are served together, in one transaction with one durable commit.

Each node of the work has a lane in each process. A request joins its lane and waits; a few threads take whatever waits,
serve it (`annotate.work.service.serve`) and answer everybody at once, after the commit. While one batch is written the
next one gathers, so that batches grow with the load and nobody waits for a timer. A lane holds no work: when the
process dies, what was answered is in the database, and what was not is sent again under its client id.
"""

import asyncio
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Final

import msgspec

from galley.annotate.work import service
from galley.annotate.work.checking import Schemas
from galley.annotate.work.errors import CrowdedError
from galley.annotate.work.model import ANY_POOL, HEAD, Entry, Node, Outcome
from galley.annotate.work.service import Desk, Result
from galley.kernel.clock import Clock
from galley.kernel.ports import Blobs
from galley.server.ports import Ports
from galley.store.database import Database

__all__ = ["Lanes", "lanes_of"]

_THREADS: Final = 2
_BATCH: Final = 256
_BESIDE: Final = 24
"""So many waiting are worth a second batch beside the one being served: the database has more than one core."""
_WAITING: Final = 8192
_LANES_MOST: Final = 4096
_HEAD_SECONDS: Final = 1.0
"""How often a lane looks from the head of the queue for what became urgent or came back behind its place."""
_DRY_SECONDS: Final = 0.5
_DRY_SECONDS_MOST: Final = 5.0
_DRY_MOST: Final = 100_000
_RETRY_SECONDS: Final = 1
_CLOSE_SECONDS: Final = 20.0

Waiting = tuple[Entry, "asyncio.Future[Outcome]"]


class _Lane:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.waiting: deque[Waiting] = deque()
        self.queued = False  # a thread will come for what waits
        self.busy = 0  # batches being served now
        self.looked = 0.0  # when it last looked from the head
        self.dry: dict[int, tuple[float, float]] = {}  # labeler -> until when nothing is looked for again, and how long


class Lanes:
    """The lanes of one process; `ask` is called from event loops, everything else happens in its threads."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        blobs: Blobs,
        *,
        threads: int = _THREADS,
        waiting: int = _WAITING,
        measure: Callable[[int], None] | None = None,
    ) -> None:
        self._measure = measure
        self._database = database
        self._clock = clock
        self._schemas = Schemas(blobs)
        self._most = waiting
        self._lanes: dict[Node, _Lane] = {}
        self._labelers: dict[tuple[int, int], int] = {}
        self._ready: SimpleQueue[_Lane | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._pending = 0
        self._idle = threading.Condition(self._lock)
        self._closed = False
        self._spare = ThreadPoolExecutor(1, thread_name_prefix="galley-lane-spare")
        self._threads = [
            threading.Thread(target=self._work, name=f"galley-lane-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def ask(self, node: Node, entry: Entry) -> Outcome:
        """Wait for what becomes of one request; raises its error, or CrowdedError at once when too many wait."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._closed or self._pending >= self._most:
                raise CrowdedError(retry_seconds=_RETRY_SECONDS)
            self._pending += 1
            lane = self._lane(node)
            lane.waiting.append((entry, future))
            self._call(lane)
        return await future

    def known_labeler(self, organisation: int, person: int) -> int | None:
        """The labeler that a person is, if this process met them; no waiting."""
        return self._labelers.get((organisation, person))

    def find_labeler(self, organisation: int, person: int) -> int:
        """The labeler that a person is, asked of the database; a person never changes theirs."""
        found = service.labeler_of(self._database.of(organisation), self._clock, person)
        self._labelers[organisation, person] = found
        return found

    def desk(self, node: Node) -> Desk:
        """A desk for one use case outside the lanes."""
        return Desk(self._database.of(node.organisation), self._clock, self._schemas, node)

    def waiting(self) -> int:
        """How many requests wait or are being served."""
        return self._pending

    def close(self) -> None:
        """Take no more, finish what waits, and end the threads."""
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: self._pending == 0, timeout=_CLOSE_SECONDS)
        for _ in self._threads:
            self._ready.put(None)
        for thread in self._threads:
            thread.join(timeout=_CLOSE_SECONDS)
        self._spare.shutdown(wait=True)

    # --- in the threads ----------------------------------------------------------------------------------------------

    def _lane(self, node: Node) -> _Lane:
        lane = self._lanes.get(node)
        if lane is None:
            if len(self._lanes) >= _LANES_MOST:  # anybody may name any pool
                self._lanes = {known: kept for known, kept in self._lanes.items() if kept.waiting or kept.busy}
            lane = self._lanes[node] = _Lane(self.desk(node))
        return lane

    def _call(self, lane: _Lane) -> None:
        """Have a thread come when one is due; under the lock."""
        if not lane.queued and len(lane.waiting) >= (_BESIDE if lane.busy else 1):
            lane.queued = True
            self._ready.put(lane)

    def _work(self) -> None:
        while (lane := self._ready.get()) is not None:
            with self._lock:
                taken = [lane.waiting.popleft() for _ in range(min(len(lane.waiting), _BATCH))]
                lane.queued = False
                lane.busy += 1
            if taken:
                if self._measure is not None:
                    self._measure(len(taken))
                self._serve(lane, taken)
            with self._lock:
                lane.busy -= 1
                self._call(lane)

    def _serve(self, lane: _Lane, taken: Sequence[Waiting]) -> None:
        now = time.monotonic()
        if now - lane.looked >= _HEAD_SECONDS:
            lane.looked, lane.desk.place = now, HEAD
        try:
            results: Sequence[Result | BaseException] = service.serve(lane.desk, [entry for entry, _ in taken])
        except Exception as problem:  # broad: told to everybody who waits, who may send it again
            results = [problem] * len(taken)
        done: list[tuple[asyncio.Future[Outcome], Result | BaseException]] = []
        for (entry, future), result in zip(taken, results, strict=True):
            if isinstance(result, Outcome) and result.short and lane.dry.get(entry.labeler, (0.0,))[0] <= now:
                self._spare.submit(self._look, lane, entry, future, result)
            else:
                done.append((future, result))
        self._answer(done)

    def _look(self, lane: _Lane, entry: Entry, future: "asyncio.Future[Outcome]", outcome: Outcome) -> None:
        """Look through the whole of the pools for somebody the batch left short."""
        found: Result | BaseException
        try:
            found = self._looked(lane, entry, outcome)
        except Exception as problem:  # broad: told to who waits
            # What they sent is stored: that they must hear, whatever became of the next.
            found = outcome if outcome.receipt is not None else problem
        self._answer([(future, found)])

    def _looked(self, lane: _Lane, entry: Entry, outcome: Outcome) -> Outcome:
        desk = lane.desk.at(lane.desk.node.pool)
        leases = list(service.claim_exactly(desk, entry.labeler, entry.count))
        others = desk.demands().pools[1:] if desk.node.pool == ANY_POOL else ()
        for pool in others:
            missing = entry.count - len(leases)
            if missing <= 0:
                break
            there = desk.at(pool)
            served = service.serve(there, [Entry(labeler=entry.labeler, count=missing)])[0]
            if isinstance(served, Outcome) and not served.refused:
                more = service.claim_exactly(there, entry.labeler, missing) if served.short else ()
                leases += more or served.leases
        self._remember(lane, entry.labeler, found=bool(leases))
        return msgspec.structs.replace(outcome, leases=tuple(leases), short=entry.count - len(leases))

    def _remember(self, lane: _Lane, labeler: int, *, found: bool) -> None:
        """Nothing was found for somebody: not looking again for a moment keeps the end of a pool cheap."""
        if found:
            lane.dry.pop(labeler, None)
            return
        if len(lane.dry) >= _DRY_MOST:
            lane.dry.clear()
        seconds = min(_DRY_SECONDS_MOST, 2 * lane.dry.get(labeler, (0.0, _DRY_SECONDS))[1])
        lane.dry[labeler] = (time.monotonic() + seconds, seconds)

    def _answer(self, done: Sequence[tuple["asyncio.Future[Outcome]", Result | BaseException]]) -> None:
        loops: dict[asyncio.AbstractEventLoop, list[Any]] = {}
        for future, result in done:
            loops.setdefault(future.get_loop(), []).append((future, result))
        with self._idle:
            self._pending -= len(done)
        for loop, some in loops.items():
            _resolve_in(loop, some)
        with self._idle:
            if self._pending == 0:
                self._idle.notify_all()


def _resolve_in(loop: asyncio.AbstractEventLoop, done: list[Any]) -> None:
    try:
        loop.call_soon_threadsafe(_resolve, done)
    except RuntimeError:
        return  # the loop is closed: nobody waits any more; what was stored is stored


def _resolve(done: Sequence[tuple["asyncio.Future[Outcome]", Result | BaseException]]) -> None:
    for future, result in done:
        if future.done():
            continue  # whoever asked went away
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)


_OF_PROCESS: "weakref.WeakKeyDictionary[object, Lanes]" = weakref.WeakKeyDictionary()
_MAKING: Final = threading.Lock()


def lanes_of(ports: Ports, make: Callable[..., Lanes] = Lanes) -> Lanes:
    """The lanes of the ports' process, made at first use and closed when it stops."""
    found = _OF_PROCESS.get(ports.process)
    if found is None:
        with _MAKING:
            found = _OF_PROCESS.get(ports.process)
            if found is None:
                found = _OF_PROCESS[ports.process] = make(
                    ports.database, ports.clock, ports.blobs, measure=ports.metrics.groups.labels("work").observe
                )
                ports.process.on_stop(found.close)
    return found
