"""What is sent and answered where data come in and go out."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from galley.annotate.content.model import Import, ImportState, RowError, Upload, UploadState
from galley.line.export_snapshot import SnapshotSettings
from galley.line.importing import ImportSettings
from galley.worker.jobs.model import Job, JobState

__all__ = [
    "ImportBody",
    "ImportStarted",
    "ImportView",
    "JobLink",
    "JobView",
    "NewUpload",
    "RowErrorView",
    "SnapshotBody",
    "UploadView",
]

Name = Annotated[str, msgspec.Meta(max_length=300)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class NewUpload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file to come."""

    bytes: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    name: Name = "upload"
    sha256: Sha256 | None = None  # checked when all has come


class UploadView(msgspec.Struct, frozen=True, kw_only=True):
    """A file as far as it has come."""

    id: int
    name: str
    bytes: int
    received: int
    sha256: str | None
    state: UploadState
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, upload: Upload) -> "UploadView":
        """As its senders see it."""
        return msgspec.convert(upload, cls, from_attributes=True)


class ImportBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to import, and how: an upload, or a folder of the server."""

    upload: Number | None = None
    folder: Annotated[str, msgspec.Meta(max_length=1000)] | None = None
    settings: ImportSettings = ImportSettings()


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """An import and what became of its rows: read = added + already + failed."""

    id: int
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

    @classmethod
    def of(cls, found: Import) -> "ImportView":
        """As managers see it."""
        return msgspec.convert(found, cls, from_attributes=True)


class RowErrorView(msgspec.Struct, frozen=True, kw_only=True):
    """Why one row is not in the project."""

    row: int
    line: int
    place: str
    code: str
    message: str
    excerpt: str

    @classmethod
    def of(cls, error: RowError, language: str) -> "RowErrorView":
        """In a language."""
        said = error.message_zh if language == "zh" else error.message
        return cls(
            row=error.row, line=error.line, place=error.place, code=error.code, message=said, excerpt=error.excerpt
        )


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job from being asked for to its result."""

    id: int
    project: int | None
    kind: str
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

    @classmethod
    def of(cls, job: Job) -> "JobView":
        """As managers see it; where its result lies is told by a link alone."""
        view = msgspec.convert(job, cls, from_attributes=True)
        if job.result is None or "blob" not in job.result:
            return view
        shown = {name: value for name, value in job.result.items() if name != "blob"}
        return msgspec.structs.replace(view, result=shown)


class ImportStarted(msgspec.Struct, frozen=True, kw_only=True):
    """An import that a job does."""

    import_id: int
    job: JobView


class SnapshotBody(SnapshotSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which exporter, with which options."""


class JobLink(msgspec.Struct, frozen=True, kw_only=True):
    """Where the result of a job can be fetched, for some minutes."""

    href: str
    name: str
    bytes: int
