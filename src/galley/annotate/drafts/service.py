"""Use cases of drafts: save a piece, read back, list, discard, prune.

Whoever holds or held a slot may save to it, also after the lease was lost: an editor that was offline does not know. A
draft is only ever shown to its author.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec

from galley.annotate.answers import StoredAnswer
from galley.annotate.drafts import repo
from galley.annotate.drafts.errors import DraftMissingError, DraftTooLargeError
from galley.annotate.drafts.model import (
    PIECE_BYTES_MAX,
    PIECES_MAX,
    TOTAL_BYTES_MAX,
    Draft,
    DraftHead,
    DraftReceipt,
    Piece,
)
from galley.kernel.clock import Clock
from galley.kernel.errors import invariant
from galley.store.database import Database

__all__ = ["Save", "discard", "draft", "drafts", "prune", "put", "put_many"]

_KEPT_AFTER_SUBMIT: Final = timedelta(days=7)
_KEPT_AT_MOST: Final = timedelta(days=90)


class Save(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of somebody's draft."""

    labeler: int
    slot: int
    piece: Piece


def put(database: Database, clock: Clock, project: int, save: Save) -> DraftReceipt:
    """Keep a piece. The same number again changes nothing; see `Outcome`. Raises DraftTooLargeError, AnswerBodyError."""
    return put_many(database, clock, project, [save])[0]


def put_many(database: Database, clock: Clock, project: int, saves: Sequence[Save]) -> list[DraftReceipt]:
    """Keep pieces of different drafts in one statement; receipts in their order."""
    invariant(len({(save.labeler, save.slot) for save in saves}) == len(saves), "one piece a draft in a call")
    facts: dict[str, Any] = {
        "project": project,
        "labelers": [save.labeler for save in saves],
        "slots": [save.slot for save in saves],
        "seqs": [save.piece.seq for save in saves],
        "wholes": [save.piece.whole for save in saves],
        "bodies": [_body(save.piece) for save in saves],
        "bytes_max": TOTAL_BYTES_MAX,
        "pieces_max": PIECES_MAX,
        "now": clock.now(),
    }
    return database.retried(lambda connection: repo.put_pieces(connection, facts))


def _body(piece: Piece) -> str:
    text = StoredAnswer.of(piece.body).text
    size = len(text.encode())
    if size > PIECE_BYTES_MAX:
        raise DraftTooLargeError(bytes=size, most=PIECE_BYTES_MAX)
    return text


def draft(database: Database, project: int, labeler: int, slot: int) -> Draft:
    """A labeler's own draft of a slot; raises DraftMissingError."""
    facts = {"project": project, "labeler": labeler, "slot": slot}
    with database.connection() as connection:
        rows = repo.pieces(connection, facts)
        held = bool(rows) and repo.holds(connection, labeler, slot)
    if not rows:
        raise DraftMissingError(slot=slot)
    first = max((place for place, row in enumerate(rows) if row[1]), default=0)
    found = tuple(Piece(seq=seq, whole=whole, body=msgspec.json.decode(body)) for seq, whole, body, _ in rows[first:])
    return Draft(slot=slot, pieces=found, written_at=rows[-1][3], held=held)


def drafts(database: Database, project: int, labeler: int, after: int = 0, limit: int = 100) -> list[DraftHead]:
    """A labeler's own drafts in a project, those of lost leases too."""
    facts = {"project": project, "labeler": labeler, "after": after, "limit": limit}
    with database.connection() as connection:
        return repo.drafts_of(connection, facts)


def discard(database: Database, project: int, labeler: int, slot: int) -> None:
    """Forget a labeler's own draft; raises DraftMissingError."""
    with database.connection() as connection:
        if not repo.discard(connection, {"project": project, "labeler": labeler, "slot": slot}):
            raise DraftMissingError(slot=slot)


def prune(database: Database, clock: Clock, limit: int = 1000) -> int:
    """Duty: forget drafts a week after their work was submitted, and any after 90 days; how many rows.

    `database` is the house's.
    """
    now = clock.now()
    with database.connection() as connection:
        return repo.prune(connection, now - _KEPT_AFTER_SUBMIT, now - _KEPT_AT_MOST, limit)
