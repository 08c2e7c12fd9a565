"""The readings of every built-in metric on one small version whose every value is computed by hand."""

import math
from typing import Any

import pytest

from galley.assess.documentation import ASPECTS, aspects_given
from galley.assess.ext.agreement import AgreementMetric
from galley.assess.ext.distribution import DistributionMetric, evenness
from galley.assess.ext.gbt36344 import Gbt36344Metric
from galley.assess.ext.rating import RatingMetric
from galley.assess.ext.tc609 import Tc609Metric
from galley.assess.metric import Metric, Reading
from galley.assess.rules import LEVELS, rate
from galley.assess.scan import scan
from galley.catalog.reader import VersionReader
from galley.kernel.extension import NoParams
from galley.kernel.ports import Desk
from galley.labels.schema import schema_from_dict
from galley.testing.memory import memory_desk
from galley.testing.metric_contract import SCHEMA, assess_context, check_readings
from galley.testing.versions import media_row, text_row, version_of

CERTIFICATE = {
    "issued": True,
    "accuracy": 0.96,
    "confidence": 0.95,
    "errors": 0,
    "items": 7,
    "labeler_kind": "person",
    "statement_en": "At least 96 % are right.",
    "statement_zh": "至少 96 % 正确。",
    "certificate": {"audits": 5},
}
NEEDS = {"records": 20, "since": "2025-02", "until": "2025-12"}
TONES = ["good", "bad", "good", "wrong word", "bad", None, "good", None, None, "bad"]


@pytest.fixture
def desk() -> Desk:
    return memory_desk()


def rows_of(desk: Desk) -> list[dict[str, Any]]:
    """Ten records with one planted fault of each kind; record 5 has two."""
    times = ["2025-01-31T00:00:00Z", "2025-02-01T00:00:00Z", "2025-12-31T23:59:59Z"]
    lost = {**media_row("8", b"\3\4", desk.blobs), "blob": "0" * 64}
    return [
        *(text_row(f"{place}", f"text {place}", time=times[place]) for place in range(3)),
        text_row("3", "text 3"),
        text_row("4", "text 0"),  # again, with another label
        text_row("5", " \n", uri=""),
        text_row("6", "of no grade", grade="?"),
        media_row("7", b"\1\2", desk.blobs, media_type="audio/wav"),
        lost,
        text_row("9", "text 1"),  # again, with the same label
    ]


def faulty(desk: Desk, **how: Any) -> VersionReader:
    labels = [None if tone is None else {"tone": tone} for tone in TONES]
    return version_of(rows_of(desk), desk.blobs, schema=SCHEMA, labels=labels, **how)


def readings_of(metric: type[Metric[NoParams]], desk: Desk, **facts: Any) -> dict[str, Reading]:
    version = faulty(desk)
    context = assess_context(
        version, desk, **{"needs": NEEDS, "certificate": CERTIFICATE, "annotation": {"n": 1}, **facts}
    )
    readings = metric(NoParams()).measure(version, context, desk)
    check_readings(readings)
    return {reading.code: reading for reading in readings}


def values(readings: dict[str, Reading]) -> dict[str, float | None]:
    return {code: reading.value for code, reading in readings.items()}


def test_the_scan_finds_every_planted_fault(desk: Desk) -> None:
    ids = [row["id"] for row in rows_of(desk)]
    version = faulty(desk)
    found = scan(version, schema_from_dict(SCHEMA), desk.seed)
    planted = {
        "duplicate": [ids[4], ids[9]],
        "contradiction": [ids[4]],
        "format": [ids[6]],
        "untraceable": [ids[5]],
        "empty": [ids[5]],
        "type": [ids[7]],
        "unreadable": [ids[8]],
        "label": [ids[3]],
    }
    assert found.faults == planted
    assert found.fault_counts == {name: len(examples) for name, examples in planted.items()}
    assert (found.records, found.labelled, found.blobs_held, found.blobs_read) == (10, 7, 2, 2)
    assert (found.duplicates, found.relabelled_duplicates) == (2, 1)
    assert (found.timed, found.oldest, found.newest) == (3, "2025-01-31T00:00:00Z", "2025-12-31T23:59:59Z")
    assert found.times == {"2025-01": 1, "2025-02": 1, "2025-12": 1}
    assert found.modalities == {"text": 8, "image": 2}
    assert found.media_types == {"text/plain": 8, "audio/wav": 1, "image/png": 1}
    assert found.decided_by == {"human": 7, "nobody": 3}
    assert found.classes == {"tone": {"good": 3, "bad": 3, "wrong word": 1}}
    assert found.bytes == sum(row["bytes"] for row in rows_of(desk))


