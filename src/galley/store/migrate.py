"""Migrations: plain SQL files applied once, in order, forward only.

`NNNN_pre_what.sql` runs before code that needs it, `NNNN_post_what.sql` after the last code that needs what it removes.
Each is applied in one transaction under an advisory lock, and recorded with the checksum of its text.
"""

import functools
import importlib.resources
import re
from typing import Any, Final, cast

import msgspec
import psycopg

from galley.kernel.canonical import sha256_hex
from galley.kernel.errors import invariant
from galley.store import sql
from galley.store.errors import DatabaseBusyError, DatabaseNewerError, DatabaseOlderError, MigrationEditedError

__all__ = ["Migration", "check", "migrate", "migrations"]

QUERIES: Final = sql.load("galley.store")
_FILE: Final = re.compile(r"^(\d{4})_(pre|post)_[a-z0-9_]+\.sql$")


class Migration(msgspec.Struct, frozen=True, kw_only=True):
    """One shipped migration."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Checksum of the text."""
        return sha256_hex(self.text.encode())


@functools.cache
def migrations() -> tuple[Migration, ...]:
    """The shipped migrations in order of their numbers."""
    found = []
    for file in importlib.resources.files("galley.store").joinpath("migrations").iterdir():
        matched = _FILE.match(file.name)
        if matched:
            text = file.read_text(encoding="utf-8")
            found.append(Migration(number=int(matched[1]), name=file.name.removesuffix(".sql"), text=text))
    found.sort(key=lambda migration: migration.number)
    numbers = [migration.number for migration in found]
    invariant(len(set(numbers)) == len(numbers), "every migration has its own number", numbers=numbers)
    return tuple(found)


def migrate(connection: psycopg.Connection[Any], shipped: tuple[Migration, ...] | None = None) -> list[str]:
    """Bring the database to the shipped schema; the names of the migrations applied now.

    Raises MigrationEditedError, DatabaseNewerError, and DatabaseBusyError when a table stays locked for four seconds.
    """
    wanted = migrations() if shipped is None else shipped
    if not _missing(connection, wanted):
        return []
    done = []
    try:
        with connection.transaction():
            connection.execute(QUERIES["lock_migrations"])
            connection.execute(QUERIES["limit_waiting"])
            connection.execute(QUERIES["create_store_schema"])
            connection.execute(QUERIES["create_migration_table"])
            for migration in _missing(connection, wanted):
                connection.execute(cast(Any, migration.text))
                facts = {"number": migration.number, "name": migration.name, "sha256": migration.sha256}
                connection.execute(QUERIES["record_migration"], facts)
                done.append(migration.name)
            grants = connection.execute(QUERIES["has_grant_house"]).fetchone()
            if grants is not None and grants[0]:
                connection.execute(QUERIES["grant_house"])
    except psycopg.errors.LockNotAvailable as problem:
        raise DatabaseBusyError(reason=str(problem)) from problem
    return done


def check(connection: psycopg.Connection[Any], shipped: tuple[Migration, ...] | None = None) -> None:
    """Hold the database's migrations against the shipped ones.

    Raises DatabaseNewerError, DatabaseOlderError and MigrationEditedError.
    """
    missing = _missing(connection, migrations() if shipped is None else shipped)
    if missing:
        raise DatabaseOlderError(name=missing[0].name)


def _missing(connection: psycopg.Connection[Any], wanted: tuple[Migration, ...]) -> list[Migration]:
    """The migrations still to apply; refuses a database whose history is not a beginning of ours."""
    exists = connection.execute(QUERIES["has_migration_table"]).fetchone()
    if exists is None or not exists[0]:
        return list(wanted)
    applied = connection.execute(QUERIES["applied_migrations"]).fetchall()
    known = {migration.number: migration for migration in wanted}
    for number, name, checksum in applied:
        if number not in known:
            raise DatabaseNewerError(name=name)
        if known[number].sha256 != checksum:
            raise MigrationEditedError(name=name)
    return wanted_after(wanted, {number for number, _, _ in applied})


def wanted_after(wanted: tuple[Migration, ...], applied: set[int]) -> list[Migration]:
    """The shipped migrations that were not applied, in order."""
    return [migration for migration in wanted if migration.number not in applied]
