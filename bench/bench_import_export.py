"""Import of 100,000 text tasks and export of 20,000 annotated ones over HTTP: seconds, processor time, resident memory.

    python bench/bench_import_export.py [--tasks 100000] [--annotated 20000] [--rounds 3]
                                        [--label-studio http://127.0.0.1:8080 --token owner-token]

A real `galley serve` over the embedded PostgreSQL with durable commits, every request authenticated; the time is what a
client waits for, and beside it the processor time of the server and of PostgreSQL, which a busy machine changes less.
Label Studio 1.23.2 is measured in the same run when it is served (`serve.sh` of the harness starts it on a
PostgreSQL of its own); otherwise its published figures stand beside, named as such.
"""

import argparse
import contextlib
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from galley.access.model import Role, Verb
from galley.access.secret_words import hash_of, new_token
from galley.annotate import repo as queue
from galley.annotate.flow.service import NewProject, create
from galley.annotate.service import ensure_labeler, place_many
from galley.kernel.clock import SystemClock
from galley.labels.schema_text import schema_from_yaml
from galley.store.workspace import Workspace

SCHEMA = (
    "name: news\ncontrols:\n  - {name: topic, type: classify, field: text, choices: [World, Sports, Business, Tech]}\n"
)
TOPICS = ("World", "Sports", "Business", "Tech")
CONFIG = (
    '<View><Text name="text" value="$text"/><Choices name="topic" toName="text">'
    '<Choice value="World"/><Choice value="Sports"/><Choice value="Business"/><Choice value="Tech"/></Choices></View>'
)
PUBLISHED = {"import 100,000 tasks": 33.5, "export 20,000 tasks, Label Studio JSON": 40.0}
"""Label Studio 1.23.2 on PostgreSQL 15, two cores, 2026-11-21."""


def text_of(number: int) -> str:
    """The text of one task, as the harness of the peer makes it."""
    return f"news item {number} " + "lorem ipsum dolor sit amet " * 6


class Spent(NamedTuple):
    """Processor seconds."""

    server: float
    postgres: float


