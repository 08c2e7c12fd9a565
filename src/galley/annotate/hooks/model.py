"""What a webhook is, and what is told to it."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec

__all__ = ["EVENTS", "Delivery", "Due", "Hook", "HookState", "MadeHook", "NewHook"]

EVENTS: Final[tuple[str, ...]] = (
    "submitted",
    "revised",
    "reviewed",
    "returned",
    "skipped",
    "voided",
    "orphaned",
)
"""What can be told: the kinds of lines in the outbox."""

HookState = Literal["active", "paused", "failing"]


class NewHook(msgspec.Struct, frozen=True, kw_only=True):
    """Where to tell, and what of."""

    url: str
    events: tuple[str, ...]  # of EVENTS
    project: int | None = None  # None: every project of the organisation


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook as its owner sees it, without its secret."""

    id: int
    project: int | None
    url: str
    events: list[str]
    state: HookState
    failing_since: datetime | None
    created_at: datetime


class MadeHook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook just made; the only time its secret is shown."""

    hook: Hook
    secret: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one webhook, and how telling it fared."""

    id: int
    kind: str
    body: Any
    state: Literal["pending", "told", "given-up"]
    attempts: int
    next_at: datetime | None
    status: int | None
    problem: str
    created_at: datetime
    told_at: datetime | None


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery whose turn has come."""

    id: int
    organisation: int
    hook: int
    url: str
    secret: str
    body: str  # JSON text, sent as it is
    attempts: int  # this one included
