"""Use cases of the totals: progress, the dashboard, lists of projects and people.

Everything here reads a bounded number of rows: so many a node, an hour, a person on the page, never so many an item.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from galley.annotate.counters import repo
from galley.annotate.counters.forecast import OBSERVED, forecast
from galley.annotate.counters.model import (
    Dashboard,
    Forecast,
    Hour,
    NodeProgress,
    NodeTotals,
    OpenWork,
    PersonStats,
    ProjectRow,
    ProjectSummary,
)
from galley.annotate.counters.rules import (
    bucket_seconds,
    done_share,
    node_progress,
    open_and_done,
    percentile_bucket,
    person_stats,
    share,
    slowest,
)
from galley.kernel.clock import Clock
from galley.store.database import Connection, Database

__all__ = ["dashboard", "finish", "open_work", "people", "person", "projects", "totals"]

_SHOWN: Final = timedelta(days=7)
_LEASES: Final = 10_000
_WATCHED: Final = 1000
_WATCHED_LEASES: Final = 200_000
_BIGINT_MAX: Final = 2**63 - 1


def totals(database: Database, project: int) -> list[NodeProgress]:
    """Where a project's slots are, a row a node, exact as of what was read of the outbox."""
    with database.connection() as connection:
        return [node_progress(node, (), 1.0) for node in repo.totals_of(connection, [project])]


def open_work(house: Database) -> list[OpenWork]:
    """What is open in the newest 1,000 projects of all organisations that have open work. `house` sees them all."""
    with house.connection() as connection:
        return repo.open_work(connection, _WATCHED, _WATCHED_LEASES)


def dashboard(database: Database, clock: Clock, project: int) -> Dashboard:
    """All of a project on one page, in six queries."""
    now = clock.now()
    with database.connection() as connection:
        nodes = repo.totals_of(connection, [project])
        hours = repo.hours_of(connection, project, now - OBSERVED)
        leased = repo.held(connection, project, _LEASES + 1)
        buckets = repo.pace_of(connection, project)
        gold = repo.gold_of(connection, project)
        several, differing = repo.agreement_of(connection, project)
    recent = [hour for hour in hours if hour.hour >= now - _SHOWN]
    progress = tuple(node_progress(node, recent, _days(recent, now)) for node in nodes)
    waiting, done = open_and_done(nodes)
    accepted, judged = _judged(nodes)
    return Dashboard(
        nodes=progress,
        slots_open=waiting,
        slots_done=done,
        done_share=done_share(waiting, done),
        leased=min(leased, _LEASES),
        leased_more=leased > _LEASES,
        hours=tuple(recent),
        gold_answers=gold[0],
        gold_accuracy=share(gold[1], gold[0]),
        accepted_share=share(accepted, judged),
        identical_answers=share(several - differing, several),
        answer_seconds_median=_percentile(buckets, 0.5),
        answer_seconds_p95=_percentile(buckets, 0.95),
        slowest=slowest(progress),
        forecast=forecast(nodes, hours, now),
    )


def _judged(nodes: list[NodeTotals]) -> tuple[int, int]:
    accepted = sum(node.accepted for node in nodes)
    return accepted, accepted + sum(node.fixed + node.returned for node in nodes)


def _days(hours: list[Hour], now: datetime) -> float:
    """How long the hours shown reach back, an hour at least: a project begun today has a rate as well."""
    first = min((hour.hour for hour in hours), default=now)
    return max((now - first).total_seconds(), 3600.0) / 86400.0


def _percentile(buckets: list[tuple[int, int]], part: float) -> float | None:
    found = percentile_bucket(buckets, part)
    return None if found is None else bucket_seconds(found)


def finish(database: Database, clock: Clock, project: int) -> Forecast:
    """When a project will be done, in two queries."""
    now = clock.now()
    with database.connection() as connection:
        nodes = repo.totals_of(connection, [project])
        hours = repo.hours_of(connection, project, now - OBSERVED)
    return forecast(nodes, hours, now)


def projects(database: Database, before: int | None = None, limit: int = 50) -> list[ProjectSummary]:
    """Projects with their progress, newest first, in two queries; those older than `before`."""
    with database.connection() as connection:
        rows = repo.project_page(connection, _BIGINT_MAX if before is None else before, limit)
        return _summaries(connection, rows)


def _summaries(connection: Connection, rows: list[ProjectRow]) -> list[ProjectSummary]:
    nodes = repo.totals_of(connection, [row.id for row in rows])
    found = []
    for row in rows:
        waiting, done = open_and_done(node for node in nodes if node.project == row.id)
        found.append(
            ProjectSummary(
                id=row.id,
                name=row.name,
                line=row.line,
                purpose=row.purpose,
                state=row.state,
                due_at=row.due_at,
                created_at=row.created_at,
                slots_open=waiting,
                slots_done=done,
                done_share=done_share(waiting, done),
            )
        )
    return found


def people(database: Database, project: int, after: int = 0, limit: int = 50) -> list[PersonStats]:
    """The people of a project with their figures, by labeler, in one query."""
    with database.connection() as connection:
        return person_stats(repo.effort_page(connection, {"project": project, "after": after, "limit": limit}))


def who_worked(database: Database, project: int, people: Sequence[int]) -> list[int]:
    """Those of some people who did anything in the project. One query."""
    with database.connection() as connection:
        return repo.who_worked(connection, project, people)


def person(database: Database, project: int, labeler: int) -> PersonStats | None:
    """The figures of one labeler, or None when they did nothing yet."""
    with database.connection() as connection:
        found = person_stats(repo.effort_of(connection, project, labeler))
    return found[0] if found else None
