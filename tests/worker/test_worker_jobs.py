"""Jobs: visible from the first moment, leased to one worker, taken over when it dies, cancelled, tried again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from galley.annotate.content import service as content
from galley.annotate.content import uploads
from galley.annotate.flow.service import NewProject, create
from galley.kernel.errors import InputError, TransientError
from galley.kernel.language import Text
from galley.labels.schema_text import schema_from_yaml
from galley.line.importing import ImportSettings
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock
from galley.worker.jobs.errors import JobEndedError, JobMissingError
from galley.worker.jobs.kinds import KINDS
from galley.worker.jobs.model import Job, Wanted
from galley.worker.jobs.repo import claim_job
from galley.worker.jobs.runner import ATTEMPTS_MAX, LEASE_SECONDS, JobDesk, JobKind, Runner
from galley.worker.jobs.service import ask, cancel, find, jobs, retry

SCHEMA = "name: t\ncontrols:\n  - {name: topic, type: classify, field: text, choices: [World, Sports]}\n"


class WrongError(InputError):
    """The job is wrong."""

    code = "GLY-TST-911"
    text = Text("wrong", "错")


class AwayError(TransientError):
    """Something is away."""

    code = "GLY-TST-912"
    text = Text("away", "不在")


class Rig:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.database = workspace.database
        self.clock = FakeClock()

    def ask(self, kind: str = "test", project: int | None = None, once: str | None = None, **params: Any) -> Job:
        wanted = Wanted(kind=kind, params=params, asked_by="me", project=project, once=once)
        return ask(self.database, self.clock, wanted)

    def runner(self, work: JobKind | None = None, **settings: Any) -> Runner:
        kinds = KINDS if work is None else {"test": work}
        return Runner(self.workspace, self.clock, kinds, settings=settings)

    def now(self, job: Job) -> Job:
        return find(self.database, job.id)


@pytest.fixture
def rig(workspace: Workspace) -> Rig:
    return Rig(workspace)


def test_a_job_is_visible_from_asking_to_its_result(rig: Rig) -> None:
    asked = rig.ask(number=7)
    assert (asked.state, asked.params, asked.progress) == ("waiting", {"number": 7}, {})
    seen: list[Job] = []

    def work(desk: JobDesk) -> dict[str, Any]:
        desk.tell({"done": 1})
        rig.clock.advance(10)
        desk.tell({"done": 2})
        seen.append(rig.now(asked))
        return {"is": desk.job.params["number"]}

    runner = rig.runner(work)
    assert runner.run_once()
    assert not runner.run_once()
    assert (seen[0].state, seen[0].progress, seen[0].attempts) == ("running", {"done": 2}, 1)
    ended = rig.now(asked)
    assert (ended.state, ended.result, ended.error) == ("done", {"is": 7}, None)
    assert ended.ended_at is not None


def test_a_job_that_must_run_once_is_asked_for_once(rig: Rig) -> None:
    first = rig.ask(once="x")
    assert rig.ask(once="x").id == first.id
    rig.runner(lambda _: {}).run_once()
    assert rig.ask(once="x").id != first.id
    assert [job.state for job in jobs(rig.database)] == ["waiting", "done"]


@pytest.mark.parametrize(
    ("problem", "state", "code"),
    [
        (WrongError(), "failed", "GLY-TST-911"),
        (ValueError("?"), "failed", "GLY-WRK-016"),
        (AwayError(), "waiting", "GLY-TST-912"),
    ],
)
def test_a_job_that_fails_says_why(rig: Rig, problem: Exception, state: str, code: str) -> None:
    job = rig.ask()

    def work(_: JobDesk) -> dict[str, Any]:
        raise problem

    rig.runner(work).run_once()
    found = rig.now(job)
    assert (found.state, (found.error or {})["code"]) == (state, code)
    if state == "failed":
        with pytest.raises(JobEndedError):
            cancel(rig.database, rig.clock, job.id)
        assert retry(rig.database, rig.clock, job.id).state == "waiting"
    else:
        assert not rig.runner(work).run_once()  # not before a while
        rig.clock.advance(60)
    assert rig.runner(lambda _: {}).run_once()
    assert rig.now(job).state == "done"


def test_an_unknown_kind_is_told(rig: Rig) -> None:
    job = rig.ask(kind="juggle")
    rig.runner(lambda _: {}).run_once()
    assert (rig.now(job).error or {})["code"] == "GLY-WRK-011"
    with pytest.raises(JobMissingError):
        find(rig.database, job.id + 99)


def test_cancelling(rig: Rig) -> None:
    waiting = rig.ask()
    assert cancel(rig.database, rig.clock, waiting.id).state == "cancelled"
    running = rig.ask()
    steps: list[int] = []

    def work(desk: JobDesk) -> dict[str, Any]:
        for step in range(10):
            steps.append(step)
            if step == 2:
                cancel(rig.database, rig.clock, running.id)
            rig.clock.advance(10)
            desk.tell({"step": step})
        return {}

    rig.runner(work).run_once()
    assert steps == [0, 1, 2]
    assert rig.now(running).state == "cancelled"


def test_a_silent_worker_loses_its_job_to_another_and_cannot_end_it(rig: Rig) -> None:
    job = rig.ask()
    order: list[str] = []

    def second(_: JobDesk) -> dict[str, Any]:
        order.append("second")
        return {"by": "second"}

    def first(desk: JobDesk) -> dict[str, Any]:
        order.append("first")
        rig.clock.advance(3600)
        assert rig.runner(second).run_once()
        desk.tell({"late": 1})
        order.append("never")
        return {"by": "first"}

    slow = Runner(rig.workspace, rig.clock, {"test": first}, lease_seconds=1e9)  # its heart is not heard in time
    with rig.database.connection() as connection:
        slow_lease = "UPDATE worker.job SET lease_until = %s WHERE id = %s"

        def first_with_short_lease(desk: JobDesk) -> dict[str, Any]:
            connection.execute(slow_lease, (rig.clock.now(), job.id))
            return first(desk)

        slow = Runner(rig.workspace, rig.clock, {"test": first_with_short_lease})
        slow.run_once()
    assert order == ["first", "second"]
    found = rig.now(job)
    assert (found.result, found.attempts) == ({"by": "second"}, 2)


def test_a_killed_workers_job_waits_for_no_longer_than_its_lease(rig: Rig) -> None:
    job = rig.ask()
    with rig.database.house().connection() as connection:
        claimed = claim_job(connection, {"now": rig.clock.now(), "seconds": LEASE_SECONDS})
    assert claimed is not None, "whoever has it is never heard of again"
    rig.clock.advance(LEASE_SECONDS - 1)
    assert not rig.runner(lambda _: {}).run_once()
    rig.clock.advance(1)
    assert rig.runner(lambda _: {}).run_once()
    found = rig.now(job)
    assert (found.state, found.attempts) == ("done", 2)


def test_a_job_that_kills_its_worker_again_and_again_fails(rig: Rig) -> None:
    job = rig.ask()
    with rig.database.connection() as connection:
        connection.execute(
            "UPDATE worker.job SET state = 'running', attempts = %s, lease_token = gen_random_uuid(), lease_until = %s",
            (ATTEMPTS_MAX, rig.clock.now()),
        )
    rig.runner(lambda _: {}).run_once()
    found = rig.now(job)
    assert (found.state, (found.error or {})["code"]) == ("failed", "GLY-WRK-015")


def test_organisations_see_their_own_jobs(rig: Rig) -> None:
    job = rig.ask()
    with rig.database.house().connection() as connection:
        row = connection.execute(
            "INSERT INTO access.organisation (slug, name, kind, created_at) VALUES ('o', 'o', 'client', now()) RETURNING id"
        ).fetchone()
    assert row is not None
    other = rig.database.of(row[0])
    assert jobs(other) == []
    with pytest.raises(JobMissingError):
        cancel(other, rig.clock, job.id)


# --- an import as a job -----------------------------------------------------------------------------------------------


def _import_job(rig: Rig, rows: int) -> tuple[int, int, Job]:
    project = create(
        rig.database, rig.workspace.blobs, rig.clock, NewProject(name="p", schema=schema_from_yaml(SCHEMA))
    ).id
    body = b"".join(b'{"text":"row %d"}\n' % number for number in range(rows))
    opened = uploads.open_upload(rig.database, rig.clock, name="x.jsonl", size=len(body), sha256=None, created_by="me")
    rest = iter((body, b""))
    uploads.receive(rig.database, rig.clock, rig.workspace.shelf, opened.id, 0, _pieces(body))
    del rest
    number = content.open_import(rig.database, rig.clock, project, "x.jsonl", ImportSettings(), "waiting")
    job = rig.ask("import", project, f"import:{number}", import_id=number, settings={}, upload=opened.id)
    return project, number, job


def _pieces(body: bytes) -> Callable[[int], bytes]:
    place = 0

    def read(size: int) -> bytes:
        nonlocal place
        data = body[place : place + size]
        place += len(data)
        return data

    return read


def test_an_import_job_counts_as_it_goes(rig: Rig) -> None:
    project, number, job = _import_job(rig, 11_000)
    rig.runner().run_once()
    found = rig.now(job)
    assert found.state == "done", found.error
    assert found.result == {
        "import_id": number,
        "read": 11_000,
        "added": 11_000,
        "already": 0,
        "failed": 0,
        "answers": 0,
    }
    assert found.progress["read"] == 11_000
    assert content.find_import(rig.database, project, number).state == "done"


KILLED = """
import sys
from galley.kernel.clock import SystemClock
from galley.store.workspace import Workspace
from galley.worker.jobs.kinds import KINDS
from galley.worker.jobs.runner import Runner
import galley.annotate.content.service as service
write = service.write_batch
def told(*args, **kwargs):
    done = write(*args, **kwargs)
    print("batch", flush=True)
    return done
