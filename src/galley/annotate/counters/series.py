"""Series for charts: what duties fold by day or by value, and the reading of it. One function a use, no decisions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec

from galley.annotate.counters.repo import QUERIES
from galley.store.database import Connection

__all__ = ["AgreementDue", "Series", "agreement_due", "fold", "overlap", "read", "save_agreement"]

_SCAN: Final = 20_000
Row = dict[str, Any]


class Series(NamedTuple):
    """The rows behind a project's charts."""

    agreement: list[Row]
    gold: list[Row]
    reviews: list[Row]
    labels: list[Row]
    assistance: Row


class AgreementDue(msgspec.Struct, frozen=True, kw_only=True):
    """A day of a project whose agreement is to be made."""

    organisation: int
    project: int
    schema_sha256: str
    day: date
    submitted: int


def fold(connection: Connection, assistance: Sequence[Row], verdicts: Sequence[Row]) -> None:
    """Add rows to the totals of prelabels and of reviews, in the transaction that moves their reader."""
    for name, rows in (("fold_assistance", assistance), ("fold_verdicts", verdicts)):
        if rows:
            connection.execute(QUERIES[name], {"rows": msgspec.json.encode(rows).decode()})


def read(connection: Connection, project: int, since: datetime, *, reviews: int, labels: int) -> Series:
    """Everything since a day, in five queries; `reviews` and `labels` are how many rows of them at most."""
    facts: Row = {"project": project, "since": since}
    return Series(
        QUERIES.rows(connection, "agreement_days", facts),
        QUERIES.rows(connection, "gold_days", facts),
        QUERIES.rows(connection, "verdict_days", facts | {"limit": reviews}),
        QUERIES.rows(connection, "labels_most", facts | {"limit": labels}),
        QUERIES.row(connection, "assistance_of", facts) or {},
    )


def agreement_due(connection: Connection, since: datetime, before: datetime, limit: int) -> list[AgreementDue]:
    """Days since a moment whose agreement is missing, or older than a moment and no longer true."""
    facts = {"since": since, "before": before, "limit": limit}
    return QUERIES.structs(connection, "agreement_due", AgreementDue, facts)


def overlap(connection: Connection, project: int, day: datetime, limit: int) -> dict[str, list[Any]]:
    """Item → first answers of several people, of at most so many items whose newest answer fell on a day (UTC)."""
    facts: Row = {"project": project, "since": day, "until": day + timedelta(days=1), "limit": limit, "scan": _SCAN}
    items = [str(row["item"]) for row in QUERIES.rows(connection, "overlap_items", facts)]
    found: dict[str, list[Any]] = {}
    if items:
        for row in QUERIES.rows(connection, "overlap_answers", {"project": project, "items": items}):
            found.setdefault(str(row["item"]), []).append(row["body"])
    return found


def save_agreement(connection: Connection, facts: Row) -> None:
    """Write a day's agreement."""
    connection.execute(QUERIES["save_agreement"], facts)
