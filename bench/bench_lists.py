"""Lists, dashboard and explorer at a million items, and how fast the duties keep up that feed them.

    python bench/bench_lists.py [--items 1000000] [--answers 100000] [--rounds 100]

Project A is made by the database itself: items, slots, the explorer's index, four weeks of hours, 1,000 people, 3,000
leases. Project B is worked through the queue, and then the duties read what happened. Times are of the use cases, from
Python and back, on one connection; rows are what the scans of EXPLAIN ANALYZE met.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from galley.annotate import service
from galley.annotate.counters import repo as counters_repo
from galley.annotate.counters import service as counters
from galley.annotate.counters.explorer import explore, index_items
from galley.annotate.counters.model import ItemFilter
from galley.annotate.time import service as accounts
from galley.store.database import HOME, Database
from galley.testing.memory import FakeClock

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE = 1000

SEED = (
    """INSERT INTO annotate.labeler (name, kind, created_at)
    SELECT 'p' || n, 'person', %(now)s FROM generate_series(1, %(people)s) AS n""",
    """INSERT INTO annotate.item (project, id, next_slot)
    SELECT %(project)s, lpad(n::text, 9, '0'), 1 FROM generate_series(1, %(items)s) AS n""",
    """INSERT INTO annotate.slot (project, stage, item, slot_no, state, rkey, worker, leased_at, lease_token, lease_until)
    SELECT %(project)s, 'label', lpad(n::text, 9, '0'), 0,
           CASE WHEN n %% 10 < 7 THEN 'submitted' WHEN n %% 1000 < 10 THEN 'leased' ELSE 'ready' END, n::bigint * 7919,
           CASE WHEN n %% 10 < 7 OR n %% 1000 < 10 THEN w.low + n %% %(people)s END,
           CASE WHEN n %% 10 < 7 OR n %% 1000 < 10 THEN %(now)s::timestamptz END,
           CASE WHEN n %% 10 >= 7 AND n %% 1000 < 10 THEN gen_random_uuid() END,
           CASE WHEN n %% 10 >= 7 AND n %% 1000 < 10 THEN %(now)s::timestamptz END
    FROM generate_series(1, %(items)s) AS n, (SELECT min(id) AS low FROM annotate.labeler) AS w""",
    """INSERT INTO annotate.face (organisation, project, item, state, answers, differing, gold, head, keys, last_at)
    SELECT 1, %(project)s, lpad(n::text, 9, '0'), CASE WHEN n %% 10 < 7 THEN 'done' ELSE 'new' END, 2, n %% 50 = 0, false,
           'headline ' || lpad((n::bigint * 7919 %% %(items)s)::text, 9, '0'),
           CASE WHEN n %% 10 < 7 THEN ARRAY['labeler=' || n %% %(people)s, 'label:topic=' || n %% 8] ELSE '{}' END
               || CASE WHEN n %% 50 = 0 THEN '{differing}'::text[] ELSE '{}' END,
           CASE WHEN n %% 10 < 7 THEN %(now)s::timestamptz - n * interval '2 seconds' END
    FROM generate_series(1, %(items)s) AS n""",
    """INSERT INTO annotate.face_key (organisation, project, key, item)
    SELECT 1, project, k, item FROM annotate.face, unnest(keys) AS k WHERE project = %(project)s""",
    """INSERT INTO annotate.hourly (organisation, project, hour, stage, people, submitted, skipped, accepted, fixed, returned,
                                    counted_ms)
    SELECT 1, %(project)s, %(now)s::timestamptz - n * interval '1 hour', s, 300, 900 + n %% 7 * 40, 0, 0, 0, 0, 9000000
    FROM generate_series(1, 672) AS n, unnest('{label,review,adjudicate}'::text[]) AS s""",
    """INSERT INTO annotate.effort (organisation, project, labeler, stage, submitted, revised, skipped, late, accepted, fixed,
                                    returned, voided, timed, counted_ms, raw_ms, units, last_at)
    SELECT 1, %(project)s, l.id, s, 100, 0, 1, 0, 5, 1, 2, 0, 90, 900000, 1000000, 100, %(now)s
    FROM annotate.labeler l, unnest('{label,review}'::text[]) AS s""",
    """INSERT INTO annotate.total (organisation, project, stage, pool, made, submitted, timed, counted_ms)
    SELECT 1, %(project)s, s, '', %(items)s, %(items)s * 0.7, 1000, 9000000 FROM unnest('{label,review,adjudicate}'::text[]) AS s""",
    """INSERT INTO annotate.pace (organisation, project, stage, bucket, answers)
    SELECT 1, %(project)s, 'label', n, 10 FROM generate_series(0, 80) AS n""",
    """UPDATE annotate.reader SET tx = pg_current_xact_id(), id = 0 WHERE name IN ('faces-flow', 'work-flow')""",
)


class Probe:
    """Counts statements and the rows their scans meet."""

    def __init__(self) -> None:
        self.statements = 0
        self.rows = 0
        self._real = psycopg.Cursor.execute

    def measure(self, call: Callable[[], object]) -> tuple[int, int]:
        """(statements, rows) of one call."""
        self.statements = self.rows = 0
        probe, known = self, set(counters_repo.QUERIES.values())

        def execute(cursor: Any, query: Any, facts: Any = None, **named: Any) -> Any:
            if query in known:
                probe.statements += 1
                with psycopg.Cursor(cursor.connection) as beside:
                    [[plans]] = probe._real(beside, f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", facts).fetchall()
                probe.rows += _rows(plans[0]["Plan"])
            return probe._real(cursor, query, facts, **named)

        psycopg.Cursor.execute = execute  # type: ignore[assignment,method-assign]
        try:
            call()
        finally:
            psycopg.Cursor.execute = self._real  # type: ignore[method-assign]
        return self.statements, self.rows


def _rows(plan: dict[str, Any]) -> int:
    own = 0
    if plan["Node Type"].endswith("Scan") and "CTE" not in plan["Node Type"]:
        own = round((plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"])
    return own + sum(_rows(part) for part in plan.get("Plans", ()))


def timed(call: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of each of so many calls, after one that is not counted, sorted."""
    call()
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        found.append((time.perf_counter() - started) * 1000)
    return sorted(found)


