"""Files of levels: bins of fixed size, each level coarser than the one before, written as a stream.

A level is kept in a file of its own until the end, so that memory does not depend on the length of a recording.
"""

import shutil
import struct
import tempfile
from pathlib import Path
from typing import IO, Any, Final, Protocol

import numpy as np
import numpy.typing as npt

__all__ = ["FACTOR", "Bins", "Merge", "Pyramid"]

Bins = npt.NDArray[Any]
FACTOR: Final = 4
_LEVELS_MAX: Final = 8
_ENOUGH_BINS: Final = 2048
"""The coarsest level kept is the first with no more bins than this: about the width of a screen."""
_ENTRY: Final = struct.Struct("<IIQQ")


class Merge(Protocol):
    """Bins of shape (n, FACTOR or fewer, …) as n coarser ones."""

    def __call__(self, bins: Bins) -> Bins:
        """Merge along the second axis."""
        ...


class Pyramid:
    """Levels growing from the finest; `add` bins of it, then `write` all of them."""

    def __init__(self, folder: Path, merge: Merge) -> None:
        self._merge = merge
        self._files: list[IO[bytes]] = [
            tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - they live as long as the pyramid
            for _ in range(_LEVELS_MAX)
        ]
        self._counts = [0] * _LEVELS_MAX
        self._rests: list[Bins | None] = [None] * _LEVELS_MAX

    def add(self, bins: Bins, level: int = 0) -> None:
        """Append bins to a level, and what follows from them to the coarser ones."""
        while len(bins) and level < _LEVELS_MAX:
            self._files[level].write(np.ascontiguousarray(bins).tobytes())
            self._counts[level] += len(bins)
            rest = self._rests[level]
            held = bins if rest is None else np.concatenate([rest, bins])
            whole = len(held) // FACTOR
            self._rests[level] = held[whole * FACTOR :].copy()
            bins = self._merge(held[: whole * FACTOR].reshape(whole, FACTOR, *held.shape[1:]))
            level += 1

    def write(self, target: Path, head: bytes, *, finest: int, bin_bytes: int) -> int:
        """All levels as one file behind a head; `finest` is what one bin of the finest level spans. How many levels."""
        for level in range(_LEVELS_MAX - 1):
            rest = self._rests[level]
            if rest is not None and len(rest):
                self._rests[level] = None
                self.add(self._merge(rest[None]), level + 1)
        kept = next((n + 1 for n, count in enumerate(self._counts) if count <= _ENOUGH_BINS), _LEVELS_MAX)
        place = len(head) + kept * _ENTRY.size
        with target.open("wb") as out:
            out.write(head)
            for level in range(kept):
                out.write(_ENTRY.pack(finest * FACTOR**level, 0, self._counts[level], place))
                place += self._counts[level] * bin_bytes
            for level in range(kept):
                self._files[level].seek(0)
                shutil.copyfileobj(self._files[level], out, 1024 * 1024)
        return kept

    def close(self) -> None:
        """Forget the levels."""
        for file in self._files:
            file.close()
