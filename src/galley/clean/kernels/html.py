"""Text out of HTML in one pass over the bytes, without building a tree.

A tree builder follows the rules that let 60 kB of unclosed tags become millions of nodes; a text needs only the tokens:
tags, comments, quoted attributes, raw elements. Nothing here recurses, looks back or grows faster than its input.
"""

import numpy as np

from galley.clean.kernels.arrays import Bytes, Hashes, Offsets
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.mixing import SEED, absorb, finish
from galley.clean.kernels.utf8 import decode, encode, width

__all__ = ["BOUNDARY", "CELL", "GAP", "ITEM", "LINE", "PRE", "RAW", "SKIP", "extract", "hash_name"]

LINE, GAP, RAW, SKIP, ITEM, CELL, PRE, BOUNDARY = (1 << bit for bit in range(8))
"""What a tag does: starts a line; leaves an empty line; holds no markup and is dropped; is dropped; begins a list item;
begins a cell; keeps white space; ends a line (br)."""

_LT, _GT, _SLASH, _BANG, _ASK, _DASH, _EQUAL, _QUOTE, _APOSTROPHE = 60, 62, 47, 33, 63, 45, 61, 34, 39
_LF, _TAB, _SPACE = 10, 9, 32
_TO, _LINES, _BLANK, _LAST, _MARK = range(5)  # of the pen: bytes written, and what is to be written before the next one
_BROKEN_BLANK = 2  # white space that held a line end


def hash_name(name: str) -> int:
    """The hash by which `extract` looks a lower-case tag or attribute name up."""
    state = SEED
    for char in name:
        state = np.uint64(absorb(state, np.uint64(ord(char))))  # numba hands back plain integers
    return int(finish(state))


@kernel
def _is_space(byte: int) -> bool:
    return byte in (_SPACE, _TAB, _LF, 12, 13)


@kernel
def _is_letter(byte: int) -> bool:
    return 97 <= (byte | 32) <= 122


@kernel
def _is_dense(point: int) -> bool:
    """Of a script without blanks between words: a line end in the source is no blank there."""
    return (
        0x2E80 <= point < 0xA000 or 0xF900 <= point < 0xFB00 or 0xFF00 <= point < 0xFFF0 or 0x20000 <= point < 0x40000
    )


@kernel
def _want(pen: Offsets, lines: int) -> None:
    pen[_LINES] = max(pen[_LINES], lines)
    pen[_BLANK] = 0


@kernel
def _put(out: Bytes, pen: Offsets, point: int) -> None:
    to = pen[_TO]
    if pen[_LINES]:
        while to and out[to - 1] in (_SPACE, _TAB):  # verbatim blanks at the end of a line
            to -= 1
        if to:
            for _ in range(pen[_LINES]):
                out[to] = _LF
                to += 1
        if pen[_MARK] == ITEM:
            out[to], out[to + 1] = _DASH, _SPACE
            to += 2
    elif pen[_MARK] == CELL and to:
        out[to] = _TAB
        to += 1
    elif pen[_BLANK] and to and not (pen[_BLANK] == _BROKEN_BLANK and _is_dense(pen[_LAST]) and _is_dense(point)):
        out[to] = _SPACE
        to += 1
    pen[_LINES], pen[_BLANK], pen[_MARK], pen[_LAST] = 0, 0, 0, point
    pen[_TO] = encode(point, out, to)


@kernel
def _name_end(data: Bytes, at: int, end: int) -> int:
    while at < end and not _is_space(data[at]) and data[at] != _GT and data[at] != _SLASH and data[at] != _EQUAL:
        at += 1
    return at


@kernel
def _hash(data: Bytes, first: int, end: int) -> np.uint64:
    state = SEED
    for place in range(first, end):
        byte = np.uint64(data[place])
        if np.uint64(65) <= byte <= np.uint64(90):
            byte |= np.uint64(32)
        state = absorb(state, byte)
    return finish(state)


@kernel
def _look_up(tags: tuple[Hashes, Hashes], key: np.uint64) -> int:
    keys, actions = tags
    last = len(keys) - 1
    slot = np.int64(key & np.uint64(last))
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + 1) & last
    return int(np.int64(actions[slot])) if keys[slot] == key else 0


@kernel
def _hides(data: Bytes, first: int, end: int) -> bool:
    """Whether a style attribute's value says display:none."""
    word = (100, 105, 115, 112, 108, 97, 121, 58, 110, 111, 110, 101)  # display:none
    matched = 0
    for place in range(first, end):
        byte = data[place]
        if _is_space(byte):
            continue
        if _is_letter(byte):
            byte |= 32
        matched = matched + 1 if byte == word[matched] else (1 if byte == word[0] else 0)
        if matched == len(word):
            return True
    return False


