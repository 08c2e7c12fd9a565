"""Backup and restore: of a workspace in use, into a new place, by an owner who is no superuser; damage is named."""

import threading
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from galley.annotate import service
from galley.annotate.model import Answer
from galley.store.database import HOME, Database
from galley.store.embedded import EmbeddedServer
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock
from galley.worker.backup import back_up, restore
from galley.worker.errors import BackupBrokenError, BackupMissingError, RestorePlaceError

CLOCK = FakeClock()
SCHEMA = "0" * 64


@pytest.fixture
def target(postgres: str, empty_database_url: str) -> str:
    return empty_database_url


def answered(database: Database, name: str, count: int) -> int:
    """Answers of one person to `count` items of a project of that name; how many were acknowledged."""
    project = service.open_project(database, CLOCK, line=name, purpose="label", schema_sha256=SCHEMA)
    service.add_items(database, project, [f"{name}-{number}" for number in range(count)])
    person = service.ensure_labeler(database, CLOCK, "ann", "person").id
    leases = service.claim(database, CLOCK, project, person, service.Request(count=count))
    answers = [Answer(slot=lease.slot, token=lease.token, body=1, client_id=lease.item) for lease in leases]
    return sum(receipt.accepted for receipt in service.submit_many(database, CLOCK, person, answers))


def revisions(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM annotate.revision").fetchone()
    assert row is not None
    return int(row[0])


def test_a_workspace_in_use_is_backed_up_and_restored(workspace: Workspace, tmp_path: Path, target: str) -> None:
    blob = workspace.blobs.put(b"a scan")
    before = answered(workspace.database, "first", 20)
    stop = threading.Event()

    def go_on() -> None:
        serial = 0
        while not stop.is_set():
            serial += 1
            answered(workspace.database, f"later-{serial}", 5)

    people = threading.Thread(target=go_on)
    people.start()
    made = back_up(workspace, tmp_path / "backup", CLOCK, version="test", keys=True)
    stop.set()
    people.join()
    after = answered(workspace.database, "after", 1)
    found = restore(tmp_path / "backup", tmp_path / "new", database_url=target)
    assert found == made
    assert after == 1
    assert before <= revisions(target)
    with Workspace.open(tmp_path / "new", environment={"GALLEY_DATABASE_URL": target}) as again:
        assert again.blobs.get(blob) == b"a scan"
        project = service.get_project(again.database, "first", "label")
        assert service.progress(again.database, project)["label"] == {"submitted": 20}
        assert answered(again.database, "first", 20) == 0  # nothing is given out twice after the restore
        assert answered(again.database, "new", 3) == 3
        assert service.projects(again.database.of(None)) == []  # the fences stand


def test_the_next_backup_copies_only_what_is_new(workspace: Workspace, tmp_path: Path) -> None:
    workspace.blobs.put(b"one")
    assert back_up(workspace, tmp_path / "backup", CLOCK, version="test").copied == 1
    workspace.blobs.put(b"two")
    again = back_up(workspace, tmp_path / "backup", CLOCK, version="test")
    assert (again.copied, again.objects) == (1, 2)
    assert not (tmp_path / "backup" / "keys").exists()


def test_an_owner_who_is_no_superuser_can_do_it_too(tmp_path: Path) -> None:
    """A managed server gives a user who may create roles and databases, and nothing more."""
    server = EmbeddedServer(tmp_path / "pg", {"fsync": "off"})
    url = server.start()
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE ROLE plain_owner LOGIN CREATEDB CREATEROLE")
            connection.execute("CREATE DATABASE plain_one OWNER plain_owner")
            connection.execute("CREATE DATABASE plain_two OWNER plain_owner")
        one, two = (make_conninfo(url, dbname=name, user="plain_owner") for name in ("plain_one", "plain_two"))
        environment = {"GALLEY_DATABASE_URL": one}
        with Workspace.open(tmp_path / "w", create=True, clock=CLOCK, environment=environment) as opened:
            assert answered(opened.database, "line", 7) == 7
            back_up(opened, tmp_path / "backup", CLOCK, version="test")
        restore(tmp_path / "backup", tmp_path / "new", database_url=two)
        restored = Database.open(two).of(HOME)
        project = service.get_project(restored, "line", "label")
        assert service.progress(restored, project)["label"] == {"submitted": 7}
        restored.close()
    finally:
        server.release()


def test_damage_and_full_places_are_named_and_nothing_is_touched(
    workspace: Workspace, tmp_path: Path, target: str
) -> None:
    back_up(workspace, tmp_path / "backup", CLOCK, version="test")
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(RestorePlaceError):
        restore(tmp_path / "backup", full, database_url=target)
    dump = tmp_path / "backup" / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-1] + b"?")
    with pytest.raises(BackupBrokenError):
        restore(tmp_path / "backup", tmp_path / "new", database_url=target)
    assert not (tmp_path / "new").exists()
    with pytest.raises(BackupMissingError):
        restore(tmp_path, tmp_path / "new", database_url=target)
    with psycopg.connect(target) as connection:
        assert connection.execute("SELECT to_regclass('annotate.slot')").fetchone() == (None,)
