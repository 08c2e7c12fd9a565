"""The use case of one person's desk."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from galley.annotate.counters import repo as counters
from galley.annotate.counters import series
from galley.annotate.counters.model import Effort, NodeTotals, PersonStats
from galley.annotate.counters.rules import node_progress, person_stats, without_gold
from galley.annotate.desk.model import (
    ChartAgreement,
    ChartAssistance,
    ChartDay,
    ChartGold,
    ChartLabel,
    ChartPersonDay,
    ChartReviews,
    Charts,
    DayDone,
    DeskStage,
    LineProject,
    MyAction,
    MyProject,
    MyStanding,
    MyWork,
    ReaderLag,
)
from galley.annotate.time.model import WorkRow
from galley.kernel.clock import Clock
from galley.store import sql
from galley.store.database import Connection, Database

__all__ = ["charts", "my_work", "projects_of_line", "reader_lags"]

QUERIES: Final = sql.load("galley.annotate.desk")
_PROJECTS: Final = 200
_ROWS: Final = 20
_LINE_PROJECTS: Final = 50
_DAYS: Final = timedelta(days=14)
_PERSON_DAYS: Final = 5000
_REVIEWS: Final = 2000
_LABELS: Final = 200

Desks = Sequence[tuple[str, str]]
"""Word in the path and stage, of what somebody may do in a project."""


def my_work(
    database: Database,
    clock: Clock,
    person: int,
    *,
    visible: Collection[int] | None,
    desks_of: Callable[[int], Desks],
) -> MyWork:
    """What waits for a person in the newest 200 projects they see (None: all), in ten queries however many there are.

    `desks_of` says what they may do in a project; projects in which that is nothing are left out.
    """
    with database.connection() as connection:
        facts: dict[str, Any] = {"projects": None if visible is None else sorted(visible), "limit": _PROJECTS + 1}
        found = QUERIES.rows(connection, "projects", facts)
        listed = {row["id"]: desks for row in found[:_PROJECTS] if (desks := desks_of(row["id"]))}
        totals = counters.totals_of(connection, list(listed))
        mine = _Mine(connection, clock, QUERIES.scalar(connection, "labeler", {"person": person}), list(listed))
    projects = [_project(row, listed[row["id"]], totals, mine) for row in found[:_PROJECTS] if row["id"] in listed]
    projects.sort(key=_nothing_to_do)  # stable: the newest first among equals
    return MyWork(
        projects=tuple(projects), more=len(found) > _PROJECTS, days=mine.days, rows=mine.rows, actions=mine.actions
    )


class _Mine:
    """What is the person's own, read at once."""

    def __init__(self, connection: Connection, clock: Clock, labeler: int | None, projects: list[int]) -> None:
        now = clock.now()
        facts = {"labeler": labeler, "projects": projects, "now": now, "limit": _ROWS}

        def rows(name: str) -> list[dict[str, Any]]:
            return [] if labeler is None else QUERIES.rows(connection, name, facts)

        self.held = {(row["project"], row["stage"]): row for row in rows("held")}
        self.kept = {(row["project"], row["stage"]): row for row in rows("kept")}
        self.drafts = {row["project"]: row["drafts"] for row in rows("drafts")}
        self.standings = {row.pop("project"): MyStanding(**row) for row in rows("standings")}
        self.efforts = _efforts(rows("efforts"))
        facts["since"] = (now - _DAYS).replace(hour=0, minute=0, second=0, microsecond=0)
        self.days = tuple(DayDone(**row) for row in rows("days"))
        self.rows = tuple(WorkRow(**row) for row in rows("newest_rows"))
        self.actions = tuple(MyAction(**row) for row in rows("newest_actions"))


def _efforts(rows: list[dict[str, Any]]) -> dict[int, PersonStats]:
    by_project: dict[int, list[Effort]] = defaultdict(list)
    for row in rows:
        by_project[row.pop("project")].append(Effort(**row))
    return {project: without_gold(person_stats(efforts)[0]) for project, efforts in by_project.items()}


def _project(row: Mapping[str, Any], desks: Desks, totals: list[NodeTotals], mine: _Mine) -> MyProject:
    number = row["id"]
    nodes = [node_progress(node, (), 1.0) for node in totals if node.project == number]
    return MyProject(
        **row,
        desks=tuple(
            _desk(name, stage, sum(node.open for node in nodes if node.stage == stage), number, mine)
            for name, stage in desks
        ),
        drafts=mine.drafts.get(number, 0),
        standing=mine.standings.get(number),
        mine=mine.efforts.get(number),
    )


def _desk(name: str, stage: str, waiting: int, project: int, mine: _Mine) -> DeskStage:
    held, kept = mine.held.get((project, stage), {}), mine.kept.get((project, stage), {})
    return DeskStage(
        desk=name,
        stage=stage,
        open=waiting,
        held=held.get("held", 0),
        lease_until=held.get("lease_until"),
        returned=kept.get("returned", 0),
        assigned=kept.get("assigned", 0),
    )


def projects_of_line(database: Database, line: str) -> list[LineProject]:
    """The projects in which people answer for a line, the newest 50."""
    with database.connection() as connection:
        return QUERIES.structs(connection, "of_line", LineProject, {"line": line, "limit": _LINE_PROJECTS})


def charts(database: Database, clock: Clock, project: int, *, days: int, labeler: int | None = None) -> Charts:
    """The series of a project over its last days, in seven queries, none of which goes by items."""
    since = (clock.now() - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    facts = {"project": project, "since": since, "labeler": labeler, "limit": _PERSON_DAYS + 1}
    with database.connection() as connection:
        by_day = QUERIES.structs(connection, "chart_days", ChartDay, facts)
        people = QUERIES.rows(connection, "chart_people", facts)
        found = series.read(connection, project, since, reviews=_REVIEWS, labels=_LABELS + 1)
    return Charts(
        days=tuple(by_day),
        people=tuple(_person_day(row) for row in people[:_PERSON_DAYS]),
        more=len(people) > _PERSON_DAYS,
        agreement=tuple(ChartAgreement(**row) for row in found.agreement),
        gold=tuple(ChartGold(**row) for row in found.gold),
        reviews=tuple(ChartReviews(**row) for row in found.reviews),
        labels=tuple(_label(row) for row in found.labels[:_LABELS]),
        labels_more=len(found.labels) > _LABELS,
        assistance=ChartAssistance(**found.assistance),
    )


def _label(row: Mapping[str, Any]) -> ChartLabel:
    control, _, value = str(row["key"]).removeprefix("label:").partition("=")
    return ChartLabel(control=control, value=value, items=row["items"])


def _person_day(row: dict[str, Any]) -> ChartPersonDay:
    timed, answers = row.pop("timed"), row["answers"]
    return ChartPersonDay(
        **row,
        seconds_per_answer=row["counted_ms"] / 1000 / timed if timed else None,
        returned_share=row["returned"] / answers if answers else None,
    )


def reader_lags(connection: Connection) -> list[ReaderLag]:
    """How far each duty is behind the outbox."""
    return QUERIES.structs(connection, "reader_lags", ReaderLag, {})


def _nothing_to_do(project: MyProject) -> tuple[bool, bool]:
    """Orders what waits for the person before what waits for anybody before the rest."""
    own = any(desk.held or desk.returned or desk.assigned for desk in project.desks)
    return not own, not (project.state == "open" and any(desk.open for desk in project.desks))
