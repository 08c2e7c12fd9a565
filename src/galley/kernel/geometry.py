"""Plane geometry of labels: rotated boxes, polygons, and how much of one lies in another. Pixels; y grows downwards.

A box is `x, y, width, height` before it is turned, plus `rotation`: degrees clockwise (as seen, y down) about its centre.
Areas are exact up to floating point: boxes by clipping one convex outline with the other, polygons of any shape by
slabs between all vertices and crossings, inside which both outlines are sets of trapezoids.
Every function of two shapes gives bit for bit the same number for both orders of its arguments.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "Box",
    "Point",
    "bounds",
    "box_about_corner",
    "box_corners",
    "box_from_corner",
    "box_intersection",
    "box_iou",
    "convex_intersection",
    "polygon_area",
    "polygon_intersection",
    "polygon_iou",
    "signed_area",
    "turned",
]

Point = tuple[float, float]
Floats = npt.NDArray[np.float64]

_CELLS_MAX = 4_000_000
"""Numbers in one temporary array of the slab method (32 MB)."""


class Box(NamedTuple):
    """A box, turned about its centre."""

    x: float
    y: float
    width: float
    height: float
    rotation: float = 0.0


def turned(x: float, y: float, degrees: float) -> Point:
    """The vector (x, y) turned clockwise as seen with y down; exact for multiples of 90 degrees."""
    quarter, rest = divmod(degrees, 90.0)
    if rest == 0.0:
        cosine, sine = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarter) % 4]
    else:
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return cosine * x - sine * y, sine * x + cosine * y


def box_corners(box: Box) -> list[Point]:
    """The four corners after turning, clockwise as seen, starting from the box's own top-left."""
    if box.rotation == 0.0:
        right, bottom = box.x + box.width, box.y + box.height
        return [(box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom)]
    half_w, half_h = box.width / 2, box.height / 2
    centre_x, centre_y = box.x + half_w, box.y + half_h
    corners = []
    for across, down in ((-half_w, -half_h), (half_w, -half_h), (half_w, half_h), (-half_w, half_h)):
        dx, dy = turned(across, down, box.rotation)
        corners.append((centre_x + dx, centre_y + dy))
    return corners


def box_about_corner(box: Box) -> Box:
    """The same box as tools see it that turn about the top-left corner (Label Studio): x, y are that corner's place."""
    if box.rotation == 0.0:
        return box
    x, y = box_corners(box)[0]
    return Box(x, y, box.width, box.height, box.rotation)


def box_from_corner(box: Box) -> Box:
    """The inverse of `box_about_corner`."""
    if box.rotation == 0.0:
        return box
    dx, dy = turned(box.width / 2, box.height / 2, box.rotation)
    return Box(box.x + dx - box.width / 2, box.y + dy - box.height / 2, box.width, box.height, box.rotation)


def signed_area(points: Sequence[Point]) -> float:
    """The shoelace area: positive when the points run clockwise as seen with y down."""
    return (
        math.fsum(
            points[place - 1][0] * points[place][1] - points[place][0] * points[place - 1][1]
            for place in range(len(points))
        )
        / 2
    )


