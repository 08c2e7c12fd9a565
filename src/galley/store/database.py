"""The database: one pool of connections to PostgreSQL, embedded in the workspace or at GALLEY_DATABASE_URL.

Connections are in autocommit mode, so a use case that is one statement costs one round trip; use cases of several
statements run in `transaction()`. Commits are durable when they return (`synchronous_commit = on`).
"""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from galley.kernel.errors import TransientError
from galley.store.embedded import EmbeddedServer
from galley.store.errors import DatabaseBusyError, DatabaseGoneError, DatabaseUrlError, StorageError
from galley.store.migrate import QUERIES, migrate

__all__ = ["Connection", "Database"]

Connection = psycopg.Connection[Any]
T = TypeVar("T")

_SESSION: Final = "-c timezone=UTC -c synchronous_commit=on -c jit=off"
_CONNECT_SECONDS: Final = 10
_VERSION_MIN: Final = 150000


class Database:
    """PostgreSQL with Galley's schemas in it; threads share one, and a forked child gets a pool of its own."""

    def __init__(self, conninfo: str, *, server: EmbeddedServer | None = None, connections: int = 16) -> None:
        self.conninfo = make_conninfo(conninfo, options=_SESSION, application_name="galley")
        self._server = server
        self._connections = connections
        self._pool: ConnectionPool[Connection] | None = None
        self._pool_pid = 0
        self._lock = threading.Lock()

    @classmethod
    def open(cls, url: str, *, connections: int = 16) -> "Database":
        """The database at a URL or libpq connection string, migrated; raises DatabaseUrlError."""
        database = cls(url, connections=connections)
        database._migrate()
        return database

    @classmethod
    def embedded(cls, folder: Path, *, connections: int = 16) -> "Database":
        """The database of the embedded server below a folder, started if need be, migrated."""
        server = EmbeddedServer(folder)
        database = cls(server.start(), server=server, connections=connections)
        database._migrate()
        return database

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in autocommit mode: each statement is its own durable transaction."""
        pool = self._opened()
        with self._translated(), pool.connection() as connection:
            yield connection

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection inside one transaction: committed durably at the end, rolled back on any error."""
        with self.connection() as connection, connection.transaction():
            yield connection

    def retried(self, work: Callable[[Connection], T], *, attempts: int = 3) -> T:
        """Run idempotent work on an autocommit connection, again when the connection was lost or the database busy."""
        for _ in range(attempts - 1):
            try:
                with self.connection() as connection:
                    return work(connection)
            except (DatabaseGoneError, DatabaseBusyError):
                continue
        with self.connection() as connection:
            return work(connection)

    def facts(self) -> dict[str, Any]:
        """Version, durability settings and size, for `galley doctor`."""
        with self.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            found: dict[str, Any] = cursor.execute(QUERIES["facts"]).fetchone() or {}
        return found | {"where": self.where(), "embedded": self._server is not None}

    def where(self) -> str:
        """The server and database, without any password."""
        parts = conninfo_to_dict(self.conninfo)
        return f"{parts.get('host', 'localhost')}/{parts.get('dbname', '')}"

    def close(self) -> None:
        """Give the connections back; the last user of an embedded server stops it."""
        with self._lock:
            if self._pool is not None and self._pool_pid == os.getpid():
                self._pool.close()
            self._pool = None
        if self._server is not None:
            self._server.release()

    def _migrate(self) -> None:
        try:
            with psycopg.connect(self.conninfo, autocommit=True, connect_timeout=_CONNECT_SECONDS) as connection:
                if connection.info.server_version < _VERSION_MIN:
                    raise DatabaseUrlError(where=self.where(), reason=f"PostgreSQL {connection.info.server_version}")
                migrate(connection)
        except (psycopg.OperationalError, psycopg.ProgrammingError) as problem:
            raise DatabaseUrlError(where=self.where(), reason=str(problem).strip()) from problem

    def _opened(self) -> ConnectionPool[Connection]:
        with self._lock:
            if self._pool is None or self._pool_pid != os.getpid():
                self._pool = ConnectionPool(
                    self.conninfo,
                    kwargs={"autocommit": True, "connect_timeout": _CONNECT_SECONDS},
                    min_size=1,
                    max_size=self._connections,
                    num_workers=1,
                    timeout=30,
                    open=True,
                    name="galley",
                )
                self._pool_pid = os.getpid()
            return self._pool

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as problem:
            raise self._lost(problem) from problem
        except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure) as problem:
            raise DatabaseBusyError(reason=str(problem).strip()) from problem
        except psycopg.errors.LockNotAvailable as problem:
            raise DatabaseBusyError(reason=str(problem).strip()) from problem
        except psycopg.errors.DiskFull as problem:
            raise StorageError(action="write", name=self.where(), reason=str(problem).strip()) from problem
        except (psycopg.OperationalError, psycopg.InterfaceError) as problem:
            raise self._lost(problem) from problem

    def _lost(self, problem: Exception) -> TransientError:
        """Repair what can be repaired (start the embedded server again, drop dead connections) and say what happened."""
        with self._lock:
            if self._server is not None:
                self._server.start()
            if self._pool is not None and self._pool_pid == os.getpid():
                self._pool.check()
        if isinstance(problem, PoolTimeout):
            return DatabaseBusyError(reason=str(problem).strip())
        return DatabaseGoneError(reason=str(problem).strip())
