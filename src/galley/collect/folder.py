"""Files below a folder: matching a glob, listing in order, and opening one without ever leaving the folder.

A key is the path relative to the glob's fixed prefix, with `/`. Names that are not UTF-8 (archives unpacked on Chinese
Windows) keep their bytes as `\\xNN`, reversibly, because a key must be text and the file must be found again.
"""

import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, NamedTuple

from galley.collect.connector import Unit
from galley.collect.errors import (
    FolderMissingError,
    FolderUnreadableError,
    LeavesFolderError,
    NotARegularFileError,
    NothingFoundError,
    PatternError,
    SettingError,
    UnreadableError,
)
from galley.kernel.clock import rfc3339

__all__ = ["Glob", "chunks_of", "list_files", "matcher", "open_file", "parse_glob", "time_of", "time_setting"]

CHUNK_BYTES: Final = 1024 * 1024


class Glob(NamedTuple):
    """A parsed pattern: the folder before the first wildcard, and the segments after it."""

    pattern: str
    prefix: str  # as written, POSIX, for uris
    root: Path  # where the prefix is
    segments: tuple[str, ...]
    hidden: bool


def parse_glob(pattern: str, base: Path, *, hidden: bool = False) -> Glob:
    """Split a pattern at its first wildcard. A folder stands for everything below it; raises PatternError or
    FolderMissingError."""
    if not pattern.strip() or "\0" in pattern:
        raise PatternError(pattern=repr(pattern), detail="empty")
    if "{" in pattern or "}" in pattern:
        raise PatternError(pattern=pattern, detail="{ }")
    path = PurePosixPath(pattern)
    parts = list(path.parts)
    first = next((place for place, part in enumerate(parts) if re.search(r"[*?\[]", part)), len(parts))
    if first == len(parts):  # no wildcard: a folder, or one file
        if (base / path).is_dir():
            parts.append("**")
        else:
            first = max(first - 1, 0)
    segments = tuple(parts[first:])
    if ".." in segments or not segments:
        raise PatternError(pattern=pattern, detail="..")
    prefix = PurePosixPath(*parts[:first])
    root = base / prefix
    if not root.is_dir():
        raise FolderMissingError(path=str(prefix), base=str(base))
    matcher(segments)
    return Glob(pattern, prefix.as_posix(), root, segments, hidden)