def _stats() -> dict[int, tuple[int, float]]:
    """Process -> (its parent, its processor seconds with those of its ended children)."""
    found = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            if entry.name.isdigit():
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                found[int(entry.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK"))
    return found


class Server:
    """A served workspace, a manager's token, and the memory of its processes."""

    def __init__(self, url: str, process: "subprocess.Popen[bytes]", workspace: Workspace) -> None:
        self.process, self.workspace, self.clock = process, workspace, SystemClock()
        self.database = workspace.database.of(1)
        with self.database.connection() as connection:  # the parent of any backend
            self._postmaster = _stats()[connection.info.backend_pid][0]
        self.client = httpx.Client(base_url=url, timeout=600, headers={"authorization": f"Bearer {self._token()}"})

    def _token(self) -> str:
        now, token = self.clock.now(), new_token()
        with self.workspace.database.house().connection() as connection:
            row = connection.execute(
                "INSERT INTO access.person (username, name, created_at) VALUES (%s, 'bench', %s) RETURNING id",
                (f"bench-{secrets.token_hex(4)}", now),
            ).fetchone()
            assert row is not None
            connection.execute(
                "INSERT INTO access.member (organisation, person, roles, created_at) VALUES (1, %s, %s, %s)",
                (row[0], [str(Role.MANAGER)], now),
            )
            connection.execute(
                "INSERT INTO access.token (organisation, hash, name, ending, person, scopes, created_at, expires_at)"
                " VALUES (1, %s, 'bench', %s, %s, %s, %s, %s)",
                (hash_of(token), token[-4:], row[0], [str(verb) for verb in Verb], now, now + timedelta(days=1)),
            )
        return token

    def project(self, name: str) -> int:
        """A fresh project."""
        return create(
            self.database, self.workspace.blobs, self.clock, NewProject(name=name, schema=schema_from_yaml(SCHEMA))
        ).id

    def annotate(self, project: int, count: int) -> None:
        """An answer for the first items."""
        labeler = ensure_labeler(self.database, self.clock, "person-1", "person")
        with self.database.connection() as connection:
            found = next(one for one in queue.projects(connection) if one.id == project)
            facts = {"project": project, "count": count}
            statement = "SELECT id FROM annotate.item WHERE project = %(project)s ORDER BY id LIMIT %(count)s"
            items = [row[0] for row in connection.execute(statement, facts)]
        given = [(item, {"topic": TOPICS[place % 4]}) for place, item in enumerate(items)]
        assert place_many(self.database, self.clock, found, labeler.id, given).placed == count

    def _processes(self) -> set[int]:
        found = {self.process.pid}
        parents = {pid: parent for pid, (parent, _) in _stats().items()}
        for _ in range(3):
            found |= {pid for pid, parent in parents.items() if parent in found}
        return found

    def cpu_seconds(self) -> Spent:
        """Processor time of the server's processes and of PostgreSQL's, so far."""
        stats, server = _stats(), self._processes()
        postgres = {pid for pid, (parent, _) in stats.items() if self._postmaster in (pid, parent)}
        return Spent(*(sum(stats[pid][1] for pid in each if pid in stats) for each in (server - postgres, postgres)))

    def resident_mib(self) -> float:
        """Resident memory of the parent and its processes, without the database's."""
        total = 0
        for pid in self._processes():
            with contextlib.suppress(OSError):
                status = Path(f"/proc/{pid}/status").read_text()
                if not status.startswith("Name:\tpostgres"):
                    total += int(status.split("VmRSS:")[1].split()[0])
        return total / 1024


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Server]:
    """A `galley serve` of one process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = folder / "workspace"
    with Workspace.open(place, create=True, environment={}) as workspace:
        command = [sys.executable, "-m", "galley.cli.main", "serve", "--port", str(port), "--workspace", str(place)]
        with (folder / "serve.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "GALLEY_LOG_REQUESTS": "0"})
        try:
            url = f"http://127.0.0.1:{port}"
            until = time.monotonic() + 120
            while time.monotonic() < until:
                with contextlib.suppress(httpx.TransportError):
                    if httpx.get(f"{url}/ready").status_code == 200:
                        break
                time.sleep(0.1)
            yield Server(url, process, workspace)
        finally:
            process.terminate()
            process.wait(timeout=60)


def bring(server: Server, body: bytes, name: str) -> tuple[int, tuple[float, ...]]:
    """(project, (seconds, processor seconds of server and PostgreSQL)) of one import."""
    project = server.project(name)
    before, started = server.cpu_seconds(), time.perf_counter()
    answer = server.client.post(
        f"/api/v1/orgs/1/projects/{project}/imports/stream", params={"name": "tasks.jsonl"}, content=body
    )
    seconds = time.perf_counter() - started
    answer.raise_for_status()
    assert answer.json()["added"] == body.count(b"\n")
    return project, (seconds, *_between(before, server.cpu_seconds()))


def _between(before: Spent, after: Spent) -> Spent:
    return Spent(after.server - before.server, after.postgres - before.postgres)


def take(server: Server, project: int, form: str) -> tuple[int, tuple[float, ...]]:
    """(bytes, (seconds, processor seconds of server and PostgreSQL)) of one export."""
    before, started = server.cpu_seconds(), time.perf_counter()
    headers = {"accept-encoding": "identity"}
    answer = server.client.get(f"/api/v1/orgs/1/projects/{project}/export", params={"format": form}, headers=headers)
    seconds = time.perf_counter() - started
    answer.raise_for_status()
    return len(answer.content), (seconds, *_between(before, server.cpu_seconds()))


def peer(base: str, token: str, tasks: int, annotated: int) -> dict[str, float]:
    """Label Studio's seconds for the same, in batches as its harness sends them."""
    client = httpx.Client(base_url=base, headers={"authorization": f"Token {token}"}, timeout=600)
    facts = {"title": "bench", "label_config": CONFIG, "maximum_annotations": 1}
    project = client.post("/api/projects/", json=facts).json()["id"]
    result = [{"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": ["World"]}}]
    spent = 0.0
    for first in range(0, tasks, 10_000):
        batch = [{"data": {"text": text_of(number)}} for number in range(first, min(first + 10_000, tasks))]
        started = time.perf_counter()
        client.post(f"/api/projects/{project}/import", json=batch).raise_for_status()
        spent += time.perf_counter() - started
    other = client.post("/api/projects/", json=facts).json()["id"]
    for first in range(0, annotated, 5000):
        some = [
            {"data": {"text": text_of(number)}, "annotations": [{"result": result}]}
            for number in range(first, min(first + 5000, annotated))
        ]
        client.post(f"/api/projects/{other}/import", json=some).raise_for_status()
    started = time.perf_counter()
    client.get(
        f"/api/projects/{other}/export", params={"exportType": "JSON", "download_all_tasks": "true"}
    ).raise_for_status()
    return {
        "import 100,000 tasks": spent * 100_000 / tasks,
        "export 20,000 tasks, Label Studio JSON": (time.perf_counter() - started) * 20_000 / annotated,
    }


