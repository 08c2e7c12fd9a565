"""What each format really says, read back by other tools where there are any."""

import csv
import itertools
import json
import math
from pathlib import Path
from typing import Any, Literal

import msgspec
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from galley.catalog.reader import VersionReader
from galley.kernel.extension import make
from galley.kernel.geometry import Box, box_corners
from galley.kernel.span import spans_of_tags
from galley.labels.formats.coco import read_coco
from galley.labels.formats.yolo import read_data_yaml, read_yolo
from galley.labels.label_type import Content
from galley.labels.schema import LabelSchema, labels_check, schema_from_dict
from galley.release.errors import ExportEmptyError
from galley.release.export import labelled_rows
from galley.release.exporter import ExportReport
from galley.release.ext.conll import tokens_of
from galley.testing.exporter_contract import HOSTILE_SCHEMA, hostile_version
from galley.testing.memory import MemoryBlobs, memory_desk
from galley.testing.versions import media_row, text_row, version_of


def export(
    name: str, version: VersionReader, tmp_path: Path, params: dict[str, Any] | None = None
) -> tuple[Path, ExportReport]:
    """One export."""
    out = tmp_path / name
    out.mkdir()
    exporter: Any = make("exporter", name, params or {})
    return out, exporter.write(version, out, memory_desk(tmp_path))


def losses(report: ExportReport) -> dict[str, int]:
    """Counts by code."""
    return {loss.code: loss.count for loss in report.losses}


@pytest.fixture
def hostile() -> VersionReader:
    return hostile_version(MemoryBlobs())


def texts(version: VersionReader) -> list[Any]:
    return [each for each in labelled_rows(version) if each.row["modality"] == "text"]


# --- Tables ------------------------------------------------------------------------------------------------------


def test_jsonl_says_everything(hostile: VersionReader, tmp_path: Path) -> None:
    out, report = export("jsonl", hostile, tmp_path)
    lines = [json.loads(line) for line in (out / "records.jsonl").read_text().split("\n")[:-1]]
    for line, (row, labels) in zip(lines, labelled_rows(hostile), strict=True):
        assert (line["text"], line["labels"], line["labeler_kind"]) == (row["text"], labels, row["labeler_kind"])
        assert line["meta"] == json.loads(row["meta"])
        if row["blob"] is not None:
            assert (out / line["file"]).read_bytes() == hostile.blobs.get(row["blob"])
    assert report.losses == ()


def test_parquet_says_everything(hostile: VersionReader, tmp_path: Path) -> None:
    out, report = export("parquet", hostile, tmp_path)
    table = pq.read_table(out / "data/part-00000.parquet")
    assert table.num_rows == hostile.rows
    for column in ("text", "labels", "key", "labeler_kind", "blob"):
        expected = [each.row[column] for each in labelled_rows(hostile)]
        assert table.column(column).to_pylist() == expected
    assert table.column("tone")[0].as_py() == "=good"
    assert report.losses == ()


