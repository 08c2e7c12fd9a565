"""A release opens where people open datasets: Hugging Face datasets (offline), Croissant."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from galley.catalog.reader import VersionReader
from galley.release import parts

Release = Any

# Both libraries take seconds to import and read their settings then, so each runs once, in a process of its own.
LOAD = """
import json, sys
import datasets
datasets.disable_progress_bars()
said = {}
for folder in sys.argv[1:]:
    for streaming in (False, True):
        data = datasets.load_dataset(folder, split="train", streaming=streaming)
        rows = list(data)
        said[f"{folder.rpartition('/')[2]} {streaming}"] = {
            "rows": len(rows),
            "text": rows[0]["text"],
            "tones": [row["tone"] for row in rows],
            "topics": rows[1]["topics"],
            "names": data.features["tone"].names,
            "image": [rows[0]["image"].format, *rows[0]["image"].size] if "image" in rows[0] else None,
            "labeler_kind": rows[0]["labeler_kind"],
        }
print(json.dumps(said))
"""


def run_offline(script: str, arguments: list[Path], home: Path) -> Any:
    """What a script prints as JSON, run without network in a home of its own."""
    environment = {
        **os.environ,
        "HOME": str(home),
        "HF_HOME": str(home),
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_DATASETS_CACHE": str(home / "datasets"),
    }
    command = [sys.executable, "-c", script, *(str(argument) for argument in arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_datasets_loads_and_streams_a_release_and_decodes_its_pictures(
    text_version: VersionReader,
    image_version: VersionReader,
    release: Release,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    images, _ = release(image_version, "images")
    monkeypatch.setattr(parts, "PART_BYTES", 1)
    monkeypatch.setattr(parts, "GROUP_ROWS", 3)
    texts, _ = release(text_version, "texts")
    assert len(list((texts / "data").iterdir())) == 4
    said = run_offline(LOAD, [texts, images], tmp_path / "home")
    for streaming in ("False", "True"):
        found = said[f"texts {streaming}"]
        assert found["rows"] == 10
        assert found["text"] == "第 0 条 review 🍜\nline two"
        assert found["names"] == ["good", "bad", "一般"]
        assert found["tones"] == [0, 1, 2, 0, 1, 2, 0, 1, 2, None]
        assert found["topics"] == ["food"]
        found = said[f"images {streaming}"]
        assert found["rows"] == 6
        assert found["image"] == ["PNG", 8, 6]
        assert found["labeler_kind"] == "simulated"


def test_the_card_and_the_parquet_schema_say_the_same_features() -> None:
    datasets = pytest.importorskip("datasets")
    from galley.release.features import features_json, features_yaml
    from galley.release.media import MEDIA_STRUCT

    span = pa.struct(
        [pa.field("start", pa.int64()), pa.field("score", pa.float64()), pa.field("tags", pa.list_(pa.string()))]
    )
    schema = pa.schema(
        [
            pa.field("id", pa.string()),
            pa.field("text", pa.large_string()),
            pa.field("image", MEDIA_STRUCT),
            pa.field("file", MEDIA_STRUCT),
            pa.field("tone", pa.string()),
            pa.field("spans", pa.list_(span)),
            pa.field("paths", pa.list_(pa.list_(pa.string()))),
            pa.field("flag", pa.bool_()),
            pa.field("width", pa.int32()),
        ]
    )
    classes = {"tone": ("a", "b")}
    from_card = datasets.Features._from_yaml_list(features_yaml(schema, classes))
    metadata = {b"huggingface": features_json(schema)}
    from_parquet = datasets.Features.from_arrow_schema(schema.with_metadata(metadata))
    assert {**from_card, "tone": datasets.Value("string")} == from_parquet
    assert isinstance(from_card["image"], datasets.Image)
    assert from_card["tone"].names == ["a", "b"]


CROISSANT = """
import json, sys
import mlcroissant
said = {}
for folder in sys.argv[1:]:
    dataset = mlcroissant.Dataset(folder + "/croissant.json")
    issues = dataset.metadata.ctx.issues
    rows = [{name.rpartition("/")[2]: value for name, value in row.items()} for row in dataset.records("records")]
    said[folder.rpartition("/")[2]] = {
        "errors": sorted(issues.errors),
        "warnings": sorted(issues.warnings),
        "ids": [row["id"].decode() for row in rows],
        "image": list(rows[0]["image"].size) if "image" in rows[0] else None,
    }
print(json.dumps(said))
"""


def test_croissant_is_valid_and_reads_the_records(
    text_version: VersionReader,
    image_version: VersionReader,
    release: Release,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    images, _ = release(image_version, "images")
    monkeypatch.setattr(parts, "PART_BYTES", 1)
    monkeypatch.setattr(parts, "GROUP_ROWS", 3)
    texts, _ = release(text_version, "texts")
    said = run_offline(CROISSANT, [texts, images], tmp_path / "home")
    for name, version in (("texts", text_version), ("images", image_version)):
        assert said[name]["errors"] == []
        assert said[name]["warnings"] == []
        ids = [row for table in version.tables() for row in table.column("id").to_pylist()]
        assert sorted(said[name]["ids"]) == sorted(ids)
    assert said["images"]["image"] == [8, 6]
