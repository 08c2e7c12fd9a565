"""Which files a folder really holds, and hashing them with two threads: the I/O of checking a release."""

import hashlib
import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from galley.release.model import FileEntry, SealEntry

__all__ = ["Found", "hash_files", "read_small", "walk"]

_THREADS: Final = 2
_BUFFER: Final = 1024 * 1024
_TASK_BYTES: Final = 16 * 1024 * 1024
_TASK_FILES: Final = 256
_IN_FLIGHT: Final = 8

Entry = FileEntry | SealEntry
Found = tuple[Entry, int | None, str | None]
"""An entry with the size and SHA-256 of what is on disk: no size when it cannot be opened, no hash when the size differs."""


def walk(folder: Path) -> Iterator[tuple[str, bool]]:
    """Every name below a folder that is no folder, with whether it is a plain file; links are named, never followed."""
    stack = [(os.fsencode(folder), "")]
    while stack:
        place, prefix = stack.pop()
        with os.scandir(place) as listing:
            for item in listing:
                path = prefix + os.fsdecode(item.name)
                if item.is_dir(follow_symlinks=False):
                    stack.append((item.path, path + "/"))
                else:
                    yield path, stat.S_ISREG(item.stat(follow_symlinks=False).st_mode)


def open_plain(folder: Path, path: str) -> int:
    """A descriptor of a plain file below a folder; raises OSError for links at its end, pipes and devices."""
    descriptor = os.open(folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is not a plain file")
    return descriptor


def read_small(folder: Path, path: str, limit_bytes: int) -> bytes | None:
    """A whole file, or None when it is larger than the limit; raises OSError."""
    with os.fdopen(open_plain(folder, path), "rb") as file:
        data = file.read(limit_bytes + 1)
    return data if len(data) <= limit_bytes else None


def hash_files(folder: Path, entries: Iterable[Entry]) -> Iterator[Found]:
    """What is on disk for each entry, in their order, two threads reading ahead; memory does not grow with the files."""
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[list[Found]]] = deque()
        for task in _tasks(entries):
            waiting.append(pool.submit(_hash_task, folder, task))
            if len(waiting) >= _IN_FLIGHT:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _tasks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    task: list[Entry] = []
    size = 0
    for entry in entries:
        task.append(entry)
        size += entry.bytes
        if size >= _TASK_BYTES or len(task) >= _TASK_FILES:
            yield task
            task, size = [], 0
    if task:
        yield task


def _hash_task(folder: Path, entries: list[Entry]) -> list[Found]:
    buffer = memoryview(bytearray(_BUFFER))
    return [(entry, *_hash_file(folder, entry, buffer)) for entry in entries]


def _hash_file(folder: Path, entry: Entry, buffer: memoryview) -> tuple[int | None, str | None]:
    try:
        descriptor = open_plain(folder, entry.path)
    except OSError:
        return None, None
    try:
        size = os.fstat(descriptor).st_size
        if size != entry.bytes:
            return size, None
        digest = hashlib.sha256()
        while count := os.readv(descriptor, [buffer]):
            digest.update(buffer[:count])
        return size, digest.hexdigest()
    except OSError:  # a sector that cannot be read is a file that cannot be trusted
        return None, None
    finally:
        os.close(descriptor)
