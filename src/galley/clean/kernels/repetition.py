"""How much of a text says the same again: lines, paragraphs and n-grams of units."""

import numpy as np

from galley.clean.kernels.arrays import Bytes, Floats, Hashes, Lengths, Offsets, Points
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.mixing import SEED, STEP, absorb, finish
from galley.clean.kernels.units import hash_units

__all__ = ["BYTES_MAX", "measure_ngrams", "measure_parts"]

BYTES_MAX = 8 << 20
"""A text is judged by its first 8 MiB, which bounds the scratch memory."""

_STAMP = np.uint64(0xFFFFF)  # low bits of a slot: the round that wrote it, so that the table is never cleared


@kernel
def _room(count: int) -> int:
    size = 16
    while size < 2 * count:
        size *= 2
    return size


@kernel
def _slot(slots: Hashes, size: int, key: np.uint64, stamp: np.uint64) -> int:
    """The slot of a key in this round, or the free slot where it belongs (its stamp is another round's)."""
    wanted = (key & ~_STAMP) | stamp
    at = np.int64(key >> np.uint64(32)) & (size - 1)
    while slots[at] != wanted and (slots[at] & _STAMP) == stamp:
        at = (at + 1) & (size - 1)
    return int(at)


@kernel
def _is_blank(byte: int) -> bool:
    return byte in (32, 9, 13)


@kernel
def measure_parts(data: Bytes, offsets: Offsets, out: Floats) -> None:
    """out[i] = for text i the share of repeated lines, of their bytes, of repeated paragraphs, of their bytes; and the lines.

    Blanks around a line and empty lines do not count; empty lines end a paragraph.
    """
    longest = 0
    for row in range(len(offsets) - 1):
        longest = max(longest, min(offsets[row + 1] - offsets[row], BYTES_MAX))
    slots = np.zeros(_room(longest + 2), dtype=np.uint64)
    stamp = np.uint64(0)
    for row in range(len(offsets) - 1):
        start = offsets[row]
        end = min(offsets[row + 1], start + BYTES_MAX)
        size = _room(end - start + 2)
        stamp += np.uint64(1)
        if stamp >= _STAMP - np.uint64(1):
            slots[:] = 0
            stamp = np.uint64(1)
        seen = np.zeros((2, 2, 2), dtype=np.int64)  # line or paragraph; all or repeated; parts or bytes
        paragraph, paragraph_size = SEED, 0
        at = start
        while at <= end:
            stop = at
            while stop < end and data[stop] != 10:
                stop += 1
            first, last = at, stop
            while first < last and _is_blank(data[first]):
                first += 1
            while last > first and _is_blank(data[last - 1]):
                last -= 1
            if last > first:
                state = SEED
                for place in range(first, last):
                    state = absorb(state, np.uint64(data[place]))
                _count_part(slots, size, finish(state), stamp, seen[0], last - first)
                paragraph = absorb(paragraph, finish(state))
                paragraph_size += last - first
            if paragraph_size and (last == first or stop >= end):
                # Odd keys for paragraphs, so that a paragraph of one line does not meet that line.
                _count_part(slots, size, finish(paragraph ^ STEP), stamp, seen[1], paragraph_size)
                paragraph, paragraph_size = SEED, 0
            at = stop + 1
        for part in range(2):
            for measure in range(2):
                out[row, 2 * part + measure] = seen[part, 1, measure] / max(seen[part, 0, measure], 1)
        out[row, 4] = seen[0, 0, 0]


@kernel
def _count_part(slots: Hashes, size: int, key: np.uint64, stamp: np.uint64, seen: Offsets, length: int) -> None:
    at = _slot(slots, size, key, stamp)
    seen[0, 0] += 1
    seen[0, 1] += length
    if (slots[at] & _STAMP) == stamp:
        seen[1, 0] += 1
        seen[1, 1] += length
    slots[at] = (key & ~_STAMP) | stamp


