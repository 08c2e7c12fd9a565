"""Identifiers: record ids follow from where the data came from; other ids follow from time and injected randomness."""

import hashlib

__all__ = ["RECORD_ID_LENGTH", "child_id", "record_id"]

RECORD_ID_LENGTH = 32


def record_id(source: str, key: str, occurrence: int = 0) -> str:
    """The id of a record: 32 hex digits of SHA-256 over its source's name and its key in that source.

    The content is deliberately not in it, so that a corrected record keeps its identity between versions and a diff
    can say "changed". `occurrence` tells repeated keys apart (the repeats are quarantined, but they stay countable).
    """
    seed = f"galley/record/v1\0{source}\0{key}\0{occurrence}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(seed).hexdigest()[:RECORD_ID_LENGTH]


def child_id(parents: tuple[str, ...], step: str, index: int) -> str:
    """The id of a record made by splitting or merging: a pure function of its parents, the step and its place."""
    seed = f"galley/child/v1\0{','.join(parents)}\0{step}\0{index}".encode()
    return hashlib.sha256(seed).hexdigest()[:RECORD_ID_LENGTH]
