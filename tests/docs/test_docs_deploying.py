"""The page about deploying, done as it says: the first owner, serving, the first project, stopping, backup, restore."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from galley.server.settings import Settings, settings_of
from galley.store.workspace import Workspace
from source_tree import ROOT

PAGE = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
TWIN = (ROOT / "docs" / "deploying.zh-CN.md").read_text(encoding="utf-8")
GALLEY = [sys.executable, "-m", "galley.cli.main"]


def section(title: str, kind: str) -> str:
    """The first block of a kind in a section."""
    part = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    found = re.search(rf"```{kind}\n(.*?)```", part, re.DOTALL)
    assert found is not None, (title, kind)
    return found[1]


def commands(title: str) -> list[list[str]]:
    return [shlex.split(line)[1:] for line in section(title, "sh").splitlines() if line.startswith("galley ")]


class Machine:
    """A folder, and commands in it as somebody types them, without any setting of ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GALLEY_")}
        self.environment["GALLEY_LANG"] = "en"

    def run(self, *words: str) -> str:
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def begin(self, *words: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "serve.log").open("wb") as log:
            return subprocess.Popen(words, cwd=self.folder, env=self.environment, stdout=log, stderr=log)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_ready(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            if httpx.get(f"{url}/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_one_machine_from_nothing_to_a_restored_backup(tmp_path: Path) -> None:
    machine, port = Machine(tmp_path), free_port()
    init, owner, serve = commands("One machine")
    assert (init[0], owner[:2], serve[0]) == ("init", ["admin", "owner"], "serve")
    machine.run(*GALLEY, *init)
    told = machine.run(*GALLEY, *owner)
    ticket = "".join(told.split()).split("ticket=")[1]
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "first.py").write_text(
        section("One machine", "python").replace("http://127.0.0.1:8080", url), encoding="utf-8"
    )
    server = machine.begin(*GALLEY, *serve, "--port", str(port))
    try:
        await_ready(server, url, tmp_path / "serve.log")
        said = machine.run(sys.executable, "first.py", ticket)
        assert said.startswith("10 items labelled, token galley_")
        backup, restore = commands("Backup")
        machine.run(*GALLEY, *backup)  # while it serves
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
    machine.run(*GALLEY, *restore)
    with Workspace.open(tmp_path / restore[2], environment={}) as restored, restored.database.house().connection() as c:
        row = c.execute("SELECT count(*) FROM annotate.slot WHERE state = 'submitted'").fetchone()
    assert row == (10,)


def test_both_languages_name_the_same_commands_settings_and_series() -> None:
    for pattern in (r"^(galley .*)$", r"^\| `(GALLEY_[A-Z_]+|OTEL_\w+)` \| ", r"`(galley_\w+)", r"^    (\w+ .*;)"):
        english, chinese = (re.findall(pattern, page, re.MULTILINE) for page in (PAGE, TWIN))
        assert english == chinese
        assert english
    assert section("One machine", "python") in TWIN
    assert section("One machine", "ini") in TWIN


def test_every_setting_of_the_server_is_on_the_page_with_its_default() -> None:
    source = (ROOT / "src" / "galley" / "server" / "settings.py").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(GALLEY_[A-Z_]+)` \| ([^|]+) \|", PAGE, re.MULTILINE))
    assert set(re.findall(r'"(GALLEY_[A-Z_]+)"', source)) <= rows.keys()
    told = {name: rows[name] for name in rows if rows[name].isdigit()}
    assert settings_of(told) == Settings()


@pytest.mark.skipif(not Path("/usr/bin/systemd-analyze").exists(), reason="systemd-analyze checks the unit file")
def test_the_unit_file_is_one(tmp_path: Path) -> None:
    unit = section("One machine", "ini").replace("/opt/galley/bin/galley", sys.executable)
    (tmp_path / "galley.service").write_text(unit, encoding="utf-8")
    done = subprocess.run(
        ["/usr/bin/systemd-analyze", "verify", str(tmp_path / "galley.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "galley.service" not in done.stderr, done.stderr
