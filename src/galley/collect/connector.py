"""The connector kind: what an extension must do to bring data in."""

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from galley.kernel.extension import Extension, Kind, P
from galley.kernel.ports import Desk

__all__ = ["Connector", "Draft", "Spoiled", "Unit"]


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a source lists: a file, an archive, a URL, an object, a query."""

    key: str  # unique and stable within the source, e.g. the relative path
    uri: str  # for people
    stamp: str  # changes whenever the content may have changed: size and mtime, an ETag; "" = never reuse
    bytes: int = 0  # estimate, for the bounded queue


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One record as read; the engine adds id, source, licence, basis and grade."""

    key: str  # unique within the source: the unit's key, plus #row or !member
    uri: str
    modality: str
    media_type: str
    text: str | None = None  # text records
    blob: str | None = None  # other records: the SHA-256 that desk.blobs.put returned
    bytes: int
    width: int | None = None
    height: int | None = None
    time: str | None = None  # RFC 3339 UTC
    meta: dict[str, Any] = {}


class Spoiled(msgspec.Struct, frozen=True, kw_only=True):
    """One record that could not be read: it goes to quarantine with its error, and nothing else is lost."""

    key: str
    uri: str
    code: str  # stable error code, e.g. GLY-COL-012
    message: str
    excerpt: bytes = b""  # the first bytes of the raw record


class Connector(Extension[P]):
    """Lists units, then reads records out of one unit (in a worker process)."""

    kind: ClassVar[Kind] = "connector"

    def keys_may_repeat(self) -> bool:
        """Whether two records of the source may come with the same key (an id field of the data's own). False promises
        that they cannot, and saves remembering every key."""
        return True

    def units(self, desk: Desk) -> Iterator[Unit]:
        """What there is to read, sorted by key, no key twice. Raises an InputError when the source itself is wrong (no such folder)."""
        raise NotImplementedError

    def read(self, unit: Unit, desk: Desk) -> Iterator[Draft | Spoiled]:
        """The records of one unit in a stable order, streaming. A broken record is yielded as Spoiled and reading goes on;
        a unit that breaks half-way yields what it had and then one Spoiled for the rest."""
        raise NotImplementedError
