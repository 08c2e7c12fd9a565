"""Named SQL: each package keeps its statements in `queries.sql`, loaded once, never built from strings.

    -- name: claim
    -- Lease up to k ready slots to one worker.
    UPDATE annotate.slot …;

The line after the name says what the statement does; both comments stay out of the text sent to the server.
"""

import functools
import importlib.resources
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.rows import dict_row, kwargs_row

from galley.kernel.errors import invariant

if TYPE_CHECKING:
    from typing import LiteralString

__all__ = ["Queries", "load", "parse"]

T = TypeVar("T")
_NAME = re.compile(r"^-- name: (\w+)[ \t]*$", re.MULTILINE)


class Queries(Mapping[str, "LiteralString"]):
    """The statements of one package by name, and the sentence of each in `sentences`."""

    def __init__(self, package: str, statements: dict[str, str], sentences: dict[str, str]) -> None:
        self.package = package
        self.sentences = sentences
        self._statements = statements

    def __getitem__(self, name: str) -> "LiteralString":
        invariant(name in self._statements, "every query asked for exists", package=self.package, name=name)
        return self._statements[name]  # a file of the package: as constant as a literal

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)

    def rows(self, connection: psycopg.Connection[Any], name: str, facts: Any = None) -> list[dict[str, Any]]:
        """The rows of a query, by the names of their columns."""
        with connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(self[name], facts).fetchall()

    def row(self, connection: psycopg.Connection[Any], name: str, facts: Any = None) -> dict[str, Any] | None:
        """The first row of a query, or None."""
        found = self.rows(connection, name, facts)
        return found[0] if found else None

    def structs(
        self, connection: psycopg.Connection[Any], name: str, kind: Callable[..., T], facts: Any = None
    ) -> list[T]:
        """The rows of a query as structs with fields of the columns' names."""
        with connection.cursor(row_factory=kwargs_row(kind)) as cursor:  # no dictionary outlives its row
            return cursor.execute(self[name], facts).fetchall()

    def scalar(self, connection: psycopg.Connection[Any], name: str, facts: Any = None) -> Any:
        """The first column of the first row of a query, or None when there is no row."""
        row = connection.execute(self[name], facts).fetchone()
        return None if row is None else row[0]


@functools.cache
def load(package: str) -> Queries:
    """The named queries in `queries.sql` of a package such as `galley.catalog`."""
    text = importlib.resources.files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    return parse(package, text)


def parse(package: str, text: str) -> Queries:
    """Split a file of named queries; every one needs its sentence and ends with one semicolon."""
    statements: dict[str, str] = {}
    sentences: dict[str, str] = {}
    pieces = _NAME.split(text)
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        invariant(name not in statements, "query names are unique", package=package, name=name)
        lines = body.strip().splitlines()
        comments = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
        statement = "\n".join(line for line in lines if not line.startswith("--")).strip()
        invariant(bool(comments), "every query says what it does", package=package, name=name)
        invariant(statement.endswith(";"), "every query ends with a semicolon", package=package, name=name)
        invariant(statement.count(";") == 1, "a named query is one statement", package=package, name=name)
        statements[name] = statement[:-1]
        sentences[name] = " ".join(comments)
    return Queries(package, statements, sentences)
