"""The books: sources, quarantine, recipe, versions, and how to check all of it."""

from pathlib import Path
from typing import Any

from galley.kernel.language import Text
from galley.line.report.gather import Material
from galley.line.report.names import BASIS, GRADE
from galley.line.report.words import count, excerpt, visible

__all__ = ["account", "place_of"]

_STAGES = {
    "collected": Text("as collected", "采集所得"),
    "clean": Text("cleaned", "清洗后"),
    "labelled": Text("labelled", "标注后"),
}


def account(material: Material, folder: Path) -> dict[str, Any]:
    """The section; `folder` is where the report lies, so that paths can be told from there."""
    result = material.result
    return {
        "sources": [
            {
                "name": visible(source.name),
                "connector": str(source.connector.get("name", "")),
                "records": count(source.records),
                "failed": count(source.failed),
                "license": visible(source.license),
                "basis": BASIS.get(source.basis, Text(source.basis, source.basis)),
                "grade": GRADE.get(source.grade, Text(source.grade, source.grade)),
            }
            for source in result.account.sources
        ],
        "quarantine": [
            {
                "source": visible(row["source"]),
                "key": excerpt(row["key"], length=120),
                "op": row["op"],
                "code": row["code"],
                "message": excerpt(row["message"], length=300),
            }
            for row in material.quarantine
        ],
        "quarantined": count(material.quarantined),
        "more": material.quarantined - len(material.quarantine),
        "recipe": visible(result.account.recipe_text),
        "recipe_digest": result.account.recipe,
        "versions": [
            (_STAGES.get(stage, Text(stage, stage)), f"{result.line}.{stage}", root)
            for stage, root in result.account.versions.items()
        ],
        "release": None if result.release is None else place_of(result.release, folder),
        "example": _record(material),
    }


def place_of(release: Path, folder: Path) -> str:
    """The release's path as told from the report's folder when it lies below it."""
    release, folder = release.absolute(), folder.absolute()
    return release.relative_to(folder).as_posix() if release.is_relative_to(folder) else str(release)


def _record(material: Material) -> str:
    """A record worth explaining: one that was dropped, else a labelled one."""
    for examples in material.examples.values():
        for example in examples:
            return example.before.id
    if material.labels is not None and material.labels.samples:
        return material.labels.samples[0].card.id
    return "RECORD_ID"
