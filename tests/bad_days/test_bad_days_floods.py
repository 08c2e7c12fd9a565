"""Floods: a locked database, bodies of 100,000 items, deep JSON, broken framing, bad headers and paths, slow senders.

The server says no quickly, in one shape, never 500, and the next request is answered as if nothing had been.
"""

import concurrent.futures
import contextlib
import functools
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from galley_crew import Site, Yard, open_site
from galley_floor import Floor

from galley.access.model import Role
from galley.server.openapi import document
from galley.store.workspace import Workspace

MANY = 100_000
QUIET_SECONDS = 4.0  # a server that still waits for the rest of a request says nothing for so long
PATIENCE_SECONDS = 30.0  # what a request may take on a busy machine; hanging requests never end


@functools.cache
def described_once() -> dict[str, Any]:
    """The API, described; making it takes a moment."""
    return document()


class Flooded:
    """A real server, a site on it, and raw connections to it."""

    def __init__(self, yard: Yard, site: Site, database_url: str) -> None:
        self.yard, self.site, self.database_url = yard, site, database_url
        self.headers = {"authorization": f"Bearer {site.tokens[0]}"}
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{yard.port}", headers=self.headers, timeout=PATIENCE_SECONDS
        )

    def claim(self) -> httpx.Response:
        """One request of the hot path."""
        return self.client.post(f"{self.site.path}/claim", json={"count": 1})

    def raw(self, sent: bytes, *, more: bytes = b"") -> bytes:
        """What comes back for some bytes, until the server closes or says nothing for a moment."""
        with socket.create_connection(("127.0.0.1", self.yard.port), timeout=PATIENCE_SECONDS) as connection:
            told = b""
            with contextlib.suppress(OSError):  # it may close before all is sent
                connection.sendall(sent)
                if more:
                    time.sleep(0.05)
                    connection.sendall(more)
                connection.settimeout(QUIET_SECONDS)
                while chunk := connection.recv(65536):
                    told += chunk
            return told

    def head(self, *lines: str, path: str = "") -> bytes:
        """The head of a claim with some header lines."""
        told = [f"POST {path or self.site.path + '/claim'} HTTP/1.1", "host: galley", "connection: close"]
        told += [f"authorization: {self.headers['authorization']}", "content-type: application/json", *lines]
        return ("\r\n".join(told) + "\r\n\r\n").encode("latin-1")

    def unexpected(self) -> list[str]:
        """What the server's log says it did not foresee."""
        return [line[:2000] for line in self.yard.log.read_text().splitlines() if '"unexpected"' in line]


@pytest.fixture
def flooded(tmp_path: Path, database_url: str) -> Iterator[Flooded]:
    yard = Yard(tmp_path, environment={"GALLEY_DATABASE_URL": database_url})
    yard.start()
    try:
        environment = {"GALLEY_DATABASE_URL": database_url}
        with Workspace.open(yard.workspace, environment=environment) as workspace:
            site = open_site(workspace.database, workspace, people=4, items=200)
            with workspace.database.house().connection() as connection:
                connection.execute("UPDATE access.member SET roles = %s", ([*map(str, Role)],))
        opened = Flooded(yard, site, database_url)
        yield opened
        opened.client.close()
        assert opened.unexpected() == []
    finally:
        yard.end()


def status_of(told: bytes) -> int:
    """The status of a raw answer, 0 when the server only closed."""
    return int(told.split(b" ", 2)[1]) if told.startswith(b"HTTP/1.1 ") else 0


@pytest.mark.slow
def test_a_real_server_under_floods(flooded: Flooded) -> None:
    """One server for all of them: starting it costs more than each."""
    assert flooded.claim().status_code == 200
    _framing(flooded)
    _headers(flooded)
    _slow_senders(flooded)
    _locked_database(flooded)
    assert flooded.claim().status_code == 200


