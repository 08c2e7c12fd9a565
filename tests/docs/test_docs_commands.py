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
from typing import Any

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
    assert "-m galley.cli.demo demo $(if $(filter 0,$(SERVE)),,--serve)" in makefile, "SERVE=0 stops after the line"
    for target in ("demo", "test", "check"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_readme_shows_every_step() -> None:
    steps = ["verify", "status", "diff", "init", "run", "ops", "serve", "export"]
    assert [command.split()[0] for command in COMMANDS] == steps


@pytest.mark.slow
def test_the_commands_of_the_readme_work_one_after_another(kitchen: Path) -> None:
    for command in COMMANDS:
        if command.startswith("serve "):
            _serve(kitchen, command)
            continue
        done = _galley(kitchen, command.replace("/tmp/", f"{kitchen}/"))  # exports go to the folder of the test
        assert done.returncode == 0, command + done.stdout + done.stderr
        assert done.stdout.strip(), command


@pytest.mark.slow
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


def test_the_demo_ends_on_a_floor_half_done_with_a_login_for_every_role(kitchen: Path) -> None:
    code = (
        "from pathlib import Path; from galley.cli.demo_floor import serve_floor; from galley.cli.speech import Voice\n"
        "raise SystemExit(serve_floor(Path('demo'), Voice('en')))"
    )
    log = kitchen / "floor.log"
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [sys.executable, "-c", code], cwd=kitchen, env=_environment(kitchen), stdout=sink, stderr=sink
        )
    try:
        until = time.monotonic() + 180
        while "Galley is at http://127.0.0.1:" not in log.read_text(encoding="utf-8"):
            assert server.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < until, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        told = log.read_text(encoding="utf-8")
        place = kitchen / "demo" / "logins.json"
        assert place.stat().st_mode & 0o777 == 0o600
        made = json.loads(place.read_bytes())
        assert all(link in told for link in made["links"].values())
        assert made["password"] in told
        assert "SIMULATED" in told
        _look_around(made)
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=60) == 0
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()


def _look_around(made: dict[str, Any]) -> None:
    """Everybody signs in by their link; what they come to see is there."""
    project = f"/api/v1/orgs/{made['organisation']}/projects/{made['project']}"
    own = {"x-galley-csrf": "1"}
    transport = httpx.HTTPTransport(retries=20)
    with httpx.Client(base_url=made["address"], transport=transport, timeout=60) as client:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(httpx.TransportError):
                if client.get("/ready").status_code == 200:
                    break
            time.sleep(0.1)
        roles: dict[str, list[str]] = {}
        for login, link in made["links"].items():
            client.cookies.clear()
            ticket = {"secret": link.partition("ticket=")[2]}
            assert client.post("/api/v1/sign-in/ticket", json=ticket).status_code == 200
            assert client.post("/api/v1/sign-in/ticket", json=ticket).status_code == 401, "good once"
            roles[login] = client.get("/api/v1/me").json()["places"][0]["roles"]
        held = {role for each in roles.values() for role in each}
        assert held == {"owner", "manager", "annotator", "reviewer", "inspector", "client", "auditor"}

        def enter(login: str) -> None:
            client.cookies.clear()
            body = {"login": login, "password": made["password"]}
            assert client.post("/api/v1/sign-in", json=body).status_code == 200

        enter("manager")
        board = client.get(f"{project}/dashboard").json()
        assert 0.3 < board["done_share"] < 0.7, board
        assert "SIMULATED" in client.get(project).json()["description"]
        assert client.get(f"{project}/gold").json()["items"]
        assert client.get(f"{project}/predictions").json()["items"][0]["score"] is not None
        assert client.get(f"{project}/people").json()["items"]
        enter("annotator")
        [lease] = client.post(f"{project}/work/claim", json={"count": 1}, headers=own).json()["leases"]
        links = client.get(f"{project}/work/slots/{lease['slot']}/media").json()["links"]
        assert client.get(next(iter(links.values()))).headers["content-type"] == "image/png"
        enter("reviewer")
        assert client.post(f"{project}/reviews/claim", json={"count": 1}, headers=own).json()["leases"]
        enter("inspector")
        [lot] = client.get(f"{project}/lots").json()["items"]
        assert client.get(f"{project}/lots/{lot['id']}/sample").json()["items"]
