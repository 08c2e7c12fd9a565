"""The canonical hash of a record: what `record_root` is made of, and what names a guilty record.

The hash covers the record's columns and its label columns as the catalogue defines them, so it can be recomputed from
the released Parquet alone: SHA-256 of the RFC 8785 JSON of the row without nulls' omission (a null is `null`), where
media stand as the SHA-256 of their bytes (column `blob`).
"""

import hashlib
import operator
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from galley.kernel.canonical import canonical_json
from galley.kernel.record import LABELS_SCHEMA, RECORD_SCHEMA

__all__ = ["HASHED_COLUMNS", "record_bytes", "record_hash", "record_hashes"]

HASHED_COLUMNS: Final[tuple[str, ...]] = tuple(
    sorted([*RECORD_SCHEMA.names, *(name for name in LABELS_SCHEMA.names if name != "id")])
)
"""Sorted by name, which for ASCII names is RFC 8785's order."""

_VALUES = operator.itemgetter(*HASHED_COLUMNS)
_ENCODER = msgspec.json.Encoder()
_MISSING: Final[dict[str, Any]] = {"decided_by": "nobody", "labeler_kind": "none", "judgements": 0}


def record_bytes(row: Mapping[str, Any]) -> bytes:
    """The canonical bytes of one row (a mapping with at least the record columns)."""
    try:
        plain: dict[str, Any] = dict(zip(HASHED_COLUMNS, _VALUES(row), strict=True))
    except KeyError:  # an unlabelled version
        plain = {name: row.get(name, _MISSING.get(name)) for name in HASHED_COLUMNS}
    if plain["confidence"] is not None:
        # Only numbers with a fraction are written differently by the two encoders.
        plain["confidence"] = msgspec.Raw(canonical_json(plain["confidence"]))
    return _ENCODER.encode(plain)


def record_hash(row: Mapping[str, Any]) -> bytes:
    """SHA-256 (32 bytes) of the canonical bytes of one row."""
    return hashlib.sha256(record_bytes(row)).digest()


def record_hashes(rows: Iterable[Mapping[str, Any]]) -> list[bytes]:
    """The hashes of several rows, in order."""
    return [record_hash(row) for row in rows]
