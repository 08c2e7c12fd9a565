"""The layout of a release folder, pure: where files live, which paths are safe, how roots follow from entries."""

import re
from collections.abc import Iterable
from typing import Any, Final, TypeVar

import msgspec

from galley.kernel.canonical import canonical_json
from galley.release.errors import ManifestError, PathUnsafeError
from galley.release.model import MANIFEST_FORMAT, SEAL_FORMAT, FileEntry, ReleaseManifest, Seal, SealEntry
from galley.release.tree import RootBuilder

__all__ = [
    "CARD",
    "CERTIFICATE",
    "CROISSANT",
    "DATA",
    "EVIDENCE",
    "LABEL_SCHEMA",
    "MANIFEST",
    "MANIFEST_BYTES_MAX",
    "MEDIA",
    "PROOFS",
    "PROVENANCE",
    "RECORDS",
    "SEAL",
    "SEALED",
    "STATEMENTS",
    "TC609",
    "TRUST",
    "build_manifest",
    "build_seal",
    "check_path",
    "data_part",
    "encode",
    "hash_part",
    "json_object",
    "parse_manifest",
    "parse_seal",
    "tc609_part",
]

MANIFEST: Final = "manifest.json"
SEAL: Final = "seal.json"
CARD: Final = "README.md"
CROISSANT: Final = "croissant.json"
DATA: Final = "data"
MEDIA: Final = "media"
RECORDS: Final = "records"
TC609: Final = "tc609-02"
EVIDENCE: Final = "evidence"
LABEL_SCHEMA: Final = "evidence/label-schema.json"
CERTIFICATE: Final = "evidence/certificate.json"
PROVENANCE: Final = "evidence/provenance.json"
STATEMENTS: Final = "statements"
PROOFS: Final = "proofs"
TRUST: Final = "trust"
SEALED: Final = (STATEMENTS, PROOFS, TRUST)

MANIFEST_BYTES_MAX: Final = 256 * 1024 * 1024
"""A manifest is read into memory: more than a million files; a larger one is hostile."""

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SAFE_INTEGER: Final = 2**53
# Entries hold strings, small integers and nulls only. For those, msgspec's sorted output is byte for byte RFC 8785
# (tests/release/test_release_layout.py proves it), at a fiftieth of the cost.
_ENCODER = msgspec.json.Encoder(order="sorted")

T = TypeVar("T", ReleaseManifest, Seal)


def data_part(number: int) -> str:
    """Path of a Parquet part."""
    return f"{DATA}/part-{number:05d}.parquet"


def hash_part(number: int) -> str:
    """Path of the record hashes of a part: 32 bytes a record, in order."""
    return f"{RECORDS}/part-{number:05d}.sha256s"


def tc609_part(number: int) -> str:
    """Path of a part in the TC609-5-2025-02 record format."""
    return f"{TC609}/part-{number:05d}.jsonl"


def check_path(path: str) -> str:
    """The path, when it is a plain relative one; raises PathUnsafeError (`..`, absolute, odd characters, too deep)."""
    segments = path.split("/")
    if len(segments) > 8 or not all(_SEGMENT.fullmatch(segment) for segment in segments):
        raise PathUnsafeError(path=ascii(path[:200]))
    return path


def json_object(data: bytes) -> dict[str, Any]:
    """A JSON object of a release that its publisher wrote, or {} for anything else: readers then find nothing in it."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def encode(value: Any) -> bytes:
    """Canonical JSON of a manifest, a seal or one of their entries."""
    return _ENCODER.encode(value)


def _root(head: dict[str, Any], entries: Iterable[FileEntry | SealEntry]) -> str:
    tree = RootBuilder()
    tree.add(canonical_json(head))
    for entry in entries:
        tree.add(encode(entry))
    return tree.root().hex()


def _manifest_root(manifest: ReleaseManifest) -> str:
    head = {
        "format": manifest.format,
        "name": manifest.name,
        "version": manifest.version,
        "version_root": manifest.version_root,
        "rows": manifest.rows,
        "record_root": manifest.record_root,
    }
    return _root(head, manifest.files)


def _seal_root(seal: Seal) -> str:
    return _root({"format": seal.format, "release_root": seal.release_root}, seal.files)


def build_manifest(
    *, name: str, version: str, version_root: str, rows: int, record_root: str, files: Iterable[FileEntry]
) -> ReleaseManifest:
    """The manifest of these files, sorted, with its root filled in."""
    bare = ReleaseManifest(
        format=MANIFEST_FORMAT,
        name=name,
        version=version,
        version_root=version_root,
        rows=rows,
        record_root=record_root,
        files=tuple(sorted(files, key=lambda entry: entry.path)),
        root="",
    )
    return msgspec.structs.replace(bare, root=_manifest_root(bare))


def build_seal(release_root: str, files: Iterable[SealEntry]) -> Seal:
    """The seal over these files, sorted, with its root filled in."""
    bare = Seal(
        format=SEAL_FORMAT,
        release_root=release_root,
        files=tuple(sorted(files, key=lambda entry: entry.path)),
        root="",
    )
    return msgspec.structs.replace(bare, root=_seal_root(bare))


def parse_manifest(data: bytes) -> ReleaseManifest:
    """manifest.json checked: canonical bytes, known format, safe sorted paths, and a root that follows from the rest.

    Raises ManifestError saying which; so every byte of the file is covered.
    """
    manifest = _parse(data, ReleaseManifest, MANIFEST, MANIFEST_FORMAT)
    _check_entries(manifest.files, MANIFEST, lambda path: path.split("/")[0] not in (*SEALED, MANIFEST, SEAL))
    if manifest.root != _manifest_root(manifest):
        raise ManifestError(file=MANIFEST, detail="its root does not follow from its entries")
    return manifest


def parse_seal(data: bytes) -> Seal:
    """seal.json checked in the same way; raises ManifestError."""
    seal = _parse(data, Seal, SEAL, SEAL_FORMAT)
    _check_entries(seal.files, SEAL, lambda path: path.split("/")[0] in SEALED and "/" in path)
    if seal.root != _seal_root(seal):
        raise ManifestError(file=SEAL, detail="its root does not follow from its entries")
    return seal


def _parse(data: bytes, kind: type[T], file: str, expected: str) -> T:
    try:
        parsed = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise ManifestError(file=file, detail=str(problem)) from problem
    if parsed.format != expected:
        raise ManifestError(file=file, detail=f"its format is {parsed.format!a}, this Galley reads {expected}")
    if encode(parsed) != data:
        raise ManifestError(file=file, detail="it is not canonical JSON (RFC 8785)")
    return parsed


def _check_entries(entries: Iterable[FileEntry | SealEntry], file: str, belongs: Any) -> None:
    previous = ""
    for entry in entries:
        check_path(entry.path)
        if not belongs(entry.path):
            raise ManifestError(file=file, detail=f"{entry.path} does not belong into it")
        if entry.path <= previous:
            raise ManifestError(file=file, detail=f"{entry.path} is out of order or listed twice")
        previous = entry.path
        if not _HASH.fullmatch(entry.sha256) or not 0 <= entry.bytes < _SAFE_INTEGER:
            raise ManifestError(file=file, detail=f"{entry.path} has no proper size and SHA-256")
