"""The code of extending.md runs: the package is found by its entry point, passes the battery, and works in a line."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "extending.md").read_text(encoding="utf-8")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The page's package, laid out as an installed distribution."""
    operator, promises = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (project,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "galley_shouting.py").write_text(operator, encoding="utf-8")
    (tmp_path / "test_shouting.py").write_text(promises, encoding="utf-8")
    point = re.search(r'\[project\.entry-points\."(.*?)"\]\n"(.*?)" = "(.*?)"', project)
    assert point is not None
    installed = tmp_path / "galley_shouting-1.0.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: galley-shouting\nVersion: 1.0.0\n")
    (installed / "entry_points.txt").write_text(f"[{point[1]}]\n{point[2]} = {point[3]}\n")
    return tmp_path


def _python(package: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(package), "GALLEY_LANG": "en"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=package, env=environment, capture_output=True, text=True, check=False
    )


def test_the_battery_of_the_page_passes(package: Path) -> None:
    done = _python(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shouting.py")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_the_battery_would_find_a_broken_promise(package: Path) -> None:
    file = package / "galley_shouting.py"
    file.write_text(
        file.read_text(encoding="utf-8").replace('modality != "text" or not text', "False"), encoding="utf-8"
    )
    done = _python(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shouting.py")
    assert "1 failed" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_galley_documents_and_uses_it(package: Path) -> None:
    told = _python(package, "-m", "galley.cli.main", "ops", "text.shouting")
    assert "Drops texts that shout." in told.stdout
    assert "capitals_max" in told.stdout
    (package / "raw.jsonl").write_text('{"text": "HELLO THERE"}\n{"text": "hello there"}\n', encoding="utf-8")
    (package / "line.yaml").write_text(
        "line: shouting\n"
        "collect: [{from: jsonl, path: raw.jsonl, text_field: text, license: CC0-1.0, basis: owned}]\n"
        "clean: [text.shouting]\n",
        encoding="utf-8",
    )
    ran = _python(package, "-m", "galley.cli.main", "run", "line.yaml", "--workers", "1", "--quiet")
    assert "read 2 · kept 1 · edited 0 · dropped 1 · failed 0" in ran.stdout, ran.stdout + ran.stderr


def test_the_table_names_what_exists() -> None:
    rows = re.findall(r"^\| `galley\.(\w+)` \| `([\w.]+)`", PAGE, re.MULTILINE)
    from galley.kernel.extension import KINDS

    assert [kind for kind, _ in rows] == list(KINDS)
    for _, base in rows:
        module, _, name = base.rpartition(".")
        assert hasattr(__import__(f"galley.{module}", fromlist=[name]), name)
