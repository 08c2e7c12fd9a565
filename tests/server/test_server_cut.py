"""Connections that break in the middle of an upload, an import and an export, against a real server."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from galley_floor import Served

from galley.access.model import Role, Verb
from galley.access.secret_words import hash_of, new_token
from galley.annotate import repo as queue
from galley.annotate.content import service
from galley.annotate.flow.service import NewProject, create
from galley.annotate.service import ensure_labeler, place_many
from galley.kernel.clock import SystemClock
from galley.labels.schema_text import schema_from_yaml
from galley.store.database import Database
from galley.store.workspace import Workspace

SCHEMA = "name: t\ncontrols:\n  - {name: topic, type: classify, field: text, choices: [World, Sports]}\n"


class Line:
    """A served floor: the home organisation, a manager's token, a project; and raw connections to cut."""

    def __init__(self, served: Served, database: Database, workspace: Path) -> None:
        self.served, self.database, self.clock = served, database.of(1), SystemClock()
        now, self.token = self.clock.now(), new_token()
        with database.house().connection() as connection:
            row = connection.execute(
                "INSERT INTO access.person (username, name, created_at) VALUES ('m', 'm', %s) RETURNING id", (now,)
            ).fetchone()
            assert row is not None
            connection.execute(
                "INSERT INTO access.member (organisation, person, roles, created_at) VALUES (1, %s, %s, %s)",
                (row[0], [str(Role.MANAGER)], now),
            )
            connection.execute(
                "INSERT INTO access.token (organisation, hash, name, ending, person, scopes, created_at, expires_at)"
                " VALUES (1, %s, 't', %s, %s, %s, %s, %s)",
                (
                    hash_of(self.token),
                    self.token[-4:],
                    row[0],
                    [str(verb) for verb in Verb],
                    now,
                    now + timedelta(days=1),
                ),
            )
        with Workspace.open(workspace, environment={"GALLEY_DATABASE_URL": "-"}) as opened:
            schema = schema_from_yaml(SCHEMA)
            self.project = create(self.database, opened.blobs, self.clock, NewProject(name="p", schema=schema)).id
        self.base = f"/api/v1/orgs/1/projects/{self.project}"
        self.client = httpx.Client(
            base_url=served.url,
            headers={"authorization": f"Bearer {self.token}", "accept-encoding": "identity"},
            timeout=60,
        )

    def cut(self, method: str, path: str, headers: dict[str, str], announced: int, sent: bytes) -> None:
        """Send the head and a part of a body, and break the connection."""
        host = urlsplit(self.served.url)
        with socket.create_connection((host.hostname or "", host.port or 0)) as raw:
            head = {"host": "x", "authorization": f"Bearer {self.token}", "content-length": str(announced), **headers}
            told = "".join(f"{name}: {value}\r\n" for name, value in head.items())
            raw.sendall(f"{method} {path} HTTP/1.1\r\n{told}\r\n".encode())
            raw.sendall(sent)
            time.sleep(0.5)


@pytest.fixture
def line(served: Served, database_url: str) -> Iterator[Line]:
    database = Database.open(database_url)
    opened = Line(served, database, served.workspace)
    yield opened
    opened.client.close()
    database.close()


def _rows(count: int) -> bytes:
    return b"".join(b'{"id":"i%06d","text":"%s"}\n' % (n, b"x" * 200) for n in range(count))


def _until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    limit = time.monotonic() + seconds
    while not done() and time.monotonic() < limit:
        time.sleep(0.05)


@pytest.mark.slow
def test_cut_connections_lose_and_double_nothing(line: Line) -> None:
    body = _rows(20_000)
    _upload(line, body)
    _import(line, body)
    _export(line)


def _upload(line: Line, body: bytes) -> None:
    opened = line.client.post("/api/v1/orgs/1/uploads", json={"bytes": len(body)})
    assert opened.status_code == 201, opened.text
    where = opened.headers["location"]
    octets = {"content-type": "application/offset+octet-stream"}
    line.cut("PATCH", where, {**octets, "upload-offset": "0"}, len(body), body[:1_500_000])
    _until(lambda: int(line.client.head(where).headers["upload-offset"]) > 0)
    place = int(line.client.head(where).headers["upload-offset"])
    assert 0 < place <= 1_500_000
    done = line.client.patch(where, headers={**octets, "upload-offset": str(place)}, content=body[place:])
    assert done.status_code == 204, done.text
    view = line.client.get(where).json()
    assert (view["state"], view["received"]) == ("complete", len(body))


def _import(line: Line, body: bytes) -> None:
    line.cut("POST", f"{line.base}/imports/stream?name=x.jsonl", {}, len(body), body[:3_000_000])
    _until(lambda: service.imports(line.database, line.project)[0].state != "running")
    (cut,) = service.imports(line.database, line.project)
    assert cut.state == "failed"
    assert (cut.error or {})["code"] == "GLY-ANN-163"
    assert 0 < cut.added < 20_000
    again = line.client.post(f"{line.base}/imports/stream", params={"name": "x.jsonl"}, content=body).json()
    assert (again["read"], again["added"], again["already"]) == (20_000, 20_000 - cut.added, cut.added)


def _export(line: Line) -> None:
    labeler = ensure_labeler(line.database, line.clock, "person-1", "person")
    with line.database.connection() as connection:
        project = next(one for one in queue.projects(connection) if one.id == line.project)
    wanted = [f"i{n:06d}" for n in range(20_000)]
    place_many(line.database, line.clock, project, labeler.id, [(item, {"topic": "World"}) for item in wanted])
    got: list[str] = []
    with line.client.stream("GET", f"{line.base}/export") as answer:
        watermark = answer.headers["galley-watermark"]
        for text in answer.iter_lines():
            got.append(json.loads(text)["id"])
            if len(got) == 7_000:
                break
    rest = line.client.get(f"{line.base}/export", params={"cursor": got[-1], "watermark": watermark})
    lines = [json.loads(text) for text in rest.text.splitlines()]
    assert lines[-1]["galley"]["end"] is True
    assert lines[-1]["galley"]["watermark"] == watermark
    assert got + [one["id"] for one in lines[:-1]] == wanted