def seed(database: Database, items: int) -> int:
    """Project A."""
    clock = FakeClock(NOW)
    project = service.open_project(database, clock, line="bench", purpose="A", schema_sha256="a" * 64)
    accounts.account(database.house())
    index_items(database.house())
    facts = {"project": project.id, "items": items, "people": PEOPLE, "now": NOW}
    for statement in SEED:
        source = (
            database if "labeler (" in statement or "item (" in statement or "slot (" in statement else database.house()
        )
        with source.connection() as connection:
            connection.execute(statement, facts)
    with psycopg.connect(make_conninfo(database.conninfo, options=""), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    return project.id


def keep_up(database: Database, answers: int) -> list[str]:
    """Project B, worked through the queue; how fast the duties read it."""
    clock = FakeClock(NOW)
    project = service.open_project(database, clock, line="bench", purpose="B", schema_sha256="b" * 64)
    person = service.ensure_labeler(database, clock, "b", "person").id
    items = [f"b{n:09}" for n in range(answers)]
    service.add_items(database, project, items)
    found = [_duty("index new items", lambda: index_items(database.house()), answers, "items")]
    service.place_many(database, clock, project, person, ((item, {"topic": "a"}) for item in items))
    found.append(_duty("account for answers", lambda: accounts.account(database.house()), answers, "answers"))
    found.append(_duty("index answered items", lambda: index_items(database.house()), answers, "items"))
    started = time.perf_counter()
    accounts.rebuild(database.house())
    found.append(f"| make every total anew | {answers / (time.perf_counter() - started):,.0f} rows/s |")
    return found


def _duty(name: str, run: Callable[[], int], count: int, unit: str) -> str:
    started = time.perf_counter()
    while run():
        pass
    return f"| {name} | {count / (time.perf_counter() - started):,.0f} {unit}/s |"


def pages(database: Database, project: int) -> dict[str, Callable[[], object]]:
    """What people look at."""
    clock = FakeClock(NOW)
    wanted = {
        "all items": ItemFilter(),
        "done": ItemFilter(state="done"),
        "answers differ": ItemFilter(differing=True),
        "label and labeler": ItemFilter(label=("topic", "3"), labeler=3),
        "labeler and state, nothing fits": ItemFilter(labeler=7, state="new"),
        "newest answers": ItemFilter(newest_first=True),
        "last quarter of an hour": ItemFilter(since=NOW - timedelta(seconds=900)),
        "text prefix": ItemFilter(prefix="headline 0000012"),
    }
    found: dict[str, Callable[[], object]] = {
        "projects": lambda: counters.projects(database),
        "dashboard": lambda: counters.dashboard(database, clock, project),
        "finish date": lambda: counters.finish(database, clock, project),
        "people": lambda: counters.people(database, project),
        "slow answer seconds": lambda: accounts.slow_answer_seconds(database, project),
    }
    for name, each in wanted.items():
        found[f"explorer: {name}"] = lambda each=each: explore(database, project, each)  # type: ignore[misc]
    second = explore(database, project, ItemFilter(state="done")).next
    found["explorer: done, page 2"] = lambda: explore(database, project, ItemFilter(state="done"), second)
    return found


def main() -> None:
    """Print both tables as markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="galley-bench-") as folder:
        database = Database.embedded(Path(folder) / "pg").of(HOME)
        try:
            project = seed(database, options.items)
            probe = Probe()
            sys.stdout.write(f"Owed: under 50 ms at 1,000,000 items. Here: {options.items:,} items.\n\n")
            sys.stdout.write("| page | median ms | p99 ms | queries | rows read |\n|---|---:|---:|---:|---:|\n")
            for name, call in pages(database, project).items():
                times = timed(call, options.rounds)
                statements, rows = probe.measure(call)
                p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
                sys.stdout.write(f"| {name} | {times[len(times) // 2]:.1f} | {p99:.1f} | {statements} | {rows:,} |\n")
            sys.stdout.write("\n| duty | speed |\n|---|---:|\n")
            sys.stdout.write("\n".join(keep_up(database, options.answers)) + "\n")
        finally:
            database.close()


if __name__ == "__main__":
    main()
