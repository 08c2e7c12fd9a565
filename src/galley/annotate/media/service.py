"""Use cases of media facts: have them made, make what waits, make small ones at once, say what is known.

What is made lies below `derived/<organisation>/<SHA-256>/<version of the makers>/`. It is written before the row says that
it is there, and always the same for the same blob, so that making it twice is harmless.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from galley.annotate.content.duration import duration_seconds
from galley.annotate.media import repo
from galley.annotate.media.bounded import Answer, Request
from galley.annotate.media.errors import MediaMakerError, MediaTooLargeError, MediaUnreadableError
from galley.annotate.media.maker import MAKE_SECONDS, Maker
from galley.annotate.media.model import MAKER, Facts, Row, kind_of, problem_of
from galley.kernel.clock import Clock
from galley.kernel.errors import invariant
from galley.store.blobs import blob_name
from galley.store.database import Database
from galley.store.objects import Shelf

__all__ = ["NOW_BYTES", "Desk", "derived_name", "facts_of", "make_waiting", "want"]

ATTEMPTS_MAX: Final = 3
_STALE_SECONDS: Final = 1200.0  # more than the longest making
_AT_ONCE: Final = 8
NOW_BYTES: Final = 4 * 1024 * 1024
"""A blob up to this size is made while somebody waits for it."""
_NOW_MOST: Final = 4
_NOW_SECONDS: Final = 3.0
_COPY_BYTES: Final = 8 * 1024**3
"""What is copied out of a bucket for decoding."""
_CHUNK: Final = 1024 * 1024
_HEAD_BYTES: Final = 4096


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What making takes. `sniff` tells the media type by the first bytes, "" when it cannot."""

    database: Database
    clock: Clock
    shelf: Shelf
    sniff: Callable[[bytes], str]
    maker: Maker


def derived_name(organisation: int, sha256: str, name: str) -> str:
    """Where something made of a blob lies."""
    return f"derived/{organisation}/{sha256}/{MAKER}/{name}"


def want(database: Database, clock: Clock, blobs: Iterable[str]) -> None:
    """Have facts made of blobs of the organisation; nothing happens to those known."""
    with database.connection() as connection:
        repo.want(connection, blobs, clock.now())


# --- asked for -------------------------------------------------------------------------------------------------------


def facts_of(desk: Desk, blobs: Sequence[str]) -> dict[str, Row]:
    """What is known of some blobs of the organisation; a few small ones are made at once, the rest soon.

    Costs one query when everything is known.
    """
    organisation = desk.database.organisation
    invariant(organisation is not None, "media facts belong to an organisation")
    with desk.database.connection() as connection:
        known = repo.known(connection, blobs)
        waiting = [sha256 for sha256 in blobs if sha256 not in known or known[sha256].state == "waiting"]
        if waiting:
            repo.want(connection, [sha256 for sha256 in waiting if sha256 not in known], desk.clock.now())
            repo.hasten(connection, waiting)
    for sha256 in [one for one in waiting if _small(desk, one)][:_NOW_MOST]:
        row = _make(desk, organisation or 0, sha256, at_once=True)
        if row is None:
            break
        desk.shelf.flush()
        with desk.database.connection() as connection:
            repo.end(connection, organisation or 0, row, desk.clock.now())
        known[sha256] = row
    return {sha256: known.get(sha256) or Row(sha256=sha256, state="waiting") for sha256 in blobs}


def _small(desk: Desk, sha256: str) -> bool:
    size = desk.shelf.size(blob_name(sha256))
    return size is not None and size <= NOW_BYTES


# --- the duty --------------------------------------------------------------------------------------------------------


