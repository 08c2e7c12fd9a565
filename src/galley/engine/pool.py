"""The local executor: worker processes, a queue bounded by bytes, and bisection of jobs that kill their worker.

Processes are spawned, never forked: the database driver and the object store run threads, and a fork would copy their
locks in whatever state they are. A worker that dies (killed, out of memory, a crash in a C library) costs nothing but
its job's time: results are stored before they are reported, and the job is given to a new worker.
"""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

import msgspec

from galley.engine.job import Job, Slice
from galley.engine.shard import WorkResult
from galley.engine.worker import Bench, Failure, serve
from galley.kernel.errors import BugError, StateError
from galley.kernel.language import Text
from galley.kernel.limits import BATCH_BYTES_IN_FLIGHT_MAX, WORKER_DEATHS_MAX

__all__ = ["JobBrokeError", "Pool", "WorkersDyingError"]


class JobBrokeError(BugError):
    """A job raised something that is not a Galley error."""

    code = "GLY-ENG-020"
    text = Text("A worker failed while doing {function}:\n{trace}", "工作进程执行 {function} 时失败：\n{trace}")
    hint = Text(
        "This is a bug; what was done is kept, and the same command continues from it.",
        "这是缺陷；已完成的部分会保留，重新执行同一命令即可继续。",
    )


class WorkersDyingError(StateError):
    """Workers die although no single record is to blame."""

    code = "GLY-ENG-021"
    text = Text(
        "Workers were killed {deaths} times on the same work ({function}), though each part of it succeeds alone.",
        "处理同一任务（{function}）的工作进程被终止 {deaths} 次，但逐条处理均可成功。",
    )
    hint = Text(
        "Usually memory: try --workers 1 or a smaller `engine.shard_rows`. Completed shards are kept.",
        "通常是内存不足：请尝试 --workers 1 或减小 `engine.shard_rows`。已完成的分片会保留。",
    )


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    pipe: Connection
    job: Job | None = None


@dataclass(eq=False)
class _Desk:
    """What is waiting, and how often each job's worker died."""

    waiting: deque[Job] = field(default_factory=deque)
    deaths: dict[int, int] = field(default_factory=dict)
    in_flight_bytes: int = 0


class Pool:
    """A fixed number of worker processes; a context manager. Results come in the order they are ready."""

    def __init__(self, workers: int, bench: Bench, *, bytes_in_flight_max: int = BATCH_BYTES_IN_FLIGHT_MAX) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._bench = bench
        self._size = max(1, workers)
        self._bytes_max = bytes_in_flight_max
        self._workers: list[_Worker] = []
        self.deaths = 0  # of workers, over the pool's life

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            if kind is not None:
                worker.process.kill()
            worker.process.join()
        self._workers.clear()

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, WorkResult]]:
        """Do all jobs; yields each with its result. The first job that raises stops everything and raises here."""
        source = iter(jobs)
        desk = _Desk()
        exhausted = False
        while True:
            while not exhausted and len(desk.waiting) < self._size:
                following = next(source, None)
                exhausted = following is None
                if following is not None:
                    desk.waiting.append(following)
            self._hand_out(desk)
            busy = [worker for worker in self._workers if worker.job is not None]
            if not busy:
                if exhausted and not desk.waiting:
                    return
                continue
            for worker in self._ready(busy):
                done = self._collect(worker, desk)
                if done is not None:
                    yield done

    def _hand_out(self, desk: _Desk) -> None:
        while desk.waiting:
            idle = self._idle()
            job = desk.waiting[0]
            # One job always goes, however large; beyond it the bytes in flight are bounded.
            if idle is None or (desk.in_flight_bytes and desk.in_flight_bytes + job.bytes > self._bytes_max):
                return
            desk.waiting.popleft()
            desk.in_flight_bytes += job.bytes
            idle.job = job
            idle.pipe.send(job)

    def _idle(self) -> _Worker | None:
        for worker in self._workers:
            if worker.job is None and worker.process.is_alive():
                return worker
        self._workers = [worker for worker in self._workers if worker.process.is_alive() or worker.job is not None]
        return self._start() if len(self._workers) < self._size else None

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self._bench), daemon=True, name="galley-worker")
        process.start()
        theirs.close()
        worker = _Worker(process=process, pipe=ours)
        self._workers.append(worker)
        return worker

    def _ready(self, busy: list[_Worker]) -> list[_Worker]:
        signals = wait([*(worker.pipe for worker in busy), *(worker.process.sentinel for worker in busy)])
        return [worker for worker in busy if worker.pipe in signals or worker.process.sentinel in signals]

    def _collect(self, worker: _Worker, desk: _Desk) -> tuple[Job, WorkResult] | None:
        job = worker.job
        if job is None:
            return None
        try:
            answer: WorkResult | Failure = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._bury(worker, desk, job)
            return self._after_death(job, desk)
        worker.job = None
        desk.in_flight_bytes -= job.bytes
        if isinstance(answer, Failure):
            raise answer.error or JobBrokeError(function=job.function, trace=answer.trace)
        return job, answer

    def _bury(self, worker: _Worker, desk: _Desk, job: Job) -> None:
        self.deaths += 1
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        desk.in_flight_bytes -= job.bytes
        desk.deaths[id(job)] = desk.deaths.get(id(job), 0) + 1

    def _after_death(self, job: Job, desk: _Desk) -> tuple[Job, WorkResult] | None:
        if desk.deaths[id(job)] <= WORKER_DEATHS_MAX:
            desk.waiting.appendleft(job)
            return None
        poison = self._find_poison(job, start=0, stop=job.size)
        if not poison:
            raise WorkersDyingError(deaths=desk.deaths[id(job)], function=job.function)
        cured = msgspec.structs.replace(job, slice=Slice(poison=tuple(poison)))
        answer = self._alone(cured)
        if answer is None:
            raise WorkersDyingError(deaths=desk.deaths[id(job)] + 1, function=job.function)
        return job, answer

    def _find_poison(self, job: Job, *, start: int, stop: int) -> list[int]:
        """The elements on which a worker dies, found by halving; each probe runs in a process that may die."""
        probe = msgspec.structs.replace(job, slice=Slice(start=start, stop=stop))
        if stop <= start or self._alone(probe) is not None:
            return []
        if stop - start == 1:
            return [start]
        middle = (start + stop) // 2
        return [*self._find_poison(job, start=start, stop=middle), *self._find_poison(job, start=middle, stop=stop)]

    def _alone(self, job: Job) -> WorkResult | None:
        """The result of one job in a fresh process, or None when the process died."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self._bench), daemon=True, name="galley-probe")
        process.start()
        theirs.close()
        try:
            ours.send(job)
            answer: WorkResult | Failure = ours.recv()
        except (EOFError, ConnectionResetError, BrokenPipeError):
            self.deaths += 1
            return None
        finally:
            ours.close()
            process.join()
        if isinstance(answer, Failure):
            raise answer.error or JobBrokeError(function=job.function, trace=answer.trace)
        return answer
