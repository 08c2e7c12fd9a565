"""Conditions: reading, asking, hiding what depends on what is hidden."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.labels.conditions import ConditionFaultError, Conditions, holds, leaves, parse_condition, said

NAMES = st.sampled_from(["a", "b", "c", "d"])
LEAVES = st.one_of(
    st.builds(lambda name, words: {"control": name, "is": words}, NAMES, st.lists(st.sampled_from("xyz"), min_size=1)),
    st.builds(lambda name, yes: {"control": name, "answered": yes}, NAMES, st.booleans()),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=4,
)
ANSWERS = st.dictionaries(NAMES, st.one_of(st.sampled_from("xyz"), st.lists(st.sampled_from("xyz"))), max_size=4)


def _plainly(condition: Any, answers: Any) -> bool:
    """What a condition means, said once more without canonical forms."""
    if "control" in condition:
        value = answers.get(condition["control"])
        if "is" in condition:
            return bool(set(value or ()) & set(condition["is"]))
        return bool(bool(value) == condition["answered"])
    if "not" in condition:
        return not _plainly(condition["not"], answers)
    found = [_plainly(part, answers) for part in next(iter(condition.values()))]
    return all(found) if "all" in condition else any(found)


@given(CONDITIONS, ANSWERS)
def test_canonical_form_means_the_same_and_is_stable(raw: Any, answers: Any) -> None:
    found = parse_condition(raw)
    assert parse_condition(found) == found
    assert holds(found, answers) == _plainly(raw, answers)


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ({"control": "a", "is": "x"}, {"control": "a", "is": ["x"]}),
        ({"control": "a", "is": ["y", "x", "y"]}, {"control": "a", "is": ["x", "y"]}),
        ({"control": "a", "is": [True, 3, 2.0, 0.5]}, {"control": "a", "is": ["0.5", "2", "3", "true"]}),
        ({"control": "a", "answered": False}, {"not": {"control": "a", "answered": True}}),
        ({"all": [{"control": "a", "is": ["x"]}]}, {"control": "a", "is": ["x"]}),
        ({"not": {"not": {"control": "a", "is": ["x"]}}}, {"control": "a", "is": ["x"]}),
    ],
)
def test_short_forms(raw: Any, canonical: Any) -> None:
    assert parse_condition(raw) == canonical


@pytest.mark.parametrize(
    ("raw", "fault", "path"),
    [
        (None, "shape", ()),
        ({}, "shape", ()),
        ({"is": ["x"]}, "shape", ()),
        ({"control": "", "is": ["x"]}, "shape", ("control",)),
        ({"control": "a"}, "shape", ()),
        ({"control": "a", "is": []}, "shape", ("is",)),
        ({"control": "a", "is": [{}]}, "shape", ("is",)),
        ({"control": "a", "answered": "yes"}, "shape", ()),
        ({"control": "a", "is": ["x"], "answered": True}, "shape", ()),
        ({"all": []}, "shape", ("all",)),
        ({"all": [{"control": "a", "is": ["x"]}], "any": []}, "shape", ()),
        ({"any": [{"control": "a", "is": ["x"]}, 3]}, "shape", ("any", 1)),
        ({"not": []}, "shape", ("not",)),
        ({"any": [{"control": "a", "is": [str(n)]} for n in range(101)]}, "size", ()),
    ],
)
def test_what_is_no_condition_is_refused_where_it_stands(raw: Any, fault: Any, path: Any) -> None:
    with pytest.raises(ConditionFaultError) as caught:
        parse_condition(raw)
    assert (caught.value.fault, caught.value.path) == (fault, path)


def test_depth_is_bounded() -> None:
    raw: dict[str, Any] = {"control": "a", "is": ["x"]}
    for _ in range(500):
        raw = {"not": raw}
    with pytest.raises(ConditionFaultError) as caught:
        parse_condition(raw)
    assert caught.value.fault == "size"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("cat", {"cat"}),
        (["a", "b"], {"a", "b"}),
        ([["animal", "cat"], ["plant"]], {"animal", "cat", "plant"}),
        ([{"label": "PER", "start": 0, "end": 3}, {"label": "ORG", "start": 4, "end": 5}], {"PER", "ORG"}),
        (4, {"4"}),
        (4.0, {"4"}),
        (0.5, {"0.5"}),
        (True, {"true"}),
        (None, set()),
        ({"messages": []}, set()),
    ],
)
def test_words_of_answers(value: Any, words: Any) -> None:
    assert said(value) == words


def test_hidden_controls_count_as_not_answered() -> None:
    rules = Conditions(
        {
            "c": parse_condition({"control": "b", "is": "x"}),  # named before what it depends on
            "b": parse_condition({"control": "a", "is": "x"}),
            "a": None,
            "d": parse_condition({"not": {"control": "b", "answered": True}}),
        }
    )
    assert rules.hidden({"a": "x", "b": "x", "c": "x"}) == {"d"}
    assert rules.hidden({"a": "y", "b": "x", "c": "x"}) == {"b", "c"}
    assert rules.without_hidden({"a": "y", "b": "x", "c": "x", "d": "z"}) == {"a": "y", "d": "z"}
    assert not Conditions({"a": None})
    assert Conditions({"a": None}).hidden({}) == frozenset()


def test_unknown_controls_and_cycles_are_refused() -> None:
    with pytest.raises(ConditionFaultError) as caught:
        Conditions({"a": parse_condition({"control": "z", "is": "x"})})
    assert (caught.value.fault, caught.value.word, caught.value.path) == ("unknown", "z", ("a",))
    asks = {"a": "b", "b": "c", "c": "a", "d": "a", "e": None}
    with pytest.raises(ConditionFaultError) as caught:
        Conditions(
            {name: parse_condition({"control": other, "is": "x"}) if other else None for name, other in asks.items()}
        )
    assert caught.value.fault == "cycle"
    assert caught.value.word in {"a → b → c → a", "b → c → a → b", "c → a → b → c"}
    with pytest.raises(ConditionFaultError, match="a → a"):
        Conditions({"a": parse_condition({"control": "a", "answered": True})})


def test_leaves() -> None:
    raw = {
        "all": [
            {"control": "a", "is": ["x"]},
            {"not": {"any": [{"control": "b", "is": ["y"]}, {"control": "a", "answered": True}]}},
        ]
    }
    assert [leaf["control"] for leaf in leaves(parse_condition(raw))] == ["a", "b", "a"]
