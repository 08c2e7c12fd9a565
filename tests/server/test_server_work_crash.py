"""The hot path through bad days: processes killed and stopped under load lose nothing and give nothing twice."""

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest
from galley_floor import Floor, Person, Served

from galley.access.model import Role
from galley.annotate import service
from galley.annotate.model import Project
from galley.annotate.service import Batch
from galley.kernel.canonical import canonical_json
from galley.labels.schema import schema_dict
from galley.labels.schema_text import schema_of_data

TOPIC = {"controls": [{"name": "topic", "type": "classify", "options": {"choices": ["World", "Sports"]}}]}
PAIRS = 25
PEOPLE = 6


def children(parent: int) -> list[int]:
    """The processes a process started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(status.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found


def _answers(process: int) -> bool:
    return "spawn_main" in Path(f"/proc/{process}/cmdline").read_text()


class Shift:
    """One person who does not stop before so many answers are acknowledged, and sends again what was not."""

    def __init__(self, url: str, path: str, person: Person) -> None:
        self.client = httpx.Client(base_url=url, headers={"authorization": f"Bearer {person.token}"}, timeout=20)
        self.path = path
        self.acknowledged: dict[int, int] = {}
        self.again = 0

    def ask(self, what: str, body: dict[str, object]) -> dict[str, object]:
        """POST until there is an answer."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(httpx.TransportError):
                answer = self.client.post(f"{self.path}/{what}", json=body)
                if answer.status_code == 200:
                    found: dict[str, object] = answer.json()
                    return found
                assert answer.status_code == 503, answer.text
            self.again += 1
            time.sleep(0.05)
        raise AssertionError("no answer")

    def work(self) -> None:
        """The whole shift."""
        leases = self.ask("claim", {"count": 1})["leases"]
        while len(self.acknowledged) < PAIRS:
            assert isinstance(leases, list)
            lease = leases[0]
            body = {"slot": lease["slot"], "token": lease["token"], "labels": {"topic": "World"}, "next": 1}
            told = self.ask("submit", {**body, "client_id": f"c{lease['slot']}"})
            receipt = told["receipt"]
            assert isinstance(receipt, dict)
            assert receipt["accepted"], receipt
            self.acknowledged[lease["slot"]] = receipt["revision"]
            leases = told["leases"]


@pytest.fixture
def project(floor: Floor) -> Project:
    sha256 = floor.ports.blobs.put(canonical_json(schema_dict(schema_of_data(TOPIC))))
    found = service.open_project(floor.database, floor.clock, line="news", purpose="work", schema_sha256=sha256)
    service.add_items(floor.database, found, [f"i{n:04}" for n in range(PAIRS * PEOPLE + 20)], Batch())
    return found


@pytest.mark.slow
def test_processes_killed_under_load_lose_nothing(
    floor: Floor, project: Project, served: Served, database_url: str
) -> None:
    people = [floor.person(f"p{n}", Role.ANNOTATOR) for n in range(PEOPLE)]
    path = f"/api/v1/orgs/{floor.organisation}/projects/{project.id}/work"
    shifts = [Shift(served.url, path, person) for person in people]
    halfway = threading.Event()

    def trouble() -> int:
        """Cut every connection to the database, then kill the process that answers."""
        halfway.wait(60)
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
        killed = [child for child in children(served.process.pid) if _answers(child)]
        for child in killed:
            os.kill(child, signal.SIGKILL)
        return len(killed)

    with ThreadPoolExecutor(PEOPLE + 1) as pool:
        troubled = pool.submit(trouble)
        works = [pool.submit(shift.work) for shift in shifts]
        while sum(len(shift.acknowledged) for shift in shifts) < PAIRS * PEOPLE // 3:
            assert not all(work.done() for work in works)
            time.sleep(0.01)
        halfway.set()
        for work in works:
            work.result()
        for shift in shifts:
            shift.client.close()
        assert troubled.result() == 1
    assert sum(shift.again for shift in shifts) >= 1
    given = Counter(slot for shift in shifts for slot in shift.acknowledged)
    assert len(given) == PAIRS * PEOPLE
    assert max(given.values()) == 1
    with psycopg.connect(database_url) as connection:
        stored: dict[int, int] = dict(connection.execute("SELECT slot, id FROM annotate.revision").fetchall())
        counted = connection.execute("SELECT count(*) FROM annotate.revision").fetchone()
    assert counted == (len(stored),)
    for shift in shifts:
        assert shift.acknowledged.items() <= stored.items()
