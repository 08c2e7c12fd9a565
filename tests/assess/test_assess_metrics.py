"""Every metric over one small version whose faults are known, so that each value can be counted by hand."""

from typing import Any, cast

import pytest

from galley.assess.metric import Metric, Reading
from galley.assess.scan import scan
from galley.catalog.reader import VersionReader
from galley.kernel.extension import make
from galley.labels.schema import schema_dict
from galley.labels.schema_text import schema_from_yaml
from galley.testing.memory import MemoryBlobs, memory_desk
from galley.testing.versions import media_row, text_row, version_of

SCHEMA = schema_from_yaml("controls: [{name: tone, type: classify, choices: [good, bad, mixed, odd]}]")
LABELS: list[dict[str, Any] | None] = [
    {"tone": "good"},
    {"tone": "good"},
    {"tone": "bad"},
    {"tone": "bad"},
    {"tone": "loud"},  # not a class of the schema
    None,
    {"tone": "good"},
    {"tone": "good"},
]
CERTIFICATE = {
    "issued": True,
    "accuracy": 0.96,
    "confidence": 0.95,
    "errors": 3,
    "items": 8,
    "labeler_kind": "person",
    "certificate": {"audits": 5},
    "statement_en": "refused",
    "statement_zh": "拒签",
}


@pytest.fixture
def version() -> VersionReader:
    """Eight records: two equal (with other labels), one empty, one of a wrong type, one untraceable, one image gone."""
    blobs = MemoryBlobs()
    picture = media_row("picture", b"a picture", blobs, time="2026-03-01T00:00:00Z")
    rows = [
        text_row("a", "one", time="2026-01-05T00:00:00Z"),
        text_row("b", "two", time="2025-01-05T00:00:00Z"),
        text_row("c", "one"),  # as a, labelled otherwise
        text_row("d", "  "),
        text_row("e", "five", media_type="image/png"),
        text_row("f", "six", uri=""),
        text_row("g", "seven", grade="secret"),
        picture,
    ]
    found = version_of(rows, blobs, schema=schema_dict(SCHEMA), labels=LABELS)
    del blobs.content[picture["blob"]]
    return found


def _context(version: VersionReader, **facts: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "needs": {},
        "sources": [],
        "steps": [],
        "annotation": None,
        "certificate": None,
        "opinions": [],
    }
    return {**empty, "schema": SCHEMA, "release": None, "readings": [], **facts, "scan": scan(version, SCHEMA, b"seed")}


def _read(name: str, version: VersionReader, **facts: Any) -> dict[str, Reading]:
    metric = cast(Metric[Any], make("metric", name, {}))
    return {one.code: one for one in metric.measure(version, _context(version, **facts), memory_desk())}


def test_tc609_counts_what_is_wrong(version: VersionReader) -> None:
    needs = {"records": 16, "classes": ["tone"], "since": "2026-01", "until": "2026-12"}
    found = _read("tc609-04", version, needs=needs, certificate=CERTIFICATE)
    values = {code: one.value for code, one in found.items()}
    assert values["0201"] == 7 / 8  # grade 'secret'
    assert values["0203"] == pytest.approx(6 / 7)  # 'loud'
    assert values["0204"] == 7 / 8  # blank
    assert values["0205"] == 6 / 8  # no address; a blob that is gone
    assert values["0207"] == 7 / 8  # a text that says image/png
    assert values["0208"] == 7 / 8  # the second 'one'
    assert values["0301"] == 2 / 4
    assert values["0302"] == 0.5
    assert values["0303"] == 2 / 8
    assert (values["0304"], found["0304"].confidence, found["0304"].sample) == (0.96, 0.95, 5)


def test_tc609_reads_every_indicator_or_says_why_not_in_both_languages(version: VersionReader) -> None:
    found = _read("tc609-04", version)
    assert len(found) == 17
    for one in found.values():
        measured = one.value is not None
        assert measured == bool(one.method_en) == bool(one.method_zh)
        assert measured != bool(one.not_measured_en)
        assert measured != bool(one.not_measured_zh)
    assert {code for code, one in found.items() if one.value is None} >= {
        "0202",
        "0206",
        "0302",
        "0303",
        "0304",
        "0305",
    }


def test_tc609_never_takes_an_accuracy_that_was_refused(version: VersionReader) -> None:
    refused = {**CERTIFICATE, "issued": False}
    found = _read("tc609-04", version, certificate=refused)["0304"]
    assert found.value is None
    assert "refused" in found.not_measured_en


def test_documentation_counts_what_the_recipe_tells(version: VersionReader) -> None:
    bare = _read("tc609-04", version, release={"version": "1", "about": {}})
    told = _read(
        "tc609-04", version, release={"version": "1", "about": {"access": "here", "support": "", "cases": "x"}}
    )
    assert bare["0101"].value == 3 / 5
    assert told["0101"].value == 4 / 5  # an empty text is no text
    assert told["0104"].value == (bare["0104"].value or 0) + 1 / 5


def test_gbt_36344_reads_the_same_faults(version: VersionReader) -> None:
    found = _read("gbt-36344", version, needs={"records": 4, "since": "2026-01"}, certificate=CERTIFICATE)
    values = {code: one.value for code, one in found.items()}
    assert values["accurate.duplicates"] == 1 / 8
    assert values["accurate.unique"] == 7 / 8
    assert values["consistent.same"] == 7 / 8  # the two 'one' have other labels
    assert values["complete.records"] == 1.0  # never above one
    assert values["timely.period"] == 2 / 8
    assert values["accurate.content"] == 0.96
    assert values["norm.security"] is None
    assert found["norm.security"].not_measured_zh


def test_distribution_counts_classes_and_their_evenness(version: VersionReader) -> None:
    found = _read("distribution", version)
    assert found["labelled"].value == 7 / 8
    assert found["balance.tone"].evidence["classes"] == {"bad": 2, "good": 4, "loud": 1}
    assert 0 < (found["balance.tone"].value or 0) < 1


def test_agreement_is_one_for_the_same_and_low_for_opposite_answers(version: VersionReader) -> None:
    def opinions(second: list[str]) -> list[tuple[str, str, Any]]:
        first = ["good", "bad", "good", "bad"]
        pairs = list(enumerate(zip(first, second, strict=True)))
        return [(str(item), who, {"tone": said}) for item, both in pairs for who, said in zip("xy", both, strict=True)]

    same = _read("agreement", version, opinions=opinions(["good", "bad", "good", "bad"]))["agreement"]
    other = _read("agreement", version, opinions=opinions(["bad", "good", "bad", "good"]))["agreement"]
    alone = _read("agreement", version, opinions=[("1", "x", {"tone": "good"})])["agreement"]
    assert same.value == 1.0
    assert (other.value or 0.0) < 0
    assert alone.value is None
    assert alone.not_measured_zh


def test_rating_follows_from_the_readings_and_is_held_back_without_a_certificate(version: VersionReader) -> None:
    def rated(**facts: Any) -> Reading:
        needs = {"records": 8, "classes": ["tone"]}
        readings = list(_read("tc609-04", version, needs=needs, **facts).values())
        return _read("rating", version, readings=readings)["rating"]

    without, with_one = rated(), rated(certificate=CERTIFICATE)
    assert (without.value or 9) <= 3
    assert (with_one.value or 0) >= (without.value or 0)
    assert with_one.evidence["certified"]
    assert without.evidence["held_back_zh"]
    assert _read("rating", version)["rating"].value is None  # nothing was read: no level is invented
