"""Merkle tree hashing of RFC 6962 section 2.1, pure: roots, proofs made and proofs verified.

A proof is first a list of leaf ranges (`inclusion_ranges`, `consistency_ranges`); whoever holds the nodes turns ranges
into hashes with `range_hash`. Memory (`inclusion_proof`) and the ledger's tiles share that one definition.
"""

import hashlib
from collections.abc import Callable, Sequence

__all__ = [
    "EMPTY_ROOT",
    "Frontier",
    "consistency_proof",
    "consistency_ranges",
    "inclusion_proof",
    "inclusion_ranges",
    "leaf_hash",
    "node_hash",
    "perfect_subtrees",
    "range_hash",
    "root_from_inclusion",
    "root_of_hashes",
    "tree_root",
    "verify_consistency",
    "verify_inclusion",
]

EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeAt = Callable[[int, int], bytes]
"""(height, index) to the hash of the perfect subtree over leaves [index * 2**height, (index + 1) * 2**height)."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(entries: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of a list of entries."""
    return root_of_hashes([leaf_hash(entry) for entry in entries])


def root_of_hashes(hashes: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes; level by level, so a million leaves cost a million hashes and no recursion.

    An odd node is carried up unchanged, which is the same tree as RFC 6962's split at the largest power of two.
    """
    if not hashes:
        return EMPTY_ROOT
    level = list(hashes)
    while len(level) > 1:
        paired = [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


# --- A growing tree ----------------------------------------------------------------------------------------------


class Frontier:
    """The right edge of a growing tree: one hash for each set bit of its size, so O(log n) memory for n leaves."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """`peaks` are the hashes of `perfect_subtrees(0, size)`, left to right."""
        if len(peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(peaks)}")
        self.size = size
        self.peaks = list(peaks)

    def push(self, leaf: bytes) -> list[bytes]:
        """Append one leaf hash; the perfect subtrees it completes, by height from 0 (the leaf itself) upwards."""
        completed = [leaf]
        node = leaf
        carry = self.size
        while carry & 1:
            node = node_hash(self.peaks.pop(), node)
            completed.append(node)
            carry >>= 1
        self.peaks.append(node)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The Merkle tree hash of the leaves pushed so far."""
        return _fold(self.peaks) if self.peaks else EMPTY_ROOT

    def copy(self) -> "Frontier":
        """An independent copy."""
        return Frontier(self.size, self.peaks)


# --- Proofs as ranges of leaves ----------------------------------------------------------------------------------


def perfect_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The perfect subtrees (height, index) that make up leaves [start, end), left to right.

    `start` must be a multiple of the largest power of two that fits in the range, as in every range of a proof.
    """
    subtrees = []
    while start < end:
        height = (end - start).bit_length() - 1
        if start & ((1 << height) - 1):
            raise ValueError(f"[{start}, {end}) is not a subtree of an RFC 6962 tree")
        subtrees.append((height, start >> height))
        start += 1 << height
    return subtrees


def range_hash(start: int, end: int, node_at: NodeAt) -> bytes:
    """The Merkle tree hash of leaves [start, end), end > start, from perfect subtree hashes."""
    return _fold([node_at(height, index) for height, index in perfect_subtrees(start, end)])


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees whose hashes prove leaf `index` in a tree of `size`, from the leaf's sibling up (RFC 6962 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    ranges.reverse()
    return ranges


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The subtrees whose hashes prove that the tree of `new` leaves extends the tree of `old` (RFC 6962 2.1.2).

    Empty for equal sizes and for old = 0, where there is nothing to prove.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot extend a tree of {old}")
    if old in (0, new):
        return []
    ranges: list[tuple[int, int]] = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # the old tree is not itself a subtree of the new one: its last part must be told
        ranges.append((start, end))
    ranges.reverse()
    return ranges


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index` among all leaf hashes, from the leaf's sibling up."""
    return [root_of_hashes(hashes[start:end]) for start, end in inclusion_ranges(index, len(hashes))]


def consistency_proof(hashes: Sequence[bytes], old: int) -> list[bytes]:
    """The proof that the tree over `hashes` extends the tree over its first `old`."""
    return [root_of_hashes(hashes[start:end]) for start, end in consistency_ranges(old, len(hashes))]


# --- Verification (RFC 9162 sections 2.1.3.2 and 2.1.4.2) --------------------------------------------------------


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to from a leaf hash; None when the path has the wrong length for the tree."""
    if not 0 <= index < size:
        return None
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        place >>= 1
        last >>= 1
    return node if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, *, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the audit path proves that `leaf` (a leaf hash) stands at `index` in the tree of `size` with `root`."""
    return root_from_inclusion(leaf, index, size, proof) == root


def verify_consistency(old: int, new: int, *, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the proof shows that the tree (new, new_root) extends the tree (old, old_root)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)  # a perfect old tree is its own first node
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    from_old = from_new = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            from_old, from_new = node_hash(node, from_old), node_hash(node, from_new)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            from_new = node_hash(from_new, node)
        place >>= 1
        last >>= 1
    return last == 0 and from_old == old_root and from_new == new_root


def _split(count: int) -> int:
    """The largest power of two smaller than count (count > 1)."""
    return 1 << ((count - 1).bit_length() - 1)


def _fold(peaks: Sequence[bytes]) -> bytes:
    """The hash over perfect subtrees of falling height, left to right; at least one."""
    node = peaks[-1]
    for peak in reversed(peaks[:-1]):
        node = node_hash(peak, node)
    return node
