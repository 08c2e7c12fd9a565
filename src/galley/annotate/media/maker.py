"""The other end of the makers' process: asks, waits within bounds, and starts a new one when one has died."""

import contextlib
import os
import select
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

import msgspec

from galley.annotate.media.bounded import Answer, Request
from galley.annotate.media.errors import MediaMakerError
from galley.annotate.media.model import problem_of

__all__ = ["MAKE_SECONDS", "Maker"]

MAKE_SECONDS: Final = 900.0
_CLOSE_SECONDS: Final = 5.0
_COMMAND: Final = ("-m", "galley.annotate.media.bounded")
_KEPT: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "TMPDIR", "SYSTEMROOT")


class Maker:
    """One process that makes, one thing at a time; it ends by itself when nobody asks for a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.started = 0

    def make(self, request: Request, seconds: float = MAKE_SECONDS) -> Answer:
        """Have something made; a process that dies or takes too long is a problem of the file."""
        with self._lock:
            return self._made(request, seconds)

    def try_make(self, request: Request, seconds: float) -> Answer | None:
        """Have something small made now; None when the process is busy, or it takes longer."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            made = self._made(request, seconds)
            return None if made.problem is not None and made.problem.code == MediaMakerError.code else made
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _made(self, request: Request, seconds: float) -> Answer:
        line = msgspec.json.encode(request) + b"\n"
        for _ in range(2):  # one that ended because it was idle is found out by writing to it
            process = self._running()
            if process.stdin is None or process.stdout is None:
                break
            try:
                process.stdin.write(line)
                process.stdin.flush()
            except BrokenPipeError:
                self._end()
                continue
            if not select.select([process.stdout], [], [], seconds)[0]:
                self._end()
                return Answer(problem=problem_of(MediaMakerError(detail=f"{seconds:.0f} s")))
            told = process.stdout.readline()
            if told:
                return msgspec.json.decode(told, type=Answer)
            code = process.wait()
            self._end()
            if code:
                return Answer(problem=problem_of(MediaMakerError(detail=f"exit {code}")))
        return Answer(problem=problem_of(MediaMakerError(detail="no process")))

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            known = {name: os.environ[name] for name in _KEPT if name in os.environ}
            self._process = subprocess.Popen(
                [sys.executable, *_COMMAND],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=known | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                cwd=Path("/"),
            )
            self.started += 1
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_CLOSE_SECONDS)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
