"""A stream of bytes becomes one draft: sniffed, checked against what the recipe wants, stored or decoded.

Shared by every connector whose records are files of some kind. At most PROBE_BYTES of media, or TEXT_BYTES_MAX of text,
are held in memory.
"""

import itertools
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from galley.collect.connector import Draft, Spoiled
from galley.collect.encoding import decode_text, is_binary
from galley.collect.errors import ContentMismatchError, RecordError, TextTooLargeError, TooLargeError, UndecodableError
from galley.collect.sniff import PROBE_BYTES, SNIFF_BYTES, Sniffed, hint_of_name, image_size, sniff
from galley.kernel import limits
from galley.kernel.ports import Desk

__all__ = ["OCTETS", "About", "Wanted", "WantedModality", "read_content", "spoil"]

WantedModality = Literal["auto", "text", "image", "audio", "video", "any"]

OCTETS = Sniffed("any", "application/octet-stream")

# Containers that hold sound, pictures or both: their first bytes do not settle which.
_CONTAINERS = frozenset(
    {"video/mp4", "video/quicktime", "video/webm", "video/x-matroska", "video/ogg", "video/x-ms-asf", "audio/mp4"}
)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the recipe asks of content."""

    modality: WantedModality = "auto"
    encoding: str | None = None  # None: detected
    limit_bytes: int = limits.BLOB_BYTES_MAX


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one piece of content before it is read."""

    key: str
    uri: str
    name: str  # file name, for its extension
    hint: Sniffed | None = None  # what the source declares, stronger than the extension
    time: str | None = None
    meta: dict[str, Any] = {}


def spoil(key: str, uri: str, problem: RecordError, excerpt: bytes = b"") -> Spoiled:
    """The quarantine entry for one record that cannot be read."""
    return Spoiled(
        key=key,
        uri=uri,
        code=problem.code,
        message=problem.message(),
        excerpt=bytes(excerpt[: limits.QUARANTINE_EXCERPT_BYTES_MAX]),
    )


def read_content(chunks: Iterator[bytes], about: About, wanted: Wanted, desk: Desk) -> Draft | Spoiled:
    """The record a stream holds, or why there is none. A RecordError raised by the stream spoils the record."""
    head = bytearray()
    try:
        counted = _counted(chunks, wanted.limit_bytes)
        for chunk in counted:
            head += chunk
            if len(head) >= PROBE_BYTES:
                break
        return _draft(bytes(head), counted, about, wanted, desk)
    except RecordError as problem:
        return spoil(about.key, about.uri, problem, bytes(head[: limits.QUARANTINE_EXCERPT_BYTES_MAX]))


def _counted(chunks: Iterator[bytes], limit_bytes: int) -> Iterator[bytes]:
    seen = 0
    for chunk in chunks:
        seen += len(chunk)
        if seen > limit_bytes:
            raise TooLargeError(limit=limit_bytes)
        yield chunk


def _draft(head: bytes, rest: Iterator[bytes], about: About, wanted: Wanted, desk: Desk) -> Draft:
    found, sure = _classify(head, about)
    found = _fit(found, wanted.modality)
    if found.modality == "text":
        data = _all_text(head, rest)
        try:
            return _text_draft(data, found, about, wanted.encoding)
        except UndecodableError:
            if sure or wanted.modality == "text" or wanted.encoding is not None:
                raise
        head, rest, found = data, iter(()), OCTETS  # it only looked like text, and nobody said it was
    return _blob_draft(head, rest, found, about, desk)


def _classify(head: bytes, about: About) -> tuple[Sniffed, bool]:
    """(what content is, whether anything says so): magic number, then what the source or the
    extension says, then whether it could be text."""
    found = sniff(head[:SNIFF_BYTES])
    if found is not None:
        return found, True
    hint = about.hint or hint_of_name(about.name)
    if hint is not None:
        return hint, True
    return (OCTETS, True) if is_binary(head[:SNIFF_BYTES]) else (Sniffed("text", "text/plain"), False)


def _fit(found: Sniffed, wanted: str) -> Sniffed:
    """What content counts as under the recipe's modality; raises ContentMismatchError."""
    if wanted in ("auto", found.modality):
        return found
    if wanted == "any" or (wanted in ("audio", "video") and found.media_type in _CONTAINERS):
        return Sniffed(wanted, found.media_type)
    if wanted == "text" and found == OCTETS:
        return Sniffed("text", "text/plain")  # let decoding be the judge, and name the bad byte
    raise ContentMismatchError(found=found.media_type, wanted=wanted)


def _all_text(head: bytes, rest: Iterator[bytes]) -> bytes:
    data = bytearray(head)
    for chunk in itertools.chain((b"",), rest):
        data += chunk
        if len(data) > limits.TEXT_BYTES_MAX:
            raise TextTooLargeError(limit=limits.TEXT_BYTES_MAX)
    return bytes(data)


def _text_draft(data: bytes, found: Sniffed, about: About, encoding: str | None) -> Draft:
    text, name = decode_text(data, encoding)
    meta = about.meta if name in ("utf-8", "utf-8-sig") else {**about.meta, "encoding": name}
    return Draft(
        key=about.key,
        uri=about.uri,
        modality="text",
        media_type=found.media_type,
        text=text,
        bytes=len(text.encode()),
        time=about.time,
        meta=meta,
    )


def _blob_draft(head: bytes, rest: Iterator[bytes], found: Sniffed, about: About, desk: Desk) -> Draft:
    following = next(rest, None)
    if following is None:
        sha256, size = desk.blobs.put(head), len(head)
    else:
        # The stream counts its own bytes and raises TooLargeError, so the store's limit is only a second belt.
        sha256, size = desk.blobs.put_stream(itertools.chain((head, following), rest), limits.BLOB_BYTES_MAX)
    shape = image_size(head, found.media_type) if found.modality == "image" else None
    return Draft(
        key=about.key,
        uri=about.uri,
        modality=found.modality,
        media_type=found.media_type,
        blob=sha256,
        bytes=size,
        width=shape[0] if shape else None,
        height=shape[1] if shape else None,
        time=about.time,
        meta=about.meta,
    )
