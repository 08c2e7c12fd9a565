"""The members of an archive, one after another, as streams: never extracted by name, never without bounds."""

import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, NamedTuple

from galley.collect.encoding import detect
from galley.collect.errors import (
    BombError,
    DamagedMemberError,
    EncryptedMemberError,
    LinkMemberError,
    RecordError,
    SpecialMemberError,
    TraversalError,
    TruncatedArchiveError,
)
from galley.collect.packed import BOMB_FLOOR_BYTES, BROKEN_STREAM
from galley.kernel import limits
from galley.kernel.clock import rfc3339

__all__ = ["Member", "check_name", "tar_members", "zip_members"]

CHUNK_BYTES: Final = 1024 * 1024
_HEADER_BYTES_MAX: Final = 1024 * 1024
"""A tar extension header (long name, pax) is read whole: beyond this it is hostile."""

_DIRECTORY_BYTES_A_MEMBER: Final = 128
"""What a zip's directory may need for each permitted member: 46 fixed bytes and its name."""


class Member(NamedTuple):
    """One regular file in an archive, or why it is not read. `chunks` must be used before the next member."""

    name: str
    chunks: Callable[[], Iterator[bytes]]
    packed_bytes: int = 0  # 0: not known for the member alone
    time: str | None = None
    problem: RecordError | None = None


def check_name(raw: str) -> str:
    """A member's name with `/` between folders; raises TraversalError for one that leads anywhere else."""
    name = raw.replace("\\", "/")
    if "\0" in name:
        raise TraversalError(name=raw.replace("\0", "␀"), reason="NUL")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":" and name[0].isalpha()):
        raise TraversalError(name=raw, reason="absolute")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts or not parts:
        raise TraversalError(name=raw, reason="..")
    return "/".join(parts)


def _nothing() -> Iterator[bytes]:
    return iter(())


# --- zip ---------------------------------------------------------------------------------------------------------


def zip_members(file: BinaryIO, archive: str, size: int) -> Iterator[Member]:
    """The files of a zip in the order of its directory; when the directory at its end is lost, in the order they are
    stored. Raises BombError and TruncatedArchiveError."""
    _check_directory(file, archive, size)
    try:
        opened = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, *BROKEN_STREAM, ValueError, struct.error, NotImplementedError) as problem:
        file.seek(0)
        yield from _stored_members(file, archive)
        raise TruncatedArchiveError(name=archive, reason=str(problem)) from problem
    with opened:
        infos = opened.infolist()
        if len(infos) > limits.ARCHIVE_MEMBERS_MAX:
            raise BombError(name=archive, reason=f"{len(infos)} members")
        if sum(info.compress_size for info in infos) > size:
            raise BombError(name=archive, reason="members overlap")
        for info in infos:
            if not info.is_dir():
                yield _zip_member(opened, info)


def _check_directory(file: BinaryIO, archive: str, size: int) -> None:
    """Refuse a directory too large to load, before it is loaded. A damaged one is left to zipfile."""
    file.seek(max(size - 65_557, 0))
    tail = file.read()
    file.seek(0)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) < place + 22:
        return
    directory_bytes = struct.unpack_from("<I", tail, place + 12)[0]
    locator = place - 20
    if directory_bytes == 0xFFFFFFFF and locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        file.seek(min(struct.unpack_from("<Q", tail, locator + 8)[0], size))
        record = file.read(56)
        file.seek(0)
        directory_bytes = struct.unpack_from("<Q", record, 40)[0] if len(record) == 56 else 0
    if directory_bytes > limits.ARCHIVE_MEMBERS_MAX * _DIRECTORY_BYTES_A_MEMBER:
        raise BombError(name=archive, reason=f"a directory of {directory_bytes} bytes")