def test_csv_reads_back_but_for_its_losses(hostile: VersionReader, tmp_path: Path) -> None:
    out, report = export("csv", hostile, tmp_path, {"guard_formulas": False})
    assert (out / "records.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (out / "records.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for held, (row, labels) in zip(rows, labelled_rows(hostile), strict=True):
        assert held["text"] == (row["text"] or "").replace("\0", "\ufffd")
        assert held["key"] == row["key"].replace("\0", "\ufffd")
        assert held["label:tone"] == (labels or {}).get("tone", "")
        assert json.loads(held["label:spans"] or "null") == (labels or {}).get("spans")
    assert losses(report) == {"null_character": 5}


def test_csv_disarms_formulas_and_counts_them(hostile: VersionReader, tmp_path: Path) -> None:
    out, report = export("csv", hostile, tmp_path)
    with (out / "records.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in list(csv.reader(file))[1:] for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert sum(cell.startswith(("'=", "'-")) for cell in cells) == losses(report)["formula"] > 0


# --- CoNLL -------------------------------------------------------------------------------------------------------

NER_SCHEMA: dict[str, Any] = {**HOSTILE_SCHEMA, "controls": [HOSTILE_SCHEMA["controls"][1]]}


def read_conll(path: Path) -> list[list[tuple[str, str]]]:
    """Documents as (token, tag)."""
    documents: list[list[tuple[str, str]]] = []
    for line in path.read_text().split("\n"):
        if line.startswith("-DOCSTART-"):
            documents.append([])
        elif line:
            columns = line.split(" ")
            assert len(columns) == 4
            documents[-1].append((columns[0], columns[3]))
    return documents


def test_conll_keeps_spans_and_counts_the_rest(tmp_path: Path) -> None:
    text = "在北京的 ACME 公司\n由李雷 Smith 领导"
    spans = [
        {"start": 1, "end": 3, "label": "地点"},
        {"start": 5, "end": 12, "label": "PER son", "attributes": {"sure": "yes"}},
        {"start": 5, "end": 9, "label": "地点"},
        {"start": 17, "end": 19, "label": "地点"},
    ]
    rows = [text_row("a", text), text_row("b", "unlabelled"), text_row("c", "nothing here")]
    version = version_of(rows, MemoryBlobs(), schema=NER_SCHEMA, labels=[{"spans": spans}, None, {"spans": []}])
    out, report = export("conll", version, tmp_path)
    first, second = read_conll(out / "records.conll")
    assert [token for token, _ in first] == [*"在北京的", "ACME", *"公司由李雷", "Sm", "ith", *"领导"]
    found = [
        ("".join(token for token, _ in first[span.start : span.end]), span.label)
        for span in spans_of_tags(tag for _, tag in first)
    ]
    assert found == [("北京", "地点"), ("ACME公司", "PER_son"), ("Sm", "地点")]
    assert second == [("nothing", "O"), ("here", "O")]
    assert losses(report) == {"attributes": 1, "label_space": 1, "overlap": 1, "token_cut": 1, "unlabelled": 1}
    assert (report.records, report.skipped) == (2, 1)
    assert (out / "documents.txt").read_text().split() == [rows[0]["id"], rows[2]["id"]]
    assert (out / "records.conll").read_text().count(
        "\n\n"
    ) == 5  # after each start and document, and at the line break


@given(st.text(), st.sets(st.integers(0, 30)))
def test_tokens_cover_the_visible_text_once(text: str, borders: set[int]) -> None:
    for how in ("auto", "characters"):
        tokens, _ = tokens_of(text, borders, how)
        assert "".join(text[start:end] for start, end in tokens) == "".join(text.split())
        assert all(left[1] <= right[0] for left, right in itertools.pairwise(tokens))
        assert not any(start < border < end for start, end in tokens for border in borders)


def test_conll_without_spans_is_refused(text_version: VersionReader, tmp_path: Path) -> None:
    with pytest.raises(ExportEmptyError):
        export("conll", text_version, tmp_path)


# --- Pictures ----------------------------------------------------------------------------------------------------

BOX = {"x": 1.5, "y": 1.0, "width": 4.0, "height": 3.0, "rotation": 0.0, "label": "car"}
TURNED = {
    "x": 2.0,
    "y": 2.0,
    "width": 4.0,
    "height": 2.0,
    "rotation": 90.0,
    "label": "人 行",
    "attributes": {"hidden": "yes"},
}
OUTLINE = {"points": [[1.0, 1.0], [6.0, 1.0], [6.0, 5.0]], "label": "car"}
POINT = {"x": 2.0, "y": 3.0, "label": "nose"}


@pytest.fixture
def pictures(tmp_path: Path) -> VersionReader:
    """A picture with one shape of each kind, an empty one, an unlabelled one, one of unknown size, and a text."""
    blobs = MemoryBlobs()
    rows = [media_row(f"../{place}.png", b"picture %d" % place, blobs, width=8, height=6) for place in range(3)]
    rows += [media_row("unsized", b"u", blobs), text_row("t", "text")]
    full = {"boxes": [BOX, TURNED], "outlines": [OUTLINE], "points": [POINT], "tone": "=good"}
    labels: list[dict[str, Any] | None] = [full, {"boxes": []}, None, full, {"tone": "=good"}]
    return version_of(rows, blobs, schema=HOSTILE_SCHEMA, labels=labels, labeler_kind="simulated")


def test_coco_is_whole_and_exact(pictures: VersionReader, tmp_path: Path) -> None:
    out, report = export("coco", pictures, tmp_path)
    coco = json.loads((out / "instances.json").read_text())
    categories = {category["id"]: (category["supercategory"], category["name"]) for category in coco["categories"]}
    assert list(categories.values()) == [("boxes", "car"), ("boxes", "人 行"), ("outlines", "car"), ("points", "nose")]
    assert [image["id"] for image in coco["images"]] == [1, 2]
    assert {image["galley"]["labeler_kind"] for image in coco["images"]} == {"simulated"}
    for image in coco["images"]:
        assert (out / "images" / image["file_name"]).read_bytes().startswith(b"picture")
        assert (image["width"], image["height"]) == (8, 6)
    found = {categories[each["category_id"]]: each for each in coco["annotations"]}
    assert [each["id"] for each in coco["annotations"]] == [1, 2, 3, 4]
    assert {each["image_id"] for each in coco["annotations"]} == {1}
    assert (found["boxes", "car"]["bbox"], found["boxes", "car"]["area"]) == ([1.5, 1.0, 4.0, 3.0], 12.0)
    turned = found["boxes", "人 行"]
    assert (turned["bbox"], turned["area"]) == ([3.0, 1.0, 2.0, 4.0], 8.0)
    assert turned["segmentation"] == [[n for point in box_corners(Box(2, 2, 4, 2, 90)) for n in point]]
    assert (turned["attributes"], turned["galley"]) == ({"hidden": "yes"}, {"rotation": 90.0})
    assert found["outlines", "car"]["segmentation"] == [[1.0, 1.0, 6.0, 1.0, 6.0, 5.0]]
    assert found["outlines", "car"]["area"] == pytest.approx(10.0)
    assert found["points", "nose"]["keypoints"] == [2.0, 3.0, 2]
    assert losses(report) == {"control": 1, "modality": 1, "rotation": 1, "size_unknown": 1, "unlabelled": 1}
    assert (report.records, report.skipped) == (2, 3)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_pycocotools_reads_the_coco(pictures: VersionReader, tmp_path: Path) -> None:
    tools = pytest.importorskip("pycocotools.coco", reason="pycocotools is not installed")
    out, _ = export("coco", pictures, tmp_path)
    coco = tools.COCO(str(out / "instances.json"))
    assert len(coco.getAnnIds(imgIds=[1])) == 4
    outline = coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(supNms=["outlines"])))[0]
    assert coco.annToMask(outline).sum() > 0


