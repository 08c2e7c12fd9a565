"""recipe.md names every word of a recipe with its true default, and its examples are recipes."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from galley.collect.model import SourceSpec
from galley.line.loop_rules import LoopParams
from galley.line.recipe import (
    Annotate,
    Assess,
    EngineOptions,
    Recipe,
    Release,
    Target,
    dump_recipe,
    parse_recipe,
    recipe_digest,
)

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "recipe.md").read_text(encoding="utf-8")
STRUCTS = (Recipe, SourceSpec, Annotate, Target, LoopParams, Assess, Release, EngineOptions)
SAID_IN_WORDS = {"people", "aggregator", "name", "from"}
"""Defaults that the page tells in words: a name that depends on another word, or a use of an extension."""


def _table(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Word -> the cell of its default, of the section whose heading names the struct."""
    section = PAGE.split(f"`{struct.__name__}`\n", 1)[1].split("\n## ")[0].split("\n### ")[0]
    rows = re.findall(r"^\| (`[^|]*`) \| .*? \| ((?:[^|\\]|\\.)*) \| .*\|$", section.replace("\\|", "/"), re.MULTILINE)
    return {word.strip("`"): default for words, default in rows for word in words.split(", ")}


def _words(struct: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """The words a recipe may use for a struct; the connector is written `from`, its parameters stand beside."""
    renamed = {"connector": "from"} if struct is SourceSpec else {}
    return {
        renamed.get(field.name, field.name): field
        for field in msgspec.structs.fields(struct)
        if not (struct is SourceSpec and field.name == "params")
    }


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_every_word_is_described_with_its_default(struct: type[msgspec.Struct]) -> None:
    told, words = _table(struct), _words(struct)
    assert list(told) == list(words)
    for word, field in words.items():
        if word in SAID_IN_WORDS and struct is not Release:
            continue
        assert told[word] == ("**required**" if field.required else f"`{_plain(field)}`"), word


def _plain(field: msgspec.structs.FieldInfo) -> str:
    value: Any = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    if isinstance(value, msgspec.Struct):
        return "{}"
    return value if isinstance(value, str) and field.name == "grade" else msgspec.json.encode(value).decode()


def test_the_example_is_a_recipe_and_comes_back_from_its_own_text() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    recipe = parse_recipe(example)
    assert parse_recipe(dump_recipe(recipe)) == recipe
    assert recipe_digest(parse_recipe(dump_recipe(recipe))) == recipe_digest(recipe)
