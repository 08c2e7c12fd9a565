"""Pages are true: paths and links exist, made parts are up to date, both languages of the README say the same."""

import re
from pathlib import Path

import pytest
import typer

from galley.cli.main import build
from galley.kernel.extension import available
from galley.kernel.language import Language
from make_reference import PAGES, regenerated
from source_tree import ROOT

PAGES_OF_PEOPLE = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
REFERENCE = ROOT / "docs" / "reference"
ROOTS = ("src", "docs", "tests", "tools", "bench", "kernel", "engine", "store", "ledger", "catalog", "access", "labels",
         "collect", "clean", "annotate", "assess", "release", "line", "worker", "server", "client", "cli", "testing")  # fmt: skip
MADE_LATER = re.compile(
    r"^(demo|mine|releases|objects|pg|log|keys|runs|raw|data|evidence|records|statements|proofs|trust|media|tc609-02)/"
)
"""Paths of things that a run makes."""


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", sorted(REFERENCE.glob("*.md")), ids=lambda page: page.name)
def test_made_parts_are_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert regenerated(text) == text, "run python tools/make_reference.py"


def test_every_kind_of_extension_has_its_page() -> None:
    for page, kind in PAGES.items():
        assert f"<!-- made: {kind} -->" in (REFERENCE / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES_OF_PEOPLE, ids=_name)
def test_relative_links_resolve(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        file = (page.parent / place).resolve() if place else page
        if not file.exists() or (anchor and anchor not in _anchors(file)):
            broken.append(target)
    assert broken == []


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES_OF_PEOPLE, ids=_name)
def test_paths_that_are_named_exist(page: Path) -> None:
    """`engine/pool.py`, `src/galley/…`, `tests/tidy/`: whatever begins with a folder of ours is a file or folder."""
    text = re.sub(r"<!-- made: .*?<!-- end -->", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    missing = []
    for path in re.findall(r"`([\w.-]+(?:/[\w.-]+)+/?)`", text):
        head = path.split("/")[0]
        if head not in ROOTS or MADE_LATER.match(path):
            continue
        if not any((base / path).exists() for base in (ROOT, ROOT / "src" / "galley", page.parent)):
            missing.append(path)
    assert missing == []


@pytest.mark.parametrize("page", PAGES_OF_PEOPLE, ids=_name)
def test_modules_that_are_named_exist(page: Path) -> None:
    missing = []
    for path in set(re.findall(r"\bgalley\.[a-z_]+(?:\.[a-z_]+)+", page.read_text(encoding="utf-8"))):
        parts = path.split(".")[1:]
        place = ROOT / "src" / "galley"
        for depth in range(len(parts), 0, -1):
            module = place.joinpath(*parts[:depth])
            if module.with_suffix(".py").exists() or (module / "__init__.py").exists():
                break
        else:
            missing.append(path)
            continue
        source = module.with_suffix(".py") if module.with_suffix(".py").exists() else module / "__init__.py"
        if parts[depth:] and parts[depth] not in source.read_text(encoding="utf-8"):
            missing.append(path)
    kinds = {path for path in missing if path.startswith(("galley.conn", "galley.oper", "galley.label", "galley.dev"))}
    assert set(missing) - kinds == set()


def _commands(text: str) -> list[str]:
    """The command lines of a README, in order: what stands in code after a prompt of ours."""
    spans = "\n".join(block or inline for block, inline in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", text, re.DOTALL))
    return [
        re.split(r"\s+#", line)[0].strip() for line in spans.splitlines() if re.match(r"\s*(make|\.venv/bin/)", line)
    ]


def test_both_readmes_name_the_same_commands_and_numbers() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    assert _commands(english) == _commands(chinese)
    assert len(_commands(english)) >= 7
    numbers = [set(re.findall(r"\d[\d,.]*\d", text)) for text in (english, chinese)]
    assert numbers[0] == numbers[1]


def test_the_readmes_name_every_format_of_export() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [each for each in available("exporter") if each not in text] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_lists_every_command_of_the_page(language: Language) -> None:
    page = (REFERENCE / "cli.md").read_text(encoding="utf-8")
    tree = typer.main.get_command(build(language))
    told = {line.removeprefix("## galley ").split()[0] for line in page.splitlines() if line.startswith("## galley ")}
    assert told == set(getattr(tree, "commands", {}))
    shown = tree.get_help(tree.make_context("galley", ["init"], resilient_parsing=True))
    assert [name for name in told if not re.search(rf"^\s*{name}\b", shown, re.MULTILINE)] == []
    assert ("退出码" in shown) == (language == "zh")


def test_every_decision_is_listed_and_complete() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(folder.glob("[0-9]*.md"))
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert f"[{text.splitlines()[0].removeprefix('# ')}]({page.name})" in listed
        for part in ("**Context.**", "**Decision.**", "**Consequences.**", "**Rejected.**"):
            assert part in text, (page.name, part)


def test_variables_of_the_environment_are_described() -> None:
    pages = [REFERENCE / "workspace.md", ROOT / "docs" / "deploying.md", ROOT / "docs" / "deploying.zh-CN.md"]
    told = [
        set(re.findall(r"^\| `(GALLEY_[A-Z_]+)`", page.read_text(encoding="utf-8"), re.MULTILINE)) for page in pages
    ]
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "galley").rglob("*.py"))
    used = set(re.findall(r"\bGALLEY_[A-Z_]*[A-Z]\b", source)) - {"GALLEY_TEST_CRASH"}
    own = {name for name in used if name.startswith("GALLEY_SERVE_")}  # what serve tells its own processes
    assert told[0] | told[1] == used - own
    assert told[1] == told[2]


def test_the_certificate_page_counts_right() -> None:
    from fractions import Fraction

    from galley.assess.bounds import acceptance_number

    def most(sample: int) -> int:
        return acceptance_number(1000, 49, sample, Fraction(1, 20))

    assert (most(56), most(57), most(89), most(90)) == (-1, 0, 0, 1)
    page = (REFERENCE / "certificate.md").read_text(encoding="utf-8")
    assert "57 right labels out of 57" in page
    assert "90 with one wrong do" in page