def _zip_member(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    raw = _zip_name(info)
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    problem: RecordError | None = None
    if info.flag_bits & 1:
        problem = EncryptedMemberError(name=raw)
    elif kind == stat.S_IFLNK:
        problem = LinkMemberError(name=raw)
    elif kind not in (0, stat.S_IFREG):
        problem = SpecialMemberError(name=raw, kind=stat.filemode(mode)[0])

    def chunks() -> Iterator[bytes]:
        try:
            with opened.open(info) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except (zipfile.BadZipFile, *BROKEN_STREAM, NotImplementedError, RuntimeError, struct.error) as fault:
            raise DamagedMemberError(name=raw, reason=str(fault) or type(fault).__name__) from fault

    return Member(raw, chunks, info.compress_size, _dos_time(info.date_time), problem)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: without the UTF-8 flag, Chinese Windows writes GBK where the standard says CP437."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    return _legacy_name(info.orig_filename.encode("cp437", "replace"))


def _legacy_name(raw: bytes) -> str:
    encoding = detect(raw)
    return raw.decode(encoding if encoding in ("utf-8", "gb18030", "big5") else "cp437", "replace")


def _dos_time(parts: tuple[int, ...]) -> str | None:
    """A DOS time has no zone; it is taken as UTC, so that every machine reads the same."""
    year, month, day, hour, minute, second = parts
    try:
        return rfc3339(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    except ValueError:
        return None


# --- zip without its directory -----------------------------------------------------------------------------------


def _stored_members(file: BinaryIO, archive: str) -> Iterator[Member]:
    """What can be saved of a zip that lost its end: members from local header to local header, as long as each is whole
    (APPNOTE 4.3.7). Ends at the first that is not; the caller reports the rest."""
    while True:
        header = file.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            return
        flags, method, time, date, _crc, packed, _size, name_bytes, extra_bytes = struct.unpack("<6xHHHHIIIHH", header)
        name, extra = file.read(name_bytes), file.read(extra_bytes)
        if len(extra) < extra_bytes or method not in (0, 8) or flags & 1 or (flags & 8 and method == 0):
            return
        text = name.decode("utf-8", "replace") if flags & 0x800 else _legacy_name(name)
        start = file.tell()
        found = _measure(file, header, archive)
        if found is None:
            return
        after, taken = found
        if not text.endswith("/"):
            file.seek(start)
            moment = _dos_time(_dos_parts(date, time))
            yield Member(text, _Inflated(file, start, taken, method).chunks, max(taken, packed), moment)
        file.seek(after)


def _measure(file: BinaryIO, header: bytes, archive: str) -> tuple[int, int] | None:
    """(where the next header is, packed bytes) of the member that starts here, or None when it is not whole."""
    flags, method, crc, packed, size = struct.unpack("<6xHH4xIII4x", header)
    start, inflater, seen, taken, total = file.tell(), zlib.decompressobj(-15), 0, 0, 0
    while not inflater.eof and not (method == 0 and taken >= packed):
        want = min(CHUNK_BYTES, packed - taken) if method == 0 else CHUNK_BYTES
        data = file.read(want)
        if not data:
            return None
        taken += len(data)
        pieces = _pieces(inflater, data) if method == 8 else iter((data,))
        try:
            for piece in pieces:
                seen, total = zlib.crc32(piece, seen), total + len(piece)
                if total > max(BOMB_FLOOR_BYTES, limits.ARCHIVE_RATIO_MAX * taken):
                    raise BombError(name=archive, reason=f"more than {limits.ARCHIVE_RATIO_MAX} times its size")
        except zlib.error:
            return None
    taken -= len(inflater.unused_data)
    after = start + taken
    if flags & 8:  # a data descriptor follows, with or without its signature
        file.seek(after)
        tail = file.read(16)
        signed = tail[:4] == b"PK\x07\x08"
        after += 16 if signed else 12
        crc, _, size = struct.unpack_from("<III", tail.ljust(16, b"\0"), 4 if signed else 0)
    return (after, taken) if (seen, total & 0xFFFFFFFF) == (crc, size) else None


def _pieces(inflater: Any, data: bytes) -> Iterator[bytes]:
    """What a piece of deflate unpacks to, a bounded chunk at a time."""
    yield inflater.decompress(data, CHUNK_BYTES)
    while inflater.unconsumed_tail and not inflater.eof:
        yield inflater.decompress(inflater.unconsumed_tail, CHUNK_BYTES)


class _Inflated(NamedTuple):
    """A member known to be whole, to be read again for its content."""

    file: BinaryIO
    start: int
    packed_bytes: int
    method: int

    def chunks(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        inflater, left = zlib.decompressobj(-15), self.packed_bytes
        while left > 0:
            data = self.file.read(min(CHUNK_BYTES, left))
            left -= len(data)
            yield from _pieces(inflater, data) if self.method == 8 else iter((data,))


def _dos_parts(date: int, time: int) -> tuple[int, ...]:
    return (
        1980 + (date >> 9),
        date >> 5 & 15,
        date & 31,
        time >> 11,
        time >> 5 & 63,
        (time & 31) * 2,
    )


# --- tar ---------------------------------------------------------------------------------------------------------


def tar_members(stream: BinaryIO, archive: str) -> Iterator[Member]:
    """The files of a tar in the order they are stored, read forwards once. Raises BombError, TruncatedArchiveError, and
    what the stream raises."""

    class Header(tarfile.TarInfo):
        """Notices the end-of-archive block, without which a tar cut between two members looks whole."""

        ended = False

        @classmethod
        def frombuf(cls, buf: Any, encoding: str, errors: str) -> Any:
            Header.ended = Header.ended or (len(buf) == 512 and not any(buf))
            return super().frombuf(buf, encoding, errors)

        def _proc_member(self, tar: tarfile.TarFile) -> Any:
            if self.type in b"xgXLK" and self.size > _HEADER_BYTES_MAX:
                raise BombError(name=archive, reason=f"a header of {self.size} bytes")
            return super()._proc_member(tar)  # type: ignore[misc]  # the one place every header type passes

    count = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=Header, errors="surrogateescape") as opened:
            for info in opened:
                count += 1
                if count > limits.ARCHIVE_MEMBERS_MAX:
                    raise BombError(name=archive, reason=f"more than {limits.ARCHIVE_MEMBERS_MAX} members")
                opened.members = []  # type: ignore[attr-defined]  # tarfile would remember every header
                if not info.isdir():
                    yield _tar_member(opened, info, archive)
    except (tarfile.TarError, *BROKEN_STREAM, ValueError) as problem:
        raise TruncatedArchiveError(name=archive, reason=str(problem) or type(problem).__name__) from problem
    if not Header.ended:
        raise TruncatedArchiveError(name=archive, reason="no end of archive")


def _tar_member(opened: tarfile.TarFile, info: tarfile.TarInfo, archive: str) -> Member:
    name = _legacy_name(info.name.encode("utf-8", "surrogateescape"))
    problem: RecordError | None = None
    if info.issym() or info.islnk():
        problem = LinkMemberError(name=name)
    elif not info.isreg() or info.issparse():
        kind = "sparse" if info.issparse() else "device or pipe"
        problem = SpecialMemberError(name=name, kind=kind)

    def chunks() -> Iterator[bytes]:
        try:
            stream = opened.extractfile(info)
            left = info.size
            while stream is not None and left > 0:
                chunk = stream.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise TruncatedArchiveError(name=archive, reason="unexpected end of data")
                left -= len(chunk)
                yield chunk
        except (tarfile.TarError, *BROKEN_STREAM) as fault:
            raise TruncatedArchiveError(name=archive, reason=str(fault) or type(fault).__name__) from fault

    try:
        moment = rfc3339(datetime.fromtimestamp(int(info.mtime), UTC))
    except (OverflowError, ValueError, OSError):
        moment = None
    return Member(name, chunks, 0, moment, problem)
