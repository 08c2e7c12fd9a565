"""Words of drafts: pieces, what became of them, what is kept."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

__all__ = ["PIECES_MAX", "PIECE_BYTES_MAX", "TOTAL_BYTES_MAX", "Draft", "DraftHead", "DraftReceipt", "Outcome", "Piece"]

PIECE_BYTES_MAX: Final = 1024 * 1024
TOTAL_BYTES_MAX: Final = 8 * 1024 * 1024
PIECES_MAX: Final = 2000

Outcome = Literal["stored", "known", "gap", "full", "submitted", "foreign"]
"""Of a piece: kept; kept before, or later pieces are; one before it is missing; too much since the last whole one: send
everything as a whole piece; the slot is answered already; the slot never was this labeler's."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """What an editor saves: everything (`whole`), or what happened since the piece before.

    The server does not look into pieces and never puts them together: they are stretches of the editor's own log of
    operations, and the editor replays them. A merged state on the server (RFC 7396) would rewrite all of a large
    drawing for every stroke, and could not say what happened in a list of shapes.
    """

    seq: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
    body: Any
    whole: bool = False


class DraftReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a piece, and which number is expected next."""

    outcome: Outcome
    expected: int


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as it is read back: replay the pieces from the last whole one on."""

    slot: int
    pieces: tuple[Piece, ...]
    written_at: datetime
    held: bool  # whether the lease is still its author's


class DraftHead(msgspec.Struct, frozen=True, kw_only=True):
    """A draft in the list of a person's drafts."""

    slot: int
    item: str
    stage: str
    seq: int
    bytes: int
    written_at: datetime
    held: bool
    state: str  # of the slot
