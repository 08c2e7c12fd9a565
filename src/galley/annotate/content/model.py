"""The words of bringing data in and out."""

from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

import msgspec

__all__ = [
    "IMPORT_STATES",
    "BadRow",
    "Batch",
    "BatchCounts",
    "Counts",
    "ExportAnswer",
    "Import",
    "ImportRow",
    "ImportState",
    "RowError",
    "Slots",
    "Upload",
    "UploadPart",
    "UploadState",
]

ImportState = Literal["waiting", "running", "done", "failed", "cancelled"]
IMPORT_STATES: Final[tuple[ImportState, ...]] = ("waiting", "running", "done", "failed", "cancelled")
UploadState = Literal["open", "complete", "failed", "expired"]


class ImportRow(msgspec.Struct, frozen=True, gc=False):
    """One row as read: what people will see, under its id."""

    line: int  # in the file; 0 where it has no lines
    place: str  # the member or file, where there are several
    item: str
    data: bytes  # a JSON object without line feeds


class BadRow(NamedTuple):
    """One row that cannot be taken, and why."""

    line: int
    place: str
    code: str
    message: str
    message_zh: str
    excerpt: bytes


class Batch(NamedTuple):
    """Consecutive rows that are written at once."""

    first_row: int  # from 1
    rows: list[ImportRow | BadRow]


class BatchCounts(NamedTuple):
    """What became of a batch."""

    added: int
    already: int
    failed: int
    mine: bool = True  # False: it was written before


class Slots(msgspec.Struct, frozen=True, kw_only=True):
    """Where new items go: `overlap` label slots each in a pool; none of them when the project's flow decides."""

    overlap: int = 1
    pool: str = ""
    node: str | None = None  # of the project's graph
    priority: int = 0


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the rows of an import: read = added + already + failed."""

    read: int = 0
    added: int = 0
    already: int = 0
    failed: int = 0
    answers: int = 0  # labels that came with the rows


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """One body of data brought into a project."""

    id: int
    project: int
    name: str
    settings: dict[str, Any]
    state: ImportState
    error: dict[str, Any] | None
    created_at: datetime
    ended_at: datetime | None
    read: int
    added: int
    already: int
    failed: int
    answers: int


class RowError(msgspec.Struct, frozen=True, kw_only=True):
    """Why one row is not in the project."""

    row: int
    line: int
    place: str
    code: str
    message: str
    message_zh: str
    excerpt: str


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that arrives in pieces."""

    id: int
    name: str
    bytes: int
    received: int
    sha256: str | None
    blob: str | None
    state: UploadState
    created_by: str
    created_at: datetime
    expires_at: datetime


class UploadPart(msgspec.Struct, frozen=True, kw_only=True):
    """One piece."""

    place: int
    bytes: int
    object: str


class ExportAnswer(msgspec.Struct, frozen=True, gc=False):
    """The newest answer in a submitted slot, as an export needs it."""

    item: str
    slot: int
    stage: str
    labeler: int
    labeler_name: str
    labeler_kind: str
    revision: int
    schema_version: int
    created_at: str  # RFC 3339 UTC
    body: str  # JSON text
    is_gold: bool
