"""The release stage of a run: the folder, what is said about it, the log's proofs, and the check of all of it."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec

from galley import __version__
from galley.catalog.reader import VersionReader
from galley.catalog.service import add_evidence, open_version
from galley.engine.shard import read_parquet
from galley.kernel.clock import SystemClock
from galley.kernel.extension import make
from galley.kernel.ports import Desk
from galley.ledger.service import Logged
from galley.ledger.statements import (
    ANNOTATION,
    ASSESSMENT,
    CERTIFICATE,
    COLLECTION,
    PIPELINE_BUILD_TYPE,
    PROVENANCE,
    RELEASE,
    Statement,
    Subject,
)
from galley.line.account import RunAccount
from galley.line.kitchen import Kitchen
from galley.line.outcome import ReleasedOtherwiseError
from galley.line.recipe import Release
from galley.release.attest import PROOF_SUFFIX, STATEMENT_SUFFIX, release_predicate, trust_files
from galley.release.errors import ExportPlaceError
from galley.release.exporter import Exporter, ExportReport
from galley.release.layout import MANIFEST, parse_manifest
from galley.release.model import ReleaseContext, ReleaseSummary, Source
from galley.release.seal import seal_release
from galley.release.writer import write_release
from galley.store.errors import StorageError
from galley.store.workspace import Workspace

__all__ = ["Facts", "Released", "export_version", "release", "told_as_storage"]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the earlier stages found out, as it goes into evidence."""

    account: RunAccount
    certificate: dict[str, Any] | None = None
    audits: tuple[dict[str, Any], ...] = ()
    readings: tuple[dict[str, Any], ...] = ()
    annotation: dict[str, Any] | None = None
    commitments: tuple[Logged, ...] = ()  # recorded before the audits, see line.annotating


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed release."""

    folder: Path
    summary: ReleaseSummary


def release(kitchen: Kitchen, spec: Release, version: VersionReader, facts: Facts) -> Released:
    """Write, sign, log and seal a release; the same content under the same name is written again byte for byte."""
    folder = _folder(kitchen.base, spec)
    _refuse_other_content(folder, spec, version.root)
    context = _context(kitchen, spec, version, facts)
    told = 0

    def progress(done: int, _total: int) -> None:
        nonlocal told
        kitchen.screen.advance(done - told)
        told = done

    with told_as_storage(folder):
        summary = write_release(version, context, folder, kitchen.desk, progress, replace=True)
    statements = _statements(kitchen, spec, summary, facts)
    recorded = dict(zip(statements, kitchen.ledger.record(list(statements.values())), strict=True))
    recorded |= {f"audit-commitment-{number}": logged for number, logged in enumerate(facts.commitments, start=1)}
    _keep_evidence(kitchen, version.root, recorded)
    with told_as_storage(folder):
        seal_release(
            folder,
            {f"{name}{STATEMENT_SUFFIX}": logged.envelope for name, logged in recorded.items()},
            {f"{name}{PROOF_SUFFIX}": kitchen.ledger.proof_for(logged) for name, logged in recorded.items()},
            trust_files([kitchen.ledger.log_key], kitchen.ledger.signer_keys, kitchen.ledger.log.checkpoint_bytes()),
        )
    return Released(folder=folder, summary=summary)


def export_version(workspace: Workspace, spec: str, to: str, out: Path) -> ExportReport:
    """Write a version in another format; raises when the folder holds files already."""
    exporter = cast(Exporter[Any], make("exporter", to, {}))
    version = open_version(workspace.database, workspace.blobs, spec)
    with told_as_storage(out):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise ExportPlaceError(folder=str(out))
        out.mkdir(parents=True, exist_ok=True)
        desk = Desk(blobs=workspace.blobs, base=out, clock=SystemClock(), seed=b"\0" * 32)
        return exporter.write(version, out, desk)


@contextmanager
def told_as_storage(folder: Path) -> Iterator[None]:
    """A full disk or a folder we may not write is the user's to mend, not a bug: say where it was."""
    try:
        yield
    except OSError as problem:
        where = str(problem.filename or folder)
        raise StorageError(action="write", name=where, reason=problem.strerror or str(problem)) from problem


def _folder(base: Path, spec: Release) -> Path:
    named = spec.to or f"releases/{spec.name.replace('/', '-')}-{spec.version}"
    return (base / named).resolve()


