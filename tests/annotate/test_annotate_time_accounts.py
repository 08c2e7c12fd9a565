"""Accounts and totals: exactly once through crashes and races, equal to a recount, whatever happened in the queue."""

import contextlib
import itertools
import re
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

import galley
from galley.annotate import review, service
from galley.annotate.counters import service as counters
from galley.annotate.model import Answer, Lease, Project, Review
from galley.annotate.service import Batch, Request
from galley.annotate.time import service as accounts
from galley.annotate.time.errors import WorkRowUnknownError
from galley.annotate.time.model import Adjustment
from galley.kernel.errors import InputError, StateError, TransientError
from galley.store import sql
from galley.store.database import Database
from galley.testing.memory import FakeClock

TOTAL_TABLES = ("rollup", "hourly", "effort", "total", "pace")


class Floor:
    """A project, three labelers, and everything that can happen to a slot."""

    def __init__(self, database: Database, name: str = "p") -> None:
        self.database = database
        self.clock = FakeClock()
        self.project: Project = service.open_project(
            database, self.clock, line="accounts", purpose=name, schema_sha256="6" * 64
        )
        self.people = [service.ensure_labeler(database, self.clock, one, "person").id for one in "xyz"]
        self.leases: list[tuple[int, Lease]] = []
        self.serial = 0

    def do(self, action: str, who: int, pick: int) -> None:
        """One thing by somebody; nothing happens where it does not fit."""
        self.clock.advance(7 + pick)
        person = self.people[who]
        getattr(self, action)(person, pick)

    def add(self, person: int, pick: int) -> None:
        service.add_items(self.database, self.project, [f"i{pick}", f"j{pick}"], Batch(overlap=1 + pick % 2))

    def claim(self, person: int, pick: int) -> None:
        stage: Any = ("label", "review")[pick % 2]
        for lease in service.claim(self.database, self.clock, self.project, person, Request(stage=stage, count=2)):
            if (person, lease) not in self.leases:
                self.leases.append((person, lease))

    def submit(self, person: int, pick: int) -> None:
        held = [(one, lease) for one, lease in self.leases if lease.stage == "label"]
        if held:
            one, lease = held[pick % len(held)]
            if pick < 4:  # the others are answered again later, and come late
                self.leases.remove((one, lease))
            self.serial += 1
            answer = Answer(
                slot=lease.slot, token=lease.token, body={"topic": "ab"[pick % 2]}, client_id=f"c{pick % 3}"
            )
            service.submit(self.database, self.clock, one, answer)

    def judge(self, person: int, pick: int) -> None:
        held = [(one, lease) for one, lease in self.leases if lease.stage == "review"]
        if not held:
            return
        one, lease = held[pick % len(held)]
        self.leases.remove((one, lease))
        assert lease.target is not None
        head = service.history(self.database, lease.target)[-1].id
        verdict = (
            Review(verdict="accept"),
            Review(verdict="fix", body={"topic": "c"}, base=head),
            Review(verdict="return", reason="wrong"),
        )[pick % 3]
        with contextlib.suppress(InputError, StateError):  # what the queue refuses must not touch the accounts
            review.decide(self.database, self.clock, one, lease, verdict, f"r{pick}")

    def open_reviews(self, person: int, pick: int) -> None:
        done = [judgement.slot for judgement in service.judgements(self.database, self.project)]
        review.add_reviews(self.database, self.project, done[: 1 + pick])

    def skip(self, person: int, pick: int) -> None:
        if self.leases:
            one, lease = self.leases[pick % len(self.leases)]
            with contextlib.suppress(InputError, StateError):  # what the queue refuses must not touch the accounts
                service.skip(self.database, self.clock, one, lease, "unclear")

    def expire(self, person: int, pick: int) -> None:
        self.clock.advance(7200)
        service.expire(self.database, self.clock)

    def void(self, person: int, pick: int) -> None:
        slots = [row.id for row in service.slots_of(self.database, self.project, [f"i{pick}"])]
        service.void_slots(self.database, self.clock, self.project, slots[:2], "test")

    def settle(self, person: int, pick: int) -> None:
        for orphan in review.orphans(self.database, self.project)[:1]:
            with contextlib.suppress(InputError, StateError):  # what the queue refuses must not touch the accounts
                review.settle_orphan(self.database, self.clock, orphan.id, adopt=pick % 2 == 0)

    def account(self, person: int, pick: int) -> None:
        accounts.account(self.database.house(), limit=1 + pick)


