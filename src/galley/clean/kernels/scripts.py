"""Evidence for the language of a text: letters of each script, and frequent words and letters of each language."""

import numpy as np

from galley.clean.kernels.arrays import Bytes, Hashes, Offsets, Points
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.letters import WORD
from galley.clean.kernels.mixing import SEED, absorb, finish
from galley.clean.kernels.utf8 import decode, width

__all__ = ["WHOLE", "count_scripts", "hash_word", "score_languages"]

WHOLE = 2520
"""What one word or letter counts; divided among the languages that share it (2520 = lcm of 1 to 10)."""

_FOLDED = (1 << 24) - 1


def hash_word(word: str) -> int:
    """The hash by which `score_languages` looks a lower-case word up."""
    state = SEED
    for char in word:
        state = np.uint64(absorb(state, np.uint64(ord(char))))  # numba hands back plain integers
    return int(finish(state))


@kernel
def count_scripts(data: Bytes, offsets: Offsets, table: Bytes, out: Offsets) -> None:
    """out[i, s] = how many letters of text i are of script s (0: of none)."""
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        while at < end:
            byte = int(data[at])
            if byte < 0x80:
                out[row, table[byte]] += 1
                at += 1
            else:
                point = decode(data, at, end)
                at += width(data, at, end)
                out[row, table[point] if point < len(table) else 0] += 1


@kernel
def _give(out: Offsets, mask: np.uint64) -> None:
    shared = 0
    rest = mask
    while rest:
        rest &= rest - np.uint64(1)
        shared += 1
    part = WHOLE // max(shared, 1)
    for language in range(len(out)):
        if (mask >> np.uint64(language)) & np.uint64(1):
            out[language] += part


@kernel
def score_languages(
    data: Bytes,
    offsets: Offsets,
    table: Points,
    words: tuple[Hashes, Hashes],
    letters: Hashes,
    out: Offsets,
) -> None:
    """out[i, l] = the evidence for language l in text i. `words` is a hash table (keys, bit sets of languages; its size
    a power of two, 0 = free), `letters` maps code points to bit sets."""
    keys, masks = words
    last = len(keys) - 1
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        state = SEED
        inside = False
        while at <= end:
            entry = 0
            if at < end:
                point = decode(data, at, end)
                at += width(data, at, end)
                entry = int(table[point]) if point < len(table) else 0
                folded = entry & _FOLDED
                if folded >= 0x80 and folded < len(letters) and letters[folded]:
                    _give(out[row], letters[folded])
            else:
                at += 1
            if entry & WORD:
                state = absorb(state, np.uint64(entry & _FOLDED))
                inside = True
            elif inside:
                key = finish(state)
                slot = np.int64(key & np.uint64(last))
                while keys[slot] != 0 and keys[slot] != key:
                    slot = (slot + 1) & last
                if keys[slot] == key:
                    _give(out[row], masks[slot])
                state, inside = SEED, False
