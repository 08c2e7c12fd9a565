"""What the catalogue knows: versions and the evidence about them."""

from datetime import datetime

import msgspec

__all__ = ["Evidence", "Release", "Version", "VersionRow"]


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable version of a dataset."""

    name: str  # the dataset
    number: int  # 1, 2, 3 … within the dataset
    root: str  # catalog.manifest.manifest_root, hex
    manifest: str  # SHA-256 of the manifest's blob
    rows: int
    run_id: str | None  # the run that made it
    created_at: datetime
    parents: tuple[str, ...]  # roots of the versions it was made from, sorted

    @property
    def spec(self) -> str:
        """How people name it: `name@number`."""
        return f"{self.name}@{self.number}"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A signed statement about a version's root."""

    root: str
    kind: str  # collection, provenance, annotation, assessment, release …
    envelope: str  # SHA-256 of the envelope's blob
    created_at: datetime


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A release that a line wrote, and where."""

    id: int
    name: str  # owner/dataset
    version: str
    root: str  # of the release
    version_root: str  # of the catalogue version it was made from
    line: str
    run_id: str
    folder: str  # on the machine that wrote it
    rows: int
    files: int
    bytes: int
    certified: bool | None  # None: it has no certificate
    simulated: bool
    created_at: datetime


class VersionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A version as lists show it."""

    id: int
    name: str
    number: int
    root: str
    rows: int
    run_id: str | None
    created_at: datetime
    parents: tuple[str, ...]
