"""Faults on purpose: ports that refuse, lose the answer of, or die at chosen writes, the same ones for the same seed.

    faults = Faults.at(3, how="lost_answer")
    desk = faulty_desk(desk, faults)          # the third write is stored, and its answer never arrives

To try every write of a job: run it once with `Faults.never()`, read `faults.writes`, then strike 1, 2, … in turn. Where
power goes in the middle of a write to disk, see `testing.power`.
"""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO, Literal, TypeVar

from galley.kernel.draw import unit_interval
from galley.kernel.errors import TransientError
from galley.kernel.language import Text
from galley.kernel.ports import Blobs, Desk, Objects

__all__ = ["FaultError", "Faults", "FaultyBlobs", "FaultyObjects", "How", "faulty_desk"]

T = TypeVar("T")

How = Literal["refused", "lost_answer", "disk_full", "killed", "killed_after"]


class FaultError(TransientError):
    """A write that failed on purpose."""

    code = "GLY-TST-010"
    text = Text("Write {write} failed on purpose ({how}).", "第 {write} 次写入被故意中断（{how}）。")
    hint = Text("This is a test of the retry; do it again.", "这是重试测试，请再试一次。")


class Faults:
    """Counts writes, over all the ports that share it, and strikes at those that `strikes` names (counted from 1).

    `refused`: nothing is written, FaultError. `lost_answer`: it is written, FaultError all the same; only an idempotent
    caller survives it. `disk_full`: nothing is written, OSError ENOSPC. `killed`, `killed_after`: SIGKILL to this very
    process, before or after the write.
    """

    def __init__(self, strikes: Callable[[int], bool], how: How = "refused") -> None:
        self.writes = 0
        self.struck = 0
        self._strikes = strikes
        self._how = how

    @classmethod
    def never(cls) -> "Faults":
        """Only counts."""
        return cls(lambda _: False)

    @classmethod
    def at(cls, *writes: int, how: How = "refused") -> "Faults":
        """Strikes at these writes."""
        return cls(frozenset(writes).__contains__, how)

    @classmethod
    def seeded(cls, seed: bytes, rate: float, how: How = "refused") -> "Faults":
        """Strikes at a share of the writes that only the seed decides."""
        return cls(lambda write: unit_interval(seed, f"fault/{write}") < rate, how)

    def around(self, write: Callable[[], T]) -> T:
        """Do one write, or what this fault makes of it."""
        self.writes += 1
        if not self._strikes(self.writes):
            return write()
        self.struck += 1
        if self._how in ("lost_answer", "killed_after"):
            write()
        if self._how in ("killed", "killed_after"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self._how == "disk_full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise FaultError(write=self.writes, how=self._how)


class FaultyBlobs:
    """Blobs whose writes go through faults; reads are untouched."""

    def __init__(self, below: Blobs, faults: Faults) -> None:
        self._below = below
        self._faults = faults

    def put(self, data: bytes) -> str:
        return self._faults.around(lambda: self._below.put(data))

    def put_stream(self, chunks: Iterator[bytes], limit_bytes: int) -> tuple[str, int]:
        return self._faults.around(lambda: self._below.put_stream(chunks, limit_bytes))

    def get(self, sha256: str) -> bytes:
        return self._below.get(sha256)

    def open(self, sha256: str) -> BinaryIO:
        return self._below.open(sha256)

    def has(self, sha256: str) -> bool:
        return self._below.has(sha256)

    def size(self, sha256: str) -> int:
        return self._below.size(sha256)

    def flush(self) -> None:
        """Counts as a write: it is what makes the others durable."""
        self._faults.around(self._below.flush)


class FaultyObjects:
    """Objects whose writes go through faults; reads are untouched."""

    def __init__(self, below: Objects, faults: Faults) -> None:
        self._below = below
        self._faults = faults

    def get(self, name: str) -> bytes | None:
        return self._below.get(name)

    def put_if_absent(self, name: str, data: bytes) -> bool:
        return self._faults.around(lambda: self._below.put_if_absent(name, data))

    def names(self, prefix: str) -> Iterator[str]:
        return self._below.names(prefix)


def faulty_desk(desk: Desk, faults: Faults) -> Desk:
    """The same desk, with faults under its blobs."""
    return replace(desk, blobs=FaultyBlobs(desk.blobs, faults))
