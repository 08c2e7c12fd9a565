"""Ids of Label Studio regions, made from what they are, so that the same labels always export to the same bytes."""

import functools
import hashlib
from typing import Any, Final

from galley.labels.forms import stable_form

__all__ = ["region_id"]

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = [first + second for first in _LETTERS for second in _LETTERS]
"""Base32 two letters at a time: ten letters of a digest cost five look-ups, where `base64` encodes all of it."""


def region_id(control: str, item: Any, occurrence: int = 0) -> str:
    """Ten letters and digits for one item of one control; `occurrence` tells equal items apart."""
    if type(item) is str and len(item) < 100:
        return _word_id(control, item, occurrence)
    return _id(control, stable_form(item), occurrence)


@functools.lru_cache(maxsize=4096)
def _word_id(control: str, word: str, occurrence: int) -> str:
    """Classes are few and come again and again."""
    return _id(control, stable_form(word), occurrence)


def _id(control: str, form: bytes, occurrence: int) -> str:
    seed = b"galley/region/v1\0%b\0%b\0%d" % (control.encode(), form, occurrence)
    bits = int.from_bytes(hashlib.sha256(seed).digest()[:7], "big") >> 6
    return (
        _PAIRS[bits >> 40]
        + _PAIRS[bits >> 30 & 1023]
        + _PAIRS[bits >> 20 & 1023]
        + _PAIRS[bits >> 10 & 1023]
        + _PAIRS[bits & 1023]
    )
