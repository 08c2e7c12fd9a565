"""Explaining a record: every step that touched it, from where it came to where it ended, and why."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pyarrow.compute as pc

from galley.catalog.manifest import FileRef
from galley.catalog.reader import VersionReader
from galley.catalog.service import open_version
from galley.engine.shard import read_parquet
from galley.kernel.errors import InputError
from galley.kernel.language import Text
from galley.line.account import RunAccount
from galley.line.repo import Run, runs
from galley.store.workspace import Workspace

__all__ = ["RecordUnknownError", "Story", "StoryStep", "explain", "load_account"]

_PREFIX_LENGTH_MIN = 6


class RecordUnknownError(InputError):
    """No run in the workspace has seen the record."""

    code = "GLY-LIN-020"
    text = Text(
        "No record of this workspace has an id that begins with '{record}'.", "该工作区没有以“{record}”开头的记录。"
    )
    hint = Text(
        "Record ids have 32 hex digits (at least six are needed); `galley export` and the report show them.",
        "记录号为 32 位十六进制（至少给出 6 位）；可在导出文件和报告中找到。",
    )


class StoryStep(msgspec.Struct, frozen=True, kw_only=True):
    """What one step did with the record."""

    step: int  # 0 = collect
    op: str
    verdict: str  # collect | keep | edit | split | merge | drop | fail
    reason: str = ""
    detail: str = ""
    related: tuple[str, ...] = ()


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A record's way through a run."""

    id: str
    line: str
    run: str
    record: dict[str, Any] | None  # its columns as last seen (not its text when that is long)
    steps: tuple[StoryStep, ...]
    ended: str  # kept | dropped | failed | split | merged
    labels: dict[str, Any] | None = None
    parents: tuple[str, ...] = ()


def load_account(workspace: Workspace, run: Run) -> RunAccount | None:
    """The account of a run, or None when it did not get so far."""
    if run.account is None:
        return None
    return msgspec.json.decode(workspace.blobs.get(run.account), type=RunAccount)


def explain(workspace: Workspace, record: str, line: str | None = None) -> Story:
    """The story of a record (32 hex digits, or at least the first six) in the newest run that knows it.

    Raises RecordUnknownError.
    """
    if len(record) >= _PREFIX_LENGTH_MIN:
        with workspace.database.connection() as connection:
            known = runs(connection, line, limit=1000)
        for run in known:
            account = load_account(workspace, run)
            story = _in_run(workspace, run, account, record) if account is not None else None
            if story is not None:
                return story
    raise RecordUnknownError(record=record)


def _in_run(workspace: Workspace, run: Run, account: RunAccount, record: str) -> Story | None:
    events = list(_matching(workspace, account.events, "id", record))
    quarantined = list(_matching(workspace, account.quarantine, "id", record))
    born = [
        row for row in _rows(workspace, account.events) if any(child.startswith(record) for child in row["related"])
    ]
    born = [row for row in born if row["verdict"] in ("split", "merge")]
    seen = {
        stage: found
        for stage, root in account.versions.items()
        if (found := _in_version(open_version(workspace.database, workspace.blobs, root), record)) is not None
    }
    ids = {row["id"] for row in (*events, *quarantined, *seen.values())}
    if not ids:
        return None
    identity = min(ids)
    events = [row for row in events if row["id"] == identity]
    final = seen.get("labelled") or seen.get("clean") or seen.get("collected")
    steps, ended = _steps(account, events, [row for row in quarantined if row["id"] == identity], bool(born))
    return Story(
        id=identity,
        line=run.line,
        run=run.id,
        record=_shown(final) if final else None,
        steps=tuple(steps),
        ended=ended,
        labels=_labels(seen.get("labelled")),
        parents=tuple(sorted({row["id"] for row in born})),
    )


def _steps(
    account: RunAccount, events: list[dict[str, Any]], quarantined: list[dict[str, Any]], born: bool
) -> tuple[list[StoryStep], str]:
    unread = [row for row in quarantined if row["step"] == 0]
    if unread:
        row = unread[0]
        step = StoryStep(step=0, op=row["op"], verdict="fail", reason=row["code"], detail=row["message"])
        return [step], "failed"
    steps = [] if born else [StoryStep(step=0, op="collect", verdict="collect")]
    by_step = {row["step"]: row for row in events}
    first = min(by_step, default=0) if born else 0
    for each in account.steps:
        event = by_step.get(each.step)
        if each.step < first:
            continue
        if event is None:
            steps.append(StoryStep(step=each.step, op=each.op, verdict="keep"))
            continue
        told = {name: event[name] for name in ("verdict", "reason", "detail")}
        steps.append(StoryStep(step=each.step, op=each.op, related=tuple(event["related"]), **told))
        if event["verdict"] in _ENDINGS:
            return steps, _ENDINGS[event["verdict"]]
    return steps, "kept"


_ENDINGS = {"drop": "dropped", "fail": "failed", "split": "split", "merge": "merged"}


def _rows(workspace: Workspace, files: tuple[FileRef, ...]) -> Iterator[dict[str, Any]]:
    for file in files:
        yield from read_parquet(workspace.blobs, file).to_pylist()


def _matching(workspace: Workspace, files: tuple[FileRef, ...], column: str, prefix: str) -> Iterator[dict[str, Any]]:
    for file in files:
        table = read_parquet(workspace.blobs, file)
        yield from table.filter(pc.starts_with(table.column(column), prefix)).to_pylist()


def _in_version(version: VersionReader, prefix: str) -> dict[str, Any] | None:
    for shard in version.manifest.shards:
        ids = read_parquet(version.blobs, shard.data, columns=["id"]).column("id")
        places = pc.indices_nonzero(pc.starts_with(ids, prefix))
        if len(places):
            row: dict[str, Any] = version.table(shard).slice(places[0].as_py(), 1).to_pylist()[0]
            return row
    return None


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _LABEL_COLUMNS and value is not None}
    text = kept.get("text")
    if isinstance(text, str) and len(text) > 500:
        kept["text"] = text[:500] + "…"
    return kept


_LABEL_COLUMNS = ("labels", "decided_by", "labeler_kind", "confidence", "judgements")


def _labels(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    found = {name: row[name] for name in _LABEL_COLUMNS}
    found["labels"] = msgspec.json.decode(found["labels"]) if found["labels"] else None
    return found
