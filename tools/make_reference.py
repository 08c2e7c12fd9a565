"""Writes the generated parts of docs/reference from the code itself, so that a page cannot tell what is not so.

A page is written by people except between `<!-- made: X -->` and `<!-- end -->`; those parts are made here.
`python tools/make_reference.py` rewrites them; `--check` says which are out of date (a test runs it).
"""

import importlib
import inspect
import pkgutil
import re
import string
import sys
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import typer

import galley
from galley.assess.documentation import ASPECTS
from galley.cli.exits import MEANING, Exit
from galley.cli.main import build
from galley.kernel.errors import GalleyError
from galley.kernel.extension import KINDS, Extension, Kind, find
from galley.kernel.language import Language

__all__ = ["PAGES", "built_in", "error_classes", "field_rows", "regenerated"]

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "reference"
PAGES: Final[dict[str, Kind]] = {
    "connectors.md": "connector",
    "operators.md": "operator",
    "label-types.md": "label_type",
    "labelers.md": "labeler",
    "learners.md": "learner",
    "aggregators.md": "aggregator",
    "metrics.md": "metric",
    "exporters.md": "exporter",
}
"""Page of each kind of extension."""

_PART: Final = re.compile(r"(<!-- made: ([a-z_]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_ABLE: Final = {
    "whole_set": "sees the whole set first 需先看全量",
    "edits": "edits 会修改",
    "splits": "splits 会拆分",
    "merges": "merges 会合并",
    "needs_network": "uses the network 使用网络",
}


def built_in(kind: Kind) -> list[type[Extension[Any]]]:
    """Galley's own extensions of a kind, by name; third parties document theirs."""
    points = importlib.metadata.entry_points(group=f"galley.{kind}")
    return [find(kind, point.name) for point in sorted(points) if point.value.startswith("galley.")]


# --- extensions ---------------------------------------------------------------------------------------------------


def _extensions(kind: Kind) -> str:
    found = built_in(kind)
    lines = ["| name 名称 | what it does | 作用 |", "|---|---|---|"]
    lines += [f"| [`{each.name}`](#{_anchor(each.name)}) | {each.summary.en} | {each.summary.zh} |" for each in found]
    return "\n".join(lines) + "\n\n" + "\n".join(_extension(each) for each in found)


def _extension(found: type[Extension[Any]]) -> str:
    able = msgspec.to_builtins(found.able)
    told = [f"version 版本 {found.version}"]
    if able["modalities"]:
        told.append("for 适用于 " + ", ".join(able["modalities"]))
    told += [text for word, text in _ABLE.items() if able[word]]
    if not able["deterministic"]:
        told.append("may answer differently next time 结果可能随时间变化")
    parts = [f"## {found.name}\n", f"{found.summary.en}\n{found.summary.zh}\n", "*" + " · ".join(told) + "*\n"]
    if found.__doc__:
        parts.append(inspect.cleandoc(found.__doc__) + "\n")
    if msgspec.structs.fields(found.Params):
        if found.Params.__doc__:
            parts.append(inspect.cleandoc(found.Params.__doc__) + "\n")
        parts += ["| parameter 参数 | type 类型 | default 默认 |", "|---|---|---|"]
        parts += [f"| `{name}` | {kind} | {default} |" for name, kind, default in field_rows(found.Params)]
    else:
        parts.append("No parameters. 无参数。")
    return "\n".join(parts) + "\n"


def field_rows(struct: type[msgspec.Struct]) -> list[tuple[str, str, str]]:
    """Name, type and default of every field, as a reader writes them in YAML."""
    return [(field.encode_name, _type(field.type), _default(field)) for field in msgspec.structs.fields(struct)]


def _type(kind: Any) -> str:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if not arguments:
        return _plain_type(kind)
    if origin is typing.Annotated:
        return _type(arguments[0]) + _bounds(arguments[1:])
    if origin is typing.Literal:
        return " \\| ".join(f"`{word}`" for word in arguments)
    if origin in (tuple, list) and arguments:
        inner = list(dict.fromkeys(_type(each) for each in arguments if each is not Ellipsis))
        count = "" if Ellipsis in arguments or origin is list else f" ({len(arguments)})"
        return f"list of {', '.join(inner)}{count}"
    if origin is dict:
        return f"mapping of {_type(arguments[0])} to {_type(arguments[1])}"
    return " \\| ".join(_type(each) for each in arguments)


