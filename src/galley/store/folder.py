"""A shelf in a local folder.

Written here and not through obstore's local store, because that one neither syncs files nor can it: an object that was
acknowledged must survive a power cut. Bytes are written to a file in `.staging` and moved, so that a name never shows
half of them, even when the process is killed; `sweep` removes what killed processes left in `.staging`.
"""

import contextlib
import ctypes
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from galley.store.errors import StorageError

__all__ = ["Folder"]

_STAGING = ".staging"


class Folder:
    """Named bytes as files below a root."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def read(self, name: str) -> bytes | None:
        with _reported("read", str(self.root / name)):
            try:
                return (self.root / name).read_bytes()
            except (FileNotFoundError, IsADirectoryError):
                return None

    def open(self, name: str) -> BinaryIO | None:
        with _reported("read", str(self.root / name)):
            try:
                return (self.root / name).open("rb")
            except (FileNotFoundError, IsADirectoryError):
                return None

    def size(self, name: str) -> int | None:
        with _reported("read", str(self.root / name)):
            try:
                return (self.root / name).stat().st_size
            except FileNotFoundError:
                return None

    def create(self, name: str, data: bytes) -> bool:
        if (self.root / name).exists():
            return False
        with _reported("write", str(self.root / name)), _Staged(self.root) as staged:
            staged.write(data)
            staged.sync()
            return staged.link(name)

    def replace(self, name: str, data: bytes) -> None:
        with _reported("write", str(self.root / name)), _Staged(self.root) as staged:
            staged.write(data)
            staged.commit(name)

    def stage(self) -> "_Staged":
        with _reported("write", _STAGING):
            return _Staged(self.root)

    def names(self, prefix: str) -> Iterator[str]:
        top = self.root / prefix.rpartition("/")[0]
        found: list[str] = []
        with _reported("list", prefix):
            for folder, folders, files in os.walk(top):
                folders[:] = [child for child in folders if child != _STAGING]
                place = Path(folder).relative_to(self.root)
                found += [(place / file).as_posix() for file in files]
        return iter(sorted(name for name in found if name.startswith(prefix)))

    def remove(self, name: str) -> None:
        with _reported("remove", str(self.root / name)):
            (self.root / name).unlink(missing_ok=True)

    def flush(self) -> None:
        with _reported("sync", str(self.root)):
            if not self.root.exists():
                return
            descriptor = os.open(self.root, os.O_RDONLY)
            try:
                _sync_file_system(descriptor)
            finally:
                os.close(descriptor)

    def sweep(self, before: datetime) -> int:
        """Remove staged files not touched since `before`; how many."""
        removed = 0
        with _reported("clean", _STAGING):
            for file in (self.root / _STAGING).glob("*"):
                with contextlib.suppress(FileNotFoundError):  # its writer is alive after all and just moved it
                    if file.stat().st_mtime < before.timestamp():
                        file.unlink()
                        removed += 1
        return removed


class _Staged:
    """A file in `.staging` on its way to a name."""

    def __init__(self, root: Path) -> None:
        self._root = root
        staging = root / _STAGING
        staging.mkdir(parents=True, exist_ok=True)
        descriptor, path = tempfile.mkstemp(dir=staging)
        os.fchmod(descriptor, 0o644)
        self._path: Path | None = Path(path)
        self._file = cast(BinaryIO, os.fdopen(descriptor, "wb"))

    def __enter__(self) -> "_Staged":
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def write(self, chunk: bytes) -> None:
        with _reported("write", _STAGING):
            self._file.write(chunk)

    def sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def commit(self, name: str) -> None:
        target = self._root / name
        with _reported("write", str(target)):
            self._file.close()
            target.parent.mkdir(parents=True, exist_ok=True)
            if self._path is not None:
                self._path.replace(target)
            self._path = None

    def link(self, name: str) -> bool:
        """Take the name if it is free (durable on return); linking, unlike renaming, refuses a taken name."""
        target = self._root / name
        new_folders = [parent for parent in target.parents if not parent.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(self._path or "", target)
        except FileExistsError:
            return False
        for folder in {target.parent, *(parent.parent for parent in new_folders)}:
            _sync_folder(folder)
        return True

    def discard(self) -> None:
        with contextlib.suppress(OSError):  # closing flushes, and a full disk was reported by the write already
            self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None


@contextlib.contextmanager
def _reported(action: str, name: str) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise StorageError(action=action, name=name, reason=problem.strerror or str(problem)) from problem


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_file_system(descriptor: int) -> None:
    if sys.platform.startswith("linux"):
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    else:
        os.sync()
