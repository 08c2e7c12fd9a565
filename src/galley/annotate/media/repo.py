"""SQL of media facts, one function a query."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from galley.annotate.media.model import MAKER, Facts, MediaProblem, Row
from galley.store import sql
from galley.store.database import Connection

__all__ = ["end", "hasten", "known", "take", "want"]

QUERIES: Final = sql.load("galley.annotate.media")


def want(connection: Connection, blobs: Iterable[str], now: datetime) -> None:
    """Have facts made of blobs; in one order everywhere, so that two imports at once never wait in a circle."""
    connection.execute(QUERIES["want"], {"blobs": sorted(set(blobs)), "maker": MAKER, "now": now})


def hasten(connection: Connection, blobs: Sequence[str]) -> None:
    """Have blobs that wait made before others; in one order, as `want`."""
    connection.execute(QUERIES["hasten"], {"blobs": sorted(blobs), "maker": MAKER})


def known(connection: Connection, blobs: Sequence[str]) -> dict[str, Row]:
    """SHA-256 -> what is known."""
    rows = connection.execute(QUERIES["known"], {"blobs": list(blobs), "maker": MAKER})
    return {
        sha256: Row(
            sha256=sha256,
            state=state,
            facts=None if facts is None else msgspec.json.decode(facts, type=Facts),
            problem=None if problem is None else msgspec.json.decode(problem, type=MediaProblem),
        )
        for sha256, state, facts, problem in rows
    }


def take(connection: Connection, facts: dict[str, Any]) -> list[tuple[int, str, int]]:
    """(organisation, SHA-256, attempts) of blobs taken to be made."""
    return connection.execute(QUERIES["take"], facts | {"maker": MAKER}).fetchall()


def end(connection: Connection, organisation: int, row: Row, now: datetime) -> bool:
    """Keep what became of a blob; False when somebody else did."""
    facts = {"organisation": organisation, "sha256": row.sha256, "maker": MAKER, "state": row.state, "now": now}
    facts["facts"] = None if row.facts is None else msgspec.json.encode(row.facts).decode()
    facts["problem"] = None if row.problem is None else msgspec.json.encode(row.problem).decode()
    return connection.execute(QUERIES["end"], facts).rowcount == 1
