"""The database: PostgreSQL, embedded in the workspace or at GALLEY_DATABASE_URL, seen as one organisation at a time.

Connections are in autocommit mode, so a use case that is one statement costs one round trip; use cases of several
statements run in `transaction()`. Commits are durable when they return (`synchronous_commit = on`).

Row-level security is forced on every table that holds an organisation's rows. Connections run as the role
`galley_app`, which owns nothing and sees the rows of the organisation named by the session setting
`galley.organisation`: `database.of(7)` is the same pool seen as organisation 7, a database without one sees no rows at
all. Duties that span organisations use `house()`, a small pool under the role `galley_house`.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from galley.kernel.errors import TransientError, invariant
from galley.store.embedded import EmbeddedServer
from galley.store.errors import (
    DatabaseBusyError,
    DatabaseGoneError,
    DatabaseUrlError,
    StorageError,
    UnfencedError,
)
from galley.store.migrate import QUERIES, check, migrate

__all__ = ["HOME", "Connection", "Database"]

Connection = psycopg.Connection[Any]
T = TypeVar("T")
Role = Literal["galley_app", "galley_house"]

HOME: Final = 1
"""The organisation of the laptop: whoever runs `galley` in a terminal works for it."""

_SESSION: Final = "-c timezone=UTC -c synchronous_commit=on -c jit=off"
_CONNECT_SECONDS: Final = 10
_WAIT_SECONDS: Final = 30.0
_HOUSE_CONNECTIONS: Final = 8
_VERSION_MIN: Final = 150000
_UNSURE: Final = -1


class _Seat(psycopg.Connection[Any]):
    """A pooled connection that remembers which organisation its session is set to."""

    organisation: int | None = None


class _Server:
    """One server's pool of connections under one role; threads share it, a forked child gets a pool of its own."""

    def __init__(self, conninfo: str, role: Role, embedded: EmbeddedServer | None, connections: int) -> None:
        self.plain = conninfo
        self._options = f"{_SESSION} -c role={role}"
        self.conninfo = make_conninfo(conninfo, options=self._options, application_name="galley")
        self.embedded = embedded
        self.connections = connections
        self.wait_seconds = _WAIT_SECONDS
        self.lock_seconds = 0.0  # 0: waits for ever
        self._pool: ConnectionPool[_Seat] | None = None
        self._pool_pid = 0
        self._lock = threading.Lock()

    def opened(self) -> ConnectionPool[_Seat]:
        """The pool of this process."""
        with self._lock:
            if self._pool is None or self._pool_pid != os.getpid():
                options = f"{self._options} -c lock_timeout={round(self.lock_seconds * 1000)}"
                self._pool = ConnectionPool(
                    make_conninfo(self.conninfo, options=options),
                    connection_class=_Seat,
                    kwargs={"autocommit": True, "connect_timeout": _CONNECT_SECONDS},
                    min_size=1,
                    max_size=self.connections,
                    num_workers=1,
                    timeout=self.wait_seconds,
                    open=True,
                    name="galley",
                )
                self._pool_pid = os.getpid()
            return self._pool

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            if self._pool is not None and self._pool_pid == os.getpid():
                self._pool.close()
            self._pool = None

    def lost(self, problem: Exception) -> TransientError:
        """Repair what can be repaired (start the embedded server again, drop dead connections) and say what happened."""
        with self._lock:
            if self.embedded is not None:
                self.embedded.start()
            if self._pool is not None and self._pool_pid == os.getpid():
                self._pool.check()
        if isinstance(problem, PoolTimeout):
            return DatabaseBusyError(reason=str(problem).strip())
        return DatabaseGoneError(reason=str(problem).strip())


