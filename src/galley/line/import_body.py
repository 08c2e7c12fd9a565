"""A body of data as it streams in: forwards only, with its first bytes kept so that it can be told what it is."""

import io
from collections.abc import Callable
from typing import BinaryIO, Final, cast

import msgspec

from galley.annotate.content.errors import BodyCutError, FormatUnknownError
from galley.collect.errors import RecordError
from galley.collect.packed import unpacked
from galley.labels.formats.dialogue import DIALOGUE_FORMATS

__all__ = ["FORMATS", "Body", "format_of", "needs_whole"]

FORMATS: Final = ("auto", "jsonl", "json", "csv", "tsv", "parquet", "archive", "label-studio", *DIALOGUE_FORMATS)
_HEAD_BYTES: Final = 64 * 1024
_BUFFER_BYTES: Final = 256 * 1024
_PACKED: Final = (".gz", ".bz2", ".xz", ".zst")
_STUDIO: Final = (b'"annotations"', b'"predictions"')
_OLD_STUDIO: Final = (b'"completions"', b'"data"')  # PRM800K's rows have completions, too
_ARCHIVES: Final = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")
_BY_NAME: Final = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
}


class Body(io.RawIOBase):
    """A stream read forwards; `seek(0)` works as long as only its first 64 KiB were read."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        super().__init__()
        self._read = read
        self._kept: bytearray | None = bytearray()
        self._again = b""
        self._place = 0
        self._cut: BodyCutError | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if whence != io.SEEK_SET or offset != 0 or self._kept is None:
            raise io.UnsupportedOperation
        self._again, self._place = bytes(self._kept), 0
        return 0

    def read(self, size: int = -1, /) -> bytes:
        wanted = _BUFFER_BYTES if size < 0 else size
        if self._again:
            data, self._again = self._again[:wanted], self._again[wanted:]
        elif self._cut is not None:
            raise self._cut
        else:
            data = self._read(wanted)
            if self._kept is not None:
                self._kept += data
                if len(self._kept) > _HEAD_BYTES + _BUFFER_BYTES:
                    self._kept = None
        self._place += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # any writable buffer
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def head(self) -> bytes:
        """The first bytes, without taking them."""
        self.seek(0)
        held = bytearray()
        try:
            while len(held) < _HEAD_BYTES and (chunk := self.read(_HEAD_BYTES - len(held))):
                held += chunk
        except BodyCutError as problem:
            self._cut = problem  # whoever reads on meets it where it happened
        self.seek(0)
        return bytes(held)

    def unpacked(self, name: str) -> io.BufferedReader:
        """The content from its beginning, decompressed if it is compressed, and never without bounds."""
        self.seek(0)
        inner = unpacked(cast(BinaryIO, self), name)
        return inner if isinstance(inner, io.BufferedReader) else io.BufferedReader(self, _BUFFER_BYTES)


def needs_whole(form: str) -> bool:
    """Whether a format can only be read from a whole file: its table of contents is at the end."""
    return form in ("archive", "parquet")


def format_of(given: str, name: str, head: bytes) -> str:
    """The format of a body: what the sender says, else what its first bytes and its name say. Raises FormatUnknownError."""
    if given != "auto":
        if given not in FORMATS:
            raise FormatUnknownError(found=given, known=", ".join(FORMATS))
        return given
    lower = name.lower()
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06") or head[257:262] == b"ustar" or lower.endswith(_ARCHIVES):
        return "archive"
    if head[:4] == b"PAR1":
        return "parquet"
    inner = _unpacked_head(head, name)
    if inner[257:262] == b"ustar":
        return "archive"
    for ending in _PACKED:
        lower = lower.removesuffix(ending)
    return next((form for ending, form in _BY_NAME.items() if lower.endswith(ending)), "") or _of_text(inner)


def _of_text(head: bytes) -> str:
    bare = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if bare[:1] == b"[":
        studio = any(word in head for word in _STUDIO) or all(word in head for word in _OLD_STUDIO)
        return "label-studio" if studio else "json"
    if bare[:1] != b"{":
        return "tsv" if b"\t" in bare.partition(b"\n")[0] else "csv"
    try:
        msgspec.json.decode(bare.partition(b"\n")[0])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "json" if b"\n" in bare and bare[:2].strip() == b"{" else "jsonl"
    return "jsonl"


def _unpacked_head(head: bytes, name: str) -> bytes:
    try:
        return unpacked(io.BytesIO(head), name).read(_HEAD_BYTES)
    except (RecordError, OSError):  # the head of a compressed stream ends in the middle: what came before is enough
        try:
            return unpacked(io.BytesIO(head), name).read(512)
        except (RecordError, OSError):
            return b""
