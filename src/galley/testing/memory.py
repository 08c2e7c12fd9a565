"""Ports in memory: the same promises as the store's, for tests without a disk or a database."""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from galley.kernel.ports import Desk
from galley.store.errors import BlobMissingError, ContentTooLargeError

__all__ = ["FakeClock", "MemoryBlobs", "MemoryObjects", "memory_desk"]


class MemoryBlobs:
    """Blobs in a dictionary."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self.content[sha256] = bytes(data)
        return sha256

    def put_stream(self, chunks: Iterator[bytes], limit_bytes: int) -> tuple[str, int]:
        data = bytearray()
        for chunk in chunks:
            data += chunk
            if len(data) > limit_bytes:
                raise ContentTooLargeError(limit=limit_bytes)
        return self.put(bytes(data)), len(data)

    def get(self, sha256: str) -> bytes:
        if sha256 not in self.content:
            raise BlobMissingError(sha256=sha256)
        return self.content[sha256]

    def open(self, sha256: str) -> BinaryIO:
        return io.BytesIO(self.get(sha256))

    def has(self, sha256: str) -> bool:
        return sha256 in self.content

    def size(self, sha256: str) -> int:
        return len(self.get(sha256))

    def flush(self) -> None:
        return


class MemoryObjects:
    """Objects in a dictionary."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.content.get(name)

    def put_if_absent(self, name: str, data: bytes) -> bool:
        if name in self.content:
            return False
        self.content[name] = bytes(data)
        return True

    def names(self, prefix: str) -> Iterator[str]:
        return iter(sorted(name for name in self.content if name.startswith(prefix)))


class FakeClock:
    """A clock that moves only when told to."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


def memory_desk(base: Path | None = None, seed: bytes = b"\0" * 32) -> Desk:
    """A desk with everything in memory."""
    return Desk(blobs=MemoryBlobs(), base=base or Path(), clock=FakeClock(), seed=seed)
