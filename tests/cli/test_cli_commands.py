"""The commands over one finished line: what they print for people and programs, in two languages, and how they end."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from galley_command import Ended, galley, real, start
from galley_lines import feelings_line, text_line
from psycopg.conninfo import make_conninfo

TEXTS = ["keep this text", "small|parts", "NO CHANGE", "twin text", "twin text", "POISON", "drop no"]
CLEAN = [
    {"op": "trouble.raise"},
    {"op": "trouble.drop", "word": "no"},
    "text.dedup",
    "trouble.split",
    "trouble.upper",
]


class Done:
    """A finished line in a workspace, read by every test."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {"GALLEY_DATABASE_URL": url}

    def __call__(self, *words: str | Path, **others: Any) -> Ended:
        return galley(*words, folder=self.folder, environment=self.environment, **others)

    def data(self, *words: str | Path) -> Any:
        ended = self(*words, "--json")
        assert ended.code == 0, ended
        return ended.json()

    def id(self, key: str) -> str:
        from galley.kernel.ids import record_id

        return record_id("jsonl", key)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, postgres: str, template_database: str) -> Iterator[Done]:
    folder = tmp_path_factory.mktemp("done")
    name = f"galley_commands_{os.getpid()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template_database} ENCODING 'UTF8'")
    command = Done(folder, make_conninfo(postgres, dbname=name))
    text_line(folder, TEXTS, clean=CLEAN, engine={"error_budget": 0.5, "shard_rows": 3})
    ended = command("run", "line.yaml", "--workers", "1", "--quiet")
    assert ended.code == 0, ended
    yield command
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


KEYS: dict[tuple[str, ...], set[str]] = {
    ("status",): {"line", "run", "status", "stage", "steps", "quarantined", "quarantine", "open_answers", "error"},
    ("versions",): {"name", "number", "root", "rows", "created_at", "parents", "run_id"},
    ("ops",): {"kind", "name", "version", "summary"},
    ("diff", "texts.collected", "texts.clean"): {"added", "removed", "changed", "relabelled", "same"},
    ("ops", "text.length"): {"kind", "name", "version", "summary", "able", "description", "params"},
    ("verify", "release"): {"verified", "checks"},
}


@pytest.mark.parametrize("words", KEYS, ids=" ".join)
def test_every_read_command_speaks_json_and_both_languages(done: Done, words: tuple[str, ...]) -> None:
    found = done.data(*words)
    assert KEYS[words] <= set(found[0] if isinstance(found, list) else found)
    english, chinese = done(*words, "--lang", "en"), done("--lang=zh", *words)
    assert (english.code, chinese.code) == (0, 0)
    assert english.out
    if words[0] != "versions":
        assert english.out != chinese.out
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese.out)


@pytest.mark.parametrize(
    ("environment", "word"),
    [({"LANG": "zh_CN.UTF-8"}, "完成"), ({"LANG": "de_DE.UTF-8"}, "done"), ({"LC_ALL": "zh", "LANG": "en"}, "完成")],
)
def test_the_locale_chooses_the_language(done: Done, environment: dict[str, str], word: str) -> None:
    ended = galley("status", folder=done.folder, environment={**done.environment, **environment})
    assert word in ended.out


STORIES = {
    "r0": ("kept", "trouble.upper@1", "edit"),
    "r1": ("split", "trouble.split@1", "split"),
    "r2": ("kept", "trouble.upper@1", "keep"),
    "r5": ("failed", "trouble.raise@1", "fail"),
    "r6": ("dropped", "trouble.drop@1", "drop"),
}


@pytest.mark.parametrize("key", STORIES)
def test_a_record_is_explained(done: Done, key: str) -> None:
    ended, op, verdict = STORIES[key]
    story = done.data("explain", done.id(key))
    assert story["ended"] == ended
    assert story["steps"][0]["op"] == "collect"
    assert (story["steps"][-1]["op"], story["steps"][-1]["verdict"]) == (op, verdict)
    assert story["record"]["key"] == key
    told = done("explain", done.id(key)[:10])
    assert told.code == 0
    assert op in told.out