def _framing(flooded: Flooded) -> None:
    body = b'{"count": 1}'
    chunked = b"6\r\n" + body[:6] + b"\r\n6\r\n" + body[6:] + b"\r\n0\r\n\r\n"
    length = f"content-length: {len(body)}"
    told = {
        "right": status_of(flooded.raw(flooded.head(length), more=body)),
        "chunked": status_of(flooded.raw(flooded.head("transfer-encoding: chunked"), more=chunked)),
        "too short": status_of(flooded.raw(flooded.head("content-length: 5"), more=body)),
        "too long": status_of(flooded.raw(flooded.head("content-length: 500"), more=body)),
        "negative": status_of(flooded.raw(flooded.head("content-length: -1"), more=body)),
        "huge": status_of(flooded.raw(flooded.head("content-length: 99999999999999999999"), more=body)),
        "a word": status_of(flooded.raw(flooded.head("content-length: many"), more=body)),
        "two": status_of(flooded.raw(flooded.head(length, "content-length: 3"), more=body)),
        "both": status_of(flooded.raw(flooded.head(length, "transfer-encoding: chunked"), more=chunked)),
        "bad chunk": status_of(flooded.raw(flooded.head("transfer-encoding: chunked"), more=b"zz\r\n{}\r\n0\r\n\r\n")),
        "endless chunk": status_of(
            flooded.raw(flooded.head("transfer-encoding: chunked"), more=b"ffffffffffffffff1\r\n{")
        ),
        "unknown coding": status_of(flooded.raw(flooded.head("transfer-encoding: gzip"), more=body)),
    }
    assert (told["right"], told["chunked"]) == (200, 200)
    assert {what: status for what, status in told.items() if status >= 500} == {}
    # Two lengths that differ are how one request is smuggled inside another: never taken for one.
    assert told["two"] in (0, 400)
    assert told["too short"] in (0, 400)


def _headers(flooded: Flooded) -> None:
    length = "content-length: 2"
    bad = {
        "too many": [f"x-{number}: 1" for number in range(10_000)],
        "too large": ["x-a: " + "a" * 1_000_000],
        "a little too large": ["x-a: " + "a" * 40_000],
        "control": ["x-a: a\x00b"],
        "folded": ["x-a: a", " b"],
        "no name": [": a"],
        "space before the colon": ["x-a : a"],
        "request id": ["x-request-id: a\x0bset-cookie: b"],
    }
    for what, lines in bad.items():
        told = flooded.raw(flooded.head(length, *lines), more=b"{}")
        assert status_of(told) < 500, (what, told[:300])
        assert b"set-cookie" not in told.lower(), what
    assert status_of(flooded.raw(flooded.head(length, "x-a: " + "a" * 40_000), more=b"{}")) in (0, 400, 431)
    injected = flooded.raw(flooded.head(length, "x-request-id: abcdefgh\r\nset-cookie: stolen"), more=b"{}")
    assert status_of(injected) == 200
    assert b"stolen" not in injected


def _slow_senders(flooded: Flooded) -> None:
    """Hundreds who never finish their requests take no thread and no connection of the database."""
    with contextlib.ExitStack() as held:
        for number in range(300):
            raw = held.enter_context(socket.create_connection(("127.0.0.1", flooded.yard.port)))
            head = flooded.head("content-length: 500") if number % 2 else b"POST / HTTP/1.1\r\nhost: galley\r\nx-a:"
            raw.sendall(head + (b'{"count"' if number % 2 else b""))
        assert [flooded.claim().status_code for _ in range(20)] == [200] * 20
        assert flooded.client.get(f"/api/v1/orgs/{flooded.site.organisation}/projects").status_code == 200


