"""A file of lines as a stream of bytes, unpacked on the way when it is gzip, bzip2, xz or zstandard, and never without
bounds."""

import bz2
import gzip
import io
import lzma
import zlib
from typing import BinaryIO, Final, cast

import pyarrow as pa

from galley.collect.errors import BrokenStreamError, UnpacksTooLargeError
from galley.kernel import limits

__all__ = ["BOMB_FLOOR_BYTES", "BROKEN_STREAM", "unpacked"]

BOMB_FLOOR_BYTES: Final = 10 * 1024 * 1024
"""Below this unpacked size a ratio means nothing."""

_BUFFER_BYTES: Final = 256 * 1024

BROKEN_STREAM: Final = (EOFError, OSError, zlib.error, lzma.LZMAError, pa.ArrowException)
"""What decompressors raise on damaged or truncated input."""


def unpacked(file: BinaryIO, name: str) -> BinaryIO:
    """The content of an open file, decompressed if its magic number says it is compressed.

    Reading raises BrokenStreamError when the stream is damaged and UnpacksTooLargeError when it is a bomb.
    """
    head = file.read(6)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        inner: BinaryIO = cast(BinaryIO, gzip.GzipFile(fileobj=file))
    elif head[:3] == b"BZh":
        inner = cast(BinaryIO, bz2.BZ2File(file))
    elif head == b"\xfd7zXZ\0":
        inner = cast(BinaryIO, lzma.LZMAFile(file))  # noqa: SIM115  closed with the stream
    elif head[:4] == b"\x28\xb5\x2f\xfd":
        inner = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
    else:
        return file
    return io.BufferedReader(_Guarded(inner, file, name), _BUFFER_BYTES)


class _Guarded(io.RawIOBase):
    """Counts what a decompressor gives against what it took."""

    def __init__(self, inner: BinaryIO, packed: BinaryIO, name: str) -> None:
        self._inner, self._packed, self._name = inner, packed, name
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        try:
            data = self._inner.read(len(buffer))
        except BROKEN_STREAM as problem:
            raise BrokenStreamError(name=self._name, reason=str(problem) or type(problem).__name__) from problem
        self._given += len(data)
        bound = max(BOMB_FLOOR_BYTES, limits.ARCHIVE_RATIO_MAX * max(self._packed.tell(), 1))
        if self._given > min(bound, limits.ARCHIVE_UNPACKED_BYTES_MAX):
            raise UnpacksTooLargeError(name=self._name, limit=f"{min(bound, limits.ARCHIVE_UNPACKED_BYTES_MAX)} bytes")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
            self._packed.close()
        super().close()
