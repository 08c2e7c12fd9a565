"""The floor for tests: the application in this process over a fresh database, with an organisation and its people.

    def test_it(floor):
        answer = floor.get("/api/v1/orgs/{org}/projects", by=floor.owner)
        assert answer.status_code == 200

`served` is a real `galley serve` over a workspace of its own: slow, for the few tests that need processes and sockets.
"""

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, cast

import httpx
from litestar.handlers import HTTPRouteHandler
from litestar.testing import TestClient

from galley.access.model import Role, Verb
from galley.access.secret_words import hash_of, new_token
from galley.server.app import create_app
from galley.server.logs import LogWriter
from galley.server.ports import Ports, open_ports
from galley.server.routes import ROUTES
from galley.server.settings import Settings
from galley.server.threads import use_threads
from galley.store.database import Database
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock

__all__ = ["Floor", "Person", "Served", "close_stages", "open_floor", "open_served"]


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody with a token."""

    name: str
    person: int
    token: str
    organisation: int


class Floor:
    """The application and who is on it. Paths may hold `{org}`, the organisation's id."""

    def __init__(self, ports: Ports, client: "TestClient[Any]", clock: FakeClock) -> None:
        self.ports = ports
        self.client = client
        self.clock = clock
        self._people = 0
        self.organisation = self.another("acme", "client")
        self.owner = self.person("owner", Role.OWNER)
        self.annotators = [self.person(f"annotator-{number}", Role.ANNOTATOR) for number in range(3)]

    @property
    def database(self) -> Database:
        """The database as the organisation sees it."""
        return self.ports.database.of(self.organisation)

    def another(self, slug: str, kind: str = "processor") -> int:
        """One more organisation; its id."""
        made = self._insert(
            "INSERT INTO access.organisation (slug, name, kind, created_at) VALUES (%s, %s, %s, %s) RETURNING id",
            (slug, slug.title(), kind, self.clock.now()),
        )
        return int(made)

    def person(self, name: str, *roles: Role, organisation: int | None = None, scopes: Iterable[Verb] = Verb) -> Person:
        """Somebody with roles in the organisation (or another), and a service token there good for all they may do."""
        where = organisation or self.organisation
        self._people += 1
        now = self.clock.now()
        number = self._insert(
            "INSERT INTO access.person (username, name, created_at) VALUES (%s, %s, %s) RETURNING id",
            (f"{name}-{self._people}".lower(), name, now),
        )
        if roles:
            self._insert(
                "INSERT INTO access.member (organisation, person, roles, created_at) VALUES (%s, %s, %s, %s) RETURNING person",
                (where, number, [str(role) for role in roles], now),
            )
        secret = new_token()
        self._insert(
            "INSERT INTO access.token (organisation, hash, name, ending, person, scopes, created_at, expires_at)"
            " VALUES (%s, %s, 'test', %s, %s, %s, %s, %s) RETURNING id",
            (
                where,
                hash_of(secret),
                secret[-4:],
                number,
                [str(verb) for verb in scopes],
                now,
                now + timedelta(days=3650),
            ),
        )
        return Person(name, int(number), secret, where)

    def grant(self, person: Person, project: int, *roles: Role) -> None:
        """Roles in one project of the organisation."""
        self._insert(
            "INSERT INTO access.project_grant (organisation, project, person, roles, created_at)"
            " VALUES (%s, %s, %s, %s, %s) RETURNING id",
            (self.organisation, project, person.person, [str(role) for role in roles], self.clock.now()),
        )
        self.ports.actors.forget(f"person {person.person}")

    def _insert(self, statement: str, facts: tuple[Any, ...]) -> Any:
        with self.ports.house.connection() as connection:
            row = connection.execute(statement, facts).fetchone()
        assert row is not None
        return row[0]

    def call(self, method: str, path: str, *, by: Person | None = None, **kwargs: Any) -> httpx.Response:
        """One request, by somebody or by nobody."""
        headers = dict(kwargs.pop("headers", {}))
        if by is not None:
            headers.setdefault("authorization", f"Bearer {by.token}")
        return self.client.request(method, path.replace("{org}", str(self.organisation)), headers=headers, **kwargs)

    def get(self, path: str, *, by: Person | None = None, **kwargs: Any) -> httpx.Response:
        """GET."""
        return self.call("GET", path, by=by, **kwargs)

    def post(self, path: str, *, by: Person | None = None, **kwargs: Any) -> httpx.Response:
        """POST."""
        return self.call("POST", path, by=by, **kwargs)

    def put(self, path: str, *, by: Person | None = None, **kwargs: Any) -> httpx.Response:
        """PUT."""
        return self.call("PUT", path, by=by, **kwargs)

    def patch(self, path: str, *, by: Person | None = None, **kwargs: Any) -> httpx.Response:
        """PATCH."""
        return self.call("PATCH", path, by=by, **kwargs)

    def delete(self, path: str, *, by: Person | None = None, **kwargs: Any) -> httpx.Response:
        """DELETE."""
        return self.call("DELETE", path, by=by, **kwargs)


