"""Lines in the plane: how much of one runs near another.

The measure is the buffer method (Goodchild and Hunter 1997, "A simple positional accuracy measure for linear features",
Int. J. Geographical Information Science 11(3); completeness and correctness of Heipke et al. 1997): the length of each line
that lies within a tolerance of the other, exactly. A line's places near one segment are one interval, because the
segment's surroundings are convex; so no line is sampled.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from galley.kernel.geometry import Point

__all__ = ["length_near", "line_alike", "line_length"]

Floats = npt.NDArray[np.float64]

_CELLS_MAX: Final = 1_000_000
"""Pairs of segments looked at together; each costs a few numbers."""


def line_length(points: Sequence[Point]) -> float:
    """The length of a line."""
    return math.fsum(math.dist(points[place], points[place + 1]) for place in range(len(points) - 1))


def line_alike(left: Sequence[Point], right: Sequence[Point], tolerance: float) -> float:
    """The share of both lines' length that lies within the tolerance of the other line, in [0, 1]; symmetric."""
    if list(left) == list(right) or list(left) == list(right)[::-1]:
        return 1.0
    whole = line_length(left) + line_length(right)
    near = length_near(left, right, tolerance) + length_near(right, left, tolerance)
    return min(near / whole, 1.0) if whole > 0 else 0.0


def length_near(line: Sequence[Point], other: Sequence[Point], tolerance: float) -> float:
    """The length of a line that lies within the tolerance of another line."""
    mine, yours = _segments(line), _segments(other)
    parts: list[float] = []
    step = max(1, _CELLS_MAX // max(1, len(yours)))
    for start in range(0, len(mine), step):
        some = mine[start : start + step]
        low, high = _near(some[:, None, :], yours[None, :, :], tolerance)
        order = np.argsort(low, axis=1)
        low, high = np.take_along_axis(low, order, axis=1), np.take_along_axis(high, order, axis=1)
        reached = np.maximum.accumulate(high, axis=1)
        before = np.concatenate([np.zeros((len(some), 1)), reached[:, :-1]], axis=1)
        shares = np.maximum(high - np.maximum(low, before), 0.0).sum(axis=1)
        parts.extend((np.minimum(shares, 1.0) * np.hypot(some[:, 2], some[:, 3])).tolist())
    return math.fsum(parts)


def _segments(points: Sequence[Point]) -> Floats:
    """x, y, dx, dy of each segment."""
    ends = np.asarray(points, dtype=np.float64)
    return np.concatenate([ends[:-1], np.diff(ends, axis=0)], axis=1)


def _near(mine: Floats, yours: Floats, tolerance: float) -> tuple[Floats, Floats]:
    """For each pair the stretch of my segment, in shares of it, near yours: low > high when there is none."""
    dx, dy, ex, ey = mine[..., 2], mine[..., 3], yours[..., 2], yours[..., 3]
    x, y = mine[..., 0] - yours[..., 0], mine[..., 1] - yours[..., 1]
    length = np.hypot(ex, ey)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Beside your segment: between its ends, and no further from its line than the tolerance.
        along = _between((x * ex + y * ey) / length, (dx * ex + dy * ey) / length, np.zeros_like(length), length)
        aside = _between((x * ey - y * ex) / length, (dx * ey - dy * ex) / length, -tolerance, tolerance)
        beside = np.maximum(along[0], aside[0]), np.minimum(along[1], aside[1])
        empty = ~(beside[0] <= beside[1])
        found = [
            (np.where(empty, np.inf, beside[0]), np.where(empty, -np.inf, beside[1])),
            _disc(x, y, dx, dy, tolerance),
            _disc(x - ex, y - ey, dx, dy, tolerance),
        ]
    low = np.minimum.reduce([part[0] for part in found])
    high = np.maximum.reduce([part[1] for part in found])
    low, high = np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
    return np.asarray(low), np.asarray(high)


def _between(start: Floats, slope: Floats, least: Floats | float, most: Floats | float) -> tuple[Floats, Floats]:
    """Where least <= start + slope * s <= most."""
    one, two = (least - start) / slope, (most - start) / slope
    inside = (least <= start) & (start <= most)
    low = np.where(slope == 0, np.where(inside, -np.inf, np.inf), np.minimum(one, two))
    high = np.where(slope == 0, np.where(inside, np.inf, -np.inf), np.maximum(one, two))
    return low, high


def _disc(x: Floats, y: Floats, dx: Floats, dy: Floats, radius: float) -> tuple[Floats, Floats]:
    """Where (x, y) + s (dx, dy) lies in the disc about the origin."""
    square, along = dx * dx + dy * dy, x * dx + y * dy
    cross = x * dy - y * dx  # the discriminant by the distance to the line: no large numbers cancel
    under = radius * radius * square - cross * cross
    root = np.sqrt(np.maximum(under, 0.0))
    return (
        np.where(under < 0, np.inf, (-along - root) / square),
        np.where(under < 0, -np.inf, (-along + root) / square),
    )
