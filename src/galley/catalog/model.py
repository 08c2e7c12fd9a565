"""What the catalogue knows: versions and the evidence about them."""

from datetime import datetime

import msgspec

__all__ = ["Evidence", "Version"]


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
