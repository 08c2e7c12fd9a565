"""Ports: what pure code and extensions may ask of the outside world, as protocols.

`galley.store` implements them over files, object storage and PostgreSQL; `galley.testing` implements them in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from galley.kernel.clock import Clock

__all__ = ["Blobs", "Desk", "Objects"]


class Objects(Protocol):
    """Named immutable objects. Names are `/`-separated ASCII paths."""

    def get(self, name: str) -> bytes | None:
        """The object's bytes, or None when there is none."""
        ...

    def put_if_absent(self, name: str, data: bytes) -> bool:
        """Store the object unless the name is taken; True when this call stored it. Atomic and durable on return."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """The names below a prefix, sorted."""
        ...


class Blobs(Protocol):
    """Content-addressed bytes: the name of a blob is the SHA-256 (64 hex digits) of its bytes."""

    def put(self, data: bytes) -> str:
        """Store bytes (no-op when present) and return their SHA-256."""
        ...

    def put_stream(self, chunks: Iterator[bytes], limit_bytes: int) -> tuple[str, int]:
        """Store a stream without holding it in memory; (SHA-256, size). Raises when it exceeds the limit."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes; raises BlobMissingError, and BlobCorruptError when they no longer have that hash."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """A readable binary file over the bytes, for content too large for memory; not verified."""
        ...

    def has(self, sha256: str) -> bool:
        """Whether the blob is present."""
        ...

    def size(self, sha256: str) -> int:
        """Its size in bytes; raises BlobMissingError."""
        ...

    def flush(self) -> None:
        """Make every blob stored so far survive a power cut; whoever records blobs durably calls it before."""
        ...


@dataclass(frozen=True)
class Desk:
    """What an extension finds on its desk: blobs to read and write, the line's folder, a clock and its own seed."""

    blobs: Blobs
    base: Path  # relative paths in a recipe start here
    clock: Clock
    seed: bytes
