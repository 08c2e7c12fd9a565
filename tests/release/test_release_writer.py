"""Writing releases: what is in them, equal bytes twice, and nothing half."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from galley.catalog.reader import VersionReader
from galley.kernel.limits import EMBED_BYTES_MAX
from galley.kernel.merkle import tree_root
from galley.kernel.ports import Desk
from galley.release.errors import ReleaseExistsError, ReleaseMixedError, VersionDamagedError
from galley.release.layout import parse_manifest
from galley.release.model import ReleaseContext
from galley.release.record_hash import record_hash
from galley.release.tc609 import check_line
from galley.release.verify import verify
from galley.release.writer import write_release
from galley.testing.memory import MemoryBlobs
from galley.testing.versions import media_row, text_row, version_of

Release = Any


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder."""
    return {
        str(place.relative_to(folder)): hashlib.sha256(place.read_bytes()).hexdigest()
        for place in sorted(folder.rglob("*"))
        if place.is_file()
    }


def test_a_release_holds_every_record_with_labels_and_hashes(text_version: VersionReader, release: Release) -> None:
    out, summary = release(text_version)
    table = pq.read_table(out / "data/part-00000.parquet")
    assert table.num_rows == summary.rows == 10
    assert table.column("tone").to_pylist()[:3] == ["good", "bad", "一般"]
    assert table.column("topics").to_pylist()[1] == ["food"]
    assert table.column("tone").to_pylist()[9] is None
    source = [row for shard in text_version.tables() for row in shard.to_pylist()]
    hashes = (out / "records/part-00000.sha256s").read_bytes()
    assert hashes == b"".join(record_hash(row) for row in source)
    assert summary.record_root == tree_root([record_hash(row) for row in source]).hex()


def test_the_manifest_names_every_file(text_version: VersionReader, release: Release) -> None:
    out, summary = release(text_version)
    manifest = parse_manifest((out / "manifest.json").read_bytes())
    found = digests(out)
    del found["manifest.json"]
    assert {entry.path: entry.sha256 for entry in manifest.files} == found
    assert manifest.root == summary.root
    assert manifest.version_root == text_version.root


