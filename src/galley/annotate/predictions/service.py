"""Predictions: stored once they are labels of the schema, found by item for whoever is given the item."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from psycopg.rows import dict_row

from galley.annotate.answers import StoredAnswer
from galley.kernel.clock import Clock
from galley.store import sql
from galley.store.database import Connection, Database

__all__ = [
    "NewPrediction",
    "Prediction",
    "PredictionError",
    "PredictionRow",
    "add_predictions",
    "errors_page",
    "note_errors",
    "page",
    "predictions_for",
    "predictions_in",
]

QUERIES: Final = sql.load("galley.annotate.predictions")
_RAW_CHARS_MAX: Final = 4000


class NewPrediction(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says of an item: canonical labels."""

    item: str
    body: dict[str, Any]
    score: float | None = None
    model_version: str = ""


class PredictionError(msgspec.Struct, frozen=True, kw_only=True):
    """What a model said that is no prediction."""

    item: str
    code: str
    reason: str
    raw: str = ""
    id: int = 0
    backend: int | None = None
    created_at: datetime | None = None


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """The newest word of one model on one item."""

    item: str
    labeler: int
    model_version: str
    score: float | None
    body: dict[str, Any]
    created_at: datetime


class PredictionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A prediction in a list."""

    id: int
    item: str
    labeler: int
    labeler_name: str
    model_version: str
    score: float | None
    body: dict[str, Any]
    created_at: datetime


def add_predictions(
    database: Database,
    clock: Clock,
    project: int,
    labeler: int,
    given: Sequence[NewPrediction],
    *,
    imported: bool = False,
) -> int:
    """Store checked predictions of one machine labeler; how many were new."""
    stored = [StoredAnswer.of(each.body) for each in given]
    facts = {
        "project": project,
        "labeler": labeler,
        "imported": imported,
        "items": [each.item for each in given],
        "versions": [each.model_version for each in given],
        "scores": [each.score for each in given],
        "bodies": [each.text for each in stored],
        "sha256s": [each.sha256 for each in stored],
        "now": clock.now(),
    }
    if not given:
        return 0
    return database.retried(lambda connection: connection.execute(QUERIES["add"], facts).rowcount)


def note_errors(
    database: Database, clock: Clock, project: int, wrong: Sequence[PredictionError], backend: int | None = None
) -> None:
    """Keep what was no prediction, for a person to look at."""
    if not wrong:
        return
    facts = {
        "project": project,
        "backend": backend,
        "items": [each.item for each in wrong],
        "codes": [each.code for each in wrong],
        "reasons": [each.reason.replace("\0", "\ufffd") for each in wrong],
        "raws": [each.raw[:_RAW_CHARS_MAX].replace("\0", "\ufffd") for each in wrong],
        "now": clock.now(),
    }
    with database.connection() as connection:
        connection.execute(QUERIES["add_errors"], facts)


def predictions_for(database: Database, project: int, items: Sequence[str]) -> dict[str, list[Prediction]]:
    """The newest prediction of each model for items, the surest first; items without one are left out. One query."""
    if not items:
        return {}
    with database.connection() as connection:
        return predictions_in(connection, project, items)


def predictions_in(connection: Connection, project: int, items: Sequence[str]) -> dict[str, list[Prediction]]:
    """`predictions_for` on an open connection."""
    found: dict[str, list[Prediction]] = defaultdict(list)
    facts = {"project": project, "items": list(items)}
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(QUERIES["newest"], facts):
            found[row["item"]].append(Prediction(**row))
    return dict(found)


def page(database: Database, project: int, after: int = 0, limit: int = 100) -> list[PredictionRow]:
    """Predictions of a project by id."""
    facts = {"project": project, "after": after, "limit": limit}
    with database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return [PredictionRow(**row) for row in cursor.execute(QUERIES["page"], facts)]


def errors_page(database: Database, project: int, after: int = 0, limit: int = 100) -> list[PredictionError]:
    """What was no prediction, by id."""
    facts = {"project": project, "after": after, "limit": limit}
    with database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return [PredictionError(**row) for row in cursor.execute(QUERIES["errors"], facts)]
