"""Finds records with equal contents: 128-bit digests in flat arrays, 24 bytes a record, and one sort at the end."""

import numpy as np
import numpy.typing as npt

__all__ = ["Contents", "Repeats"]

Places = npt.NDArray[np.int64]


class Repeats:
    """Places (in the order added) of what an earlier place has, and of those whose label differs from its."""

    def __init__(self, repeated: Places, relabelled: Places) -> None:
        self.repeated = repeated
        self.relabelled = relabelled


class Contents:
    """Digests of contents and labels, in the order added; `rows` bounds how many there can be."""

    def __init__(self, rows: int) -> None:
        self._high = np.empty(rows, dtype=np.uint64)
        self._low = np.empty(rows, dtype=np.uint64)
        self._label = np.empty(rows, dtype=np.uint64)
        self.added = 0

    def add(self, contents: list[bytes], labels: list[bytes]) -> None:
        """Add records: 16 bytes of content digest and 8 of label digest each."""
        end = self.added + len(contents)
        pairs = np.frombuffer(b"".join(contents), dtype="<u8").reshape(-1, 2)
        self._high[self.added : end], self._low[self.added : end] = pairs[:, 0], pairs[:, 1]
        self._label[self.added : end] = np.frombuffer(b"".join(labels), dtype="<u8")
        self.added = end

    def repeats(self) -> Repeats:
        """What is there twice; sorts in place, so it can be asked once."""
        high, low, label = (column[: self.added] for column in (self._high, self._low, self._label))
        order = np.argsort(high, kind="stable")  # stable: equal contents stay in the order added
        same = high[order[1:]] == high[order[:-1]]
        if not np.array_equal(low[order[1:]][same], low[order[:-1]][same]):
            # Two different contents share 64 bits (once in 10^6 versions of 10^7 records): the slower, exact sort.
            order = np.lexsort((low, high))
            same = (high[order[1:]] == high[order[:-1]]) & (low[order[1:]] == low[order[:-1]])
        again = np.flatnonzero(same) + 1
        # The first of each run of equal contents: walk back over the run in one pass.
        starts = np.flatnonzero(np.concatenate(([True], ~same))) if self.added else np.empty(0, dtype=np.int64)
        first = starts[np.searchsorted(starts, again, side="right") - 1]
        differs = label[order[again]] != label[order[first]]
        return Repeats(np.sort(order[again]), np.sort(order[again[differs]]))
