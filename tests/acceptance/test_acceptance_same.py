"""What must not change a release: workers, the hash seed, company in the workspace, where shards are cut, running again."""

import json
from pathlib import Path
from typing import Any

import pytest
from galley_command import galley, real, start
from galley_lines import feelings_line, text_line

RUN = ("run", "line.yaml", "--quiet", "--json")
TEXTS = [f"text {number % 150} {'no' if number % 7 == 0 else 'yes'}|{number % 3}" for number in range(200)]
CLEAN = [{"op": "trouble.drop", "word": "no"}, "text.normalise", "text.dedup", "trouble.split", "trouble.upper"]


def texts(folder: Path, **parts: Any) -> Path:
    """A line that drops, edits, splits and finds twins, over several shards."""
    parts.setdefault("engine", {"shard_rows": 40})
    return text_line(folder, TEXTS, clean=CLEAN, **parts)


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "release" / "manifest.json").read_text())
    return found


def _is_report(folder: Path, name: str) -> bool:
    return (folder / "workspace" / "objects" / name).read_bytes()[:15].lower() == b"<!doctype html>"


def objects(folder: Path) -> set[str]:
    """What lies in the store."""
    store = folder / "workspace" / "objects"
    return {str(place.relative_to(store)) for place in store.rglob("*") if place.is_file()}


def test_workers_and_running_again_change_nothing(tmp_path: Path, database_url: str) -> None:
    texts(tmp_path)
    environment = {"GALLEY_DATABASE_URL": database_url}
    first = galley(*RUN, "--workers", "2", folder=tmp_path, environment=environment)
    assert first.code == 0, first
    before = objects(tmp_path)
    work = {name for name in before if name.startswith("work/")}
    assert len(work) >= 11  # one collect group, five shards through two segments, a plan
    again = galley(*RUN, "--workers", "1", folder=tmp_path, environment=environment)
    assert again.json()["release_root"] == first.json()["release_root"]
    added = objects(tmp_path) - before
    # Not even the run's account differs; its report, which tells when it was made, is kept for the pages that show it.
    assert all(_is_report(tmp_path, name) for name in added)
    assert len(added) <= 1


@pytest.mark.slow
def test_one_and_two_workers_and_any_hash_seed_give_the_same_root(tmp_path: Path, database_url: str) -> None:
    roots = set()
    for place, workers, seed in (("one", "1", "1"), ("two", "2", "4242")):
        folder = tmp_path / place
        folder.mkdir()
        feelings_line(folder)
        environment = {"PYTHONHASHSEED": seed}
        if place == "one":  # the other has a server of its own, in its workspace
            environment["GALLEY_DATABASE_URL"] = database_url
        ended = real(*RUN, "--workers", workers, folder=folder, environment=environment)
        assert ended.returncode == 0, ended
        roots.add(json.loads(ended.stdout)["release_root"])
    assert len(roots) == 1


@pytest.mark.slow
def test_where_shards_are_cut_changes_no_record(tmp_path: Path, database_url: str) -> None:
    found = []
    for rows in (40, 7, 1000):
        folder = tmp_path / str(rows)
        folder.mkdir()
        texts(folder, engine={"shard_rows": rows})
        ended = galley(*RUN, "--workers", "1", folder=folder, environment={"GALLEY_DATABASE_URL": database_url})
        assert ended.code == 0, ended
        found.append((manifest(folder)["record_root"], manifest(folder)["rows"], ended.json()["totals"]))
    assert found[0] == found[1] == found[2]


@pytest.mark.slow
def test_two_runs_of_one_line_at_once_end_alike(tmp_path: Path, database_url: str) -> None:
    feelings_line(tmp_path)
    environment = {"GALLEY_DATABASE_URL": database_url}
    words = ("run", "line.yaml", "--workers", "1", "--json")
    both = [start(*words, folder=tmp_path, environment=environment) for _ in range(2)]
    ended = [each.wait() for each in both]
    assert [each.code for each in ended] == [0, 0], ended
    assert ended[0].json()["release_root"] == ended[1].json()["release_root"]
    states = galley("status", "--json", folder=tmp_path, environment=environment).json()
    assert [state["status"] for state in states] == ["done"]


@pytest.mark.slow
def test_two_lines_at_once_do_not_meet(tmp_path: Path, database_url: str) -> None:
    environment = {"GALLEY_DATABASE_URL": database_url}
    feelings_line(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    texts(other)
    workspace = ("--workspace", str(tmp_path / "workspace"), "--workers", "1")
    one = start(*RUN, *workspace, folder=tmp_path, environment=environment)
    two = start(*RUN, *workspace, folder=other, environment=environment)
    assert [one.wait().code, two.wait().code] == [0, 0]
    states = galley("status", "--json", folder=tmp_path, environment=environment).json()
    assert {state["line"]: state["status"] for state in states} == {"feelings": "done", "texts": "done"}


@pytest.mark.slow
def test_a_second_run_that_may_not_wait_refuses(tmp_path: Path, database_url: str) -> None:
    texts(tmp_path)
    environment = {"GALLEY_DATABASE_URL": database_url}
    from galley.line.repo import hold_line
    from galley.store.database import HOME, Database

    database = Database.open(database_url).of(HOME)
    try:
        with hold_line(database, "texts") as taken:
            assert taken
            refused = galley(*RUN, "--no-wait", folder=tmp_path, environment=environment)
    finally:
        database.close()
    assert refused.code == 1
    assert refused.json()["error"]["code"] == "GLY-LIN-011"
    assert galley(*RUN, "--no-wait", folder=tmp_path, environment=environment).code == 0
