"""Which texts need normalising: one pass over the bytes, so that clean text costs no more than that."""

from galley.clean.kernels.arrays import Bytes, Mask, Offsets
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.utf8 import decode, width

__all__ = ["COLLAPSE", "KEEP", "TIDY", "find_dirty"]

KEEP, TIDY, COLLAPSE = 0, 1, 2

_TAB, _NEWLINE, _SPACE = 9, 10, 32


@kernel
def _has_loose_end(data: Bytes, start: int, end: int) -> bool:
    if start == end:
        return False
    first, last = data[start], data[end - 1]
    return first in (_TAB, _NEWLINE, _SPACE) or last in (_TAB, _NEWLINE, _SPACE)


@kernel
def _is_dirty(data: Bytes, start: int, end: int, dirty: Bytes, spaces: int) -> bool:
    newlines = 0
    blank = False  # the byte before was a space or a tab
    at = start
    while at < end:
        byte = int(data[at])
        if byte >= 0x80:
            point = decode(data, at, end)
            if point >= len(dirty) or dirty[point]:
                return True
            at += width(data, at, end)
            newlines, blank = 0, False
            continue
        if dirty[byte]:
            return True
        if spaces != KEEP and byte <= _SPACE:
            if byte == _NEWLINE:
                newlines += 1
                if blank or newlines > 2:
                    return True
                blank = False
            else:
                if spaces == COLLAPSE and (blank or byte == _TAB):
                    return True
                newlines, blank = 0, True
        else:
            newlines, blank = 0, False
        at += 1
    return False


@kernel
def find_dirty(data: Bytes, offsets: Offsets, dirty: Bytes, spaces: int, out: Mask) -> None:
    """out[i] = whether text i may change: a dirty code point (`letters.dirty_table`) or, unless `spaces` is KEEP,
    loose white space. False means that it certainly does not change."""
    for row in range(len(offsets) - 1):
        start, end = offsets[row], offsets[row + 1]
        loose = spaces != KEEP and _has_loose_end(data, start, end)
        out[row] = loose or _is_dirty(data, start, end, dirty, spaces)
