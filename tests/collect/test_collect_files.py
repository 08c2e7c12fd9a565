"""files: what a glob finds, what content is, and what is refused."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from galley.collect.errors import FolderMissingError, NothingFoundError, PatternError, SettingError
from galley.kernel.ports import Desk
from galley.testing.connector_contract import Collect, drafts, spoiled

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII5s", 13, b"IHDR", 40_000, 25_000, b"\x08\x02\0\0\0") + b"\0" * 8


def lay(root: Path, **files: bytes) -> None:
    for name, data in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_a_glob_lists_by_path_and_keys_are_relative(tmp_path: Path, collect: Collect) -> None:
    for name in ("raw/b/2.txt", "raw/a.txt", "raw/a/9.txt", "raw/a/deep/er/1.txt", "raw/c.md", "raw/.hidden/1.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = drafts(collect("files", path="./raw/**/*.txt"))
    assert [item.key for item in found] == ["a.txt", "a/9.txt", "a/deep/er/1.txt", "b/2.txt"]
    assert found[1].uri == "raw/a/9.txt"
    assert [item.key for item in drafts(collect("files", path="raw/*/*.txt"))] == ["a/9.txt", "b/2.txt"]
    assert [item.key for item in drafts(collect("files", path="raw/?.[a-t]*"))] == ["a.txt", "c.md"]
    assert [item.key for item in drafts(collect("files", path="raw/a.txt"))] == ["a.txt"]
    assert len(collect("files", path="raw")) == 5
    assert len(collect("files", path="raw", hidden=True)) == 6


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("nowhere/*.txt", FolderMissingError),
        ("*.none", NothingFoundError),
        ("*.{a,b}", PatternError),
        ("*/../x", PatternError),
        ("", PatternError),
    ],
)
def test_a_wrong_source_says_so(collect: Collect, path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        collect("files", path=path)


def test_content_decides_and_names_only_hint(tmp_path: Path, collect: Collect) -> None:
    lay(
        tmp_path,
        a=PNG,
        **{
            "b.jpg": PNG,
            "c.jpg": b"\0damaged\0\0\0\0",
            "d.txt": "中文".encode("gb18030") * 30 + "的一是不了在人有我".encode("gb18030"),
            "e": b"plain words",
            "f.bin": b"plain words",
            "g": bytes(range(256)) * 4,
            "h.wav": b"RIFF\x24\0\0\0WAVEfmt ",
            "i.md": b"\xef\xbb\xbf# title",
        },
    )
    found = {item.key: item for item in drafts(collect("files", path="*"))}
    assert {key: (item.modality, item.media_type) for key, item in found.items()} == {
        "a": ("image", "image/png"),
        "b.jpg": ("image", "image/png"),
        "c.jpg": ("image", "image/jpeg"),
        "d.txt": ("text", "text/plain"),
        "e": ("text", "text/plain"),
        "f.bin": ("any", "application/octet-stream"),
        "g": ("any", "application/octet-stream"),
        "h.wav": ("audio", "audio/wav"),
        "i.md": ("text", "text/markdown"),
    }
    assert (found["a"].width, found["a"].height) == (40_000, 25_000)  # 10^9 pixels, from the header alone
    assert found["d.txt"].meta == {"encoding": "gb18030"}
    assert found["i.md"].text == "# title"
    assert (found["c.jpg"].width, found["e"].blob) == (None, None)


def test_a_forced_modality_spoils_what_does_not_fit(tmp_path: Path, collect: Collect) -> None:
    lay(tmp_path, **{"a.txt": b"words", "b.png": PNG})
    (item,) = spoiled(collect("files", path="*", modality="image"))
    assert (item.key, item.code) == ("a.txt", "GLY-COL-026")
    assert {found.modality for found in drafts(collect("files", path="*", modality="any"))} == {"any"}


def test_text_that_does_not_decode_is_spoiled_with_its_beginning(tmp_path: Path, collect: Collect) -> None:
    lay(tmp_path, **{"a.txt": b"\xff\xfe\x00\xd8", "b.txt": "好".encode()})
    (bad,) = spoiled(collect("files", path="*.txt"))
    assert (bad.key, bad.code, bad.excerpt) == ("a.txt", "GLY-COL-024", b"\xff\xfe\x00\xd8")
    (forced,) = spoiled(collect("files", path="b.txt", encoding="ascii"))
    assert "byte 0" in forced.message


def test_links_pipes_and_large_files_are_refused_not_lost(tmp_path: Path, collect: Collect) -> None:
    lay(
        tmp_path,
        secret=b"secret",
        **{"in__a.txt": b"fine", "in__big.txt": b"x" * 100, "in__folder.txt": b"x" * 60, "out__b.txt": b"outside"},
    )
    root = tmp_path / "in"
    (root / "leak.txt").symlink_to(tmp_path / "secret")
    (root / "same.txt").symlink_to(root / "a.txt")
    (root / "gone.txt").symlink_to(root / "nothing")
    (root / "folder").symlink_to(tmp_path / "out")
    os.mkfifo(root / "pipe.txt")
    found = collect("files", path="in/**/*.txt", max_bytes=50)
    assert [item.key for item in drafts(found)] == ["a.txt", "same.txt"]
    assert {item.key: item.code for item in spoiled(found)} == {
        "big.txt": "GLY-COL-027",
        "folder.txt": "GLY-COL-027",
        "folder/": "GLY-COL-021",
        "gone.txt": "GLY-COL-023",
        "leak.txt": "GLY-COL-021",
        "pipe.txt": "GLY-COL-022",
    }
    assert b"secret" not in b"".join(item.excerpt for item in spoiled(found))


def test_names_that_are_not_utf8_are_kept_apart_and_found_again(tmp_path: Path, collect: Collect) -> None:
    names = ["数据.txt".encode("gb18030"), b"literal\\xca.txt", "数据.txt".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(name)
    found = drafts(collect("files", path="*.txt", encoding="latin-1"))
    assert sorted((item.text or "").encode("latin-1") for item in found) == sorted(names)
    assert all(item.key.encode() for item in found)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("mtime", "2020-01-02T03:04:05Z"), ("none", None), ("2021-05-06T08:00:00+08:00", "2021-05-06T00:00:00Z")],
)
def test_time(tmp_path: Path, collect: Collect, setting: str, expected: str | None) -> None:
    lay(tmp_path, **{"a.txt": b"x"})
    os.utime(tmp_path / "a.txt", (1577934245, 1577934245))
    (item,) = drafts(collect("files", path="a.txt", time=setting))
    assert item.time == expected


def test_a_time_without_a_zone_is_refused(collect: Collect) -> None:
    with pytest.raises(SettingError):
        collect("files", path="*", time="2021-05-06T08:00:00")


def test_real_photographs(shared_data: Callable[[str], Path], collect: Collect, desk: Desk) -> None:
    found = collect("files", path=f"{shared_data('bccd')}/BCCD/JPEGImages/*.jpg")
    assert len(drafts(found)) == len(found) == 364
    assert {(item.media_type, item.width, item.height) for item in drafts(found)} == {("image/jpeg", 640, 480)}
    assert all(desk.blobs.size(str(item.blob)) == item.bytes for item in drafts(found))


def test_a_folder_that_cannot_be_listed_is_told(
    tmp_path: Path, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, **{"a__x.txt": b"1", "b__x.txt": b"2", "b.txt": b"3", "c.txt": b"4"})
    scandir = os.scandir

    def refuse(path: Path) -> object:  # as root, permissions would not
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = collect("files", path="**/*.txt")
    assert [item.key for item in found] == ["a/x.txt", "b.txt", "b/", "c.txt"]
    assert [(item.key, item.code) for item in spoiled(found)] == [("b/", "GLY-COL-028")]
