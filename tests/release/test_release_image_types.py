"""The image types in the formats of others: what COCO's own tools read, what YOLO gets, and what each says it lost."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from galley.catalog.reader import VersionReader
from galley.kernel.extension import make
from galley.labels.label_type import Content
from galley.labels.schema import labels_check, schema_dict
from galley.labels.schema_text import schema_from_yaml
from galley.release.errors import ExportEmptyError
from galley.release.exporter import ExportReport
from galley.testing.memory import MemoryBlobs, memory_desk
from galley.testing.versions import media_row, version_of

SCHEMA = schema_from_yaml("""
controls:
  - {name: turned, type: rotated_box, field: image, labels: [ship], attributes: {old: {type: boolean}}}
  - {name: rounds, type: ellipse, field: image, labels: [wheel]}
  - {name: pixels, type: mask, field: image, labels: [road]}
  - {name: people, type: skeleton, field: image, labels: [person], points: [head, hand, foot], edges: [[0, 1], [0, 2]]}
  - {name: words, type: ocr, field: image}
  - {name: lanes, type: polyline, field: image, required: false}
""")
LABELS: dict[str, Any] = {
    "turned": [{"cx": 40, "cy": 20, "width": 20, "height": 10, "angle": 90, "label": "ship", "attributes": {"old": True}, "group": "g"}],
    "rounds": [{"cx": 40, "cy": 20, "rx": 10, "ry": 10, "label": "wheel"}],
    "pixels": [{"size": [50, 80], "counts": [100, 50, 3850], "label": "road", "z": 3}],
    "people": [{"points": [[10, 10, 2], [20, 30, 1], [0, 0, 0]], "label": "person"}],
    "words": [{"points": [[1, 1], [9, 1], [9, 5], [1, 5]], "text": "hi"}, {"points": [[1, 11], [9, 11], [9, 15]], "text": ""}],
    "lanes": [{"points": [[0, 0], [80, 50]]}],
}  # fmt: skip


@pytest.fixture
def version() -> VersionReader:
    blobs = MemoryBlobs()
    row = media_row("a.png", b"picture", blobs, width=80, height=50)
    labels = labels_check(SCHEMA, LABELS, Content(modality="image", width=80, height=50))
    return version_of([row], blobs, schema=schema_dict(SCHEMA), labels=[labels])


def export(name: str, version: VersionReader, tmp_path: Path, **params: Any) -> tuple[Path, ExportReport]:
    """One export."""
    out = tmp_path / name
    out.mkdir()
    exporter: Any = make("exporter", name, params)
    return out, exporter.write(version, out, memory_desk(tmp_path))


def losses(report: ExportReport) -> dict[str, int]:
    """Counts by code."""
    return {loss.code: loss.count for loss in report.losses}


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_cocos_own_tools_read_every_shape(version: VersionReader, tmp_path: Path) -> None:
    tools = pytest.importorskip("pycocotools.coco", reason="pycocotools is not installed")
    out, report = export("coco", version, tmp_path)
    coco = tools.COCO(str(out / "instances.json"))
    names = {place: category["supercategory"] for place, category in coco.cats.items()}
    found = {names[each["category_id"]]: each for each in coco.anns.values()}
    assert list(found) == ["turned", "rounds", "pixels", "people", "words"]
    ship = found["turned"]
    assert (ship["bbox"], ship["area"]) == ([35, 10, 10, 20], pytest.approx(200))
    assert (ship["attributes"], ship["galley"]) == ({"old": True}, {"group": "g", "rotation": 90.0})
    assert coco.annToMask(ship).sum() == pytest.approx(200, abs=30)
    assert found["rounds"]["area"] == pytest.approx(313.65, abs=0.1)
    road = coco.annToMask(found["pixels"])
    assert road.sum() == found["pixels"]["area"] == 50
    assert road[:, 2].all()
    assert found["pixels"]["bbox"] == [2, 0, 1, 50]
    assert found["pixels"]["galley"] == {"z": 3}
    category = coco.cats[found["people"]["category_id"]]
    assert (category["keypoints"], category["skeleton"]) == (["head", "hand", "foot"], [[1, 2], [1, 3]])
    assert found["people"]["keypoints"] == [10, 10, 2, 20, 30, 1, 0, 0, 0]
    assert (found["people"]["num_keypoints"], found["people"]["area"]) == (2, 200)
    said = [(each["utf8_string"], each["galley"]["order"]) for each in coco.anns.values() if "utf8_string" in each]
    assert said == [("hi", 0), ("", 1)]
    # The lane has no place in COCO at all, and the report says so.
    assert losses(report) == {"control": 1, "ellipse": 1, "rotation": 1}


@pytest.mark.parametrize(
    ("task", "lines", "lost"),
    [
        ("detect", 5, {"attributes": 1, "control": 2, "group": 2, "outline": 4, "rotation": 1, "text": 2}),
        ("segment", 4, {"attributes": 1, "control": 2, "ellipse": 1, "group": 2, "mask": 1, "text": 2}),
        ("obb", 1, {"attributes": 1, "control": 2, "group": 2, "mask": 1, "polygon": 3, "text": 2}),
    ],
)
def test_yolo_takes_what_a_task_holds_and_counts_the_rest(
    version: VersionReader, tmp_path: Path, task: str, lines: int, lost: dict[str, int]
) -> None:
    out, report = export("yolo", version, tmp_path, task=task)
    (file,) = (out / "labels/train").iterdir()
    said = [[float(word) for word in line.split()] for line in file.read_text().splitlines()]
    assert len(said) == lines
    assert losses(report) == lost
    names = yaml.safe_load((out / "data.yaml").read_text())["names"]
    assert names[int(said[0][0])] == "ship"
    if task == "obb":
        corners = [45 / 80, 10 / 50, 45 / 80, 30 / 50, 35 / 80, 30 / 50, 35 / 80, 10 / 50]
        assert said[0][1:] == pytest.approx(corners)


def test_lines_alone_are_nothing_coco_can_say(tmp_path: Path) -> None:
    schema = schema_from_yaml("controls: [{name: lanes, type: polyline, field: image}]")
    blobs = MemoryBlobs()
    row = media_row("a.png", b"picture", blobs, width=80, height=50)
    version = version_of([row], blobs, schema=schema_dict(schema), labels=[{"lanes": LABELS["lanes"]}])
    with pytest.raises(ExportEmptyError):
        export("coco", version, tmp_path)


def test_parquet_and_label_studio_carry_all_of_it(version: VersionReader, tmp_path: Path) -> None:
    out, report = export("parquet", version, tmp_path)
    table = pq.read_table(out / "data/part-00000.parquet")
    (turned,) = table.column("turned")[0].as_py()
    assert (turned["angle"], turned["group"], turned["z"], turned["attributes"]) == (90.0, "g", None, {"old": True})
    assert [item["text"] for item in table.column("words")[0].as_py()] == ["hi", ""]
    assert report.losses == ()
    out, report = export("label-studio", version, tmp_path)
    (task,) = json.loads((out / "tasks.json").read_text())
    # One result a region and one an attribute, a keypoint, a text; the skeleton's rectangle is its region.
    assert len(task["annotations"][0]["result"]) == 1 + 1 + 1 + 1 + (1 + 2) + 2 * 2 + 1
    assert report.losses == ()
