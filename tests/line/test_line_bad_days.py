"""Bad input through whole lines: the guilty is named and quarantined, the rest is intact, and the numbers add up."""

import io
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from galley_command import Ended, galley
from galley_lines import TIME, text_line, write_jsonl, write_recipe
from PIL import Image

OURS = {"license": "CC0-1.0", "basis": "owned"}
PATIENT = {"error_budget": 0.9}


class Line:
    """A line in a folder, run by the command line."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {"GALLEY_DATABASE_URL": url}

    def galley(self, *words: str) -> Ended:
        return galley(*words, folder=self.folder, environment=self.environment)

    def run(self, *words: str) -> Ended:
        return self.galley("run", "line.yaml", "--workers", "1", "--quiet", "--json", *words)

    def good(self) -> Mapping[str, Any]:
        """A run that must end well; its result."""
        ended = self.run()
        assert ended.code == 0, ended
        result: dict[str, Any] = ended.json()
        assert result["verified"] is True
        adds_up(result)
        return result

    def status(self) -> Mapping[str, Any]:
        found: dict[str, Any] = self.galley("status", "--json").json()[0]
        return found

    def quarantine(self) -> list[tuple[str, str]]:
        """(key, code) of what failed."""
        return [(row["key"], row["code"]) for row in self.status()["quarantine"]]

    def released(self) -> list[dict[str, Any]]:
        """The rows of the release."""
        files = sorted((self.folder / "release" / "data").glob("*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]


def adds_up(result: Mapping[str, Any]) -> None:
    """The law of conservation over a whole run, as its account tells it."""
    total = result["totals"]
    went = ("kept", "edited", "dropped", "failed", "split", "merged")
    assert total["read"] + total["born"] == sum(total[name] for name in went)
    account = result["account"]
    expected = sum(source["records"] for source in account["sources"])
    for step in account["steps"]:
        counts = step["counts"]
        assert counts["read"] == expected
        assert counts["read"] == sum(counts[name] for name in went)
        expected = counts["kept"] + counts["edited"] + counts["born"]
        reasons = sum(step["reasons"].values())
        assert reasons == counts["read"] - counts["kept"]
    assert expected == total["kept"] + total["edited"]


@pytest.fixture
def line(tmp_path: Path, database_url: str) -> Line:
    return Line(tmp_path, database_url)


# --- poison ----------------------------------------------------------------------------------------------------------


def test_one_poisoned_record_in_three_thousand_costs_one_record(line: Line) -> None:
    texts = [f"fine {number}" for number in range(3000)]
    texts[1234] = "the POISON"
    text_line(line.folder, texts, clean=[{"op": "trouble.raise"}, {"op": "trouble.upper"}])
    result = line.good()
    total = result["totals"]
    assert (total["read"], total["edited"], total["failed"]) == (3000, 2999, 1)
    assert line.quarantine() == [("r1234", "GLY-ENG-010")]
    (bad,) = line.status()["quarantine"]
    assert "the poison was read" in bad["message"]
    story = line.galley("explain", bad["id"], "--json").json()
    assert story["ended"] == "failed"
    assert [(step["verdict"], step["reason"]) for step in story["steps"]][-1] == ("fail", "GLY-ENG-010")
    assert {row["key"] for row in line.released()} == {f"r{number}" for number in range(3000)} - {"r1234"}


@pytest.mark.slow
def test_a_record_that_kills_its_worker_costs_one_record(line: Line) -> None:
    texts = [f"fine {number}" for number in range(16)]
    texts[11] = "POISON"
    text_line(line.folder, texts, clean=[{"op": "trouble.kill"}], engine={"shard_rows": 8, **PATIENT})
    assert line.good()["totals"]["failed"] == 1
    assert line.quarantine() == [("r11", "GLY-ENG-022")]
    assert len(line.released()) == 15


@pytest.mark.parametrize("op", ["trouble.vanish", "trouble.orphan"])
def test_an_operator_that_loses_a_record_fails_the_run_and_loses_nothing(line: Line, op: str) -> None:
    text_line(line.folder, ["one", "two", "three"], clean=[{"op": op}])
    ended = line.run()
    assert ended.code == 3
    assert ended.json()["error"]["code"] == "GLY-ENG-001"
    assert op in ended.json()["error"]["title"]
    assert line.status()["status"] == "failed"
    kept = line.galley("versions", "--json").json()
    assert [(version["name"], version["rows"]) for version in kept] == [("texts.collected", 3)]
    assert not (line.folder / "release").exists()


@pytest.mark.parametrize(("poisoned", "code"), [(10, 0), (11, 3)])
def test_more_than_one_percent_of_failures_fails_the_run(line: Line, poisoned: int, code: int) -> None:
    texts = [f"POISON {number}" if number < poisoned else f"fine {number}" for number in range(1000)]
    text_line(line.folder, texts, clean=[{"op": "trouble.raise"}])
    ended = line.run()
    assert ended.code == code
    assert line.status()["quarantined"] == poisoned
    assert (line.folder / "release").exists() == (code == 0)
    if code:
        said = ended.json()["error"]
        assert (said["facts"]["failed"], said["facts"]["read"]) == (11, 1000)
        assert "GLY-ENG-010 × 11" in said["title"]


def test_a_raised_budget_lets_the_same_line_through(line: Line) -> None:
    texts = ["POISON", "fine", "also fine"]
    text_line(line.folder, texts, clean=[{"op": "trouble.raise"}])
    assert line.run().code == 3
    text_line(line.folder, texts, clean=[{"op": "trouble.raise"}], engine={"error_budget": 0.5})
    assert line.good()["totals"]["kept"] == 2


def test_a_line_that_drops_everything_says_why(line: Line) -> None:
    text_line(line.folder, ["a no", "b no"], clean=[{"op": "trouble.drop", "word": "no"}])
    ended = line.run()
    assert ended.code == 3
    assert "drop trouble.word × 2" in ended.json()["error"]["title"]


def test_a_source_that_brings_nothing_fails_the_run(line: Line) -> None:
    write_jsonl(line.folder / "raw.jsonl", [])
    text_line(line.folder, [], source={"id_field": "id"})
    assert line.run().code == 3


# --- archives --------------------------------------------------------------------------------------------------------


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), TIME
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def noise(place: int, size: int = 600) -> bytes:
    import hashlib

    return b"".join(hashlib.sha256(f"{place}/{part}".encode()).hexdigest().encode() for part in range(size // 64))


DOCUMENTS = {f"doc-{place:02}.txt": noise(place) for place in range(20)}
ARCHIVES = {
    "cut.zip": zipped(DOCUMENTS)[:4000],
    "cut.tar.gz": tarred(DOCUMENTS)[:4000],
    "bomb.zip": zipped({"bomb.txt": b"0" * (64 << 20)}),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_broken_archive_is_named_and_the_others_are_read(line: Line, name: str) -> None:
    inbox = line.folder / "in"
    inbox.mkdir()
    for file, data in (("whole.zip", zipped(DOCUMENTS)), (name, ARCHIVES[name])):
        (inbox / file).write_bytes(data)
        os.utime(inbox / file, (TIME, TIME))
    recipe = {"from": "archive", "path": "in/*", **OURS}
    text_line(line.folder, [], source=recipe, engine=PATIENT)
    line.good()
    guilty = line.quarantine()
    assert guilty
    assert {key.partition("!")[0] for key, _ in guilty} == {name}
    whole = {row["key"]: row["text"] for row in line.released() if row["key"].startswith("whole.zip")}
    assert whole == {f"whole.zip!{member}": data.decode() for member, data in DOCUMENTS.items()}
    text_line(line.folder, [], source=recipe)
    assert line.run().code == 3  # one of twenty-one is more than the default budget


# --- images ----------------------------------------------------------------------------------------------------------


def png(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((32, 32)).point(lambda value: (value + shade) % 256).save(buffer, "PNG")
    return buffer.getvalue()


def billion() -> bytes:
    """A PNG that is in order, but for the 10^9 pixels it declares and does not hold."""
    head = struct.pack(">IIBBBBB", 40_000, 25_000, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def test_a_picture_that_declares_a_billion_pixels_is_never_decoded(line: Line) -> None:
    raw = line.folder / "raw"
    raw.mkdir()
    pictures = {f"scan-{place:03}.png": png(place) for place in range(100)}
    for name, data in {**pictures, "huge.png": billion()}.items():
        (raw / name).write_bytes(data)
        os.utime(raw / name, (TIME, TIME))
    recipe = {"from": "files", "path": "raw/*", **OURS}
    text_line(line.folder, [], source=recipe, clean=[{"op": "image.valid"}, {"op": "image.dedup"}])
    result = line.good()
    (record,) = line.galley("diff", "texts.collected", "texts.clean", "--json").json()["removed"]
    story = line.galley("explain", record, "--json").json()
    assert story["record"]["key"] == "huge.png"
    last = story["steps"][-1]
    assert (last["op"], last["verdict"]) == ("image.valid@1", "drop")
    assert "40000" in last["detail"]
    assert result["totals"]["read"] == 101
    assert {row["key"] for row in line.released()} == set(pictures)


# --- tables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_chinese_table_is_read_in_whatever_encoding_it_came(line: Line, encoding: str) -> None:
    rows = {str(place): f"第{place}条评论：质量很好，价格合理，镕鎔" for place in range(60)}
    table = "编号,内容\n" + "".join(f"{name},{text}\n" for name, text in rows.items())
    (line.folder / "raw.csv").write_bytes(table.encode(encoding))
    os.utime(line.folder / "raw.csv", (TIME, TIME))
    source = {"from": "csv", "path": "raw.csv", "text_field": "内容", "id_field": "编号"}
    text_line(line.folder, [], source=source)
    line.good()
    assert {row["key"]: row["text"] for row in line.released()} == rows


def test_ids_that_come_twice_keep_the_first_and_name_the_rest(line: Line) -> None:
    """Within a file, across files in one shard, and across shards."""
    write_jsonl(line.folder / "a.jsonl", [{"id": name, "text": f"a {name}"} for name in ("x", "y", "x", "w")])
    write_jsonl(line.folder / "b.jsonl", [{"id": name, "text": f"b {name}"} for name in ("y", "z", "x")])
    for rows in (100, 2):
        source = {"path": "*.jsonl", "id_field": "id"}
        engine = {**PATIENT, "shard_rows": rows}
        named = {"name": "t/t", "version": "1", "to": f"out-{rows}"}
        text_line(line.folder, [], source=source, engine=engine, release=named)
        result = line.good()
        assert (result["totals"]["kept"], result["totals"]["failed"]) == (4, 3)
        assert sorted(line.quarantine()) == [("x", "GLY-COL-020"), ("x", "GLY-COL-020"), ("y", "GLY-COL-020")]
        files = sorted((line.folder / f"out-{rows}" / "data").glob("*.parquet"))
        released = {row["key"]: row["text"] for file in files for row in pq.read_table(file).to_pylist()}
        assert released == {"x": "a x", "y": "a y", "w": "a w", "z": "b z"}


def test_a_broken_line_of_jsonl_is_one_failed_record(line: Line) -> None:
    good = "".join(f'{{"id": "g{place}", "text": "good {place}"}}\n' for place in range(200))
    (line.folder / "raw.jsonl").write_text(good[: len(good) // 2] + "\n{broken\n" + good[len(good) // 2 :])
    text_line(line.folder, [], source={"id_field": "id"}, engine=PATIENT)
    result = line.good()
    assert result["totals"]["failed"] >= 1
    assert result["totals"]["kept"] + result["totals"]["failed"] == result["totals"]["read"]


# --- recipes ---------------------------------------------------------------------------------------------------------


def test_a_recipe_with_a_typo_is_refused_before_anything_is_read(line: Line) -> None:
    text_line(line.folder, ["one"], clean=[{"op": "text.lenght"}])
    ended = line.run()
    assert ended.code == 5
    said = ended.json()["error"]
    number = next(
        n for n, text in enumerate((line.folder / "line.yaml").read_text().splitlines(), 1) if "lenght" in text
    )
    assert str(said["facts"]["line"]) == str(number)
    assert "text.length" in said["hint"]
    assert not (line.folder / "workspace").exists()


def test_a_missing_source_file_is_named(line: Line) -> None:
    write_recipe(line.folder, {"line": "x", "collect": [{"from": "jsonl", "path": "nowhere/*.jsonl", **OURS}]})
    ended = line.run()
    assert ended.code in (1, 3)
    assert "nowhere" in ended.json()["error"]["title"]


def test_a_report_that_cannot_be_written_says_where(tmp_path: Path, database_url: str) -> None:
    recipe = text_line(tmp_path, ["one text", "another text"])
    (tmp_path / "blocked").write_text("a file, not a folder")
    environment = {"GALLEY_DATABASE_URL": database_url}
    ended = galley("run", recipe, "--report", "blocked/report.html", folder=tmp_path, environment=environment)
    assert ended.code == 1, ended
    assert "blocked" in ended.err
    assert "Traceback" not in ended.err