class _Switch:
    """Stands for the ports of whichever test is running."""

    def __init__(self, settings: Settings) -> None:
        self.ports: Ports | None = None
        self._made_with = settings

    def __getattr__(self, name: str) -> Any:
        if self.ports is None and name == "settings":
            return self._made_with
        return getattr(self.ports, name)


class Stage:
    """One application for many tests: making it takes longer than most tests do."""

    def __init__(self, client: "TestClient[Any]", switch: _Switch) -> None:
        self.client = client
        self._switch = switch

    @property
    def free(self) -> bool:
        """Whether no test has it."""
        return self._switch.ports is None

    @contextlib.contextmanager
    def floor(
        self, workspace: Workspace, *, settings: Settings | None = None, log: LogWriter | None = None
    ) -> Iterator[Floor]:
        """The application over a workspace, for one test."""
        clock = FakeClock()
        self.client.cookies.clear()  # nobody is still signed in from the test before
        with _nowhere() as nowhere:
            ports = self._switch.ports = open_ports(workspace, clock=clock, settings=settings, log=log or nowhere)
            use_threads(self.client.app.state.threads)  # another application may have been made meanwhile
            try:
                yield Floor(ports, self.client, clock)
            finally:
                ports.process.stop()
                ports.log.flush()
                self._switch.ports = None


@contextlib.contextmanager
def open_stage(routes: Sequence[HTTPRouteHandler] = ROUTES, settings: Settings | None = None) -> Iterator[Stage]:
    """An application that is given its ports by each test."""
    switch = _Switch(settings or Settings())
    app = create_app(cast("Ports", switch), routes)
    client = TestClient(app, raise_server_exceptions=False)
    # One event loop, and not the application's lifespan: each test stops what it opened.
    with client.portal() as portal:
        client.blocking_portal = portal
        yield Stage(client, switch)
        del client.blocking_portal
    app.state.threads.shutdown()


_STAGES: Final[dict[tuple[object, ...], Stage]] = {}
_OPENED: Final = contextlib.ExitStack()


def close_stages() -> None:
    """When no test comes any more."""
    _STAGES.clear()
    _OPENED.close()


def _stage(routes: Sequence[HTTPRouteHandler], settings: Settings) -> Stage:
    """The application with those routes, made once; of the settings, it keeps what bounds it."""
    key = (*routes, settings.threads, settings.waiting, settings.waiting_seconds, settings.body_bytes)
    if key not in _STAGES:
        _STAGES[key] = _OPENED.enter_context(open_stage(routes, settings))
    return _STAGES[key]


@contextlib.contextmanager
def _nowhere() -> Iterator[LogWriter]:
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        yield LogWriter(sink)
    finally:
        os.close(sink)


@contextlib.contextmanager
def open_floor(
    workspace: Workspace,
    *,
    routes: Sequence[HTTPRouteHandler] = ROUTES,
    settings: Settings | None = None,
    log: LogWriter | None = None,
) -> Iterator[Floor]:
    """An application with routes and settings of its own over a workspace; its log goes nowhere unless it is given."""
    stage = _stage(routes, settings or Settings())
    with (
        contextlib.nullcontext(stage) if stage.free else open_stage(routes, settings) as found,
        found.floor(workspace, settings=settings, log=log) as opened,
    ):
        yield opened


class Served:
    """A running `galley serve`."""

    def __init__(self, process: "subprocess.Popen[bytes]", url: str, workspace: Path, log: Path) -> None:
        self.process = process
        self.url = url
        self.workspace = workspace
        self.log = log
        self.client = httpx.Client(base_url=url, timeout=30)

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """Signal the parent and wait for its end; the exit code."""
        self.process.send_signal(signal_number)
        return self.process.wait(timeout=60)

    def told(self) -> list[dict[str, Any]]:
        """The lines of the log that are JSON."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextlib.contextmanager
def open_served(folder: Path, *, processes: int = 1, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """A real `galley serve` over a workspace in a folder; ready when this is entered, ended when it is left."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    workspace, log = folder / "workspace", folder / "serve.log"
    Workspace.open(workspace, create=True, environment={}).close()
    command = [sys.executable, "-m", "galley.cli.main", "serve", "--port", str(port)]
    command += ["--processes", str(processes), "--workspace", str(workspace)]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, stdout=sink, stderr=sink, env={**os.environ, **(environment or {})}, start_new_session=True
        )
    served = Served(process, f"http://127.0.0.1:{port}", workspace, log)
    try:
        _await_ready(served)
        yield served
    finally:
        served.client.close()
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _await_ready(served: Served) -> None:
    until = time.monotonic() + 240  # to give up, not to measure: a busy machine takes long to import us
    while time.monotonic() < until:
        assert served.process.poll() is None, served.log.read_text(encoding="utf-8")
        with contextlib.suppress(httpx.TransportError):
            if served.client.get("/ready").status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError(served.log.read_text(encoding="utf-8"))
