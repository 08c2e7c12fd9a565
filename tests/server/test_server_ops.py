"""What whoever runs the floor sees: readiness by schema, open work, duties, sizes of groups; cookies behind TLS."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from galley_floor import Floor, open_floor
from prometheus_client.parser import text_string_to_metric_families

from galley.access import people
from galley.access.model import Role
from galley.annotate.time.service import account
from galley.client import Client
from galley.server.levels import DUTIES_FILE, DutyBoard, duties_told, work_numbers
from galley.server.settings import Settings
from galley.server.wire.projects import NewProjectBody
from galley.store.database import Database
from galley.store.errors import UnfencedError
from galley.store.workspace import Workspace
from galley.worker.duty import DutyState
from galley.worker.recount import recount

SCHEMA = "name: topics\ncontrols:\n  - name: topic\n    type: classify\n    choices: [World, Sports]\n"
OLDER = "DELETE FROM store.migration WHERE number = (SELECT max(number) FROM store.migration)"
NEWER = "INSERT INTO store.migration (number, name, sha256) VALUES (9999, '9999_pre_tomorrow', 'f')"
EDITED = "UPDATE store.migration SET sha256 = 'f' WHERE number = 1"


def samples(text: bytes) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize(("change", "code"), [(OLDER, "GLY-STO-017"), (NEWER, "GLY-STO-014"), (EDITED, "GLY-STO-013")])
def test_a_process_whose_schema_is_not_the_databases_is_not_ready(
    floor: Floor, database_url: str, change: str, code: str
) -> None:
    assert floor.get("/ready").json()["checks"]["schema"] == "ok"
    with psycopg.connect(database_url, autocommit=True) as owner:
        execute: Any = owner.execute
        execute(change)
    found = floor.get("/ready")
    assert (found.status_code, found.json()["facts"]["schema"]) == (503, code)
    assert floor.get("/health").status_code == 200


@pytest.mark.parametrize(
    "hole",
    [
        "ALTER TABLE annotate.slot NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE annotate.revision DISABLE ROW LEVEL SECURITY",
    ],
)
def test_a_hole_in_the_fence_is_told(database: Database, database_url: str, hole: str) -> None:
    assert database.check_fence() > 20
    with psycopg.connect(database_url, autocommit=True) as owner:
        execute: Any = owner.execute
        execute(hole)
    with pytest.raises(UnfencedError, match=hole.split()[2]):
        database.check_fence()


@pytest.fixture
def at_work(floor: Floor) -> Floor:
    """Nine items, one answered, two held by the next."""
    project = Client("http://floor", floor.owner.token, http=floor.client).make_project(
        floor.organisation, NewProjectBody(name="news", schema=SCHEMA)
    )
    project.add({"id": f"n{number}", "text": f"news {number}"} for number in range(9))
    labeler = Client("http://floor", floor.annotators[0].token, http=floor.client).project(
        floor.organisation, project.number
    )
    held = labeler.claim(3)
    labeler.submit(held.leases[0], {"topic": "Sports"})
    while account(floor.ports.house):
        pass
    return floor


def test_open_work_is_told_by_project(at_work: Floor) -> None:
    found = samples(work_numbers(at_work.ports.house))
    slots = {key[-1]: value for key, value in found.items() if key[0] == "galley_project_slots"}
    assert slots == {"ready": 6, "leased": 2}


def test_groups_of_the_lanes_are_told(at_work: Floor) -> None:
    found = samples(at_work.ports.metrics.exposition())
    assert found["galley_group_size_count", "work"] == 2  # a claim and an answer, each alone
    assert found["galley_group_size_sum", "work"] == 2


def test_totals_and_lists_are_made_anew(at_work: Floor, database_url: str) -> None:
    house = at_work.ports.house
    before = work_numbers(house)
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("UPDATE annotate.total SET submitted = 7, made = 0")
    assert work_numbers(house) != before
    found = recount(house)
    assert (found.projects, found.items) == (1, 9)
    assert work_numbers(house) == before


def test_the_parent_tells_its_processes_how_duties_fare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, floor: Floor
) -> None:
    assert duties_told() == b""
    states = {"account": DutyState(runs=3, done=40, last_at=floor.clock.now()), "seal": DutyState(failures=2)}
    board = DutyBoard(tmp_path / "duties.prom", states)
    board.start()
    board.stop()
    monkeypatch.setenv(DUTIES_FILE, str(tmp_path / "duties.prom"))
    found = samples(duties_told())
    assert found["galley_duty_runs_total", "account"] == 3
    assert found["galley_duty_done_total", "account"] == 40
    assert found["galley_duty_failures_total", "seal"] == 2
    assert found["galley_duty_last_success_timestamp_seconds", "account"] == floor.clock.now().timestamp()
    assert ("galley_duty_last_success_timestamp_seconds", "seal") not in found


@pytest.fixture(params=[True, False], ids=["tls", "plain"])
def doors(request: pytest.FixtureRequest, workspace: Workspace) -> Iterator[tuple[Floor, bool]]:
    with open_floor(workspace, settings=Settings(secure_cookies=request.param)) as opened:
        yield opened, request.param


def test_behind_tls_every_cookie_is_for_tls_alone(doors: tuple[Floor, bool]) -> None:
    floor, secure = doors
    somebody = floor.person("newcomer", Role.ANNOTATOR)
    with floor.ports.house.transaction() as connection:
        ticket = people.make_ticket(connection, somebody.person, floor.clock.now())
    came = floor.post("/api/v1/sign-in/ticket", json={"secret": ticket})
    assert came.status_code == 200
    session = came.headers["set-cookie"].partition(";")[0]
    left = floor.post("/api/v1/sign-out", headers={"cookie": session, "x-galley-csrf": "1"})
    assert left.status_code == 200, left.text
    for answer in (came, left):
        assert ("secure" in answer.headers["set-cookie"].lower().split("; ")) == secure
