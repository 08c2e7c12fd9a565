"""Jobs: pieces of work as data, so that any scheduler (local processes, a cluster) can run them."""

import importlib
from collections.abc import Callable
from typing import Any

import msgspec

from galley.engine.shard import WorkResult, load_result, save_result
from galley.kernel.errors import invariant
from galley.kernel.ports import Desk, Objects

__all__ = ["Job", "Slice", "perform"]

Perform = Callable[[dict[str, Any], "Slice", Desk], WorkResult]


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """Which elements of a job to look at: used to find the one that kills its worker.

    A job has `size` elements (rows of a shard, units of a group). `start`/`stop` narrow it to a probe whose result is
    thrown away; `poison` are elements known to kill, which the function must fail without touching.
    """

    start: int = 0
    stop: int | None = None
    poison: tuple[int, ...] = ()

    @property
    def probing(self) -> bool:
        """Whether this is a probe."""
        return self.start > 0 or self.stop is not None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work."""

    key: str  # see shard.work_key; "" = never reuse
    function: str  # "galley.engine.segment:perform"
    payload: dict[str, Any]  # plain data
    size: int  # elements, for bisection
    bytes: int  # estimate of memory, for the bounded queue
    slice: Slice = Slice()


def perform(job: Job, desk: Desk, objects: Objects) -> WorkResult:
    """Do a job unless its result exists; in a worker process or, for tests, anywhere."""
    if job.key and not job.slice.probing:
        done = load_result(objects, desk.blobs, job.key)
        if done is not None:
            return done
    module, _, name = job.function.partition(":")
    invariant(module.startswith("galley."), "jobs call Galley's own functions", function=job.function)
    function: Perform = getattr(importlib.import_module(module), name)
    result = function(job.payload, job.slice, desk)
    if job.key and not job.slice.probing:
        save_result(objects, result)
    return result
