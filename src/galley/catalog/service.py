"""Use cases of the catalogue: publish a version, find it again, attach evidence."""

import difflib
import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from galley.catalog import repo
from galley.catalog.errors import (
    DatasetNameError,
    ManifestMismatchError,
    ReleaseUnknownError,
    VersionAmbiguousError,
    VersionGoneError,
    VersionUnknownError,
)
from galley.catalog.manifest import Manifest, manifest_root
from galley.catalog.model import Evidence, Release, Version, VersionRow
from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json
from galley.kernel.clock import Clock
from galley.kernel.errors import invariant
from galley.kernel.ports import Blobs
from galley.store.database import Connection, Database

__all__ = [
    "add_evidence",
    "check_dataset_name",
    "children",
    "children_page",
    "evidence",
    "get_version",
    "load_manifest",
    "open_version",
    "publish_version",
    "register_release",
    "release",
    "releases",
    "version_of_id",
    "version_page",
    "versions",
]

_NAME: Final = re.compile(r"[\w][\w.-]*(/[\w][\w.-]*)*")
_NAME_LENGTH_MAX: Final = 200
_NEWEST: Final = 2**63 - 1
_ROOT_PREFIX: Final = re.compile(r"[0-9a-f]{6,64}")


def publish_version(  # noqa: PLR0913 three ports and the four facts of a version
    database: Database,
    blobs: Blobs,
    clock: Clock,
    *,
    name: str,
    manifest: Manifest,
    parents: Sequence[str] = (),
    run_id: str | None = None,
) -> Version:
    """Record an immutable version of a dataset; `parents` are roots of the versions it was made from.

    The same dataset with the same content is the same version: publishing again returns it unchanged, with the lineage,
    run and time of the first publication. Everything the manifest names must be in `blobs`; it is made durable first.
    """
    check_dataset_name(name)
    for shard in manifest.shards:
        for file in (shard.data, shard.labels):
            if file is not None:
                found = blobs.size(file.sha256)
                invariant(found == file.bytes, "a manifest states its files' sizes", sha256=file.sha256, bytes=found)
    root = manifest_root(manifest)
    stored = blobs.put(canonical_json(manifest))
    blobs.flush()
    now = clock.now()
    with database.transaction() as connection:
        repo.begin_publishing(connection, name, now)
        version_id = repo.same_version(connection, name, root)
        if version_id is None:
            version_id = repo.insert_version(
                connection, dataset=name, root=root, manifest=stored, rows=manifest.rows, run_id=run_id, now=now
            )
            invariant(version_id is not None, "an inserted version has an id", name=name)
            repo.insert_lineage(connection, version_id or 0, parents)
        return repo.version(connection, version_id or 0)


def get_version(database: Database, spec: str) -> Version:
    """The version meant by `name` (its newest), `name@number`, or the first six or more digits of a root.

    Raises VersionUnknownError with the nearest name, or VersionAmbiguousError.
    """
    with database.connection() as connection:
        found = _by_name(connection, spec)
        if found is None and _ROOT_PREFIX.fullmatch(spec):
            by_root = repo.with_root_prefix(connection, spec)
            if len(by_root) > 1:
                first, second = (repo.version(connection, version_id).root for version_id in by_root)
                length = next(place for place in range(64) if first[place] != second[place]) + 1
                raise VersionAmbiguousError(spec=spec, first=first[:length], second=second[:length])
            found = by_root[0] if by_root else None
        if found is None:
            raise VersionUnknownError(spec=spec, suggestion=_nearest(connection, spec))
        return repo.version(connection, found)


def versions(database: Database, name: str | None = None) -> list[Version]:
    """All versions, or those of one dataset, oldest first."""
    with database.connection() as connection:
        return repo.versions(connection, name)


def children(database: Database, root: str) -> list[Version]:
    """The versions that were made from a root, oldest first."""
    with database.connection() as connection:
        return [repo.version(connection, version_id) for version_id in repo.children(connection, root)]


def load_manifest(blobs: Blobs, version: Version) -> Manifest:
    """The manifest of a version; raises ManifestMismatchError when it is not the one that was published."""
    manifest = msgspec.json.decode(blobs.get(version.manifest), type=Manifest)
    found = manifest_root(manifest)
    if found != version.root:
        raise ManifestMismatchError(spec=version.spec, found=found, root=version.root)
    return manifest


