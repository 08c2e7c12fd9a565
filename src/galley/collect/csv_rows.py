"""The rows of a CSV file, with the lines they stand on; a damaged row costs itself, not the rest of the file."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from galley.collect.errors import RecordError, RowShapeError, UndecodableError
from galley.collect.lines import Line
from galley.kernel import limits

__all__ = ["Dialect", "Row", "read_rows"]

csv.field_size_limit(limits.LINE_BYTES_MAX)  # the module's default of 128 KiB loses long documents


class Dialect(NamedTuple):
    """How the file is written."""

    delimiter: str
    quoting: int


class Row(NamedTuple):
    """One row: its first and last physical line, and its fields or why it has none."""

    first: int
    last: int
    fields: list[str]
    problem: RecordError | None = None
    excerpt: bytes = b""


class _BadLineError(Exception):
    """Carries a line that cannot be read out of the csv reader."""

    def __init__(self, problem: RecordError) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Feed:
    """Feeds the csv reader line by line and remembers which lines the current row took."""

    def __init__(self, lines: Iterator[Line], encoding: str) -> None:
        self._lines, self._encoding = lines, encoding
        self._again: deque[Line] = deque()
        self.taken: list[Line] = []
        self._bytes = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        if line.problem is not None:
            raise _BadLineError(line.problem)
        self._bytes += len(line.data)
        if self._bytes > limits.LINE_BYTES_MAX:
            raise _BadLineError(_shape(self.taken, "the quotes never close"))
        try:
            return line.data.decode(self._encoding) + "\n"
        except UnicodeDecodeError as problem:
            raise _BadLineError(UndecodableError(encoding=self._encoding, offset=problem.start)) from problem

    def begin(self) -> None:
        """Forget the lines of the last row."""
        self.taken, self._bytes = [], 0

    def return_after_first(self) -> None:
        """Give back every line of this row but the first."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.taken = self.taken[:1]


def _shape(taken: list[Line], reason: str) -> RowShapeError:
    return RowShapeError(first=taken[0].number, last=taken[-1].number, reason=reason)


def read_rows(lines: Iterator[Line], encoding: str, dialect: Dialect) -> Iterator[Row]:
    """The rows; empty lines between rows are skipped.

    A quote that never closes would swallow the file: then only the line that opens it is spoiled, and reading goes on
    with the next line. A row whose quoting is wrong is spoiled with all its lines.
    """
    feed = _Feed(lines, encoding)
    reader = _reader(feed, dialect)
    while True:
        feed.begin()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except (_BadLineError, csv.Error) as problem:
            yield _spoiled(feed, problem)
            reader = _reader(feed, dialect)
            continue
        if fields:
            yield Row(feed.taken[0].number, feed.taken[-1].number, fields)


def _reader(feed: _Feed, dialect: Dialect) -> Iterator[list[str]]:
    # strict: text after a closing quote, or quotes open at the end of the file, are errors instead of guesses.
    return csv.reader(feed, delimiter=dialect.delimiter, quoting=dialect.quoting, strict=True)  # type: ignore[arg-type]


def _spoiled(feed: _Feed, problem: Exception) -> Row:
    """The row that could not be parsed; when its quotes never closed, its later lines are fed again."""
    if isinstance(problem, _BadLineError):
        reason: RecordError = problem.problem
        if len(feed.taken) > 1:  # the bad line came inside open quotes
            reason = _shape(feed.taken, str(problem))
            feed.return_after_first()
    else:
        reason = _shape(feed.taken, str(problem))
        if "unexpected end of data" in str(problem):
            feed.return_after_first()
    excerpt = b"\n".join(line.data for line in feed.taken)[: limits.QUARANTINE_EXCERPT_BYTES_MAX]
    return Row(feed.taken[0].number, feed.taken[-1].number, [], reason, excerpt)
