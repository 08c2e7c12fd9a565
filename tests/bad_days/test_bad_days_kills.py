"""kill -9 and SIGTERM of the server and kill -9 of PostgreSQL under load: acknowledged answers are there exactly once."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from galley_crew import Crew, Yard, laws, open_site

from galley.store.workspace import Workspace

LONG = bool(os.environ.get("GALLEY_LONG"))
PEOPLE = 30
SEED = 7


def _kill_server(yard: Yard) -> None:
    assert yard.kill() >= 2
    yard.start()


def _kill_database(yard: Yard) -> None:
    """Nobody starts anything again: the server does that itself."""
    assert yard.kill_database() >= 2


def _kill_both(yard: Yard) -> None:
    yard.kill_database()
    yard.kill()
    yard.start()


def _terminate(yard: Yard) -> None:
    assert yard.stop() == 0
    yard.start()


TROUBLES: list[Callable[[Yard], None]] = [_terminate, _kill_server, _kill_database, _terminate, _kill_both]


@pytest.mark.slow
def test_killed_at_random_moments_under_load(tmp_path: Path) -> None:
    draw = random.Random(SEED)
    yard = Yard(tmp_path)
    yard.start()
    try:
        with Workspace.open(yard.workspace, environment={}) as workspace:
            site = open_site(workspace.database, workspace, people=PEOPLE, items=30_000 if LONG else 4_000)
        crew = Crew(site, [yard.port])
        with crew.at_work():
            for trouble in TROUBLES * (10 if LONG else 1):
                crew.until(draw.randrange(20, 200))
                trouble(yard)
            crew.until(100)
        with Workspace.open(yard.workspace, environment={}) as workspace:
            acknowledged = laws(workspace.database, workspace, crew)
        assert acknowledged > 200
        assert sum(journal.again for journal in crew.journals) > PEOPLE
    finally:
        yard.end()
    print(f"acknowledged {acknowledged}, sent again {sum(journal.again for journal in crew.journals)}")