def open_version(database: Database, blobs: Blobs, spec: str) -> VersionReader:
    """A reader over the version meant by `spec`; see get_version."""
    version = get_version(database, spec)
    return VersionReader(version.spec, load_manifest(blobs, version), blobs)


def add_evidence(database: Database, blobs: Blobs, clock: Clock, *, root: str, kind: str, envelope: bytes) -> Evidence:
    """Attach a signed envelope to a version's root; the same envelope again changes nothing."""
    stored = blobs.put(envelope)
    blobs.flush()
    with database.transaction() as connection:
        repo.insert_evidence(connection, root=root, kind=kind, envelope=stored, now=clock.now())
        known = repo.evidence_of(connection, root)
    return next(one for one in known if one.envelope == stored and one.kind == kind)


def evidence(database: Database, root: str, kind: str | None = None) -> list[Evidence]:
    """The evidence about a root, oldest first; of one kind when given."""
    with database.connection() as connection:
        return [one for one in repo.evidence_of(connection, root) if kind in (None, one.kind)]


def register_release(database: Database, clock: Clock, **facts: Any) -> int:
    """Note a release that was written (fields of Release but id and created_at); the same again is the same one."""
    with database.transaction() as connection:
        return repo.insert_release(connection, {**facts, "now": clock.now()})


def releases(database: Database, *, line: str | None = None, before: int = _NEWEST, limit: int = 50) -> list[Release]:
    """Releases, the newest first."""
    with database.connection() as connection:
        return repo.QUERIES.structs(
            connection, "releases_page", Release, {"line": line, "before": before, "limit": limit}
        )


def release(database: Database, number: int) -> Release:
    """One release; raises ReleaseUnknownError."""
    with database.connection() as connection:
        found = repo.QUERIES.structs(connection, "release", Release, {"id": number})
    if not found:
        raise ReleaseUnknownError(release=number)
    return found[0]


def version_page(
    database: Database, *, dataset: str | None = None, line: str | None = None, before: int = _NEWEST, limit: int = 50
) -> list[VersionRow]:
    """Versions, the newest first, in one query; of one dataset, or of one line."""
    facts = {"dataset": dataset, "line": line, "before": before, "limit": limit}
    with database.connection() as connection:
        return repo.QUERIES.structs(connection, "versions_page", VersionRow, facts)


def version_of_id(database: Database, number: int) -> Version:
    """A version by its id; raises VersionGoneError."""
    with database.connection() as connection:
        found = repo.QUERIES.structs(connection, "version_by_id", Version, {"id": number})
    if not found:
        raise VersionGoneError(version=number)
    return msgspec.structs.replace(found[0], parents=tuple(found[0].parents))


def children_page(database: Database, root: str, limit: int = 50) -> list[VersionRow]:
    """The newest versions that were made from a root, in one query."""
    with database.connection() as connection:
        return repo.QUERIES.structs(connection, "children_page", VersionRow, {"root": root, "limit": limit})


def check_dataset_name(name: str) -> None:
    """Raise DatasetNameError unless a dataset may be called so."""
    if len(name) > _NAME_LENGTH_MAX or not _NAME.fullmatch(name):
        raise DatasetNameError(name=name)


def _by_name(connection: Connection, spec: str) -> int | None:
    name, at, number = spec.rpartition("@")
    if not at:
        return repo.latest(connection, spec)
    # Ten digits could pass int4.
    return repo.numbered(connection, name, int(number)) if re.fullmatch(r"[0-9]{1,9}", number) else None


def _nearest(connection: Connection, spec: str) -> str:
    names = repo.dataset_names(connection)
    wanted = spec.rpartition("@")[0] or spec
    if wanted in names:  # the dataset is there, the number is not
        return ", ".join(f"'{version.spec}'" for version in repo.versions(connection, wanted)[-3:])
    close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.4)
    if close:
        return ", ".join(f"'{name}'" for name in close)
    return ", ".join(f"'{name}'" for name in names[:3]) or "a version after publishing one"
