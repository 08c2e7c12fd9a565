"""The report of a run: one self-contained HTML file, in two languages, that needs no network and no script."""

import base64
import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from galley.catalog.reader import VersionReader
from galley.catalog.service import open_version
from galley.kernel.clock import rfc3339
from galley.kernel.language import Text
from galley.kernel.ports import Desk
from galley.labels.schema import record_distance, schema_from_dict
from galley.line.kitchen import Kitchen
from galley.line.outcome import RunResult
from galley.line.recipe import Release
from galley.line.report.audited import Audit, audit_of, drawn_ids, read_certificate
from galley.line.report.gather import Material, gather
from galley.line.report.sections.account import account
from galley.line.report.sections.certificate import certificate
from galley.line.report.sections.headline import headline
from galley.line.report.sections.labels import labels
from galley.line.report.sections.loop import loop
from galley.line.report.sections.readings import agreement, rating, readings
from galley.line.report.sections.reasons import reasons
from galley.line.report.sections.stream import stream_rows
from galley.line.report.words import excerpt, say, t

__all__ = ["report_html", "write_report"]

_SECTIONS = (
    ("line", Text("Line", "产线"), ""),
    ("reasons", Text("Reasons", "原因"), "reasons"),
    ("labels", Text("Labels", "标签"), "labels"),
    ("loop", Text("Loop", "分工"), "loop_"),
    ("certificate", Text("Certificate", "证书"), "certificate"),
    ("quality", Text("Quality", "质量"), "readings"),
    ("account", Text("Sources and proof", "来源与证明"), ""),
)


def write_report(path: Path, result: RunResult, version: VersionReader, kitchen: Kitchen) -> None:
    """Write the report of a run; the same run gives the same bytes, its id and time apart."""
    root = result.account.versions.get("collected")
    workspace = kitchen.workspace
    collected = None if root is None else open_version(workspace.database, workspace.blobs, root)
    page = report_html(
        result,
        version,
        collected,
        desk=kitchen.desk,
        release=kitchen.recipe.release,
        made=rfc3339(kitchen.clock.now()),
        folder=path.parent,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")


def report_html(  # noqa: PLR0913  # what a report is made from
    result: RunResult,
    version: VersionReader,
    collected: VersionReader | None,
    *,
    desk: Desk,
    release: Release | None = None,
    made: str = "",
    folder: Path = Path(),
) -> str:
    """The page. `version` is the end result, `collected` what the line began with, `made` when the page was made."""
    read = None if result.certificate is None else read_certificate(result.certificate)
    wanted = [] if read is None else [item for part in drawn_ids(*read) for item in part]
    material = gather(result, version, collected, desk, wanted)
    audit = (
        None if read is None or material.labels is None else audit_of(*read, material.labels.wanted, _distance(version))
    )
    facts = _facts(material, audit, folder)
    shown = [(anchor, words) for anchor, words, needs in _SECTIONS if not needs or facts[needs]]
    name = result.line if release is None else release.name
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            result=result,
            made=made,
            name=name,
            title=name if release is None else (release.title or release.name),
            description="" if release is None else release.description,
            release_version="" if release is None else f"{release.name} {release.version}",
            sections=shown,
            **_assets(),
            **facts,
        )
    )


def _facts(material: Material, audit: Audit | None, folder: Path) -> dict[str, Any]:
    result = material.result
    return {
        "head": headline(material),
        "stream": stream_rows(material),
        "reasons": reasons(material),
        "labels": labels(material),
        "loop_": loop(material),
        "certificate": certificate(result.certificate, audit),
        "readings": readings(result.readings),
        "rating": rating(result.readings),
        "agreement": agreement(result.readings),
        "account": account(material, folder),
    }


def _distance(version: VersionReader) -> Any:
    held = version.label_schema()
    schema = None if held is None else schema_from_dict(held)

    def distance(left: Any, right: Any) -> float:
        return float(left != right) if schema is None else record_distance(schema, left, right)

    return distance


def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("galley.line.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(t=t, say=say, excerpt=excerpt)
    return found


def _assets() -> dict[str, Markup]:
    """Style and script with their hashes, which the page's policy allows and nothing else."""
    folder = resources.files("galley.line.report").joinpath("assets")
    found: dict[str, Markup] = {}
    for name, file in (("style", "report.css"), ("script", "report.js")):
        text = folder.joinpath(file).read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        found[name] = Markup(text)  # noqa: S704  # our own files
        found[f"{name}_hash"] = Markup(f"sha256-{digest}")  # noqa: S704  # base64
    return found
