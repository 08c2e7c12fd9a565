"""kill -9 of a labeler's process and of the database server: nothing acknowledged is lost or stored twice."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from galley.annotate import service
from galley.annotate.model import Answer, Project, Receipt
from galley.annotate.service import Request
from galley.kernel.clock import SystemClock
from galley.kernel.errors import TransientError
from galley.store.database import HOME, Database
from galley.store.embedded import EmbeddedServer
from galley.testing.memory import FakeClock

WORKER = """
    import sys, time
    from galley.annotate import service
    from galley.annotate.model import Answer
    from galley.kernel.clock import SystemClock
    from galley.store.database import HOME, Database

    url, mode = sys.argv[1:]
    clock, database = SystemClock(), Database.open(url).of(HOME)
    project = service.get_project(database, "signs", "seed")
    me = service.ensure_labeler(database, clock, "mortal", "person").id
    while leases := service.claim(database, clock, project, me, service.Request(count=3)):
        if mode == "hold":
            print("claimed", flush=True)
            time.sleep(600)
        for lease in leases:
            receipt = service.submit(database, clock, me, Answer(slot=lease.slot, token=lease.token, body=1, client_id="c"))
            print(receipt.revision, flush=True)
"""


def open_project(database: Database) -> Project:
    return service.open_project(database, FakeClock(), line="signs", purpose="seed", schema_sha256="5" * 64)


def worker(url: str, mode: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", textwrap.dedent(WORKER), url, mode]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_labeler_killed_between_claim_and_submit_only_delays_the_work(database: Database, database_url: str) -> None:
    project = open_project(database)
    service.add_items(database, project, ["a", "b", "c"])
    with worker(database_url, "hold") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "claimed\n"
        process.kill()
    other = service.ensure_labeler(database, FakeClock(), "other", "person").id
    assert service.progress(database, project) == {"label": {"leased": 3}}
    assert service.claim(database, FakeClock(datetime.now(UTC)), project, other, Request(count=3)) == []
    later = FakeClock(datetime.now(UTC) + timedelta(hours=1))
    leases = service.claim(database, later, project, other, Request(count=3))
    assert len(leases) == 3
    for lease in leases:
        sent = Answer(slot=lease.slot, token=lease.token, body=2, client_id="c")
        assert service.submit(database, later, other, sent).accepted


def test_a_labeler_killed_while_working_loses_no_acknowledged_answer(database: Database, database_url: str) -> None:
    project = open_project(database)
    service.add_items(database, project, [f"i{number:03}" for number in range(300)])
    acknowledged: list[int] = []
    for stop_after in (5, 17, 40):
        with worker(database_url, "work") as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(stop_after)]
            process.kill()
            lines += process.stdout.read().splitlines()
        acknowledged += [int(line) for line in lines if line.strip()]
    with worker(database_url, "work") as process:
        assert process.stdout is not None
        acknowledged += [int(line) for line in process.stdout.read().splitlines()]
    stored = [one.revision for one in service.judgements(database, project)]
    assert len(stored) == 300, "the next process of the same labeler goes on with what was leased"
    assert set(acknowledged) <= set(stored)
    assert len(acknowledged) == len(set(acknowledged))
    assert len(stored) - len(acknowledged) <= 3, "at most the answer in flight of each killed process"


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Database]:
    database = Database.embedded(tmp_path / "pg").of(HOME)
    yield database
    database.close()


@pytest.mark.slow
def test_a_killed_database_loses_and_doubles_nothing(embedded: Database, tmp_path: Path) -> None:
    clock = SystemClock()
    project = open_project(embedded)
    service.add_items(embedded, project, [f"i{number:04}" for number in range(900)], service.Batch(overlap=2))
    receipts: list[tuple[int, Receipt]] = []
    troubles: list[TransientError] = []

    def shift(person: int) -> None:
        while True:
            try:
                leases = service.claim(embedded, clock, project, person, Request(count=5))
                if not leases:
                    return
                for lease in leases:
                    sent = Answer(slot=lease.slot, token=lease.token, body=person, client_id=f"c{lease.slot}")
                    receipts.append((lease.slot, service.submit(embedded, clock, person, sent)))
            except TransientError as problem:  # what a browser does: try again
                troubles.append(problem)
                time.sleep(0.05)

    crowd = [service.ensure_labeler(embedded, clock, f"p{number}", "person").id for number in range(4)]
    threads = [threading.Thread(target=shift, args=(person,)) for person in crowd]
    for thread in threads:
        thread.start()
    kills = 0
    for threshold in (100, 500, 900):
        while len(receipts) < threshold and any(thread.is_alive() for thread in threads):
            time.sleep(0.005)
        kills += kill_server(tmp_path / "pg")
    for thread in threads:
        thread.join()

    assert kills == 3
    stored = {one.slot: one.revision for one in service.judgements(embedded, project)}
    assert len(stored) == 1800
    assert all(receipt.accepted for _, receipt in receipts)
    assert {slot: receipt.revision for slot, receipt in receipts}.items() <= stored.items()
    assert service.progress(embedded, project) == {"label": {"submitted": 1800}}
    with embedded.connection() as connection:
        assert connection.execute("SELECT count(*) FROM annotate.revision").fetchall() == [(1800,)]
        assert connection.execute("SELECT count(*) FROM annotate.outbox").fetchall() == [(1800,)]
        assert connection.execute("SELECT count(*) FROM annotate.orphan").fetchall() == [(0,)]


def kill_server(folder: Path) -> int:
    """kill -9 of the server and its children, wherever they are in their work."""
    pid = EmbeddedServer(folder).postmaster_pid() or 0
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    for process in (pid, *children):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return 1
