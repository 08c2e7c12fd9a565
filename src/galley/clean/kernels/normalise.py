"""Which texts need normalising, and the normalising that code points decide one by one.

Checking is one pass over the bytes, so that clean text costs no more than that.
"""

from galley.clean.kernels.arrays import Bytes, Offsets
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.letters import BY_FORM, DROP, HALVE, NEWLINE, TO_BLANK
from galley.clean.kernels.utf8 import decode, encode, width

__all__ = ["BY_KERNEL", "BY_TEXT", "CLEAN", "COLLAPSE", "KEEP", "TIDY", "check", "rewrite"]

KEEP, TIDY, COLLAPSE = 0, 1, 2
"""What happens to white space."""

CLEAN, BY_KERNEL, BY_TEXT = 0, 1, 2
"""What `check` finds: nothing to do, something `rewrite` can do, or something that needs the text as a whole."""

_TAB, _LF, _CR, _SPACE = 9, 10, 13, 32


@kernel
def _has_loose_end(data: Bytes, start: int, end: int) -> bool:
    if start == end:
        return False
    first, last = data[start], data[end - 1]
    return first in (_TAB, _LF, _SPACE) or last in (_TAB, _LF, _SPACE)


@kernel
def _check_one(data: Bytes, start: int, end: int, roles: Bytes, spaces: int) -> int:
    found = BY_KERNEL if spaces != KEEP and _has_loose_end(data, start, end) else CLEAN
    newlines = 0
    blank = False  # the byte before was a space or a tab
    at = start
    while at < end:
        byte = int(data[at])
        if byte >= 0x80:
            point = decode(data, at, end)
            if point >= len(roles) or roles[point] & BY_FORM:
                return BY_TEXT
            if roles[point]:
                found = BY_KERNEL
            at += width(data, at, end)
            newlines, blank = 0, False
            continue
        if roles[byte]:
            found = BY_KERNEL
        if spaces != KEEP and byte in (_LF, _SPACE, _TAB):
            if byte == _LF:
                newlines += 1
                if blank or newlines > 2:
                    found = BY_KERNEL
                blank = False
            else:
                if spaces == COLLAPSE and (blank or byte == _TAB):
                    found = BY_KERNEL
                newlines, blank = 0, True
        else:
            newlines, blank = 0, False
        at += 1
    return found


@kernel
def check(data: Bytes, offsets: Offsets, roles: Bytes, spaces: int, out: Bytes) -> None:
    """out[i] = CLEAN, BY_KERNEL (text i does change, and `rewrite` says into what) or BY_TEXT (it may change)."""
    for row in range(len(offsets) - 1):
        out[row] = _check_one(data, offsets[row], offsets[row + 1], roles, spaces)


@kernel
def _end_line(out: Bytes, first: int, to: int) -> int:
    """Write a line end where it is wanted: no blanks before it, none at the start, no third in a row."""
    while to > first and out[to - 1] in (_SPACE, _TAB):
        to -= 1
    if to == first or (to > first + 1 and out[to - 1] == _LF and out[to - 2] == _LF):
        return to
    out[to] = _LF
    return to + 1


@kernel
def _rewrite_one(data: Bytes, start: int, end: int, roles: Bytes, spaces: int, out: Bytes) -> int:
    to = 0
    at = start
    while at < end:
        point = decode(data, at, end)
        size = width(data, at, end)
        role = int(roles[point])
        if role == DROP or (point == _CR and at + 1 < end and data[at + 1] == _LF):
            at += size
            continue
        if role == NEWLINE:
            point = _LF
        elif role == TO_BLANK:
            point = _SPACE
        elif role == HALVE:
            point -= 0xFEE0
        at += size
        if spaces != KEEP and point == _LF:
            to = _end_line(out, 0, to)
        elif spaces != KEEP and point in (_SPACE, _TAB):
            if to == 0 or (spaces == COLLAPSE and out[to - 1] == _SPACE):
                continue
            out[to] = _SPACE if spaces == COLLAPSE else point
            to += 1
        else:
            to = encode(point, out, to)
    while spaces != KEEP and to > 0 and out[to - 1] in (_SPACE, _TAB, _LF):
        to -= 1
    return to


@kernel
def rewrite(data: Bytes, offsets: Offsets, roles: Bytes, spaces: int, row: int, out: Bytes) -> int:
    """Write text `row`, which `check` called BY_KERNEL, normalised to `out`; its size. It is never longer than it was,
    but for broken bytes, which become U+FFFD: `out` must hold three times the bytes."""
    return _rewrite_one(data, offsets[row], offsets[row + 1], roles, spaces, out)