def _locked_database(flooded: Flooded) -> None:
    """Every table is locked by somebody else: who asks is told to come again, however many ask, whatever they ask."""
    organisation, work = f"/api/v1/orgs/{flooded.site.organisation}", flooded.site.path
    project = work.removesuffix("/work")
    lease = flooded.claim().json()["leases"][0]
    submit = {"slot": lease["slot"], "token": lease["token"], "client_id": "flood", "labels": {"topic": "World"}}
    asked: list[tuple[str, str, Any]] = [
        ("POST", f"{work}/claim", {"count": 2}),
        ("POST", f"{work}/submit", submit),
        ("POST", f"{work}/renew", {}),
        ("GET", f"{organisation}/projects", None),
        ("GET", f"{project}/dashboard", None),
        ("GET", f"{organisation}/members", None),
        ("POST", f"{project}/pause", {}),
        ("GET", f"{project}/export", None),
        ("POST", "/api/v1/sign-in", {"login": "nobody", "password": "nothing at all"}),
    ]

    def ask(which: int) -> httpx.Response:
        method, path, body = asked[which % len(asked)]
        headers = flooded.headers
        with httpx.Client(base_url=flooded.client.base_url, timeout=PATIENCE_SECONDS) as client:
            return client.request(method, path, json=body, headers=headers)

    with psycopg.connect(flooded.database_url) as holder, concurrent.futures.ThreadPoolExecutor(64) as people:
        tables = holder.execute(
            "SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables"
            " WHERE schemaname IN ('access', 'annotate', 'server', 'worker')"
        ).fetchone()
        assert tables is not None
        holder.execute(f"LOCK TABLE {tables[0]} IN ACCESS EXCLUSIVE MODE")
        waiting = [people.submit(ask, which) for which in range(len(asked) * 14)]
        time.sleep(1)
        assert flooded.client.get("/health").status_code == 200
        answers = [(asked[number % len(asked)], each.result()) for number, each in enumerate(waiting)]
        wrong = {
            f"{what[0]} {what[1]} {found.status_code} {found.text[:200]}"
            for what, found in answers
            if found.status_code != 503 or not found.headers.get("retry-after")
        }
        assert wrong == set()
        holder.rollback()
    again = [ask(which) for which in range(len(asked))]
    assert [found.status_code for found in again] == [200, 200, 200, 200, 200, 200, 200, 200, 401]
    assert again[1].json()["receipt"]["accepted"], "the answer was stored, however often it was sent"


# --- every route, in this process ------------------------------------------------------------------------------------


