"""Rows of drafts: one function a query, no decisions."""

from datetime import datetime
from typing import Any, Final

from galley.annotate.drafts.model import DraftHead, DraftReceipt
from galley.store import sql
from galley.store.database import Connection

__all__: list[str] = []

QUERIES: Final = sql.load("galley.annotate.drafts")
_PRUNES: Final = ("prune_closed", "prune_old", "prune_holders")


def put_pieces(connection: Connection, facts: dict[str, Any]) -> list[DraftReceipt]:
    """Keep pieces; what became of each, in their order."""
    rows = connection.execute(QUERIES["put_pieces"], facts).fetchall()
    return [DraftReceipt(outcome=outcome, expected=int(expected)) for outcome, expected in rows]


def pieces(connection: Connection, facts: dict[str, Any]) -> list[tuple[int, bool, str, datetime]]:
    """(seq, whole, body, written_at) of one draft."""
    return connection.execute(QUERIES["pieces"], facts).fetchall()


def holds(connection: Connection, labeler: int, slot: int) -> bool:
    """Whether a slot is leased to a labeler."""
    row = connection.execute(QUERIES["holds"], {"labeler": labeler, "slot": slot}).fetchone()
    return bool(row and row[0])


def drafts_of(connection: Connection, facts: dict[str, Any]) -> list[DraftHead]:
    """A page of one person's drafts."""
    return QUERIES.structs(connection, "drafts_of", DraftHead, facts)


def discard(connection: Connection, facts: dict[str, Any]) -> bool:
    """Forget a draft; False when there was none."""
    return connection.execute(QUERIES["discard"], facts).rowcount > 0


def prune(connection: Connection, closed_before: datetime, old_before: datetime, limit: int) -> int:
    """Forget what need not be kept; how many rows."""
    moments = (closed_before, old_before, old_before)
    return sum(
        connection.execute(QUERIES[name], {"before": before, "limit": limit}).rowcount
        for name, before in zip(_PRUNES, moments, strict=True)
    )
