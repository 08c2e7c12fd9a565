"""Where a workspace may be and what may happen to it: names, rights, a full disk, a server that is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from galley_command import galley, real, start
from galley_lines import feelings_line, text_line

from galley.store.embedded import EmbeddedServer

RUN = ("run", "line.yaml", "--workers", "1", "--quiet", "--json")
TEXTS = [f"one of many texts, number {number}" for number in range(60)]


@pytest.fixture
def root_of(tmp_path: Path, database_url: str) -> Any:
    """The root of the release of a small line, undisturbed."""
    folder = tmp_path / "reference"
    folder.mkdir()
    text_line(folder, TEXTS, clean=["text.normalise"])
    ended = galley(*RUN, folder=folder, environment={"GALLEY_DATABASE_URL": database_url})
    assert ended.code == 0, ended
    return ended.json()["release_root"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["with spaces and 汉字 'quotes'", "long-" + "x" * 150])
def test_a_workspace_may_be_called_anything(name: str, tmp_path: Path, root_of: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    text_line(folder, TEXTS, clean=["text.normalise"])
    ended = galley(*RUN, folder=folder)
    assert ended.code == 0, ended
    assert ended.json()["release_root"] == root_of
    assert galley("versions", "--json", folder=folder).json()[0]["rows"] == 60


@pytest.mark.slow
def test_a_killed_database_server_costs_at_most_a_run(tmp_path: Path) -> None:
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    for folder in (calm, rough):
        folder.mkdir()
        feelings_line(folder)
    expected = galley(*RUN, folder=calm).json()["release_root"]
    started = start(*RUN, folder=rough)
    server = EmbeddedServer(rough / "workspace" / "pg")
    until = time.monotonic() + 60
    while not (rough / "workspace" / "objects").exists() or len(list((rough / "workspace").rglob("*.json"))) < 3:
        assert time.monotonic() < until
        time.sleep(0.02)
    victim = server.postmaster_pid()
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    first = started.wait()
    if first.code != 0:
        assert first.code == 1
        assert first.json()["error"]["code"].startswith("GLY-STO-"), first
    again = galley(*RUN, folder=rough)
    assert again.code == 0, again
    assert again.json()["release_root"] == expected


def _mounted(folder: Path, size: str) -> bool:
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False, capture_output=True
    )
    return done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("what", ["workspace", "release"])
def test_a_full_disk_is_said_and_the_same_command_goes_on(what: str, tmp_path: Path, database_url: str) -> None:
    import random

    lots = random.Random(7)
    texts = [lots.randbytes(3000).hex() for _ in range(600)]  # 3.6 MB that no compression makes small
    for place in ("calm", "tight"):
        (tmp_path / place).mkdir()
    small = tmp_path / "tight" / ("workspace" if what == "workspace" else "out")
    if os.geteuid() != 0 or not _mounted(small, "1m"):
        pytest.skip("only root may mount a small file system here")
    release = {"name": "t/t", "version": "1", "to": "out/release"}
    environment = {"GALLEY_DATABASE_URL": database_url}
    try:
        for place in ("calm", "tight"):
            text_line(tmp_path / place, texts, engine={"shard_rows": 100}, release=release)
        expected = galley(*RUN, folder=tmp_path / "calm", environment=environment).json()["release_root"]
        full = galley(*RUN, folder=tmp_path / "tight", environment=environment)
        assert full.code == 1, full
        problem = full.json()["error"]
        assert "No space left" in problem["title"], problem
        assert str(small) in problem["title"] or what == "workspace", problem
        assert (
            galley("status", "--json", folder=tmp_path / "tight", environment=environment).json()[0]["status"]
            == "failed"
        )
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        again = galley(*RUN, folder=tmp_path / "tight", environment=environment)
        assert again.code == 0, again
        assert again.json()["release_root"] == expected
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)


def _as_nobody() -> None:
    os.setgid(65534)
    os.setuid(65534)


def _nobody_can_start() -> bool:
    probe = [sys.executable, "-c", "import galley.cli.main"]
    try:
        return subprocess.run(probe, preexec_fn=_as_nobody, capture_output=True, check=False, cwd="/").returncode == 0
    except PermissionError:
        return False


def test_a_workspace_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    text_line(tmp_path, TEXTS)
    (tmp_path / "workspace").write_text("a file in the way")
    ended = real(*RUN, folder=tmp_path)
    assert ended.returncode == 1
    assert str(tmp_path / "workspace") in ended.stdout
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_an_ordinary_user_runs_a_line(tmp_path: Path, root_of: str) -> None:
    import tempfile

    if os.geteuid() != 0:
        pytest.skip("the other tests run as an ordinary user already")
    if not _nobody_can_start():
        pytest.skip("the environment cannot be read by an ordinary user")
    with tempfile.TemporaryDirectory(prefix="galley-nobody-") as place:
        text_line(Path(place), TEXTS, clean=["text.normalise"])
        os.chown(place, 65534, 65534)
        done = subprocess.run(
            [sys.executable, "-m", "galley.cli.main", *RUN],
            cwd=place,
            preexec_fn=_as_nobody,
            env={"PATH": os.environ["PATH"], "HOME": place, "TMPDIR": place},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done
        assert root_of in done.stdout