@kernel
def _attributes(data: Bytes, at: int, end: int, names: tuple[np.uint64, np.uint64]) -> tuple[int, bool]:
    """The end of a tag whose name ends at `at`, and whether it is hidden (attributes `hidden` and `style`)."""
    hidden = False
    while at < end and data[at] != _GT:
        if _is_space(data[at]) or data[at] == _SLASH:
            at += 1
            continue
        stop = max(_name_end(data, at, end), at + 1)
        key = _hash(data, at, stop)
        hidden = hidden or key == names[0]
        at = stop
        while at < end and _is_space(data[at]):
            at += 1
        if at >= end or data[at] != _EQUAL:
            continue
        at += 1
        while at < end and _is_space(data[at]):
            at += 1
        quote = data[at] if at < end else np.uint8(0)
        quoted = quote in (_QUOTE, _APOSTROPHE)
        at += quoted
        first = at
        while at < end and (data[at] != quote if quoted else not _is_space(data[at]) and data[at] != _GT):
            at += 1
        hidden = hidden or (key == names[1] and _hides(data, first, at))
        at += quoted
    return min(at + 1, end), hidden


@kernel
def _skip_declaration(data: Bytes, at: int, end: int) -> int:
    """The end of a comment, doctype or processing instruction that starts at `at`."""
    if at + 3 < end and data[at + 1] == _BANG and data[at + 2] == _DASH and data[at + 3] == _DASH:
        at += 4
        while at < end and not (data[at] == _GT and data[at - 1] == _DASH and data[at - 2] == _DASH):
            at += 1
    else:
        while at < end and data[at] != _GT:
            at += 1
    return min(at + 1, end)


@kernel
def _skip_raw(data: Bytes, at: int, end: int, key: np.uint64) -> int:
    """Where the end tag named by `key` starts, or the end of the text."""
    while at + 1 < end:
        if (
            data[at] == _LT
            and data[at + 1] == _SLASH
            and _hash(data, at + 2, min(_name_end(data, at + 2, end), at + 12)) == key
        ):
            return at
        at += 1
    return end


@kernel
def _act(pen: Offsets, action: int) -> None:
    if action & GAP:
        _want(pen, 2)
    elif action & LINE:
        _want(pen, 1)
    if action & BOUNDARY:
        pen[_LINES] = min(pen[_LINES] + 1, 2)
        pen[_BLANK] = 0
    if action & (ITEM | CELL):
        pen[_MARK] = action & (ITEM | CELL)


@kernel
def _write_text(data: Bytes, at: int, end: int, verbatim: bool, out: Bytes, pen: Offsets) -> int:
    if _SPACE < data[at] < 0x80 and data[at] != _LT and not (pen[_LINES] | pen[_BLANK] | pen[_MARK]):
        to = pen[_TO]
        while at < end and _SPACE < data[at] < 0x80 and data[at] != _LT:
            out[to] = data[at]
            at += 1
            to += 1
        pen[_TO], pen[_LAST] = to, out[to - 1]
        return at
    point = decode(data, at, end)
    if verbatim and _is_space(point):
        if point == _LF:
            pen[_LINES], pen[_BLANK] = pen[_LINES] + 1, 0
        elif point != 13:
            pen[_BLANK] = 0
            _put(out, pen, point)
    elif _is_space(point):
        pen[_BLANK] = max(pen[_BLANK], _BROKEN_BLANK if point in (_LF, 13) else 1)
    else:
        _put(out, pen, point)
    return at + width(data, at, end)


@kernel
def extract(
    data: Bytes,
    span: tuple[int, int],
    tags: tuple[Hashes, Hashes],
    names: tuple[np.uint64, np.uint64],
    skip: bool,
    out: Bytes,
) -> tuple[int, bool]:
    """Write the text of the HTML in data[span[0]:span[1]] to `out` (3 bytes for each of its bytes and 4 more: broken bytes become U+FFFD); its size,
    and whether a dropped element was never closed, so that everything after it is missing.

    `tags` is a hash table of names (`hash_name`; size a power of two, 0 = free) and actions; `skip` drops elements with
    SKIP. Character references are left for the caller.
    """
    at, end = span
    pen = np.zeros(5, dtype=np.int64)
    pres = 0
    dropping = np.uint64(0)  # the element being dropped, and how many of that name are open
    depth = 0
    while at < end:
        following = data[at + 1] if at + 1 < end else np.uint8(0)
        if data[at] != _LT or not (_is_letter(int(following)) or following in (_SLASH, _BANG, _ASK)):
            at = at + 1 if depth else _write_text(data, at, end, pres > 0, out, pen)
            continue
        if following in (_BANG, _ASK):
            at = _skip_declaration(data, at, end)
            continue
        closing = following == _SLASH
        first = at + 1 + closing
        stop = _name_end(data, first, end)
        key = _hash(data, first, stop)
        action = _look_up(tags, key)
        at, hidden = _attributes(data, stop, end, names)
        if depth:
            if key == dropping:
                depth += -1 if closing else 1
            elif action & RAW and not closing:
                at = _skip_raw(data, at, end, key)
            continue
        if action & RAW and not closing:
            at = _skip_raw(data, at, end, key)
        elif skip and not closing and (action & SKIP or (hidden and action)):
            dropping, depth = key, 1
        if action & PRE:
            pres = max(pres + (-1 if closing else 1), 0)
        _act(pen, action & ~(ITEM | CELL) if closing else action)
    return pen[_TO], depth > 0