ACTIONS = (
    *("add", "claim", "submit", "open_reviews", "claim", "judge", "submit", "judge"),
    *("skip", "expire", "void", "settle", "account"),
)
HISTORY = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 5)), min_size=10, max_size=50)


def drain(database: Database, limit: int = 1000) -> None:
    while accounts.account(database.house(), limit):
        pass


def rows(database: Database, query: str, *facts: Any) -> list[Any]:
    with database.connection() as connection:
        return connection.execute(query, facts).fetchall()


def snapshot(database: Database) -> dict[str, list[Any]]:
    return {table: sorted(rows(database, f"SELECT * FROM annotate.{table}"), key=repr) for table in TOTAL_TABLES}


def recount(database: Database, project: int) -> Counter[str]:
    """What the accounts must say, counted from revisions, slots and orphans by other means."""
    [[submitted]] = rows(
        database,
        "SELECT count(*) FROM annotate.revision r JOIN annotate.slot s ON s.id = r.slot WHERE s.project = %s AND r.rev = 1",
        project,
    )
    [[fixed]] = rows(
        database,
        "SELECT count(DISTINCT r.base) FROM annotate.revision r JOIN annotate.slot s ON s.id = r.slot"
        " JOIN annotate.revision b ON b.slot = r.slot AND b.rev = 1 WHERE s.project = %s AND r.labeler <> b.labeler",
        project,
    )
    [[skipped]] = rows(
        database, "SELECT count(*) FROM annotate.outbox WHERE project = %s AND event = 'skipped'", project
    )
    [[late]] = rows(
        database,
        "SELECT count(*) FROM annotate.orphan o JOIN annotate.slot s ON s.id = o.slot WHERE s.project = %s",
        project,
    )
    [[gone]] = rows(
        database,
        "SELECT count(*) FROM annotate.slot s WHERE s.project = %s AND s.state = 'void'"
        " AND EXISTS (SELECT 1 FROM annotate.revision r WHERE r.slot = s.id)",
        project,
    )
    return +Counter(submitted=submitted, fixed=fixed, skipped=skipped, late=late, gone=gone)


def said(database: Database, project: int) -> Counter[str]:
    found = rows(database, "SELECT verdict, count(*) FROM annotate.work_row WHERE project = %s GROUP BY 1", project)
    by = Counter(dict(found))
    return +Counter(
        submitted=by["submitted"] + by["orphan-adopted"],
        fixed=by["fixed"],
        skipped=by["skipped"],
        late=by["late"],
        gone=by["void"] + by["returned"],
    )


def check_totals(database: Database, project: int) -> None:
    counted = {
        (stage, state): slots
        for stage, state, slots in rows(
            database,
            "SELECT stage, CASE WHEN state IN ('ready', 'leased') THEN 'open' ELSE state END, count(*)"
            " FROM annotate.slot WHERE project = %s GROUP BY 1, 2",
            project,
        )
    }
    known = {
        (node.stage, state): getattr(node, state)
        for node in counters.totals(database, project)
        for state in ("open", "submitted", "skipped", "void")
        if getattr(node, state)
    }
    assert known == counted


def test_after_any_history_accounts_and_totals_equal_a_recount(database: Database) -> None:
    serial = itertools.count()

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(history=HISTORY)
    def law(history: list[Any]) -> None:
        floor = Floor(database, f"history {next(serial)}")
        floor.add(0, 1)
        for action, who, pick in history:
            floor.do(action, who, pick)
        drain(database, 3)
        assert said(database, floor.project.id) == recount(database, floor.project.id)
        check_totals(database, floor.project.id)

    law()


