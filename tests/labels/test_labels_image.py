"""The image types in particular: canonical forms, geometry, consensus, and Label Studio's own converter."""

import json
import math
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from label_studio_sdk.converter import brush
from pycocotools import mask as coco  # type: ignore[import-untyped]

from galley.kernel.runs import by_rows, from_rows, lengths_of, write_counts
from galley.labels import errors
from galley.labels.brush_rle import brush_bytes, brush_rows
from galley.labels.label_studio_json import labels_of_results, results_of_labels
from galley.labels.label_studio_write import write_config
from galley.labels.label_type import Content
from galley.labels.schema import labels_check, schema_dict, schema_from_dict
from galley.labels.schema_text import schema_from_yaml, schema_yaml
from galley.labels.types.mask import runs_of
from galley.testing import label_values

IMAGE = Content(modality="image", width=100, height=50)
LEFT = [[0, 0], [40, 0], [40, 10], [0, 10]]
RIGHT = [[50, 0], [90, 0], [90, 10], [50, 10]]
LOW = [[0, 20], [40, 20], [40, 30], [0, 30]]


mask2rle: Any = brush.mask2rle
encode_rle: Any = brush.encode_rle


def label_type(name: str, **options: Any) -> Any:
    """A label type with options."""
    return label_values.label_type(name, **options)


def square(side: int, at: int = 0) -> dict[str, Any]:
    bitmap = np.zeros((50, 100), dtype=np.uint8)
    bitmap[at : at + side, at : at + side] = 1
    return {"size": [50, 100], "counts": coco.encode(np.asfortranarray(bitmap))["counts"].decode()}