def _plain_type(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind.__name__
    names = {str: "text", int: "whole number", float: "number", bool: "`true` \\| `false`", type(None): "`null`"}
    return names.get(kind, "anything" if kind is Any else str(kind))


def _bounds(metas: tuple[Any, ...]) -> str:
    found = [
        f"{sign} {value:g}" for meta in metas for sign, value in ((("≥"), meta.ge), ("≤", meta.le)) if value is not None
    ]
    return f" ({', '.join(found)})" if found else ""


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "**required 必填**"
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    return f"`{msgspec.json.encode(value).decode()}`"


def _anchor(name: str) -> str:
    return re.sub(r"[^\w-]", "", name.lower())


# --- errors -------------------------------------------------------------------------------------------------------


def error_classes() -> list[type[GalleyError]]:
    """Every error that can be raised: the subclasses with a code of their own, by code."""
    for module in pkgutil.walk_packages(galley.__path__, "galley."):
        importlib.import_module(module.name)
    own = {each for each in _below(GalleyError) if "code" in vars(each) and each.__module__.startswith("galley.")}
    return sorted(own, key=lambda each: (each.code, each.__qualname__))


def _below(kind: type[GalleyError]) -> Iterator[type[GalleyError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _errors() -> str:
    parts: list[str] = []
    area = ""
    for each in error_classes():
        if each.code.split("-")[1] != area:
            area = each.code.split("-")[1]
            parts.append(f"\n## {area}\n\n| code | what happened 发生了什么 | what to do 怎么办 |\n|---|---|---|")
        parts.append(f"| `{each.code}` | {_cell(each.text.en, each.text.zh)} | {_cell(each.hint.en, each.hint.zh)} |")
    return "\n".join(parts).lstrip() + "\n"


def _cell(english: str, chinese: str) -> str:
    texts = [text for text in (english, chinese) if text]
    plain = [" ".join(_placeholders(text).split()).replace("|", "\\|") for text in texts]
    return "<br>".join(dict.fromkeys(plain))


def _placeholders(template: str) -> str:
    """`{count:,}` as `‹count›`: what stands there is filled in."""
    return "".join(
        text + (f"‹{name}›" if name is not None else "") for text, name, _, _ in string.Formatter().parse(template)
    )


# --- the command line ---------------------------------------------------------------------------------------------


def _commands() -> str:
    trees = {language: typer.main.get_command(build(language)) for language in typing.get_args(Language)}
    return "\n".join(_command("galley", trees["en"], trees["zh"]))


def _command(path: str, english: Any, chinese: Any) -> Iterator[str]:
    nested = getattr(english, "commands", None)
    if nested:
        for name, each in sorted(nested.items()):
            yield from _command(f"{path} {name}", each, chinese.commands[name])
        return
    arguments = [each for each in english.params if each.param_type_name == "argument"]
    usage = " ".join([path, *(_argument(each) for each in arguments), "[options]"])
    yield f"## {path}\n\n{english.help}\n{chinese.help}\n\n```\n{usage}\n```\n"
    yield "| argument, option 参数与选项 | meaning | 含义 |\n|---|---|---|"
    for one, other in zip(english.params, chinese.params, strict=True):
        name = _argument(one) if one.param_type_name == "argument" else ", ".join(one.opts)
        yield f"| `{name}` | {one.help or ''} | {other.help or ''} |"
    yield ""


def _argument(each: Any) -> str:
    name = each.name.upper()
    return name if each.required else f"[{name}]"


def _exits() -> str:
    rows = [f"| {code.value} | {MEANING[code].en} | {MEANING[code].zh} |" for code in Exit]
    return "\n".join(["| code 退出码 | meaning | 含义 |", "|---|---|---|", *rows]) + "\n"


def _aspects() -> str:
    rows = [
        f"| {code} | {title.en} {title.zh} | {', '.join(f'`{word}`' for word in words)} |"
        for code, (title, words) in ASPECTS.items()
    ]
    return "\n".join(["| indicator 指标 | title 名称 | words 用词 |", "|---|---|---|", *rows]) + "\n"


MAKERS: Final[dict[str, Callable[[], str]]] = {
    **{kind: lambda kind=kind: _extensions(kind) for kind in KINDS},  # type: ignore[misc]
    "errors": _errors,
    "commands": _commands,
    "exits": _exits,
    "aspects": _aspects,
}


def regenerated(page: str) -> str:
    """The text of a page with its made parts made anew."""
    return _PART.sub(lambda part: f"{part[1]}\n{MAKERS[part[2]]()}\n{part[3]}", page)


def main() -> None:
    """Rewrite the pages, or with --check fail when one of them is out of date."""
    stale: list[str] = []
    for file in sorted(FOLDER.glob("*.md")):
        page = file.read_text(encoding="utf-8")
        fresh = regenerated(page)
        if fresh != page:
            stale.append(file.name)
            if "--check" not in sys.argv:
                file.write_text(fresh, encoding="utf-8")
    sys.stdout.write("".join(f"{name}\n" for name in stale))
    if stale and "--check" in sys.argv:
        raise SystemExit("out of date: run python tools/make_reference.py")


if __name__ == "__main__":
    main()
