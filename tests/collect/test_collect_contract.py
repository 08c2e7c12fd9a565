"""Every built-in connector over local files passes the battery, and the battery catches connectors that do not."""

import gzip
import importlib.metadata
import io
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from galley.collect.connector import Connector, Draft, Spoiled, Unit
from galley.collect.ext.files import Files, FilesParams
from galley.kernel import extension
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.testing.connector_contract import ConnectorContractError, check_connector, check_streaming, spoiled

GIF = b"GIF89a\x02\0\x03\0\0\0\0"


def files_source(root: Path) -> None:
    for name, data in {"a.txt": b"one", "b/c.gif": GIF, "b/bad.txt": b"\xff\xfe\0\xd8", "z": bytes(range(256))}.items():
        (root / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "raw" / name).write_bytes(data)
    (root / "raw" / "out.txt").symlink_to("/etc/hostname")


def jsonl_source(root: Path) -> None:
    (root / "raw").mkdir()
    lines = '{"text": "one", "id": 1}\n{"text": "two", "id": 1}\nbroken\n{"text": "三", "id": 2}\n'
    (root / "raw" / "a.jsonl").write_text(lines * 3, "utf-8")
    (root / "raw" / "b.jsonl.gz").write_bytes(gzip.compress(lines.encode())[:-9])


def csv_source(root: Path) -> None:
    (root / "raw").mkdir()
    (root / "raw" / "a.csv").write_bytes('id,text\n1,"数据\n一个"\n2\n3,的是\n'.encode("gb18030"))
    (root / "raw" / "b.csv").write_bytes(b"")


def parquet_source(root: Path) -> None:
    (root / "raw").mkdir()
    pq.write_table(pa.table({"text": ["a", None, "c"], "n": [1.5, 2, 3]}), root / "raw" / "a.parquet")
    (root / "raw" / "b.parquet").write_bytes(b"PAR1")


def archive_source(root: Path) -> None:
    (root / "raw").mkdir()
    with zipfile.ZipFile(root / "raw" / "a.zip", "w") as opened:
        for name in ("one.txt", "../two.txt", "b/c.gif"):
            opened.writestr(name, GIF if name.endswith("gif") else name)
    with tarfile.open(root / "raw" / "b.tar.gz", "w:gz") as tar:
        for name in ("one.txt", "one.txt", "big.bin"):
            info = tarfile.TarInfo(name)
            info.size = 3000
            tar.addfile(info, io.BytesIO(os.urandom(3000) if name == "big.bin" else b"x" * 3000))
    (root / "raw" / "c.zip").write_bytes((root / "raw" / "a.zip").read_bytes()[:60])


SOURCES: dict[str, tuple[Callable[[Path], None], dict[str, Any], str, int]] = {
    "files": (files_source, {"path": "raw/**"}, "a.txt", 2),
    "jsonl": (jsonl_source, {"path": "raw/*", "id_field": "id"}, "a.jsonl", 4),
    "csv": (csv_source, {"path": "raw/*.csv"}, "a.csv", 2),
    "parquet": (parquet_source, {"path": "raw/*"}, "a.parquet", 2),
    "archive": (archive_source, {"path": "raw/*"}, "a.zip", 3),
}


@pytest.mark.parametrize("name", SOURCES)
def test_built_in_connectors_pass(tmp_path: Path, name: str) -> None:
    lay, params, touched, bad = SOURCES[name]
    lay(tmp_path)

    def touch() -> None:
        path = tmp_path / "raw" / touched
        about = path.stat()
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))  # as tools that restore times do

    found = check_connector(name, params, tmp_path, touch)
    assert len(spoiled(found)) >= bad
    assert len(found) > bad


def test_every_registered_connector_has_a_battery_run() -> None:
    remote = {"http", "objects", "sql"}  # in their own test files, beside their servers
    assert set(extension.available("connector")) >= set(SOURCES) | remote


