"""Runs, ellipses and lines against other ways to the same numbers: pycocotools, bitmaps, fine outlines, sampling."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco  # type: ignore[import-untyped]

from galley.kernel.ellipses import Ellipse, ellipse_area, ellipse_bounds, ellipse_iou, ellipse_outline
from galley.kernel.geometry import bounds, polygon_area, polygon_iou
from galley.kernel.polylines import length_near, line_alike, line_length
from galley.kernel.runs import (
    Runs,
    by_rows,
    from_rows,
    lengths_of,
    read_counts,
    runs_area,
    runs_bounds,
    runs_intersection,
    runs_iou,
    runs_majority,
    runs_of_lengths,
    write_counts,
)

sizes = st.tuples(st.integers(1, 20), st.integers(1, 20))
pairs = sizes.flatmap(lambda size: st.tuples(*[arrays(np.uint8, size, elements=st.integers(0, 1)) for _ in "12"]))
small = st.integers(0, 300).map(lambda tenths: tenths / 10)
lines = st.lists(st.tuples(small, small), min_size=2, max_size=5, unique=True)
ellipses = st.builds(
    Ellipse, small, small, st.integers(5, 200).map(lambda n: n / 10), st.integers(5, 200).map(lambda n: n / 10),
    st.integers(0, 179),
)  # fmt: skip


def runs_of(bitmap: np.ndarray) -> tuple[Runs, str]:
    """The runs of a bitmap by pycocotools' text of it."""
    text = coco.encode(np.asfortranarray(bitmap))["counts"].decode()
    return runs_of_lengths(read_counts(text), *map(int, bitmap.shape)), text


@given(pairs)
@settings(deadline=None)
def test_runs_are_pycocotools(bitmaps: tuple[np.ndarray, np.ndarray]) -> None:
    left, right = bitmaps
    (mine, text), (yours, _) = runs_of(left), runs_of(right)
    assert write_counts(lengths_of(mine)) == text
    assert runs_area(mine) == left.sum()
    shared = int((left & right).sum())
    assert runs_intersection(mine, yours) == runs_intersection(yours, mine) == shared
    assert runs_iou(mine, yours) == (shared / max(int((left | right).sum()), 1))
    low, high, right_edge, bottom = runs_bounds(mine)
    assert [low, high, right_edge - low, bottom - high] == list(coco.toBbox(coco.encode(np.asfortranarray(left))))
    starts, ends = by_rows(mine)
    flat = np.zeros(left.size, dtype=np.uint8)
    for start, end in zip(starts, ends, strict=True):
        flat[start:end] = 1
    assert (flat.reshape(left.shape) == left).all()
    again = from_rows(starts, ends, *map(int, left.shape))
    assert write_counts(lengths_of(again)) == text
    voted = runs_majority([(mine, 1.0), (yours, 1.5), (mine, 0.25)])
    assert write_counts(lengths_of(voted)) == runs_of((2 * (1.25 * left + 1.5 * right) > 2.75).astype(np.uint8))[1]


@given(st.text(st.characters(min_codepoint=40, max_codepoint=120), max_size=12))
def test_broken_counts_are_refused_or_read(text: str) -> None:
    try:
        lengths = read_counts(text)
    except ValueError:
        return
    assert (lengths >= 0).all()


def test_masks_of_other_sizes_share_nothing_and_large_ones_cost_their_runs() -> None:
    side = 14_000
    column = runs_of_lengths(np.array([side, 2 * side, side * side - 3 * side]), side, side)
    assert runs_area(column) == 2 * side
    assert runs_iou(column, column) == 1.0
    assert runs_intersection(column, runs_of_lengths(np.array([0, 4]), 2, 2)) == 0
    with pytest.raises(ValueError, match="sum"):
        runs_of_lengths(np.array([3, 3]), 2, 2)


@given(ellipses, ellipses)
@settings(deadline=None, max_examples=25)
def test_ellipses_are_their_fine_outlines(left: Ellipse, right: Ellipse) -> None:
    outlines = [ellipse_outline(ellipse, 720) for ellipse in (left, right)]
    assert ellipse_iou(left, right) == ellipse_iou(right, left)
    assert ellipse_iou(left, right) == pytest.approx(polygon_iou(*outlines), abs=5e-4)
    assert ellipse_area(left) == pytest.approx(polygon_area(outlines[0]), rel=1e-4)
    assert ellipse_bounds(left) == pytest.approx(bounds(outlines[0]), abs=1e-2)


@pytest.mark.parametrize("apart", [0.5, 3.0, 7.5, 9.9])
def test_circles_share_a_lens(apart: float) -> None:
    radius = 5.0
    lens = 2 * radius**2 * math.acos(apart / 2 / radius) - apart / 2 * math.sqrt(4 * radius**2 - apart**2)
    expected = lens / (2 * math.pi * radius**2 - lens)
    found = ellipse_iou(Ellipse(0, 0, radius, radius), Ellipse(apart, 0, radius, radius, 30))
    assert found == pytest.approx(expected, abs=1e-5)


@given(lines, lines, st.sampled_from([0.5, 3.0, 10.0]))
@settings(deadline=None, max_examples=40)
def test_lines_near_each_other_are_what_sampling_says(
    left: list[tuple[float, float]], right: list[tuple[float, float]], tolerance: float
) -> None:
    near, samples = 0.0, 400
    for start, end in itertools.pairwise(left):
        shares = (np.arange(samples) + 0.5) / samples
        places = np.array(start) + shares[:, None] * (np.array(end) - np.array(start))
        best = np.full(samples, np.inf)
        for here, there in itertools.pairwise(right):
            along = np.array(there) - np.array(here)
            at = np.clip(((places - here) @ along) / (along @ along), 0, 1)
            best = np.minimum(best, np.hypot(*(places - here - at[:, None] * along).T))
        near += float((best <= tolerance).mean()) * math.dist(start, end)
    assert length_near(left, right, tolerance) == pytest.approx(near, abs=0.02 * line_length(left))
    assert line_alike(left, right, tolerance) == line_alike(right, left, tolerance)
    assert line_alike(left, left[::-1], tolerance) == 1.0


def test_a_tolerance_is_a_border() -> None:
    line, other = [(0.0, 0.0), (10.0, 0.0)], [(0.0, 3.0), (10.0, 3.0)]
    assert line_alike(line, other, 3.0) == 1.0
    assert line_alike(line, other, 2.999) == 0.0
    assert length_near(line, [(5.0, 4.0), (5.0, 9.0)], 5.0) == pytest.approx(6.0)
