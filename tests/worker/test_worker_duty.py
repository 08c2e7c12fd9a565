"""Duties: one process at a time, tried again after a failure, stopped in order."""

import threading
from collections.abc import Callable

import pytest

from galley.kernel.errors import BugError
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock
from galley.worker.duty import Duty, Floor, Rota


@pytest.fixture
def floor(workspace: Workspace) -> Floor:
    return Floor(workspace=workspace, house=workspace.database.house(), clock=FakeClock())


def rota(floor: Floor, run: Callable[[Floor], int]) -> tuple[Rota, list[str]]:
    told: list[str] = []
    duty = Duty(name="count", number=900, every_seconds=0.01, run=run)
    return Rota(floor, [duty], lambda name, problem: told.append(f"{name}: {problem}")), told


def test_two_processes_never_run_one_duty_at_once(floor: Floor) -> None:
    running, most, turns = [0], [0], threading.Semaphore(0)
    guard = threading.Lock()

    def work(_: Floor) -> int:
        with guard:
            running[0] += 1
            most[0] = max(most[0], running[0])
        threading.Event().wait(0.01)
        with guard:
            running[0] -= 1
        turns.release()
        return 0

    rotas = [rota(floor, work)[0] for _ in range(3)]
    for each in rotas:
        each.start()
    for _ in range(20):
        assert turns.acquire(timeout=20)
    for each in rotas:
        each.stop()
    assert most == [1]


def test_a_failing_duty_is_told_and_tried_again(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("galley.worker.duty._BACKOFF_SECONDS", 0.01)
    turns = threading.Semaphore(0)
    calls = [0]

    def work(_: Floor) -> int:
        calls[0] += 1
        turns.release()
        if calls[0] < 3:
            raise BugError(sentence="once more")
        return 0

    one, told = rota(floor, work)
    one.start()
    for _ in range(4):
        assert turns.acquire(timeout=20)
    one.stop()
    assert len(told) == 2
    assert one.states["count"].failures == 2
    assert one.states["count"].last_error == ""


def test_work_found_is_followed_at_once_and_a_stop_is_heard_in_between(floor: Floor) -> None:
    left = [120]
    empty = threading.Event()

    def work(_: Floor) -> int:
        left[0] -= 1
        if left[0] <= 0:
            empty.set()
            return 0
        return 1

    one, _ = rota(floor, work)
    one.start()
    assert empty.wait(20)
    one.stop()
    assert one.states["count"].done >= 119
