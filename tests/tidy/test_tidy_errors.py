"""Errors: unique stable codes, text and hint in both languages, the same facts in both, and a page that lists them."""

import re
import string

import pytest

from galley.kernel.errors import BugError, GalleyError
from make_reference import error_classes
from source_tree import ROOT

CLASSES = error_classes()
AREAS = {
    "galley.access": "ACC",
    "galley.annotate": "ANN HOK",
    "galley.assess": "ASS",
    "galley.catalog": "CAT",
    "galley.clean": "CLE",
    "galley.cli": "CLI",
    "galley.client": "CLI",
    "galley.collect": "COL",
    "galley.engine": "ENG",
    "galley.kernel": "KER EXT",
    "galley.labels": "LAB",
    "galley.ledger": "LED",
    "galley.line": "LIN",
    "galley.release": "REL",
    "galley.server": "SRV",
    "galley.store": "STO",
    "galley.testing": "TST",
    "galley.worker": "WRK",
}


def _facts(template: str) -> set[str]:
    return {
        name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(template) if name is not None
    }


def test_codes_are_unique() -> None:
    codes = [each.code for each in CLASSES]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: f"{each.code}-{each.__name__}")
def test_an_error_is_complete_in_both_languages(each: type[GalleyError]) -> None:
    assert re.fullmatch(r"GLY-[A-Z]{3}-\d{3}", each.code)
    assert each.code.split("-")[1] in AREAS[".".join(each.__module__.split(".")[:2])].split()
    assert each.text.en
    assert each.text.zh
    assert bool(each.hint.en) == bool(each.hint.zh)
    assert each.text is not GalleyError.text, "say what happened"
    # A fact with a twin per language (`reason`, `reason_zh`) is one fact.
    for text in (each.text, each.hint):
        english, chinese = ({re.sub(r"_(en|zh)$", "", name) for name in _facts(side)} for side in text)
        assert english == chinese


def test_every_error_that_is_raised_has_a_code_of_its_own() -> None:
    """A subclass that inherits its code is a group (RecordError), never raised itself: nobody could look it up."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    coded = set(CLASSES)
    raised = [
        each.__name__
        for each in _all(GalleyError) - coded
        if re.search(rf"^ *raise {each.__name__}\b", text, re.MULTILINE)
    ]
    assert raised == []


def _all(kind: type[GalleyError]) -> set[type[GalleyError]]:
    ours = {each for each in kind.__subclasses__() if each.__module__.startswith("galley.")}
    return ours.union(*(_all(each) for each in ours))


def test_a_bug_says_that_it_is_one() -> None:
    assert BugError in CLASSES
    assert "{sentence}" in BugError.text.zh


def test_pages_name_codes_that_exist() -> None:
    known = {each.code for each in CLASSES} | {"GLY-ENG-010", "GLY-LIN-019", "GLY-XXX-000"}
    known |= {f"GLY-REL-{number}" for number in range(101, 113)}  # checks of a release, see release-layout.md
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    found = {code for page in pages for code in re.findall(r"GLY-[A-Z]{3}-\d{3}", page.read_text(encoding="utf-8"))}
    assert found - known - {"GLY-COL-012"} == set()
