"""Fingerprints of images: what near-duplicates are found by, in integer arithmetic, so that machines agree.

An image of at least 32 pixels a side is known by a 64-bit perceptual hash (the signs of its 63 lowest DCT coefficients
against their median, over a 32 x 32 reduction) and by a 16 x 16 signature of block means. The hash finds candidates;
the signature decides, because a hash alone calls flat or similarly lit images equal.

A smaller image has too few pixels for that: hand-written digits of 8 x 8 pixels differ in a few strokes. Its signature
is its own pixels, and only an image of exactly its size whose every pixel is within TOLERANCE_SMALL is like it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

__all__ = [
    "SHIFT_LARGE",
    "SMALL_SIDE",
    "TOLERANCE_LARGE",
    "TOLERANCE_SMALL",
    "Fingerprint",
    "fingerprint",
]

SMALL_SIDE: Final = 32
"""Below this many pixels on one side the pixels themselves are compared."""

SMALL_PIXELS_MAX: Final = 4096
"""A narrow image of more pixels than this, or longer than the reduction keeps, has no fingerprint: exact copies only."""

TOLERANCE_LARGE: Final = 12
"""Largest difference of a block mean, brightness shift apart. Chosen on 364 blood-cell photographs: JPEG at quality 30
and quarter size moves it by 4, two shots of one scene differ by 9, all other pairs by 32 or more."""

SHIFT_LARGE: Final = 24
"""Largest difference of overall brightness in grey levels."""

TOLERANCE_SMALL: Final = 12
"""Largest difference of any pixel of a small image. Chosen on scans of digits: JPEG at quality 95 moves 300 of them by
at most 9, and the two most alike of 1,797 different scans differ by 48."""

_SIDE: Final = 32
_DCT: Final = np.rint(
    4096 * np.cos((2 * np.arange(_SIDE) + 1) * np.arange(8)[:, None] * np.pi / (2 * _SIDE)),
)


@dataclass(frozen=True)
class Fingerprint:
    """What an image looks like, small enough to keep for every image of a set."""

    kind: str  # large | small | none
    width: int  # of the upright image
    height: int
    hash: int  # 64 bits
    signature: bytes  # large: 16 x 16 block means; small: its pixels


def fingerprint(grey: Image.Image, width: int, height: int) -> Fingerprint:
    """The fingerprint of an upright grey image (already reduced) of the given full size."""
    if min(width, height) < SMALL_SIDE:
        if width * height > SMALL_PIXELS_MAX or grey.size != (width, height):
            return Fingerprint("none", width, height, 0, b"")
        return Fingerprint("small", width, height, _perceptual_hash(_square(grey)), grey.tobytes())
    square = _square(grey)
    quarters = square.astype(np.uint16).reshape(_SIDE // 2, 2, _SIDE // 2, 2).sum(axis=(1, 3), dtype=np.uint16)
    blocks = ((quarters + 2) >> 2).astype(np.uint8)
    return Fingerprint("large", width, height, _perceptual_hash(square), blocks.tobytes())


def _square(grey: Image.Image) -> npt.NDArray[np.uint8]:
    grows = min(grey.size) < _SIDE
    return np.asarray(grey.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR if grows else Image.Resampling.BOX))


def _perceptual_hash(square: npt.NDArray[np.uint8]) -> int:
    # Whole numbers below 2**53 throughout, so that doubles are exact in any order of summation.
    waves = (_DCT @ square.astype(np.float64) @ _DCT.T).ravel()[1:]  # the first is the mean
    bits = waves > np.partition(waves, 31)[31]
    return int.from_bytes(np.packbits(bits).tobytes(), "big")
