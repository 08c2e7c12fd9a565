"""Migrations: from zero they make the golden schema; history cannot be edited; nobody waits behind them for long."""

import importlib.resources
import threading
from typing import Any

import psycopg
import pytest

from galley.kernel.errors import BugError
from galley.store import migrate as module
from galley.store.database import Database
from galley.store.errors import DatabaseBusyError, DatabaseNewerError, DatabaseUrlError, MigrationEditedError
from galley.store.migrate import Migration, migrate, migrations

OURS = "n.nspname IN ('store', 'access', 'catalog', 'line', 'annotate', 'server', 'worker')"

CATALOGUE = {
    "columns": f"""
        SELECT n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
               pg_get_expr(d.adbin, d.adrelid), co.collname
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_collation co ON co.oid = a.attcollation
        WHERE {OURS} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'S', 'm', 'p')""",
    "constraints": f"""
        SELECT n.nspname, r.conrelid::regclass::text, r.conname, pg_get_constraintdef(r.oid)
        FROM pg_constraint r JOIN pg_namespace n ON n.oid = r.connamespace WHERE {OURS}""",
    "indexes": f"""
        SELECT n.nspname, c.relname, pg_get_indexdef(c.oid) FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND c.relkind = 'i'""",
    "functions": f"""
        SELECT n.nspname, p.proname, pg_get_functiondef(p.oid) FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS} AND p.prokind = 'f'""",
    "triggers": f"""
        SELECT n.nspname, c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND NOT t.tgisinternal""",
    "policies": f"""
        SELECT n.nspname, c.relname, p.polname, p.polcmd::text, pg_get_expr(p.polqual, p.polrelid),
               pg_get_expr(p.polwithcheck, p.polrelid), p.polroles::regrole[]::text
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}""",
    "relations": f"""
        SELECT n.nspname, c.relname, c.relkind::text, c.reloptions::text, c.relrowsecurity, c.relforcerowsecurity,
               array_to_string(c.relacl, ' ') FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS}""",
}


def catalogue(url: str) -> dict[str, list[str]]:
    with psycopg.connect(url, autocommit=True) as connection:
        execute: Any = connection.execute
        return {name: sorted(repr(row) for row in execute(query).fetchall()) for name, query in CATALOGUE.items()}


def test_migrating_from_zero_gives_the_golden_schema(database_url: str, empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        for file in sorted(
            importlib.resources.files("galley.store").joinpath("schema").iterdir(), key=lambda f: f.name
        ):
            execute: Any = connection.execute
            execute(file.read_text(encoding="utf-8"))
    migrated, golden = catalogue(database_url), catalogue(empty_database_url)
    for name in CATALOGUE:
        assert migrated[name] == golden[name], name
    assert len(migrated["columns"]) > 50


def test_migrating_again_does_nothing(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        assert migrate(connection) == []


def test_every_migration_is_recorded_with_its_checksum(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT number, name, sha256 FROM store.migration ORDER BY number").fetchall()
    assert rows == [(migration.number, migration.name, migration.sha256) for migration in migrations()]


def test_an_edited_migration_is_refused(database_url: str) -> None:
    first = migrations()[0]
    edited = Migration(number=first.number, name=first.name, text=first.text + "\n-- a thought")
    with psycopg.connect(database_url, autocommit=True) as connection, pytest.raises(MigrationEditedError):
        migrate(connection, (edited, *migrations()[1:]))


def test_a_database_of_a_newer_galley_is_refused(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("INSERT INTO store.migration VALUES (9999, '9999_pre_future', '', now())")
    with pytest.raises(DatabaseNewerError, match="9999_pre_future"):
        Database.open(database_url)


def test_a_failing_migration_changes_nothing(database_url: str) -> None:
    before = catalogue(database_url)
    good = Migration(number=8001, name="8001_pre_good", text="CREATE TABLE line.extra (x int);")
    bad = Migration(number=8002, name="8002_pre_bad", text="CREATE TABLE line.more (x int); SELECT 1/0;")
    with psycopg.connect(database_url, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.DivisionByZero):
            migrate(connection, (*migrations(), good, bad))
        assert catalogue(database_url) == before
        assert migrate(connection, (*migrations(), good)) == ["8001_pre_good"]


def test_a_migration_gives_up_on_a_locked_table(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = {name: module.QUERIES[name] for name in module.QUERIES} | {
        "limit_waiting": "SET LOCAL lock_timeout = '50ms'"
    }
    assert module.QUERIES["limit_waiting"] == "SET LOCAL lock_timeout = '4s'"
    monkeypatch.setattr(module, "QUERIES", quick)
    extra = Migration(number=8001, name="8001_pre_extra", text="ALTER TABLE line.run ADD COLUMN extra int;")
    with psycopg.connect(database_url) as holder, psycopg.connect(database_url, autocommit=True) as connection:
        holder.execute("LOCK TABLE line.run IN SHARE MODE")
        with pytest.raises(DatabaseBusyError):
            migrate(connection, (*migrations(), extra))
        holder.rollback()
        assert migrate(connection, (*migrations(), extra)) == ["8001_pre_extra"]


def test_many_processes_migrate_at_once(empty_database_url: str) -> None:
    barrier = threading.Barrier(6)
    done: list[list[str]] = []

    def work() -> None:
        with psycopg.connect(empty_database_url, autocommit=True) as connection:
            barrier.wait()
            done.append(migrate(connection))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, done)) == [0, 0, 0, 0, 0, len(migrations())]


def test_an_unreachable_database_is_named_without_its_password(tmp_path: Any) -> None:
    with pytest.raises(DatabaseUrlError) as gone:
        Database.open(f"postgresql://someone:secret@/nothing?host={tmp_path}")
    assert "nothing" in str(gone.value)
    assert "secret" not in str(gone.value)


def test_two_migrations_of_one_number_are_a_bug(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "migrations").mkdir()
    for name in ("0001_pre_one.sql", "0001_pre_other.sql", "notes.txt"):
        (tmp_path / "migrations" / name).write_text("SELECT 1;")
    monkeypatch.setattr(importlib.resources, "files", lambda _: tmp_path)
    with pytest.raises(BugError):
        migrations.__wrapped__()
