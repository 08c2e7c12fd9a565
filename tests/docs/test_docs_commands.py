"""The commands of the README work as they stand, one after another, on what `make demo` makes."""

import contextlib
import json
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

from galley.ledger.notes import SigningKey
from source_tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SPANS = re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", README, re.DOTALL)
LINES = [line.strip() for block, inline in SPANS for line in (block or inline).splitlines()]
COMMANDS = [line.removeprefix(".venv/bin/galley ") for line in LINES if line.startswith(".venv/bin/galley ")]


def _environment(folder: Path, language: str = "en") -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GALLEY_")}
    return environment | {"GALLEY_LANG": language, "HF_HOME": str(folder / "hub"), "HF_HUB_OFFLINE": "1"}


def _run(folder: Path, *arguments: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=_environment(folder, language),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def _galley(folder: Path, line: str, language: str = "en") -> subprocess.CompletedProcess[str]:
    return _run(folder, "-m", "galley.cli.main", *shlex.split(line), language=language)


def _serve(folder: Path, command: str) -> None:
    """Serve as the README says, but on a free port, until it is ready; then stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "galley.cli.main", *shlex.split(command), "--port", str(port)]
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(words, cwd=folder, env=_environment(folder), stdout=log, stderr=log)
    try:
        until, ready = time.monotonic() + 60, False
        while not ready:
            assert server.poll() is None, (folder / "serve.log").read_text(encoding="utf-8")
            assert time.monotonic() < until
            with contextlib.suppress(httpx.TransportError):
                ready = httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200
            time.sleep(0.05)
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `make demo` was run."""
    folder = tmp_path_factory.mktemp("kitchen")
    done = _run(folder, "-m", "galley.cli.demo", "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "demo/report.html" in done.stdout
    return folder


def test_make_runs_what_the_tests_run() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "-m galley.cli.demo demo" in makefile
    for target in ("demo", "test", "check"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_readme_shows_every_step() -> None:
    steps = ["verify", "status", "diff", "init", "run", "ops", "admin", "serve", "export"]
    assert [command.split()[0] for command in COMMANDS] == steps


def test_the_commands_of_the_readme_work_one_after_another(kitchen: Path) -> None:
    for command in COMMANDS:
        if command.startswith("serve "):
            _serve(kitchen, command)
            continue
        done = _galley(kitchen, command.replace("/tmp/", f"{kitchen}/"))  # exports go to the folder of the test
        assert done.returncode == 0, command + done.stdout + done.stderr
        assert done.stdout.strip(), command


def test_the_demo_says_and_does_what_the_readme_says(kitchen: Path) -> None:
    manifest = json.loads((kitchen / "demo" / "release" / "manifest.json").read_bytes())
    certificate = json.loads((kitchen / "demo" / "release" / "evidence" / "certificate.json").read_bytes())
    assert manifest["rows"] == 1803
    assert certificate["issued"]
    assert certificate["labeler_kind"] == "simulated"
    assert "labeler_kind: simulated" in (kitchen / "demo" / "release" / "README.md").read_text(encoding="utf-8")


def test_flipping_any_byte_is_found_and_the_file_named(kitchen: Path) -> None:
    file = kitchen / "demo" / "release" / "evidence" / "recipe.yaml"
    whole = file.read_bytes()
    file.write_bytes(whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:])
    try:
        done = _galley(kitchen, "verify demo/release")
    finally:
        file.write_bytes(whole)
    assert done.returncode == 4
    assert "evidence/recipe.yaml" in done.stdout


def test_the_dataset_loads_with_the_line_of_the_readme(kitchen: Path) -> None:
    pytest.importorskip("datasets", reason="loading a release like a hub dataset needs the package datasets")
    assert 'datasets.load_dataset("demo/release")' in README
    code = 'import datasets; print(datasets.load_dataset("demo/release")["train"].num_rows)'
    done = _run(kitchen, "-c", code)
    assert done.stdout.strip().endswith("1803"), done.stdout + done.stderr


def test_pinning_works_as_the_page_shows_it(kitchen: Path) -> None:
    page = (ROOT / "docs" / "reference" / "verifying.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    keys = kitchen / "demo" / "workspace" / "keys"
    published = b"".join((keys / name).read_bytes() for name in ("log.key.vkey", "signer.key.vkey"))
    (kitchen / "published.vkeys").write_bytes(published)
    done = _run(kitchen, "-c", code)
    assert " failed " not in done.stdout, done.stdout + done.stderr
    assert done.stdout.count(" passed ") >= 10
    # Keys of somebody else: the same release is not theirs.
    foreign = SigningKey.from_seed("galley.local/signer", b"\1" * 32).verifier
    (kitchen / "published.vkeys").write_text(foreign.text() + "\n", encoding="utf-8")
    assert "7 failed" in _run(kitchen, "-c", code).stdout


def test_the_output_speaks_chinese(kitchen: Path) -> None:
    told = _galley(kitchen, "verify demo/release", language="zh")
    assert "验证通过" in told.stdout
    assert "不是 Galley 工作区" in _galley(kitchen, "status --workspace nowhere", language="zh").stderr
    assert "算子（清洗）" in _galley(kitchen, "ops", language="zh").stdout
