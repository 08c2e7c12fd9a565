"""The list of duties: unique names and locks, and each of them at rest over an empty floor."""

import pytest

from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock
from galley.worker.duties import DUTIES
from galley.worker.duty import Duty, Floor


def test_names_and_locks_are_their_own() -> None:
    assert len({duty.name for duty in DUTIES}) == len({duty.number for duty in DUTIES}) == len(DUTIES)


@pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: duty.name)
def test_a_duty_finds_nothing_to_do_on_an_empty_floor(workspace: Workspace, duty: Duty) -> None:
    floor = Floor(workspace=workspace, house=workspace.database.house(), clock=FakeClock())
    assert duty.run(floor) == 0
    assert duty.run(floor) == 0
