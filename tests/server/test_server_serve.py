"""`galley serve` as processes: ready, drained by SIGTERM without losing what is under way, ended with 0."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
from galley_floor import Served, open_served


def test_it_serves_and_ends_cleanly(served: Served) -> None:
    assert served.client.get("/health").json()["status"] == "alive"
    missing = served.client.get("/api/v1/nothing", headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert (missing.status_code, missing.json()["code"]) == (404, "GLY-SRV-001")
    assert "<title>Galley" in served.client.get("/").text
    assert served.stop() == 0
    lines = [line for line in served.told() if line.get("request") == missing.headers["x-request-id"]]
    assert [(line["status"], line["code"]) for line in lines] == [(404, "GLY-SRV-001")]


def slow_request(url: str, begun: threading.Event, finish: threading.Event) -> bytes:
    """A request whose head is sent at once and whose last byte waits until it is told; the answer."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        head = (
            "POST /api/v1/orgs/1/projects/1/work/claim HTTP/1.1\r\nhost: galley\r\ncontent-type: application/json\r\n"
        )
        connection.sendall(f"{head}content-length: 2\r\nconnection: close\r\n\r\n{{".encode())
        begun.set()
        finish.wait(30)
        connection.sendall(b"}")
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


@pytest.mark.slow
def test_sigterm_drains(tmp_path: Path, database_url: str) -> None:
    """/ready says no at once, what comes meanwhile is still answered, and every process ends."""
    environment = {
        "GALLEY_DATABASE_URL": database_url,
        "GALLEY_DRAIN_SECONDS": "2",
        "GALLEY_METRICS_TOKEN": "scraper-1",
    }
    with open_served(tmp_path, processes=2, environment=environment) as served:
        for _ in range(20):
            with httpx.Client(base_url=served.url) as fresh:  # a connection each, so that both processes answer some
                assert fresh.get("/health").status_code == 200
        told = served.client.get("/metrics", headers={"authorization": "Bearer scraper-1"}).text
        line = next(
            line for line in told.splitlines() if line.startswith("galley_http_requests_total") and "/health" in line
        )
        assert float(line.split()[-1]) == 20, "whichever process is asked answers for all"
        assert 'galley_duty_runs_total{duty="account"}' in told, "and for the parent, which runs the duties"
        served.process.send_signal(signal.SIGTERM)
        unready = None
        while unready is None:
            found = served.client.get("/ready")
            unready = found if found.status_code == 503 else None
        assert unready.json()["facts"]["draining"] == "yes"
        assert served.client.get("/health").status_code == 200
        assert served.process.wait(timeout=60) == 0
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{served.url}/health")


@pytest.mark.slow
def test_a_request_under_way_is_finished(served: Served) -> None:
    begun, finish = threading.Event(), threading.Event()
    answers: list[bytes] = []
    sending = threading.Thread(target=lambda: answers.append(slow_request(served.url, begun, finish)))
    sending.start()
    assert begun.wait(30)
    served.client.get("/health")
    served.process.send_signal(signal.SIGTERM)
    finish.set()
    sending.join(60)
    assert served.process.wait(timeout=60) == 0
    assert answers[0].startswith(b"HTTP/1.1 401 ")
    assert b"GLY-ACC-001" in answers[0]


@pytest.mark.slow
def test_a_killed_parent_takes_its_processes_with_it(served: Served) -> None:
    """They would keep the address, and answer on while nobody runs duties and jobs."""
    with socket.create_connection(_address(served.url), timeout=60) as kept:
        assert served.client.get("/ready").status_code == 200
        assert served.stop(signal.SIGKILL) == -signal.SIGKILL
        assert kept.recv(1) == b"", "also with a connection open"
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{served.url}/ready")
    with socket.socket() as fresh:
        fresh.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        fresh.bind(_address(served.url))


def _address(url: str) -> tuple[str, int]:
    host, port = url.removeprefix("http://").split(":")
    return host, int(port)


def test_an_address_that_is_taken_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "galley.cli.main", "serve", "--port", str(taken.getsockname()[1])]
        ended = subprocess.run(
            [*command, "--workspace", str(tmp_path / "w")],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "GALLEY_LANG": "en"},
        )
    assert (ended.returncode, "GLY-CLI-004" in ended.stderr) == (1, True)
    assert not (tmp_path / "w").exists()
