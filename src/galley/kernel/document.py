"""Documents people write: YAML read strictly, with the line of every value, so that an error can point at it.

Anchors and aliases are refused (a few lines of them expand to gigabytes), and so are repeated keys.
"""

import difflib
import re
from typing import Any, ClassVar, TypeVar

import msgspec
import yaml

from galley.kernel.errors import InputError
from galley.kernel.language import Text
from galley.kernel.limits import RECIPE_BYTES_MAX

__all__ = ["Document", "DocumentError", "parse_document"]

T = TypeVar("T")


class DocumentError(InputError):
    """A YAML document is not what it should be; says the file, the line and the nearest right word."""

    code: ClassVar[str] = "GLY-KER-020"
    text = Text("{name}, line {line}: {detail}", "{name} 第 {line} 行：{detail}")
    hint = Text("{advice}", "{advice}")


class Document:
    """Plain data out of YAML, knowing the line of each path (`collect[0].license`)."""

    def __init__(self, name: str, data: Any, lines: dict[str, int]) -> None:
        self.name = name
        self.data = data
        self._lines = lines

    def line(self, path: str) -> int:
        """The line of a path, or of the nearest thing that contains it."""
        while path and path not in self._lines:
            path = re.sub(r"(\.[^.\[\]]+|\[[^\]]*\]|^[^.\[\]]+)$", "", path)
        return self._lines.get(path, 1)

    def error(self, path: str, detail: str, advice: str = "") -> DocumentError:
        """An error that points at a path of this document."""
        return DocumentError(name=self.name, line=self.line(path), detail=detail, advice=advice)

    def convert(self, kind: type[T], path: str = "", data: Any = ...) -> T:
        """The data (or a part of it, found at `path`) as a struct; unknown fields get the nearest known one suggested."""
        try:
            return msgspec.convert(self.data if data is ... else data, kind)
        except msgspec.ValidationError as problem:
            raise self._explained(str(problem), kind, path) from problem

    def _explained(self, problem: str, kind: Any, path: str) -> DocumentError:
        detail, _, where = problem.partition(" - at `$")
        inner = where.rstrip("`")
        spot = path + (inner if path else inner.removeprefix("."))
        unknown = re.search(r"unknown field `([^`]*)`", detail)
        if unknown:
            word = unknown.group(1)
            known = _fields_at(kind, inner)
            return self.error(f"{spot}.{word}" if spot else word, f"unknown word '{word}'", suggestion(word, known))
        return self.error(spot, f"{spot or 'document'}: {detail[:1].lower()}{detail[1:]}")


def suggestion(word: str, known: list[str]) -> str:
    """Advice naming the nearest known word, or all of them."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"Did you mean '{close[0]}'? / 是否想写“{close[0]}”？"
    return f"Known here / 可用：{', '.join(sorted(known))}" if known else ""


def _fields_at(kind: Any, inner: str) -> list[str]:
    """The field names of the struct that a path below `kind` leads to."""
    for name in re.findall(r"\.([^.\[\]]+)", inner):
        kind = _struct_of(kind)
        found = (
            [field for field in msgspec.structs.fields(kind) if name in (field.encode_name, field.name)] if kind else []
        )
        if not found:
            return []
        kind = found[0].type
    struct = _struct_of(kind)
    return [field.encode_name for field in msgspec.structs.fields(struct)] if struct else []


def _struct_of(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    for argument in getattr(kind, "__args__", ()):
        found = _struct_of(argument)
        if found is not None:
            return found
    return None


def parse_document(text: str | bytes, name: str) -> Document:
    """Read one YAML document (a mapping or a list); raises DocumentError with the line."""
    data = text.encode() if isinstance(text, str) else text
    if len(data) > RECIPE_BYTES_MAX:
        raise DocumentError(name=name, line=1, detail=f"larger than {RECIPE_BYTES_MAX} bytes", advice="")
    try:
        source = data.decode("utf-8-sig")
        for event in yaml.parse(source, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise DocumentError(name=name, line=line, detail="anchors and aliases are not allowed", advice="")
        node = yaml.compose(source, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as problem:
        raise DocumentError(name=name, line=1, detail=f"not UTF-8 text: {problem.reason}", advice="") from problem
    except RecursionError as problem:
        raise DocumentError(name=name, line=1, detail="nested too deep", advice="") from problem
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise DocumentError(name=name, line=line, detail=f"not YAML: {problem.problem}", advice="") from problem
    except yaml.YAMLError as problem:
        raise DocumentError(name=name, line=1, detail=f"not YAML: {problem}", advice="") from problem
    if node is None:
        raise DocumentError(name=name, line=1, detail="the document is empty", advice="")
    lines: dict[str, int] = {}
    return Document(name, _plain(node, "", lines, name), lines)


def _plain(node: yaml.Node, path: str, lines: dict[str, int], name: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, name)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{path}[{place}]", lines, name) for place, item in enumerate(node.value)]
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as problem:
        raise DocumentError(name=name, line=lines[path], detail=f"unreadable value: {problem}", advice="") from problem
    # YAML turns unquoted dates into date objects; people who write 2026-01-01 mean the text.
    return value if isinstance(value, str | int | float | bool) or value is None else str(node.value)


def _mapping(node: yaml.MappingNode, path: str, lines: dict[str, int], name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        spot = f"{path}.{key}" if path else key
        if key in found:
            detail = f"'{key}' stands twice"
            raise DocumentError(name=name, line=key_node.start_mark.line + 1, detail=detail, advice="")
        lines[spot] = key_node.start_mark.line + 1
        found[key] = _plain(value_node, spot, lines, name)
    return found
