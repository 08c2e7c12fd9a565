"""UTF-8 inside kernels: one code point at a time, never reading past the end, whatever the bytes are."""

from galley.clean.kernels.arrays import Bytes
from galley.clean.kernels.jit import kernel

__all__ = ["decode", "encode", "width"]


@kernel
def decode(data: Bytes, at: int, end: int) -> int:
    """The code point at `at` (which is below `end`); U+FFFD for a broken lead byte or a cut sequence."""
    lead = int(data[at])
    if lead < 0x80:
        return lead
    if 0xC0 <= lead < 0xE0 and at + 1 < end:
        return (lead & 0x1F) << 6 | (int(data[at + 1]) & 0x3F)
    if 0xE0 <= lead < 0xF0 and at + 2 < end:
        return (lead & 0x0F) << 12 | (int(data[at + 1]) & 0x3F) << 6 | (int(data[at + 2]) & 0x3F)
    if lead >= 0xF0 and at + 3 < end:
        high = (lead & 0x07) << 18 | (int(data[at + 1]) & 0x3F) << 12
        return high | (int(data[at + 2]) & 0x3F) << 6 | (int(data[at + 3]) & 0x3F)
    return 0xFFFD


@kernel
def width(data: Bytes, at: int, end: int) -> int:
    """How many bytes `decode` looked at: 1 to 4, and 1 for broken bytes so that scans always advance."""
    lead = int(data[at])
    if lead < 0xC0:
        return 1
    size = 2 if lead < 0xE0 else (3 if lead < 0xF0 else 4)
    return size if at + size <= end else 1


@kernel
def encode(point: int, out: Bytes, at: int) -> int:
    """Write a code point as UTF-8 at `at`; the place after it."""
    if point < 0x80:
        out[at] = point
        return at + 1
    if point < 0x800:
        out[at] = 0xC0 | point >> 6
        out[at + 1] = 0x80 | (point & 0x3F)
        return at + 2
    if point < 0x10000:
        out[at] = 0xE0 | point >> 12
        out[at + 1] = 0x80 | (point >> 6 & 0x3F)
        out[at + 2] = 0x80 | (point & 0x3F)
        return at + 3
    out[at] = 0xF0 | (point >> 18 & 0x07)
    out[at + 1] = 0x80 | (point >> 12 & 0x3F)
    out[at + 2] = 0x80 | (point >> 6 & 0x3F)
    out[at + 3] = 0x80 | (point & 0x3F)
    return at + 4
