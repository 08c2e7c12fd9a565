"""Uploads that survive broken networks: a file arrives in pieces, each stored before it counts.

The protocol is the core of tus 1.0: make (size, perhaps SHA-256), send a piece at an offset, ask for the offset. A piece is
an object on the shelf and a row that moves the offset on, so two senders at once cannot both write a place, and whatever
was acknowledged is still there after a crash. The last piece makes the whole a blob.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from galley.annotate.content import repo
from galley.annotate.content.errors import (
    BodyCutError,
    UploadDigestError,
    UploadExpiredError,
    UploadMissingError,
    UploadOffsetError,
    UploadOpenError,
    UploadQuotaError,
    UploadTooLongError,
)
from galley.annotate.content.model import Upload
from galley.kernel.clock import Clock
from galley.kernel.errors import invariant
from galley.kernel.limits import BLOB_BYTES_MAX
from galley.store.blobs import StoredBlobs
from galley.store.database import Database
from galley.store.errors import ContentTooLargeError, StorageError
from galley.store.objects import Shelf

__all__ = [
    "EXPIRY_SECONDS",
    "PART_BYTES",
    "QUOTA_BYTES",
    "Read",
    "cancel_upload",
    "complete_upload",
    "expire_uploads",
    "find_upload",
    "open_upload",
    "receive",
    "upload_blob",
    "uploads",
]

PART_BYTES: Final = 4 * 1024 * 1024
"""A piece as stored; what a broken connection can cost at most, were its last bytes not stored as well."""

EXPIRY_SECONDS: Final = 24 * 3600.0
"""An upload nobody continues for this long is forgotten."""

QUOTA_BYTES: Final = 256 * 1024**3
"""Bytes of unfinished uploads an organisation may hold, unless annotate.upload_quota says otherwise."""

_NEWEST: Final = 2**62
_EXPIRE_AT_ONCE: Final = 100

Read = Callable[[int], bytes]
"""Gives up to so many bytes of a body, b"" at its end; raises BodyCutError when it breaks off."""


def open_upload(
    database: Database, clock: Clock, *, name: str, size: int, sha256: str | None, created_by: str
) -> Upload:
    """Begin an upload of `size` bytes; raises UploadQuotaError and ContentTooLargeError."""
    if size > BLOB_BYTES_MAX:
        raise ContentTooLargeError(limit=BLOB_BYTES_MAX)
    now = clock.now()
    facts = {"name": name[:300], "bytes": size, "sha256": sha256, "created_by": created_by, "now": now}
    facts["expires_at"] = now + timedelta(seconds=EXPIRY_SECONDS)
    with database.transaction() as connection:
        repo.lock_uploads(connection)
        held, allowed = repo.upload_room(connection)
        limit = QUOTA_BYTES if allowed is None else allowed
        if held + size > limit:
            raise UploadQuotaError(limit=limit, held=held)
        upload = repo.insert_upload(connection, facts)
    return find_upload(database, upload)


def find_upload(database: Database, upload: int) -> Upload:
    """One upload; raises UploadMissingError."""
    with database.connection() as connection:
        found = repo.find_upload(connection, upload)
    if found is None:
        raise UploadMissingError(upload=upload)
    return found


def uploads(database: Database, before: int | None = None, limit: int = 50) -> list[Upload]:
    """Uploads of the organisation, newest first."""
    with database.connection() as connection:
        return repo.uploads_page(connection, _NEWEST if before is None else before, limit)


def receive(database: Database, clock: Clock, shelf: Shelf, upload: int, offset: int, read: Read) -> Upload:
    """Store what `read` gives at an offset, piece by piece; the upload as it is then, complete if that was the rest.

    Raises UploadOffsetError (with the right offset) when the upload continues elsewhere, UploadTooLongError,
    UploadExpiredError. When the body breaks off, what came is stored before BodyCutError goes on.
    """
    found = _open(database, clock, upload)
    if found.received != offset:
        raise UploadOffsetError(offset=found.received, given=offset)
    place, cut = offset, False
    while not cut:
        data, cut = _piece(read)
        if not data:
            break
        if place + len(data) > found.bytes:
            raise UploadTooLongError(bytes=found.bytes)
        place = _store(database, clock, shelf, found, place, data)
    if cut:
        raise BodyCutError
    return complete_upload(database, clock, shelf, upload) if place == found.bytes else find_upload(database, upload)


def _open(database: Database, clock: Clock, upload: int) -> Upload:
    found = find_upload(database, upload)
    if found.state != "open":
        raise UploadExpiredError(upload=upload, state=found.state)
    if found.expires_at <= clock.now():
        raise UploadExpiredError(upload=upload, state="expired")
    return found


def _piece(read: Read) -> tuple[bytes, bool]:
    """(up to PART_BYTES of the body, whether it broke off)."""
    held = bytearray()
    try:
        while len(held) < PART_BYTES:
            chunk = read(PART_BYTES - len(held))
            if not chunk:
                break
            held += chunk
    except BodyCutError:
        return bytes(held), True
    return bytes(held), False


def _store(database: Database, clock: Clock, shelf: Shelf, upload: Upload, place: int, data: bytes) -> int:
    name = f"{_prefix(database, upload.id)}{place:012d}-{hashlib.sha256(data).hexdigest()[:16]}"
    shelf.create(name, data)
    facts = {"upload": upload.id, "place": place, "bytes": len(data), "object": name}
    facts["expires_at"] = clock.now() + timedelta(seconds=EXPIRY_SECONDS)
    with database.connection() as connection:
        moved = repo.add_part(connection, facts)
    if moved is None:  # somebody else was faster; whatever is stored and not counted goes with the rest at the end
        now = _open(database, clock, upload.id)
        raise UploadOffsetError(offset=now.received, given=place)
    return moved


def _prefix(database: Database, upload: int) -> str:
    invariant(database.organisation is not None, "uploads belong to an organisation")
    return f"uploads/{database.organisation}/{upload}/"


def complete_upload(database: Database, clock: Clock, shelf: Shelf, upload: int) -> Upload:
    """Make a whole upload a blob; doing it again is harmless. Raises UploadOpenError and UploadDigestError."""
    found = find_upload(database, upload)
    if found.state == "complete":
        return found
    if found.state != "open":
        raise UploadExpiredError(upload=upload, state=found.state)
    if found.received < found.bytes:
        raise UploadOpenError(upload=upload, received=found.received, bytes=found.bytes)
    with database.connection() as connection:
        parts = repo.parts(connection, upload)
    if sum(part.bytes for part in parts) != found.bytes:  # somebody else finished it and forgot the pieces
        return _finished(database, upload)
    blobs = StoredBlobs(shelf)
    try:
        sha256, _ = blobs.put_stream(_whole(shelf, [part.object for part in parts]), BLOB_BYTES_MAX)
    except StorageError:
        if find_upload(database, upload).state != "open":  # somebody else finished it and cleared the pieces away
            return _finished(database, upload)
        raise
    if found.sha256 is not None and found.sha256 != sha256:
        _end(database, shelf, upload, "failed", None)
        raise UploadDigestError(found=sha256, wanted=found.sha256)
    blobs.flush()
    _end(database, shelf, upload, "complete", sha256)
    return find_upload(database, upload)


def _finished(database: Database, upload: int) -> Upload:
    """An upload that somebody else finished meanwhile; raises UploadExpiredError when it came to nothing."""
    found = find_upload(database, upload)
    if found.state != "complete":
        raise UploadExpiredError(upload=upload, state=found.state)
    return found


def _whole(shelf: Shelf, names: list[str]) -> Iterator[bytes]:
    for name in names:
        data = shelf.read(name)
        if data is None:
            raise StorageError(action="read", name=name, reason="it is gone")
        yield data


def _end(database: Database, shelf: Shelf, upload: int, state: str, blob: str | None) -> bool:
    with database.transaction() as connection:
        ended = repo.end_upload(connection, {"upload": upload, "state": state, "blob": blob})
        repo.forget_parts(connection, upload)
    for name in list(shelf.names(_prefix(database, upload))):
        shelf.remove(name)
    return ended


def cancel_upload(database: Database, shelf: Shelf, upload: int) -> bool:
    """Forget an unfinished upload; False when it had ended. Raises UploadMissingError."""
    return find_upload(database, upload).state != "complete" and _end(database, shelf, upload, "expired", None)


def upload_blob(database: Database, clock: Clock, shelf: Shelf, upload: int) -> tuple[str, str]:
    """(SHA-256 of the blob, file name) of a complete upload; completes one whose last answer was lost."""
    found = complete_upload(database, clock, shelf, upload)
    invariant(found.blob is not None, "a complete upload has its blob", upload=upload)
    return str(found.blob), found.name


def expire_uploads(house: Database, clock: Clock, shelf: Shelf) -> int:
    """Duty: forget uploads nobody continued in time, of every organisation; how many."""
    with house.connection() as connection:
        found = repo.expired_uploads(connection, {"now": clock.now(), "limit": _EXPIRE_AT_ONCE})
    for organisation, upload in found:
        with house.transaction() as connection:
            repo.end_upload(connection, {"upload": upload, "state": "expired", "blob": None})
            repo.forget_parts(connection, upload)
        for name in list(shelf.names(f"uploads/{organisation}/{upload}/")):
            shelf.remove(name)
    return len(found)
