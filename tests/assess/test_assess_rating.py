"""The rating: thresholds, the cap without an audit, and the cap for simulated people."""

import pytest

from galley.assess.metric import Reading
from galley.assess.rules import rate


def readings(one: float, two: float, three: float | None, *, labeler_kind: str | None) -> list[Reading]:
    """A reading a dimension, and 0304 when somebody audited."""
    made = [("0101", one), ("0201", two), ("0302", three)]
    found = [Reading(standard="tc609-04", code=code, title_en="", title_zh="", value=value) for code, value in made]
    if labeler_kind is not None and three is not None:
        evidence = {"labeler_kind": labeler_kind}
        found.append(
            Reading(standard="tc609-04", code="0304", title_en="", title_zh="", value=three, evidence=evidence)
        )
    return found


@pytest.mark.parametrize(
    ("lowest", "level"), [(1.0, 5), (0.9, 5), (0.899, 4), (0.8, 4), (0.7, 3), (0.6, 2), (0.59, 1), (0.0, 1)]
)
def test_the_lowest_dimension_decides(lowest: float, level: int) -> None:
    assert rate(readings(1.0, lowest, 1.0, labeler_kind="person")).level == level
    assert rate(readings(lowest, 1.0, 1.0, labeler_kind="person")).level == level


def test_without_an_audit_a_dataset_is_usable_at_best() -> None:
    found = rate(readings(1.0, 1.0, 1.0, labeler_kind=None))
    assert (found.level, found.certified) == (3, False)
    assert "audit" in found.held_back[-1].en


def test_simulated_people_certify_nothing() -> None:
    found = rate(readings(1.0, 1.0, 1.0, labeler_kind="simulated"))
    assert (found.level, found.certified) == (3, False)
    assert "simulated" in found.held_back[-1].en


def test_a_dimension_nobody_measured_gives_no_level_above_the_lowest() -> None:
    assert rate(readings(1.0, 1.0, None, labeler_kind=None)).level == 1
    assert rate([]).level is None
