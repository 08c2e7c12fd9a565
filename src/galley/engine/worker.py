"""The worker process: takes one job at a time from its pipe, does it, answers. Owns nothing that must survive it."""

import contextlib
import os
import signal
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from galley.engine.job import Job, perform
from galley.engine.shard import WorkResult
from galley.kernel.clock import SystemClock
from galley.kernel.errors import GalleyError
from galley.kernel.ports import Desk
from galley.store.blobs import StoredBlobs
from galley.store.objects import StoredObjects, open_shelf

__all__ = ["Bench", "Failure", "serve"]


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker needs to know before its first job."""

    objects: str  # folder or bucket URL
    base: str
    seed_hex: str


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A job raised: a Galley error travels whole, anything else as its traceback."""

    error: GalleyError | None
    trace: str


def serve(pipe: Connection, bench: Bench) -> None:
    """Do jobs until the pipe closes."""
    # The run decides when to stop: an interrupt at the terminal reaches every process of the group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # one process a core already; also keeps sums in one order
    shelf = open_shelf(bench.objects)
    objects = StoredObjects(shelf)
    desk = Desk(
        blobs=StoredBlobs(shelf), base=Path(bench.base), clock=SystemClock(), seed=bytes.fromhex(bench.seed_hex)
    )
    with contextlib.suppress(EOFError, BrokenPipeError):  # the run went away; there is nobody to answer
        while True:
            job: Job = pipe.recv()
            answer: WorkResult | Failure
            try:
                answer = perform(job, desk, objects)
            except GalleyError as problem:
                answer = Failure(error=problem, trace=traceback.format_exc())
            except Exception:  # broad: the run must hear of any failure of a job, with its trace
                answer = Failure(error=None, trace=traceback.format_exc())
            pipe.send(answer)
