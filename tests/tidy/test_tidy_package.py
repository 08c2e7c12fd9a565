"""The package as others get it: light to start, complete in the wheel, pinned as tested."""

import ast
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from source_tree import ROOT, Module

IMPORTED_AS = {"argon2-cffi": "argon2", "pyyaml": "yaml", "scikit-learn": "sklearn", "pillow": "PIL"}
HEAVY = {
    "numba",
    "numpy",
    "pyarrow",
    "scipy",
    "sklearn",
    "PIL",
    "psycopg",
    "httpx",
    "jinja2",
    "obstore",
    "cryptography",
}
SITE_BYTES_MAX = 15_000_000  # with both compressed forms
RUNTIME_BYTES_MAX = 18_000_000  # what runs models in the browser: one WebAssembly file, and its Brotli
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _imported(code: str) -> set[str]:
    script = f"import sys, json\n{code}\nsys.stderr.write(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stderr)}


def test_help_imports_nothing_heavy() -> None:
    code = "from galley.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    assert _imported(code) & HEAVY == set()


def test_importing_galley_imports_nothing_heavy() -> None:
    assert _imported("import galley") & HEAVY == set()


def test_shipped_code_imports_only_declared_dependencies(modules: list[Module]) -> None:
    """Every third-party import of the package (but its test kit) is a dependency of the core install."""
    declared = {re.split(r"[\[>=<~!; ]", text)[0] for text in PROJECT["dependencies"]}
    allowed = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in declared}
    found = {
        (name.partition(".")[0], module.place)
        for module in modules
        if not module.name.startswith("galley.testing")
        for node in ast.walk(module.tree)
        for name in _named(node)
    }
    known = {*sys.stdlib_module_names, *allowed, "galley"}
    assert sorted((name, place) for name, place in found if name not in known) == []


def _named(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_every_dependency_is_pinned_without_an_address() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
    pinned = {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in lines}
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    missing = {name for text in wanted if (name := re.split(r"[\[>=<~!; ]", text)[0].lower()) not in pinned}
    assert missing == set()


DIST = ROOT / "web" / "dist"


def _packed(folder: Path, what: str) -> Path:
    """The wheel or the sdist, made without building the web app anew."""
    pytest.importorskip("hatchling", reason="building a wheel needs hatchling (pip install hatchling)")
    code = f"from hatchling.build import build_{what}; build_{what}({str(folder)!r})"
    environment = os.environ | {"GALLEY_BUILD_WITHOUT_WEB": "1"}  # it is packed nonetheless where it is built
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, env=environment)
    (made,) = folder.iterdir()
    return made


def _built() -> dict[str, int]:
    """The files of the built app that are shipped, with their bytes."""
    if not (DIST / "index.html").is_file():
        pytest.skip("the web app is not built: make web")
    return {
        path.relative_to(DIST).as_posix(): path.stat().st_size
        for path in DIST.rglob("*")
        if path.is_file() and path.suffix != ".map"
    }


def test_the_wheel_holds_the_built_web_app_and_no_source_map(tmp_path: Path) -> None:
    files = _built()
    with zipfile.ZipFile(_packed(tmp_path, "wheel")) as archive:
        site = {
            each.filename.removeprefix("galley/server/site/"): each.file_size
            for each in archive.infolist()
            if each.filename.startswith("galley/server/site/")
        }
        assert not [name for name in archive.namelist() if name.endswith(".map") or "node_modules" in name]
    assert site == files
    assert any(name.startswith("assets/") and name.endswith(".js.br") for name in site), "compressed when it was built"
    runtime = sum(size for name, size in site.items() if ".wasm" in name)
    assert sum(site.values()) - runtime < SITE_BYTES_MAX, sorted(site.items(), key=lambda each: -each[1])[:10]
    assert runtime < RUNTIME_BYTES_MAX


@pytest.mark.slow
def test_the_sdist_holds_the_built_web_app_and_what_it_is_built_from(tmp_path: Path) -> None:
    files = _built()
    with tarfile.open(_packed(tmp_path, "sdist")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"src/galley/server/site/{name}" for name in files} <= names
    assert {"web/package-lock.json", "web/tools/compress.mjs", "hatch_build.py"} <= names
    assert not [name for name in names if name.endswith(".map") or "node_modules" in name]


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    with zipfile.ZipFile(_packed(tmp_path, "wheel")) as archive:
        packed = {name for name in archive.namelist() if name.startswith("galley/")}
        points = archive.read(next(name for name in archive.namelist() if name.endswith("entry_points.txt"))).decode()
    files = [
        path for path in (ROOT / "src" / "galley").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert {path.relative_to(ROOT / "src").as_posix() for path in files} <= packed
    assert {"galley/py.typed", "galley/store/queries.sql", "galley/cli/demo_files/line.yaml"} <= packed
    assert "galley = galley.cli.main:main" in points
    assert not [name for name in packed if "__pycache__" in name or name.endswith((".nbi", ".nbc"))]


def test_pages_install_the_package_by_its_name() -> None:
    """What `pip install` is given in a page is this package, or a folder."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    given = [
        word
        for page in pages
        for told in re.findall(r"pip install ([^`\n]+)", page.read_text(encoding="utf-8"))
        for word in re.sub(r"--find-links \S+", "", told).split()
        if not word.startswith(("-", "."))
    ]
    assert set(given) == {PROJECT["name"]}
