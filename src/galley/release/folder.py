"""A folder being written: every file is hashed as it is written, and the whole appears at once or not at all."""

import fcntl
import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from galley.release.errors import ReleaseExistsError
from galley.release.layout import check_path
from galley.release.model import FileEntry

__all__ = ["FolderWriter", "HashedFile", "appearing", "sync_folder"]

_CHUNK: Final = 1024 * 1024


class HashedFile(io.RawIOBase):
    """A new file open for writing that knows the size and SHA-256 of what went into it."""

    def __init__(self, place: Path, *, durable: bool = True) -> None:
        super().__init__()
        self._durable = durable
        self._raw = place.open("xb", buffering=_CHUNK)
        self._hash = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]  # any buffer: pyarrow hands its own
        self._raw.write(view)
        self._hash.update(view)
        self.size += view.nbytes
        return view.nbytes

    def flush(self) -> None:
        if not self._raw.closed:
            self._raw.flush()

    def close(self) -> None:
        if not self._raw.closed:
            self._raw.flush()
            if self._durable:
                os.fsync(self._raw.fileno())
            self._raw.close()
        super().close()

    def sha256(self) -> str:
        """The hash of everything written so far."""
        return self._hash.hexdigest()


class FolderWriter:
    """Creates files below a folder and keeps their manifest entries; `durable` files are on disk when closed."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self._durable = durable
        self.entries: dict[str, FileEntry] = {}

    def open(self, path: str) -> HashedFile:
        """A new file at a safe relative path; close it and `note` it."""
        place = self.folder / check_path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        return HashedFile(place, durable=self._durable)

    def note(
        self,
        path: str,
        file: HashedFile,
        *,
        rows: int | None = None,
        first_record: int | None = None,
        records_root: str | None = None,
    ) -> FileEntry:
        """Remember a finished file."""
        entry = FileEntry(
            path=path,
            bytes=file.size,
            sha256=file.sha256(),
            rows=rows,
            first_record=first_record,
            records_root=records_root,
        )
        self.entries[path] = entry
        return entry

    def write(self, path: str, data: bytes) -> FileEntry:
        """Write and remember a whole small file."""
        with self.open(path) as file:
            file.write(data)
        return self.note(path, file)

    @property
    def bytes(self) -> int:
        """Bytes of all remembered files."""
        return sum(entry.bytes for entry in self.entries.values())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def appearing(out: Path, *, replace: bool = False) -> Iterator[Path]:
    """A new folder that takes the name `out` only when the block ends well.

    It is written beside `out` under a hidden name and held by a lock, so that what a killed writer left is told from
    what a living one is writing, and swept by the next. Raises ReleaseExistsError when `out` is there and holds
    anything, unless `replace`.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    _refuse_existing(out, replace=replace)
    partial = out.parent / f".{out.name}.partial-{os.getpid()}"
    partial.mkdir()
    lock = os.open(partial, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            yield partial
            for folder in sorted(place for place in partial.rglob("*") if place.is_dir()):
                sync_folder(folder)
            sync_folder(partial)
            _refuse_existing(out, replace=replace)
            _take_name(partial, out)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    finally:
        os.close(lock)


def _refuse_existing(out: Path, *, replace: bool) -> None:
    taken = out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir())))
    if taken and (not replace or out.is_symlink() or not out.is_dir()):
        raise ReleaseExistsError(folder=str(out))


def _take_name(partial: Path, out: Path) -> None:
    aside = out.parent / f".{out.name}.replaced-{os.getpid()}"
    if out.exists():
        out.rename(aside)
    partial.rename(out)
    sync_folder(out.parent)
    if aside.exists():
        shutil.rmtree(aside)


def _sweep(out: Path) -> None:
    for aside in sorted(out.parent.glob(f".{out.name}.replaced-*")):
        # A writer was killed between the two renames, or after them: the old folder is still whole.
        if out.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(out)
    for leftover in sorted(out.parent.glob(f".{out.name}.partial-*")):
        lock = os.open(leftover, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # a living writer of another process holds it
        else:
            shutil.rmtree(leftover, ignore_errors=True)
        finally:
            os.close(lock)
