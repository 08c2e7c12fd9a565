"""Labels on real data: Chinese entities and boxes on blood cells, with the errors people really made in them."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from galley.labels.errors import LabelEmptyError, LabelTextError, LabelValueError
from galley.labels.formats.conll import conll_record
from galley.labels.label_studio_json import labels_of_results, results_of_labels
from galley.labels.label_type import Content
from galley.labels.schema import labels_check, record_distance
from galley.labels.schema_text import schema_from_yaml

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


def _set(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"the data set '{name}' is not in GALLEY_SHARED_DATA ({SHARED})")
    return folder


ENTITIES = schema_from_yaml(
    "controls:\n  - name: entities\n    type: span\n    labels: "
    "[address, book, company, game, government, movie, name, organization, position, scene]\n"
)


def _spans(label: dict[str, dict[str, list[list[int]]]], shift: int) -> list[dict[str, Any]]:
    return [
        {"start": start, "end": end + shift, "label": kind, "text": surface}
        for kind, surfaces in label.items()
        for surface, places in surfaces.items()
        for start, end in places
    ]


def test_chinese_entities_with_an_inclusive_end_in_the_source() -> None:
    lines = (_set("cluener") / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    count = held = 0
    for line in lines:
        row = json.loads(line)
        content = Content(modality="text", text=row["text"])
        labels = labels_check(ENTITIES, {"entities": _spans(row["label"], 1)}, content)
        count += len(labels["entities"])
        results = results_of_labels(ENTITIES, labels, content)
        assert labels_of_results(ENTITIES, results, {"text": row["text"]}, Content()) == (labels, ())
        assert record_distance(ENTITIES, labels, labels) == 0.0
        held += len(labels["entities"]) - len(conll_record(row["text"], labels["entities"])[1])
        # Taking the inclusive end for an exclusive one is noticed at once, because the source says what stands there.
        with pytest.raises((LabelTextError, LabelEmptyError)):
            labels_check(ENTITIES, {"entities": _spans(row["label"], 0)}, content)
    assert (len(lines), count) == (1343, 3072)
    assert held / count > 0.95  # the rest is nested, or begins inside a Latin word


CELLS = schema_from_yaml("controls:\n  - {name: cells, type: box, labels: [RBC, WBC, Platelets]}\n")


def _boxes(file: Path) -> tuple[Content, list[dict[str, Any]]]:
    root = ElementTree.parse(file).getroot()
    width, height = (int(root.findtext(f"size/{name}") or 0) for name in ("width", "height"))
    boxes = []
    for found in root.iterfind("object"):
        left, top, right, bottom = (
            float(found.findtext(f"bndbox/{name}") or "nan") for name in ("xmin", "ymin", "xmax", "ymax")
        )
        boxes.append(
            {"x": left, "y": top, "width": right - left, "height": bottom - top, "label": found.findtext("name")}
        )
    return Content(modality="image", width=width, height=height), boxes


def test_blood_cells_of_which_two_boxes_are_invalid() -> None:
    files = sorted((_set("bccd") / "BCCD" / "Annotations").glob("*.xml"))
    good: Counter[str] = Counter()
    wrong: list[LabelValueError] = []
    for file in files:
        content, boxes = _boxes(file)
        for box in boxes:
            try:
                (value,) = labels_check(CELLS, {"cells": [box]}, content)["cells"]
                good[value["label"]] += 1
            except LabelValueError as problem:
                wrong.append(problem)
        valid = [box for box in boxes if box["width"] > 0 and box["height"] > 0]
        labels = labels_check(CELLS, {"cells": valid}, content)
        results = results_of_labels(CELLS, labels, content)
        assert labels_of_results(CELLS, results, {}, Content()) == (labels, ())
    assert len(files) == 364
    assert sum(good.values()) + len(wrong) == 4888
    assert [type(problem) for problem in wrong] == [LabelEmptyError, LabelEmptyError]
