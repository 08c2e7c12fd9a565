"""Jobs as their owners and workers see them."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

__all__ = ["JOB_STATES", "Claimed", "Job", "JobState", "Wanted"]

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
JOB_STATES: Final[tuple[JobState, ...]] = ("waiting", "running", "done", "failed", "cancelled")


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One job."""

    id: int
    project: int | None
    kind: str
    params: dict[str, Any]
    state: JobState
    asked_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int
    cancelling: bool
    progress: dict[str, Any]
    result: dict[str, Any] | None
    error: dict[str, Any] | None


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A job as leased to one worker."""

    id: int
    organisation: int
    project: int | None
    kind: str
    params: dict[str, Any]
    attempts: int
    token: UUID


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it is asked for."""

    kind: str
    params: dict[str, Any]
    asked_by: str
    project: int | None = None
    person: int | None = None  # who asked, and is told when it ends
    once: str | None = None  # two unfinished jobs of an organisation never have the same
