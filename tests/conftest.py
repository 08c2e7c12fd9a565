"""Shared fixtures: one PostgreSQL a session, one fresh database a test, a workspace over it.

`GALLEY_TEST_DATABASE_URL` names a server to use instead of the embedded one (its user must be able to create databases);
`GALLEY_TEST_POSTGRES` a folder with another PostgreSQL's programs, of which each session starts a server of its own.
"""

import contextlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from galley.store.database import HOME, Database
from galley.store.embedded import EmbeddedServer
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock

if TYPE_CHECKING:
    from galley_floor import Floor, Served

_SERIAL = itertools.count()
# Tests of durability start a server of their own; here syncing would only cost time. Vacuum would hold events back for a
# moment, which only tests notice: readers stay behind the oldest transaction.
_SETTINGS = {"fsync": "off", "autovacuum": "off"}


def _create(server: str, name: str, template: str = "template1") -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return make_conninfo(server, dbname=name)


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bad days, and whatever starts a real model server, are longer checks."""
    for item in items:
        if "bad_days" in item.path.parts or "model" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


def pytest_unconfigure() -> None:
    """End the applications that tests shared, if there were any."""
    if "galley_floor" in sys.modules:
        sys.modules["galley_floor"].close_stages()


@contextlib.contextmanager
def _other_server(programs: Path) -> Iterator[str]:
    """A server of other programs than the wheel's, as Debian's; it refuses to run as root."""
    with tempfile.TemporaryDirectory(prefix="galley-pg-") as folder:
        account = "postgres" if os.geteuid() == 0 else None
        if account is not None:
            shutil.chown(folder, account)
        data = Path(folder) / "data"

        def run(program: str, *arguments: str) -> None:
            command = [str(programs / program), "-D", str(data), *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=account, cwd=folder)

        run("initdb", "--auth=trust", "--username=galley", "--encoding=UTF8", "--locale=C")
        settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        options = f"-k {folder} -c listen_addresses='' -c max_connections=200 {settings}"
        run("pg_ctl", "-w", "-l", str(Path(folder) / "log"), "-o", options, "start")
        try:
            yield f"host={folder} port=5432 user=galley dbname=postgres"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Connection string of the session's PostgreSQL server."""
    given = os.environ.get("GALLEY_TEST_DATABASE_URL")
    if given:
        yield given
        return
    programs = os.environ.get("GALLEY_TEST_POSTGRES")
    if programs:
        with _other_server(Path(programs)) as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="galley-pg-") as folder:
        server = EmbeddedServer(Path(folder) / "pg", _SETTINGS)
        yield server.start()
        server.release()


@pytest.fixture(scope="session")
def template_database(postgres: str) -> Iterator[str]:
    """Name of a database holding Galley's schemas and nothing else; the migrations run once a session."""
    name = f"galley_template_{os.getpid()}"
    Database.open(_create(postgres, name)).close()
    yield name
    _drop(postgres, name)


@pytest.fixture
def empty_database_url(postgres: str) -> Iterator[str]:
    """Connection string of a fresh database without any schema."""
    name = f"galley_empty_{os.getpid()}_{next(_SERIAL)}"
    yield _create(postgres, name)
    _drop(postgres, name)


class _Shelf:
    """Databases that tests have used and left empty again: emptying a dozen tables is quicker than copying a template."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._clean: list[str] = []
        with psycopg.connect(server, dbname=template) as connection:
            self._shape = self._shape_of(connection)
            self._rows = {
                name: self._copied(connection, name) for name in self._filled(connection, self._tables(connection))
            }

    def take(self) -> str:
        """The name of a database as the migrations leave it."""
        if self._clean:
            return self._clean.pop()
        name = f"galley_test_{os.getpid()}_{next(_SERIAL)}"
        _create(self._server, name, self._template)
        return name

    def put_back(self, name: str) -> None:
        """Empty a database for the next test; one whose schema was changed is dropped."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                (name,),
            )
        try:
            with psycopg.connect(self._server, dbname=name) as connection:
                fit = self._emptied(connection)
        except psycopg.OperationalError:
            fit = False  # dropped, or its server was killed: part of the test
        if fit:
            self._clean.append(name)
        else:
            _drop(self._server, name)

    def _emptied(self, connection: Any) -> bool:
        if self._shape_of(connection) != self._shape:
            return False
        connection.execute("SET session_replication_role = replica")  # append-only tables refuse otherwise
        filled = self._filled(connection, self._tables(connection))
        if filled:
            connection.execute(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY CASCADE")
        for name, rows in self._rows.items():
            connection.execute(f"DELETE FROM {name}")
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                copy.write(rows)
        return True

    @staticmethod
    def _tables(connection: Any) -> list[str]:
        query = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        return [row[0] for row in connection.execute(query)]

    @staticmethod
    def _filled(connection: Any, tables: list[str]) -> list[str]:
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in tables)
        return [row[0] for row in connection.execute(asked)]

    @staticmethod
    def _copied(connection: Any, name: str) -> bytes:
        with connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
            return b"".join(copy)

    @staticmethod
    def _shape_of(connection: Any) -> Any:
        return connection.execute(
            "SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_trigger),"
            " (SELECT count(*) FROM pg_policy), (SELECT count(*) FROM pg_attribute),"
            " (SELECT md5(string_agg(concat_ws(' ', relname, relrowsecurity, relforcerowsecurity, reloptions, relacl), ','"
            "  ORDER BY relname, oid)) FROM pg_class WHERE relkind = 'r'),"
            " (SELECT md5(string_agg(number || sha256, ',' ORDER BY number)) FROM store.migration)"
        ).fetchone()


@pytest.fixture(scope="session")
def _databases(postgres: str, template_database: str) -> _Shelf:
    return _Shelf(postgres, template_database)


@pytest.fixture
def database_url(postgres: str, _databases: _Shelf) -> Iterator[str]:
    """Connection string of a migrated database without rows."""
    name = _databases.take()
    yield make_conninfo(postgres, dbname=name)
    _databases.put_back(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database, as the home organisation sees it."""
    opened = Database.open(database_url).of(HOME)
    yield opened
    opened.close()


@pytest.fixture
def workspace(tmp_path: Path, database_url: str) -> Iterator[Workspace]:
    """A workspace in the test's folder over a fresh database."""
    with Workspace.open(
        tmp_path / "workspace", create=True, clock=FakeClock(), environment={"GALLEY_DATABASE_URL": database_url}
    ) as opened:
        yield opened


@pytest.fixture
def floor(workspace: Workspace) -> "Iterator[Floor]":
    """The server's application in this process, over a fresh database, with an organisation and its people."""
    from galley_floor import open_floor

    with open_floor(workspace) as opened:
        yield opened


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> "Iterator[Served]":
    """A real `galley serve` over a fresh database: slow, for the few tests that need processes and sockets."""
    from galley_floor import open_served

    with open_served(tmp_path, environment={"GALLEY_DATABASE_URL": database_url}) as running:
        yield running
