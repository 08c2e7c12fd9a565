"""MinHash signatures, and the clusters of records whose signatures agree, without comparing all with all."""

import numpy as np

from galley.clean.kernels.arrays import Bytes, Codes, Hashes, Mask, Offsets, Points
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.mixing import SEED, absorb, finish
from galley.clean.kernels.units import hash_units, most_units

__all__ = ["band_keys", "count_equal", "equal_values", "link", "permutations", "sign"]

_TOP = np.uint32(0xFFFFFFFF)


def permutations(count: int) -> tuple[Points, Points]:
    """The fixed permutations x -> a x + b (mod 2**32), a odd; the first k of them are the same for every count."""
    draws = np.zeros(2 * count, dtype=np.uint64)
    state = int(SEED)
    for place in range(2 * count):
        state = (state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        draws[place] = finish(np.uint64(state))
    high = (draws >> np.uint64(32)).astype(np.uint32)
    return high[0::2] | np.uint32(1), high[1::2].copy()


@kernel
def _shingle(hashes: Hashes, first: int, last: int) -> np.uint32:
    state = SEED
    for place in range(first, last + 1):
        state = absorb(state, hashes[place])
        state ^= state >> np.uint64(32)
    return np.uint32(finish(state) >> np.uint64(32))


@kernel
def _lower(least: Points, value: np.uint32, multipliers: Points, increments: Points) -> None:
    for place in range(len(least)):
        image = np.uint32(multipliers[place] * value + increments[place])
        least[place] = min(image, least[place])


@kernel
def sign(
    data: Bytes,
    offsets: Offsets,
    table: Points,
    sizes: tuple[int, int],
    functions: tuple[Points, Points],
    out: tuple[Codes, Mask],
) -> None:
    """out[0][i] = the low 16 bits of the minimum of each permutation over the shingles of text i, where out[1][i].

    A shingle is the last `sizes[0]` units that end in a word, or the last `sizes[1]` that end in a single character.
    A text with fewer units is one shingle; one without units is not signed.
    """
    multipliers, increments = functions
    signatures, signed = out
    room = most_units(offsets)
    hashes = np.empty(room, dtype=np.uint64)
    lengths = np.empty(room, dtype=np.int32)
    least = np.empty(len(multipliers), dtype=np.uint32)
    for row in range(len(offsets) - 1):
        units = hash_units(data, offsets[row], offsets[row + 1], table, hashes, lengths)
        signed[row] = units > 0
        if units == 0:
            continue
        least[:] = _TOP
        none = True
        for last in range(units):
            size = sizes[0] if lengths[last] else sizes[1]
            if last + 1 >= size:
                _lower(least, _shingle(hashes, last + 1 - size, last), multipliers, increments)
                none = False
        if none:
            _lower(least, _shingle(hashes, 0, units - 1), multipliers, increments)
        for place in range(len(least)):
            signatures[row, place] = least[place] & np.uint32(0xFFFF)


@kernel
def band_keys(signatures: Codes, first: int, last: int, keys: Hashes) -> None:
    """keys[i] = a hash of signatures[i, first:last]."""
    for row in range(len(signatures)):
        state = SEED
        for place in range(first, last):
            state = absorb(state, np.uint64(signatures[row, place]))
            state ^= state >> np.uint64(32)
        keys[row] = finish(state)


@kernel
def equal_values(one: Codes, other: Codes) -> int:
    """In how many permutations two signatures agree."""
    equal = 0
    for place in range(len(one)):
        equal += one[place] == other[place]
    return equal


@kernel
def count_equal(signatures: Codes, partners: Offsets, out: Offsets) -> None:
    """out[i] = in how many permutations record i agrees with partners[i]."""
    for row in range(len(signatures)):
        out[row] = equal_values(signatures[row], signatures[partners[row]])


@kernel
def _root(parents: Offsets, place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place


@kernel
def link(order: Offsets, keys: Hashes, signatures: Codes, parents: Offsets, needed: int, reach: int) -> None:
    """Join the clusters of records that share a key and agree in at least `needed` permutations.

    `order` lists records so that equal keys (`keys[order]`) are neighbours. Each is compared with at most `reach`
    records before it in its bucket, and never with one of its own cluster: a bucket of m costs O(m reach). The root of
    a cluster is its smallest place.
    """
    start = 0
    for spot in range(len(order)):
        record = order[spot]
        if keys[record] != keys[order[start]]:
            start = spot
        for back in range(spot - 1, max(start, spot - reach) - 1, -1):
            mine, others = _root(parents, record), _root(parents, order[back])
            if mine != others and equal_values(signatures[record], signatures[order[back]]) >= needed:
                parents[max(mine, others)] = min(mine, others)
    for place in range(len(parents)):
        parents[place] = _root(parents, place)