@pytest.mark.parametrize(
    ("name", "options", "raw", "error", "place"),
    [
        ("rotated_box", {}, {"cx": 101, "cy": 1, "width": 2, "height": 2, "angle": 0}, errors.LabelRangeError, "value[0].cx"),
        ("rotated_box", {}, {"cx": 1, "cy": 1, "width": 0, "height": 2, "angle": 0}, errors.LabelEmptyError, "value[0]"),
        ("ellipse", {}, {"cx": 1, "cy": 1, "rx": 1, "ry": -2}, errors.LabelEmptyError, "value[0]"),
        ("ellipse", {}, {"cx": 1, "cy": 1, "rx": 1}, errors.LabelShapeError, "value[0].ry"),
        ("polyline", {}, {"points": [[1, 1], [1, 1]]}, errors.LabelCountError, "value[0].points"),
        ("polyline", {}, {"points": [[1, 1], [1, 51]]}, errors.LabelRangeError, "value[0].points[1][1]"),
        ("mask", {}, {"size": [50, 99], "counts": "0"}, errors.LabelRangeError, "value[0].size[1]"),
        ("mask", {}, {"size": [50, 100], "counts": "zz"}, errors.LabelShapeError, "value[0].counts"),
        ("mask", {}, {"size": [50, 100], "counts": [5000]}, errors.LabelEmptyError, "value[0]"),
        ("mask", {}, {"size": [50, 100], "counts": [-1, 5001]}, errors.LabelShapeError, "value[0].counts"),
        ("mask", {}, {"size": [50, 100], "counts": [10**30]}, errors.LabelRangeError, "value[0].counts[0]"),
        ("skeleton", {"points": ["a", "b"]}, {"points": [[1, 1, 2]]}, errors.LabelCountError, "value[0].points"),
        ("skeleton", {"points": ["a", "b"]}, {"points": [[1, 1, 0]] * 2}, errors.LabelEmptyError, "value[0]"),
        ("skeleton", {"points": ["a"]}, {"points": [[1, 1, 3]]}, errors.LabelRangeError, "value[0].points[0][2]"),
        ("ocr", {}, {"points": LEFT[:2], "text": "a"}, errors.LabelCountError, "value[0].points"),
        ("ocr", {}, {"points": LEFT, "text": 3}, errors.LabelShapeError, "value[0].text"),
        ("ocr", {"max_length": 2}, {"points": LEFT, "text": "abc"}, errors.LabelCountError, "value[0].text"),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(
    name: str, options: dict[str, Any], raw: Any, error: type[errors.LabelValueError], place: str
) -> None:
    with pytest.raises(error) as caught:
        label_type(name, **options).check([raw], IMAGE)
    assert caught.value.facts["place"] == place
    with pytest.raises(errors.LabelValueError):
        label_type(name, **options).compiled()([raw], IMAGE)


def test_canonical_forms() -> None:
    turned = {"cx": 50, "cy": 25, "width": 20, "height": 10}
    boxes = label_type("rotated_box")
    for angle, kept in ((190, 10.0), (-10, 170.0), (360, 0.0), (179.9999, 0.0), (30.00049, 30.0)):
        assert boxes.check([{**turned, "angle": angle}], IMAGE)[0]["angle"] == kept
        assert boxes.compiled()([{**turned, "angle": angle}], IMAGE)[0]["angle"] == kept
    circle = label_type("ellipse").check([{"cx": 5, "cy": 5, "rx": 3, "ry": 3, "angle": 77}], IMAGE)
    assert circle[0]["angle"] == 0
    line = {"points": [[9, 1], [9, 1], [5, 5], [1, 1]]}
    assert label_type("polyline").check([line], IMAGE)[0]["points"] == [[1, 1], [5, 5], [9, 1]]
    assert label_type("polyline", directed=True).check([line], IMAGE)[0]["points"] == [[9, 1], [5, 5], [1, 1]]
    pose = label_type("skeleton", points=["a", "b"]).check([{"points": [[7, 7, 0], [1, 2, 1]]}], IMAGE)
    assert pose[0]["points"] == [[0, 0, 0], [1, 2, 1]]
    said = label_type("ocr").check([{"points": RIGHT, "text": " é "}, {"points": LEFT, "text": ""}], IMAGE)
    assert [item["text"] for item in said] == ["é", ""]
    plain = label_type("mask").check([{"size": [50, 100], "counts": [50, 50, 0, 25, 4875]}], IMAGE)
    assert runs_of(plain[0]).starts.tolist() == [50]
    assert runs_of(plain[0]).ends.tolist() == [125]


def test_distances() -> None:
    boxes = label_type("rotated_box")
    flat, tall = (
        [{"cx": 50, "cy": 25, "width": 20, "height": 4, "angle": angle, "label": ""}] for angle in (0.0, 90.0)
    )
    assert boxes.similarities(flat, tall)[0][0] == pytest.approx(16 / (80 + 80 - 16))
    lines = label_type("polyline", tolerance=2)
    one, near, far = ([{"points": [[0.0, y], [90.0, y]], "label": ""}] for y in (10.0, 12.0, 12.001))
    assert lines.distance(one, near) == 0
    assert lines.distance(one, far) == 1
    masks = label_type("mask")
    big, small = ({**square(10), "label": ""}, {**square(8), "label": ""})
    assert masks.similarities([big], [small])[0][0] == 0.64
    way = label_type("polyline", directed=True)
    assert way.distance(one, [{"points": [[90.0, 10.0], [0.0, 10.0]], "label": ""}]) == 1


def test_oks_is_cocos_where_areas_agree() -> None:
    poses = label_type("skeleton", points=["a", "b", "c"], sigmas=[0.1, 0.2, 0.3])
    truth = [{"points": [[0.0, 0.0, 2], [20.0, 0.0, 1], [20.0, 20.0, 2]], "label": ""}]
    said = [{"points": [[3.0, 0.0, 2], [23.0, 4.0, 2], [23.0, 20.0, 2]], "label": ""}]
    area = 400.0
    expected = sum(
        math.exp(-square / (2 * area * (2 * sigma) ** 2)) for square, sigma in ((9, 0.1), (25, 0.2), (9, 0.3))
    )
    assert poses.similarities(truth, said)[0][0] == pytest.approx(expected / 3)
    half = [{"points": [[0.0, 0.0, 2], [20.0, 0.0, 1], [0.0, 0.0, 0]], "label": ""}]
    assert poses.similarities(truth, half)[0][0] == pytest.approx(2 / 3)


def test_text_counts_by_characters_and_order() -> None:
    ocr = label_type("ocr", order_weight=0.5)

    def said(*items: tuple[list[list[int]], str]) -> Any:
        return ocr.check([{"points": points, "text": text} for points, text in items], IMAGE)

    both = said((LEFT, "ab"), (RIGHT, "cd"))
    assert ocr.distance(both, said((LEFT, "ax"), (RIGHT, "cd"))) == pytest.approx(1 - 2 * 1.5 / 4)
    assert ocr.distance(both, said((RIGHT, "cd"), (LEFT, "ab"))) == pytest.approx(0.5)
    assert ocr.distance(both, said((LEFT, "ab"))) == pytest.approx(1 - 2 / 3)
    assert ocr.distance(both, said((LOW, "ab"))) == 1
    merged = ocr.merge(
        [both, said((LEFT, "ab"), (RIGHT, "ce")), said((RIGHT, "cd"), (LEFT, "ab"), (LOW, "x"))], [1, 1, 1]
    )
    assert merged == both


def test_masks_merge_by_pixels_and_poses_by_points() -> None:
    masks = label_type("mask")
    values = [masks.check([square(side)], IMAGE) for side in (10, 12, 14)]
    assert masks.merge(values, [1, 1, 1]) == values[1]
    poses = label_type("skeleton", points=["a", "b"], threshold=0.1, sigmas=[1, 1])
    given = [[[0, 0, 2], [20, 20, 2]], [[2, 0, 1], [20, 22, 1]], [[1, 0, 2], [0, 0, 0]]]
    merged = poses.merge([poses.check([{"points": points}], IMAGE) for points in given], [1, 1, 1])
    assert merged[0]["points"] == [[1, 0, 2], [20, 20, 1]]


# --- Label Studio ----------------------------------------------------------------------------------------------------


@given(arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 1)))
@settings(deadline=None)
def test_brush_streams_are_the_converters(bitmap: np.ndarray) -> None:
    flat = bitmap.reshape(-1).astype(np.int8)
    edges = np.diff(np.concatenate([[0], flat, [0]]).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    stream = brush_bytes(starts, ends, bitmap.size)
    assert stream == mask2rle(bitmap * np.uint8(255))
    assert (brush.decode_rle(stream).reshape(*bitmap.shape, 4)[:, :, 3] == bitmap * 255).all()
    back = brush_rows(stream, bitmap.size)
    assert back[0].tolist() == starts.tolist()
    assert back[1].tolist() == ends.tolist()
    if bitmap.any():
        runs = from_rows(*back, *map(int, bitmap.shape))
        assert write_counts(lengths_of(runs)) == coco.encode(np.asfortranarray(bitmap))["counts"].decode()
        assert [part.tolist() for part in by_rows(runs)] == [starts.tolist(), ends.tolist()]


def test_long_runs_and_the_streams_of_label_studio_itself() -> None:
    picture = np.zeros((300, 700, 4), dtype=np.uint8)
    picture[20:280, 5:690] = 200, 10, 10, 255
    picture[0, 0], picture[0, 1] = (9, 9, 9, 127), (9, 9, 9, 128)  # the soft edge of a brush
    stream = encode_rle(picture.reshape(-1))
    starts, ends = brush_rows(stream, 300 * 700)
    assert (starts[0], ends[0]) == (1, 2)
    assert len(starts) == 1 + 260
    solid = brush_bytes([0], [300 * 700], 300 * 700)
    assert solid == mask2rle(np.full((300, 700), 255, dtype=np.uint8))


@given(st.lists(st.integers(-1, 256), max_size=30), st.binary(max_size=24))
def test_broken_streams_are_refused(numbers: list[int], tail: bytes) -> None:
    masks = label_type("mask")
    head = brush_bytes([], [], 5000)[:7]
    for rle in (numbers, [*head, *tail], None, "rle", [1.5], head):
        result = {"id": "a", "from_name": "m", "type": "brush", "value": {"format": "rle", "rle": rle},
                  "original_width": 100, "original_height": 50}  # fmt: skip
        if isinstance(_read(masks, result), errors.LabelValueError):
            continue
        assert isinstance(rle, list)


def _read(masks: Any, result: dict[str, Any]) -> Any:
    try:
        return masks.from_label_studio([result], IMAGE)
    except errors.LabelValueError as problem:
        return problem


SCHEMA = """
controls:
  - {name: boxes, type: rotated_box, field: image, labels: [cat], attributes: {age: {type: number, required: true}}}
  - {name: rounds, type: ellipse, field: image, labels: [cat]}
  - {name: lanes, type: polyline, field: image, labels: [left]}
  - {name: pixels, type: mask, field: image}
  - {name: people, type: skeleton, field: image, labels: [person], points: [head, hand], edges: [[0, 1]]}
  - {name: words, type: ocr, field: image, labels: [title, line]}
"""
LABELS: dict[str, Any] = {
    "boxes": [{"cx": 50, "cy": 25, "width": 20, "height": 10, "angle": 33.25, "label": "cat", "attributes": {"age": 3}, "group": "g", "z": 2}],
    "rounds": [{"cx": 50, "cy": 25, "rx": 20, "ry": 10, "angle": 140.125, "label": "cat", "group": "g"}],
    "lanes": [{"points": [[0, 0], [10, 20.5], [90, 49]], "label": "left"}],
    "pixels": [{**square(10), "label": ""}],
    "people": [{"points": [[5, 5, 1], [9, 30, 2]], "label": "person"}, {"points": [[60, 5, 2], [0, 0, 0]], "label": "person"}],
    "words": [
        {"points": RIGHT, "text": "second", "label": "line"},
        {"points": LEFT, "text": "first 第一", "label": "title"},
        {"points": [[1, 30], [30, 20], [35, 30], [5, 45]], "text": "", "label": "line"},
    ],
}  # fmt: skip


def test_a_whole_annotation_goes_to_label_studio_and_back() -> None:
    schema = schema_from_yaml(SCHEMA)
    assert schema_from_dict(json.loads(json.dumps(schema_dict(schema)))) == schema
    assert schema_from_yaml(schema_yaml(schema)) == schema
    labels = labels_check(schema, LABELS, IMAGE)
    assert schema.checker.check(LABELS, IMAGE) == labels
    results = json.loads(json.dumps(results_of_labels(schema, labels, IMAGE)))
    kinds = {result["type"] for result in results}
    assert kinds == {
        "rectanglelabels", "number", "ellipselabels", "vectorlabels", "brush", "keypointlabels", "polygonlabels", "textarea",
    }  # fmt: skip
    back, left_out = labels_of_results(schema, results, {}, Content())
    assert left_out == ()
    assert back == labels


def test_the_config_has_a_tag_for_every_name_of_a_result() -> None:
    schema = schema_from_yaml(SCHEMA)
    written = write_config(schema)
    names = {tag.get("name") for tag in ElementTree.fromstring(written.xml).iter() if tag.get("toName")}
    results = results_of_labels(schema, labels_check(schema, LABELS, IMAGE), IMAGE)
    assert {result["from_name"] for result in results} <= names
    # Which points a line joins is drawn nowhere in Label Studio.
    assert [loss.detail.split(":")[0] for loss in written.losses] == ["edges"]


def test_label_studios_own_turned_rectangle() -> None:
    # 20 × 10 pixels, turned by 90 degrees about its corner at (50, 10): it hangs to the left of that corner.
    value = {"x": 50, "y": 20, "width": 20, "height": 20, "rotation": 90, "rectanglelabels": ["cat"]}
    result = {
        "id": "a",
        "from_name": "b",
        "type": "rectanglelabels",
        "value": value,
        "original_width": 100,
        "original_height": 50,
    }
    (item,) = label_type("rotated_box", labels=["cat"]).from_label_studio([result], Content())
    assert (item["cx"], item["cy"], item["width"], item["height"], item["angle"]) == (45, 20, 20, 10, 90)


def test_keypoints_nobody_drew_a_rectangle_around_are_one_skeleton() -> None:
    poses = label_type("skeleton", points=["head", "hand"])
    results = [
        {"id": name, "from_name": "p-points", "type": "keypointlabels", "original_width": 100, "original_height": 50,
         "value": {"x": x, "y": 50, "keypointlabels": [name]}}
        for name, x in (("hand", 10), ("head", 20), ("tail", 30))
    ]  # fmt: skip
    (item,) = poses.from_label_studio(results, Content())
    assert item["points"] == [[20, 25, 2], [10, 25, 2]]
