"""sql: one record a row of a PostgreSQL query."""

from collections.abc import Iterator
from typing import Any, Final, LiteralString
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from galley.collect.connector import Connector, Draft, Spoiled, Unit
from galley.collect.content import spoil
from galley.collect.environment import secret
from galley.collect.errors import RecordError, SettingError
from galley.collect.remote_errors import QueryError
from galley.collect.rows import RowMapping, RowParams, plain
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Sql", "SqlParams"]

_FETCH_ROWS: Final = 500


class SqlParams(RowParams, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which database, which query and which column holds what. `base64_field` also takes bytea columns."""

    dsn_env: str  # names the environment variable with the connection string
    query: str  # one SELECT
    key: str  # the column that identifies a row: the record's key, and the order of reading
    statement_timeout_seconds: float = 3600.0
    connect_timeout_seconds: int = 10


class Sql(Connector[SqlParams]):
    """Rows of one query, in one read-only snapshot, by a cursor on the server."""

    name = "sql"
    summary = Text("Rows of a PostgreSQL query, one record each.", "PostgreSQL 查询结果，一行一条记录。")
    Params = SqlParams
    able = Able(deterministic=False, needs_network=True)

    def __init__(self, params: SqlParams) -> None:
        super().__init__(params)
        if params.id_field is not None:
            raise SettingError(setting="id_field", source=self.name, detail="use key")
        if not params.query.strip().rstrip(";").strip():
            raise SettingError(setting="query", source=self.name, detail="empty")
        self._mapping = RowMapping(msgspec.structs.replace(params, id_field=params.key), self.name, files=False)

    def units(self, desk: Desk) -> Iterator[Unit]:
        secret(self.params.dsn_env)  # say now, not in a worker, that it is missing
        yield Unit(key=self.name, uri=f"sql:{self.params.dsn_env}", stamp="")

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        rows = 0
        try:
            for number, row in enumerate(self._rows(), start=1):
                place = (f"{unit.key}#{number}", f"{unit.uri}#{number}")
                rows = number
                try:
                    yield self._mapping.draft(row, place, desk, None)
                except RecordError as problem:
                    yield spoil(*place, problem, repr(row).encode("utf-8", "replace"))
        except psycopg.Error as problem:
            # The connection string holds a password; psycopg's messages name host and user, never the password.
            reason = " ".join(str(problem).split())[:300] or type(problem).__name__
            fault = QueryError(rows=rows, reason=reason)
            yield spoil(f"{unit.key}#{rows + 1}" if rows else unit.key, unit.uri, fault)

    def _rows(self) -> Iterator[dict[str, Any]]:
        params = self.params
        connection = psycopg.connect(
            secret(params.dsn_env),
            row_factory=dict_row,
            connect_timeout=params.connect_timeout_seconds,
            application_name="galley collect",
        )
        with connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            timeout = str(int(params.statement_timeout_seconds * 1000))
            connection.execute("SELECT set_config('statement_timeout', %s, true)", (timeout,))
            # One zone and one spelling of times, whatever the server's settings: the same rows, the same records.
            connection.execute("SELECT set_config('TimeZone', 'UTC', true)")
            with connection.cursor(name="galley_collect") as cursor:
                cursor.itersize = _FETCH_ROWS
                cursor.execute(self._statement())
                for row in cursor:
                    yield {name: _value(value) for name, value in row.items()}

    def _statement(self) -> sql.Composed:
        """The query, ordered by its key and, where the key repeats, by the whole row, so that reading twice agrees.

        The text is the recipe author's own and runs read-only, in a cursor declaration, which takes one statement.
        """
        query: LiteralString = self.params.query.strip().rstrip(";")
        ordered = sql.SQL("SELECT * FROM (\n{}\n) AS galley_source ORDER BY {}, galley_source::text")
        return ordered.format(sql.SQL(query), sql.Identifier(self.params.key))


def _value(value: Any) -> Any:
    """Keys may be UUIDs; everything else is made plain where it is used."""
    return plain(value) if isinstance(value, UUID) else bytes(value) if isinstance(value, memoryview) else value
