"""Other tools' label files: read, written back, and refused where they are wrong, with the line."""

import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.kernel.errors import GalleyError
from galley.kernel.geometry import box_iou
from galley.labels.errors import LabelFileError, LabelFileShapeError, LabelFileSizeError
from galley.labels.formats.coco import bbox_of_box, read_coco, segment_of_points
from galley.labels.formats.conll import conll_record, read_conll, tokens_of
from galley.labels.formats.jsonl import jsonl_line, read_jsonl
from galley.labels.formats.yolo import (
    YoloClasses,
    image_key,
    read_data_yaml,
    read_yolo,
    yolo_box,
    yolo_corners,
    yolo_points,
)
from galley.labels.label_type import Content
from galley.labels.schema import labels_check
from galley.labels.schema_text import schema_from_yaml
from galley.labels.types.box import box_of
from galley.testing import label_values

IMAGES = schema_from_yaml("""
controls:
  - {name: boxes, type: box, labels: [cat, dog], attributes: {hidden: ["yes", "no"]}}
  - {name: shapes, type: polygon, labels: [cat, dog]}
  - {name: dots, type: keypoint, labels: [nose, tail], attributes: {visibility: [visible, occluded]}}
""")
BOXES = schema_from_yaml("controls:\n  - {name: boxes, type: box, labels: [cat, dog]}\n")
SPANS = schema_from_yaml("controls:\n  - {name: who, type: span, labels: [PER, LOC]}\n")
SIZE = (640, 481)


def codes(problems: tuple[GalleyError, ...]) -> list[tuple[str, object]]:
    return [(problem.code, problem.facts["line"]) for problem in problems]


# --- COCO --------------------------------------------------------------------------------------------------------


def coco(*annotations: dict[str, Any], images: list[dict[str, Any]] | None = None) -> io.BytesIO:
    pictures = images or [{"id": 7, "file_name": "a.jpg", "width": 100, "height": 50}, {"id": 9, "file_name": "b.jpg"}]
    categories = [{"id": 3, "name": "cat", "keypoints": ["nose", "tail"]}, {"id": 90, "name": "dog"}]
    return io.BytesIO(
        json.dumps({"images": pictures, "categories": categories, "annotations": annotations}, indent=0).encode()
    )


def test_coco_geometry_goes_to_the_controls_that_hold_it() -> None:
    found = {
        "image_id": 7, "category_id": 3, "bbox": [1, 2, 30, 20], "segmentation": [[1, 2, 31, 2, 31, 22], [5, 5, 9, 5, 9, 9]],
        "keypoints": [3, 4, 2, 0, 0, 0], "attributes": {"hidden": "yes", "other": 1},
    }  # fmt: skip
    crowd = {
        "image_id": 7,
        "category_id": 90,
        "bbox": [0, 0, 5, 5],
        "iscrowd": 1,
        "segmentation": {"counts": [1], "size": [50, 100]},
    }
    first, second = read_coco(coco(found, crowd), IMAGES)
    assert (first.key, first.content.width, first.content.height) == ("a.jpg", 100, 50)
    assert first.labels is not None
    labels = labels_check(IMAGES, first.labels, first.content)
    assert labels["boxes"][1] == {
        "x": 1, "y": 2, "width": 30, "height": 20, "rotation": 0, "label": "cat", "attributes": {"hidden": "yes"},
    }  # fmt: skip
    assert [shape["points"] for shape in labels["shapes"]] == [[[1, 2], [31, 2], [31, 22]], [[5, 5], [9, 5], [9, 9]]]
    assert labels["dots"] == [{"x": 3, "y": 4, "label": "nose", "attributes": {"visibility": "visible"}}]
    (kept_out,) = first.problems
    assert kept_out.facts["found"] == "iscrowd × 1, segmentation RLE × 1, segmentation parts of one object × 1"
    assert (second.key, second.labels, second.problems) == ("b.jpg", {"boxes": [], "shapes": [], "dots": []}, ())


def test_coco_problems_name_their_line_and_stay_with_their_image() -> None:
    rows = list(
        read_coco(
            coco({"image_id": 7, "category_id": 1}, {"image_id": 8, "category_id": 3}, {"image_id": 7}, {"image_id": 7, "category_id": 90, "bbox": [1, 2]}),
            BOXES,
        )
    )  # fmt: skip
    text = (
        coco({"image_id": 7, "category_id": 1}, {"image_id": 8, "category_id": 3}, {"image_id": 7})
        .getvalue()
        .decode()
        .split("\n")
    )
    assert codes(rows[0].problems) == [
        ("GLY-LAB-042", text.index('"category_id": 1') - 1)
    ]  # two lines above, and lists count from 0
    assert [code for code, _ in codes(rows[2].problems)] == ["GLY-LAB-042", "GLY-LAB-041"]
    assert rows[2].key == ""
    for _, line in codes(rows[2].problems):
        assert text[int(str(line)) - 1].startswith("{")
    twice = [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}]
    assert [row.labels for row in read_coco(coco(images=twice), BOXES)] == [{"boxes": []}, None]
    for hostile in (b"", b"[]", b'{"images": 3}', b'{"images": [' + b"[" * 100_000):
        with pytest.raises(LabelFileError):
            list(read_coco(io.BytesIO(hostile), BOXES))