def test_a_twin_names_the_one_that_stays(done: Done) -> None:
    stories = [done.data("explain", done.id(key)) for key in ("r3", "r4")]
    (gone,) = [story for story in stories if story["ended"] == "dropped"]
    (kept,) = [story for story in stories if story["ended"] == "kept"]
    assert gone["steps"][-1]["related"] == [kept["id"]]
    assert kept["id"] in done("explain", gone["id"]).out


def test_the_parts_of_a_record_name_it_and_it_names_them(done: Done) -> None:
    parent = done.data("explain", done.id("r1"))
    parts = parent["steps"][-1]["related"]
    assert len(parts) == 2
    for part in parts:
        story = done.data("explain", part)
        assert story["parents"] == [parent["id"]]
        assert story["record"]["text"] in ("SMALL", "PARTS")
        assert [step["op"] for step in story["steps"]] == ["trouble.upper@1"]


@pytest.mark.parametrize("record", ["0" * 32, "abc", "zz zz zz", "%%%%%%%"])
def test_an_unknown_record_is_said_helpfully(done: Done, record: str) -> None:
    ended = done("explain", record)
    assert ended.code == 1
    assert "GLY-LIN-020" in ended.err
    assert "32" in ended.err


def test_versions_are_found_and_mistakes_suggested(done: Done) -> None:
    assert [version["name"] for version in done.data("versions")] == ["texts.collected", "texts.clean"]
    ended = done("diff", "texts.colected", "texts.clean")
    assert ended.code == 1
    assert "texts.collected" in ended.err
    found = done.data("diff", "texts.collected", "texts.clean")
    assert (len(found["removed"]), len(found["added"])) == (4, 2)


@pytest.mark.parametrize("form", ["label-studio", "coco", "yolo", "conll"])
def test_a_format_that_cannot_hold_a_version_says_why(done: Done, form: str, tmp_path: Path) -> None:
    ended = done("export", "texts.clean", "--to", form, "--out", tmp_path / "out")
    assert ended.code == 1
    assert "GLY-REL-010" in ended.err
    assert not list((tmp_path / "out").glob("*"))


@pytest.mark.parametrize("form", ["parquet", "jsonl", "csv"])
def test_a_version_is_exported_to_each_format(done: Done, form: str, tmp_path: Path) -> None:
    ended = done("export", "texts.clean", "--to", form, "--out", tmp_path / "out", "--json")
    report = ended.json()
    assert ended.code == 0, ended
    assert report["records"] + report["skipped"] == 5
    assert json.loads((tmp_path / "out" / "export-report.json").read_text())["format"].startswith(form)
    again = done("export", "texts.clean", "--to", form, "--out", tmp_path / "out")
    assert again.code == 1


def test_names_that_are_not_installed_are_suggested(done: Done) -> None:
    wrong = done("ops", "text.lenght")
    assert wrong.code == 1
    assert "text.length" in wrong.err
    wrong = done("export", "texts.clean", "--to", "jsnl", "--out", "x")
    assert wrong.code == 1
    assert "jsonl" in wrong.err
    assert not (done.folder / "x").exists()


def test_doctor_tells_a_healthy_place_from_a_broken_one(done: Done, tmp_path: Path) -> None:
    well = done("doctor", "--json", plugins=False)
    assert (well.code, well.json()["healthy"]) == (0, True)
    broken = done("doctor", "--json")  # with the tests' plugins, one of which cannot be imported
    assert (broken.code, broken.json()["healthy"]) == (1, False)
    (wrong,) = [check for check in broken.json()["checks"] if not check["ok"]]
    assert "trouble.broken" in wrong["found"]
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace" / "workspace.json").write_text("{]")
    ended = galley("doctor", folder=tmp_path, environment=done.environment, plugins=False)
    assert ended.code == 1
    assert "workspace" in ended.out


