"""Which aspects of a dataset's documentation are given: the 01xx indicators of TC609-5-2025-04. Pure.

An aspect is given when the release itself holds it (size, format, schema, licence …) or the recipe's `release.about`
names it. Nothing is inferred from the data.
"""

from collections.abc import Mapping
from typing import Any, Final

from galley.kernel.language import Text

__all__ = ["ASPECTS", "aspects_given"]

ASPECTS: Final[dict[str, tuple[Text, tuple[str, ...]]]] = {
    "0101": (
        Text("Basic information complete", "基本信息完整性"),
        ("scale", "format", "structure", "access", "support"),
    ),
    "0102": (
        Text("Content description complete", "内容特征完整性"),
        ("modality", "distribution", "label_statistics", "samples", "limitations"),
    ),
    "0103": (
        Text("Construction process complete", "建设过程完整性"),
        ("sources", "collection", "processing", "annotation", "versioning"),
    ),
    "0104": (
        Text("Application notes complete", "应用说明完整性"),
        ("license", "scenario", "evaluation", "benchmark", "cases"),
    ),
}
"""Code -> title and the five aspects the standard asks for."""

_OWN: Final = frozenset(
    {"scale", "format", "structure", "modality", "distribution", "sources", "collection", "license"}
)
"""What every Galley release holds in its card, manifest and evidence."""


def aspects_given(context: Mapping[str, Any]) -> frozenset[str]:
    """The aspects this run documents."""
    release = context.get("release") or {}
    given = set(_OWN) if release else {"modality", "distribution"}
    given |= {name for name, text in (release.get("about") or {}).items() if text}
    if release.get("version"):
        given.add("versioning")
    if context.get("steps"):
        given.add("processing")
    if context.get("annotation"):
        given |= {"annotation", "label_statistics"}
    return frozenset(given)
