"""Every failure leaves as an RFC 9457 problem with a stable code, in the client's language, and tells nothing of ours."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from galley_floor import Floor, open_floor
from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.server.inject import FromPath, FromQuery, GivenPorts, JSONBody
from galley.server.logs import LogWriter
from galley.server.problems import status_of
from galley.server.routes import ROUTES
from galley.store.errors import DatabaseBusyError
from galley.store.workspace import Workspace

PUBLIC = {"verb": Verb.PUBLIC}
SECRET = "the cupboard's key"


class Line(msgspec.Struct, forbid_unknown_fields=True):
    amount: int


class Order(msgspec.Struct):
    name: str
    lines: list[Line]


@post("/order", opt=PUBLIC, sync_to_thread=False, request_max_body_size=1000)
def order(data: JSONBody[Order]) -> dict[str, int]:
    return {"sum": sum(line.amount for line in data.lines)}


@get("/numbers/{number:int}", opt=PUBLIC, sync_to_thread=True)
def number(number: FromPath[int], ports: GivenPorts, text: FromQuery[str] = "") -> dict[str, Any]:
    with ports.database.connection() as connection:
        row = connection.execute("SELECT %s::bigint, %s::text", (number, text)).fetchone()
    return {"found": row}


@get("/bug", opt=PUBLIC, sync_to_thread=False)
def bug() -> None:
    raise RuntimeError(SECRET)


@get("/busy", opt=PUBLIC, sync_to_thread=True)
def busy() -> None:
    raise DatabaseBusyError(reason="deadlock detected")


PROBES: list[HTTPRouteHandler] = [order, number, bug, busy]


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def probed(workspace: Workspace, log_file: Path) -> Iterator[Floor]:
    sink = os.open(log_file, os.O_WRONLY | os.O_CREAT)
    with open_floor(workspace, routes=[*ROUTES, *PROBES], log=LogWriter(sink)) as opened:
        yield opened
    os.close(sink)


FINE = {"name": "a", "lines": [{"amount": 2}]}
DEEP = b'{"name": "[[[", "lines": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def test_the_probe_takes_what_is_right(probed: Floor) -> None:
    assert probed.post("/order", json=FINE).json() == {"sum": 2}
    assert probed.get("/numbers/7", params={"text": "好"}).json() == {"found": [7, "好"]}


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code", "facts"),
    [
        (b'{"name": "a",\n "lines": [}', "application/json", 400, "GLY-SRV-003", {"line": 2, "column": 12}),
        (b"\xff\xfe", "application/json", 400, "GLY-SRV-003", {"line": 1, "column": 1}),
        (b'{"name": "a"', "application/json", 400, "GLY-SRV-003", {"line": 1}),
        (json.dumps(FINE).encode(), "text/plain", 415, "GLY-SRV-004", {"found": "text/plain"}),
        (json.dumps(FINE).encode(), "", 415, "GLY-SRV-004", {}),
        (b"name=a", "application/x-www-form-urlencoded", 415, "GLY-SRV-004", {}),
        (b" " * 1001, "application/json", 413, "GLY-SRV-005", {"limit": 1000}),
        (b"[" * 65 + b"]" * 65, "application/json", 400, "GLY-SRV-007", {"limit": 64}),
        (b"", "application/json", 400, "GLY-SRV-006", {"field": "body"}),
        (b"null", "application/json", 400, "GLY-SRV-006", {"field": "body"}),
        (b'{"lines": []}', "application/json", 400, "GLY-SRV-006", {}),
        (b'{"name": "a", "lines": [{"amount": 1}, {"amount": "x"}]}', "application/json", 400, "GLY-SRV-006", {"field": "lines[1].amount"}),
        (b'{"name": "a", "lines": [{"amount": 1, "more": 2}]}', "application/json", 400, "GLY-SRV-006", {}),
    ],
)  # fmt: skip
def test_a_body_that_is_wrong(
    probed: Floor, body: bytes, media_type: str, status: int, code: str, facts: dict[str, Any]
) -> None:
    found = probed.post("/order", content=body, headers={"content-type": media_type})
    problem = found.json()
    assert (found.status_code, problem["status"], problem["code"]) == (status, status, code), problem
    assert found.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:galley:error:{code}"
    assert facts.items() <= problem["facts"].items(), problem


def test_a_streamed_body_is_cut_off_at_the_limit(probed: Floor) -> None:
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 1
            yield b" " * 100

    found = probed.post("/order", content=chunks(), headers={"content-type": "application/json"})
    assert (found.status_code, found.json()["code"]) == (413, "GLY-SRV-005")


def test_every_field_that_is_wrong_is_named(probed: Floor) -> None:
    found = probed.get("/numbers/7", params={"text": "a\0b"})
    assert (found.status_code, found.json()["code"]) == (400, "GLY-SRV-015")
    wrong = probed.post("/order", json={"name": 5, "lines": []}).json()
    assert [each["in"] for each in wrong["errors"]] == ["body"]
    assert [each["field"] for each in wrong["errors"]] == ["name"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "GLY-SRV-001"),
        ("GET", "/numbers/x", 404, "GLY-SRV-001"),
        ("GET", "/numbers/" + "9" * 400, 400, "GLY-SRV-015"),
        ("GET", "/numbers/" + "9" * 5000, 400, "GLY-SRV-013"),
        ("DELETE", "/order", 405, "GLY-SRV-002"),
        ("BREW", "/order", 405, "GLY-SRV-002"),
        ("GET", "/busy", 503, "GLY-STO-015"),
        ("GET", "/bug", 500, "GLY-SRV-010"),
        ("GET", "/numbers/../order", 404, None),
        ("GET", "/numbers//7", 400, "GLY-SRV-013"),
        ("GET", "/numbers/%2e%2e/order", 400, "GLY-SRV-013"),
        ("GET", "/numbers/%2f7", 400, "GLY-SRV-013"),
        ("GET", "/numbers/%5c7", 400, "GLY-SRV-013"),
        ("GET", "/numbers/%007", 400, "GLY-SRV-013"),
        ("GET", "/numbers/7?" + "a" * 9000, 400, "GLY-SRV-013"),
    ],
)
def test_a_request_line_that_is_wrong(probed: Floor, method: str, path: str, status: int, code: str | None) -> None:
    found = probed.call(method, path)
    if code is None:  # the client resolved the dots itself
        assert found.status_code in (404, 405)
        return
    assert (found.status_code, found.json()["code"]) == (status, code)
    if status == 405:
        assert "POST" in found.headers["allow"]
    if status == 503:
        assert found.headers["retry-after"] == "1"


@pytest.mark.parametrize(
    "headers", [{f"x-{number}": "a" for number in range(120)}, {"x-long": "a" * 40_000}], ids=["many", "long"]
)
def test_headers_have_a_limit(probed: Floor, headers: dict[str, str]) -> None:
    found = probed.get("/health", headers=headers)
    assert (found.status_code, found.json()["code"]) == (431, "GLY-SRV-012")


def test_a_bug_tells_its_request_id_and_nothing_else(probed: Floor, log_file: Path, caplog: Any) -> None:
    found = probed.get("/bug", headers={"x-request-id": "caller-00000001"})
    assert found.headers["x-request-id"] == "caller-00000001"
    assert found.json()["facts"] == {"request_id": "caller-00000001"}
    assert "cupboard" not in found.text
    assert "Traceback" not in found.text
    (told,) = [record.galley for record in caplog.records if record.name == "galley.server"]
    assert told["request"] == "caller-00000001"
    assert SECRET in told["traceback"]
    probed.ports.log.flush()
    line = json.loads(log_file.read_text().splitlines()[-1])
    assert (line["request"], line["status"], line["code"]) == ("caller-00000001", 500, "GLY-SRV-010")


@pytest.mark.parametrize("given", ["a b", "short", "x" * 65, 'quote"00000'])
def test_a_request_id_that_is_not_sane_is_replaced(probed: Floor, given: str) -> None:
    assert probed.get("/health", headers={"x-request-id": given}).headers["x-request-id"] != given


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "/api/v1/nothing 处没有任何内容。"),
        ("en;q=0.3, zh;q=0.7", "/api/v1/nothing 处没有任何内容。"),
        ("zh;q=0.1, en", "There is nothing at /api/v1/nothing."),
        ("fr, de", "There is nothing at /api/v1/nothing."),
        ("zh;q=what", "There is nothing at /api/v1/nothing."),
        ("", "There is nothing at /api/v1/nothing."),
    ],
)
def test_the_client_is_answered_in_its_language(probed: Floor, asked: str, title: str) -> None:
    assert probed.get("/api/v1/nothing", headers={"accept-language": asked}).json()["title"] == title


def test_answers_are_not_kept_sniffed_framed_or_shared(probed: Floor) -> None:
    for path in ("/health", "/api/v1/nothing", "/bug"):
        headers = probed.get(path, headers={"origin": "https://evil.example"}).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")
        assert "access-control-allow-origin" not in headers


def test_a_transient_failure_is_never_a_bug() -> None:
    assert status_of(DatabaseBusyError(reason="")) == 503
