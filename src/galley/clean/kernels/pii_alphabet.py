"""Which part each character plays in a run that may hold personal data."""

import functools
from typing import Final

import numpy as np

from galley.clean.kernels.arrays import Bytes

__all__ = ["AT", "COLON", "DIGIT", "DOT", "JOINT", "LETTER", "PROVINCE", "PROVINCES", "SPACER", "role_table"]

PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""First characters of licence plates."""

DIGIT, LETTER, JOINT, SPACER, PROVINCE, AT, COLON, DOT = (1 << bit for bit in range(8))


@functools.cache
def role_table() -> Bytes:
    """Code point -> roles: digits, Latin letters, joints (. - _ + % @ : ·), spacers (blank, parentheses), provinces;
    ASCII and full-width forms alike."""
    table = np.zeros(0x10000, dtype=np.uint8)
    roles = {
        "0123456789": DIGIT,
        "-_+%·•": JOINT,
        " ()": SPACER,
        "@": JOINT | AT,
        ":": JOINT | COLON,
        ".": JOINT | DOT,
        "".join(chr(point) for point in range(0x21, 0x7F) if chr(point).isalpha()): LETTER,
        PROVINCES: PROVINCE,
        "\u3000": SPACER,
    }
    for chars, role in roles.items():
        for char in chars:
            table[ord(char)] = role
            if 0x20 < ord(char) < 0x7F:
                table[ord(char) + 0xFEE0] = role
    return table
