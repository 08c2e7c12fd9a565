"""Spectrogram: log-mel columns as bytes, at several levels; so much as a picture of speech needs, and no more.

Bands are triangles on the mel scale of O'Shaughnessy (1987), mel = 2595 · log10(1 + f/700), of height 1; power is of the
mean of all channels under a Hann window, 0 dB that of a full-scale sine. Layout: docs/reference/media.md.
"""

import struct
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.fft

from galley.annotate.media.levels import Bins, Pyramid

__all__ = ["BANDS", "DB_FLOOR", "Spectrogram", "mel_filters"]

BANDS: Final = 80
DB_FLOOR: Final = -100.0
_HEAD: Final = struct.Struct("<4sHHIIQIIffff")
_COLUMNS_A_SECOND: Final = 100
_WINDOW_SECONDS: Final = 0.025
_COLUMNS_AT_ONCE: Final = 2048
Samples = npt.NDArray[np.float32]


def mel_filters(sample_rate: int, fft: int) -> npt.NDArray[np.float32]:
    """Weights, shape (fft // 2 + 1, BANDS); a band narrower than a bin of the transform takes the nearest bin."""
    top = 2595.0 * np.log10(1.0 + sample_rate / 2 / 700.0)
    edges = 700.0 * (10.0 ** (np.linspace(0.0, top, BANDS + 2) / 2595.0) - 1.0)
    lines = np.arange(fft // 2 + 1) * sample_rate / fft
    rising = (lines[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - lines[:, None]) / (edges[2:] - edges[1:-1])
    weights = np.clip(np.minimum(rising, falling), 0.0, None)
    for band in np.flatnonzero(weights.max(axis=0) == 0.0):
        weights[np.abs(lines - edges[band + 1]).argmin(), band] = 1.0
    return weights.astype(np.float32)


class Spectrogram:
    """The spectrogram of a stream of samples, shape (samples, channels), full scale 1."""

    def __init__(self, folder: Path, sample_rate: int) -> None:
        self._rate = sample_rate
        self._hop = max(1, round(sample_rate / _COLUMNS_A_SECOND))
        self._fft = max(64, 1 << int(np.ceil(np.log2(max(2, sample_rate * _WINDOW_SECONDS)))))
        self._window = np.hanning(self._fft + 1)[:-1].astype(np.float32)
        self._scale = np.float32((2.0 / self._window.sum()) ** 2)
        self._filters = mel_filters(sample_rate, self._fft)
        self._levels = Pyramid(folder, _merged)
        self._columns = 0
        # Column n is centred on sample n · hop.
        self._held: Samples = np.zeros(self._fft // 2, dtype=np.float32)
        self._samples = 0

    def add(self, samples: Samples) -> None:
        """What comes next."""
        self._samples += len(samples)
        self._take(samples.mean(axis=1, dtype=np.float32))

    def _take(self, mono: Samples) -> None:
        held = np.concatenate([self._held, mono])
        count = max(0, (len(held) - self._fft) // self._hop + 1)
        for first in range(0, count, _COLUMNS_AT_ONCE):
            many = min(_COLUMNS_AT_ONCE, count - first)
            begin = first * self._hop
            frames = np.lib.stride_tricks.sliding_window_view(held[begin:], self._fft)[: many * self._hop : self._hop]
            self._levels.add(self._bytes(frames))
        self._columns += count
        self._held = held[count * self._hop :].copy()

    def _bytes(self, frames: Samples) -> Bins:
        lines = scipy.fft.rfft(frames * self._window, axis=1)
        power = (lines.real**2 + lines.imag**2) @ self._filters * self._scale
        decibels = 10.0 * np.log10(power + 1e-12)
        levels: Bins = np.rint((decibels - DB_FLOOR) * (255.0 / -DB_FLOOR)).clip(0, 255).astype(np.uint8)
        return levels

    def write(self, target: Path) -> None:
        """The whole as a file; the end is filled with silence, so that there is a column for every hop begun."""
        lack = -(-self._samples // self._hop) - self._columns
        if lack > 0:
            self._take(np.zeros(max(0, self._fft + (lack - 1) * self._hop - len(self._held)), dtype=np.float32))
        head = self._head(0)
        kept = self._levels.write(target, head, finest=1, bin_bytes=BANDS)
        with target.open("r+b") as file:
            file.write(self._head(kept))
        self._levels.close()

    def _head(self, levels: int) -> bytes:
        sizes = (BANDS, self._rate, levels, self._columns, self._hop, self._fft)
        return _HEAD.pack(b"GLYS", 1, *sizes, 0.0, self._rate / 2, DB_FLOOR, 0.0)


def _merged(bins: Bins) -> Bins:
    merged: Bins = bins.max(axis=1)
    return merged
