"""Writes a version as a release folder: data, hashes, card, evidence and the manifest that names every byte of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json, sha256_hex
from galley.kernel.errors import invariant
from galley.kernel.ports import Desk
from galley.release.card import card
from galley.release.croissant import croissant
from galley.release.errors import ReleaseMixedError
from galley.release.folder import FolderWriter, appearing
from galley.release.label_columns import label_columns
from galley.release.layout import CARD, CROISSANT, DATA, EVIDENCE, MANIFEST, build_manifest, encode
from galley.release.model import FileEntry, ReleaseContext, ReleaseManifest, ReleaseSummary
from galley.release.parts import Parts, groups, plan
from galley.release.survey import Survey, survey
from galley.release.tc609 import Tc609Count, Tc609Facts

__all__ = ["Progress", "write_release"]

Progress = Callable[[int, int], None]
"""Told (records written, records in all) after every row group."""


def write_release(
    version: VersionReader,
    context: ReleaseContext,
    out: Path,
    desk: Desk,
    progress: Progress | None = None,
    *,
    replace: bool = False,
) -> ReleaseSummary:
    """Write the release of a version to the folder `out`, which appears only when complete; then `seal_release` it.

    Memory is bounded by a row group. Equal version and context give equal bytes. An existing folder is refused
    (ReleaseExistsError) unless `replace`. Media are read from the version's own blobs.
    """
    schema = version.label_schema()
    if context.label_schema is not None and context.label_schema != schema:
        raise ReleaseMixedError(detail="its label schema is another")
    columns = label_columns(schema)
    found = survey(version)
    layout = plan(found.modalities, columns)
    facts = Tc609Facts(version=context.version, created=context.created, annotator=context.annotator)
    with appearing(out, replace=replace) as partial:
        folder = FolderWriter(partial)
        with Parts(folder, layout, version.blobs, facts) as parts:
            for table, weight in groups(version.tables()):
                parts.add(table, weight)
                if progress is not None:
                    progress(parts.tree.size, version.rows)
        invariant(parts.tree.size == found.rows == version.rows, "every record is released once", version=version.name)
        data = [entry for path, entry in folder.entries.items() if path.startswith(f"{DATA}/")]
        evidence = _write_evidence(folder, context, schema, parts.tc609)
        folder.write(CARD, card(context, layout, found, data))
        folder.write(CROISSANT, croissant(context, layout, data, simulated=found.simulated))
        manifest = build_manifest(
            name=context.name,
            version=context.version,
            version_root=version.root,
            rows=found.rows,
            record_root=parts.tree.root().hex(),
            files=folder.entries.values(),
        )
        written = folder.write(MANIFEST, encode(manifest))
    return _summary(out, manifest, written, evidence, found)


def _write_evidence(
    folder: FolderWriter, context: ReleaseContext, schema: dict[str, Any] | None, tc609: Tc609Count
) -> dict[str, str]:
    held: dict[str, Any] = {
        "certificate.json": context.certificate,
        "audits.json": list(context.audits) or None,
        "readings.json": list(context.readings) or None,
        "counts.json": context.counts or None,
        "label-schema.json": schema,
        "provenance.json": context.provenance or None,
        "sources.json": [msgspec.to_builtins(source) for source in context.sources] or None,
        "tc609-02.json": tc609.evidence(),
    }
    files = {name: canonical_json(value) + b"\n" for name, value in held.items() if value is not None}
    if context.recipe is not None:
        files["recipe.yaml"] = context.recipe.encode()
    return {
        entry.path: entry.sha256
        for entry in (folder.write(f"{EVIDENCE}/{name}", data) for name, data in sorted(files.items()))
    }


def _summary(
    out: Path, manifest: ReleaseManifest, written: FileEntry, evidence: dict[str, str], found: Survey
) -> ReleaseSummary:
    return ReleaseSummary(
        folder=str(out),
        name=manifest.name,
        version=manifest.version,
        root=manifest.root,
        record_root=manifest.record_root,
        version_root=manifest.version_root,
        manifest_sha256=sha256_hex(encode(manifest)),
        rows=manifest.rows,
        files=len(manifest.files) + 1,
        bytes=sum(entry.bytes for entry in manifest.files) + written.bytes,
        evidence=evidence,
        simulated=found.simulated > 0,
    )