service.write_batch = told
with Workspace.open(sys.argv[1], environment={"GALLEY_DATABASE_URL": sys.argv[2]}) as workspace:
    Runner(workspace, SystemClock(), KINDS).run_once()
"""


def test_a_killed_worker_s_import_is_finished_exactly(rig: Rig, database_url: str) -> None:
    project, number, job = _import_job(rig, 60_000)
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(rig.workspace.path), database_url],
        stdout=subprocess.PIPE,
        env=dict(os.environ),
    )
    assert worker.stdout is not None
    worker.stdout.readline()
    worker.stdout.readline()
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    part = content.find_import(rig.database, project, number)
    assert 5000 <= part.read < 60_000
    assert rig.now(job).state == "running"
    with rig.database.connection() as connection:  # the lease was given by the machine's clock: let it run out
        connection.execute("UPDATE worker.job SET lease_until = %s", (rig.clock.now(),))
    until = time.monotonic() + 20
    while not rig.runner().run_once() and time.monotonic() < until:
        time.sleep(0.1)
    found = rig.now(job)
    assert (found.state, found.attempts) == ("done", 2)
    whole = content.find_import(rig.database, project, number)
    assert (whole.state, whole.read, whole.added, whole.already, whole.failed) == ("done", 60_000, 60_000, 0, 0)
    with rig.database.connection() as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT item) FROM annotate.slot").fetchone()
    assert row == (60_000, 60_000)
