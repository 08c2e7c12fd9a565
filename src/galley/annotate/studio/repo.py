"""The rows of imported Label Studio tasks: one function a query, no decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from galley.store import sql
from galley.store.database import Connection

__all__ = [
    "ExportAnswer",
    "ExportPrediction",
    "ExportRow",
    "StudioLabeler",
    "add_contents",
    "add_labeler",
    "add_tasks",
    "export_answers",
    "export_page",
    "export_predictions",
    "known_items",
    "last_number",
    "place_skips",
    "raw_task",
    "studio_labelers",
    "troubled",
    "without_gold",
]

QUERIES: Final = sql.load("galley.annotate.studio")


class StudioLabeler(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who labelled in Label Studio."""

    name: str
    labeler: int
    labeler_name: str
    person: int | None


class ExportRow(msgspec.Struct, frozen=True, kw_only=True):
    """An item on its way out."""

    item: str
    data: str
    number: int | None
    width: int | None
    height: int | None
    raw: bytes | None
    answers: list[dict[str, Any]] | None


class ExportAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer on its way out."""

    item: str
    labeler: int
    labeler_name: str
    labeler_kind: str
    is_gold: bool
    revision: int
    body: str
    body_sha256: str
    created_at: datetime


class ExportPrediction(msgspec.Struct, frozen=True, kw_only=True):
    """A prediction on its way out."""

    item: str
    id: int
    model_version: str
    score: float | None
    body: str
    created_at: datetime


def add_contents(connection: Connection, project: int, items: Sequence[str], data: Sequence[str]) -> None:
    """Store what people see of items (JSON texts)."""
    connection.execute(QUERIES["add_contents"], {"project": project, "items": list(items), "data": list(data)})


def add_tasks(connection: Connection, facts: dict[str, Any]) -> None:
    """Keep tasks as they were."""
    connection.execute(QUERIES["add_tasks"], facts)


def known_items(connection: Connection, project: int, items: Sequence[str]) -> set[str]:
    """Which of the items the project has."""
    facts = {"project": project, "items": list(items)}
    return {str(row[0]) for row in connection.execute(QUERIES["known_items"], facts)}


def add_labeler(connection: Connection, facts: dict[str, Any]) -> None:
    """Remember who somebody who labelled over there is."""
    connection.execute(QUERIES["add_labelers"], facts)


def studio_labelers(connection: Connection, project: int) -> list[StudioLabeler]:
    """Who labelled a project over there."""
    return QUERIES.structs(connection, "labelers", StudioLabeler, {"project": project})


def place_skips(connection: Connection, facts: dict[str, Any]) -> set[str]:
    """Note skipped items; those that could be noted."""
    return {str(row[0]) for row in connection.execute(QUERIES["place_skips"], facts)}


def without_gold(connection: Connection, project: int, items: Sequence[str]) -> set[str]:
    """Which of the items have no known answer."""
    facts = {"project": project, "items": list(items)}
    return {str(row[0]) for row in connection.execute(QUERIES["without_gold"], facts)}


def export_page(connection: Connection, project: int, after: str, limit: int) -> list[ExportRow]:
    """Items after a place."""
    facts = {"project": project, "after": after, "limit": limit}
    return QUERIES.structs(connection, "export_page", ExportRow, facts)


def export_answers(connection: Connection, project: int, items: Sequence[str]) -> list[ExportAnswer]:
    """The answers of some items."""
    facts = {"project": project, "items": list(items)}
    return QUERIES.structs(connection, "export_answers", ExportAnswer, facts)


def export_predictions(connection: Connection, project: int, items: Sequence[str]) -> list[ExportPrediction]:
    """The predictions of some items."""
    facts = {"project": project, "items": list(items)}
    return QUERIES.structs(connection, "export_predictions", ExportPrediction, facts)


def last_number(connection: Connection, project: int) -> int:
    """The highest task id that came in."""
    row = connection.execute(QUERIES["last_number"], {"project": project}).fetchone()
    return int(row[0]) if row else 0


def troubled(connection: Connection, project: int, after: str, limit: int) -> list[dict[str, Any]]:
    """Tasks that were not wholly placed."""
    facts = {"project": project, "after": after, "limit": limit}
    return QUERIES.rows(connection, "troubled", facts)


def raw_task(connection: Connection, project: int, item: str) -> tuple[str, bytes] | None:
    """One task as it came."""
    row = connection.execute(QUERIES["raw_task"], {"project": project, "item": item}).fetchone()
    return (str(row[0]), bytes(row[1])) if row else None
