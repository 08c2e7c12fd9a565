"""The status of lines: how far each one's newest run is, and what failed."""

from datetime import datetime
from typing import Any

import msgspec

from galley.engine.shard import read_parquet
from galley.line.explain import load_account
from galley.line.repo import Run, RunStep, run_steps, runs
from galley.store.workspace import Workspace

__all__ = ["LineStatus", "Quarantined", "line_statuses"]

_SHOWN = 20


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """One failed record."""

    id: str
    source: str
    key: str
    step: int
    op: str
    code: str
    message: str


class LineStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The newest run of one line."""

    line: str
    run: str
    status: str
    stage: str
    started_at: datetime
    ended_at: datetime | None
    steps: list[RunStep]
    quarantined: int
    quarantine: tuple[Quarantined, ...]  # the first twenty
    open_answers: int
    error: dict[str, Any] | None


def line_statuses(workspace: Workspace) -> list[LineStatus]:
    """The newest run of every line in the workspace, newest first."""
    newest: dict[str, Run] = {}
    with workspace.database.connection() as connection:
        for run in runs(connection, None, limit=10_000):
            newest.setdefault(run.line, run)
        steps = {run.id: run_steps(connection, run.id) for run in newest.values()}
    return [_status(workspace, run, steps[run.id]) for run in newest.values()]


def _status(workspace: Workspace, run: Run, steps: list[RunStep]) -> LineStatus:
    account = load_account(workspace, run)
    failed: list[Quarantined] = []
    count = 0
    for file in account.quarantine if account else ():
        table = read_parquet(workspace.blobs, file)
        count += table.num_rows
        for row in table.slice(0, max(0, _SHOWN - len(failed))).to_pylist():
            failed.append(Quarantined(**{name: row[name] for name in Quarantined.__struct_fields__}))
    return LineStatus(
        line=run.line,
        run=run.id,
        status=run.status,
        stage=run.stage,
        started_at=run.started_at,
        ended_at=run.ended_at,
        steps=steps,
        quarantined=count,
        quarantine=tuple(failed),
        open_answers=int(run.counts.get("open_answers", 0)),
        error=run.error,
    )
