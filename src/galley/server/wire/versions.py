"""What the pages of versions get."""

from typing import Any

import msgspec

from galley.catalog.compare import Changed
from galley.catalog.model import Version, VersionRow

__all__ = ["ComparedPage", "RecordView", "VersionView"]


class VersionView(msgspec.Struct, kw_only=True):
    """A version with what is in it."""

    version: Version
    id: int
    shards: int
    bytes: int
    labelled: bool
    label_schema: dict[str, Any] | None
    columns: list[tuple[str, str]]  # name, type
    children: list[VersionRow]


class RecordView(msgspec.Struct, kw_only=True):
    """A record in a list: small content whole, long texts cut."""

    id: str
    modality: str
    text: str | None
    cut: bool  # there is more text
    link: str | None  # path that shows its picture, sound or film for an hour
    media_type: str
    bytes: int
    width: int | None
    height: int | None
    source: str
    key: str
    license: str
    meta: dict[str, Any]
    labels: dict[str, Any] | None
    decided_by: str | None
    labeler_kind: str | None
    confidence: float | None


class ComparedPage(msgspec.Struct, kw_only=True):
    """Records that differ between two versions."""

    items: list[Changed]
    next: str | None
    totals: dict[str, int]
    links: dict[str, str]  # SHA-256 of what a record shows on either side -> where it can be looked at
