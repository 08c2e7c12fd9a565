"""Checking releases: every byte counts, and the file at fault is named."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json
from galley.kernel.merkle import tree_root
from galley.kernel.ports import Desk
from galley.release import layout, parts, presence
from galley.release.errors import ManifestError, NotReleaseError, PathUnsafeError
from galley.release.folder import FolderWriter
from galley.release.layout import build_manifest, check_path, encode, parse_manifest
from galley.release.model import Check, FileEntry, ReleaseContext
from galley.release.seal import seal_release
from galley.release.tree import RootBuilder
from galley.release.verify import verify
from galley.release.writer import write_release

Release = Any


def failed(folder: Path, **options: Any) -> list[Check]:
    """The checks that failed."""
    return [check for check in verify(folder, **options) if not check.ok]


def damaged(folder: Path, **options: Any) -> set[str | None]:
    """The files that failed checks name, of those about bytes."""
    return {check.file for check in failed(folder, **options)}


def files_of(folder: Path) -> list[str]:
    """Every file of a folder."""
    return sorted(str(place.relative_to(folder)) for place in folder.rglob("*") if place.is_file())


def flips(size: int) -> Iterator[int]:
    """Places to flip: every byte of a small file, a spread of a larger one with both ends."""
    step = 1 if size <= 400 else size // 60 + 1
    yield from range(0, size, step)
    yield size - 1


def test_an_intact_release_passes(sealed: Path) -> None:
    checks = list(verify(sealed, records=True))
    assert [check.number for check in checks] == list(range(1, 13))
    assert {check.name for check in checks if check.outcome != "passed"} == {"certificate"}  # nobody recomputed it


BYTES = ("layout", "seal", "presence", "files", "root", "record-root", "records")


def test_any_flipped_byte_fails_and_names_its_file(sealed: Path) -> None:
    tried = 0
    for path in files_of(sealed):
        place = sealed / path
        good = place.read_bytes()
        for at in flips(len(good)):
            place.write_bytes(good[:at] + bytes([good[at] ^ (1 << (at % 8))]) + good[at + 1 :])
            # verify is lazy: it is stopped as soon as it names the file
            assert any(check.file == path and not check.ok for check in verify(sealed)), f"{path} byte {at}"
            tried += 1
        place.write_bytes(good)
    assert tried > 500
    assert failed(sealed) == []


def test_any_flipped_byte_of_a_release_of_media_is_found(
    image_version: VersionReader, release: Release, seal_up: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "EMBED_BYTES_MAX", 10)  # so that the pictures lie beside the table
    out, summary = release(image_version)
    seal_up(out, summary)
    paths = files_of(out)
    assert sum(path.startswith("media/") for path in paths) == 6
    for path in paths:
        good = (out / path).read_bytes()
        for at in {0, len(good) // 3, len(good) - 1}:
            (out / path).write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            assert path in damaged(out), f"{path} byte {at}"
        (out / path).write_bytes(good)
    assert failed(out, records=True) == []


def test_a_missing_file_is_named(sealed: Path) -> None:
    for path in files_of(sealed):
        if path == "manifest.json":
            continue
        good = (sealed / path).read_bytes()
        (sealed / path).unlink()
        assert path in damaged(sealed)
        (sealed / path).write_bytes(good)
    (sealed / "manifest.json").unlink()
    with pytest.raises(NotReleaseError):
        failed(sealed)


@pytest.mark.parametrize("path", ["extra.txt", "data/part-00001.parquet", "trust/other", ".hidden", "new/deep/file"])
def test_an_extra_file_is_named(sealed: Path, path: str) -> None:
    (sealed / path).parent.mkdir(parents=True, exist_ok=True)
    (sealed / path).write_bytes(b"")
    assert path in damaged(sealed)


def test_a_swapped_pair_is_named(sealed: Path) -> None:
    one, two = sealed / "README.md", sealed / "croissant.json"
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert {"README.md", "croissant.json"} <= damaged(sealed)


def test_a_truncated_file_is_named_with_its_sizes(sealed: Path) -> None:
    place = sealed / "data/part-00000.parquet"
    place.write_bytes(place.read_bytes()[:-7])
    check = next(check for check in failed(sealed) if check.name == "files")
    assert check.file == "data/part-00000.parquet"
    assert "footer cannot be read" in check.message


def test_links_are_refused_even_to_equal_bytes(sealed: Path, tmp_path: Path) -> None:
    shutil.copy(sealed / "README.md", tmp_path / "outside")
    (sealed / "README.md").unlink()
    (sealed / "README.md").symlink_to(tmp_path / "outside")
    assert "README.md" in damaged(sealed)


def test_a_linked_folder_is_refused(sealed: Path, tmp_path: Path) -> None:
    shutil.move(sealed / "data", tmp_path / "elsewhere")
    (sealed / "data").symlink_to(tmp_path / "elsewhere")
    assert {"data", "data/part-00000.parquet"} <= damaged(sealed)


def test_a_pipe_is_refused_and_not_waited_for(sealed: Path) -> None:
    (sealed / "README.md").unlink()
    os.mkfifo(sealed / "README.md")
    assert "README.md" in damaged(sealed)


def test_a_linked_manifest_is_refused(sealed: Path, tmp_path: Path) -> None:
    shutil.move(sealed / "manifest.json", tmp_path / "manifest.json")
    (sealed / "manifest.json").symlink_to(tmp_path / "manifest.json")
    assert "manifest.json" in damaged(sealed)


def test_an_unsealed_release_fails(text_version: VersionReader, release: Release) -> None:
    out, _ = release(text_version)
    assert damaged(out) == {"seal.json"}


def test_sealing_again_after_a_kill_repairs(sealed: Path) -> None:
    (sealed / "seal.json").unlink()
    (sealed / "statements/half.dsse.json").write_bytes(b"{")
    assert "seal.json" in damaged(sealed)
    seal_release(sealed, {"release.dsse.json": b"{}"}, {}, {})
    assert not {check.name for check in failed(sealed)} & set(BYTES)


def test_a_seal_of_another_release_fails(
    sealed: Path, image_version: VersionReader, context: ReleaseContext, desk: Desk, tmp_path: Path
) -> None:
    write_release(image_version, context, tmp_path / "other", desk)
    seal_release(
        tmp_path / "other", {"release.dsse.json": b"{}"}, {"release.tlog-proof": b"proof\n"}, {"vkeys": b"key\n"}
    )
    shutil.copy(tmp_path / "other/seal.json", sealed / "seal.json")
    assert "seal.json" in damaged(sealed)


# --- Naming records ----------------------------------------------------------------------------------------------


def rewritten(folder: Path, change: Callable[[dict[str, Any]], None]) -> str:
    """Change the fourth record of a part, write the part as well as a forger would; its id."""
    place = folder / "data/part-00000.parquet"
    table = pq.read_table(place)
    rows = table.to_pylist()
    change(rows[3])
    pq.write_table(type(table).from_pylist(rows, schema=table.schema), place)
    return str(rows[3]["id"])


def test_a_changed_record_is_named(sealed: Path) -> None:
    guilty = rewritten(sealed, lambda row: row.update(text=row["text"] + "!"))
    check = next(check for check in failed(sealed) if check.name == "files")
    assert check.records == (guilty,)
    assert guilty in check.message


def test_a_changed_record_hash_names_its_record(sealed: Path) -> None:
    place = sealed / "records/part-00000.sha256s"
    data = bytearray(place.read_bytes())
    data[3 * 32] ^= 1
    place.write_bytes(data)
    ids = pq.read_table(sealed / "data/part-00000.parquet").column("id").to_pylist()
    check = next(check for check in failed(sealed) if check.name == "files")
    assert check.records == (ids[3],)


def test_a_flip_in_a_page_names_the_row_group(sealed: Path) -> None:
    place = sealed / "data/part-00000.parquet"
    data = bytearray(place.read_bytes())
    column = pq.ParquetFile(place).metadata.row_group(0).column(1)
    data[column.data_page_offset + column.total_compressed_size - 3] ^= 8
    place.write_bytes(data)
    check = next(check for check in failed(sealed) if check.name == "files")
    assert "row group 0 (0-9) cannot be read" in check.message
    assert len(check.records) == 10


def relist(folder: Path) -> None:
    """What a forger with our code would do: make the manifest and the seal fit the files again."""
    old = parse_manifest((folder / "manifest.json").read_bytes())
    entries = []
    for entry in old.files:
        data = (folder / entry.path).read_bytes()
        entries.append(msgspec.structs.replace(entry, bytes=len(data), sha256=hashlib.sha256(data).hexdigest()))
    new = build_manifest(
        name=old.name,
        version=old.version,
        version_root=old.version_root,
        rows=old.rows,
        record_root=old.record_root,
        files=entries,
    )
    (folder / "manifest.json").write_bytes(encode(new))
    seal_release(folder, {"release.dsse.json": b"{}"}, {}, {})


@pytest.mark.parametrize(
    "change",
    [{"text": "other"}, {"tone": "bad"}, {"labels": '{"tone":"bad"}'}, {"license": "MIT"}, {"judgements": 9}],
    ids=lambda change: str(next(iter(change))),
)
def test_with_records_even_a_relisted_change_names_its_record(sealed: Path, change: dict[str, Any]) -> None:
    guilty = rewritten(sealed, lambda row: row.update(change))
    relist(sealed)
    assert not {check.name for check in failed(sealed)} & set(BYTES)
    check = next(check for check in failed(sealed, records=True) if check.name == "records")
    assert check.records == (guilty,)


def test_with_records_a_changed_picture_names_its_record(image_version: VersionReader, release: Release) -> None:
    out, _ = release(image_version)
    guilty = rewritten(out, lambda row: row["image"].update(bytes=b"another picture"))
    relist(out)
    check = next(check for check in failed(out, records=True) if check.name == "records")
    assert check.records == (guilty,)


def test_record_hashes_of_other_records_fail_the_record_root(sealed: Path) -> None:
    place = sealed / "records/part-00000.sha256s"
    place.write_bytes(place.read_bytes()[::-1])
    relist(sealed)
    assert "record-root" in {check.name for check in failed(sealed)}


# --- Hostile manifests -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "a/../../x", "a//b", "", ".", "a\\b", "a\nb", "a/.", "ä", "a" * 300, "a/" * 9 + "b"]
)
def test_unsafe_paths_are_refused(sealed: Path, path: str) -> None:
    with pytest.raises(PathUnsafeError):
        check_path(path)
    with pytest.raises(PathUnsafeError):
        FolderWriter(sealed).open(path)
    entry = FileEntry(path=path, bytes=1, sha256="0" * 64)
    manifest = build_manifest(name="n", version="1", version_root="", rows=0, record_root="", files=[entry])
    (sealed / "manifest.json").write_bytes(encode(manifest))
    check = next(check for check in verify(sealed) if not check.ok)
    assert (check.name, check.file) == ("layout", "manifest.json")


@pytest.mark.parametrize("path", ["manifest.json", "seal.json", "statements/x", "trust/vkeys"])
def test_the_manifest_may_not_list_what_speaks_about_it(path: str) -> None:
    entry = FileEntry(path=path, bytes=1, sha256="0" * 64)
    manifest = build_manifest(name="n", version="1", version_root="", rows=0, record_root="", files=[entry])
    with pytest.raises(ManifestError):
        parse_manifest(encode(manifest))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"format":"galley/release/v1"}', b"null", b"0" * 5000],
    ids=range(8),
)
def test_nonsense_is_refused(sealed: Path, data: bytes) -> None:
    (sealed / "manifest.json").write_bytes(data)
    checks = list(verify(sealed))
    assert checks[0].outcome == "failed"
    assert checks[0].file == "manifest.json"
    assert {check.outcome for check in checks[2:]} == {"skipped"}


def test_white_space_and_order_are_refused(sealed: Path) -> None:
    data = (sealed / "manifest.json").read_bytes()
    decoded = msgspec.json.decode(data)
    for other in (data + b"\n", b" " + data, msgspec.json.encode(dict(reversed(decoded.items())))):
        with pytest.raises(ManifestError):
            parse_manifest(other)
    parse_manifest(data)


def test_a_huge_manifest_is_refused_unread(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("galley.release.verify.MANIFEST_BYTES_MAX", 1000)
    with (sealed / "manifest.json").open("r+b") as file:
        file.truncate(1 << 40)  # sparse: a terabyte that takes no disk
    checks = list(verify(sealed))
    assert "larger than" in checks[0].message
    assert layout.MANIFEST_BYTES_MAX <= 1 << 30


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_streamed_root_is_the_tree_root(entries: list[bytes]) -> None:
    tree = RootBuilder()
    for entry in entries:
        tree.add(entry)
    assert tree.root() == tree_root(entries)


@given(
    st.builds(
        FileEntry,
        path=st.text(),
        bytes=st.integers(0, 2**53 - 1),
        sha256=st.text(),
        rows=st.none() | st.integers(0, 2**53 - 1),
    )
)
def test_the_fast_encoding_is_canonical(entry: FileEntry) -> None:
    assert encode(entry) == canonical_json(entry)


def test_hashing_many_files_keeps_order_and_bounds_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "_TASK_FILES", 3)
    entries = []
    for place in range(100):
        (tmp_path / str(place)).write_bytes(b"x" * place)
        entries.append(FileEntry(path=str(place), bytes=place, sha256=hashlib.sha256(b"x" * place).hexdigest()))
    found = list(presence.hash_files(tmp_path, iter(entries)))
    assert [entry for entry, _, _ in found] == entries
    assert all(sha256 == entry.sha256 for entry, _, sha256 in found)


def test_messages_come_in_both_languages(sealed: Path) -> None:
    (sealed / "README.md").write_bytes(b"")
    zh = next(check for check in failed(sealed, lang="zh") if check.name == "files")
    assert zh.message.startswith("大小与 SHA-256")
    assert zh.code == "GLY-REL-104"


def test_an_intact_release_is_checked_without_pyarrow(sealed: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from galley.release.verify import verify; "
        "bad = [check for check in verify(Path(sys.argv[1])) if not check.ok]; "
        "sys.exit(bool(bad) or 'pyarrow' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(sealed)], check=False).returncode == 0