def _minimal(schema: dict[str, Any], schemas: dict[str, Any], *, many: int = 1, depth: int = 0) -> Any:
    """Something a schema allows, its outermost lists `many` long."""
    if "$ref" in schema:
        return _minimal(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas, many=many, depth=depth)
    for key in ("oneOf", "anyOf", "allOf"):
        if key in schema:
            chosen = next((each for each in schema[key] if each.get("type") != "null"), schema[key][0])
            return _minimal(chosen, schemas, many=many, depth=depth)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    kind = next((each for each in kind if each != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        fields = schema.get("properties", {})
        wanted = {
            name
            for name, field in fields.items()
            if name in schema.get("required", ()) or "array" in json.dumps(field) or "additionalProperties" in field
        }
        made = {name: _minimal(fields[name], schemas, many=many, depth=depth + 1) for name in wanted if depth < 4}
        if not fields and isinstance(schema.get("additionalProperties"), dict) and depth < 4:
            value = _minimal(schema["additionalProperties"], schemas, depth=depth + 1)
            made = {f"k{number}": value for number in range(min(many, 20_000))}
        return made
    if kind == "array":
        one = _minimal(schema.get("items", {}), schemas, depth=depth + 1)
        size = len(json.dumps(one)) + 2
        return [one] * min(many, 3_900_000 // size)
    values: dict[Any, Any] = {"integer": max(schema.get("minimum", 1), 1), "number": 1.0, "boolean": True, "null": None}
    return values.get(kind, "a" * max(schema.get("minLength", 1), 1))


def _bodies() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in described_once()["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                yield method.upper(), path, content["application/json"].get("schema", {})


def _project_of(floor: Floor) -> int:
    made = floor.post(
        "/api/v1/orgs/{org}/projects",
        by=floor.owner,
        json={"name": "p", "schema": "controls:\n  - {name: topic, type: classify, choices: [World, Sports]}\n"},
    )
    return int(made.json()["id"]) if made.status_code == 201 else 1


def _filled(path: str, project: int) -> str:
    parts = [
        part if not part.startswith("{") or part == "{org}" else (str(project) if part == "{project}" else "1")
        for part in path.split("/")
    ]
    return "/".join(parts)


def test_long_lists_deep_json_and_wrong_types_on_every_route(floor: Floor) -> None:
    schemas = described_once()["components"]["schemas"]
    everyone = floor.person("everything", *Role)
    project = _project_of(floor)
    deep = b"[" * MANY + b"]" * MANY
    objects = b'{"a":' * MANY + b"1" + b"}" * MANY
    bad: list[str] = []
    tried = long_lists = 0
    for method, path, schema in _bodies():
        where = _filled(path, project)
        many = json.dumps(_minimal(schema, schemas, many=MANY)).encode()
        long_lists += len(many) > 200_000
        kinds = {"content-type": "application/json"}
        trials: list[tuple[str, bytes, dict[str, str], range]] = [
            ("many", many, kinds, range(200, 500)),
            ("a list", b"[" + b"1," * MANY + b"1]", kinds, range(400, 500)),
            ("deep", deep, kinds, range(400, 500)),
            ("deep objects", objects, kinds, range(400, 500)),
            ("text", b'{"a": 1}', {"content-type": "text/plain"}, range(400, 500)),
            ("utf-16", '{"a": 1}'.encode("utf-16"), kinds, range(400, 500)),
        ]
        for what, body, headers, allowed in trials:
            tried += 1
            found = floor.call(method, where, by=everyone, headers=headers, content=body)
            if found.status_code not in allowed and not (what != "many" and found.status_code == 503):
                bad.append(f"{method} {path} {what}: {found.status_code} {found.text[:200]}")
    assert bad == []
    assert tried > 300
    assert long_lists > 10


PATHS = (
    "/api/v1/orgs/../orgs/1",
    "/api/v1/orgs/%2e%2e/orgs/1",
    "/api/v1/orgs/1%2f..%2f2/projects",
    "/api/v1/orgs/1%5c2/projects",
    "/api/v1//orgs/1/projects",
    "/api/v1/orgs/1/projects/%00",
    "/api/v1/orgs/1/projects/%ff",
    "/api/v1/orgs/1/projects/1/./jobs",
    "/api/v1/orgs/-1/projects",
    "/api/v1/orgs/+1/projects",
    "/api/v1/orgs/0x1/projects",
    "/api/v1/orgs/1_0/projects",
    "/api/v1/orgs/1.0/projects",
    "/api/v1/orgs/9223372036854775808/projects",
    "/api/v1/orgs/-9223372036854775809/projects",
    f"/api/v1/orgs/{'9' * 400}/projects",
    f"/api/v1/orgs/{'9' * 5000}/projects",
    "/api/v1/orgs/%D9%A1/projects",  # an Arabic-Indic one
    "/api/v1/orgs/%EF%BC%91/projects",  # a full-width one
    "/api/v1/orgs/ 1/projects",
    "/api/v1/orgs/1;a=b/projects",
    "/" + "a/" * 5000,
)


def test_bad_paths_and_ids_are_not_found_and_never_unexpected(floor: Floor) -> None:
    everyone = floor.person("everything", *Role)
    bad = []
    for path in PATHS:
        for method in ("GET", "POST"):
            found = floor.call(method, path.replace("{", "%7B"), by=everyone)
            if not 400 <= found.status_code < 500:
                bad.append(f"{method} {path[:80]}: {found.status_code} {found.text[:200]}")
    numbers = ("-1", "0", str(2**63), str(-(2**63) - 1), "9" * 400, "%D9%A1")
    for method, path, _ in _bodies():
        if "{" not in path.replace("{org}", ""):
            continue
        for number in numbers:
            parts = [number if part.startswith("{") and part != "{org}" else part for part in path.split("/")]
            found = floor.call(method, "/".join(parts), by=everyone, json={})
            if not 400 <= found.status_code < 500:
                bad.append(f"{method} {path} {number[:30]}: {found.status_code} {found.text[:200]}")
    assert bad == []
