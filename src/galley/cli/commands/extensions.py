"""`galley ops`: what is installed and how it is used."""

from typing import Annotated, Any

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from galley.cli.speech import Voice
from galley.kernel.errors import GalleyError
from galley.kernel.extension import (
    KINDS,
    Extension,
    ExtensionUnknownError,
    Kind,
    available,
    broken,
    find,
    params_schema,
)
from galley.kernel.language import Language, Text

__all__ = ["add"]

_HELP = Text(
    "List the installed operators and other extensions, or document one.",
    "列出已安装的算子等扩展，或查看其中一个的说明。",
)
_NAME = Text("the extension to document", "要查看的扩展")
_KIND = Text("only this kind: connector, operator, learner …", "仅此类：connector、operator、learner 等")
_JSON = Text("print JSON", "输出 JSON")
_TITLES: dict[Kind, Text] = {
    "connector": Text("Connectors (collect)", "连接器（采集）"),
    "operator": Text("Operators (clean)", "算子（清洗）"),
    "label_type": Text("Label types", "标签类型"),
    "labeler": Text("Labelers (annotate)", "标注者（标注）"),
    "learner": Text("Learners (annotate)", "学习器（标注）"),
    "aggregator": Text("Aggregators (annotate)", "聚合器（标注）"),
    "metric": Text("Metrics (assess)", "指标（评测）"),
    "exporter": Text("Exporters (release)", "导出器（发布）"),
}
_PARAMS = Text("Parameters", "参数")
_NONE = Text("none", "无")
_WHOLE = Text("needs the whole set before it judges one record", "需要看到全部记录后才能判断")
_DEFAULT = Text("default", "默认")
_NEEDED = Text("required", "必填")
_BROKEN = Text("cannot be loaded: {reason}", "无法加载：{reason}")


def add(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("ops", help=_HELP.say(language))
    def ops(
        name: Annotated[str | None, typer.Argument(help=_NAME.say(language), show_default=False)] = None,
        kind: Annotated[str | None, typer.Option(help=_KIND.say(language), show_default=False)] = None,
        as_json: Annotated[bool, typer.Option("--json", help=_JSON.say(language))] = False,
    ) -> None:
        voice = Voice(language, as_json=as_json)
        try:
            if name is None:
                _list(voice, kind)
            else:
                _document(voice, name)
        except GalleyError as problem:
            voice.fail(problem)


def _list(voice: Voice, only: str | None) -> None:
    kinds = [kind for kind in KINDS if only in (None, kind)]
    problems = {kind: broken(kind) for kind in kinds}
    found = {kind: [find(kind, name) for name in available(kind) if name not in problems[kind]] for kind in kinds}
    plain = [
        {"kind": kind, "name": each.name, "version": each.version, "summary": each.summary.say(voice.language)}
        for kind, group in found.items()
        for each in group
    ]
    plain += [
        {"kind": kind, "name": name, "broken": reason}
        for kind, group in problems.items()
        for name, reason in group.items()
    ]

    def draw() -> None:
        for kind, group in found.items():
            table = Table(
                title=voice.text(_TITLES[kind]), title_justify="left", box=None, show_header=False, pad_edge=False
            )
            for each in group:
                table.add_row(f"[bold]{each.name}[/]@{each.version}", escape(each.summary.say(voice.language)))
            for name, reason in problems[kind].items():
                table.add_row(f"[bold red]{escape(name)}[/]", f"[red]{escape(voice.text(_BROKEN, reason=reason))}[/]")
            voice.out.print(table)
            voice.out.print()

    voice.data(plain, draw)


def _document(voice: Voice, name: str) -> None:
    kind, found = _anywhere(name)
    plain: dict[str, Any] = {
        "kind": kind,
        "name": found.name,
        "version": found.version,
        "summary": found.summary.say(voice.language),
        "able": msgspec.to_builtins(found.able),
        "description": (found.__doc__ or "").strip(),
        "params": params_schema(found),
    }

    def draw() -> None:
        voice.out.print(f"[bold]{found.name}[/]@{found.version}  ({kind})")
        voice.out.print(escape(found.summary.say(voice.language)))
        if found.able.whole_set:
            voice.say(_WHOLE)
        voice.out.print()
        voice.out.print(escape(plain["description"]))
        voice.out.print(f"\n[bold]{voice.text(_PARAMS)}[/]")
        fields = msgspec.structs.fields(found.Params)
        properties = _properties(plain["params"])
        for field in fields:
            kind_name = _type_words(properties.get(field.encode_name, {}))
            filled = voice.text(_NEEDED) if field.required else f"{voice.text(_DEFAULT)} {_default(field)!r}"
            voice.out.print(escape(f"  {field.encode_name}: {kind_name}  ({filled})"))
        if not fields:
            voice.say(_NONE)

    voice.data(plain, draw)


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    """The properties of the params struct inside its JSON Schema."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    held: dict[str, Any] = schema.get("$defs", {}).get(name, schema).get("properties", {})
    return held


def _type_words(schema: dict[str, Any]) -> str:
    """A JSON Schema type in a few words: `number 0…1`, `text`, `one of mask, tag, drop`."""
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_type_words(part) for part in schema["anyOf"])
    words = str(schema.get("type", schema.get("$ref", "value")).rpartition("/")[2])
    if words == "array":
        return f"list of {_type_words(schema.get('items') or {})}"
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    bounds = "" if low is None and high is None else f" {'' if low is None else low}…{'' if high is None else high}"
    return f"{words}{bounds}"


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default_factory() if field.default is msgspec.NODEFAULT else field.default


def _anywhere(name: str) -> tuple[Kind, type[Extension[Any]]]:
    for kind in KINDS:
        if name.partition("@")[0] in available(kind):
            return kind, find(kind, name)
    try:
        found = find("operator", name)  # raises, naming the nearest operator
    except ExtensionUnknownError as problem:
        raise problem from None
    return "operator", found
