"""What known answers are worth: how often each was shown and answered right, and how somebody did on them by day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec

from galley.annotate.flow import repo
from galley.annotate.flow.advance import answer_distance
from galley.annotate.flow.model import Gold
from galley.annotate.flow.versions import schema_at
from galley.kernel.ports import Blobs
from galley.store.database import Database

__all__ = ["GIVEN_MAX", "SHOWN_MAX", "Day", "Shown", "days_of", "shown"]

SHOWN_MAX: Final = 100
"""The newest so many answers to an item are looked at: enough to see that a known answer is wrong itself."""


GIVEN_MAX: Final = 2000
"""The newest so many answers of a person are looked at."""


class Day(msgspec.Struct, frozen=True):
    """What somebody answered to known items on one day (UTC), and how much of it was right."""

    day: date
    seen: int
    correct: int


class Shown(msgspec.Struct, frozen=True):
    """How often one item was answered as gold (of the newest `SHOWN_MAX` answers), and how often right."""

    shown: int
    passed: int


def shown(database: Database, blobs: Blobs, number: int, items: Sequence[str]) -> dict[str, Shown]:
    """Item → how it was answered, by the distance and tolerance of the gold rule; items never shown are left out."""
    if not items:
        return {}
    with database.connection() as connection:
        rows = repo.gold_shown(connection, number, items, SHOWN_MAX)
        found = repo.project_full(connection, number) if rows else None
    if found is None:
        return {}
    right = _judge(blobs, found)
    told: dict[str, Shown] = {}
    for row in rows:
        before = told.get(row["item"], Shown(0, 0))
        told[row["item"]] = Shown(before.shown + 1, before.passed + right(row))
    return told


def days_of(database: Database, blobs: Blobs, number: int, labeler: int, since: datetime) -> list[Day]:
    """How a person did on known items, by day, of what was handed out since a moment."""
    facts = {"project": number, "labeler": labeler, "since": since, "most": GIVEN_MAX}
    with database.connection() as connection:
        rows = repo.gold_given(connection, facts)
        found = repo.project_full(connection, number) if rows else None
    if found is None:
        return []
    right = _judge(blobs, found)
    told: dict[date, Day] = {}
    for row in rows:
        before = told.get(row["day"], Day(row["day"], 0, 0))
        told[row["day"]] = Day(row["day"], before.seen + 1, before.correct + right(row))
    return [told[day] for day in sorted(told)]


def _judge(blobs: Blobs, found: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], bool]:
    """Whether an answer is right by the distance and tolerance of the project's gold rule."""
    schema = schema_at(blobs, found["schema_sha256"])
    within = msgspec.convert(found["settings"].get("gold") or {}, Gold).distance
    return lambda row: answer_distance(schema, row["given"], row["known"]) <= within
