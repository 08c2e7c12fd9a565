"""The elements of a huge JSON array one by one, as bytes: memory holds one element and one chunk, whatever the file.

Chunks are scanned with array operations (quotes, escapes, brackets), so the splitter runs near memory speed; decoding the
elements is left to a real JSON parser, which also finds what the splitter does not look at.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from galley.kernel.limits import JSON_DEPTH_MAX, LINE_BYTES_MAX
from galley.labels.errors import LabelFileError, LabelFileSizeError

__all__ = ["Element", "json_elements"]

CHUNK_BYTES: Final = 1 << 20

_QUOTE, _BACKSLASH = 0x22, 0x5C


class Element(NamedTuple):
    """One element of the array."""

    place: int
    line: int  # where it begins, from 1
    data: bytes


def json_elements(stream: BinaryIO, format_name: str, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Element]:
    """The objects of a top-level JSON array, or the one object the file is.

    Raises LabelFileError when it is neither, ends early, or holds anything else between elements; LabelFileSizeError for
    an element beyond LINE_BYTES_MAX or JSON_DEPTH_MAX.
    """
    splitter = _Splitter(format_name)
    while chunk := stream.read(chunk_bytes):
        yield from splitter.feed(chunk)
    splitter.finish()


class _Splitter:
    def __init__(self, format_name: str) -> None:
        self._format = format_name
        self._floor: int | None = None  # nesting depth of an element: 1 in an array, 0 for a single object
        self._depth = 0
        self._in_string = False
        self._escaped = False  # the last byte was a backslash that escapes the next one
        self._pending = b""  # the beginning of an unfinished element
        self._place = 0
        self._line = 1  # of the first pending byte
        self._separated = True  # a comma, or nothing yet, stands before the next element
        self._done = False

    def feed(self, chunk: bytes) -> Iterator[Element]:
        if self._floor is None:
            if self._place == 0 and not self._pending and chunk.startswith(b"\xef\xbb\xbf"):
                chunk = chunk[3:]
            chunk = self._opened(chunk)
            if self._floor is None:
                return
        ends, starts = self._edges(np.frombuffer(chunk, dtype=np.uint8))
        cursor = 0
        for start, end in zip(starts, ends, strict=True):
            if start >= 0:
                self._between(chunk[cursor:start])
                self._begin()
                cursor = start
            if end < 0:
                break
            yield self._cut(chunk[cursor:end])
            cursor = end
        rest = chunk[cursor:]
        if self._depth > (self._floor or 0) or self._in_string:
            self._pending += rest
            if len(self._pending) > LINE_BYTES_MAX:
                raise LabelFileSizeError(
                    format=self._format, line=self._line, limit=f"{LINE_BYTES_MAX} bytes", found=""
                )
        else:
            self._between(rest)

    def finish(self) -> None:
        if self._pending or self._floor is None or not self._done:
            raise LabelFileError(format=self._format, line=self._line, found="…EOF")

    def _opened(self, chunk: bytes) -> bytes:
        """Past the opening bracket of the array."""
        bare = chunk.lstrip()
        self._line += chunk[: len(chunk) - len(bare)].count(b"\n")
        if bare.startswith(b"["):
            self._floor = self._depth = 1
            return bare[1:]
        if bare.startswith(b"{"):
            self._floor = 0
        elif bare:
            raise self._wrong(bare)
        return bare

    def _edges(self, codes: npt.NDArray[np.uint8]) -> tuple[list[int], list[int]]:
        """Where elements end (exclusive) and start in the chunk; -1 where the start or end lies in another chunk."""
        quotes = np.flatnonzero(codes == _QUOTE)
        quotes = self._unescaped(codes, quotes)
        folded = codes | 0x20  # [ ] { } are 0x5B 0x5D 0x7B 0x7D
        brackets = np.flatnonzero((folded == 0x7B) | (folded == 0x7D))
        outside = (np.searchsorted(quotes, brackets) + self._in_string) % 2 == 0
        brackets = brackets[outside]
        steps = np.where(codes[brackets] & 0x06 == 0x02, 1, -1)
        depths = self._depth + np.cumsum(steps)
        if len(depths) and int(depths.max()) > JSON_DEPTH_MAX:
            raise LabelFileSizeError(format=self._format, line=self._line, limit=f"{JSON_DEPTH_MAX} levels", found="")
        floor = self._floor or 0
        starts = brackets[(steps > 0) & (depths == floor + 1)].tolist()
        ends = (brackets[(steps < 0) & (depths == floor)] + 1).tolist()
        if self._depth > floor:
            starts.insert(0, -1)
        if len(ends) < len(starts):
            ends.append(-1)
        self._in_string = bool((len(quotes) + self._in_string) % 2)
        self._depth = int(depths[-1]) if len(depths) else self._depth
        if self._depth < floor:
            starts, ends = starts[: len(ends)], ends[: len(starts)]
        return ends, starts

    def _unescaped(self, codes: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The quotes that no odd run of backslashes stands before."""
        slashes = codes == _BACKSLASH
        carried, last = self._escaped, len(codes)
        if not slashes.any():
            self._escaped = False
            return quotes[1:] if carried and len(quotes) and quotes[0] == 0 else quotes
        places = np.arange(last)
        # The last byte at or before each place that is no backslash; -1 stands before the chunk.
        solid = np.maximum.accumulate(np.where(slashes, -1, places))
        before = np.concatenate([[-1], solid[:-1]])
        runs = places - 1 - before
        runs = runs + ((before == -1) & carried)
        self._escaped = bool((last - 1 - solid[-1] + (solid[-1] == -1 and carried)) % 2)
        return np.asarray(quotes[runs[quotes] % 2 == 0])

    def _begin(self) -> None:
        if not self._separated or self._done:
            raise self._wrong(b"{")
        self._separated = False

    def _cut(self, tail: bytes) -> Element:
        data = self._pending + tail
        if len(data) > LINE_BYTES_MAX:
            raise LabelFileSizeError(format=self._format, line=self._line, limit=f"{LINE_BYTES_MAX} bytes", found="")
        element = Element(self._place, self._line, data)
        self._line += data.count(b"\n")
        self._pending = b""
        self._place += 1
        if self._floor == 0:
            self._done = True
        return element

    def _between(self, gap: bytes) -> None:
        """White space, one comma between elements, and the array's closing bracket; anything else is refused."""
        if gap in (b",", b", ") and not self._separated and not self._done:  # nearly always
            self._separated = True
            return
        for word in gap.split():
            for code in word:
                if self._done or code not in b",]" or (code == 0x2C and self._separated):
                    raise self._wrong(word)
                if code == 0x2C:
                    self._separated = True
                elif self._separated and self._place:
                    raise self._wrong(b",]")
                else:
                    self._done = True
        self._line += gap.count(b"\n")

    def _wrong(self, found: bytes) -> LabelFileError:
        return LabelFileError(format=self._format, line=self._line, found=found[:40].decode("utf-8", "replace"))
