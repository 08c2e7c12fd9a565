"""Peaks: least and greatest sample of every stretch of a recording, at several levels, so that a wave is drawn at once.

Layout: docs/reference/media.md. A bin is, channel by channel, a pair of int8: floor(127 · least), ceil(127 · greatest).
"""

import struct
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from galley.annotate.media.levels import Bins, Pyramid

__all__ = ["BIN_SAMPLES", "Peaks"]

BIN_SAMPLES: Final = 256
_HEAD: Final = struct.Struct("<4sHHIIQQ")
Samples = npt.NDArray[np.float32]


class Peaks:
    """Peaks of a stream of samples, shape (samples, channels), full scale 1."""

    def __init__(self, folder: Path, sample_rate: int, channels: int) -> None:
        self._rate, self._channels = sample_rate, channels
        self._levels = Pyramid(folder, _merged)
        self._rest: Samples = np.zeros((0, channels), dtype=np.float32)
        self._samples = 0

    def add(self, samples: Samples) -> None:
        """What comes next."""
        self._samples += len(samples)
        held = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        whole = len(held) // BIN_SAMPLES
        self._rest = held[whole * BIN_SAMPLES :].copy()
        if whole:
            self._levels.add(_pairs(held[: whole * BIN_SAMPLES].reshape(whole, BIN_SAMPLES, self._channels)))

    def write(self, target: Path) -> None:
        """The whole as a file."""
        if len(self._rest):
            self._levels.add(_pairs(self._rest[None]))
            self._rest = self._rest[:0]
        # The number of levels stands in the head, and follows from the number of bins.
        head = _HEAD.pack(b"GLYP", 1, self._channels, self._rate, 0, self._samples, 0)
        kept = self._levels.write(target, head, finest=BIN_SAMPLES, bin_bytes=2 * self._channels)
        with target.open("r+b") as file:
            file.write(_HEAD.pack(b"GLYP", 1, self._channels, self._rate, kept, self._samples, 0))
        self._levels.close()


def _pairs(bins: Samples) -> Bins:
    low = np.floor(bins.min(axis=1) * 127.0)
    high = np.ceil(bins.max(axis=1) * 127.0)
    return np.stack([low, high], axis=-1).clip(-128, 127).astype(np.int8)


def _merged(bins: Bins) -> Bins:
    return np.stack([bins[..., 0].min(axis=1), bins[..., 1].max(axis=1)], axis=-1)
