"""Extensions: each is registered, loads, is described in both languages, has a page, and a test that names it."""

import ast
import importlib
import importlib.metadata
import re
import tomllib
from typing import Any

import pytest

from galley.kernel.extension import KINDS, Extension, Kind, broken
from make_reference import PAGES, built_in
from source_tree import ROOT, Module

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = {kind: PROJECT["entry-points"].get(f"galley.{kind}", {}) for kind in KINDS}
EVERY: list[tuple[Kind, type[Extension[Any]]]] = [(kind, found) for kind in KINDS for found in built_in(kind)]


def test_the_project_declares_only_kinds_that_exist() -> None:
    assert set(PROJECT["entry-points"]) == {f"galley.{kind}" for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_declared_is_installed_and_loads(kind: Kind) -> None:
    installed = {
        point.name: point.value
        for point in importlib.metadata.entry_points(group=f"galley.{kind}")
        if point.value.startswith("galley.")
    }
    assert installed == DECLARED[kind], "install anew: the entry points of pyproject.toml changed"
    assert not set(broken(kind)) & set(DECLARED[kind])


def test_scripts_lead_to_functions() -> None:
    for target in PROJECT["scripts"].values():
        module, _, name = target.partition(":")
        assert callable(getattr(importlib.import_module(module), name))


def test_every_extension_is_registered_under_its_name() -> None:
    for kind, declared in DECLARED.items():
        for name, found in zip(sorted(declared), built_in(kind), strict=True):
            assert (found.name, found.kind) == (name, kind)


def test_no_extension_is_forgotten(modules: list[Module]) -> None:
    """Every class below an `ext` or `types` folder that has a name and a summary of its own is an entry point."""
    declared = {value for points in DECLARED.values() for value in points.values()}
    found = {
        f"{module.name}:{node.name}"
        for module in modules
        if re.search(r"\.(ext|labels\.types)\.", module.name)
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and {"name", "summary"} <= _assigned(node)
    }
    assert found == declared


def _assigned(node: ast.ClassDef) -> set[str]:
    names: set[str] = set()
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            names.add(statement.target.id)
    return names


@pytest.mark.parametrize(("kind", "found"), EVERY, ids=lambda each: each if isinstance(each, str) else each.name)
def test_an_extension_is_described_and_tested(kind: Kind, found: type[Extension[Any]]) -> None:
    assert re.search(r"[a-z]", found.summary.en)
    assert re.search(r"[\u4e00-\u9fff]", found.summary.zh)
    assert found.__doc__
    (page,) = [name for name, of in PAGES.items() if of == kind]
    assert f"\n## {found.name}\n" in (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    tests = [path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py") if path.parent.name != "tidy"]
    named = re.compile(
        rf"\b{found.__name__}\b|[\"']{re.escape(found.name)}[\"'@]|\b(op|name|from|labeler): {re.escape(found.name)}\b"
    )
    assert any(named.search(text) for text in tests), "no test names it"
