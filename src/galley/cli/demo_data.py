"""The demo's raw data: scikit-learn's 1,797 handwritten digit scans as PNG files, and some that are wrong in known ways.

Everything is a pure function of the scans, file times included, so two demos have the same release root.
"""

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from galley.kernel.draw import generator

__all__ = ["write_digits"]

Pixels = npt.NDArray[np.uint8]

_TIME: Final = 899_251_200  # 1998-07-01, when the scans were donated to the UCI repository
_COPIES: Final = 12
_NEAR: Final = 20
_TURNED: Final = 6


def write_digits(folder: Path) -> dict[str, int]:
    """Write the scans below `folder` and their digits to `truth.csv` beside it; how many of each kind."""
    from sklearn.datasets import load_digits  # half a second, needed by the demo alone

    digits = load_digits()
    scans: Pixels = (np.asarray(digits.images) * 15).astype(np.uint8)
    folder.mkdir(parents=True, exist_ok=True)
    truth: dict[str, int] = {}
    for number, (scan, digit) in enumerate(zip(scans, digits.target, strict=True)):
        truth[_write(folder, f"scan-{number:04}.png", _png(scan))] = int(digit)
    counts = {"scans": len(scans)}
    counts["copies"] = _write_copies(folder, scans, truth)
    counts["near copies"] = _write_near(folder, scans, truth)
    counts["turned photographs with a place in them"] = _write_turned(folder, scans, truth)
    counts["broken files"] = _write_broken(folder, scans)
    lines = ["key,digit", *(f"{name},{digit}" for name, digit in sorted(truth.items()))]
    (folder.parent / "truth.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return counts


def _write_copies(folder: Path, scans: Pixels, truth: dict[str, int]) -> int:
    for number in range(_COPIES):
        source = number * 37
        name = _write(folder, f"copy-{number:02}.png", _png(scans[source]))
        truth[name] = truth[f"scan-{source:04}.png"]
    return _COPIES


def _write_near(folder: Path, scans: Pixels, truth: dict[str, int]) -> int:
    """The same scan again, one grey level up or down here and there, as a second pass of a scanner gives it."""
    noise = generator(b"galley demo near".ljust(32, b"\0"))
    for number in range(_NEAR):
        source = 11 + number * 83
        moved = scans[source].astype(np.int16) + noise.integers(-1, 2, size=scans[source].shape)
        name = _write(folder, f"near-{number:02}.png", _png(np.clip(moved, 0, 255).astype(np.uint8)))
        truth[name] = truth[f"scan-{source:04}.png"]
    return _NEAR


def _write_turned(folder: Path, scans: Pixels, truth: dict[str, int]) -> int:
    """Photographs of scans: larger, lying on their side, with a GPS position in their EXIF data."""
    for number in range(_TURNED):
        source = 1000 + number * 101
        large = np.kron(255 - scans[source], np.ones((6, 6), dtype=np.uint8)).astype(np.uint8)
        image = Image.fromarray(large).rotate(90, expand=True)  # stored a quarter turn off, as phones do
        exif = Image.Exif()
        exif[0x0112] = 6  # orientation: turn a quarter clockwise to see it upright
        exif[0x8825] = {1: "N", 2: (31.0, 14.0, 3.0), 3: "E", 4: (121.0, 28.0, 9.0)}
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=95, exif=exif)
        name = _write(folder, f"photo-{number:02}.jpg", buffer.getvalue())
        truth[name] = truth[f"scan-{source:04}.png"]
    return _TURNED


def _write_broken(folder: Path, scans: Pixels) -> int:
    whole = _png(scans[0])
    broken = {
        "broken-truncated.png": whole[: len(whole) // 2],
        "broken-empty.png": b"",
        "broken-text.png": "这不是图片 (this is not a picture)\n".encode(),
        "broken-bits.png": whole[:60] + bytes(byte ^ 0x55 for byte in whole[60:80]) + whole[80:],
        "broken-billion-pixels.png": _header_only(40_000, 25_000),
    }
    for name, data in broken.items():
        _write(folder, name, data)
    return len(broken)


def _write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    os.utime(path, (_TIME, _TIME))
    return name


def _png(pixels: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def _header_only(width: int, height: int) -> bytes:
    """A PNG that declares 10^9 pixels and holds hardly any: what a decompression bomb looks like from outside."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
