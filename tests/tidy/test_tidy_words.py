"""One word for one thing: the words docs/glossary.md rules out do not come back."""

import re

from source_tree import ROOT, Module

BANNED = re.compile(
    r"\b(datum|data[ _]?points?|performers?|raters?|crowd[ _]?workers?|annotators?|ground[ _]truths?|golden|honeypots?"
    r"|white[ _]?list\w*|black[ _]?list\w*|block[ _]?chain|notari[sz]\w*)\b|流水线|生产线|标注模式|标注体系",
    re.IGNORECASE,
)
FOREIGN = {
    "src/galley/access/model.py": {"annotator"},  # the role of a person, as bases call it
    "src/galley/access/rules.py": {"annotator"},
    "src/galley/line/exporting.py": {"ground_truth"},
    "src/galley/labels/label_studio_json.py": {"ground_truth", "annotator"},  # Label Studio's fields
    "src/galley/labels/label_studio_min.py": {"annotator"},
    "src/galley/line/studio_export.py": {"ground_truth"},
    "src/galley/annotate/backend/service.py": {"ground_truth"},
    "src/galley/release/ext/label_studio.py": {"ground_truth"},
    "src/galley/release/tc609.py": {"annotator", "annotators"},  # fields of TC609-5-2025-02
    "src/galley/release/writer.py": {"annotator"},
    "src/galley/release/model.py": {"annotator"},
    "src/galley/cli/demo_floor.py": {"annotator"},  # the role's name
    "src/galley/clean/kernels/mixing.py": {"golden"},  # the golden ratio
}
"""Words of other people's formats, where we read or write those."""


_GUIDES = ("README", "annotator", "annotator.zh-CN", "manager", "manager.zh-CN", "reviewer", "reviewer.zh-CN")
PAGES = {
    "docs/access.md": {"annotator"},
    "docs/access.zh-CN.md": {"annotator"},
    **{f"docs/guide/{name}.md": {"annotator", "annotators"} for name in _GUIDES},  # the role, as the app calls it
    "docs/label-studio.md": {"ground_truth"},
    "docs/label-studio.zh-CN.md": {"ground_truth"},
}
"""The same, for pages."""


def test_code_uses_the_words_of_the_glossary(modules: list[Module]) -> None:
    found = [
        f"{module.place}: {word}"
        for module in modules
        for word in sorted({match.group().lower() for match in BANNED.finditer(module.text)})
        if word not in FOREIGN.get(module.place, ())
    ]
    assert found == []


def test_the_exceptions_are_still_needed(modules: list[Module]) -> None:
    text = {module.place: module.text.lower() for module in modules}
    assert [
        (place, word) for place, words in FOREIGN.items() for word in words if word not in text.get(place, "")
    ] == []


def test_pages_use_the_words_of_the_glossary() -> None:
    pages = [*ROOT.glob("*.md"), *(page for page in ROOT.glob("docs/**/*.md") if page.name != "glossary.md")]
    found = [
        f"{page.relative_to(ROOT)}: {match.group()}"
        for page in pages
        for match in BANNED.finditer(page.read_text(encoding="utf-8"))
        if match.group().lower() not in PAGES.get(page.relative_to(ROOT).as_posix(), ())
    ]
    assert found == []


def test_the_glossary_names_every_struct_of_the_queue_and_the_ledger() -> None:
    """The words people meet first must be there; a new noun in these modules needs its line."""
    from galley.annotate.model import LABELER_KINDS, STAGES
    from galley.kernel.extension import KINDS
    from galley.kernel.outcome import Verdict

    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").lower()
    words = [
        *LABELER_KINDS,
        *KINDS,
        *(verdict.name.lower() for verdict in Verdict),
        "adjudicate",
        "review",
        *STAGES[1:],
    ]
    words += [
        "statement",
        "envelope",
        "leaf",
        "checkpoint",
        "proof",
        "commitment",
        "certificate",
        "quarantine",
        "orphan",
    ]
    assert [word for word in words if word.replace("_", " ") not in glossary] == []


def test_every_term_has_both_languages_and_stands_once() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("## Words we do not use")[0]
    rows = [line.strip("| ").split(" | ") for line in glossary.splitlines() if line.startswith("| ")]
    terms = [row for row in rows if row[0] != "English"]
    assert all(len(row) == 3 and re.search(r"[\u4e00-\u9fff]", row[1]) for row in terms)
    assert len({row[0] for row in terms}) == len(terms) > 80
