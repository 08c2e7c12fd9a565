"""Generated values of the image types beyond box, polygon and keypoint (needs hypothesis): options and raw values."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from galley.kernel.runs import from_rows, lengths_of, write_counts

__all__ = ["IMAGE_OPTIONS", "SKELETON_POINTS"]

SKELETON_POINTS = ["nose", "left", "right"]
_LABELS = {"labels": ["cat", "dog"], "attributes": {"hidden": ["yes", "no"]}}
_WIDE, _HIGH = 640, 481

xs = st.integers(0, _WIDE * 1000).map(lambda thousandths: thousandths / 1000)
ys = st.integers(0, _HIGH * 1000).map(lambda thousandths: thousandths / 1000)
lengths = st.integers(1, 200_000).map(lambda thousandths: thousandths / 1000)
angles = st.one_of(st.just(0), st.integers(-720_000, 720_000).map(lambda thousandths: thousandths / 1000))
points = st.tuples(xs, ys).map(list)
placed = st.fixed_dictionaries(
    {"label": st.sampled_from(["cat", "dog"])},
    optional={
        "attributes": st.dictionaries(st.just("hidden"), st.sampled_from(["yes", "no"]), max_size=1),
        "group": st.sampled_from(["1", "2", ""]),
        "z": st.integers(-3, 3),
    },
)


def items(geometry: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Regions with labels and what else an image region may carry."""
    return st.lists(st.tuples(geometry, placed).map(lambda both: {**both[0], **both[1]}), max_size=3)


turned = st.fixed_dictionaries({"cx": xs, "cy": ys, "width": lengths, "height": lengths, "angle": angles})
round_ones = st.fixed_dictionaries({"cx": xs, "cy": ys, "rx": lengths, "ry": lengths, "angle": angles})
lines = st.fixed_dictionaries({"points": st.lists(points, min_size=2, max_size=6, unique_by=tuple)})


def _mask(boxes: list[tuple[int, int, int, int]]) -> dict[str, Any]:
    bitmap = np.zeros((_HIGH, _WIDE), dtype=np.int8)
    for left, top, wide, high in boxes:
        bitmap[top : top + high, left : left + wide] = 1
    edges = np.diff(np.concatenate([[0], bitmap.reshape(-1), [0]]))
    runs = from_rows(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), _HIGH, _WIDE)
    return {"size": [_HIGH, _WIDE], "counts": write_counts(lengths_of(runs))}


spots = st.tuples(st.integers(0, 600), st.integers(0, 450), st.integers(1, 300), st.integers(1, 30))
masks = st.lists(spots, min_size=1, max_size=3).map(_mask)
seen = st.tuples(xs, ys, st.sampled_from([1, 2])).map(list)
poses = st.tuples(seen, *[st.one_of(seen, st.just([0, 0, 0]))] * 2).map(lambda found: {"points": list(found)})
upright = st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(1, 80), st.integers(1, 80)).map(
    lambda box: [[box[0], box[1]], [box[0] + box[2], box[1]], [box[0] + box[2], box[1] + box[3]], [box[0], box[1] + box[3]]]
)  # fmt: skip
outlines = st.tuples(st.integers(0, 300), st.integers(0, 300), st.lists(st.tuples(lengths, lengths), max_size=3)).map(
    lambda found: [
        [found[0], found[1]], [found[0] + 7.5, found[1] + 0.25],
        *[[found[0] + dx / 2, min(found[1] + dy / 2 + 9, _HIGH)] for dx, dy in [*found[2], (3.0, 9.0)]],
    ]
)  # fmt: skip
written = st.fixed_dictionaries(
    {"points": st.one_of(upright, outlines), "text": st.sampled_from(["今天", "今天天气", "the cat", "the cot", ""])}
)

IMAGE_OPTIONS: dict[str, tuple[dict[str, Any], st.SearchStrategy[Any]]] = {
    "rotated_box": (_LABELS, items(turned)),
    "ellipse": (_LABELS, items(round_ones)),
    "polyline": ({**_LABELS, "tolerance": 60.0}, items(lines)),
    "mask": (_LABELS, items(masks)),
    "skeleton": ({**_LABELS, "points": SKELETON_POINTS, "edges": [[0, 1], [0, 2]], "sigmas": [0.5, 0.3, 0.3]}, items(poses)),
    "ocr": (_LABELS, items(written)),
}  # fmt: skip
