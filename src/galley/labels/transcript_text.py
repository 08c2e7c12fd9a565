"""Normalisation of transcripts before they are compared, version 1. It moves error rates by about a point: it is fixed
here, named in every option, and only ever changed under a new version.

Version `1`, in this order:
1. Unicode NFKC: full-width letters, digits and punctuation become half-width; compatibility forms become plain ones.
2. Case is folded (`option case: fold`), or kept.
3. Digits are kept as written (`digits: keep`), or each Arabic digit becomes the Chinese character of that digit and 〇
   becomes 零 (`digits: read`): 2020 -> 二零二零. Numerals are never computed: 15 and 十五 differ, because which of the
   two was said is what a transcript states.
4. 儿化 is kept (`erhua: keep`), or 儿 after a Han character is dropped (`erhua: drop`) unless it belongs to a word: 儿 is
   kept after 女 婴 幼 少 孤 胎 小 健 and before 子 童 女 歌 媳 孙 科.
5. Punctuation and symbols (Unicode categories P and S) are dropped (`punctuation: drop`), except an apostrophe between
   letters (’ becomes '), or kept.
6. Units: every Han, kana, Bopomofo or Hangul character is one unit; everything else is split at white space into words,
   each one unit (`unit: auto`). So Chinese is measured by CER, English by WER, mixed text by both at once.
   `unit: character` takes every character but white space; `unit: word` splits at white space only.
"""

import functools
import re
import unicodedata
from typing import Final, Literal, NamedTuple

import msgspec

__all__ = ["Reading", "Unit", "read_units", "surface"]

_DIGITS: Final = str.maketrans("0123456789〇", "零一二三四五六七八九零")
_BY_CHARACTER: Final = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u3130-\u318f\u31a0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_PIECES: Final = re.compile(rf"[{_BY_CHARACTER}]|[^\s{_BY_CHARACTER}]+")
_PATTERNS: Final = {"auto": _PIECES, "character": re.compile(r"\S"), "word": re.compile(r"\S+")}
_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ERHUA: Final = re.compile(rf"(?<=[{_HAN}])(?<![女婴幼少孤胎小健])儿(?![子童女歌媳孙科])")


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Which rules apply."""

    unit: Literal["auto", "character", "word"] = "auto"
    case: Literal["fold", "keep"] = "fold"
    punctuation: Literal["drop", "keep"] = "drop"
    digits: Literal["keep", "read"] = "keep"
    erhua: Literal["keep", "drop"] = "keep"


class Unit(NamedTuple):
    """One compared unit: its normal form, and the text it was written as."""

    norm: str
    text: str


@functools.lru_cache(maxsize=4096)
def read_units(text: str, reading: Reading) -> tuple[Unit, ...]:
    """The units of a transcript. What normalises to nothing (a comma) belongs to the text of the unit before it."""
    plain = unicodedata.normalize("NFKC", text)
    # Full-width forms fold one to one, so the text as written can be kept beside; other folds change the length.
    written = text if len(text) == len(plain) and all(map(_folds_to, text, plain)) else plain
    if reading.digits == "read":
        plain = plain.translate(_DIGITS)
    spots = [found.span() for found in _PATTERNS[reading.unit].finditer(plain)]
    norms = [_normal(plain[start:end].replace("’", "'"), reading) for start, end in spots]
    pieces = [written[start:end] for start, end in spots]
    if reading.erhua == "drop":
        norms = _without_erhua(norms)
    units: list[Unit] = []
    waiting = ""
    for piece, norm in zip(pieces, norms, strict=True):
        if norm:
            units.append(Unit(norm, waiting + piece))
            waiting = ""
        elif units:
            units[-1] = Unit(units[-1].norm, units[-1].text + piece)
        else:
            waiting += piece
    return tuple(units)


def surface(units: list[Unit]) -> str:
    """Units as text again: a space between words, none beside a character that is a unit by itself."""
    text = ""
    for unit in units:
        joined = not text or re.match(f"[{_BY_CHARACTER}]", unit.text) or re.match(f"[{_BY_CHARACTER}]", text[-1])
        text += unit.text if joined or _closes(text[-1]) else f" {unit.text}"
    return text


def _folds_to(before: str, after: str) -> bool:
    return before == after or unicodedata.normalize("NFKC", before) == after


def _closes(character: str) -> bool:
    """Punctuation after which Chinese writes no space."""
    return unicodedata.east_asian_width(character) in "WF"


def _normal(piece: str, reading: Reading) -> str:
    if reading.case == "fold":
        piece = piece.casefold()
    if reading.punctuation == "drop":
        last = len(piece) - 1
        piece = "".join(
            character
            for place, character in enumerate(piece)
            if unicodedata.category(character)[0] not in "PS"
            or (character == "'" and 0 < place < last and piece[place - 1].isalpha() and piece[place + 1].isalpha())
        )
    return piece


def _without_erhua(norms: list[str]) -> list[str]:
    """Units of one character each stand beside each other in the text, so the rule is applied to the joined text."""
    joined, owners = "", []
    for place, norm in enumerate(norms):
        joined += norm
        owners.extend([place] * len(norm))
    kept = list(norms)
    for found in _ERHUA.finditer(joined):
        place = owners[found.start()]
        kept[place] = kept[place].replace("儿", "", 1)
    return kept
