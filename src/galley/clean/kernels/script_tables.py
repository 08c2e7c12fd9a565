"""Which script each code point belongs to, for the scripts `text.language` tells apart."""

import functools
import unicodedata
from typing import Final

import numpy as np

from galley.clean.kernels.arrays import Bytes
from galley.clean.kernels.letters import TABLE_SIZE

__all__ = ["SCRIPTS", "script_table"]

_RANGES: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "latin": ((0x41, 0x24F), (0x1E00, 0x1EFF), (0x2C60, 0x2C7F), (0xA720, 0xA7FF), (0xFF21, 0xFF5A)),
    "cyrillic": ((0x400, 0x52F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F)),
    "arabic": ((0x600, 0x6FF), (0x750, 0x77F), (0x8A0, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE)),
    "han": (
        (0x2E80, 0x2FDF),
        (0x3005, 0x3007),
        (0x3400, 0x4DBF),
        (0x4E00, 0x9FFF),
        (0xF900, 0xFAFF),
        (0x20000, 0x3FFFF),
    ),
    "kana": ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)),
    "hangul": ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7FF)),
    "greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "hebrew": ((0x590, 0x5FF), (0xFB1D, 0xFB4F)),
    "thai": ((0xE00, 0xE7F),),
    "devanagari": ((0x900, 0x97F),),
    "bengali": ((0x980, 0x9FF),),
    "tamil": ((0xB80, 0xBFF),),
    "georgian": ((0x10A0, 0x10FF), (0x1C90, 0x1CBF)),
    "armenian": ((0x530, 0x58F),),
    "khmer": ((0x1780, 0x17FF),),
    "lao": ((0xE80, 0xEFF),),
    "myanmar": ((0x1000, 0x109F),),
    "tibetan": ((0xF00, 0xFFF),),
    "mongolian": ((0x1800, 0x18AF),),
    "ethiopic": ((0x1200, 0x139F),),
}

SCRIPTS: Final = tuple(_RANGES)
"""In the order of the numbers in `script_table` (1 is the first; 0 is none of them)."""


@functools.cache
def script_table() -> Bytes:
    """Code point -> 1 + its place in SCRIPTS, for letters and marks; 0 for all else."""
    table = np.zeros(TABLE_SIZE, dtype=np.uint8)
    for number, ranges in enumerate(_RANGES.values(), start=1):
        for first, last in ranges:
            for point in range(first, last + 1):
                if unicodedata.category(chr(point))[0] in "LM":
                    table[point] = number
    return table
