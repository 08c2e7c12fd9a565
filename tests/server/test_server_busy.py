"""A server with more to do than it can says so at once, with Retry-After, and is well again afterwards."""

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from galley_floor import Floor, open_floor
from litestar import get
from litestar.handlers import HTTPRouteHandler

from galley.access.model import Verb
from galley.server.errors import BusyError
from galley.server.inject import GivenPorts
from galley.server.routes import ROUTES
from galley.server.settings import Settings
from galley.server.threads import BoundedThreads
from galley.store.workspace import Workspace

GATE = threading.Event()
INSIDE = threading.Semaphore(0)
PUBLIC = {"verb": Verb.PUBLIC}


@get("/slow", opt=PUBLIC, sync_to_thread=True)
def slow() -> str:
    INSIDE.release()
    GATE.wait(30)
    return "done"


@get("/asks", opt=PUBLIC, sync_to_thread=True)
def asks(ports: GivenPorts) -> str:
    with ports.database.connection() as connection:
        connection.execute("SELECT 1")
    return "done"


PROBES: list[HTTPRouteHandler] = [slow, asks]


@pytest.fixture
def probed(workspace: Workspace) -> Iterator[Floor]:
    GATE.clear()
    settings = Settings(threads=2, waiting=3, database_seconds=0.2)
    with open_floor(workspace, routes=[*ROUTES, *PROBES], settings=settings) as opened:
        yield opened
    GATE.set()


def test_beyond_its_threads_and_its_queue_requests_are_told_to_come_again(probed: Floor) -> None:
    with ThreadPoolExecutor(12) as people:
        waiting = [people.submit(probed.get, "/slow") for _ in range(12)]
        for _ in range(2):
            assert INSIDE.acquire(timeout=30)
        refused: list[Any] = []
        while len(refused) < 7:
            refused = [each.result() for each in waiting if each.done()]
        GATE.set()
        answers = [each.result() for each in waiting]
    busy = [answer for answer in answers if answer.status_code == 503]
    assert len(busy) == 7
    assert {(answer.json()["code"], answer.headers["retry-after"]) for answer in busy} == {("GLY-SRV-008", "1")}
    assert [answer.text for answer in answers if answer.status_code == 200] == ["done"] * 5
    assert probed.get("/slow").text == "done"


def test_an_exhausted_pool_answers_rather_than_hangs(probed: Floor) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(16):
            held.enter_context(probed.ports.database.connection())
        found = probed.get("/asks")
        assert (found.status_code, found.headers["retry-after"]) == (503, "1")
        assert found.json()["code"] == "GLY-STO-015"
    assert probed.get("/asks").text == "done"


def test_work_that_waited_too_long_is_not_begun() -> None:
    threads = BoundedThreads(1, waiting=5, waiting_seconds=0.0)
    began: list[int] = []
    gate = threading.Event()
    with threads:
        first = threads.submit(gate.wait, 30)
        late = threads.submit(began.append, 1)
        gate.set()
        with pytest.raises(BusyError):
            late.result()
        assert first.exception() is None or isinstance(first.exception(), BusyError)
    assert began == []
