"""Named SQL: every query of every package parses, is planned against the real schema, is used, and stays at home."""

import contextlib
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

import galley
from galley.kernel.errors import BugError
from galley.store import sql

ROOT = Path(galley.__file__).parent
PACKAGES = sorted(
    file.parent.relative_to(ROOT.parent).as_posix().replace("/", ".") for file in ROOT.rglob("queries.sql")
)
QUERIES = [(package, name) for package in PACKAGES for name in sql.load(package)]
FOREIGN = {"collect/ext/sql.py"}  # the connector that reads other people's databases
PLANNED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def numbered(statement: str) -> tuple[str, int]:
    """psycopg's `%(name)s` placeholders as `$1`, `$2`, …"""
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return re.sub(r"%\((\w+)\)s", place, statement).replace("%%", "%"), len(names)


def test_the_packages_with_queries_are_found() -> None:
    assert {"galley.store", "galley.catalog", "galley.annotate"} <= set(PACKAGES)


@pytest.fixture(scope="module")
def planner(template_database: str, postgres: str) -> Any:
    with psycopg.connect(postgres, dbname=template_database) as connection:
        yield connection


@pytest.mark.parametrize(("package", "name"), QUERIES)
def test_every_query_is_prepared_and_explained(planner: Any, package: str, name: str) -> None:
    statement, parameters = numbered(sql.load(package)[name])
    try:
        if not statement.lstrip().upper().startswith(PLANNED):
            with contextlib.suppress(psycopg.errors.DuplicateObject):  # a role is made once a server
                planner.execute(statement)  # not plannable (DDL, SET, ANALYZE): it must at least run
            return
        planner.execute(f"PREPARE probe AS {statement}")
        arguments = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
        assert planner.execute(f"EXPLAIN EXECUTE probe{arguments}").fetchall()
    finally:
        planner.rollback()
        planner.execute("DEALLOCATE ALL")


@pytest.mark.parametrize(("package", "name"), QUERIES)
def test_every_query_is_used(package: str, name: str) -> None:
    folder = ROOT.parent / package.replace(".", "/")
    assert any(f'"{name}"' in file.read_text() for file in folder.glob("*.py")), f"{package} never uses {name}"


TOLD = {"galley.annotate.notices": {"access", "worker"}}
"""Whom a notice is for stands with the rule, invitation or job it tells of: read there, in the transaction that tells."""


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_queries_only_its_own_schema(package: str) -> None:
    own = package.split(".")[1]
    golden = (ROOT / "store" / "schema" / "golden.sql").read_text(encoding="utf-8")
    schemas = set(re.findall(r"^CREATE SCHEMA (\w+);", golden, re.MULTILINE))
    assert len(schemas) >= 5
    for name, statement in sql.load(package).items():
        foreign = set(re.findall(r"\b([a-z_]+)\.[a-z_]+", statement)) & (schemas - {own} - TOLD.get(package, set()))
        assert not foreign, f"{package}: {name} reaches into {foreign}"


def test_no_sql_is_written_in_python() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in ROOT.rglob("*.py")
        if file.relative_to(ROOT).as_posix() not in FOREIGN
        for line in file.read_text().splitlines()
        if re.search(r"""["'](SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE)\s""", line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "-- name: a\nSELECT 1;",  # no sentence
        "-- name: a\n-- Says so.\nSELECT 1",  # no semicolon
        "-- name: a\n-- Says so.\nSELECT 1; SELECT 2;",
        "-- name: a\n-- Says so.\nSELECT 1;\n-- name: a\n-- Again.\nSELECT 2;",
    ],
)
def test_a_badly_written_file_of_queries_is_refused(text: str) -> None:
    with pytest.raises(BugError):
        sql.parse("galley.kitchen", text)


def test_a_query_keeps_its_sentence_apart() -> None:
    queries = sql.parse("galley.kitchen", "-- name: a\n-- Says\n-- so.\nSELECT 1\nFROM b;\n")
    assert queries["a"] == "SELECT 1\nFROM b"
    assert queries.sentences["a"] == "Says so."
    with pytest.raises(BugError):
        queries["b"]