def test_a_record_with_two_faults_is_one_bad_record(desk: Desk) -> None:
    found = scan(faulty(desk), None, desk.seed)
    assert found.share("empty", "untraceable") == pytest.approx(0.9)
    assert found.share("empty", "untraceable", "unreadable", "type", "format") == pytest.approx(0.6)
    everything_wrong = [text_row(f"{place}", "", uri="", grade="?") for place in range(4)]
    assert scan(version_of(everything_wrong, desk.blobs), None, desk.seed).share("empty", "untraceable") == 0.0


@pytest.mark.parametrize("shard_rows", [1, 3, 10])
def test_the_scan_does_not_depend_on_the_cut(desk: Desk, shard_rows: int) -> None:
    schema = schema_from_dict(SCHEMA)
    assert scan(faulty(desk, shard_rows=shard_rows), schema, desk.seed) == scan(faulty(desk), schema, desk.seed)


def test_only_ten_examples_are_kept_and_all_faults_counted(desk: Desk) -> None:
    rows = [text_row(f"{place}", "the same") for place in range(25)]
    found = scan(version_of(rows, desk.blobs), None, desk.seed)
    assert found.faults["duplicate"] == [row["id"] for row in rows[1:11]]
    assert found.fault_counts["duplicate"] == 24


def test_a_sample_of_blobs_stands_for_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{**media_row(f"{place}", bytes([place]), desk.blobs), "blob": f"{place:064x}"} for place in range(40)]
    monkeypatch.setattr("galley.assess.scan.BLOBS_SAMPLED", 8)
    found = scan(version_of(rows, desk.blobs), None, desk.seed)
    assert (found.blobs_held, found.blobs_read, found.fault_counts["unreadable"]) == (40, 8, 8)
    assert found.share("unreadable") == 0.0  # all of the sample, so all
    again = scan(version_of(rows, desk.blobs, shard_rows=7), None, desk.seed)
    assert again == found
    assert scan(version_of(rows, desk.blobs), None, b"x" * 32).faults != found.faults


def test_labels_that_are_no_labels_are_faults_and_not_crashes(desk: Desk) -> None:
    rows = [text_row(f"{place}", f"{place}") for place in range(3)]
    odd: list[Any] = [["good"], {"tone": ["good"]}, {"other": "good"}]
    found = scan(version_of(rows, desk.blobs, schema=SCHEMA, labels=odd), schema_from_dict(SCHEMA), desk.seed)
    assert found.fault_counts["label"] == 3


def test_tc609_by_hand(desk: Desk) -> None:
    readings = readings_of(Tc609Metric, desk)
    assert values(readings) == {
        "0101": 0.0,
        "0102": pytest.approx(3 / 5),  # modality, distribution, label statistics
        "0103": pytest.approx(1 / 5),  # annotation
        "0104": 0.0,
        "0201": pytest.approx(9 / 10),
        "0202": None,
        "0203": pytest.approx(6 / 7),
        "0204": pytest.approx(9 / 10),
        "0205": pytest.approx(8 / 10),
        "0206": None,
        "0207": pytest.approx(9 / 10),
        "0208": pytest.approx(8 / 10),
        "0301": pytest.approx(2 / 3),
        "0302": pytest.approx(10 / 20),
        "0303": pytest.approx(2 / 10),
        "0304": 0.96,
        "0305": None,
    }
    ids = [row["id"] for row in rows_of(desk)]
    assert readings["0208"].evidence["examples"] == {"duplicate": [ids[4], ids[9]]}
    assert readings["0205"].evidence["examples"] == {"untraceable": [ids[5]], "unreadable": [ids[8]]}
    assert readings["0203"].evidence["examples"] == [ids[3]]
    assert readings["0301"].evidence == {"covered": {"tone": ["bad", "good"]}}


def test_the_certificate_is_the_accuracy(desk: Desk) -> None:
    told = readings_of(Tc609Metric, desk)["0304"]
    assert (told.value, told.low, told.high, told.confidence) == (0.96, 0.96, 1.0, 0.95)
    assert (told.sample, told.population) == (5, 7)
    refused = readings_of(Tc609Metric, desk, certificate={**CERTIFICATE, "issued": False})["0304"]
    assert refused.value is None
    assert "At least 96 %" in refused.not_measured_en
    assert "至少 96 %" in refused.not_measured_zh
    assert "audit" in readings_of(Tc609Metric, desk, certificate=None)["0304"].not_measured_en