def scaled(spent: tuple[float, ...], factor: float) -> tuple[float, ...]:
    """As if there had been the published number of tasks."""
    return tuple(each * factor for each in spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--annotated", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--label-studio", default="")
    parser.add_argument("--token", default="owner-token")
    options = parser.parse_args()
    body = b"".join(json.dumps({"text": text_of(number)}).encode() + b"\n" for number in range(options.tasks))
    figures: dict[str, list[tuple[float, ...]]] = {}
    memory: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="galley-bench-") as folder, served(Path(folder)) as server:
        bring(server, body[: body.index(b"\n", len(body) // 20) + 1], "warm")
        memory["after start"] = server.resident_mib()
        project = 0
        for number in range(options.rounds):
            project, spent = bring(server, body, f"p{number}")
            figures.setdefault("import 100,000 tasks", []).append(scaled(spent, 100_000 / options.tasks))
        memory["after the imports"] = server.resident_mib()
        server.annotate(project, options.annotated)
        size: dict[str, Any] = {}
        for _ in range(options.rounds):
            for form, name in (("label-studio", "Label Studio JSON"), ("jsonl", "JSONL"), ("csv", "CSV")):
                size[name], spent = take(server, project, form)
                label = f"export 20,000 tasks, {name}"
                figures.setdefault(label, []).append(scaled(spent, 20_000 / options.annotated))
        memory["after the exports"] = server.resident_mib()
    theirs = PUBLISHED
    if options.label_studio:
        theirs = peer(options.label_studio, options.token, options.tasks, options.annotated)
    whose = "Label Studio, same run" if options.label_studio else "Label Studio 1.23.2, published (33.5 s / 40 s)"
    print(
        f"| over HTTP, {options.rounds} rounds, load {os.getloadavg()[0]:.1f} | median s | best s"
        f" | CPU s of the server | CPU s of PostgreSQL | {whose} | ratio |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for label, rounds in figures.items():
        seconds, server_cpu, postgres_cpu = (statistics.median(each) for each in zip(*rounds, strict=True))
        other, best = theirs.get(label), min(rounds)[0]
        beside = f"{other:.1f} | {other / seconds:.0f}×" if other else "– | –"
        print(f"| {label} | {seconds:.2f} | {best:.2f} | {server_cpu:.2f} | {postgres_cpu:.2f} | {beside} |")
    print(
        "\nResident memory of the server without the database: "
        + ", ".join(f"{k} {v:.0f} MiB" for k, v in memory.items())
    )


if __name__ == "__main__":
    main()