def make_waiting(desk: Desk) -> int:
    """Duty: make what waits longest, of every organisation; how many. The desk's database is the house's."""
    now = desk.clock.now()
    facts = {"now": now, "stale": now - timedelta(seconds=_STALE_SECONDS), "limit": _AT_ONCE}
    with desk.database.connection() as connection:
        taken = repo.take(connection, facts)
    for organisation, sha256, attempts in taken:
        row: Row | None
        if attempts > ATTEMPTS_MAX:  # whoever tried died with it
            error = MediaMakerError(detail=f"{ATTEMPTS_MAX} attempts")
            row = Row(sha256=sha256, state="failed", problem=problem_of(error))
        else:
            row = _make(desk, organisation, sha256, at_once=False)
        if row is not None:
            desk.shelf.flush()
            with desk.database.connection() as connection:
                repo.end(connection, organisation, row, desk.clock.now())
    return len(taken)


# --- making ----------------------------------------------------------------------------------------------------------


def _make(desk: Desk, organisation: int, sha256: str, *, at_once: bool) -> Row | None:
    """Make everything of a blob; None when that cannot be done at once."""
    file = desk.shelf.open(blob_name(sha256))
    if file is None:
        return _failed(sha256, MediaUnreadableError(detail="the bytes are missing"))
    with file:
        head = file.read(_HEAD_BYTES)
        if not head:
            return _failed(sha256, MediaUnreadableError(detail="the content is empty"))
        media_type = desk.sniff(head)
        if kind_of(media_type) in ("video", "other"):
            return Row(sha256=sha256, state="ready", facts=_declared(desk, sha256, file, media_type))
        try:
            made = _decoded(desk, derived_name(organisation, sha256, ""), file, media_type, at_once=at_once)
        except MediaTooLargeError as problem:
            return _failed(sha256, problem)
        if made is not None and made.facts is None:
            declared = _declared(desk, sha256, file, media_type)
            return Row(sha256=sha256, state="failed", facts=declared, problem=made.problem)
    return None if made is None else Row(sha256=sha256, state="ready", facts=made.facts)


def _decoded(desk: Desk, place: str, file: BinaryIO, media_type: str, *, at_once: bool) -> Answer | None:
    """Have a picture or sound decoded, and put what was made of it below a place. Raises MediaTooLargeError."""
    with tempfile.TemporaryDirectory(prefix="galley-media-") as made_in:
        folder = Path(made_in)
        request = Request(source=str(_on_disk(file, folder)), folder=made_in, media_type=media_type)
        made = desk.maker.try_make(request, _NOW_SECONDS) if at_once else desk.maker.make(request, MAKE_SECONDS)
        if made is not None and made.facts is not None:
            for name in made.facts.made:
                _shelve(desk.shelf, folder / name, place + name)
        return made


def _failed(sha256: str, problem: MediaUnreadableError | MediaTooLargeError) -> Row:
    return Row(sha256=sha256, state="failed", problem=problem_of(problem))


def _declared(desk: Desk, sha256: str, file: BinaryIO, media_type: str) -> Facts:
    """What can be said without decoding."""
    size = desk.shelf.size(blob_name(sha256)) or 0
    return Facts(
        kind=kind_of(media_type), media_type=media_type, bytes=size, duration=duration_seconds(file, media_type)
    )


def _on_disk(file: BinaryIO, folder: Path) -> Path:
    """The file as the makers' process can open it: where it lies, or a copy of what comes from a bucket."""
    lies = getattr(file, "name", None)
    if isinstance(lies, str) and Path(lies).is_file():
        return Path(lies)
    file.seek(0)
    copy, size = folder / "source", 0
    with copy.open("wb") as out:
        for chunk in _chunks(file):
            size += len(chunk)
            if size > _COPY_BYTES:
                raise MediaTooLargeError(found=size, unit="B", limit=_COPY_BYTES)
            out.write(chunk)
    return copy


def _shelve(shelf: Shelf, source: Path, name: str) -> None:
    """Put a file on the shelf, a piece at a time."""
    staged = shelf.stage()
    try:
        with source.open("rb") as file:
            for chunk in _chunks(file):
                staged.write(chunk)
        staged.commit(name)
    finally:
        staged.discard()


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
