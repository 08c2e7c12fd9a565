"""Durable file primitives: whole files or nothing, on disk when the call returns; and a lock between processes.

The order is always temporary file, fsync, rename, fsync of the folder (and of the parents of folders made on the way):
after a crash or power cut at any point a path holds its old bytes or its new bytes, never a part of them.
"""

import contextlib
import errno
import fcntl
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from galley.kernel.errors import TransientError
from galley.kernel.language import Text

__all__ = ["Disk", "DiskFullError", "LockBusyError", "exclusive", "read_or_none", "write_durable"]

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_serial = itertools.count()


class DiskFullError(TransientError):
    """No room for a file (disk full, quota or file size limit); the path keeps what it held before."""

    code = "GLY-STO-030"
    text = Text("No room to write {bytes} bytes to {path}: {cause}.", "无法向 {path} 写入 {bytes} 字节：{cause}。")
    hint = Text(
        "Nothing was changed. Free some space (or raise the quota) and run the same command again.",
        "没有任何内容被改动。请释放磁盘空间（或提高配额）后重新执行同一命令。",
    )


class LockBusyError(TransientError):
    """Another process holds the lock and the caller chose not to wait."""

    code = "GLY-STO-031"
    text = Text("{path} is locked by another process.", "{path} 正被另一个进程锁定。")
    hint = Text("Wait for the other Galley process to finish.", "请等待另一个 Galley 进程结束。")


class Disk:
    """Durable writes. A class so that tests can cut the power between any two of its steps."""

    def write(self, path: Path, data: bytes, *, scratch: Path | None = None, mode: int = 0o644) -> None:
        """Replace or create one file durably. `scratch`: folder of the temporary file (same file system)."""
        self.place(path, data, scratch=scratch, mode=mode)
        self.sync_folder(path.parent)

    def place(self, path: Path, data: bytes, *, scratch: Path | None = None, mode: int = 0o644) -> None:
        """Replace or create one file whole, its bytes on disk; its name is durable after `sync_folder(path.parent)`."""
        self.make_folder(path.parent)
        temporary = (scratch or path.parent) / f".{path.name}.{os.getpid()}.{next(_serial)}.tmp"
        try:
            self.write_synced(temporary, data, mode)
            self.rename(temporary, path)
        except BaseException:
            self.remove(temporary)
            raise

    def write_synced(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        """Write a file in place and fsync it; not atomic, for temporary files."""
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(handle, rest) :]
                self.flush(handle)
            finally:
                os.close(handle)
        except OSError as problem:
            if problem.errno in _NO_ROOM:
                raise DiskFullError(path=path, bytes=len(data), cause=os.strerror(problem.errno)) from problem
            raise

    def flush(self, handle: int) -> None:
        """Wait until an open file or folder is on disk."""
        os.fsync(handle)

    def rename(self, source: Path, target: Path) -> None:
        """Move a file over another in one step."""
        os.replace(source, target)

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.flush(handle)
        finally:
            os.close(handle)

    def make_folder(self, folder: Path, mode: int = 0o755) -> None:
        """Make a folder and its parents durably; nothing to do when it is there."""
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for step in reversed(missing):
            with contextlib.suppress(FileExistsError):  # another process may be making the same one
                os.mkdir(step, mode)
            self.sync_folder(step.parent)

    def remove(self, path: Path) -> None:
        """Remove a file if it is there; not synced, for what is harmless when it comes back."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


_DISK = Disk()


def write_durable(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace or create a file: atomic, and durable when this returns. Raises DiskFullError with the old file intact."""
    _DISK.write(path, data, mode=mode)


def read_or_none(path: Path) -> bytes | None:
    """The bytes of a file, or None when there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


@contextlib.contextmanager
def exclusive(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock named by a file, between processes and between threads; not re-entrant.

    The kernel releases the lock when its holder dies, so `kill -9` leaves nothing to clean up. The file stays: removing
    it would let two processes lock two different files of the same name. Raises LockBusyError when `wait` is False.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise LockBusyError(path=path) from busy
        try:
            yield
        finally:
            # Unlocks at once even when a forked child inherited the descriptor.
            fcntl.flock(handle, fcntl.LOCK_UN)
    finally:
        os.close(handle)
