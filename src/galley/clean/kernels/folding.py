"""Texts written so that those we call equal have equal bytes."""

from galley.clean.kernels.arrays import Bytes, Offsets, Points
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.letters import BLANK, SKIP
from galley.clean.kernels.utf8 import decode, encode, width

__all__ = ["fold"]


@kernel
def fold(data: Bytes, offsets: Offsets, table: Points, out: Bytes, ends: Offsets) -> None:
    """Write each text through `letters.fold_table`, runs of blanks as one and none at both ends, one after another;
    ends[i] is where text i ends. `out` must hold three times the bytes of the
    column (a broken byte becomes U+FFFD)."""
    to = 0
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        first = to
        blank = False
        while at < end:
            point = decode(data, at, end)
            at += width(data, at, end)
            folded = int(table[point]) if point < len(table) else point
            if folded == SKIP:
                continue
            if folded == BLANK:
                blank = to > first
                continue
            if blank:
                out[to] = 32
                to += 1
                blank = False
            to = encode(folded, out, to)
        ends[row] = to