def matcher(segments: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for a whole relative path; `**` stands for any number of folders, at the end for any file."""
    parts = []
    for place, segment in enumerate(segments):
        last = place == len(segments) - 1
        if segment == "**":
            parts.append(".+" if last else "(?:[^/]+/)*")
        else:
            parts.append(_segment(segment) + ("" if last else "/"))
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error as problem:
        raise PatternError(pattern="/".join(segments), detail=str(problem)) from problem


def _segment(pattern: str) -> str:
    """One path segment's wildcards as a regular expression; none of them matches `/`."""
    out, place = [], 0
    while place < len(pattern):
        letter = pattern[place]
        close = pattern.find("]", place + 2) if letter == "[" else -1
        if letter == "*":
            out.append("[^/]*")
        elif letter == "?":
            out.append("[^/]")
        elif close > 0:
            inner = pattern[place + 1 : close].replace("\\", "\\\\").replace("[", "\\[")
            inner = "^/" + inner[1:] if inner[0] in "!^" else inner
            out.append(f"[{inner}]")
            place = close
        else:
            out.append(re.escape(letter))
        place += 1
    return "".join(out)


def list_files(glob: Glob) -> Iterator[Unit]:
    """Everything that matches, sorted by key; a folder that cannot be listed or leads outside is a unit too (its key ends in
    `/`), so that reading it says so. Raises NothingFoundError when there is nothing at all."""
    matches = matcher(glob.segments).fullmatch
    real_root = os.path.realpath(glob.root)
    found = False
    for key, entry in _walk(glob, "", 0, real_root):
        if entry is None or key.endswith("/") or matches(key):
            found = True
            yield _unit(glob, key, entry)
    if not found:
        raise NothingFoundError(pattern=glob.pattern)


def _walk(glob: Glob, below: str, depth: int, real_root: str) -> Iterator[tuple[str, os.DirEntry[str] | None]]:
    """(key, entry) of the files below a folder in key order; (key, None) for a folder that cannot be listed."""
    try:
        with os.scandir(glob.root / _path_of_key(below)) as listing:
            entries = [(_key_of_name(entry.name), entry) for entry in listing]
    except OSError:
        yield below or ".", None
        return
    kept = [
        (name + "/" if entry.is_dir() else name, entry)
        for name, entry in entries
        if glob.hidden or not name.startswith(".")
    ]
    for name, entry in sorted(kept, key=lambda pair: pair[0]):
        if not name.endswith("/"):
            yield below + name, entry
        elif _may_hold(glob.segments, name[:-1], depth):
            if not entry.is_symlink():
                yield from _walk(glob, below + name, depth + 1, real_root)
            elif not _inside(os.path.realpath(entry.path), real_root):
                yield below + name, entry  # a link inside is skipped: its target is listed at its own place


def _may_hold(segments: tuple[str, ...], name: str, depth: int) -> bool:
    """Whether a folder at this depth can hold a match."""
    if "**" in segments[: depth + 1]:
        return True
    return depth < len(segments) - 1 and re.fullmatch(_segment(segments[depth]), name, re.DOTALL) is not None


def _unit(glob: Glob, key: str, entry: os.DirEntry[str] | None) -> Unit:
    uri = f"{glob.prefix.rstrip('/')}/{key}" if glob.prefix != "." else key
    try:
        about = entry.stat() if entry is not None else None
    except OSError:
        about = None  # a broken link: reading it will say so
    if about is None:
        return Unit(key=key, uri=uri, stamp="")
    # The change time is in the stamp because copying tools restore size and modification time.
    stamp = f"{about.st_size}-{about.st_mtime_ns}-{about.st_ctime_ns}"
    return Unit(key=key, uri=uri, stamp=stamp, bytes=about.st_size)


def open_file(root: Path, key: str) -> tuple[BinaryIO, os.stat_result]:
    """A file below a folder, opened for reading; raises LeavesFolderError, NotARegularFileError, FolderUnreadableError or
    UnreadableError."""
    path = root / _path_of_key(key)
    if not _inside(os.path.realpath(path), os.path.realpath(root)):
        raise LeavesFolderError(name=key)
    try:
        # Without O_NONBLOCK opening a pipe would wait for a writer for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as problem:
        kind = FolderUnreadableError if path.is_dir() else UnreadableError
        raise kind(name=key, reason=problem.strerror or type(problem).__name__) from problem
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        if stat.S_ISDIR(about.st_mode):
            _check_listable(path, key)
        raise NotARegularFileError(name=key)
    return os.fdopen(handle, "rb"), about


def _check_listable(path: Path, key: str) -> None:
    try:
        os.scandir(path).close()
    except OSError as problem:
        raise FolderUnreadableError(name=key, reason=problem.strerror or "?") from problem


def chunks_of(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The bytes of an open file, closing it at the end; raises UnreadableError when the disk fails."""
    with file:
        while True:
            try:
                chunk = file.read(CHUNK_BYTES)
            except OSError as problem:
                raise UnreadableError(name=name, reason=problem.strerror or type(problem).__name__) from problem
            if not chunk:
                return
            yield chunk


def time_setting(setting: str, source: str) -> str:
    """A `time:` setting checked: `mtime`, `none` or an RFC 3339 moment (returned in UTC)."""
    if setting in ("mtime", "none"):
        return setting
    try:
        moment = datetime.fromisoformat(setting)
    except ValueError as problem:
        raise SettingError(setting="time", source=source, detail=setting) from problem
    if moment.tzinfo is None:
        raise SettingError(setting="time", source=source, detail=f"{setting} (no time zone)")
    return rfc3339(moment)


def time_of(setting: str, modified: float) -> str | None:
    """The record's time under a checked setting; None for a modification time no calendar has."""
    if setting == "none":
        return None
    if setting != "mtime":
        return setting
    try:
        return rfc3339(datetime.fromtimestamp(int(modified // 1), UTC))
    except (OverflowError, ValueError, OSError):
        return None


def _inside(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _key_of_name(name: str) -> str:
    """A file name as text: bytes that are not UTF-8, and whatever looks like our escape already, as `\\xNN`."""
    name = re.sub(r"\\(?=x[0-9a-f]{2})", r"\\x5c", name)
    try:
        return os.fsencode(name).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # a lone surrogate on a system whose names are UTF-16
        return name.encode("utf-8", "surrogatepass").decode("utf-8", "backslashreplace")


def _path_of_key(key: str) -> str:
    """The file system's name for a key: the inverse of _key_of_name."""
    if "\\x" not in key:
        return key
    raw = re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), key.encode())
    return os.fsdecode(raw)
