"""Two servers of two processes each on one PostgreSQL: the laws hold across them, and who is shut out is out everywhere."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from galley_crew import Crew, Yard, laws, open_site

from galley.access import service_tokens
from galley.access.audit import by_terminal
from galley.kernel.clock import SystemClock
from galley.store.workspace import Workspace

LONG = bool(os.environ.get("GALLEY_LONG"))
PEOPLE = 24
SEEN_SECONDS = 2.0


@pytest.fixture
def yards(tmp_path: Path, database_url: str) -> Iterator[list[Yard]]:
    opened = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        environment = {"GALLEY_DATABASE_URL": database_url, "GALLEY_OBJECTS_URL": str(tmp_path / "objects")}
        opened.append(Yard(tmp_path / name, processes=2, environment=environment))
    try:
        for yard in opened:
            yard.start()
        yield opened
    finally:
        for yard in opened:
            yard.end()


@pytest.mark.slow
def test_servers_share_one_database(yards: list[Yard], database_url: str, tmp_path: Path) -> None:
    environment = {"GALLEY_DATABASE_URL": database_url, "GALLEY_OBJECTS_URL": str(tmp_path / "objects")}
    draw = random.Random(3)
    with Workspace.open(yards[0].workspace, environment=environment) as workspace:
        site = open_site(workspace.database, workspace, people=PEOPLE, items=25_000)
        crew = Crew(site, [yard.port for yard in yards], pause_seconds=0.2)
        with crew.at_work():
            for yard in [*yards] * (8 if LONG else 1):
                crew.until(draw.randrange(50, 200))
                assert yard.kill() >= 3  # the other one goes on
                crew.until(30)
                yard.start()
            crew.until(100)
        assert laws(workspace.database, workspace, crew) >= 250
        _shut_out(yards, site.path, site.tokens[-1], workspace)


def _shut_out(yards: list[Yard], path: str, token: str, workspace: Workspace) -> None:
    """A token that every process remembers is refused by every one of them two seconds after it was revoked."""
    headers = {"authorization": f"Bearer {token}"}

    def asked(times: int) -> list[int]:
        told = []
        for number in range(times):  # a connection each, so that every process answers some
            with httpx.Client(base_url=f"http://127.0.0.1:{yards[number % 2].port}", timeout=30) as client:
                told.append(client.post(f"{path}/claim", json={"count": 1}, headers=headers).status_code)
        return told

    assert asked(40) == [200] * 40
    clock, house = SystemClock(), workspace.database.house()
    with house.connection() as connection:
        row = connection.execute(
            "SELECT organisation, id FROM access.token WHERE ending = %s", (token[-4:],)
        ).fetchone()
    assert row is not None
    service_tokens.revoke_token(workspace.database.of(row[0]), by_terminal(clock, row[0]), row[1])
    time.sleep(SEEN_SECONDS)
    assert asked(40) == [401] * 40
