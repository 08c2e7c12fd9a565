"""Every operation of the API, called with what its description allows and with what it forbids, never answers 500.

A few examples an operation in `make test`; GALLEY_LONG=1 asks for many.
"""

import collections
import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from galley_floor import Floor, open_floor
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from galley.access.model import Role
from galley.server.openapi import document
from galley.server.settings import Settings
from galley.store.workspace import Workspace

EXAMPLES = 100 if os.environ.get("GALLEY_LONG") else 2
STREAMED = "text/event-stream"
SENT = ("method", "url", "headers", "data", "json", "params", "cookies", "files")


@pytest.fixture
def walked(workspace: Workspace) -> Iterator[Floor]:
    with open_floor(workspace, settings=Settings(database_seconds=5.0)) as opened:
        yield opened


def project_of(floor: Floor) -> int:
    with floor.ports.house.connection() as connection:
        row = connection.execute(
            "INSERT INTO annotate.project (organisation, line, purpose, name, schema_sha256, schema_version, salt, created_at)"
            " VALUES (%s, 'line', 'people', 'probe', %s, 1, '', %s) RETURNING id",
            (floor.organisation, "0" * 64, floor.clock.now()),
        ).fetchone()
    assert row is not None
    return int(row[0])


class Walk:
    """One walk over the API by somebody who may do everything, in one organisation with one project."""

    def __init__(self, floor: Floor, found: dict[str, Any], log: Any) -> None:
        self.floor = floor
        self.log = log
        self.found = found
        self.by = floor.person("everything", *Role)
        self.known = {"org": floor.organisation, "project": project_of(floor)}
        self.answers: dict[str, collections.Counter[int]] = {}
        self.failures: list[str] = []

    def probe(self, operation: Any, mode: GenerationMode) -> None:
        """Call one operation with a few generated requests."""

        @seed(7)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def run(case: Any) -> None:
            self.judge(case, f"{operation.method.upper()} {operation.path}", self.described(operation))

        # An operation without parameters cannot be called wrongly.
        with contextlib.suppress(Unsatisfiable):
            run()

    def described(self, operation: Any) -> dict[str, Any]:
        described: dict[str, Any] = self.found["paths"][operation.path][operation.method]
        return described

    def judge(self, case: Any, name: str, described: dict[str, Any]) -> None:
        """Send a case; note how it was answered, and what should not be."""
        answer = self.call(case)
        self.answers.setdefault(name, collections.Counter())[answer.status_code] += 1
        told = f"{name} {answer.status_code} {answer.text[:300]} body {case.body!r:.300} query {case.query!r:.200}"
        if answer.status_code == 500:
            told += self.log.records[-1].galley["traceback"][-1500:]
        if answer.status_code == 500 or str(answer.status_code) not in described["responses"]:
            self.failures.append(told)
        elif answer.status_code >= 400 and answer.headers.get("content-type") != "application/problem+json":
            self.failures.append(f"no problem: {told}")

    def call(self, case: Any) -> Any:
        """Send a case as it is, but by somebody, to a place that exists."""
        case.path_parameters.update({name: here for name, here in self.known.items() if name in case.path_parameters})
        kwargs = case.as_transport_kwargs(base_url="http://testserver")
        wanted = {name: kwargs[name] for name in SENT if kwargs.get(name) is not None}
        wanted["headers"] = {**dict(wanted.get("headers") or {}), "Authorization": f"Bearer {self.by.token}"}
        wire = requests.Request(**wanted).prepare()
        headers = [(as_bytes(name), as_bytes(value)) for name, value in wire.headers.items()]
        return self.floor.client.request(
            wire.method or "GET", wire.url or "/", headers=headers, content=as_bytes(wire.body or b"")
        )


def as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.mark.slow
def test_no_operation_answers_500(walked: Floor, caplog: Any) -> None:
    walk = Walk(walked, document(), caplog)
    loaded: Any = schemathesis.openapi.from_dict(walk.found)
    operations = [result.ok() for result in loaded.get_all_operations()]
    for operation in operations:
        streams = any(STREAMED in each.get("content", {}) for each in walk.described(operation)["responses"].values())
        if not streams:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                walk.probe(operation, mode)
    assert walk.failures == [], "\n".join(walk.failures)
    assert len(walk.answers) >= len(operations) - 2
