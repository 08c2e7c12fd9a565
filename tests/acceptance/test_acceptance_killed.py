"""A run that is killed anywhere: the same command continues and ends with the same bytes, and nothing is said twice."""

import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from galley_command import galley
from galley_lines import feelings_line
from psycopg.conninfo import make_conninfo

from galley.ledger.keys import load_or_make_key
from galley.ledger.log import LogReader

RUN = ("run", "line.yaml", "--workers", "1", "--quiet", "--json")

# Where a run is killed: MODULE:FUNCTION, which call of it, before or after. In the order of a run.
POINTS = [
    "galley.line.run:collect 1 before",
    "galley.line.run:publish_version 1 before",
    "galley.line.run:publish_version 1 after",
    "galley.engine.clean_run:plan_job 1 before",
    "galley.line.run:publish_version 2 after",
    "galley.line.people:add_items 1 after",
    "galley.annotate.repo:place_many 1 before",
    "galley.annotate.repo:place_many 1 after",
    "galley.line.loop_audit:_seal 1 before",
    "galley.ledger.log:LogWriter.append 1 before",
    "galley.line.annotating:_Annotation._commit 1 after",
    "galley.annotate.repo:place_many 4 after",
    "galley.line.loop_audit:_ask_gold 1 after",
    "galley.line.loop_audit:_seal 2 after",
    "galley.line.run:_Run._take_version 1 before",
    "galley.line.run:assess 1 after",
    "galley.release.parts:Parts.add 1 after",
    "galley.release.folder:_take_name 1 before",
    "galley.ledger.service:Ledger._keep 3 after",
    "galley.line.releasing:seal_release 1 before",
    "galley.release.seal:_write 3 after",
    "galley.line.releasing:seal_release 1 after",
    "galley.line.run:check_release 1 before",
    "galley.line.run:write_report 1 before",
]


@dataclass(frozen=True)
class Traces:
    """Everything a finished run leaves that must not depend on what happened on the way."""

    root: str
    record_root: str
    revisions: int
    slots: int
    orphans: int
    versions: list[tuple[str, str]]
    statements: int


def traces(folder: Path, url: str, ended: dict[str, str]) -> Traces:
    """The traces of the line in a folder; its log is checked to its last leaf."""
    with psycopg.connect(url) as connection:
        revisions, slots, orphans = (
            connection.execute(f"SELECT count(*) FROM annotate.{table}").fetchone()[0]  # type: ignore[index]
            for table in ("revision", "slot", "orphan")
        )
        versions = connection.execute("SELECT dataset, root FROM catalog.version ORDER BY dataset, root").fetchall()
    keys = folder / "workspace" / "keys"
    log = LogReader(folder / "workspace" / "log", [load_or_make_key(keys / "log.key", "galley.local/log").verifier])
    manifest = json.loads((folder / "release" / "manifest.json").read_text())
    return Traces(
        root=ended["release_root"],
        record_root=manifest["record_root"],
        revisions=revisions,
        slots=slots,
        orphans=orphans,
        versions=[(str(dataset), root) for dataset, root in versions],
        statements=log.check().size,
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, postgres: str, template_database: str) -> Traces:
    """The traces of a run that nobody disturbs."""
    folder = tmp_path_factory.mktemp("whole")
    name = f"galley_whole_{os.getpid()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template_database} ENCODING 'UTF8'")
        url = make_conninfo(postgres, dbname=name)
        feelings_line(folder)
        ended = galley(*RUN, folder=folder, environment={"GALLEY_DATABASE_URL": url})
        assert ended.code == 0, ended.err
        found = traces(folder, url, ended.json())
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("chain", range(3))
def test_a_killed_run_goes_on_to_the_same_bytes(chain: int, whole: Traces, tmp_path: Path, database_url: str) -> None:
    """Every third boundary, one kill after the other in one workspace: each run gets a little further."""
    feelings_line(tmp_path)
    environment = {"GALLEY_DATABASE_URL": database_url}
    for point in POINTS[chain::3]:
        killed = galley(*RUN, folder=tmp_path, environment=environment, crash=point)
        assert killed.code == -signal.SIGKILL, f"never came to {point}: {killed}"
    continued = galley(*RUN, folder=tmp_path, environment=environment)
    assert continued.code == 0, continued
    assert traces(tmp_path, database_url, continued.json()) == whole
    healthy = galley("doctor", "--json", folder=tmp_path, environment=environment, plugins=False)
    assert healthy.json()["healthy"], healthy.out


@pytest.mark.slow
@pytest.mark.parametrize("job", ["collect.jobs:perform_group", "engine.segment:perform_segment"])
def test_a_killed_worker_changes_nothing(whole: Traces, tmp_path: Path, database_url: str, job: str) -> None:
    """A worker dies in each kind of job; the run gives the job to another one."""
    feelings_line(tmp_path)
    environment = {"GALLEY_DATABASE_URL": database_url}
    marker = tmp_path / "died"
    workspace = ("--workspace", str(tmp_path / "workspace"))
    crash = f"galley.{job} 1 after {marker}"
    ended = galley(*RUN, *workspace, folder=tmp_path, environment=environment, crash=crash)
    assert ended.code == 0, ended
    assert marker.exists()
    assert traces(tmp_path, database_url, ended.json()) == whole
