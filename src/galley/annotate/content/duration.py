"""How long a recording is, from its container's headers alone: WAV, FLAC, MP4 and QuickTime. Nothing is decoded.

RIFF WAVE (Microsoft 1991), FLAC (RFC 9639), ISO base media (ISO/IEC 14496-12).
"""

import io
import struct
from typing import BinaryIO, Final

__all__ = ["duration_seconds"]

_STEPS_MAX: Final = 1000
"""Chunks or boxes looked at: a file with more is hostile or broken."""

_MP4: Final = ("video/mp4", "audio/mp4", "video/quicktime")


def duration_seconds(file: BinaryIO, media_type: str) -> float | None:
    """Seconds of sound or film in a seekable file; None when its headers do not say, or say nonsense."""
    try:
        if media_type == "audio/wav":
            found = _wav(file)
        elif media_type == "audio/flac":
            found = _flac(file)
        else:
            found = _mp4(file) if media_type in _MP4 else None
    except (struct.error, ValueError, OverflowError):
        return None
    return round(found, 3) if found is not None and 0 < found < 1e7 else None


def _wav(file: BinaryIO) -> float | None:
    file.seek(12)
    rate = 0
    for _ in range(_STEPS_MAX):
        name, size = struct.unpack("<4sI", file.read(8))
        if name == b"fmt ":
            rate = struct.unpack("<8xI", file.read(12))[0]
            file.seek(size - 12 + size % 2, io.SEEK_CUR)
        elif name == b"data":
            return float(size) / rate if rate else None
        else:
            file.seek(size + size % 2, io.SEEK_CUR)
    return None


def _flac(file: BinaryIO) -> float | None:
    file.seek(8)
    packed = int.from_bytes(file.read(18)[10:18], "big")
    rate, samples = packed >> 44, packed & (1 << 36) - 1
    return samples / rate if rate and samples else None


def _mp4(file: BinaryIO) -> float | None:
    end = file.seek(0, io.SEEK_END)
    place = _box(file, b"moov", 0, end)
    header = _box(file, b"mvhd", place[0], place[1]) if place else None
    if header is None:
        return None
    file.seek(header[0])
    long = file.read(4)[0] == 1
    scale, units = struct.unpack(">16xIQ" if long else ">8xII", file.read(28 if long else 16))
    return units / scale if scale else None


def _box(file: BinaryIO, wanted: bytes, place: int, end: int) -> tuple[int, int] | None:
    """(begin, end) of what is in the first box of a name between two places."""
    for _ in range(_STEPS_MAX):
        if place + 8 > end:
            return None
        file.seek(place)
        size, name = struct.unpack(">I4s", file.read(8))
        inner = place + 8
        if size == 1:
            size, inner = struct.unpack(">Q", file.read(8))[0], place + 16
        stop = end if size == 0 else place + size
        if stop <= place:
            return None
        if name == wanted:
            return inner, min(stop, end)
        place = stop
    return None