def test_a_rebuild_gives_the_same_totals(database: Database) -> None:
    floor = busy(database)
    drain(database)
    before = snapshot(database)
    assert all(before.values())
    floor.do("claim", 0, 0)
    floor.do("submit", 0, 1)  # not read yet: neither before the rebuild nor after it
    accounts.rebuild(database.house())
    assert snapshot(database) == before
    drain(database)
    check_totals(database, floor.project.id)


def busy(database: Database, name: str = "p") -> Floor:
    floor = Floor(database, name)
    for pick in range(5):
        floor.do("add", 0, pick)
    for step in range(40):
        floor.do(("claim", "submit", "open_reviews", "judge", "skip")[step % 5], step % 3, step % 6)
    return floor


def test_a_crash_between_any_two_statements_loses_and_doubles_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is killed after the n-th statement of the duty, for every n, until it gets through."""
    floor = busy(database)
    real = psycopg.Cursor.execute
    died = 0
    for allowed in range(60):
        before = said(database, floor.project.id)
        left = [allowed]

        def execute(self: Any, *arguments: Any, left: list[int] = left, **named: Any) -> Any:
            if left[0] == 0:
                self.connection.close()
            left[0] -= 1
            return real(self, *arguments, **named)

        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", execute)
            try:
                accounts.account(database.house(), 7)
            except TransientError:
                died += 1
            else:
                assert left[0] >= 0
                break
        assert said(database, floor.project.id) == before
    drain(database)
    assert died >= 5
    assert said(database, floor.project.id) == recount(database, floor.project.id)
    check_totals(database, floor.project.id)


def test_two_processes_at_once_account_once(database: Database) -> None:
    floor = busy(database)
    threads = [threading.Thread(target=drain, args=(database, 2)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said(database, floor.project.id) == recount(database, floor.project.id)
    check_totals(database, floor.project.id)


def answered(database: Database, clock: FakeClock, activity: Any, *, slots: int = 1) -> tuple[Project, int]:
    """A person answers slots after a minute each, all claimed at the beginning, each with the report given."""
    project = service.open_project(database, clock, line="timed", purpose="p", schema_sha256="7" * 64)
    person = service.ensure_labeler(database, clock, "x", "person").id
    service.add_items(database, project, [f"i{n}" for n in range(slots)])
    leases = service.claim(database, clock, project, person, Request(count=slots))
    for lease in leases:
        clock.advance(60)
        service.submit(database, clock, person, Answer(slot=lease.slot, token=lease.token, body={}, client_id="c"))
    if activity is not None:
        with psycopg.connect(database_owner(database)) as connection:
            connection.execute("ALTER TABLE annotate.revision DISABLE TRIGGER USER")
            connection.execute("ALTER TABLE annotate.revision NO FORCE ROW LEVEL SECURITY")
            connection.execute("UPDATE annotate.revision SET activity = %s::json", [activity])
            connection.execute("ALTER TABLE annotate.revision FORCE ROW LEVEL SECURITY")
            connection.execute("ALTER TABLE annotate.revision ENABLE TRIGGER USER")
    return project, person


def database_owner(database: Database) -> str:
    """The connection string without the role: who owns the tables."""
    return make_conninfo(database.conninfo, options="")


def test_time_is_counted_once_over_slots_open_side_by_side(database: Database) -> None:
    """Three slots held together, each reported as worked on for all three minutes: three minutes count, not six."""
    report = '{"v": 1, "duration_ms": 180000, "pointer": [[0, 180000]]}'
    _, person = answered(database, FakeClock(), report, slots=3)
    drain(database, 1)
    found = accounts.rows_of_labeler(database, person)
    assert [(row.counted_ms, row.raw_ms, row.time_rule) for row in found] == [
        (60_000, 60_000, "active_time@1"),
        (60_000, 120_000, "active_time@1"),
        (60_000, 180_000, "active_time@1"),
    ]
    assert [row.units for row in found] == [1, 1, 1]


def test_an_answer_without_a_report_has_raw_time_only(database: Database) -> None:
    project, person = answered(database, FakeClock(), None)
    drain(database)
    [row] = accounts.rows_of_labeler(database, person)
    assert (row.counted_ms, row.raw_ms, row.verdict) == (None, 60_000, "submitted")
    [node] = counters.totals(database, project.id)
    assert node.seconds_per_answer is None


def test_a_correction_is_a_further_row_with_the_difference(database: Database) -> None:
    clock = FakeClock()
    project, person = answered(database, clock, '{"v": 1, "duration_ms": 60000, "pointer": [[0, 60000]]}')
    drain(database)
    [row] = accounts.rows_of_labeler(database, person)
    wrong = Adjustment(row=row.id, note="the network, ticket 12", counted_ms=-15_000, units=-1)
    assert accounts.correct(database, clock, project.id, wrong)
    assert not accounts.correct(database, clock, project.id, wrong)
    first, second = accounts.rows_of_labeler(database, person)
    assert first == row
    assert (second.corrects, second.counted_ms, second.units) == (row.id, -15_000, -1)
    sums = rows(database, "SELECT submitted, counted_ms, units FROM annotate.effort")
    assert sums == [(1, 45_000, 0)]
    accounts.rebuild(database.house())
    assert rows(database, "SELECT submitted, counted_ms, units FROM annotate.effort") == sums
    with pytest.raises(WorkRowUnknownError):
        accounts.correct(database, clock, project.id, Adjustment(row=row.id + 100, note="no"))
    with pytest.raises(WorkRowUnknownError):
        accounts.correct(database.of(2), clock, project.id, wrong)


def test_accounts_are_written_by_the_duty_alone_and_never_changed(database: Database) -> None:
    answered(database, FakeClock(), None)
    drain(database)
    for statement in ("UPDATE annotate.work_row SET units = 9", "DELETE FROM annotate.work_row"):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation), database.house().connection() as connection:
            connection.execute(statement)
    for table in (*TOTAL_TABLES, "work_row", "face", "face_key", "face_total"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connection() as connection:
            connection.execute(psycopg.sql.SQL("DELETE FROM annotate.{}").format(psycopg.sql.Identifier(table)))


def test_the_slow_twentieth_comes_from_the_distribution(database: Database) -> None:
    project, _ = answered(database, FakeClock(), None, slots=60)
    assert accounts.slow_answer_seconds(database, project.id) is None
    drain(database)
    found = accounts.slow_answer_seconds(database, project.id)
    assert found is not None
    assert 57 * 60 <= found <= 60 * 60 * 1.2  # raw time from the lease: 1, 2, … 60 minutes


def test_nobody_sees_the_accounts_of_others(database: Database) -> None:
    project, person = answered(database, FakeClock(), None)
    drain(database)
    assert accounts.rows_of_labeler(database.of(2), person) == []
    assert counters.totals(database.of(2), project.id) == []


def test_whatever_answers_or_skips_a_slot_tells_the_outbox() -> None:
    """Totals count answers and skips by their events; slots made and voided are counted by triggers."""
    silent = []
    for file in sorted((Path(galley.__file__).parent / "annotate").rglob("queries.sql")):
        package = ".".join(("galley", *file.parent.relative_to(Path(galley.__file__).parent).parts))
        for name, statement in sql.load(package).items():
            ends = re.search(r"(?s)UPDATE annotate\.slot\b.*?SET state = '(submitted|skipped)'", statement)
            made = re.search(r"(?s)INSERT INTO annotate\.slot\b[^;]*?SELECT[^;]*?'(submitted|skipped)',", statement)
            if (ends or made) and "INSERT INTO annotate.outbox" not in statement:
                silent.append(f"{package}.{name}")
    assert silent == []