def test_equal_input_gives_equal_bytes(
    text_version: VersionReader, context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    first = write_release(text_version, context, tmp_path / "a", desk)
    second = write_release(text_version, context, tmp_path / "b", desk)
    assert first.root == second.root
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_the_shard_cut_leaves_no_trace_in_the_data(context: ReleaseContext, desk: Desk, tmp_path: Path) -> None:
    rows = [text_row(f"t{place}", "text") for place in range(9)]
    for size in (2, 9):
        write_release(version_of(rows, MemoryBlobs(), shard_rows=size), context, tmp_path / str(size), desk)
    two, nine = digests(tmp_path / "2"), digests(tmp_path / "9")
    assert {path for path in two if two[path] != nine[path]} == {"manifest.json"}  # it names the version's root


def test_another_context_gives_another_root(
    text_version: VersionReader, context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    first = write_release(text_version, context, tmp_path / "a", desk)
    other = msgspec.structs.replace(context, version="1.0.1")
    assert write_release(text_version, other, tmp_path / "b", desk).root != first.root


def test_an_existing_release_is_kept_unless_replacement_is_asked_for(
    text_version: VersionReader, image_version: VersionReader, context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    out = tmp_path / "r"
    write_release(text_version, context, out, desk)
    before = digests(out)
    with pytest.raises(ReleaseExistsError):
        write_release(image_version, context, out, desk)
    assert digests(out) == before
    write_release(image_version, context, out, desk, replace=True)
    assert digests(out) != before
    assert [place.name for place in tmp_path.iterdir()] == ["r"]


def test_media_are_embedded_up_to_the_limit_and_stored_beside_beyond(
    context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    blobs = MemoryBlobs()
    small, large = b"s" * EMBED_BYTES_MAX, b"l" * (EMBED_BYTES_MAX + 1)
    rows = [media_row("s", small, blobs), media_row("l", large, blobs), media_row("again", large, blobs)]
    write_release(version_of(rows, blobs), context, tmp_path / "r", desk)
    table = pq.read_table(tmp_path / "r/data/part-00000.parquet")
    path = f"media/{hashlib.sha256(large).hexdigest()}.png"
    assert table.column("media_path").to_pylist() == [None, path, path]
    assert (tmp_path / "r" / path).read_bytes() == large
    assert table.column("image")[0].as_py()["bytes"] == small
    assert table.column("image")[1].as_py() is None
    assert failures(tmp_path / "r") == {"seal"}


def failures(folder: Path) -> set[str]:
    return {check.name for check in verify(folder, records=True) if not check.ok}


def test_simulated_labels_are_said_to_be_simulated(image_version: VersionReader, release: Release) -> None:
    out, summary = release(image_version)
    assert summary.simulated
    card = (out / "README.md").read_text()
    assert "labeler_kind: simulated" in card.split("---")[1]
    assert "Simulated 模拟数据" in card
    assert "simulated" in (out / "croissant.json").read_text()
    lines = [msgspec.json.decode(line) for line in (out / "tc609-02/part-00000.jsonl").read_bytes().splitlines()]
    assert {line["annotation"]["labeler_kind"] for line in lines} == {"simulated"}
    assert {line["annotation"]["annotation_method"] for line in lines} == {"其他"}


def test_labels_of_people_are_not_called_simulated(text_version: VersionReader, release: Release) -> None:
    out, summary = release(text_version)
    assert not summary.simulated
    assert "simulated" not in (out / "README.md").read_text().lower()


def test_tc609_lines_conform(text_version: VersionReader, release: Release) -> None:
    out, _ = release(text_version)
    lines = [msgspec.json.decode(line) for line in (out / "tc609-02/part-00000.jsonl").read_bytes().splitlines()]
    assert len(lines) == 10
    assert [check_line(line) for line in lines] == [[]] * 10
    assert [line["annotation"]["annotation_method"] for line in lines[:2]] == ["人工标注", "半自动标注"]
    assert lines[9]["annotation"] is None
    assert check_line({**lines[0], "source": "互联网", "source_details": "shelf 3"})


def test_an_empty_version_is_a_release(context: ReleaseContext, desk: Desk, tmp_path: Path) -> None:
    summary = write_release(version_of([], MemoryBlobs()), context, tmp_path / "r", desk)
    assert summary.rows == 0
    assert failures(tmp_path / "r") == {"seal"}


def test_another_label_schema_is_refused(
    text_version: VersionReader, context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    with pytest.raises(ReleaseMixedError):
        write_release(text_version, msgspec.structs.replace(context, label_schema={}), tmp_path / "r", desk)


def test_a_blob_of_another_size_stops_the_release(context: ReleaseContext, desk: Desk, tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    version = version_of([media_row("a", b"1234", blobs, bytes=5)], blobs)
    with pytest.raises(VersionDamagedError):
        write_release(version, context, tmp_path / "r", desk)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_records(
    text_version: VersionReader, context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    write_release(text_version, context, tmp_path / "r", desk, lambda done, total: told.append((done, total)))
    assert told[-1] == (10, 10)


def test_a_replacement_killed_between_its_renames_keeps_the_old_release(
    text_version: VersionReader, context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    out = tmp_path / "r"
    write_release(text_version, context, out, desk)
    before = digests(out)
    out.rename(tmp_path / ".r.replaced-1")
    with pytest.raises(ReleaseExistsError):
        write_release(text_version, context, out, desk)
    assert digests(out) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from galley.release.folder import FolderWriter, appearing
out = Path(sys.argv[1])
with appearing(out) as partial:
    FolderWriter(partial).write("data/part-00000.parquet", b"half")
    print("ready", flush=True)
    if sys.argv[2] == "wait":
        sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_writer_leaves_no_release_and_the_next_sweeps(
    text_version: VersionReader, context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    out = tmp_path / "r"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(out), "now"], check=False, stdout=subprocess.DEVNULL)
    assert killed.returncode == -signal.SIGKILL
    assert not out.exists()
    assert len(list(tmp_path.iterdir())) == 1
    write_release(text_version, context, out, desk)
    assert [place.name for place in tmp_path.iterdir()] == ["r"]


def test_a_living_writer_is_not_swept(
    text_version: VersionReader, context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    out = tmp_path / "r"
    other = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(out), "wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        write_release(text_version, context, out, desk)
        assert sorted(place.name for place in tmp_path.iterdir()) == [f".r.partial-{other.pid}", "r"]
        os.kill(other.pid, signal.SIGKILL)
