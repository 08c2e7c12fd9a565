"""sql: a real PostgreSQL server, its types, its failures, and what it is not allowed."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from galley.collect.connector import Spoiled
from galley.collect.errors import SettingError
from galley.collect.remote_errors import VariableMissingError
from galley.collect.rules import source_spec
from galley.collect.service import connector_of, read_group
from galley.kernel.ports import Desk
from galley.testing.connector_contract import Collect, check_connector, drafts, spoiled


@pytest.fixture
def database(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """A database with documents, whose connection string stands in KITCHEN_DSN."""
    monkeypatch.setenv("KITCHEN_DSN", empty_database_url)
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE document (id int, body text, made timestamptz, price numeric, extra jsonb, raw bytea, uid uuid)"
        )
        connection.execute(
            "INSERT INTO document SELECT n, 'text ' || n, '2024-01-02 03:04:05+08', 1.10, '{\"a\": [1]}', 'GIF89a', "
            "lpad(n::text, 32, '0')::uuid FROM generate_series(1, 1200) AS n ORDER BY n % 7, n"
        )
        yield connection


QUERY = {"dsn_env": "KITCHEN_DSN", "query": "SELECT id, body, made, price, extra FROM document;", "text_field": "body"}


def test_rows_come_in_the_order_of_their_key(database: psycopg.Connection, collect: Collect) -> None:
    found = drafts(collect("sql", key="id", time_field="made", **QUERY))
    assert [item.key for item in found] == [str(n) for n in range(1, 1201)]
    assert (found[0].text, found[0].time) == ("text 1", "2024-01-01T19:04:05Z")
    assert found[0].meta == {"price": "1.10", "extra": {"a": [1]}}
    assert found[0].uri == "sql:KITCHEN_DSN#1"


def test_bytes_and_uuids(database: psycopg.Connection, collect: Collect) -> None:
    query = {"dsn_env": "KITCHEN_DSN", "query": "SELECT raw, uid FROM document WHERE id = 7"}
    (item,) = drafts(collect("sql", key="uid", base64_field="raw", **query))
    assert (item.key, item.media_type) == ("00000000-0000-0000-0000-000000000007", "image/gif")


def test_bad_rows_cost_only_themselves(database: psycopg.Connection, desk: Desk) -> None:
    database.execute("UPDATE document SET body = NULL WHERE id = 3")
    database.execute("UPDATE document SET id = NULL WHERE id = 4")
    database.execute("UPDATE document SET id = 6 WHERE id = 5")
    spec = source_spec({"from": "sql", "license": "x", "basis": "owned", "key": "id", **QUERY})
    made = connector_of(spec)
    shards = list(read_group(list(made.units(desk)), made, spec, desk, rows=500))
    assert sum(records.num_rows for records, _ in shards) == 1197
    codes = [code for _, quarantine in shards for code in quarantine.column("code").to_pylist()]
    assert codes == ["GLY-COL-034", "GLY-COL-020", "GLY-COL-037"]


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM document RETURNING id, body",
        "WITH gone AS (DELETE FROM document RETURNING id, body) SELECT * FROM gone",
        "SELECT 1 AS id, 'x' AS body) AS a; DELETE FROM document; SELECT * FROM (SELECT 1 AS id",
        "SELECT nextval('hits') AS id, 'x' AS body",
        "SELECT id, nothing AS body FROM document",
        "SELECT id, body FROM nowhere",
        "SELECT pg_sleep(5)::text AS body, 1 AS id",
    ],
)
def test_what_the_database_refuses_is_one_spoiled_record(
    database: psycopg.Connection, collect: Collect, query: str
) -> None:
    database.execute("CREATE SEQUENCE hits")
    settings = {"dsn_env": "KITCHEN_DSN", "key": "id", "text_field": "body", "statement_timeout_seconds": 0.2}
    (item,) = collect("sql", query=query, **settings)
    assert isinstance(item, Spoiled)
    assert item.code == "GLY-COL-091"
    assert database.execute("SELECT count(*) FROM document").fetchone() == (1200,)


def test_a_server_that_dies_half_way(database: psycopg.Connection, desk: Desk) -> None:
    spec = source_spec({"from": "sql", "license": "x", "basis": "owned", "key": "id", **QUERY})
    made = connector_of(spec)
    rows = made.read(next(iter(made.units(desk))), desk)
    first = [next(rows) for _ in range(300)]
    database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'galley collect'")
    rest = list(rows)
    assert len(drafts(first)) == 300
    assert [item.code for item in spoiled(rest)] == ["GLY-COL-091"]
    assert rest[-1] in spoiled(rest)
    assert len(drafts(rest)) < 900


def test_an_unreachable_server_leaks_no_password(collect: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITCHEN_DSN", "postgresql://cook:pa55word@127.0.0.1:1/x")
    (item,) = collect("sql", key="id", **QUERY)
    assert spoiled([item])[0].code == "GLY-COL-091"
    assert "pa55word" not in spoiled([item])[0].message


def test_settings(collect: Collect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KITCHEN_DSN", raising=False)
    with pytest.raises(VariableMissingError):
        collect("sql", key="id", **QUERY)
    for wrong in ({"id_field": "id"}, {"query": " ; "}, {"text_field": None, "file_field": "body"}):
        with pytest.raises(SettingError):
            collect("sql", **{"key": "id", **QUERY, **wrong})


def test_the_contract(database: psycopg.Connection, tmp_path: Path) -> None:
    database.execute("UPDATE document SET id = 6 WHERE id IN (5, 7)")
    found = check_connector("sql", {"key": "id", **QUERY}, tmp_path, lambda: database.execute("DELETE FROM document"))
    assert len(found) == 1200


def test_rows_with_one_key_come_in_one_order(database: psycopg.Connection, collect: Collect) -> None:
    database.execute("UPDATE document SET id = 1 WHERE id <= 300")
    before = collect("sql", key="id", **QUERY)
    database.execute("CREATE TABLE copy AS SELECT * FROM document ORDER BY body DESC")
    query = {**QUERY, "query": "SELECT id, body, made, price, extra FROM copy"}
    assert collect("sql", key="id", **query) == before
