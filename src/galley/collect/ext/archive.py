"""archive: one record a member of a zip or tar archive."""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from galley.collect.archive_members import Member, check_name, tar_members, zip_members
from galley.collect.connector import Connector, Draft, Spoiled, Unit
from galley.collect.content import About, Wanted, WantedModality, read_content, spoil
from galley.collect.encoding import check_encoding
from galley.collect.errors import (
    BombError,
    BrokenStreamError,
    DuplicateMemberError,
    RecordError,
    TruncatedArchiveError,
    UnpacksTooLargeError,
)
from galley.collect.folder import list_files, matcher, open_file, parse_glob, time_setting
from galley.collect.packed import BOMB_FLOOR_BYTES, unpacked
from galley.kernel import limits
from galley.kernel.language import Text
from galley.kernel.ports import Desk

__all__ = ["Archive", "ArchiveParams"]

_FATAL = frozenset({BombError.code, TruncatedArchiveError.code, UnpacksTooLargeError.code, BrokenStreamError.code})


class ArchiveParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the archives are and what their members should be."""

    path: str  # ./in/*.zip; also .tar .tar.gz .tar.bz2 .tar.xz .tar.zst, told apart by content
    members: str = "**"  # which members, as a glob
    modality: WantedModality = "auto"
    encoding: str | None = None
    time: str = "mtime"  # mtime | none | an RFC 3339 moment for all
    hidden: bool = False  # also members below names that begin with a dot, and __MACOSX
    max_bytes: int = limits.BLOB_BYTES_MAX


class Archive(Connector[ArchiveParams]):
    """Members of archives, streamed. A hostile member is spoiled alone; a bomb or a broken archive ends at that place.
    Archives inside archives are content like any other and are not opened."""

    name = "archive"
    summary = Text("Members of zip and tar archives, one record each.", "zip、tar 压缩包中的文件，一个成员一条记录。")
    Params = ArchiveParams

    def __init__(self, params: ArchiveParams) -> None:
        super().__init__(params)
        encoding = check_encoding(params.encoding) if params.encoding else None
        self._wanted = Wanted(modality=params.modality, encoding=encoding, limit_bytes=params.max_bytes)
        self._time = time_setting(params.time, self.name)
        self._matches = matcher(tuple(params.members.split("/"))).fullmatch

    def units(self, desk: Desk) -> Iterator[Unit]:
        return list_files(parse_glob(self.params.path, desk.base, hidden=self.params.hidden))

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        root = parse_glob(self.params.path, desk.base, hidden=self.params.hidden).root
        try:
            file, status = open_file(root, unit.key)
        except RecordError as problem:
            yield spoil(unit.key, unit.uri, problem)
            return
        with file:
            yield from self.read_open(file, status.st_size, unit, desk)

    def read_open(self, file: BinaryIO, size: int, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        """The records of an open, seekable archive, under the same limits."""
        watch = _Watch(unit.key)
        try:
            members = _members(file, unit.key, size)
            for member in members:
                record = self._record(member, unit, desk, watch)
                if record is not None:
                    yield record
                if isinstance(record, Spoiled) and record.code in _FATAL:
                    return
        except RecordError as problem:
            yield spoil(unit.key, unit.uri, problem)

    def _record(self, member: Member, unit: Unit, desk: Desk, watch: "_Watch") -> Draft | Spoiled | None:
        """One member's record; None for a member the recipe does not ask for."""
        key = f"{unit.key}!{_printable(member.name)}"
        place = (key, f"{unit.uri}!{_printable(member.name)}")
        try:
            name = check_name(member.name)
            place = (f"{unit.key}!{name}", f"{unit.uri}!{name}")
            parts = name.split("/")
            if not self.params.hidden and any(part.startswith(".") or part == "__MACOSX" for part in parts):
                return None
            if self._matches(name) is None:
                return None
            if member.problem is not None:
                raise member.problem
            if name in watch.names:
                raise DuplicateMemberError(name=name)
        except RecordError as problem:
            return spoil(*place, problem)
        watch.names.add(name)
        time = member.time if self._time == "mtime" else None if self._time == "none" else self._time
        about = About(key=place[0], uri=place[1], name=parts[-1], time=time)
        return read_content(watch.guarded(member), about, self._wanted, desk)


def _members(file: BinaryIO, key: str, size: int) -> Iterator[Member]:
    head = file.read(4)
    file.seek(0)
    if head in (b"PK\x03\x04", b"PK\x05\x06"):
        return zip_members(file, key, size)
    return tar_members(unpacked(file, key), key)


def _printable(name: str) -> str:
    """A hostile name as text a key can hold."""
    return name.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


class _Watch:
    """Watches one archive: names seen and bytes unpacked."""

    def __init__(self, archive: str) -> None:
        self._archive = archive
        self._total = 0
        self.names: set[str] = set()

    def guarded(self, member: Member) -> Iterator[bytes]:
        """The member's bytes; raises BombError once the member or the archive unpacks beyond the limits."""
        given = 0
        bound = max(BOMB_FLOOR_BYTES, limits.ARCHIVE_RATIO_MAX * member.packed_bytes) if member.packed_bytes else None
        for chunk in member.chunks():
            given += len(chunk)
            self._total += len(chunk)
            if bound is not None and given > bound:
                reason = f"{member.name}: more than {limits.ARCHIVE_RATIO_MAX} times its size"
                raise BombError(name=self._archive, reason=reason)
            if self._total > limits.ARCHIVE_UNPACKED_BYTES_MAX:
                raise BombError(name=self._archive, reason=f"more than {limits.ARCHIVE_UNPACKED_BYTES_MAX} bytes")
            yield chunk
