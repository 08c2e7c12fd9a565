"""Masks as runs: which pixels of an image belong to something, without ever holding the image.

Pixels are counted column by column (from the top left down), as COCO does; a run is a half-open stretch of them. Areas,
overlaps and votes are sums over runs. The text form is COCO's compressed run-length encoding (pycocotools' maskApi.c,
`rleToString`): background and foreground lengths in turns, each as the difference from the length two before it, in
groups of five bits, lowest first, written as the characters from `0`.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from galley.kernel.limits import IMAGE_PIXELS_MAX

__all__ = [
    "Runs",
    "by_rows",
    "covered",
    "from_rows",
    "lengths_of",
    "read_counts",
    "runs_area",
    "runs_bounds",
    "runs_intersection",
    "runs_iou",
    "runs_majority",
    "runs_of_lengths",
    "write_counts",
]

Ints = npt.NDArray[np.int64]

_GROUPS_MAX: Final = 7
"""Characters of one number: 35 bits hold every difference of lengths."""


class Runs(NamedTuple):
    """The pixels of a mask as stretches [start, end), in order, none touching the next."""

    height: int
    width: int
    starts: Ints
    ends: Ints


# --- Text --------------------------------------------------------------------------------------------------------


def read_counts(text: str) -> Ints:
    """The lengths in a compressed text, background first; raises ValueError when it is none."""
    codes = np.frombuffer(text.encode("ascii", "replace"), dtype=np.uint8).astype(np.int64) - 48
    if not len(codes):
        return np.zeros(0, dtype=np.int64)
    if codes.min() < 0 or codes.max() > 63 or codes[-1] & 32:
        raise ValueError("characters")
    last = np.flatnonzero((codes & 32) == 0)
    first = np.concatenate([[0], last[:-1] + 1])
    if (last - first).max() >= _GROUPS_MAX:
        raise ValueError("number")
    shift = 5 * (np.arange(len(codes)) - np.repeat(first, last - first + 1))
    numbers = np.add.reduceat((codes & 31) << shift, first)
    numbers -= np.where(codes[last] & 16, np.int64(1) << (shift[last] + 5), 0)
    lengths: Ints = numbers.astype(np.int64)
    lengths[1::2] = np.cumsum(lengths[1::2])
    lengths[2::2] = np.cumsum(lengths[2::2])
    if lengths.min() < 0 or lengths.max() > IMAGE_PIXELS_MAX:
        raise ValueError("length")
    return lengths


def write_counts(lengths: Sequence[int] | Ints) -> str:
    """The compressed text of lengths."""
    numbers = [int(length) for length in lengths]
    letters: list[str] = []
    for place, length in enumerate(numbers):
        rest = length - numbers[place - 2] if place > 2 else length
        while True:
            bits, rest = rest & 31, rest >> 5
            more = rest != (-1 if bits & 16 else 0)
            letters.append(chr(48 + bits + (32 if more else 0)))
            if not more:
                break
    return "".join(letters)


def runs_of_lengths(lengths: Ints, height: int, width: int) -> Runs:
    """The runs of lengths in turns, background first; raises ValueError unless they fill the image exactly."""
    edges = np.cumsum(np.asarray(lengths, dtype=np.int64))
    if int(edges[-1] if len(edges) else 0) != height * width:
        raise ValueError("sum")
    starts = edges[0 : len(edges) - len(edges) % 2 : 2]
    return _joined(height, width, starts, edges[1::2])


def lengths_of(runs: Runs) -> Ints:
    """The lengths of runs in turns, background first; a last background of nothing is left out, as COCO does."""
    edges = np.stack([runs.starts, runs.ends], axis=1).reshape(-1)
    whole = runs.height * runs.width
    closing = [] if len(edges) and edges[-1] == whole else [whole]
    return np.asarray(np.diff(np.concatenate([[0], edges, closing])).astype(np.int64))


def _joined(height: int, width: int, starts: Ints, ends: Ints) -> Runs:
    """Runs without empty ones, neighbours that touch made one."""
    full = ends > starts
    starts, ends = starts[full], ends[full]
    apart = starts[1:] > ends[:-1]
    return Runs(
        height, width, starts[np.concatenate([[True], apart])[: len(starts)]],
        ends[np.concatenate([apart, [True]])[-len(ends) :] if len(ends) else slice(0, 0)],
    )  # fmt: skip


# --- Measures ----------------------------------------------------------------------------------------------------


def runs_area(runs: Runs) -> int:
    """Pixels inside."""
    return int((runs.ends - runs.starts).sum())


def covered(runs: Runs, places: Ints) -> Ints:
    """How many pixels of the mask lie before each place."""
    before = np.concatenate([[0], np.cumsum(runs.ends - runs.starts)])
    at = np.searchsorted(runs.starts, places, side="right")
    over = np.where(at > 0, np.maximum(runs.ends[at - 1] - places, 0), 0) if len(runs.ends) else 0
    return np.asarray(before[at] - over)


def runs_intersection(left: Runs, right: Runs) -> int:
    """Pixels inside both; 0 when they are about images of different sizes."""
    if left[:2] != right[:2] or not len(left.starts) or not len(right.starts):
        return 0
    if left.ends[-1] <= right.starts[0] or right.ends[-1] <= left.starts[0]:
        return 0
    fewer, more = (left, right) if len(left.starts) <= len(right.starts) else (right, left)
    return int((covered(more, fewer.ends) - covered(more, fewer.starts)).sum())


def runs_iou(left: Runs, right: Runs) -> float:
    """Intersection over union, in [0, 1]; exact."""
    shared = runs_intersection(left, right)
    union = runs_area(left) + runs_area(right) - shared
    return shared / union if union else 0.0


def runs_bounds(runs: Runs) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the pixels, the last two exclusive; zeros of an empty mask."""
    if not len(runs.starts):
        return 0, 0, 0, 0
    first, last = runs.starts // runs.height, (runs.ends - 1) // runs.height
    inside = first == last
    top = int(np.where(inside, runs.starts % runs.height, 0).min())
    bottom = int(np.where(inside, (runs.ends - 1) % runs.height + 1, runs.height).max())
    return int(first[0]), top, int(last[-1]) + 1, bottom


