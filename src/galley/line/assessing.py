"""The assess stage of a run: readings of a version by every metric the recipe asks for, and the rating they give."""

from typing import Any, cast

import msgspec

from galley.assess.metric import Metric, Reading
from galley.assess.scan import scan
from galley.catalog.reader import VersionReader
from galley.kernel.draw import derive_seed
from galley.kernel.extension import make
from galley.line.account import RunAccount
from galley.line.annotating import Annotated
from galley.line.kitchen import Kitchen
from galley.line.recipe import Assess

__all__ = ["assess"]

_ALWAYS = ("distribution",)
_LABELLED = ("agreement",)
_LAST = "rating"


def assess(kitchen: Kitchen, version: VersionReader, account: RunAccount, annotated: Annotated | None) -> list[Reading]:
    """All readings, in a stable order; what cannot be measured says why."""
    spec = kitchen.recipe.assess or Assess(standards=())
    names = [*_ALWAYS, *(_LABELLED if annotated is not None else ()), *spec.standards]
    kitchen.screen.begin("assess", len(names) + 2)
    context = _context(kitchen, spec, account, annotated)
    context["scan"] = scan(version, context["schema"], derive_seed(kitchen.desk.seed, "assess"))
    kitchen.screen.advance(1)
    readings: list[Reading] = []
    for name in [*dict.fromkeys(names), _LAST]:
        metric = cast(Metric[Any], make("metric", name, {}))
        readings += metric.measure(version, {**context, "readings": readings}, kitchen.desk)
        kitchen.screen.advance(1)
    kitchen.screen.end("assess")
    return readings


def _context(kitchen: Kitchen, spec: Assess, account: RunAccount, annotated: Annotated | None) -> dict[str, Any]:
    """What metrics may know of the run beside the version; the keys are documented in docs/reference/metrics.md."""
    release = kitchen.recipe.release
    return {
        "needs": spec.needs,
        "sources": msgspec.to_builtins(account.sources),
        "steps": msgspec.to_builtins(account.steps),
        "annotation": None if annotated is None else annotated.summary,
        "certificate": None if annotated is None else annotated.certificate,
        "opinions": [] if annotated is None else annotated.opinions,
        "schema": None if annotated is None else annotated.schema,
        "release": None if release is None else msgspec.to_builtins(release),
    }