@kernel
def _gram(prefixes: Hashes, first: int, size: int, power: np.uint64) -> np.uint64:
    return finish(prefixes[first + size] - prefixes[first] * power)


@kernel
def _top_share(table: tuple[Hashes, Lengths], prefixes: Hashes, ends: Offsets, size: int, stamp: np.uint64) -> float:
    """The share of characters in the n-gram that covers most of them (0 when none comes twice)."""
    slots, counts = table
    units = len(ends) - 1
    power = np.uint64(1)
    for _ in range(size):
        power *= STEP
    room = _room(units)
    best = 0
    for first in range(units - size + 1):
        key = _gram(prefixes, first, size, power)
        at = _slot(slots, room, key, stamp)
        counts[at] = counts[at] + 1 if (slots[at] & _STAMP) == stamp else 1
        slots[at] = (key & ~_STAMP) | stamp
        if counts[at] > 1:
            best = max(best, counts[at] * (ends[first + size] - ends[first]))
    return float(min(best / max(ends[units], 1), 1.0))


@kernel
def _again_share(slots: Hashes, prefixes: Hashes, ends: Offsets, size: int, stamp: np.uint64) -> float:
    """The share of characters in n-grams that came before, counted without overlap."""
    units = len(ends) - 1
    power = np.uint64(1)
    for _ in range(size):
        power *= STEP
    room = _room(units)
    again = first = 0
    while first + size <= units:
        key = _gram(prefixes, first, size, power)
        at = _slot(slots, room, key, stamp)
        if (slots[at] & _STAMP) == stamp:
            again += ends[first + size] - ends[first]
            first += size
        else:
            slots[at] = (key & ~_STAMP) | stamp
            first += 1
    return float(again / max(ends[units], 1))


@kernel
def measure_ngrams(
    data: Bytes, offsets: Offsets, table: Points, sizes: tuple[Offsets, Offsets], units_min: int, out: Floats
) -> None:
    """out[i] = for text i the share of the top n-gram for each n of sizes[0], then the share of characters in repeated
    n-grams for each n of sizes[1]. Where most units are single characters (Chinese), n counts twice: a word has
    about two. Texts of fewer than `units_min` units stay 0."""
    longest = 0
    for row in range(len(offsets) - 1):
        longest = max(longest, min(offsets[row + 1] - offsets[row], BYTES_MAX))
    most = longest // 2 + 1
    hashes = np.empty(most, dtype=np.uint64)
    lengths = np.empty(most, dtype=np.int32)
    prefixes = np.zeros(most + 1, dtype=np.uint64)
    ends = np.zeros(most + 1, dtype=np.int64)
    slots = np.zeros(_room(most), dtype=np.uint64)
    counts = np.zeros(_room(most), dtype=np.int32)
    stamp = np.uint64(0)
    for row in range(len(offsets) - 1):
        end = min(offsets[row + 1], offsets[row] + BYTES_MAX)
        units = hash_units(data, offsets[row], end, table, hashes, lengths)
        if units < units_min:
            continue
        singles = 0
        for place in range(units):
            prefixes[place + 1] = prefixes[place] * STEP + hashes[place]
            ends[place + 1] = ends[place] + max(lengths[place], 1)
            singles += lengths[place] == 0
        scale = 2 if 2 * singles > units else 1
        for place in range(len(sizes[0]) + len(sizes[1])):
            stamp += np.uint64(1)
            if stamp >= _STAMP - np.uint64(1):
                slots[:] = 0
                stamp = np.uint64(1)
            if place < len(sizes[0]):
                size = scale * sizes[0][place]
                out[row, place] = _top_share((slots, counts), prefixes, ends[: units + 1], size, stamp)
            else:
                size = scale * sizes[1][place - len(sizes[0])]
                out[row, place] = _again_share(slots, prefixes, ends[: units + 1], size, stamp)