def runs_majority(votes: Sequence[tuple[Runs, float]]) -> Runs:
    """The pixels that more than half of the weight covers, of masks of one size."""
    height, width = votes[0][0][:2]
    places = np.unique(np.concatenate([part for runs, _ in votes for part in (runs.starts, runs.ends)]))
    weight = np.zeros(len(places))
    whole = 0.0
    for runs, share in sorted(votes, key=lambda vote: (vote[1], vote[0].starts.tobytes(), vote[0].ends.tobytes())):
        at = np.searchsorted(runs.starts, places, side="right")
        inside = (at > 0) & (places < runs.ends[np.maximum(at, 1) - 1]) if len(runs.ends) else np.zeros(1, dtype=bool)
        weight = weight + np.where(inside, share, 0.0)
        whole += share
    kept = np.flatnonzero(2 * weight[:-1] > whole)
    return _joined(height, width, places[kept], places[kept + 1])


# --- Rows --------------------------------------------------------------------------------------------------------


def by_rows(runs: Runs) -> tuple[Ints, Ints]:
    """starts and ends of the same pixels counted row by row."""
    turned = _turned(runs.starts, runs.ends, runs.height, runs.width)
    return turned.starts, turned.ends


def from_rows(starts: Ints, ends: Ints, height: int, width: int) -> Runs:
    """The inverse of `by_rows`; stretches must be in order."""
    return _turned(np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64), width, height)


def _turned(starts: Ints, ends: Ints, length: int, lines: int) -> Runs:
    """Runs over lines of some length, counted across the lines instead; only the part with pixels is ever laid out."""
    joined = _joined(length, lines, starts, ends)
    first, low, last, high = runs_bounds(joined)
    edges = np.zeros((last - first) * length + 1, dtype=np.int8)
    edges[joined.starts - first * length] += 1
    edges[joined.ends - first * length] -= 1
    bits = np.cumsum(edges[:-1], dtype=np.int8).reshape(last - first, length)[:, low:high].T
    frame = np.zeros((high - low, last - first + 2), dtype=np.int8)
    frame[:, 1:-1] = bits
    change = np.diff(frame, axis=1)
    offset = (np.arange(low, high) * lines + first)[:, None]
    across = np.arange(last - first + 1)[None, :] + offset
    return _joined(lines, length, across[change == 1], across[change == -1])