def test_coco_keeps_a_rotation_and_names_what_it_cannot_hold() -> None:
    turned = {"image_id": 7, "category_id": 3, "bbox": [40, 20, 20, 10], "attributes": {"rotation": 90}}
    row = next(read_coco(coco(turned), BOXES))
    assert row.labels is not None
    (box,) = labels_check(BOXES, row.labels, row.content)["boxes"]
    assert box["rotation"] == 90
    assert bbox_of_box(box) == [45, 15, 10, 20]
    assert segment_of_points([[1, 2], [3, 4]]) == [1, 2, 3, 4]


# --- YOLO --------------------------------------------------------------------------------------------------------

CLASSES = YoloClasses(names={0: "cat", 1: "dog"}, keypoint_shape=(2, 3), keypoint_names=("nose", "tail"))


def yolo(text: str, schema: Any, task: Any = "detect") -> Any:
    (row,) = read_yolo([("labels/a.txt", io.BytesIO(text.encode()))], CLASSES, schema, lambda _: SIZE, task)
    return row


def line(label: str, numbers: list[float]) -> str:
    return " ".join([str({"cat": 0, "dog": 1}[label]), *map(repr, numbers)]) + "\n"


@settings(max_examples=40, deadline=None)
@given(label_values.boxes)
def test_yolo_boxes_there_and_back(raw: list[dict[str, Any]]) -> None:
    content = Content(width=SIZE[0], height=SIZE[1])
    boxes = labels_check(BOXES, {"boxes": [{**box, "attributes": {}} for box in raw]}, content)["boxes"]
    row = yolo("".join(line(box["label"], yolo_box(box, SIZE)) for box in boxes), BOXES)
    assert labels_check(BOXES, row.labels, row.content)["boxes"] == boxes


@settings(max_examples=40, deadline=None)
@given(label_values.turned_boxes)
def test_yolo_turned_boxes_there_and_back(raw: list[dict[str, Any]]) -> None:
    content = Content(width=SIZE[0], height=SIZE[1])
    boxes = labels_check(BOXES, {"boxes": raw}, content)["boxes"]
    row = yolo("".join(line(box["label"], yolo_corners(box, SIZE)) for box in boxes), BOXES, "obb")
    assert row.problems == ()
    back = labels_check(BOXES, row.labels, row.content)["boxes"]
    for box in boxes:
        # The angle of a side of a thousandth of a pixel is not determined to a thousandth of a degree.
        assert max(box_iou(box_of(box), box_of(other)) for other in back if other["label"] == box["label"]) > 0.9


def test_yolo_tasks() -> None:
    shapes = schema_from_yaml("controls:\n  - {name: shapes, type: polygon, labels: [cat, dog]}\n")
    points: list[list[float]] = [[0, 0], [64, 0], [64, 48.1]]
    row = yolo(line("dog", yolo_points(points, SIZE)), shapes, "segment")
    assert labels_check(shapes, row.labels, row.content)["shapes"][0]["points"] == points
    row = yolo("0 0.5 0.5 0.5 0.5 0.1 0.1 2 0.2 0.2 0\n1 0.5 0.5 0.5 0.5 0.1 0.1 0 0.5 0.5 1", IMAGES, "pose")
    assert [(dot["label"], dot["attributes"]["visibility"]) for dot in row.labels["dots"]] == [
        ("nose", "visible"),
        ("tail", "occluded"),
    ]
    assert len(row.labels["boxes"]) == 2


def test_yolo_problems_name_their_line() -> None:
    row = yolo("0 0.5 0.5 0.1 0.1\n\n9 0.5 0.5 0.1 0.1\n0 0.5 x 0.1 0.1\n0 0.5\n0 nan 0.5 0.1 0.1\n-1 1 1 1 1\n", BOXES)
    assert len(row.labels["boxes"]) == 1
    assert codes(row.problems) == [
        ("GLY-LAB-042", 3),
        ("GLY-LAB-041", 4),
        ("GLY-LAB-041", 5),
        ("GLY-LAB-041", 6),
        ("GLY-LAB-041", 7),
    ]
    bad = yolo("0 0 0 1 0 0.2 0.9 0 1", BOXES, "obb")
    assert codes(bad.problems) == [("GLY-LAB-041", 1)]
    (unknown,) = read_yolo([("labels/a.txt", io.BytesIO(b""))], CLASSES, BOXES, lambda _: None)
    assert [problem.code for problem in unknown.problems] == ["GLY-LAB-045"]
    assert unknown.labels is None


def test_yolo_files_belong_to_images() -> None:
    assert image_key("data/labels/train/a.b.txt") == "data/images/train/a.b"
    assert image_key("labels/labels/a.txt") == "labels/images/a"
    assert image_key("a.txt") == "a"


