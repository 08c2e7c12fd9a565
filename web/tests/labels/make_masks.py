"""Masks as pycocotools writes them: `python make_masks.py > masks.json`."""

import json
import sys

import numpy as np
from pycocotools import mask as coco

rng = np.random.default_rng(7)


def disc(height: int, width: int, x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    return (columns - x) ** 2 + (rows - y) ** 2 <= radius**2


pictures = {
    "one pixel": np.eye(1),
    "first and last": np.pad(np.eye(1), ((0, 4), (0, 6))) + np.pad(np.eye(1), ((4, 0), (6, 0))),
    "all": np.ones((300, 520)),
    "noise": rng.random((40, 60)) < 0.5,
    "disc over tiles": disc(530, 700, 256, 256, 90),
    "ring": disc(300, 300, 150, 140, 100) & ~disc(300, 300, 150, 140, 60),
    "stripes": np.arange(900).reshape(1, 900) % 7 < 3 * np.ones((513, 1)),
}
told = []
for name, bits in pictures.items():
    rle = coco.encode(np.asfortranarray(bits, dtype=np.uint8))
    spots = [[int(x), int(y)] for y, x in np.argwhere(bits)[:: max(1, int(bits.sum() // 40))]]
    told.append(
        {"name": name, "size": rle["size"], "counts": rle["counts"].decode(), "area": int(bits.sum()), "spots": spots}
    )
sys.stdout.write(json.dumps(told) + "\n")
