"""What known answers are worth: how often each was shown, and how often it was answered right."""

from collections.abc import Sequence
from typing import Final

import msgspec

from galley.annotate.flow import repo
from galley.annotate.flow.advance import answer_distance
from galley.annotate.flow.model import Gold
from galley.annotate.flow.versions import schema_at
from galley.kernel.ports import Blobs
from galley.store.database import Database

__all__ = ["SHOWN_MAX", "Shown", "shown"]

SHOWN_MAX: Final = 100
"""The newest so many answers to an item are looked at: enough to see that a known answer is wrong itself."""


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
    schema = schema_at(blobs, found["schema_sha256"])
    within = msgspec.convert(found["settings"].get("gold") or {}, Gold).distance
    told: dict[str, Shown] = {}
    for row in rows:
        before = told.get(row["item"], Shown(0, 0))
        right = answer_distance(schema, row["given"], row["known"]) <= within
        told[row["item"]] = Shown(before.shown + 1, before.passed + right)
    return told