def test_data_yaml() -> None:
    assert read_data_yaml("path: x\nnames: [cat, no]\n").names == {0: "cat", 1: "no"}
    read = read_data_yaml("names:\n  0: cat\n  5: dog\nkpt_shape: [17, 3]\n")
    assert (read.names, read.keypoint_shape) == ({0: "cat", 5: "dog"}, (17, 3))
    for text, at in (
        ("x: 1", 1),
        ("a: 1\nnames: 3", 2),
        ("names: [a]\nkpt_shape: [0, 9]", 2),
        ("names: {a: b}", 1),
        ("names: [", 1),
    ):
        with pytest.raises(LabelFileShapeError) as caught:
            read_data_yaml(text)
        assert caught.value.facts["line"] == at


# --- CoNLL -------------------------------------------------------------------------------------------------------


def test_conll_dialects_and_text() -> None:
    text = "-DOCSTART- -X- O O\n\n# id = s1\nJohn NNP B-NP B-PER\nSmith NNP I-NP I-PER\nlives VBZ O O\n\n小 B-PER\n明 I-PER\n在 O\n# O\n京 S-LOC\n"
    first, second = read_conll(io.BytesIO(text.encode()), SPANS)
    assert (first.key, first.content.text, first.line) == ("s1", "John Smith lives", 4)
    assert first.labels == {"who": [{"start": 0, "end": 10, "label": "PER"}]}
    assert (second.key, second.content.text) == ("1", "小明在#京")
    assert second.labels == {"who": [{"start": 0, "end": 2, "label": "PER"}, {"start": 4, "end": 5, "label": "LOC"}]}
    (joined,) = read_conll(io.BytesIO(b"a\tB-PER\nb\tI-PER"), SPANS, joiner="")
    assert joined.content.text == "ab"


def test_conll_problems_spoil_their_record_only() -> None:
    text = b"a B-PER\n\nb PER\nc\n\nd O\n" + b"\xff\xfe O\n\ne B-LOC"
    rows = list(read_conll(io.BytesIO(text), SPANS))
    assert [row.labels is None for row in rows] == [False, True, True, False]
    assert codes(rows[1].problems) == [("GLY-LAB-041", 3), ("GLY-LAB-041", 4)]
    assert codes(rows[2].problems) == [("GLY-LAB-040", 7)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["今天", "the ", "cat ", "，", "x1 "]), st.sampled_from(["", "PER", "LOC"])),
        max_size=8,
    )
)
def test_conll_there_and_back(parts: list[tuple[str, str]]) -> None:
    text = ""
    spans: list[dict[str, Any]] = []
    for piece, label in parts:
        if label:
            spans.append({"start": len(text), "end": len(text) + len(piece.strip()), "label": label})
        text += piece
    written, lost = conll_record(text, spans, key="k 1")
    assert lost == []
    rows = list(read_conll(io.BytesIO(written.encode()), SPANS))
    if tokens_of(text):
        (row,) = rows
        assert row.key == "k 1"
        assert row.labels is not None
        found = [(row.content.text or "")[span["start"] : span["end"]] for span in row.labels["who"]]
        assert found == [text[span["start"] : span["end"]] for span in spans]
        assert [span["label"] for span in row.labels["who"]] == [span["label"] for span in spans]


def test_conll_says_what_tags_cannot_hold() -> None:
    spans = [
        {"start": 0, "end": 4, "label": "A"},
        {"start": 2, "end": 4, "label": "B"},
        {"start": 6, "end": 7, "label": "C"},
    ]
    written, lost = conll_record("天天向上 cat", spans)
    assert lost == [1, 2]
    assert written.splitlines()[0] == "天\tB-A"


# --- JSONL -------------------------------------------------------------------------------------------------------


def test_jsonl_there_and_back_with_problems_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"\xef\xbb\xbf" + jsonl_line("r1", {"who": [], "a": "好"}, key="k") + b"\n" + b"\n".join(
        [b'{"id": 1, "labels": null}', b"{", b"[]", b'{"labels": {}}', b'{"key": "k", "labels": []}', b'"\xff"', b"[" * 5000]
    )  # fmt: skip
    rows = list(read_jsonl(io.BytesIO(data)))
    assert (rows[0].id, rows[0].key, rows[0].labels, rows[0].line) == ("r1", "k", {"who": [], "a": "好"}, 1)
    assert (rows[1].id, rows[1].labels, rows[1].problems) == ("1", None, ())
    assert [problem.code for row in rows[2:] for problem in row.problems] == [
        "GLY-LAB-040", "GLY-LAB-041", "GLY-LAB-041", "GLY-LAB-041", "GLY-LAB-040", "GLY-LAB-040",
    ]  # fmt: skip
    assert [row.line for row in rows[2:]] == [4, 5, 6, 7, 8, 9]
    monkeypatch.setattr("galley.labels.formats.row.LINE_BYTES_MAX", 100)
    with pytest.raises(LabelFileSizeError):
        list(read_jsonl(io.BytesIO(b'{"id": "' + b"x" * 200)))
