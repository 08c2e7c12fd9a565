"""Finds records with equal contents: 128-bit digests in flat arrays, 24 bytes a record, 42 during the one sort at the end."""

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
        """What is there twice."""
        order = np.argsort(self._high[: self.added], kind="stable")  # stable: equal contents stay in the order added
        same = _twins(self._high, order)
        if not np.all(_twins(self._low, order)[same]):
            # Two different contents share 64 bits (once in 10^5 versions of 10^7 records): the slower, exact sort.
            order = np.lexsort((self._low[: self.added], self._high[: self.added]))
            same = _twins(self._high, order) & _twins(self._low, order)
        again = np.flatnonzero(same) + 1
        # Runs of equal contents begin where nothing is the same; the last beginning before a repeat is its first.
        starts = np.flatnonzero(~np.concatenate((np.zeros(min(self.added, 1), dtype=bool), same)))
        first = starts[np.searchsorted(starts, again, side="right") - 1]
        differs = self._label[order[again]] != self._label[order[first]]
        return Repeats(np.sort(order[again]), np.sort(order[again[differs]]))


def _twins(column: npt.NDArray[np.uint64], order: Places) -> npt.NDArray[np.bool_]:
    """Whether each but the first has the value of the one before it, in that order."""
    sorted_ = column[order]
    return np.asarray(sorted_[1:] == sorted_[:-1])
