"""The certificate held against the data it is about: what people load must be what was certified."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from galley.kernel.canonical import canonical_json
from galley.kernel.errors import GalleyError
from galley.ledger.notes import SigningKey
from galley.line.checking import _recomputed, check_release
from galley.line.kitchen import RunOptions
from galley.line.run import run_line

RECIPE = """
line: colours
collect:
  - {from: jsonl, path: items.jsonl, text_field: text, id_field: id, license: CC0-1.0, basis: owned}
annotate:
  schema: labels.yaml
  mode: human
  target: {accuracy: 0.9, confidence: 0.9}
  overlap: 2
  people: [{labeler: simulated, truth: meta.colour, error_rate: 0.01}]
release: {name: test/colours, version: 1.0.0, to: release}
"""
SCHEMA = "name: colours\ncontrols:\n  - {name: colour, type: classify, field: text, choices: [red, green]}\n"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, postgres: str, template_database: str) -> Path:
    folder = tmp_path_factory.mktemp("colours")
    items = [{"id": str(n), "text": f"item {n}", "colour": "red" if n % 3 else "green"} for n in range(150)]
    (folder / "items.jsonl").write_bytes(b"\n".join(msgspec.json.encode(item) for item in items))
    (folder / "labels.yaml").write_text(SCHEMA)
    (folder / "line.yaml").write_text(RECIPE)
    result = run_line(folder / "line.yaml", folder / "workspace", RunOptions(workers=1))
    assert result.certificate is not None
    assert result.certificate["issued"]
    return folder / "release"


@pytest.fixture
def release(sealed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sealed, tmp_path / "release"))


def evidence(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode((folder / "evidence" / "certificate.json").read_bytes())
    return found


def change_label(folder: Path, edit: Callable[[list[str]], list[str]]) -> None:
    part = folder / "data" / "part-00000.parquet"
    table = pq.read_table(part)
    place = table.schema.get_field_index("labels")
    labels = edit(table.column("labels").to_pylist())
    pq.write_table(table.set_column(place, table.schema.field("labels"), pa.array(labels, pa.string())), part)


def test_a_release_of_certified_labels_passes(release: Path) -> None:
    assert all(check.ok for check in check_release(release))
    assert _recomputed(evidence(release), release) == []


def test_a_released_label_that_was_not_certified_is_named(release: Path) -> None:
    first = pq.read_table(release / "data" / "part-00000.parquet").column("id")[0].as_py()

    def edit(labels: list[str]) -> list[str]:
        other = "red" if "green" in labels[0] else "green"
        return [canonical_json({"colour": other}).decode(), *labels[1:]]

    change_label(release, edit)
    (problem,) = _recomputed(evidence(release), release)
    assert first in problem.en


@pytest.mark.parametrize("field", ["accuracy", "errors", "statement_en", "labeler_kind", "items"])
def test_what_stands_in_front_must_follow_from_the_certificate(release: Path, field: str) -> None:
    told = {**evidence(release), field: "person" if field == "labeler_kind" else 1}
    assert _recomputed(told, release)


def test_nonsense_is_a_fault_and_no_crash(release: Path) -> None:
    good = evidence(release)
    for told in ({}, {**good, "certificate": {}}, {**good, "frame": []}, {**good, "certificate": None}):
        assert _recomputed(told, release)


def test_a_damaged_data_file_is_a_fault_and_no_crash(release: Path) -> None:
    part = release / "data" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-100])
    checks = list(check_release(release))
    assert any(not check.ok and check.file == "data/part-00000.parquet" for check in checks)


def test_only_pinned_keys_are_believed(release: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.vkeys"
    own.write_text("".join((release / "trust" / name).read_text() for name in ("signers.vkeys", "log.vkeys")))
    assert all(check.ok for check in check_release(release, trusted=own))
    stranger = tmp_path / "stranger.vkeys"
    stranger.write_text("example.com/log+dc8ab43b+ATgwVVP3CqVBQlO1SzpnEVXPSGHTE7RU2CwfMRLRuXfO\n")
    with pytest.raises(GalleyError):  # not even a key
        list(check_release(release, trusted=stranger))
    key = SigningKey.from_seed("example.com/other", b"o" * 32).verifier.text()
    stranger.write_text(key + "\n")
    failed = {check.name for check in check_release(release, trusted=stranger) if not check.ok}
    assert {"signatures", "log"} <= failed
    with pytest.raises(GalleyError):
        list(check_release(release, trusted=tmp_path / "missing"))
