"""A crew for bad days: many people who label over real sockets, each with a journal of what was acknowledged to them.

A `Yard` is a `galley serve` that can be killed and started again at the same address. A `Crew` works on one project of it
and sends again what was not acknowledged, as a browser does. `laws` holds what is stored against the journals.
"""

import contextlib
import dataclasses
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from galley.access.model import Role, Verb
from galley.access.secret_words import hash_of, new_token
from galley.annotate.flow import service as flow
from galley.annotate.flow.model import END, Annotate, Edge, Graph, Settings
from galley.annotate.flow.service import NewProject
from galley.kernel.clock import SystemClock
from galley.labels.schema_text import schema_from_yaml
from galley.server.once import FORGET
from galley.store.database import Database
from galley.store.embedded import EmbeddedServer
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock
from galley.worker.duties import DUTIES
from galley.worker.duty import Floor as DutyFloor
from galley.worker.duty import Rota

__all__ = ["Crew", "Journal", "Site", "Yard", "children", "laws", "open_site"]

SCHEMA = "name: t\ncontrols:\n  - {name: topic, type: classify, field: text, choices: [World, Sports]}\n"
GIVE_UP_SECONDS = 240.0  # to give up, not to measure: a busy machine takes long


def children(parent: int) -> list[int]:
    """The processes a process started."""
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    return []