def test_gbt_36344_by_hand(desk: Desk) -> None:
    assert values(readings_of(Gbt36344Metric, desk)) == {
        "norm.standard": pytest.approx(0.9),
        "norm.model": pytest.approx(0.8),
        "norm.metadata": pytest.approx(0.9),
        "norm.rules": pytest.approx(6 / 7),
        "norm.reference": None,
        "norm.security": None,
        "complete.elements": pytest.approx(0.9),
        "complete.records": pytest.approx(0.5),
        "accurate.content": 0.96,
        "accurate.format": pytest.approx(0.8),
        "accurate.duplicates": pytest.approx(0.2),
        "accurate.unique": pytest.approx(0.8),
        "accurate.dirty": pytest.approx(0.3),
        "consistent.same": pytest.approx(0.9),
        "consistent.related": None,
        "timely.period": pytest.approx(0.2),
        "timely.moment": None,
        "timely.order": None,
        "accessible.access": pytest.approx(0.9),
        "accessible.usable": pytest.approx(0.8),
    }


@pytest.mark.parametrize(
    ("needs", "scale", "timely"),
    [
        ({}, None, None),
        ({"records": 5, "since": 2025}, 1.0, 0.3),
        ({"records": "many", "until": 2025}, None, 0.3),
        ({"records": 0, "until": "2025-01"}, None, 0.1),
        ({"records": True, "since": "2025-02-15", "until": "2025-02-20"}, None, 0.1),
        ({"records": -4, "since": "2026"}, None, 0.0),
    ],
)
def test_what_the_use_needs(desk: Desk, needs: dict[str, Any], scale: float | None, timely: float | None) -> None:
    national = readings_of(Gbt36344Metric, desk, needs=needs)
    committee = readings_of(Tc609Metric, desk, needs=needs)
    for readings, size, period in ((national, "complete.records", "timely.period"), (committee, "0302", "0303")):
        assert readings[size].value == (None if scale is None else pytest.approx(scale))
        assert readings[period].value == (None if timely is None else pytest.approx(timely))


def test_a_classification_is_needed_by_its_whole_name(desk: Desk) -> None:
    assert readings_of(Tc609Metric, desk, needs={"classes": "tone"})["0301"].value == pytest.approx(2 / 3)
    assert readings_of(Tc609Metric, desk, needs={"classes": "other tones"})["0301"].value is None


@pytest.mark.parametrize("metric", [Tc609Metric, Gbt36344Metric, DistributionMetric, RatingMetric])
def test_nothing_is_measured_on_nothing(desk: Desk, metric: type[Metric[NoParams]]) -> None:
    version = version_of([], desk.blobs)
    readings = metric(NoParams()).measure(version, assess_context(version, desk, needs=NEEDS), desk)
    check_readings(readings)
    assert all(reading.value is None for reading in readings if not reading.code.startswith("01"))


def test_distribution_by_hand(desk: Desk) -> None:
    readings = readings_of(DistributionMetric, desk)
    assert values(readings) == {
        "labelled": pytest.approx(0.7),
        "balance.tone": pytest.approx(math.log(2) / math.log(3)),  # three good, three bad, none neither
    }
    assert readings["balance.tone"].evidence["classes"] == {"bad": 3, "good": 3, "wrong word": 1}
    assert readings["labelled"].evidence["decided_by"] == {"human": 7, "nobody": 3}


def test_evenness() -> None:
    from collections import Counter

    assert evenness(Counter(a=2, b=2), 2) == pytest.approx(1.0)
    assert evenness(Counter(a=4), 2) == 0.0
    assert evenness(Counter(a=4), 1) == 1.0
    assert evenness(Counter(a=3, b=1), 2) == pytest.approx(0.8112781244591328)


def test_a_taxonomy_is_counted_by_its_leaves(desk: Desk) -> None:
    choices = [{"value": "animal", "children": ["cat", "dog"]}, "stone"]
    control = {**SCHEMA["controls"][0], "options": {"mode": "hierarchical", "choices": choices}}
    schema = {**SCHEMA, "controls": [control]}
    rows = [text_row(f"{place}", f"{place}") for place in range(2)]
    labels: list[Any] = [{"tone": [["animal", "cat"]]}, {"tone": [["animal", "cat"], ["stone"]]}]
    version = version_of(rows, desk.blobs, schema=schema, labels=labels)
    context = assess_context(version, desk)
    (_, balance) = DistributionMetric(NoParams()).measure(version, context, desk)
    assert balance.evidence == {"classes": {"animal / cat": 2, "stone": 1}, "classes_in_schema": 3}
    readings = Tc609Metric(NoParams()).measure(version, context, desk)
    (diverse,) = (reading for reading in readings if reading.code == "0301")
    assert diverse.value == pytest.approx(2 / 3)


