"""The one extension mechanism: connectors, operators, label types, labelers, learners, aggregators, metrics, exporters.

An extension is a class with a name, a version, a params struct (whose JSON schema draws forms and the reference page),
declared capabilities, and the verb of its kind. Built-ins are found through the same entry points (`galley.<kind>`)
as third parties' and pass the same contract batteries (`galley.testing.contract`). The engine asks `able`, never the
class.
"""

import difflib
import functools
import importlib.metadata
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar, cast

import msgspec

from galley.kernel.errors import InputError, StateError
from galley.kernel.language import Text
from galley.kernel.misfit import Misfit, meant

__all__ = [
    "KINDS",
    "Able",
    "Extension",
    "ExtensionBrokenError",
    "ExtensionUnknownError",
    "Kind",
    "NoParams",
    "ParamsError",
    "available",
    "broken",
    "find",
    "make",
    "params_schema",
    "spec_of",
]

Kind = Literal["connector", "operator", "label_type", "labeler", "learner", "aggregator", "metric", "exporter"]
KINDS: Final[tuple[Kind, ...]] = (
    "connector",
    "operator",
    "label_type",
    "labeler",
    "learner",
    "aggregator",
    "metric",
    "exporter",
)


class Able(msgspec.Struct, frozen=True, kw_only=True):
    """What an extension declares it can do; the contract battery checks that it is honest."""

    modalities: tuple[str, ...] = ()  # empty: any
    deterministic: bool = True  # same input, params and seed: same output
    whole_set: bool = False  # needs to have seen every record before it can judge one (survey, plan, apply)
    edits: bool = False
    splits: bool = False
    merges: bool = False
    needs_network: bool = False


class NoParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For extensions without parameters."""


P = TypeVar("P", bound=msgspec.Struct)


class Extension(Generic[P]):
    """Base of every extension; kinds add their verb."""

    kind: ClassVar[Kind]
    name: ClassVar[str]  # dotted, lower case: text.length
    version: ClassVar[int] = 1  # raised whenever the same input may give another output
    summary: ClassVar[Text]  # one sentence for people
    Params: ClassVar[type[msgspec.Struct]] = NoParams
    able: ClassVar[Able] = Able()
    needs: ClassVar[tuple[str, ...]] = ()  # extras of the distribution, e.g. ("media",)

    def __init__(self, params: P) -> None:
        self.params = params


class ExtensionUnknownError(InputError):
    """No extension of that kind has that name."""

    code = "GLY-EXT-001"
    text = Text("There is no {kind} called '{name}'.", "没有名为“{name}”的{kind}。")
    hint = Text(
        "Did you mean {suggestion}? `galley ops` lists what is installed.",
        "是否想写 {suggestion}？`galley ops` 可列出已安装的扩展。",
    )


class ExtensionBrokenError(StateError):
    """An installed extension cannot be imported."""

    code = "GLY-EXT-002"
    text = Text(
        "The {kind} '{name}' is installed but cannot be loaded: {reason}", "{kind}“{name}”已安装但无法加载：{reason}"
    )
    hint = Text(
        "`galley doctor` shows all of them; reinstall the package that provides it.",
        "`galley doctor` 会列出全部问题；请重新安装提供它的软件包。",
    )


class ParamsError(InputError):
    """The parameters given to an extension do not fit."""

    code = "GLY-EXT-003"
    text = Text("{kind} '{name}': {detail}", "{kind}“{name}”：{detail}")
    hint = Text("{suggestion}Its parameters are: {known}.", "{suggestion}它的参数有：{known}。")


@functools.cache
def _points(kind: Kind) -> dict[str, importlib.metadata.EntryPoint]:
    return {point.name: point for point in sorted(importlib.metadata.entry_points(group=f"galley.{kind}"))}


def available(kind: Kind) -> tuple[str, ...]:
    """The names of the installed extensions of a kind, sorted."""
    return tuple(sorted(_points(kind)))


@functools.cache
def find(kind: Kind, spec: str) -> type[Extension[Any]]:
    """The class for `name` or `name@version`.

    Raises ExtensionUnknownError with the nearest name, or ExtensionBrokenError when its import fails.
    """
    name, _, version = spec.partition("@")
    point = _points(kind).get(name)
    if point is None:
        raise ExtensionUnknownError(kind=kind, name=spec, suggestion=_nearest(name, available(kind)))
    try:
        found = cast(type[Extension[Any]], point.load())
    except Exception as problem:  # broad: any import error of a third party is reported the same way
        raise ExtensionBrokenError(kind=kind, name=name, reason=f"{type(problem).__name__}: {problem}") from problem
    if version and version != str(found.version):
        raise ExtensionUnknownError(kind=kind, name=spec, suggestion=f"'{name}@{found.version}'")
    return found


def make(kind: Kind, spec: str, given: dict[str, Any]) -> Extension[Any]:
    """An extension with its parameters checked and filled; raises ParamsError naming what does not fit."""
    found = find(kind, spec)
    try:
        params = msgspec.convert(given, found.Params)
    except msgspec.ValidationError as problem:
        misfit = Misfit.of(problem, found.Params)
        near = meant(misfit.word, misfit.known)
        raise ParamsError(
            kind=kind,
            name=found.name,
            detail=misfit.says(misfit.path),
            suggestion=Text(f"{near.en} ", near.zh) if near.en else "",
            known=", ".join(info.encode_name for info in msgspec.structs.fields(found.Params)) or "none",
            path=(*misfit.path, misfit.word) if misfit.fault == "unknown" else misfit.path,
        ) from problem
    return found(params)


def spec_of(extension: Extension[Any]) -> dict[str, Any]:
    """What identifies an extension's behaviour: name, version and filled parameters, as plain values for hashing."""
    return {
        "name": extension.name,
        "version": extension.version,
        "params": msgspec.to_builtins(extension.params),
    }


def params_schema(found: type[Extension[Any]]) -> dict[str, Any]:
    """The JSON Schema of an extension's parameters."""
    return msgspec.json.schema(found.Params)


def broken(kind: Kind) -> dict[str, str]:
    """Installed extensions that cannot be loaded, with the reason; for `galley doctor`."""
    problems: dict[str, str] = {}
    for name in available(kind):
        try:
            find(kind, name)
        except ExtensionBrokenError as problem:
            problems[name] = str(problem.facts["reason"])
    return problems


def _nearest(name: str, names: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    return f"'{close[0]}'" if close else "another name"