def kill_all(process: int) -> int:
    """kill -9 of a process and its children; how many there were."""
    killed = 0
    for each in (process, *children(process)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
            killed += 1
    return killed


class Yard:
    """A `galley serve` over a workspace, at one address however often it is started."""

    def __init__(self, folder: Path, *, processes: int = 1, environment: Mapping[str, str] | None = None) -> None:
        self.workspace, self.log = folder / "workspace", folder / "serve.log"
        self._processes = processes
        self._environment = {**os.environ, **(environment or {})}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None
        if not self.workspace.exists():
            Workspace.open(self.workspace, create=True, environment={}).close()

    def start(self) -> None:
        """Start it and wait until it is ready."""
        command = [sys.executable, "-m", "galley.cli.main", "serve", "--port", str(self.port)]
        command += ["--processes", str(self._processes), "--workspace", str(self.workspace)]
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(
                command, stdout=sink, stderr=sink, env=self._environment, start_new_session=True
            )
        until = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")[-5000:]
            if self.ready():
                return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text(encoding="utf-8")[-5000:])

    def ready(self) -> bool:
        """Whether /ready says so."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", "/ready")
            found = connection.getresponse().status == 200
            connection.close()
            return found
        return False

    def kill(self) -> int:
        """kill -9 of the parent and everything it started, database aside; how many processes."""
        assert self.process is not None
        count = 1 + len(children(self.process.pid))
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return count

    def kill_database(self) -> int:
        """kill -9 of the embedded PostgreSQL and its children; how many processes."""
        return kill_all(EmbeddedServer(self.workspace / "pg").postmaster_pid() or 0)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=GIVE_UP_SECONDS)

    def end(self) -> None:
        """However it is, it runs no more."""
        if self.process is not None and self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()


@dataclasses.dataclass(frozen=True)
class Site:
    """A project with work, and the tokens of those who may do it."""

    organisation: int
    project: int
    tokens: Sequence[str]
    overlap: int

    @property
    def path(self) -> str:
        """Where the work is."""
        return f"/api/v1/orgs/{self.organisation}/projects/{self.project}/work"


def open_site(database: Database, workspace: Workspace, *, people: int, items: int, overlap: int = 2) -> Site:
    """An organisation with annotators and a project with items for them."""
    clock, tokens = SystemClock(), [new_token() for _ in range(people)]
    now = clock.now()
    with database.house().transaction() as connection:
        row = connection.execute(
            "INSERT INTO access.organisation (slug, name, kind, created_at) VALUES ('crew', 'Crew', 'client', %s)"
            " RETURNING id",
            (now,),
        ).fetchone()
        assert row is not None
        for number, token in enumerate(tokens):
            person = connection.execute(
                "INSERT INTO access.person (username, name, created_at) VALUES (%s, %s, %s) RETURNING id",
                (f"crew-{number}", f"crew {number}", now),
            ).fetchone()
            assert person is not None
            connection.execute(
                "INSERT INTO access.member (organisation, person, roles, created_at) VALUES (%s, %s, %s, %s)",
                (row[0], person[0], [str(Role.ANNOTATOR)], now),
            )
            connection.execute(
                "INSERT INTO access.token (organisation, hash, name, ending, person, scopes, created_at, expires_at)"
                " VALUES (%s, %s, 't', %s, %s, %s, %s, %s)",
                (row[0], hash_of(token), token[-4:], person[0], [*map(str, Verb)], now, now + timedelta(days=1)),
            )
    node = Annotate(name="annotate", overlap=overlap)
    settings = Settings(graph=Graph(nodes=(node,), edges=(Edge(source="annotate", to=END),)))
    new = NewProject(name="crew", schema=schema_from_yaml(SCHEMA), settings=settings)
    mine = database.of(row[0])
    project = flow.create(mine, workspace.blobs, clock, new).id
    flow.add_items(mine, workspace.blobs, clock, project, [(f"i{n:05}", {"text": f"t{n}"}) for n in range(items)])
    return Site(row[0], project, tokens, overlap)


class Journal:
    """One person: what they sent, and what was acknowledged."""

    def __init__(
        self, port: int, site: Site, number: int, *, stop: threading.Event, pause_seconds: float = 0.02
    ) -> None:
        self._pause_seconds = pause_seconds
        self.ports, self.site, self.number = [port], site, number
        self.sent: dict[str, int] = {}
        self.acknowledged: dict[str, tuple[int, int]] = {}
        self.late: dict[str, int] = {}
        self.again = 0
        self.empty = 0  # claims that found nothing
        self.refused: list[str] = []
        self._stop = stop
        self._draw = random.Random(number)
        self._connection: http.client.HTTPConnection | None = None

    def work(self) -> None:
        """Until told to stop."""
        leases: list[Any] = []
        while not self._stop.is_set():
            if not leases:
                leases = self._ask("claim", {"count": 2})["leases"]
                self.empty += not leases
                time.sleep(0 if leases else 0.3)
                continue
            lease = leases[0]
            client = f"c{self.number}-{lease['slot']}-{lease['attempt']}"
            self.sent[client] = lease["slot"]
            body = {"slot": lease["slot"], "token": lease["token"], "client_id": client, "next": 2}
            told = self._ask("submit", {**body, "labels": {"topic": self._draw.choice(["World", "Sports"])}})
            receipt = told["receipt"]
            if receipt["accepted"]:
                self.acknowledged[client] = (lease["slot"], receipt["revision"])
            else:
                self.late[client] = lease["slot"]
            leases = told["leases"]
            time.sleep(self._draw.random() * self._pause_seconds)
        if self._connection is not None:
            self._connection.close()

    def _ask(self, what: str, body: dict[str, Any]) -> Any:
        """POST until there is an answer."""
        content = json.dumps(body).encode()
        until = time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < until:
            found = self._once(what, content)
            if found is not None:
                return found
            self.again += 1
            time.sleep(0.2 + self._draw.random() * 0.3)
        raise AssertionError(f"no answer: {self.refused[-1:]}")

    def _once(self, what: str, content: bytes) -> Any:
        try:
            if self._connection is None:
                port = self._draw.choice(self.ports)
                self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            headers = {"authorization": f"Bearer {self.site.tokens[self.number]}", "content-type": "application/json"}
            self._connection.request("POST", f"{self.site.path}/{what}", content, headers)
            answer = self._connection.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return None
        if answer.status == 200:
            return json.loads(told)
        # Whatever else it says is not an answer a person could live with on a bad day.
        if answer.status != 503 or not answer.getheader("retry-after"):
            self.refused.append(f"{answer.status} {told.decode()[:300]}")
        return None


class Crew:
    """Everybody at work, in threads; `ports` are the servers they are spread over.

    A person pauses up to `pause_seconds` after an answer: a long trouble on a quick machine must not run out of work.
    """

    def __init__(self, site: Site, ports: Sequence[int], *, pause_seconds: float = 0.02) -> None:
        self.site = site
        self.stop = threading.Event()
        self.journals = [
            Journal(ports[0], site, number, stop=self.stop, pause_seconds=pause_seconds)
            for number in range(len(site.tokens))
        ]
        for journal in self.journals:
            journal.ports = list(ports)
        self.failures: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, args=(journal,)) for journal in self.journals]

    def _run(self, journal: Journal) -> None:
        try:
            journal.work()
        except BaseException as problem:
            self.failures.append(problem)
            raise

    @property
    def acknowledged(self) -> int:
        """How many answers were, so far."""
        return sum(len(journal.acknowledged) for journal in self.journals)

    def until(self, more: int) -> None:
        """Wait until so many more answers are acknowledged."""
        target, limit = self.acknowledged + more, time.monotonic() + GIVE_UP_SECONDS
        while self.acknowledged < target:
            assert not self.failures, self.failures
            assert any(thread.is_alive() for thread in self._threads), "the work ended before the trouble did"
            assert time.monotonic() < limit, f"{self.acknowledged} of {target}: {self.refused()[:3]}"
            time.sleep(0.005)

    @contextlib.contextmanager
    def at_work(self) -> "Iterator[Crew]":
        """Begin; when left, stop after the request at hand."""
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self.stop.set()
            for thread in self._threads:
                thread.join(GIVE_UP_SECONDS)
        assert self.failures == []

    def refused(self) -> list[str]:
        """Answers that were neither 200 nor 503."""
        return [told for journal in self.journals for told in journal.refused]


def settle(database: Database, workspace: Workspace, *, later: timedelta = timedelta()) -> None:
    """Run the duties that follow the outbox until all is read."""
    skipped = ("seal", "deliver", "tell_models")
    clock = FakeClock(SystemClock().now() + later)
    floor = DutyFloor(workspace=workspace, house=database.house(), clock=clock)
    rota = Rota(floor, [duty for duty in (*DUTIES, FORGET) if duty.name not in skipped], lambda *_: None)
    until = time.monotonic() + GIVE_UP_SECONDS
    while (rota.run_once() or behind(database)) and time.monotonic() < until:
        time.sleep(0.01)
    assert behind(database) == []


def behind(database: Database) -> list[tuple[Any, ...]]:
    """The readers of the outbox that have not read all of it."""
    with database.house().connection() as connection:
        return connection.execute(
            "SELECT r.name FROM annotate.reader r WHERE r.name IN ('flow', 'account')"
            " AND EXISTS (SELECT 1 FROM annotate.outbox o WHERE (o.tx, o.id) > (r.tx, r.id))"
        ).fetchall()


def _rows(connection: psycopg.Connection[Any], statement: str, *facts: object) -> list[tuple[Any, ...]]:
    return connection.execute(statement, facts).fetchall()


def laws(database: Database, workspace: Workspace, crew: Crew) -> int:
    """Hold everything stored against the journals; how many answers were acknowledged."""
    assert crew.refused() == []
    with database.house().connection() as connection:
        _stored(connection, crew)
        _slots(connection, crew.site)
    settle(database, workspace)
    with database.house().connection() as connection:
        _accounts(connection, crew.site)
    settle(database, workspace, later=timedelta(days=1))
    with database.house().connection() as connection:
        assert _rows(connection, "SELECT id FROM annotate.slot WHERE state = 'leased'") == []
        _slots(connection, crew.site)
    return crew.acknowledged


def _stored(connection: psycopg.Connection[Any], crew: Crew) -> None:
    """Every acknowledged answer once, under the number told; nothing that was not sent."""
    rows = _rows(connection, "SELECT slot, client_id, id, body ->> 'topic' FROM annotate.revision")
    stored = {(slot, client): number for slot, client, number, _ in rows}
    assert len(rows) == len(stored)
    sent = {(slot, client) for journal in crew.journals for client, slot in journal.sent.items()}
    assert stored.keys() <= sent
    told = {
        (slot, client): revision
        for journal in crew.journals
        for client, (slot, revision) in journal.acknowledged.items()
    }
    missing = {key: revision for key, revision in told.items() if stored.get(key) != revision}
    assert missing == {}
    kept = set(_rows(connection, "SELECT slot, client_id FROM annotate.orphan"))
    late = {(slot, client) for journal in crew.journals for client, slot in journal.late.items()}
    assert late <= kept
    assert kept & stored.keys() == set()
    # At most one answer of each person was under way at each trouble; none is stored without its sender asking.
    assert len(stored) - len(told) <= len(crew.journals)


def _slots(connection: psycopg.Connection[Any], site: Site) -> None:
    """No item beyond its overlap, nobody twice on an item, every submitted slot with one answer of its worker."""
    beyond = _rows(
        connection,
        "SELECT item, count(*) FROM annotate.slot WHERE project = %s AND stage = 'label' AND state <> 'void'"
        " AND state <> 'skipped' GROUP BY item HAVING count(*) <> %s",
        site.project,
        site.overlap,
    )
    assert beyond == []
    twice = _rows(
        connection,
        "SELECT item, worker FROM annotate.slot WHERE project = %s AND worker IS NOT NULL AND state <> 'void'"
        " GROUP BY item, worker HAVING count(*) > 1",
        site.project,
    )
    assert twice == []
    wrong = _rows(
        connection,
        "SELECT s.id, s.state, count(r.id) FROM annotate.slot s LEFT JOIN annotate.revision r"
        " ON r.slot = s.id AND r.labeler = s.worker WHERE s.project = %s GROUP BY s.id, s.state"
        " HAVING count(r.id) <> CASE WHEN s.state = 'submitted' THEN 1 ELSE 0 END",
        site.project,
    )
    assert wrong == []


def _accounts(connection: psycopg.Connection[Any], site: Site) -> None:
    """Events, work rows, totals and items are what a recount says."""
    answers = _rows(connection, "SELECT slot, id FROM annotate.revision ORDER BY id")
    assert (
        _rows(connection, "SELECT slot, revision FROM annotate.outbox WHERE event = 'submitted' ORDER BY revision")
        == answers
    )
    assert (
        _rows(connection, "SELECT slot, revision FROM annotate.work_row WHERE verdict = 'submitted' ORDER BY revision")
        == answers
    )
    totals = _rows(connection, "SELECT sum(made), sum(submitted) FROM annotate.total WHERE project = %s", site.project)
    slots = _rows(
        connection,
        "SELECT count(*), count(*) FILTER (WHERE state = 'submitted') FROM annotate.slot WHERE project = %s",
        site.project,
    )
    assert totals == slots
    finished = _rows(
        connection,
        "SELECT item FROM annotate.slot WHERE project = %s AND state = 'submitted' GROUP BY item"
        " HAVING count(*) = %s ORDER BY item",
        site.project,
        site.overlap,
    )
    at_end = _rows(
        connection, "SELECT id FROM annotate.item WHERE project = %s AND node = 'end' ORDER BY id", site.project
    )
    assert set(at_end) ^ set(finished) == set()
