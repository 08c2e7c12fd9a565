"""Which of many 64-bit hashes are near one another, and which of those pairs hold: linked into groups, never all pairs."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from galley.clean.kernels.jit import kernel

__all__ = ["Linker", "group_alike"]

_RUN_MAX: Final = 1024
"""Hashes agreeing on one band above which the other bits are banded again instead of comparing all pairs."""

_DEPTH_MAX: Final = 4

Ints = npt.NDArray[np.int64]


@kernel
def _root(parent: Any, item: int) -> int:
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = parent[item]
    return item


@kernel
def _near(one: Any, other: Any, most: int) -> bool:
    different = one ^ other
    count = 0
    while different != np.uint64(0):
        different &= different - np.uint64(1)
        count += 1
        if count > most:
            return False
    return True


@kernel
def _alike(signatures: Any, sizes: Any, one: int, other: int, tolerance: int, shift_max: int) -> bool:
    across = sizes[one, 0] * sizes[other, 1]
    down = sizes[other, 0] * sizes[one, 1]
    if 100 * abs(across - down) > 3 * max(across, down):
        return False
    length = signatures.shape[1]
    shift: Any = 0
    if shift_max > 0:
        total: Any = 0
        for place in range(length):
            total += np.int64(signatures[one, place]) - np.int64(signatures[other, place])
        shift = (2 * total + length) // (2 * length)  # rounded half up
        if abs(shift) > shift_max:
            return False
    for place in range(length):
        if abs(np.int64(signatures[one, place]) - np.int64(signatures[other, place]) - shift) > tolerance:
            return False
    return True


@kernel
def _link_equal(starts: Any, signatures: Any, sizes: Any, tolerance: int, shift_max: int, parent: Any) -> Any:
    """Among items with the same hash, link each to the first leader it is like; what is like none becomes a leader."""
    leader = np.zeros(len(signatures), dtype=np.bool_)
    leaders = np.empty(len(signatures), dtype=np.int64)
    for run in range(len(starts) - 1):
        count = 0
        for item in range(starts[run], starts[run + 1]):
            joined = False
            for place in range(count):
                if _alike(signatures, sizes, item, leaders[place], tolerance, shift_max):
                    parent[_root(parent, item)] = _root(parent, leaders[place])
                    joined = True
                    break
            if not joined:
                leader[item] = True
                leaders[count] = item
                count += 1
    return leader


@kernel
def _link_runs(members: Any, runs: Any, known: Any, looks: Any, rules: Any, parent: Any) -> int:
    """Compare all pairs of hashes inside each run of `members`, link the leaders that are alike, and count the pairs."""
    compared = 0
    hashes, starts, leader = known
    signatures, sizes = looks
    distance, tolerance, shift_max = rules
    for run in range(len(runs)):
        for first in range(runs[run, 0], runs[run, 1]):
            one = members[first]
            compared += runs[run, 1] - first - 1
            for second in range(first + 1, runs[run, 1]):
                other = members[second]
                if not _near(hashes[one], hashes[other], distance):
                    continue
                for left in range(starts[one], starts[one + 1]):
                    if not leader[left]:
                        continue
                    for right in range(starts[other], starts[other + 1]):
                        if (
                            leader[right]
                            and _root(parent, left) != _root(parent, right)
                            and _alike(signatures, sizes, left, right, tolerance, shift_max)
                        ):
                            parent[_root(parent, left)] = _root(parent, right)
    return compared


class Linker:
    """The items of one pool, sorted by hash, and the groups found so far."""

    def __init__(self, hashes: npt.NDArray[np.uint64], looks: tuple[Any, Any], rules: tuple[int, int, int]) -> None:
        self.distinct, first = np.unique(hashes, return_index=True)
        starts = np.append(first, len(hashes)).astype(np.int64)
        self.parent = np.arange(len(hashes), dtype=np.int64)
        self.looks, self.rules, self.distance = looks, rules, rules[0]
        leader = _link_equal(starts, *looks, *rules[1:], self.parent)
        self.known = (self.distinct, starts, leader)
        self.compared = 0  # pairs of hashes, the cost of the search

    def search(self) -> None:
        """Link all alike pairs of different hashes."""
        self._band(np.arange(len(self.distinct), dtype=np.int64), np.arange(64), 0)

    def _band(self, members: Ints, bits: Ints, depth: int) -> None:
        """Link near hashes among `members`, which agree outside `bits`: by pigeonhole, two hashes within `distance`
        agree on at least one of distance + 1 bands."""
        for part in np.array_split(bits, self.distance + 1):
            mask = np.bitwise_or.reduce(np.uint64(1) << part.astype(np.uint64), initial=np.uint64(0))
            keys = self.distinct[members] & mask
            order = np.argsort(keys, kind="stable")
            ranked, inside = keys[order], members[order]
            edges = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1], [True])))
            runs = np.stack([edges[:-1], edges[1:]], axis=1).astype(np.int64)
            lengths = runs[:, 1] - runs[:, 0]
            rest = np.setdiff1d(bits, part)
            deeper = depth < _DEPTH_MAX and len(rest) > 2 * (self.distance + 1)
            large = (lengths > _RUN_MAX) & deeper
            small = runs[(lengths > 1) & ~large]
            self.compared += _link_runs(inside, small, self.known, self.looks, self.rules, self.parent)
            for begin, end in runs[large]:
                self._band(inside[begin:end], rest, depth + 1)


def group_alike(
    hashes: npt.NDArray[np.uint64],
    signatures: npt.NDArray[np.uint8],
    sizes: Ints,
    *,
    distance: int,
    tolerance: int,
    shift_max: int,
) -> Ints:
    """The group of each item: two items share a group when a chain of alike pairs joins them.

    Items are sorted by hash; `signatures` is n x length, `sizes` n x 2. A pair is alike when the hashes differ in at most
    `distance` bits, the aspect ratios by at most 3 %, and every value of the signatures, after taking off their mean
    difference of at most `shift_max` (0: not taken off), by at most `tolerance`. Items with the very same hash are
    compared with the first of each kind only.
    """
    if len(hashes) == 0:
        return np.zeros(0, dtype=np.int64)
    linker = Linker(hashes, (signatures, sizes), (distance, tolerance, shift_max))
    linker.search()
    return np.array([_root(linker.parent, item) for item in range(len(hashes))], dtype=np.int64)
