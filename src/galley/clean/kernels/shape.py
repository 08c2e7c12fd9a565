"""The shape of texts: how many characters, words and lines, and of which classes."""

from galley.clean.kernels.arrays import Bytes, Offsets, Points
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.letters import SINGLE, WORD
from galley.clean.kernels.utf8 import decode, width

__all__ = ["count_classes", "count_lengths"]

_CONTROL = 6  # letters.CLASSES.index("control")
_NEWLINE = 10


@kernel
def count_lengths(data: Bytes, offsets: Offsets, table: Points, out: Offsets) -> None:
    """out[i] = (characters, words, lines) of text i.

    A word is a run of letters and digits; where the script writes no spaces every character counts as one. A line
    ends with a newline; an unfinished last line counts.
    """
    for row in range(len(offsets) - 1):
        start, end = offsets[row], offsets[row + 1]
        characters = words = lines = 0
        inside = False
        at = start
        while at < end:
            point = decode(data, at, end)
            at += width(data, at, end)
            characters += 1
            entry = table[point] if point < len(table) else 0
            if entry & SINGLE:
                words += 1
                inside = False
            elif entry & WORD:
                words += not inside
                inside = True
            else:
                inside = False
                lines += point == _NEWLINE
        if end > start and data[end - 1] != _NEWLINE:
            lines += 1
        out[row, 0], out[row, 1], out[row, 2] = characters, words, lines


@kernel
def count_classes(data: Bytes, offsets: Offsets, table: Bytes, out: Offsets) -> None:
    """out[i, c] = how many characters of text i are of class c of `letters.CLASSES`."""
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
                out[row, table[point] if point < len(table) else _CONTROL] += 1