def test_sources_stream(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(
        b'{"text": "' + b"x" * 1000 + b'"}\n' * 1 + (b'{"text": "' + b"y" * 1000 + b'"}\n') * 20_000
    )
    assert check_streaming("jsonl", {"path": "a.jsonl"}, tmp_path, 2_000_000) == 20_001
    (tmp_path / "a.csv").write_bytes(b"text\n" + (b'"' + b"y" * 1000 + b'"\n') * 20_000)
    assert check_streaming("csv", {"path": "a.csv"}, tmp_path, 2_000_000) == 20_000
    (tmp_path / "big.bin").write_bytes(b"\0\1\2\3" * 8_000_000)
    assert check_streaming("files", {"path": "big.bin"}, tmp_path, 8_000_000) == 1
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as opened:
        opened.write(tmp_path / "big.bin", "big.bin")
    assert check_streaming("archive", {"path": "a.zip"}, tmp_path, 8_000_000) == 1
    with pytest.raises(ConnectorContractError, match="streams"):
        check_streaming("files", {"path": "big.bin"}, tmp_path, 100_000)


class Broken(Files):
    """A connector whose promises are broken one at a time by subclasses of it."""

    name = "broken"
    summary = Text("Broken.", "有缺陷的。")
    Params = FilesParams


class Unsorted(Broken):
    """Lists backwards."""

    def units(self, desk: Desk) -> Iterator[Unit]:
        return iter(sorted(super().units(desk), key=lambda unit: unit.key, reverse=True))


class Raising(Broken):
    """Raises for a broken record."""

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        yield from super().read(unit, desk)
        raise ValueError("one bad record")


class Lying(Broken):
    """Says a wrong size."""

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        for item in super().read(unit, desk):
            yield msgspec.structs.replace(item, bytes=1) if isinstance(item, Draft) else item


class Fickle(Broken):
    """Reads something else every time."""

    count = 0

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        for item in super().read(unit, desk):
            Fickle.count += 1
            yield msgspec.structs.replace(item, uri=f"{item.uri}?{Fickle.count}")


class Repeating(Broken):
    """Yields the same key twice after promising not to."""

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        yield from super().read(unit, desk)
        yield from super().read(unit, desk)


class Stale(Broken):
    """Has stamps that never change."""

    def units(self, desk: Desk) -> Iterator[Unit]:
        for unit in super().units(desk):
            yield msgspec.structs.replace(unit, stamp="1")


class Monolingual(Broken):
    """Speaks no Chinese."""

    summary = Text("Broken.", "Broken.")


class Correct(Broken):
    """Breaks nothing: the failing twins below share its set-up."""


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Connector[Any]]], None]:
    """Make a class of this file the installed connector `broken`."""

    def install(kind: type[Connector[Any]]) -> None:
        point = importlib.metadata.EntryPoint("broken", "nowhere:Broken", "galley.connector")
        monkeypatch.setattr(extension, "_points", lambda _: {"broken": point})
        monkeypatch.setattr(importlib.metadata.EntryPoint, "load", lambda _: kind)
        extension.find.cache_clear()

    return install


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (Correct, None),
        (Unsorted, "out of order"),
        (Raising, "never raises"),
        (Lying, "size of the content"),
        (Fickle, "gives the same"),
        (Repeating, "unique"),
        (Stale, "stamp changes"),
        (Monolingual, "English and Chinese"),
    ],
)
def test_the_battery_catches_broken_promises(
    tmp_path: Path, register: Callable[[type[Connector[Any]]], None], kind: type[Connector[Any]], promise: str | None
) -> None:
    register(kind)
    files_source(tmp_path)

    def touch() -> None:
        (tmp_path / "raw" / "a.txt").write_text("two")

    try:
        if promise is None:
            assert len(check_connector("broken", {"path": "raw/**"}, tmp_path, touch)) == 5
            return
        with pytest.raises(Exception, match=promise):
            check_connector("broken", {"path": "raw/**"}, tmp_path, touch)
    finally:
        extension.find.cache_clear()