def test_no_workspace_is_said(tmp_path: Path) -> None:
    for words in (("status",), ("versions",), ("explain", "abcdef"), ("work", "x")):
        ended = galley(*words, folder=tmp_path)
        assert ended.code == 1
        assert "GLY-CLI-001" in ended.err


def test_wrong_usage_is_exit_two(done: Done) -> None:
    for words in (("run",), ("fly",), ("run", "line.yaml", "--workers", "0"), ("diff", "a")):
        assert done(*words).code == 2


def test_verify_names_what_was_touched(done: Done, tmp_path: Path) -> None:
    whole = done.folder / "release"
    (data,) = (whole / "data").glob("*.parquet")
    flipped, missing, extra = (tmp_path / name for name in ("flipped", "missing", "extra"))
    for copy in (flipped, missing, extra):
        shutil.copytree(whole, copy)
    content = bytearray((flipped / "data" / data.name).read_bytes())
    content[len(content) // 2] ^= 1
    (flipped / "data" / data.name).write_bytes(content)
    (missing / "data" / data.name).unlink()
    (extra / "data" / "more.parquet").write_bytes(b"more")
    for copy, name in ((flipped, data.name), (missing, data.name), (extra, "more.parquet")):
        ended = real("verify", copy, folder=tmp_path)
        assert ended.returncode == 4
        assert name in ended.stdout
        assert real("verify", copy, "--json", folder=tmp_path).returncode == 4
    assert real("verify", tmp_path / "nothing", folder=tmp_path).returncode == 4


def test_init_run_and_again(tmp_path: Path, database_url: str) -> None:
    environment = {"GALLEY_DATABASE_URL": database_url}
    made = real("init", "new", "--json", folder=tmp_path, environment=environment)
    assert made.returncode == 0
    assert real("init", "new", folder=tmp_path).returncode == 1
    ended = real("run", "line.yaml", "--json", folder=tmp_path / "new", environment=environment)
    assert ended.returncode == 0, ended
    assert json.loads(ended.stdout)["verified"] is True
    assert ended.stderr == ""


def test_a_reader_that_goes_away_is_no_error(done: Done) -> None:
    script = Path(sys.executable).with_name("galley")
    command = f"set -o pipefail; '{script}' ops --json | head -c 10 >/dev/null"
    ended = subprocess.run(["bash", "-c", command], cwd=done.folder, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_schemas_are_imported_from_label_studio(tmp_path: Path) -> None:
    (tmp_path / "c.xml").write_text(
        '<View><Text name="t" value="$text"/><Choices name="mood" toName="t"><Choice value="ok"/></Choices></View>'
    )
    ended = galley("schema", "import", "c.xml", "--out", "s.yaml", folder=tmp_path)
    assert ended.code == 0, ended
    assert "mood" in (tmp_path / "s.yaml").read_text()
    assert "mood" in galley("schema", "import", "c.xml", "--json", folder=tmp_path).json()["schema"]
    (tmp_path / "c.xml").write_text("<View><Choices")
    assert galley("schema", "import", "c.xml", folder=tmp_path).code == 5
    assert galley("schema", "import", "none.xml", folder=tmp_path).code == 5


@pytest.mark.slow
def test_an_interrupted_run_goes_on(tmp_path: Path, database_url: str) -> None:
    feelings_line(tmp_path)
    environment = {"GALLEY_DATABASE_URL": database_url}
    words = ("run", "line.yaml", "--workers", "1", "--json")
    started = start(*words, folder=tmp_path, environment=environment)
    until = time.monotonic() + 60
    while not list((tmp_path / "workspace" / "objects").glob("work/*/*.json")):
        assert time.monotonic() < until
        time.sleep(0.02)
    started.signal(signal.SIGINT)
    ended = started.wait()
    assert ended.code == 130, ended
    assert "Traceback" not in ended.err
    again = galley(*words, folder=tmp_path, environment=environment)
    assert again.code == 0, again
    assert again.json()["verified"] is True
