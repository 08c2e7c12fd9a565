"""Where personal data could be: runs of characters worth a closer look; everything else is passed in one scan."""

from galley.clean.kernels.arrays import Bytes, Offsets
from galley.clean.kernels.jit import kernel
from galley.clean.kernels.pii_alphabet import AT, COLON, DIGIT, DOT, JOINT, LETTER, PROVINCE, SPACER
from galley.clean.kernels.utf8 import decode, width

__all__ = ["find_runs"]


@kernel
def _is_worth(digits: int, ats: int, colons: int, dots: int, province: bool) -> bool:
    return (
        digits >= 7
        or ats > 0
        or (colons >= 2 and digits > 0)
        or (dots >= 3 and digits >= 4)
        or (province and digits >= 3)
    )


@kernel
def find_runs(data: Bytes, offsets: Offsets, table: Bytes, out: Offsets) -> int:
    """Write (row, first byte, end byte) of each run worth a look while there is room in `out`; how many there are.

    A run is a maximal sequence of digits, letters and joints; spacers continue it after a digit (at most two at once,
    "(010) 6234") or after the letter of a plate ("京A 12345"). A run after a province character begins with it.
    """
    found = 0
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        start = last = at
        length = digits = ats = colons = dots = spacers = 0
        province = False
        after_digit = False
        while at <= end:
            role, size = 0, 1
            if at < end:
                point = decode(data, at, end)
                size = width(data, at, end)
                role = int(table[point]) if point < len(table) else 0
            if role & (DIGIT | LETTER | JOINT):
                if length == 0 and not province:
                    start = at
                length += 1
                digits += role & DIGIT
                ats += (role & AT) // AT
                colons += (role & COLON) // COLON
                dots += (role & DOT) // DOT
                after_digit, spacers = (role & DIGIT) != 0, 0
                last = at + size
            elif role & SPACER and spacers < 2 and (after_digit or spacers > 0 or (province and length == 1)):
                spacers += 1
                after_digit = False
            else:
                if length and _is_worth(digits, ats, colons, dots, province):
                    if found < len(out):
                        out[found, 0], out[found, 1], out[found, 2] = row, start, last
                    found += 1
                length = digits = ats = colons = dots = spacers = 0
                after_digit = False
                province = (role & PROVINCE) != 0
                start = at
            at += size
    return found
