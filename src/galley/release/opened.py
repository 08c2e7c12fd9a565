"""A release folder opened for reading: only names that its manifest or its seal lists are ever read."""

import os
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from galley.kernel.errors import GalleyError
from galley.release.errors import ReleaseFileError, ReleaseGoneError
from galley.release.layout import (
    DATA,
    MANIFEST,
    MANIFEST_BYTES_MAX,
    MEDIA,
    SEAL,
    TC609,
    json_object,
    parse_manifest,
    parse_seal,
)
from galley.release.model import FileEntry, ReleaseManifest, Seal, SealEntry
from galley.release.presence import open_plain, read_small

__all__ = ["OpenedRelease", "holds_data", "open_release"]

_SMALL: Final = 64 * 1024 * 1024
_DATA: Final = (DATA, MEDIA, TC609)


def holds_data(path: str) -> bool:
    """Whether a file of a release holds the records themselves, not what is said about them."""
    return path.split("/", maxsplit=1)[0] in _DATA


class OpenedRelease:
    """A release whose manifest has the root it is known by."""

    def __init__(self, folder: Path, manifest: ReleaseManifest) -> None:
        self.folder = folder
        self.manifest = manifest

    @cached_property
    def seal(self) -> Seal | None:
        """What was sealed in later; None when it is not sealed (yet), or not any more what it was."""
        try:
            data = read_small(self.folder, SEAL, MANIFEST_BYTES_MAX)
            return None if data is None else parse_seal(data)
        except (OSError, GalleyError):
            return None

    @cached_property
    def entries(self) -> Mapping[str, FileEntry | SealEntry]:
        """Every listed file by its path."""
        listed: dict[str, FileEntry | SealEntry] = {entry.path: entry for entry in self.manifest.files}
        if self.seal:
            listed.update((entry.path, entry) for entry in self.seal.files)
        return listed

    def open(self, path: str) -> tuple[BinaryIO, int]:
        """A listed file, or one of the two lists, and its size. Raises ReleaseFileError."""
        if path not in (MANIFEST, SEAL) and path not in self.entries:
            raise ReleaseFileError(path=ascii(path[:200]))
        try:
            file = os.fdopen(open_plain(self.folder, path), "rb")
        except OSError as problem:
            raise ReleaseFileError(path=path) from problem
        return file, os.fstat(file.fileno()).st_size

    def read(self, path: str, limit: int = _SMALL) -> bytes:
        """A small file whole; raises ReleaseFileError when it is not listed, gone, or larger than the limit."""
        file, size = self.open(path)
        with file:
            if size > limit:
                raise ReleaseFileError(path=path)
            return file.read(limit + 1)[:limit]

    def json(self, path: str) -> Any:
        """A JSON file, or None where the release has none. An object, or a list, is told as it is."""
        if path not in self.entries:
            return None
        data = self.read(path)
        return json_object(b'{"it":' + data + b"}").get("it") if data.lstrip()[:1] == b"[" else json_object(data)


def open_release(folder: str, root: str) -> OpenedRelease:
    """The release in a folder, if it is still the one of that root. Raises ReleaseGoneError."""
    place = Path(folder)
    try:
        status = (place / MANIFEST).stat()
        manifest = _manifest(folder, status.st_mtime_ns, status.st_size)
    except (OSError, GalleyError) as problem:
        raise ReleaseGoneError(root=root) from problem
    if manifest.root != root:
        raise ReleaseGoneError(root=root)
    return OpenedRelease(place, manifest)


@lru_cache(maxsize=8)
def _manifest(folder: str, changed: int, size: int) -> ReleaseManifest:
    """A manifest is checked once for as long as its file is the same one."""
    del changed, size  # what the memory goes by
    data = read_small(Path(folder), MANIFEST, MANIFEST_BYTES_MAX)
    return parse_manifest(b"" if data is None else data)
