"""The catalogue's rows: one function a query, no decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from psycopg.rows import dict_row

from galley.catalog.model import Evidence, Version
from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.catalog")


def _first(connection: Connection, query: str, **facts: Any) -> int | None:
    row = connection.execute(QUERIES[query], facts).fetchone()
    return None if row is None else int(row[0])


def begin_publishing(connection: Connection, dataset: str, now: datetime) -> None:
    """Make the dataset known and hold its numbering until the transaction ends."""
    connection.execute(QUERIES["insert_dataset"], {"name": dataset, "now": now})
    connection.execute(QUERIES["lock_dataset"], {"name": dataset})


def same_version(connection: Connection, dataset: str, root: str) -> int | None:
    """The id of the dataset's version with this root."""
    return _first(connection, "find_same_version", dataset=dataset, root=root)


def insert_version(connection: Connection, **facts: Any) -> int | None:
    """Append a version; its id."""
    return _first(connection, "insert_version", **facts)


def insert_lineage(connection: Connection, child: int, parents: Sequence[str]) -> None:
    """Record the parents of a version."""
    connection.execute(QUERIES["insert_lineage"], {"child": child, "parents": list(parents)})


def version(connection: Connection, version_id: int) -> Version:
    """A version by its id."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(QUERIES["version_by_id"], {"id": version_id}).fetchone()
    assert row is not None
    return _version(row)


def numbered(connection: Connection, dataset: str, number: int) -> int | None:
    """The id of `dataset@number`."""
    return _first(connection, "version_by_number", dataset=dataset, number=number)


def latest(connection: Connection, dataset: str) -> int | None:
    """The id of a dataset's newest version."""
    return _first(connection, "latest_version", dataset=dataset)


def with_root_prefix(connection: Connection, prefix: str) -> list[int]:
    """Up to two ids, of versions of different roots."""
    rows = connection.execute(QUERIES["versions_by_root_prefix"], {"pattern": f"{prefix}%"}).fetchall()
    return [int(row[0]) for row in rows]


def versions(connection: Connection, dataset: str | None) -> list[Version]:
    """All versions (of one dataset), oldest first."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return [_version(row) for row in cursor.execute(QUERIES["all_versions"], {"dataset": dataset})]


def dataset_names(connection: Connection) -> list[str]:
    """All datasets."""
    return [str(row[0]) for row in connection.execute(QUERIES["dataset_names"])]


def children(connection: Connection, root: str) -> list[int]:
    """The ids of versions made from a root."""
    return [int(row[0]) for row in connection.execute(QUERIES["children"], {"root": root})]


def insert_evidence(connection: Connection, **facts: Any) -> bool:
    """Attach evidence; False when it was there."""
    return connection.execute(QUERIES["insert_evidence"], facts).rowcount == 1


def evidence_of(connection: Connection, root: str) -> list[Evidence]:
    """The evidence about a root, oldest first."""
    return QUERIES.structs(connection, "evidence_of", Evidence, {"root": root})


def _version(row: dict[str, Any]) -> Version:
    return Version(**{**row, "parents": tuple(row["parents"])})


def insert_release(connection: Connection, facts: dict[str, Any]) -> int:
    """Note a release; its id."""
    return _first(connection, "insert_release", **facts) or 0