class Database:
    """PostgreSQL with Galley's schemas in it, as one organisation sees it."""

    def __init__(self, server: _Server, organisation: int | None = None, house: "Database | None" = None) -> None:
        self._server = server
        self._house = house
        self.organisation = organisation

    @classmethod
    def open(cls, url: str, *, connections: int = 16) -> "Database":
        """The database at a URL or libpq connection string, migrated, seen as nobody; raises DatabaseUrlError."""
        return cls._opened(url, None, connections)

    @classmethod
    def embedded(cls, folder: Path, *, connections: int = 16) -> "Database":
        """The database of the embedded server below a folder, started if need be, migrated, seen as nobody."""
        server = EmbeddedServer(folder)
        return cls._opened(server.start(), server, connections)

    @classmethod
    def _opened(cls, url: str, embedded: EmbeddedServer | None, connections: int) -> "Database":
        house = cls(_Server(url, "galley_house", embedded, min(connections, _HOUSE_CONNECTIONS)))
        opened = cls(_Server(url, "galley_app", embedded, connections), None, house)
        opened._migrate()
        return opened

    def of(self, organisation: int | None) -> "Database":
        """The same database as an organisation sees it; None sees no rows."""
        return Database(self._server, organisation, self._house)

    def house(self) -> "Database":
        """The same database with the rows of every organisation, for duties that span them."""
        invariant(self._house is not None, "the house has no house")
        return self if self._house is None else self._house

    @property
    def conninfo(self) -> str:
        """The connection string of the pool, with its role."""
        return self._server.conninfo

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in autocommit mode: each statement is its own durable transaction."""
        pool = self._server.opened()
        with self._translated(), pool.connection() as connection:
            if connection.organisation != self.organisation:
                connection.organisation = _UNSURE  # until it is done: an interruption in between must not be believed
                connection.execute(QUERIES["set_organisation"], {"organisation": self.organisation})
                connection.organisation = self.organisation
            yield connection

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection inside one transaction: committed durably at the end, rolled back on any error."""
        with self.connection() as connection, connection.transaction():
            yield connection

    def alone(self) -> Connection:
        """A connection outside the pool, for session locks and LISTEN; the caller closes it."""
        with self._translated():
            return psycopg.connect(self.conninfo, autocommit=True, connect_timeout=_CONNECT_SECONDS)

    def retried(self, work: Callable[[Connection], T], *, attempts: int = 3) -> T:
        """Run idempotent work on an autocommit connection, again when the connection was lost or the database busy."""
        for _ in range(attempts - 1):
            try:
                with self.connection() as connection:
                    return work(connection)
            except DatabaseGoneError:
                continue
            except DatabaseBusyError as problem:
                # Who waited in vain says so: waiting once more would make everybody behind wait as well.
                if isinstance(problem.__cause__, PoolTimeout | psycopg.errors.LockNotAvailable):
                    raise
        with self.connection() as connection:
            return work(connection)

    def facts(self) -> dict[str, Any]:
        """Version, durability settings and size, for `galley doctor`."""
        with self.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
            found: dict[str, Any] = cursor.execute(QUERIES["facts"]).fetchone() or {}
        return found | {"where": self.where(), "embedded": self._server.embedded is not None}

    def check_schema(self) -> None:
        """That the schema is this version's: another process may have migrated it since, or it was restored.

        Raises DatabaseNewerError, DatabaseOlderError and MigrationEditedError.
        """
        with self.connection() as connection:
            check(connection)

    def check_fence(self) -> int:
        """That organisations are kept apart; how many tables are fenced. Raises UnfencedError."""
        with self.connection() as connection:
            roles = dict(connection.execute(QUERIES["roles"]).fetchall())
            tables = dict(connection.execute(QUERIES["fenced"]).fetchall())
        wrong = [role for role in ("galley_app", "galley_house") if roles.get(role, True)]
        open_tables = [table for table, fenced in tables.items() if not fenced]
        if wrong or open_tables:
            raise UnfencedError(roles=", ".join(wrong), tables=", ".join(open_tables))
        return len(tables)

    def pool_facts(self) -> dict[str, int]:
        """Connections of this process's pool: open, free, and requests waiting for one."""
        found = self._server.opened().get_stats()
        return {name: int(found.get(name, 0)) for name in ("pool_size", "pool_available", "requests_waiting")}

    def set_wait_seconds(self, seconds: float) -> None:
        """How long a use case waits for a free connection, or a lock, before DatabaseBusyError; to be said first of all."""
        self._server.wait_seconds = self._server.lock_seconds = seconds

    def where(self) -> str:
        """The server and database, without any password."""
        return self.place_of(self.conninfo)

    @staticmethod
    def place_of(conninfo: str) -> str:
        """The server and database of a connection string, without any password."""
        parts = conninfo_to_dict(conninfo)
        return f"{parts.get('host', 'localhost')}/{parts.get('dbname', '')}"

    def close(self) -> None:
        """Give the connections back; the last user of an embedded server stops it."""
        self._server.close()
        if self._house is not None:
            self._house._server.close()
            if self._server.embedded is not None:
                self._server.embedded.release()

    def _migrate(self) -> None:
        # As the user of the connection string, who owns the tables; everything else runs under a role that owns none.
        owner = make_conninfo(self._server.plain, options=_SESSION, application_name="galley")
        try:
            with psycopg.connect(owner, autocommit=True, connect_timeout=_CONNECT_SECONDS) as connection:
                if connection.info.server_version < _VERSION_MIN:
                    raise DatabaseUrlError(where=self.where(), reason=f"PostgreSQL {connection.info.server_version}")
                migrate(connection)
        except (psycopg.OperationalError, psycopg.ProgrammingError) as problem:
            raise DatabaseUrlError(where=self.where(), reason=str(problem).strip()) from problem

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as problem:
            raise self._server.lost(problem) from problem
        except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure) as problem:
            raise DatabaseBusyError(reason=str(problem).strip()) from problem
        except psycopg.errors.LockNotAvailable as problem:
            raise DatabaseBusyError(reason=str(problem).strip()) from problem
        except psycopg.errors.DiskFull as problem:
            raise StorageError(action="write", name=self.where(), reason=str(problem).strip()) from problem
        except (psycopg.OperationalError, psycopg.InterfaceError) as problem:
            raise self._server.lost(problem) from problem
