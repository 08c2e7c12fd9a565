"""Seals a release: adds what speaks about its root (statements, proofs, trust material) and lists it in seal.json."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from galley.kernel.canonical import sha256_hex
from galley.release.errors import SealError
from galley.release.folder import sync_folder
from galley.release.layout import (
    MANIFEST,
    PROOFS,
    SEAL,
    SEALED,
    STATEMENTS,
    TRUST,
    build_seal,
    check_path,
    encode,
    parse_manifest,
)
from galley.release.model import Seal, SealEntry

__all__ = ["seal_release"]


def seal_release(
    out: Path, statements: Mapping[str, bytes], proofs: Mapping[str, bytes], trust: Mapping[str, bytes]
) -> Seal:
    """Add the files (name -> bytes) to the release at `out`; seal.json comes last, so a half seal never verifies.

    Statements are `<name>.dsse.json`, proofs `<name>.tlog-proof` of the same name. A release that was killed while
    being sealed, or gets further statements, is sealed again: the old sealed files give way.
    """
    if not statements:
        raise SealError(detail="there is no statement")
    manifest = parse_manifest((out / MANIFEST).read_bytes())
    wanted = {STATEMENTS: statements, PROOFS: proofs, TRUST: trust}
    paths = {check_path(f"{folder}/{name}"): data for folder, files in wanted.items() for name, data in files.items()}
    (out / SEAL).unlink(missing_ok=True)
    for folder in SEALED:
        if (out / folder).exists():
            shutil.rmtree(out / folder)
    for path, data in sorted(paths.items()):
        _write(out / path, data)
    seal = build_seal(
        manifest.root,
        (SealEntry(path=path, bytes=len(data), sha256=sha256_hex(data)) for path, data in paths.items()),
    )
    for folder in SEALED:
        if (out / folder).exists():
            sync_folder(out / folder)
    _write(out / f".{SEAL}.partial", encode(seal))
    (out / f".{SEAL}.partial").replace(out / SEAL)
    sync_folder(out)
    return seal


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
