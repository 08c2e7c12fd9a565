"""Objects: named immutable bytes, over a local folder or a bucket."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from galley.store.bucket import Bucket
from galley.store.errors import ObjectNameError
from galley.store.folder import Folder

__all__ = ["Shelf", "StoredObjects", "open_shelf"]

_PART: Final = re.compile(r"[A-Za-z0-9_=+@-][A-Za-z0-9._=+@-]*")
_SCHEMES: Final = ("s3://", "gs://", "az://")


class Stage(Protocol):
    """A file being written, without a name yet."""

    def write(self, chunk: bytes) -> None:
        """Append."""
        ...

    def commit(self, name: str) -> None:
        """Give the whole its name, atomically; another holder of the name is replaced."""
        ...

    def discard(self) -> None:
        """Forget it; does nothing after commit."""
        ...


class Shelf(Protocol):
    """Where named bytes are kept. Nothing half-written is ever seen under a name."""

    def read(self, name: str) -> bytes | None:
        """The bytes, or None."""
        ...

    def open(self, name: str) -> BinaryIO | None:
        """A readable, seekable file over the bytes, or None."""
        ...

    def size(self, name: str) -> int | None:
        """How many bytes, or None."""
        ...

    def create(self, name: str, data: bytes) -> bool:
        """Store unless the name is taken; durable on return; True when this call stored it."""
        ...

    def replace(self, name: str, data: bytes) -> None:
        """Store whether or not the name is taken; durable after the next flush."""
        ...

    def stage(self) -> Stage:
        """Begin a stream whose name is known only at its end."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin with the prefix, sorted."""
        ...

    def remove(self, name: str) -> None:
        """Forget the name, if it is known; for pieces of uploads only: nothing else is ever removed."""
        ...

    def flush(self) -> None:
        """Make everything stored so far survive a power cut."""
        ...


def open_shelf(where: str | Path) -> Shelf:
    """A shelf at s3://, gs:// or az:// or in a local folder; raises ObjectsUrlError."""
    if isinstance(where, str) and where.startswith(_SCHEMES):
        return Bucket(where)
    return Folder(Path(str(where).removeprefix("file://")))


class StoredObjects:
    """`kernel.ports.Objects` on a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def get(self, name: str) -> bytes | None:
        return self._shelf.read(_checked(name))

    def put_if_absent(self, name: str, data: bytes) -> bool:
        return self._shelf.create(_checked(name), data)

    def names(self, prefix: str) -> Iterator[str]:
        return self._shelf.names(prefix)


def _checked(name: str) -> str:
    if not all(_PART.fullmatch(part) for part in name.split("/")):
        raise ObjectNameError(name=name)
    return name
