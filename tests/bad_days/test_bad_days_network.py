"""A network that breaks before a request, in the middle of it, and after the server has it: sending again changes nothing."""

import http.client
import json
import os
import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from galley_crew import Crew, Yard, laws, open_site

from galley.access.model import Role
from galley.store.workspace import Workspace

LONG = bool(os.environ.get("GALLEY_LONG"))
PEOPLE = 12


class Cutter:
    """A TCP proxy in front of a server that breaks some connections, each in one of three places."""

    def __init__(self, port: int, *, share: float) -> None:
        self._target, self._share = port, share
        self._draw = random.Random(11)
        self.cuts = {"before": 0, "inside": 0, "after": 0}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Accept no more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            try:
                while request := self._request(client):
                    if self._draw.random() >= self._share:
                        server.sendall(request)
                        client.sendall(self._answer(server))
                        continue
                    place = self._draw.choice(["before", "inside", "after"])
                    self.cuts[place] += 1
                    if place == "inside":
                        server.sendall(request[: -self._draw.randrange(1, 20)])
                    if place == "after":
                        server.sendall(request)
                        self._answer(server)  # the server did it all, and nobody hears
                    return
            except (OSError, http.client.HTTPException):
                return

    @staticmethod
    def _request(client: socket.socket) -> bytes:
        told = b""
        while b"\r\n\r\n" not in told:
            chunk = client.recv(65536)
            if not chunk:
                return b""
            told += chunk
        head, _, body = told.partition(b"\r\n\r\n")
        lines = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
        while len(body) < int(lines.get(b"content-length", b"0")):
            body += client.recv(65536)
        return head + b"\r\n\r\n" + body

    @staticmethod
    def _answer(server: socket.socket) -> bytes:
        answer = http.client.HTTPResponse(server)
        answer.begin()
        body = answer.read()
        lines = [f"HTTP/1.1 {answer.status} x"]
        lines += [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() != "transfer-encoding"]
        if answer.getheader("content-length") is None:
            lines.append(f"content-length: {len(body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


@pytest.fixture
def yard(tmp_path: Path, database_url: str) -> Iterator[Yard]:
    opened = Yard(tmp_path, environment={"GALLEY_DATABASE_URL": database_url})
    opened.start()
    yield opened
    opened.end()


@pytest.mark.slow
def test_a_network_that_breaks_loses_and_doubles_nothing(yard: Yard, database_url: str) -> None:
    with Workspace.open(yard.workspace, environment={"GALLEY_DATABASE_URL": database_url}) as workspace:
        site = open_site(workspace.database, workspace, people=PEOPLE, items=3000)
        with workspace.database.house().connection() as connection:
            connection.execute("UPDATE access.member SET roles = %s", ([*map(str, Role)],))
        cutter = Cutter(yard.port, share=0.15)
        crew = Crew(site, [cutter.port])
        with crew.at_work():
            crew.until(3000 if LONG else 300)
        assert min(cutter.cuts.values()) >= 10, cutter.cuts
        assert laws(workspace.database, workspace, crew) >= 300
        _replayed(yard, cutter, f"/api/v1/orgs/{site.organisation}/uploads", site.tokens[0])
        cutter.close()


def _replayed(yard: Yard, cutter: Cutter, where: str, token: str) -> None:
    """Under one Idempotency-Key an upload is opened once, however often the connection broke; another body is refused."""
    made: list[Any] = []
    for number in range(40):
        headers = {"authorization": f"Bearer {token}", "idempotency-key": f"upload-{number:06}"}
        body = {"bytes": 100 + number}
        answers: list[httpx.Response] = []
        while len(answers) < 2:
            try:
                answer = httpx.post(f"http://127.0.0.1:{cutter.port}{where}", json=body, headers=headers)
            except httpx.TransportError:
                continue
            if answer.status_code == 409:
                assert answer.headers["retry-after"], "the first one is still under way"
                continue
            answers.append(answer)
        assert {each.status_code for each in answers} == {201}, answers[0].text
        assert answers[0].content == answers[1].content
        made.append(json.loads(answers[0].content)["id"])
        other = httpx.post(f"http://127.0.0.1:{yard.port}{where}", json={"bytes": 99}, headers=headers)
        assert other.status_code == 422
    listed = httpx.get(f"http://127.0.0.1:{yard.port}{where}", headers={"authorization": f"Bearer {token}"}).json()[
        "items"
    ]
    assert sorted(upload["id"] for upload in listed) == sorted(made)