def yolo_lines(out: Path, pictures: VersionReader) -> list[list[float]]:
    """The label lines of the first picture."""
    first = next(labelled_rows(pictures)).row["id"]
    text = (out / "labels/train" / f"{first}.txt").read_text()
    return [[float(word) for word in line.split(" ")] for line in text.splitlines()]


def test_yolo_has_the_layout_and_the_numbers(pictures: VersionReader, tmp_path: Path) -> None:
    out, report = export("yolo", pictures, tmp_path)
    described = yaml.safe_load((out / "data.yaml").read_text())
    assert described == {"path": ".", "train": "images/train", "val": "images/train", "names": {0: "car", 1: "人 行"}}
    images = {place.stem for place in (out / "images/train").iterdir()}
    assert images == {place.stem for place in (out / "labels/train").iterdir()}
    assert yolo_lines(out, pictures) == [
        [0, 3.5 / 8, pytest.approx(2.5 / 6, abs=1e-9), 0.5, 0.5],
        [1, 0.5, 0.5, 0.25, pytest.approx(4 / 6, abs=1e-9)],
        [0, 3.5 / 8, 0.5, 5 / 8, pytest.approx(4 / 6, abs=1e-9)],
    ]
    assert losses(report) == {
        "attributes": 1,
        "control": 2,
        "modality": 1,
        "outline": 1,
        "rotation": 1,
        "size_unknown": 1,
        "unlabelled": 1,
    }


def test_yolo_segments_keep_outlines_and_turned_boxes(pictures: VersionReader, tmp_path: Path) -> None:
    out, report = export("yolo", pictures, tmp_path, {"task": "segment"})
    lines = yolo_lines(out, pictures)
    assert [len(line) for line in lines] == [9, 9, 7]
    corners = [
        number / (6 if place % 2 else 8)
        for place, number in enumerate(n for p in box_corners(Box(2, 2, 4, 2, 90)) for n in p)
    ]
    assert lines[1][1:] == pytest.approx(corners, abs=1e-9)
    assert not {"rotation", "outline"} & set(losses(report))


def test_yolo_turned_boxes_leave_outlines_out(pictures: VersionReader, tmp_path: Path) -> None:
    out, report = export("yolo", pictures, tmp_path, {"task": "obb"})
    assert [len(line) for line in yolo_lines(out, pictures)] == [9, 9]
    assert losses(report)["polygon"] == 1


