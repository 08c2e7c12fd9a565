"""YAML text to plain data that remembers the line of everything, safely: no tags, no aliases, bounded size and depth.

Words are read by the YAML 1.2 core rules: only `true` and `false` are booleans, so a label called `no` or `on` stays one.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from galley.kernel.limits import JSON_DEPTH_MAX, RECIPE_BYTES_MAX
from galley.labels.errors import SchemaRepeatedError, SchemaSizeError, SchemaSyntaxError

__all__ = ["Lines", "read_yaml"]

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Lines:
    """Where each part of the data stands; lines count from 1."""

    values: dict[Path, int] = field(default_factory=dict)
    keys: dict[Path, int] = field(default_factory=dict)  # the line of the key itself

    def of(self, path: Path) -> int:
        """The line of the part, or of the nearest part around it."""
        for length in range(len(path), -1, -1):
            found = self.keys.get(path[:length], self.values.get(path[:length]))
            if found is not None:
                return found
        return 1


class _CoreLoader(yaml.SafeLoader):
    """PyYAML reads YAML 1.1, where `no`, `on` and `12:30` are not words; this one reads the 1.2 core schema."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_CORE: tuple[tuple[str, str, list[str]], ...] = (
    ("bool", r"^(?:true|false|True|False)$", list("tTfF")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]{0,17})$", list("-+0123456789")),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?$", list("-+0123456789.")),
    ("null", r"^(?:~|null|Null|)$", ["~", "n", "N", ""]),
)
for _name, _pattern, _first in _CORE:
    _CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_pattern), _first)


def read_yaml(text: str) -> tuple[Any, Lines]:
    """The data of one YAML document and its lines; raises SchemaSyntaxError or SchemaSizeError."""
    if len(text.encode("utf-8", "surrogatepass")) > RECIPE_BYTES_MAX:
        raise SchemaSizeError(line=0, limit=RECIPE_BYTES_MAX, depth=JSON_DEPTH_MAX)
    try:
        _refuse_hostile(text)
        node = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        raise SchemaSyntaxError(line=mark.line + 1 if mark else 1, detail=problem.problem or "?") from problem
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise SchemaSyntaxError(line=line, detail=_named(problem.character)) from problem
    lines = Lines()
    return (_plain(node, (), lines) if node is not None else None), lines


def _named(character: int | str) -> str:
    return f"U+{character if isinstance(character, int) else ord(character):04X}"


def _refuse_hostile(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise SchemaSyntaxError(line=line, detail="&anchor *alias")
        if getattr(event, "tag", None):
            raise SchemaSyntaxError(line=line, detail=f"tag {getattr(event, 'tag', '')}")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > JSON_DEPTH_MAX:
                raise SchemaSizeError(line=line, limit=RECIPE_BYTES_MAX, depth=JSON_DEPTH_MAX)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _plain(node: yaml.Node, path: Path, lines: Lines) -> Any:
    lines.values[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise SchemaSyntaxError(line=line, detail="? key")
            if key in data:
                raise SchemaRepeatedError(line=line, name=key)
            lines.keys[(*path, key)] = line
            data[key] = _plain(value_node, (*path, key), lines)
        return data
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, place), lines) for place, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> str | int | float | bool | None:
    text = str(node.value)
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int":
        return int(text)
    return float(text) if kind == "float" else text
