"""What the client gets where the server's own types only pass bytes through."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from galley.annotate.model import Receipt, Stage
from galley.annotate.work.model import Refused

__all__ = ["Before", "Lease", "Work"]


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What was there before: the returned answer of rework, or the answer under review."""

    slot: int
    revision: int | None
    reason: str | None = None
    note: str | None = None
    body: Any = None


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """An item to work on: what a person sees of it, and the right to answer until a moment."""

    slot: int
    item: str
    token: UUID
    until: datetime
    stage: Stage
    attempt: int
    schema_version: int
    guideline_version: int
    content: Any = None
    before: Before | None = None


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an answer, and what one holds now."""

    receipt: Receipt | None
    leases: list[Lease]
    label_schema: str
    refused: Refused | None
    retry_seconds: int | None
