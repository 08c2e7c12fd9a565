"""The lines of a stream, with their numbers, bounded in length and in a known encoding."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from galley.collect.encoding import SAMPLE_BYTES, detect_lines
from galley.collect.errors import BrokenStreamError, LineTooLongError, RecordError
from galley.kernel import limits

__all__ = ["Line", "Lines", "open_lines"]


class Line(NamedTuple):
    """One physical line without its LF (a CR stays: inside CSV quotes it is content); `problem` says why there is no usable content."""

    number: int  # from 1
    data: bytes
    problem: RecordError | None = None


class Lines(NamedTuple):
    """The lines of one file, and the encoding of their bytes."""

    encoding: str
    lines: Iterator[Line]


def open_lines(stream: BinaryIO, name: str, encoding: str | None = None) -> Lines:
    """The lines of a stream. UTF-16 and UTF-32 are turned into UTF-8 on the way, because their line ends are no bytes."""
    file = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(_Raw(stream))
    try:
        sample = _peek(file)
    except RecordError as problem:
        return Lines("utf-8", iter((Line(0, b"", problem),)))
    found = encoding or detect_lines(sample)
    if found == "utf-8-sig" or (found == "utf-8" and sample.startswith(codecs.BOM_UTF8)):
        file.read(3)
        found = "utf-8"
    if found.startswith(("utf-16", "utf-32")):
        return Lines("utf-8", _lines(io.BufferedReader(_Recoded(file, found, name))))
    return Lines(found, _lines(file))


def _peek(file: io.BufferedReader) -> bytes:
    """The beginning of the stream without consuming it, as much as one buffer holds."""
    return file.peek(SAMPLE_BYTES)[:SAMPLE_BYTES]


def _lines(file: io.BufferedReader) -> Iterator[Line]:
    number, limit = 0, limits.LINE_BYTES_MAX
    with file:
        while True:
            number += 1
            try:
                line = file.readline(limit + 2)
                if len(line.rstrip(b"\r\n")) > limit:
                    _skip_line(file, line)
                    yield Line(
                        number, line[: limits.QUARANTINE_EXCERPT_BYTES_MAX], LineTooLongError(line=number, limit=limit)
                    )
                    continue
            except RecordError as problem:
                yield Line(number, b"", problem)
                return
            if not line:
                return
            yield Line(number, line.removesuffix(b"\n"))


def _skip_line(file: io.BufferedReader, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(1024 * 1024)


class _Raw(io.RawIOBase):
    """Any readable stream as a raw one, so that it can be buffered and peeked into."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()


class _Recoded(io.RawIOBase):
    """A stream in another encoding as UTF-8, strictly."""

    def __init__(self, inner: BinaryIO, encoding: str, name: str) -> None:
        self._inner, self._name = inner, name
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        while not self._ready and not self._ended:
            data = self._inner.read(64 * 1024)
            self._ended = not data
            try:
                self._ready = self._decoder.decode(data, final=self._ended).encode()
            except UnicodeError as problem:
                raise BrokenStreamError(name=self._name, reason=str(problem)) from problem
        part = self._ready[: len(buffer)]
        self._ready = self._ready[len(part) :]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()
