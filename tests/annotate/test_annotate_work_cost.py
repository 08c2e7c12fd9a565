"""What a batch costs, counted in pages: the same for a small and a large project, an old and a new one, a fresh and a
worked-off queue."""

from typing import Any

import pytest

from galley.annotate import service
from galley.annotate.model import Project
from galley.annotate.work import repo
from galley.annotate.work import service as work
from galley.annotate.work.model import HEAD, Place
from galley.store.database import Connection, Database
from galley.testing.memory import FakeClock

CLOCK = FakeClock()
ITEMS = 6000
PEOPLE = 20
PAGES_A_PAIR = 75
"""Measured 51; a plan that begins with all slots or contents of the project reads thousands."""


def filled(database: Database, line: str, items: int) -> Project:
    project = service.open_project(database, CLOCK, line=line, purpose="work", schema_sha256="5" * 64)
    service.add_items(database, project, [f"{line}{n:05}" for n in range(items)])
    with database.connection() as connection:
        connection.execute(
            "INSERT INTO annotate.content (project, item, data) SELECT project, id, '{}' FROM annotate.item WHERE project = %s",
            (project.id,),
        )
    return project


def pages(connection: Connection, query: str, facts: dict[str, Any]) -> int:
    """Pages a statement touches when it runs."""
    plan = connection.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + repo.QUERIES[query], facts).fetchone()
    assert plan is not None
    top = plan[0][0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])


def cost(connection: Connection, project: Project, workers: list[int], place: Place = HEAD) -> dict[str, int]:
    """Pages of each statement of a batch of one pair a worker; the batch is done."""
    facts = {"project": project.id, "stage": "label", "pool": "", "now": CLOCK.now(), "seconds": 1800.0, "held": []}
    facts |= {"workers": workers, "counts": [1] * len(workers), "skills": [], "levels": [], "rework_only": False}
    found: dict[str, int] = {}
    with connection.transaction():
        found["askers"] = pages(connection, "askers", facts)
        at = {"urgency": place.urgency, "rkey": place.rkey}
        found["open"] = pages(connection, "open", {**facts, **at})
        slots = [slot.id for slot in repo.open_slots(connection, facts, place)()]
        assert len(slots) == len(workers)
        found["lease"] = pages(connection, "lease", {**facts, "slots": slots})
    rows = [
        connection.execute("SELECT id, lease_token, worker FROM annotate.slot WHERE id = %s", (s,)).fetchone()
        for s in slots
    ]
    leases = [row for row in rows if row is not None]
    sent = {
        "slots": [row[0] for row in leases],
        "tokens": [row[1] for row in leases],
        "labelers": [row[2] for row in leases],
        "bodies": ["{}"] * len(leases),
        "sha256s": ["0" * 64] * len(leases),
        "client_ids": ["c"] * len(leases),
        "activities": [None] * len(leases),
        "guidelines": [None] * len(leases),
    }
    found["submit_batch"] = pages(connection, "submit_batch", {"project": project.id, "now": CLOCK.now(), **sent})
    return found


@pytest.fixture
def workers(database: Database) -> list[int]:
    return [work.labeler_of(database, CLOCK, person) for person in range(1, PEOPLE + 1)]


def test_a_batch_costs_the_same_whatever_lies_around(database: Database, workers: list[int]) -> None:
    old = filled(database, "old", ITEMS)
    with database.connection() as connection:
        connection.execute("SELECT annotate.analyse_v1()")
        costs = {"old": cost(connection, old, workers)}
    # Younger than the statistics: in the planner's eyes it has one row.
    young = filled(database, "young", ITEMS // 4)
    with database.connection() as connection:
        costs["young"] = cost(connection, young, workers)
        # Most of the queue is done and nothing has been vacuumed: its dead entries lie at the head of the index.
        row = connection.execute(
            """WITH done AS (
                   SELECT id, urgency, rkey FROM annotate.slot WHERE project = %s AND state = 'ready'
                   ORDER BY urgency, rkey LIMIT %s
               ), gone AS (
                   UPDATE annotate.slot s SET state = 'submitted', worker = %s FROM done WHERE s.id = done.id RETURNING s.id
               )
               SELECT max(urgency), max(rkey) FROM done WHERE (SELECT count(*) FROM gone) > 0""",
            (old.id, ITEMS - 500, workers[0]),
        ).fetchone()
        assert row is not None
        costs["worked off"] = cost(connection, old, workers[1:], Place(*row))
    for told, statements in costs.items():
        assert sum(statements.values()) < PAGES_A_PAIR * PEOPLE, (told, costs)