def test_agreement_of_two_people_by_hand(desk: Desk) -> None:
    # Units aa, ab, bb: D_o = 2/6, D_e = 2*3*3/(6*5) = 0.6, alpha = 1 - 0.3333/0.6 = 4/9.
    pairs = [("good", "good"), ("good", "bad"), ("bad", "bad")]
    opinions = [
        (f"{item}", who, {"tone": tone})
        for item, pair in enumerate(pairs)
        for who, tone in zip("xy", pair, strict=True)
    ]
    told = readings_of(AgreementMetric, desk, opinions=opinions)["agreement"]
    assert told.value == pytest.approx(4 / 9)
    assert (told.sample, told.population) == (3, 10)
    alone = readings_of(AgreementMetric, desk, opinions=opinions[::2])["agreement"]
    assert "overlap" in alone.not_measured_en
    same = readings_of(AgreementMetric, desk, opinions=opinions[:2])["agreement"]
    assert "not defined" in same.not_measured_en


# --- Documentation ------------------------------------------------------------------------------------------------


def test_the_aspects_of_a_release() -> None:
    assert aspects_given({}) == {"modality", "distribution"}
    release = {"name": "a/b", "version": "1", "about": {"scenario": "x", "cases": ""}}
    given = aspects_given({"release": release, "steps": [1], "annotation": {"n": 1}})
    held = {code: len(given.intersection(wanted)) for code, (_, wanted) in ASPECTS.items()}
    assert held == {"0101": 3, "0102": 3, "0103": 5, "0104": 2}
    assert "cases" not in given
    assert all(len(wanted) == 5 for _, wanted in ASPECTS.values())
    everything = {name: "told" for _, wanted in ASPECTS.values() for name in wanted}
    assert aspects_given({"release": {"about": everything}}) >= set(everything)


# --- Rating -------------------------------------------------------------------------------------------------------


def told(code: str, value: float | None) -> Reading:
    return Reading(standard="tc609-04", code=code, title_en="T", title_zh="题", value=value)


@pytest.mark.parametrize(
    ("lowest", "certified", "level"),
    [
        (1.0, True, 5),
        (0.90, True, 5),
        (0.8999, True, 4),
        (0.80, True, 4),
        (0.79, True, 3),
        (0.70, True, 3),
        (0.69, True, 2),
        (0.60, True, 2),
        (0.59, True, 1),
        (0.0, True, 1),
        (1.0, False, 3),
        (0.80, False, 3),
        (0.65, False, 2),
        (0.10, False, 1),
    ],
)
def test_the_lowest_dimension_and_the_audit_decide_the_level(lowest: float, certified: bool, level: int) -> None:
    code = "0304" if certified else "0302"
    found = rate([told("0101", 1.0), told("0201", lowest), told(code, 1.0)])
    assert (found.level, found.certified) == (level, certified)
    reasons = [text.en for text in found.held_back]
    assert ("accuracy is not certified by an audit" in reasons) is not certified
    assert any("Data quality" in reason for reason in reasons) is (lowest < 0.9)


def test_a_dimension_is_the_mean_of_what_was_measured() -> None:
    found = rate([told("0101", 1.0), told("0102", 0.5), told("0103", None), told("0201", 1.0), told("0304", 1.0)])
    first = found.dimensions[0]
    assert (first.score, first.measured, first.indicators) == (75.0, 2, 3)
    assert found.level == 3


def test_nothing_read_is_not_rated(desk: Desk) -> None:
    assert rate([]).level is None
    assert rate([told("0101", None)]).level is None
    other = Reading(standard="gbt-36344", code="0101", title_en="T", title_zh="题", value=1.0)
    assert rate([other]).level is None
    assert readings_of(RatingMetric, desk)["rating"].value is None


def test_the_rating_follows_from_the_readings_before_it(desk: Desk) -> None:
    before = list(readings_of(Tc609Metric, desk).values())
    (rating,) = readings_of(RatingMetric, desk, readings=before).values()
    # 01: (0 + .6 + .2 + 0) / 4 = 20 of 100, which decides.
    assert rating.value == 1.0
    assert rating.evidence["word_zh"] == LEVELS[1].zh
    assert rating.evidence["dimensions"][0]["score"] == pytest.approx(20.0)
    assert rating.evidence["certified"] is True
    assert "Documentation: 20.0 of 100" in rating.evidence["held_back_en"]
