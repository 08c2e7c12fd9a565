"""Canonical bytes: the one way Galley turns a value into bytes that are hashed or signed (RFC 8785)."""

import hashlib
from typing import Any

import msgspec
import rfc8785

__all__ = ["canonical_json", "digest_of", "sha256_hex"]


def canonical_json(value: Any) -> bytes:
    """RFC 8785 JSON of a plain value or a msgspec struct.

    Integers beyond 2**53 are refused by the standard: put such numbers in strings.
    """
    return rfc8785.dumps(msgspec.to_builtins(value))


def sha256_hex(data: bytes | memoryview) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def digest_of(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of a value."""
    return sha256_hex(canonical_json(value))
