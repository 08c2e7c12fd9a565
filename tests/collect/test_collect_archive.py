"""archive: members as records, and every hostile archive we know."""

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.collect.archive_members import check_name
from galley.collect.connector import Spoiled
from galley.collect.errors import TraversalError
from galley.kernel import limits
from galley.kernel.ports import Desk
from galley.testing.connector_contract import Collect, drafts, spoiled

GIF = b"GIF89a\x02\0\x03\0\0\0\0"
CONTENT = {"a/one.txt": b"one", "a/two.gif": GIF, "three.md": "三".encode() * 50_000}


def tar_bytes(content: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as tar:  # type: ignore[call-overload]
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_600_000_000
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zip_bytes(content: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as opened:
        for name, data in content.items():
            opened.writestr(zipfile.ZipInfo(name, (2020, 9, 13, 12, 26, 40)), data, method)
    return out.getvalue()


KINDS = {
    "zip": zip_bytes(CONTENT),
    "stored.zip": zip_bytes(CONTENT, zipfile.ZIP_STORED),
    "tar": tar_bytes(CONTENT),
    "tar.gz": tar_bytes(CONTENT, "w:gz"),
    "tar.bz2": tar_bytes(CONTENT, "w:bz2"),
    "tar.xz": tar_bytes(CONTENT, "w:xz"),
    "tar.zst": pa.compress(tar_bytes(CONTENT), codec="zstd", asbytes=True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_members_are_records(tmp_path: Path, collect: Collect, kind: str) -> None:
    (tmp_path / f"x.{kind}").write_bytes(KINDS[kind])
    found = drafts(collect("archive", path="x.*"))
    assert [item.key for item in found] == [f"x.{kind}!{name}" for name in CONTENT]
    assert [item.media_type for item in found] == ["text/plain", "image/gif", "text/markdown"]
    assert {item.time for item in found} == {"2020-09-13T12:26:40Z"}
    assert [item.width for item in found] == [None, 2, None]
    assert found[2].bytes == 150_000
    assert list(tmp_path.iterdir()) == [tmp_path / f"x.{kind}"]  # nothing was extracted
    assert [item.key for item in drafts(collect("archive", path="x.*", members="a/*.gif"))] == [f"x.{kind}!a/two.gif"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "tar.bz2"])
@pytest.mark.parametrize("share", [0.4, 0.9])
def test_a_truncated_archive_yields_what_it_had_and_one_spoiled(
    tmp_path: Path, collect: Collect, kind: str, share: float
) -> None:
    noise = {f"{place}.txt": zlib.crc32(bytes([place])).to_bytes(4).hex().encode() * 2000 for place in range(30)}
    if kind == "stored.zip":
        whole = zip_bytes(noise, zipfile.ZIP_STORED)
    elif kind == "tar.zst":
        whole = pa.compress(tar_bytes(noise), codec="zstd", asbytes=True)
    elif kind in ("zip", "tar"):
        whole = zip_bytes(noise) if kind == "zip" else tar_bytes(noise)
    else:
        whole = tar_bytes(noise, f"w:{kind.partition('.')[2]}")
    (tmp_path / f"x.{kind}").write_bytes(whole[: int(len(whole) * share)])
    found = collect("archive", path="x.*")
    assert len(spoiled(found)) == 1
    assert found[-1] in spoiled(found)
    assert spoiled(found)[0].code in ("GLY-COL-066", "GLY-COL-035")
    for item in drafts(found):
        assert (item.text or "").encode() == noise[item.key.partition("!")[2]]
    if kind in ("zip", "stored.zip", "tar"):
        assert len(drafts(found)) >= int(30 * share) - 3


def test_a_tar_cut_between_two_members_is_noticed(tmp_path: Path, collect: Collect) -> None:
    whole = tar_bytes({"a.txt": b"a" * 512, "b.txt": b"b" * 512})
    (tmp_path / "x.tar").write_bytes(whole[:1024])
    found = collect("archive", path="x.tar")
    assert [item.key for item in drafts(found)] == ["x.tar!a.txt"]
    assert [item.code for item in spoiled(found)] == ["GLY-COL-066"]


def test_a_zip_without_its_directory_and_with_descriptors_is_saved(tmp_path: Path, collect: Collect) -> None:
    class Pipe(io.RawIOBase):  # a zip written to a pipe puts sizes behind the data
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in CONTENT.items():
            opened.writestr(name, data)
    whole = bytes(pipe.data)
    (tmp_path / "x.zip").write_bytes(whole[: whole.rfind(b"PK\x01\x02")])
    found = collect("archive", path="x.zip")
    assert [item.key for item in drafts(found)] == [f"x.zip!{name}" for name in CONTENT]
    assert [item.code for item in spoiled(found)] == ["GLY-COL-066"]


def test_hostile_members_are_refused_one_by_one(tmp_path: Path, collect: Collect) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind in (
            ("../up.txt", tarfile.REGTYPE),
            ("/etc/cron.d/x", tarfile.REGTYPE),
            ("C:\\x.txt", tarfile.REGTYPE),
            ("a/../../up.txt", tarfile.REGTYPE),
            ("link.txt", tarfile.SYMTYPE),
            ("hard.txt", tarfile.LNKTYPE),
            ("device", tarfile.CHRTYPE),
            ("pipe", tarfile.FIFOTYPE),
            ("good.txt", tarfile.REGTYPE),
            ("./good.txt", tarfile.REGTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            info.size = 4 if kind == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(b"text"))
    (tmp_path / "x.tar").write_bytes(out.getvalue())
    found = collect("archive", path="x.tar")
    assert [item.key for item in drafts(found)] == ["x.tar!good.txt"]
    codes = ["060"] * 4 + ["061"] * 2 + ["062"] * 2 + ["063"]
    assert [item.code for item in spoiled(found)] == [f"GLY-COL-{code}" for code in codes]


def test_hostile_zip_members(tmp_path: Path, collect: Collect) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "/etc/passwd")
        opened.writestr("../up.txt", "up")
        opened.writestr("same.txt", "first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            opened.writestr("same.txt", "second")
        opened.writestr("secret.txt", "locked")
        opened.writestr("__MACOSX/same.txt", "junk")
        opened.writestr("last.txt", "fine")
    data = bytearray(out.getvalue())
    place = data.rfind(b"PK\x01\x02", 0, data.rfind(b"secret.txt"))
    data[place + 8] |= 1  # the encrypted flag in the directory
    (tmp_path / "x.zip").write_bytes(data)
    found = collect("archive", path="x.zip")
    assert [(item.key, item.text) for item in drafts(found)] == [
        ("x.zip!same.txt", "first"),
        ("x.zip!last.txt", "fine"),
    ]
    assert [item.code for item in spoiled(found)] == [f"GLY-COL-{code}" for code in ("061", "060", "063", "064")]


def test_a_flipped_byte_costs_one_member(tmp_path: Path, collect: Collect) -> None:
    data = bytearray(zip_bytes({"a.txt": b"a" * 99, "b.txt": b"b" * 99}, zipfile.ZIP_STORED))
    data[data.find(b"aaaa") + 5] ^= 1
    (tmp_path / "x.zip").write_bytes(data)
    found = collect("archive", path="x.zip")
    assert [item.key for item in drafts(found)] == ["x.zip!b.txt"]
    assert [(item.key, item.code) for item in spoiled(found)] == [("x.zip!a.txt", "GLY-COL-067")]


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "cut.zip"])
def test_a_bomb_stops_the_archive(tmp_path: Path, collect: Collect, kind: str, desk: Desk) -> None:
    content = {"fine.txt": b"fine", "bomb.txt": b"\0" * (32 * 1024 * 1024), "after.txt": b"after"}
    data = tar_bytes(content, "w:gz") if kind == "tar.gz" else zip_bytes(content)
    (tmp_path / f"x.{kind}").write_bytes(data if kind != "cut.zip" else data[:-30])
    found = collect("archive", path="x.*", modality="any")
    assert [item.key for item in drafts(found)] == [f"x.{kind}!fine.txt"]
    assert len(spoiled(found)) == 1
    assert spoiled(found)[0].code in ("GLY-COL-065", "GLY-COL-038")
    assert len(desk.blobs.content) == 1  # type: ignore[attr-defined]  # the bomb left nothing behind


def test_too_many_members_and_too_many_bytes(tmp_path: Path, collect: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    content = {f"{place}.txt": b"x" * 100 for place in range(20)}
    (tmp_path / "x.zip").write_bytes(zip_bytes(content))
    (tmp_path / "x.tar").write_bytes(tar_bytes(content))
    monkeypatch.setattr(limits, "ARCHIVE_MEMBERS_MAX", 10)
    found = collect("archive", path="x.*")
    assert [item.code for item in spoiled(found)] == ["GLY-COL-065"] * 2
    assert len(drafts(found)) == 10  # the tar's first ten; a zip says how many it has beforehand
    monkeypatch.setattr(limits, "ARCHIVE_MEMBERS_MAX", 100)
    monkeypatch.setattr(limits, "ARCHIVE_UNPACKED_BYTES_MAX", 1000)
    found = collect("archive", path="x.*")
    assert [len(drafts(found)), len(spoiled(found))] == [20, 2]


def test_overlapping_members_are_a_bomb(tmp_path: Path, collect: Collect) -> None:
    data = zip_bytes({"a.txt": bytes(range(256)) * 10}, zipfile.ZIP_STORED)
    start = data.find(b"PK\x01\x02")
    end = data.rfind(b"PK\x05\x06")
    record = data[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 50, 50, len(record) * 50, start, 0)
    (tmp_path / "x.zip").write_bytes(data[:start] + record * 50 + tail)
    (item,) = collect("archive", path="x.zip")
    assert isinstance(item, Spoiled)
    assert item.code == "GLY-COL-065"


def test_a_huge_tar_header_is_not_loaded(tmp_path: Path, collect: Collect) -> None:
    info = tarfile.TarInfo("././@PaxHeader")
    info.type, info.size = tarfile.XHDTYPE, 5 * 1024**3
    (tmp_path / "x.tar").write_bytes(info.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 1024)
    (item,) = collect("archive", path="x.tar")
    assert isinstance(item, Spoiled)
    assert item.code == "GLY-COL-065"


def test_archives_in_archives_stay_closed_and_noise_is_one_spoiled(tmp_path: Path, collect: Collect) -> None:
    inner = zip_bytes({"x.txt": b"x"})
    (tmp_path / "x.zip").write_bytes(zip_bytes({"inner.zip": inner}))
    (item,) = drafts(collect("archive", path="x.zip"))
    assert (item.modality, item.media_type) == ("any", "application/zip")
    (tmp_path / "y.zip").write_bytes(b"no archive at all")
    (noise,) = spoiled(collect("archive", path="y.zip"))
    assert noise.code == "GLY-COL-066"
    (tmp_path / "z.tgz").write_bytes(gzip.compress(b"no archive at all" * 100))
    assert [found.code for found in spoiled(collect("archive", path="z.tgz"))] == ["GLY-COL-066"]


def test_names_from_chinese_windows(tmp_path: Path, collect: Collect) -> None:
    name = "数据/说明.txt".encode("gbk")
    data = zip_bytes({"x" * len(name): b"text"}).replace(b"x" * len(name), name)
    (tmp_path / "x.zip").write_bytes(data)
    (item,) = drafts(collect("archive", path="x.zip"))
    assert item.key == "x.zip!数据/说明.txt"


@given(st.text(st.sampled_from("./\\ab:C\0"), max_size=12))
def test_a_checked_name_never_leads_out(raw: str) -> None:
    try:
        name = check_name(raw)
    except TraversalError:
        return
    assert not name.startswith("/")
    assert not {"..", "", "."} & set(name.split("/"))
    assert "\\" not in name
    assert "\0" not in name


def test_a_flipped_byte_in_a_zip_without_its_directory_is_noticed(tmp_path: Path, collect: Collect) -> None:
    whole = zip_bytes({"a.txt": b"a" * 99, "b.txt": b"b" * 99, "c.txt": b"c" * 99}, zipfile.ZIP_STORED)
    data = bytearray(whole[: whole.rfind(b"PK\x05\x06")])
    data[data.find(b"bbbb") + 5] ^= 1
    (tmp_path / "x.zip").write_bytes(data)
    found = collect("archive", path="x.zip")
    assert [item.key for item in drafts(found)] == ["x.zip!a.txt"]
    assert [item.code for item in spoiled(found)] == ["GLY-COL-066"]
