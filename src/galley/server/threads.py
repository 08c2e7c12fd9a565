"""Threads for work that waits for the database: as many as connections, a bounded queue, and a quick no beyond it.

A server whose pool is exhausted must say so at once (503 with Retry-After) rather than let everybody hang.
"""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

from litestar.concurrency import get_asyncio_executor, set_asyncio_executor

from galley.server.errors import BusyError

__all__ = ["BoundedThreads", "in_thread", "use_threads"]

P = ParamSpec("P")
T = TypeVar("T")
RETRY_SECONDS: Final = 1


class BoundedThreads(ThreadPoolExecutor):
    """A thread pool that refuses work when too much waits, and drops work that waited too long. Raises BusyError."""

    def __init__(self, threads: int, *, waiting: int, waiting_seconds: float) -> None:
        super().__init__(max_workers=threads, thread_name_prefix="galley-handler")
        self.threads = threads
        self._places = threading.BoundedSemaphore(threads + waiting)
        self._waiting_seconds = waiting_seconds
        self.busy = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run in a thread; raises BusyError at once when the queue is full."""
        if not self._places.acquire(blocking=False):
            raise BusyError(retry_seconds=RETRY_SECONDS)
        try:
            future = super().submit(self._run, time.monotonic(), partial(fn, *args, **kwargs))
        except BaseException:
            self._places.release()
            raise
        future.add_done_callback(lambda _: self._places.release())
        return future

    def _run(self, since: float, work: Callable[[], Any]) -> Any:
        if time.monotonic() - since > self._waiting_seconds:
            raise BusyError(retry_seconds=RETRY_SECONDS)
        self.busy += 1
        try:
            return work()
        finally:
            self.busy -= 1


def use_threads(threads: BoundedThreads | None) -> None:
    """Have sync handlers of the framework run in these threads; None: in the event loop's own."""
    set_asyncio_executor(threads)


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what waits for the database in the handlers' threads. Raises BusyError."""
    bound = partial(contextvars.copy_context().run, work, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(get_asyncio_executor(), bound)
