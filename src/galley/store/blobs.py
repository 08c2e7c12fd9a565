"""Blobs: content-addressed bytes on a shelf, under `sha256/ab/cdef…`."""

import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from galley.kernel.canonical import sha256_hex
from galley.store.errors import BlobCorruptError, BlobMissingError, ContentTooLargeError
from galley.store.objects import Shelf

__all__ = ["StoredBlobs", "blob_name"]

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def blob_name(sha256: str) -> str:
    """Where a blob lies on its shelf; raises BlobMissingError for what is not a SHA-256 in hex."""
    if not _SHA256.fullmatch(sha256):
        raise BlobMissingError(sha256=sha256)
    return f"sha256/{sha256[:2]}/{sha256[2:]}"


class StoredBlobs:
    """`kernel.ports.Blobs` on a shelf.

    A blob is whole as soon as it has its name, but survives a power cut only after `flush`: syncing each of a million
    small files would cost more than all the work on them. Whoever records blobs durably flushes before.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def put(self, data: bytes) -> str:
        sha256 = sha256_hex(data)
        name = blob_name(sha256)
        # A file torn by a power cut has another size: then it is written again.
        if self._shelf.size(name) != len(data):
            self._shelf.replace(name, data)
        return sha256

    def put_stream(self, chunks: Iterator[bytes], limit_bytes: int) -> tuple[str, int]:
        digest = hashlib.sha256()
        size = 0
        staged = self._shelf.stage()
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > limit_bytes:
                    raise ContentTooLargeError(limit=limit_bytes)
                digest.update(chunk)
                staged.write(chunk)
            sha256 = digest.hexdigest()
            if self._shelf.size(blob_name(sha256)) != size:
                staged.commit(blob_name(sha256))
        finally:
            staged.discard()
        return sha256, size

    def get(self, sha256: str) -> bytes:
        data = self._shelf.read(blob_name(sha256))
        if data is None:
            raise BlobMissingError(sha256=sha256)
        found = sha256_hex(data)
        if found != sha256:
            raise BlobCorruptError(sha256=sha256, found=found)
        return data

    def open(self, sha256: str) -> BinaryIO:
        file = self._shelf.open(blob_name(sha256))
        if file is None:
            raise BlobMissingError(sha256=sha256)
        return file

    def has(self, sha256: str) -> bool:
        return bool(_SHA256.fullmatch(sha256)) and self._shelf.size(blob_name(sha256)) is not None

    def size(self, sha256: str) -> int:
        size = self._shelf.size(blob_name(sha256))
        if size is None:
            raise BlobMissingError(sha256=sha256)
        return size

    def flush(self) -> None:
        self._shelf.flush()
