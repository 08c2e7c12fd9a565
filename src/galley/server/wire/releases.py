"""What the pages of versions and releases get."""

from datetime import datetime
from typing import Any

import msgspec

from galley.line.released import CertificateFacts, StatementFacts

__all__ = ["FileView", "ReleaseHead", "ReleaseReport", "ReleaseView"]


class ReleaseHead(msgspec.Struct, kw_only=True):
    """A release in a list."""

    id: int
    name: str
    version: str
    root: str
    version_root: str
    line: str
    run: str
    rows: int
    files: int
    bytes: int
    certified: bool | None  # None: it has no certificate
    simulated: bool
    created_at: datetime


class FileView(msgspec.Struct, kw_only=True):
    """A file of a release."""

    path: str
    bytes: int
    sha256: str
    rows: int | None
    sealed: bool  # listed by seal.json, not by manifest.json
    data: bool  # holds records: it is exported, not only read


class ReleaseView(ReleaseHead, kw_only=True):
    """A release with what is said about it."""

    record_root: str
    card: str  # README.md
    statements: list[StatementFacts]
    certificate: CertificateFacts | None
    has_report: bool


class ReleaseReport(msgspec.Struct, kw_only=True):
    """The numbers behind the report's plots."""

    readings: list[dict[str, Any]]  # metrics of the standards
    counts: dict[str, Any]  # sources, and steps with reasons
    reasons: dict[str, tuple[str, str]] = {}  # the codes of the steps' reasons in words: English, Chinese
    labels: dict[str, Any] | None  # what the annotate stage did
    versions: dict[str, str]  # stage -> root
    certificate: CertificateFacts | None
    audits: list[dict[str, Any]]  # each audited item: label, gold, distance, wrong
