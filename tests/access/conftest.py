"""One database for all tests of access, emptied between them: making one for each would take most of the time."""

import os
from collections.abc import Iterator

import psycopg
import pytest

from galley.store.database import Database
from galley.testing.memory import FakeClock

_EMPTY = """
ALTER TABLE access.audit DISABLE TRIGGER USER;
ALTER TABLE access.audit_seal DISABLE TRIGGER USER;
TRUNCATE access.person, access.member, access.team, access.team_member, access.project_grant, access.invitation,
    access.session, access.ticket, access.token, access.throttle, access.secret, access.oidc_provider, access.oidc_flow,
    access.oidc_identity, access.isolation, access.audit, access.audit_seal RESTART IDENTITY;
DELETE FROM access.organisation WHERE id <> 1;
ALTER TABLE access.organisation ALTER COLUMN id RESTART WITH 2;
ALTER TABLE access.audit ENABLE TRIGGER USER;
ALTER TABLE access.audit_seal ENABLE TRIGGER USER;
"""


@pytest.fixture(scope="session")
def _access_database(postgres: str, template_database: str) -> Iterator[tuple[str, Database]]:
    name = f"galley_access_{os.getpid()}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}")
    url = psycopg.conninfo.make_conninfo(postgres, dbname=name)
    opened = Database.open(url)
    yield url, opened
    opened.close()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def owner_url(_access_database: tuple[str, Database]) -> str:
    """The emptied database, as the user who owns it: for looking behind the walls."""
    url, _ = _access_database
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_EMPTY)
    return url


@pytest.fixture
def base(owner_url: str, _access_database: tuple[str, Database]) -> Database:
    """The emptied database, seen as nobody."""
    del owner_url
    return _access_database[1]


@pytest.fixture
def house(base: Database) -> Database:
    """The emptied database with the rows of every organisation."""
    return base.house()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that moves when told to."""
    return FakeClock()