def bounds(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """left, top, right, bottom of the points."""
    across = [point[0] for point in points]
    down = [point[1] for point in points]
    return min(across), min(down), max(across), max(down)


# --- Boxes -------------------------------------------------------------------------------------------------------


def box_intersection(left: Box, right: Box) -> float:
    """The area two boxes share."""
    if left.rotation == 0.0 and right.rotation == 0.0:
        wide = min(left.x + left.width, right.x + right.width) - max(left.x, right.x)
        high = min(left.y + left.height, right.y + right.height) - max(left.y, right.y)
        return wide * high if wide > 0 and high > 0 else 0.0
    if _boxes_apart(left, right):
        return 0.0
    first, second = sorted((left, right))
    return convex_intersection(box_corners(first), box_corners(second))


def _boxes_apart(left: Box, right: Box) -> bool:
    across = left.x + left.width / 2 - right.x - right.width / 2
    down = left.y + left.height / 2 - right.y - right.height / 2
    reach = (math.hypot(left.width, left.height) + math.hypot(right.width, right.height)) / 2
    return math.hypot(across, down) >= reach


def box_iou(left: Box, right: Box) -> float:
    """Intersection over union of two boxes, in [0, 1]; exactly 1 for equal boxes."""
    if left == right:
        return 1.0
    shared = box_intersection(left, right)
    return _ratio(shared, left.width * left.height, right.width * right.height)


def convex_intersection(subject: Sequence[Point], clip: Sequence[Point]) -> float:
    """The area two convex outlines share (Sutherland and Hodgman 1974); both must run clockwise as seen."""
    kept = list(subject)
    for place in range(len(clip)):
        if len(kept) < 3:
            return 0.0
        kept = _cut(kept, clip[place - 1], clip[place])
    return max(signed_area(kept), 0.0) if len(kept) >= 3 else 0.0


def _cut(points: Sequence[Point], start: Point, end: Point) -> list[Point]:
    """The part of a convex outline on the inner side of the line from start to end."""
    across, down = end[0] - start[0], end[1] - start[1]
    sides = [across * (y - start[1]) - down * (x - start[0]) for x, y in points]
    kept: list[Point] = []
    for place, point in enumerate(points):
        before, side = sides[place - 1], sides[place]
        if (before < 0) != (side < 0):
            share = before / (before - side)
            last = points[place - 1]
            kept.append((last[0] + share * (point[0] - last[0]), last[1] + share * (point[1] - last[1])))
        if side >= 0:
            kept.append(point)
    return kept


def _ratio(shared: float, left: float, right: float) -> float:
    union = left + right - shared
    return min(max(shared / union, 0.0), 1.0) if union > 0 else 0.0


# --- Polygons of any shape -----------------------------------------------------------------------------------------


def polygon_area(points: Sequence[Point]) -> float:
    """The area inside an outline by the even-odd rule, which for an outline that does not cross itself is the shoelace."""
    if len(points) <= 3:
        return abs(signed_area(points))
    return polygon_intersection(points, points)


def polygon_iou(left: Sequence[Point], right: Sequence[Point]) -> float:
    """Intersection over union of two outlines, in [0, 1]; exactly 1 for equal ones."""
    if list(left) == list(right):
        return 1.0
    shared = polygon_intersection(left, right)
    return _ratio(shared, polygon_area(left), polygon_area(right)) if shared > 0 else 0.0


def polygon_intersection(left: Sequence[Point], right: Sequence[Point]) -> float:
    """The area two outlines share, each filled by the even-odd rule; they may be concave and cross themselves."""
    first, second = sorted((list(left), list(right)))
    one, two = bounds(first), bounds(second)
    if one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]:
        return 0.0
    edges_one, edges_two = _edges(first), _edges(second)
    top, bottom = max(one[1], two[1]), min(one[3], two[3])
    levels = _levels(np.concatenate([edges_one, edges_two]), top, bottom)
    heights = np.diff(levels)
    middles = levels[:-1] + heights / 2
    parts: list[float] = []
    step = max(1, _CELLS_MAX // max(1, len(edges_one) + len(edges_two)))
    for start in range(0, len(middles), step):
        rows = middles[start : start + step]
        lengths = _shared_lengths(_crossings(edges_one, rows, np.inf), _crossings(edges_two, rows, -np.inf))
        parts.extend((lengths * heights[start : start + step]).tolist())
    return math.fsum(parts)


def _edges(points: Sequence[Point]) -> Floats:
    """Edges as rows x1, y1, x2, y2 with y1 < y2; level ones are left out, they bound no trapezoid."""
    ends = np.asarray(points, dtype=np.float64)
    edges = np.concatenate([ends, np.roll(ends, -1, axis=0)], axis=1)
    down = edges[:, 1] > edges[:, 3]
    edges[down] = edges[down][:, [2, 3, 0, 1]]
    return np.asarray(edges[edges[:, 1] < edges[:, 3]])


def _levels(edges: Floats, top: float, bottom: float) -> Floats:
    """Every y between top and bottom where an edge begins, ends or crosses another, sorted."""
    found = [np.array([top, bottom]), edges[:, 1], edges[:, 3]]
    dx, dy = edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1]
    for place in range(len(edges) - 1):
        others = slice(place + 1, None)
        cross = dx[place] * dy[others] - dy[place] * dx[others]
        away_x, away_y = edges[others, 0] - edges[place, 0], edges[others, 1] - edges[place, 1]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            share = (away_x * dy[others] - away_y * dx[others]) / cross
            other_share = (away_x * dy[place] - away_y * dx[place]) / cross
        hit = (share > 0) & (share < 1) & (other_share > 0) & (other_share < 1)
        found.append(edges[place, 1] + share[hit] * dy[place])
    levels = np.unique(np.concatenate(found))
    return np.asarray(levels[(levels >= top) & (levels <= bottom)])


def _crossings(edges: Floats, rows: Floats, padding: float) -> Floats:
    """For each row the sorted x where the outline crosses it, padded on the right to the longest row (an even number)."""
    level = rows[:, None]
    active = (edges[:, 1] <= level) & (level < edges[:, 3])
    share = (np.clip(level, edges[:, 1], edges[:, 3]) - edges[:, 1]) / (edges[:, 3] - edges[:, 1])
    across = np.where(active, edges[:, 0] + share * (edges[:, 2] - edges[:, 0]), np.inf)
    across.sort(axis=1)
    longest = int(active.sum(axis=1).max(initial=0))
    across = across[:, : longest + longest % 2]
    across[np.isinf(across)] = padding
    return across


def _shared_lengths(left: Floats, right: Floats) -> Floats:
    """For each row the length that lies in an interval of both; intervals are pairs of neighbouring crossings."""
    shared = np.zeros(len(left))
    for place in range(0, left.shape[1], 2):
        low, high = left[:, place, None], left[:, place + 1, None]
        wide = np.minimum(high, right[:, 1::2]) - np.maximum(low, right[:, 0::2])
        shared += np.maximum(wide, 0.0).sum(axis=1)
    return shared
