"""Lines and their runs as pictures: every stage from collect to release with what went in and came out, and how fast."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from galley.engine.shard import StepCounts, read_parquet
from galley.kernel.clock import Clock
from galley.kernel.errors import MissingError
from galley.kernel.language import Text
from galley.kernel.ports import Blobs
from galley.line import repo
from galley.line.account import RunAccount, SourceAccount
from galley.line.explain import Story, explain
from galley.line.repo import Run, RunStep
from galley.line.report.names import reason_words
from galley.store.database import Database

if TYPE_CHECKING:
    from galley.store.workspace import Workspace

__all__ = [
    "LineHead",
    "QuarantineRow",
    "RunPicture",
    "RunUnknownError",
    "Stage",
    "account_of",
    "lines",
    "newest_run",
    "picture",
    "quarantine",
    "reasons_in",
    "report_of",
    "run",
    "runs_of",
    "story_of",
]

STAGES: Final = ("collect", "clean", "annotate", "assess", "release", "verify")
_EXCERPT: Final = 400


class RunUnknownError(MissingError):
    """There is no such line or run."""

    code = "GLY-LIN-060"
    text = Text("There is no line or run called '{name}'.", "没有名为“{name}”的产线或运行。")
    hint = Text("List the lines to see what there is.", "请查看产线列表。")


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of a run."""

    stage: str
    status: str  # todo | running | waiting | done | failed
    op: str
    records_in: int | None
    records_out: int | None
    counts: dict[str, Any]
    root: str | None  # of the version it made
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    records_per_second: float | None


class LineHead(msgspec.Struct, frozen=True, kw_only=True):
    """A line by its newest run."""

    line: str
    run: str
    status: str
    stage: str
    started_at: datetime
    ended_at: datetime | None
    open_answers: int
    stages: tuple[Stage, ...]
    slowest: str | None
    error: dict[str, Any] | None


class RunPicture(LineHead, frozen=True, kw_only=True):
    """A run from collect to release."""

    sources: tuple[SourceAccount, ...]
    steps: tuple[StepCounts, ...]  # of clean: kept, edited, dropped by reason, failed
    reasons: dict[str, tuple[str, str]]  # the codes of the steps' reasons in words: English, Chinese
    versions: dict[str, str]  # collected | clean | labelled -> root
    labels: dict[str, Any] | None  # what the annotate stage did
    quarantined: int
    recipe: str | None  # the filled recipe as YAML
    has_report: bool


class QuarantineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One record that failed."""

    id: str
    source: str
    key: str
    step: int  # 0: collect
    op: str
    code: str
    message: str
    excerpt: str  # how it begins; base64 where it is no text
    binary: bool


@dataclass(frozen=True)
class _Seen:
    """A workspace as one organisation sees it."""

    database: Database
    blobs: Blobs


def lines(database: Database, clock: Clock, after: str = "", limit: int = 50) -> list[LineHead]:
    """Lines by name with their newest run, in two queries."""
    with database.connection() as connection:
        found = repo.newest_runs(connection, after, limit)
        steps = repo.steps_of(connection, [one.id for one in found])
    return [LineHead(**_head(one, steps.get(one.id, []), {}, clock.now())) for one in found]


def newest_run(database: Database, line: str) -> Run:
    """The newest run of a line; raises RunUnknownError."""
    with database.connection() as connection:
        found = repo.runs(connection, line, 1)
    if not found:
        raise RunUnknownError(name=line[:200])
    return found[0]


def run(database: Database, number: str) -> Run:
    """One run; raises RunUnknownError."""
    with database.connection() as connection:
        found = repo.run(connection, number)
    if found is None:
        raise RunUnknownError(name=number[:200])
    return found


def runs_of(
    database: Database, clock: Clock, line: str, before: tuple[datetime, str] | None = None, limit: int = 50
) -> list[LineHead]:
    """The runs of a line, the newest first, in two queries."""
    moment, last = before or (datetime.max.replace(tzinfo=UTC) - timedelta(days=1), "")
    with database.connection() as connection:
        found = repo.runs_page(connection, {"line": line, "before": moment, "before_id": last, "limit": limit})
        steps = repo.steps_of(connection, [one.id for one in found])
    return [LineHead(**_head(one, steps.get(one.id, []), {}, clock.now())) for one in found]


def picture(database: Database, blobs: Blobs, clock: Clock, found: Run) -> RunPicture:
    """A run with its whole account."""
    with database.connection() as connection:
        steps = repo.run_steps(connection, found.id)
    account = _account(blobs, found)
    recipe = msgspec.json.decode(blobs.get(found.recipe))
    head = _head(found, steps, recipe if isinstance(recipe, dict) else {}, clock.now())
    quarantined = 0 if account is None else sum(one.failed for one in account.sources)
    quarantined += 0 if account is None else sum(one.counts.failed for one in account.steps)
    return RunPicture(
        **head,
        sources=() if account is None else account.sources,
        steps=() if account is None else account.steps,
        reasons={} if account is None else reasons_in(step.reasons for step in account.steps),
        versions={} if account is None else account.versions,
        labels=None if account is None else account.labels,
        quarantined=quarantined,
        recipe=None if account is None else account.recipe_text,
        has_report=found.report is not None,
    )


def reasons_in(steps: Iterable[Iterable[str]]) -> dict[str, tuple[str, str]]:
    """The codes of the reasons of steps ("drop image.corrupt") in words: English, Chinese."""
    codes = {name.partition(" ")[2] for reasons in steps for name in reasons}
    return {code: reason_words(code) for code in sorted(codes) if code}


def _head(found: Run, steps: Sequence[RunStep], recipe: dict[str, Any], now: datetime) -> dict[str, Any]:
    stages = _stages(steps, recipe, now, found.ended_at)
    timed = [stage for stage in stages if stage.seconds is not None and stage.status in ("done", "running")]
    return {
        "line": found.line,
        "run": found.id,
        "status": found.status,
        "stage": found.stage,
        "started_at": found.started_at,
        "ended_at": found.ended_at,
        "open_answers": int(found.counts.get("open_answers", 0)),
        "stages": stages,
        "slowest": max(timed, key=lambda stage: stage.seconds or 0.0).stage if timed else None,
        "error": found.error,
    }


def _stages(
    steps: Sequence[RunStep], recipe: dict[str, Any], now: datetime, ended: datetime | None
) -> tuple[Stage, ...]:
    """The stages there were and, as far as the recipe names them, those to come."""
    told: list[Stage] = []
    records: int | None = None
    for step in steps:
        brought = step.counts.get("records")
        came = records
        if step.stage == "collect" and isinstance(brought, int):
            came = brought + int(step.counts.get("failed", 0))
        records = brought if isinstance(brought, int) else records
        told.append(_stage(step, came, records if step.status == "done" else None, ended or now))
    known = {stage.stage for stage in told}
    for name in STAGES:
        wanted = recipe.get("release" if name == "verify" else name) is not None
        if name not in known and recipe and wanted and not any(stage.status == "failed" for stage in told):
            told.append(_todo(name))
    return tuple(told)


def _stage(step: RunStep, came: int | None, left: int | None, now: datetime) -> Stage:
    seconds = max(((step.ended_at or now) - step.started_at).total_seconds(), 0.0)
    rate = came / seconds if came and seconds > 0 and step.status == "done" else None
    return Stage(
        stage=step.stage,
        status=step.status,
        op=step.op,
        records_in=came,
        records_out=left,
        counts=step.counts,
        root=step.root,
        started_at=step.started_at,
        ended_at=step.ended_at,
        seconds=seconds,
        records_per_second=rate,
    )


def _todo(name: str) -> Stage:
    return Stage(
        stage=name,
        status="todo",
        op="",
        records_in=None,
        records_out=None,
        counts={},
        root=None,
        started_at=None,
        ended_at=None,
        seconds=None,
        records_per_second=None,
    )


# --- what a run left behind ------------------------------------------------------------------------------------------


def _account(blobs: Blobs, found: Run) -> RunAccount | None:
    return None if found.account is None else msgspec.json.decode(blobs.get(found.account), type=RunAccount)


def account_of(database: Database, blobs: Blobs, number: str) -> RunAccount | None:
    """The account of a run, or None when there is none."""
    with database.connection() as connection:
        found = repo.run(connection, number)
    return None if found is None else _account(blobs, found)


def report_of(database: Database, number: str) -> str | None:
    """SHA-256 of the report of a run, or None when it made none."""
    with database.connection() as connection:
        found = repo.run(connection, number)
    return None if found is None else found.report


def quarantine(
    blobs: Blobs, found: Run, after: tuple[int, int] = (0, 0), limit: int = 50
) -> tuple[list[QuarantineRow], tuple[int, int] | None]:
    """Records that failed, from a place on (file, row), and where the next page begins; one file is read at a time."""
    account = _account(blobs, found)
    files = () if account is None else account.quarantine
    rows: list[QuarantineRow] = []
    file, row = after
    while file < len(files) and len(rows) < limit:
        table = read_parquet(blobs, files[file])
        taken = table.slice(row, limit - len(rows)).to_pylist()
        rows += [_quarantined(one) for one in taken]
        row += len(taken)
        if row >= table.num_rows:
            file, row = file + 1, 0
    return rows, (file, row) if file < len(files) else None


def _quarantined(row: dict[str, Any]) -> QuarantineRow:
    begin = bytes(row["excerpt"])[:_EXCERPT]
    try:
        excerpt, binary = begin.decode(), False
    except UnicodeDecodeError as problem:
        cut = len(begin) - problem.start < 4 and len(begin) == _EXCERPT  # in the middle of a letter
        binary = not cut
        excerpt = base64.b64encode(begin).decode() if binary else begin[: problem.start].decode()
    names = (name for name in QuarantineRow.__struct_fields__ if name not in ("excerpt", "binary"))
    return QuarantineRow(**{name: row[name] for name in names}, excerpt=excerpt, binary=binary)


def story_of(database: Database, blobs: Blobs, line: str, record: str) -> Story:
    """What became of a record of a line; raises RecordUnknownError."""
    return explain(cast("Workspace", _Seen(database, blobs)), record, line)
