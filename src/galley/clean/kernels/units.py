"""Text as a stream of hashed units: words where a script writes spaces, single characters where it does not."""

import numpy as np

from galley.clean.kernels.arrays import Bytes, Hashes, Lengths, Offsets, Points
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.letters import SINGLE, WORD
from galley.clean.kernels.mixing import SEED, absorb, finish
from galley.clean.kernels.utf8 import decode, width

__all__ = ["hash_units", "most_units"]

_FOLDED = (1 << 24) - 1


@kernel
def most_units(offsets: Offsets) -> int:
    """An upper bound of the units in any one text of a column: scratch arrays of this length always suffice."""
    longest = 0
    for row in range(len(offsets) - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    return longest // 2 + 1  # a one-byte word needs a separator; a single character takes two bytes or more


@kernel
def hash_units(data: Bytes, start: int, end: int, table: Points, hashes: Hashes, lengths: Lengths) -> int:
    """Write the hash and length (characters; 0 marks a single) of each unit of one text; how many there are.

    Units are compared lower-case and half-width (`letters.unit_table`); punctuation and white space only separate.
    """
    count = 0
    state = SEED
    size = 0  # characters of the word so far
    at = start
    while at < end:
        byte = int(data[at])
        if byte < 0x80:
            entry = int(table[byte])
            at += 1
        else:
            point = decode(data, at, end)
            at += width(data, at, end)
            entry = int(table[point]) if point < len(table) else 0
        if entry & WORD:
            state = absorb(state, np.uint64(entry & _FOLDED))
            size += 1
            continue
        if size:
            hashes[count], lengths[count] = finish(state), size
            count += 1
            state, size = SEED, 0
        if entry & SINGLE:
            hashes[count], lengths[count] = finish(absorb(SEED, np.uint64(entry & _FOLDED))), 0
            count += 1
    if size:
        hashes[count], lengths[count] = finish(state), size
        count += 1
    return count
