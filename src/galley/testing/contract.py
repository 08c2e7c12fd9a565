"""One way into every contract battery: `check(kind, MyExtension, params, …)`, for built-ins and third parties alike.

    from galley.testing.contract import check

    check("operator", MyOperator)
    check("aggregator", MyAggregator, {"rounds_max": 50})
    check("exporter", MyExporter, place=tmp_path)
    check("connector", MyConnector, {"path": "*.x"}, base=folder_with_a_source, touch=change_one_record)
    check("label_type", MyType, {"labels": ["a"]}, raw_values=[…], content=Content())
    check("labeler", MyLabeler, {"path": "x"}, schema=schema, records=rows, desk=desk)

Each begins with what any extension promises (`extension_contract`). What follows a kind's own words is material the
battery cannot make up; a missing one is a TypeError that names it. A broken promise raises the battery's error.
"""

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from galley.kernel.extension import Extension, Kind
from galley.testing.extension_contract import check_extension, hold

__all__ = ["check"]


def check(kind: Kind, found: type[Extension[Any]], params: Mapping[str, Any] | None = None, /, **material: Any) -> None:
    """Run the whole battery of a kind over an extension; raises an AssertionError or ContractBrokenError."""
    hold(found.kind == kind, "the extension is of the kind that is checked", found.kind, kind)
    check_extension(found, params)
    _BATTERIES[kind](found, dict(params or {}), **material)


def _verb(module: str, name: str) -> Callable[..., Any]:
    # Loaded when asked: the battery of learners needs scikit-learn, that of operators hypothesis and Pillow.
    return cast(Callable[..., Any], getattr(importlib.import_module(f"galley.testing.{module}"), name))


def _own(kind: str) -> Callable[..., None]:
    def run(found: type[Extension[Any]], params: dict[str, Any], **material: Any) -> None:
        _verb(f"{kind}_contract", f"check_{kind}")(found, params, **material)

    return run


def _connector(
    found: type[Extension[Any]], params: dict[str, Any], *, base: Path, touch: Callable[[], object] | None = None
) -> None:
    _verb("connector_contract", "check_connector")(found.name, params, base, touch)


def _label_type(
    found: type[Extension[Any]], params: dict[str, Any], *, raw_values: Any, content: Any, beside: Any = None
) -> None:
    made = check_extension(found, params)
    _verb("label_contract", "check_label_type")(made, raw_values, content, beside)


def _exporter(found: type[Extension[Any]], params: dict[str, Any], *, place: Path) -> None:
    module = importlib.import_module("galley.testing.exporter_contract")
    for nth, promise in enumerate(module.EXPORTER_CHECKS):
        folder = place / str(nth)
        folder.mkdir()
        promise(module.case_for(found.name, params, folder))


_BATTERIES: Final[Mapping[Kind, Callable[..., None]]] = {
    "connector": _connector,
    "operator": _own("operator"),
    "label_type": _label_type,
    "labeler": _own("labeler"),
    "learner": _own("learner"),
    "aggregator": _own("aggregator"),
    "metric": _own("metric"),
    "exporter": _exporter,
}
