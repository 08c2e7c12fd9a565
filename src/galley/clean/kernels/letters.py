"""Tables over code points, made from `unicodedata` once a process and given to kernels as arrays.

They cover planes 0 to 3 (all letters, ideographs and emoji); kernels treat what lies above as "other".
"""

import functools
import unicodedata
from typing import Final, Literal

import numpy as np

from galley.clean.kernels.arrays import Bytes, Points

__all__ = [
    "BLANK",
    "BY_FORM",
    "CLASSES",
    "COPY",
    "DROP",
    "FULL_WIDTH_ALPHANUMERIC",
    "HALVE",
    "NEWLINE",
    "SINGLE",
    "SKIP",
    "TABLE_SIZE",
    "TO_BLANK",
    "WORD",
    "class_table",
    "composition_seconds",
    "fold_table",
    "is_invisible",
    "role_table",
    "unit_table",
]

TABLE_SIZE: Final = 0x40000

CLASSES: Final = ("letter", "digit", "punctuation", "symbol", "space", "cjk", "control")
"""What `class_table` tells apart; `cjk` is Han, kana, bopomofo and hangul."""

WORD: Final = 1 << 24
"""Flag in `unit_table`: part of a space-separated word."""

SINGLE: Final = 2 << 24
"""Flag in `unit_table`: a unit of its own, because its script writes no spaces between words."""

BLANK: Final = 0xFFFFFFFE
"""Entry in `fold_table`: white space."""

SKIP: Final = 0xFFFFFFFF
"""Entry in `fold_table`: not written at all."""

FULL_WIDTH_ALPHANUMERIC: Final = ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
"""Full-width digits and letters; 0xFEE0 above the ASCII ones."""

_UNSPACED: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3021, 0x312F),  # kana, bopomofo
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),  # half-width katakana
    (0x1B000, 0x1B16F),
    (0x20000, 0x3FFFF),
)
_HANGUL: Final = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF))
_SOUTH_EAST_ASIA_END: Final = 0x17FF


def _inside(point: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= point <= last for first, last in ranges)


def _kind(category: str) -> str:
    if category[0] in "LM":
        return "letter"
    return {"N": "digit", "P": "punctuation", "S": "symbol", "Z": "space", "C": "control"}[category[0]]


@functools.cache
def class_table() -> Bytes:
    """Code point -> place in CLASSES. Unassigned and private code points count as control."""
    cjk = (*(pair for pair in _UNSPACED if pair[0] > _SOUTH_EAST_ASIA_END), *_HANGUL)
    table = np.zeros(TABLE_SIZE, dtype=np.uint8)
    for point in range(TABLE_SIZE):
        table[point] = CLASSES.index(_kind(unicodedata.category(chr(point))))
    for first, last in cjk:
        part = table[first : last + 1]
        part[part == CLASSES.index("letter")] = CLASSES.index("cjk")
    for space in "\t\n\r\v\f\x85":
        table[ord(space)] = CLASSES.index("space")
    return table


def _folded(point: int) -> int:
    if 0xFF01 <= point <= 0xFF5E:  # full-width forms of ASCII
        point -= 0xFEE0
    lower = chr(point).lower()
    return ord(lower) if len(lower) == 1 else point


@functools.cache
def unit_table() -> Points:
    """Code point -> lower-case half-width code point, with WORD or SINGLE when it belongs to a unit of text.

    Letters, marks, digits and `_` make words (as `\\w` does); ideographs, kana, Thai … stand alone; the rest separates.
    """
    table = np.zeros(TABLE_SIZE, dtype=np.uint32)
    for point in range(TABLE_SIZE):
        folded = _folded(point)
        category = unicodedata.category(chr(folded))
        if category[0] in "LMN" or folded == ord("_"):
            table[point] = folded | (SINGLE if _inside(point, _UNSPACED) else WORD)
        else:
            table[point] = folded
    return table


@functools.cache
def composition_seconds() -> frozenset[int]:
    """Code points that may compose with the one before them (NFC_Quick_Check = Maybe)."""
    seconds = set()
    for point in range(TABLE_SIZE):
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            seconds.add(int(parts[1], 16))
    seconds.update(range(0x1161, 0x1176))  # hangul vowels and finals compose by rule, not by table
    seconds.update(range(0x11A8, 0x11C3))
    return frozenset(seconds)


def is_invisible(point: int) -> bool:
    """Control, zero-width, bidirectional, tag and non-character code points: what no reader sees.

    Joiners (U+200C, U+200D) and emoji tags count, though `text.normalise` keeps them where scripts and emoji need them.
    """
    if point in (0x09, 0x0A, 0x0D, 0x0B, 0x0C, 0x85):
        return False
    return (
        point < 0x20
        or 0x7F <= point <= 0x9F
        or point in (0x00AD, 0x061C, 0x180E, 0xFEFF)
        or 0x200B <= point <= 0x200F
        or 0x202A <= point <= 0x202E
        or 0x2060 <= point <= 0x206F
        or 0xFDD0 <= point <= 0xFDEF
        or point & 0xFFFE == 0xFFFE
        or 0xFFF9 <= point <= 0xFFFB
        or 0xE0000 <= point <= 0xE007F
    )


COPY, DROP, NEWLINE, TO_BLANK, HALVE = range(5)
"""Roles in `role_table`: what becomes of a code point when a text is normalised."""

BY_FORM: Final = 0x80
"""Flag in `role_table`: depends on the code points around it or on the normal form, so a kernel cannot decide it."""

_LINE_ENDS: Final = (0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029)
_IN_CONTEXT: Final = (0x200C, 0x200D, *range(0xE0000, 0xE0080))  # joiners and tags


def _normal_role(point: int, width: bool, spaces: bool, invisible: bool) -> int:
    if point in _LINE_ENDS:
        return NEWLINE
    if invisible and is_invisible(point):
        return BY_FORM if point in _IN_CONTEXT else DROP
    if spaces and point != 0x20 and unicodedata.category(chr(point)) == "Zs":
        return TO_BLANK
    if width and any(first <= point <= last for first, last in FULL_WIDTH_ALPHANUMERIC):
        return HALVE
    return COPY


@functools.cache
def role_table(form: Literal["NFC", "NFKC", "none"], width: bool, spaces: bool, invisible: bool) -> Bytes:
    """Code point -> its role, or BY_FORM."""
    table = np.zeros(TABLE_SIZE, dtype=np.uint8)
    maybe = composition_seconds() if form != "none" else frozenset()
    for point in range(TABLE_SIZE):
        char = chr(point)
        table[point] = _normal_role(point, width, spaces, invisible)
        if form == "none" or table[point] != COPY:
            continue
        if point in maybe or unicodedata.combining(char) > 0 or not unicodedata.is_normalized(form, char):
            table[point] = BY_FORM
    return table


@functools.cache
def fold_table(case: bool, width: bool, space: bool, punctuation: bool) -> Points:
    """Code point -> the code point it is compared as, BLANK or SKIP, when the differences named are to be ignored."""
    table = np.arange(TABLE_SIZE, dtype=np.uint32)
    for point in range(TABLE_SIZE):
        char = chr(point)
        category = unicodedata.category(char)
        if width and (0xFF01 <= point <= 0xFF5E):
            table[point] = point - 0xFEE0
        if case:
            lower = chr(table[point]).lower()
            table[point] = ord(lower) if len(lower) == 1 else table[point]
        if space and char.isspace():
            table[point] = BLANK
        elif (punctuation and category[0] in "PS") or (is_invisible(point) and category != "Cn"):
            table[point] = SKIP
    return table