def test_yolo_splits_by_id_alone(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    rows = [media_row(str(place), b"%d" % place, blobs, width=8, height=6) for place in range(200)]
    version = version_of(rows, blobs, schema=HOSTILE_SCHEMA, labels=[{"boxes": []}] * 200, shard_rows=64)
    out, _ = export("yolo", version, tmp_path, {"val_share": 0.2})
    count = len(list((out / "labels/val").iterdir()))
    assert math.isclose(count, 40, abs_tol=20)
    assert len(list((out / "labels/train").iterdir())) == 200 - count
    assert yaml.safe_load((out / "data.yaml").read_text())["val"] == "images/val"


# --- Round trips with our own readers ----------------------------------------------------------------------------


def boxes_only(tmp_path: Path, items: list[dict[str, Any]]) -> tuple[VersionReader, LabelSchema]:
    """A picture with these boxes, under a schema of boxes alone."""
    data = {**HOSTILE_SCHEMA, "controls": [HOSTILE_SCHEMA["controls"][2]]}
    blobs = MemoryBlobs()
    row = media_row("a.png", b"picture", blobs, width=8, height=6)
    return version_of([row], blobs, schema=data, labels=[{"boxes": items}]), schema_from_dict(data)


UPRIGHT = [BOX, {"x": 0.0, "y": 0.0, "width": 8.0, "height": 6.0, "rotation": 0.0, "label": "人 行"}]


def test_coco_boxes_come_back(tmp_path: Path) -> None:
    version, schema = boxes_only(tmp_path, UPRIGHT)
    out, _ = export("coco", version, tmp_path)
    with (out / "instances.json").open("rb") as file:
        (row,) = read_coco(file, schema)
    assert row.problems == ()
    content = Content(modality="image", width=8, height=6)
    assert labels_check(schema, row.labels, content) == labels_check(schema, {"boxes": UPRIGHT}, content)


@pytest.mark.parametrize(("task", "items"), [("detect", UPRIGHT), ("obb", [BOX, {**TURNED, "attributes": {}}])])
def test_yolo_boxes_come_back(tmp_path: Path, task: Literal["detect", "obb"], items: list[dict[str, Any]]) -> None:
    version, schema = boxes_only(tmp_path, items)
    out, _ = export("yolo", version, tmp_path, {"task": task})
    classes = read_data_yaml((out / "data.yaml").read_text())
    (place,) = (out / "labels/train").iterdir()
    with place.open("rb") as file:
        (row,) = read_yolo([(f"labels/train/{place.name}", file)], classes, schema, lambda key: (8, 6), task)
    assert row.problems == ()
    content = Content(modality="image", width=8, height=6)
    assert labels_check(schema, row.labels, content) == labels_check(schema, {"boxes": items}, content)


# --- Label Studio ------------------------------------------------------------------------------------------------


def test_label_studio_takes_the_tasks(hostile: VersionReader, tmp_path: Path) -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface", reason="label-studio-sdk is not installed")
    out, report = export("label-studio", hostile, tmp_path)
    tasks = json.loads((out / "tasks.json").read_text())
    config = interface.LabelInterface((out / "config.xml").read_text())
    config.validate()
    assert len(tasks) == report.records == hostile.rows
    seen = 0
    for task, (row, labels) in zip(tasks, labelled_rows(hostile), strict=True):
        assert config.validate_task({"data": task["data"]}) is True
        assert (len(task["annotations"]) + len(task["predictions"])) == (labels is not None)
        for annotation in task["annotations"]:
            assert config.validate_annotation(annotation) is True
            seen += len(annotation["result"])
        for prediction in task["predictions"]:
            assert config.validate_prediction(prediction) is True
            assert prediction["score"] == row["confidence"]
        assert task["meta"]["galley"]["labeler_kind"] == row["labeler_kind"]
    assert seen > 20


def test_label_studio_results_come_back_as_the_same_labels(hostile: VersionReader, tmp_path: Path) -> None:
    from galley.release.export import content_of

    out, report = export("label-studio", hostile, tmp_path)
    schema = schema_from_dict(HOSTILE_SCHEMA)
    tasks = json.loads((out / "tasks.json").read_text())
    compared = 0
    for task, labelled in zip(tasks, labelled_rows(hostile), strict=True):
        for held in [*task["annotations"], *task["predictions"]]:
            content = content_of(labelled.row)
            for name, value in (labelled.labels or {}).items():
                control = schema.control(name)
                ids = {item.get("id") for item in held["result"] if item.get("from_name") == name}
                mine = [item for item in held["result"] if item.get("id") in ids]
                back = control.label_type.from_label_studio(mine, content)
                if value != []:
                    assert control.label_type.check(back, content) == control.label_type.check(value, content)
                    compared += 1
    assert compared > 20
    assert "value" not in losses(report)


def test_label_studio_without_a_schema_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportEmptyError):
        export("label-studio", version_of([text_row("a", "x")], MemoryBlobs()), tmp_path)


def test_reports_are_machine_readable(hostile: VersionReader, tmp_path: Path) -> None:
    out, report = export("coco", hostile, tmp_path)
    held = msgspec.json.decode((out / "export-report.json").read_bytes(), type=ExportReport)
    assert held == report
    assert held.root == hostile.root