def _refuse_other_content(folder: Path, spec: Release, root: str) -> None:
    """A released version is immutable: the same name and version may only be written again with the same content."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return
    held = parse_manifest(manifest.read_bytes())
    if (held.name, held.version) == (spec.name, spec.version) and held.version_root != root:
        raise ReleasedOtherwiseError(name=spec.name, version=spec.version, folder=str(folder), root=held.root)
    if (held.name, held.version) != (spec.name, spec.version):
        raise ReleasedOtherwiseError(name=held.name, version=held.version, folder=str(folder), root=held.root)


def _context(kitchen: Kitchen, spec: Release, version: VersionReader, facts: Facts) -> ReleaseContext:
    account = facts.account
    licenses = sorted({source.license for source in account.sources})
    return ReleaseContext(
        name=spec.name,
        version=spec.version,
        title=spec.title or spec.name,
        description=spec.description,
        license=spec.license or (licenses[0] if len(licenses) == 1 else "other"),
        created=spec.date or _newest_time(version),
        tags=spec.tags,
        about=spec.about,
        sources=tuple(
            Source(name=source.name, license=source.license, basis=source.basis, records=source.records)
            for source in account.sources
        ),
        counts={
            "sources": msgspec.to_builtins(account.sources),
            "steps": msgspec.to_builtins(account.steps),
        },
        certificate=facts.certificate,
        audits=facts.audits,
        readings=facts.readings,
        recipe=account.recipe_text,
        provenance={
            "galley": __version__,
            "recipe": account.recipe,
            "roots": sorted(account.versions.values()),
            "versions": account.versions,
            "plans": account.plans,
        },
    )


def _newest_time(version: VersionReader) -> str:
    """The newest time any record carries: the release's date must follow from its content, not from the clock."""
    newest = ""
    for shard in version.manifest.shards:
        times = read_parquet(version.blobs, shard.data, columns=["time"]).column("time")
        newest = max([newest, *(time for time in times.to_pylist() if time)])
    return newest or "1970-01-01T00:00:00Z"


def _statements(kitchen: Kitchen, spec: Release, summary: ReleaseSummary, facts: Facts) -> dict[str, Statement]:
    subject = (Subject(f"galley:{spec.name}@{spec.version}", {"sha256": summary.root}),)
    account = facts.account
    made: dict[str, tuple[str, dict[str, Any]]] = {
        "collection": (
            COLLECTION,
            {
                "sources": msgspec.to_builtins(account.sources),
                "evidence": _bound(summary, "evidence/sources.json"),
            },
        ),
        "provenance": (PROVENANCE, _provenance(kitchen, account)),
        "release": (RELEASE, release_predicate(summary)),
    }
    if facts.annotation is not None:
        bound = _bound(summary, "evidence/label-schema.json")
        made["annotation"] = (ANNOTATION, {**facts.annotation, "evidence": bound})
    if facts.certificate is not None:
        told = {name: value for name, value in facts.certificate.items() if not isinstance(value, dict)}
        bound = _bound(summary, "evidence/certificate.json", "evidence/audits.json")
        made["certificate"] = (CERTIFICATE, {**told, "evidence": bound})
    if facts.readings:
        readings = [
            {name: reading.get(name) for name in ("standard", "code", "value", "low", "high", "confidence", "unit")}
            for reading in facts.readings
        ]
        made["assessment"] = (
            ASSESSMENT,
            {"readings": readings, "evidence": _bound(summary, "evidence/readings.json")},
        )
    return {name: Statement(subject, kind, predicate) for name, (kind, predicate) in sorted(made.items())}


def _bound(summary: ReleaseSummary, *paths: str) -> dict[str, str]:
    return {path: summary.evidence[path] for path in paths if path in summary.evidence}


def _provenance(kitchen: Kitchen, account: RunAccount) -> dict[str, Any]:
    """SLSA provenance v1: what was run on what, by what."""
    return {
        "buildDefinition": {
            "buildType": PIPELINE_BUILD_TYPE,
            "externalParameters": {"recipe": {"sha256": account.recipe}, "line": account.line},
            "internalParameters": {"seed": kitchen.desk.seed.hex(), "plans": account.plans},
            "resolvedDependencies": [
                {"name": f"version:{stage}", "digest": {"sha256": root}}
                for stage, root in sorted(account.versions.items())
            ],
        },
        "runDetails": {
            "builder": {
                "id": "https://galley.dev/runner/local/v1",
                "version": {"galley": __version__, "python": platform.python_version()},
            },
        },
    }


def _keep_evidence(kitchen: Kitchen, root: str, recorded: dict[str, Logged]) -> None:
    workspace = kitchen.workspace
    for name, logged in recorded.items():
        add_evidence(workspace.database, workspace.blobs, kitchen.clock, root=root, kind=name, envelope=logged.envelope)
