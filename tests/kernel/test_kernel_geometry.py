"""Geometry: areas agree between two independent methods, and every law of an overlap measure holds."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.kernel.geometry import (
    Box,
    box_about_corner,
    box_corners,
    box_from_corner,
    box_intersection,
    box_iou,
    polygon_area,
    polygon_intersection,
    polygon_iou,
    signed_area,
    turned,
)

sizes = st.floats(1, 200, allow_nan=False)
places = st.floats(-100, 300, allow_nan=False)
angles = st.one_of(st.sampled_from([0.0, 45.0, 90.0, 180.0, 270.0]), st.floats(0, 360, exclude_max=True))
boxes = st.builds(Box, places, places, sizes, sizes, angles)
outlines = st.lists(st.tuples(places, places), min_size=3, max_size=9)


def test_known_overlaps() -> None:
    square = Box(0, 0, 2, 2)
    assert box_iou(square, Box(1, 0, 2, 2)) == pytest.approx(1 / 3)
    diamond = Box(0, 0, 2, 2, 45)
    # The regular octagon of inradius 1 has area 8 (sqrt 2 - 1).
    assert box_intersection(square, diamond) == pytest.approx(8 * (math.sqrt(2) - 1))
    assert box_intersection(square, Box(5, 5, 1, 1, 30)) == 0.0
    assert box_iou(Box(0, 0, 4, 2), Box(1, -1, 2, 4, 90)) == pytest.approx(1.0)


def test_concave_and_crossing_outlines() -> None:
    letter_u = [(0.0, 0.0), (1.0, 0.0), (1.0, 2.0), (2.0, 2.0), (2.0, 0.0), (3.0, 0.0), (3.0, 3.0), (0.0, 3.0)]
    bar = [(0.0, 0.0), (3.0, 0.0), (3.0, 1.0), (0.0, 1.0)]
    assert polygon_area(letter_u) == pytest.approx(7.0)
    assert polygon_intersection(letter_u, bar) == pytest.approx(2.0)
    bow_tie = [(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)]
    assert polygon_area(bow_tie) == pytest.approx(2.0)
    assert signed_area(bow_tie) == pytest.approx(0.0)


def test_turning_is_clockwise_with_y_down_and_exact_at_quarters() -> None:
    assert turned(1, 0, 90) == (0.0, 1.0)
    assert turned(3, 4, 180) == (-3.0, -4.0)
    assert box_corners(Box(0, 0, 4, 2, 90))[0] == (3.0, -1.0)
    assert box_about_corner(Box(0, 0, 4, 2, 90))[:2] == (3.0, -1.0)


@given(boxes, boxes)
def test_two_methods_agree_on_boxes(left: Box, right: Box) -> None:
    clipped = box_intersection(left, right)
    slabs = polygon_intersection(box_corners(left), box_corners(right))
    assert clipped == pytest.approx(slabs, abs=1e-6 * max(left.width * left.height, right.width * right.height))


@given(boxes, boxes)
def test_box_overlap_laws(left: Box, right: Box) -> None:
    assert box_iou(left, left) == 1.0
    assert box_iou(left, right) == box_iou(right, left)
    assert 0.0 <= box_iou(left, right) <= 1.0


@settings(max_examples=60)
@given(outlines, outlines)
def test_polygon_overlap_laws(left: list[tuple[float, float]], right: list[tuple[float, float]]) -> None:
    assert polygon_iou(left, left) == 1.0
    assert polygon_iou(left, right) == polygon_iou(right, left)
    assert 0.0 <= polygon_iou(left, right) <= 1.0
    shared = polygon_intersection(left, right)
    assert shared <= min(polygon_area(left), polygon_area(right)) + 1e-6


@given(boxes)
def test_the_corner_form_is_the_same_box(box: Box) -> None:
    back = box_from_corner(box_about_corner(box))
    assert back == pytest.approx(box, abs=1e-9)
    assert polygon_area(box_corners(box)) == pytest.approx(box.width * box.height)
