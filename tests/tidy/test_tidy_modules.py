"""House rules on modules: sizes, docstrings, layers, cycles, calls that belong in one place only."""

import ast
import re
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from source_tree import ROOT, Module

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500
LONG_FUNCTIONS: dict[str, int] = {}
"""Functions over the limit with their length: this list, and each number in it, may only shrink."""
LONG_FILES: dict[str, int] = {}
"""Files over the limit, likewise."""

Function = ast.FunctionDef | ast.AsyncFunctionDef

BANNED: dict[str, tuple[re.Pattern[str], tuple[str, ...]]] = {
    "the time comes from a Clock": (
        re.compile(
            r"(datetime\.)*(datetime\.(now|utcnow|today)|date\.today)|time\.(time|time_ns|localtime|gmtime|ctime)"
        ),
        ("src/galley/kernel/clock.py",),
    ),
    "chance comes from a seed (kernel.draw)": (
        re.compile(r"(np|numpy)\.random\..*|random\..*|secrets\..*|(uuid\.)?uuid[14]"),
        ("src/galley/kernel/draw.py",),
    ),
    "only faces print": (re.compile(r"print"), ("src/galley/cli/",)),
    "hashed JSON is canonical (kernel.canonical); other JSON is written here": (
        re.compile(r"json\.dumps?"),
        (
            "src/galley/cli/",
            "src/galley/line/report/",
            "src/galley/release/croissant.py",  # a document for readers of other tools
            "src/galley/release/features.py",  # the datasets library's own metadata
            "src/galley/testing/",
        ),
    ),
    "processes are spawned by the pool": (re.compile(r"os\.(fork|system|popen)"), ()),
    "nothing is unpickled, nothing evaluated": (re.compile(r"pickle\.loads?|eval|exec|yaml\.(unsafe_)?load"), ()),
}
"""Rule -> calls, and the only places where they may stand."""


def _functions(module: Module) -> Iterator[Function]:
    return (node for node in ast.walk(module.tree) if isinstance(node, Function))


def _own_lines(function: Function) -> int:
    """Lines of the body without its docstring and without functions inside it, which are counted by themselves."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    inside = [node for statement in body for node in ast.walk(statement) if isinstance(node, Function)]
    outermost = [one for one in inside if not any(one is not two and one in ast.walk(two) for two in inside)]
    nested = sum((one.end_lineno or 0) - one.lineno + 1 for one in outermost)
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 - nested


def test_functions_fit_a_screen(modules: list[Module]) -> None:
    long = {
        f"{module.name}.{function.name}": lines
        for module in modules
        for function in _functions(module)
        if (lines := _own_lines(function)) > FUNCTION_LINES_MAX
    }
    assert long == LONG_FUNCTIONS


def test_files_have_one_subject(modules: list[Module]) -> None:
    found = {module.place: lines for module in modules if (lines := module.text.count("\n")) > FILE_LINES_MAX}
    assert found == LONG_FILES


def test_every_module_says_what_it_is(modules: list[Module]) -> None:
    assert [module.place for module in modules if not ast.get_docstring(module.tree)] == []


def test_every_public_name_says_what_it_is(modules: list[Module]) -> None:
    silent = [
        f"{module.name}.{node.name}"
        for module in modules
        for node in module.tree.body
        if isinstance(node, Function | ast.ClassDef) and node.name in _exported(module) and not ast.get_docstring(node)
    ]
    assert silent == []


def _exported(module: Module) -> set[str]:
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets
        ):
            return {str(name) for name in ast.literal_eval(node.value)}
    return set()


def test_exported_names_exist(modules: list[Module]) -> None:
    missing = [
        f"{module.name}.{name}"
        for module in modules
        for name in _exported(module)
        if not re.search(rf"\b{re.escape(name)}\b", module.text.split("__all__", 1)[1].split("]", 1)[1] + _head(module))
    ]
    assert missing == []


def _head(module: Module) -> str:
    return module.text.split("__all__", 1)[0]


def test_no_names_that_say_nothing(modules: list[Module]) -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "common", "base", "misc"}
    assert [module.place for module in modules if empty.intersection(module.path.stem.split("_"))] == []


def test_calls_stand_where_they_belong(modules: list[Module]) -> None:
    found = [
        f"{module.place}:{node.lineno} {name}: {rule}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)).isprintable()
        for rule, (banned, homes) in BANNED.items()
        if banned.fullmatch(name) and not module.place.startswith(homes or ("-",))
    ]
    assert found == []


def test_broad_excepts_raise_again_or_give_their_reason(modules: list[Module]) -> None:
    silent = [
        f"{module.place}:{node.lineno}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not isinstance(node.body[-1], ast.Raise)
        and "# broad: " not in module.text.splitlines()[node.lineno - 1]
    ]
    assert silent == []


def test_nothing_is_left_to_do(modules: list[Module]) -> None:
    # In two halves, so that this file is not its own finding.
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
    files = [*(module.path for module in modules), *ROOT.glob("tests/**/*.py"), *ROOT.glob("docs/**/*.md")]
    found = [file.relative_to(ROOT).as_posix() for file in files if marks.search(file.read_text(encoding="utf-8"))]
    assert found == []


def test_suppressions_name_their_code(modules: list[Module]) -> None:
    bare = re.compile(r"# (noqa(?!: [A-Z]+\d+)|type: ignore(?!\[))")
    assert [module.place for module in modules if bare.search(module.text)] == []


# --- imports ------------------------------------------------------------------------------------------------------


def _imports(module: Module, known: set[str]) -> set[str]:
    """The modules of ours it imports when it is loaded; what only type checkers read does not count."""
    found: set[str] = set()
    for node in _run_at_import(module.tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{name.name}" for name in node.names}
            found |= names & known or {node.module}
    return found & known - {module.name}


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function) or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            continue
        yield child
        yield from _run_at_import(child)


def test_no_module_imports_itself_through_others(modules: list[Module]) -> None:
    known = {module.name for module in modules}
    graph = {module.name: _imports(module, known) for module in modules}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        raise AssertionError(" -> ".join(problem.args[1])) from None


def test_the_layers_name_every_package(modules: list[Module]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers, closed = project["tool"]["importlinter"]["contracts"]
    named = {name.strip() for layer in layers["layers"] for name in layer.split("|")}
    packages = {
        f"galley.{folder.name}"
        for folder in Path(ROOT / "src" / "galley").iterdir()
        if (folder / "__init__.py").exists()
    }
    assert named == packages - {"galley.testing"}
    assert set(closed["source_modules"]) == packages - {"galley.testing"}
    assert closed["forbidden_modules"] == ["galley.testing"]


def test_architecture_shows_the_layers_of_the_linter(modules: list[Module]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = [
        {name.strip().removeprefix("galley.") for name in layer.split("|")}
        for layer in project["tool"]["importlinter"]["contracts"][0]["layers"]
    ]
    drawing = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("```")[1].strip().splitlines()
    drawn = [set(re.split(r"\s{2,}", line)[0].split(" | ")) for line in drawing]
    assert drawn == [*layers, {"testing"}]
