"""The dialogue types: what they refuse of a record, and their distances and merges by hand-worked numbers."""

from functools import partial
from typing import Any

import pytest

from galley.kernel.extension import ParamsError, make
from galley.labels.errors import (
    ControlMissingError,
    LabelChoiceError,
    LabelContentError,
    LabelCountError,
    LabelRangeError,
    LabelRepeatedError,
    LabelShapeError,
    LabelValueError,
)
from galley.labels.label_type import Content, LabelType
from galley.labels.record_fields import candidate_ids, messages_of, steps_of
from galley.labels.schema import compiled, labels_check, schema_dict
from galley.labels.schema_text import schema_from_yaml
from galley.testing.dialogue_values import CRITERIA, MESSAGES, RECORD

CONTENT = Content(data=RECORD)


def of(name: str, field: str = "", **options: Any) -> LabelType[Any]:
    found: Any = make("label_type", name, options)
    found.field = field
    return found  # type: ignore[no-any-return]


# --- the record's field ------------------------------------------------------------------------------------------


def test_fields_are_read_as_they_come() -> None:
    assert candidate_ids(RECORD["responses"]) == ("a", "b", "2", "3")
    assert candidate_ids([{"id": 7}, "x"]) == ("7", "1")
    assert candidate_ids([{"id": "1"}, "x"]) is None  # the second one would be called 1, too
    assert candidate_ids("a text") is None
    assert steps_of(RECORD["solution"]) == ("Take 2.", "Add 2.", "So 4.")
    assert steps_of("one\r\n\r\ntwo\nstill two\n") == ("one", "two\nstill two")
    assert steps_of([{"text": "one"}, "two"]) == ("one", "two")
    assert steps_of(7) is None
    assert messages_of([{"from": "human", "value": "hi", "weight": 1}, {"role": "assistant", "content": "ho"}]) == [
        {"role": "user", "content": "hi", "weight": 1},
        {"role": "assistant", "content": "ho"},
    ]
    assert messages_of(["hi"]) is None


def test_a_control_tells_its_type_which_field_it_is_about() -> None:
    schema = schema_from_yaml("controls:\n- {name: best, type: ranking, field: responses}\n")
    checker = compiled(schema)
    checks: list[Any] = [partial(labels_check, schema, content=CONTENT), partial(checker.check, content=CONTENT)]
    for check in checks:
        assert check({"best": [["b"], ["3", "a"], ["2"]]}) == {"best": [["b"], ["3", "a"], ["2"]]}
        with pytest.raises(LabelChoiceError, match="best\\[0\\]\\[0\\]"):
            check({"best": [["c"], ["3", "a"], ["2"]]})
    other = schema_from_yaml("controls:\n- {name: best, type: ranking, field: solution}\n")
    with pytest.raises(LabelContentError):
        labels_check(other, {"best": [["a"]]}, CONTENT)


# --- ranking -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        ([["a"], ["b"], ["2"]], LabelCountError),  # 3 is missing
        ([["a"], ["b"], ["2"], ["3"], ["4"]], LabelChoiceError),
        ([["a", "a"], ["b"], ["2"], ["3"]], LabelRepeatedError),
        ([[], ["a"], ["b"], ["2"], ["3"]], LabelCountError),
        (["a", "b", "2", "3"], LabelShapeError),
        ([], LabelCountError),
    ],
)
def test_ranking_refuses_what_is_no_order_of_the_candidates(raw: Any, error: type[LabelValueError]) -> None:
    with pytest.raises(error):
        of("ranking", "responses").check(raw, CONTENT)
    assert of("ranking", "responses").check([["a"], ["b"], ["3", "2"]], CONTENT) == [["a"], ["b"], ["2", "3"]]


def test_ranking_without_ties_and_of_the_best_only() -> None:
    with pytest.raises(LabelCountError):
        of("ranking", "responses", ties=False).check([["a", "b"], ["2"], ["3"]], CONTENT)
    best = of("ranking", "responses", top=2)
    assert best.check([["b"], ["a", "3"]], CONTENT) == [["b"], ["3", "a"]]  # tied for the last place
    for wrong in ([["b"]], [["b"], ["a"], ["3"]]):
        with pytest.raises(LabelCountError):
            best.check(wrong, CONTENT)


def test_ranking_distance_is_kendalls() -> None:
    kind = of("ranking")
    assert kind.distance([["a"], ["b"], ["c"]], [["c"], ["b"], ["a"]]) == 1.0
    assert kind.distance([["a"], ["b"], ["c"]], [["a"], ["c"], ["b"]]) == pytest.approx(1 / 3)  # tau = 1/3
    # Kendall 1945: one tie against none: C = 2, D = 0, tau-b = 2 / sqrt(2 * 3).
    tau = 2 / 6**0.5
    assert kind.distance([["a"], ["b", "c"]], [["a"], ["b"], ["c"]]) == pytest.approx((1 - tau) / 2)
    assert kind.distance([["a", "b"]], [["a"], ["b"]]) == 0.5
    assert kind.distance([["a"]], [["a"], ["b"]]) == 0.0  # who is not listed is behind


def test_kendall_as_scipy_has_it() -> None:
    stats = pytest.importorskip("scipy.stats")
    left, right = [["a", "d"], ["b"], ["c", "e"]], [["b"], ["a"], ["c", "d"], ["e"]]
    order = {name: place for place, group in enumerate(left) for name in group}
    other = {name: place for place, group in enumerate(right) for name in group}
    names = sorted(order)
    tau = stats.kendalltau([order[n] for n in names], [other[n] for n in names]).statistic
    assert of("ranking").distance(left, right) == pytest.approx((1 - tau) / 2)


def test_ranking_merge_is_the_nearest_order() -> None:
    kind = of("ranking")
    cycle = [[["a"], ["b"], ["c"]], [["b"], ["c"], ["a"]], [["c"], ["a"], ["b"]]]
    assert kind.merge(cycle, [1, 1, 1]) in [*cycle, [["a", "b", "c"]]]
    assert kind.merge(cycle, [1, 5, 1]) == cycle[1]
    # Borda finds an order that nobody gave: a, b, c, d.
    votes = [[["b"], ["a"], ["c"], ["d"]], [["a"], ["c"], ["b"], ["d"]], [["a"], ["b"], ["d"], ["c"]]]
    assert kind.merge(votes, [1, 1, 1]) == [["a"], ["b"], ["c"], ["d"]]


def test_ranking_in_label_studio() -> None:
    kind = of("ranking", "responses")
    (said,) = kind.to_label_studio([["b"], ["2", "a"], ["3"]], "best", "responses", CONTENT)
    assert said["type"] == "ranker"
    assert said["value"]["ranker"]["rank"] == ["b", "2", "a", "3"]
    plain = {**said, "value": {"ranker": {"rank": ["3", "2", "b", "a"]}}}  # as Label Studio itself writes it
    assert kind.from_label_studio([plain], CONTENT) == [["3"], ["2"], ["b"], ["a"]]


# --- rubric ------------------------------------------------------------------------------------------------------


def test_rubric_checks_scales_and_reasons() -> None:
    kind = of("rubric", criteria=CRITERIA)
    good = {"safe": {"score": 1.0}, "help": {"score": 4, "reason": " "}, "真实": {"score": 0, "reason": "见原文 "}}
    assert kind.check(good, Content()) == {
        "help": {"score": 4},
        "真实": {"score": 0, "reason": "见原文"},
        "safe": {"score": 1},
    }
    for change, error in (
        ({"help": {"score": 6}}, LabelRangeError),
        ({"help": {"score": 2.5}}, LabelShapeError),
        ({"真实": {"score": 0}}, ControlMissingError),
        ({"safe": {"score": 1, "reason": "x"}}, LabelCountError),
        ({"safe": None}, ControlMissingError),
        ({"other": {"score": 1}}, LabelChoiceError),
    ):
        with pytest.raises(error):
            kind.check({**good, **change}, Content())


def test_rubric_distance_and_merge() -> None:
    kind = of("rubric", criteria=[{"name": "a", "min": 1, "max": 5}, {"name": "b", "min": 0, "max": 1}])
    low, high = {"a": {"score": 1}, "b": {"score": 1}}, {"a": {"score": 5, "reason": "so"}, "b": {"score": 1}}
    assert kind.distance(low, high) == 0.5
    middle = {"a": {"score": 4, "reason": "because"}, "b": {"score": 0}}
    assert kind.merge([low, high, middle], [1, 1, 1]) == {"a": {"score": 4, "reason": "because"}, "b": {"score": 1}}
    assert kind.merge([low, high, middle], [3, 1, 1])["a"] == {"score": 1}


@pytest.mark.parametrize(
    "criteria",
    [
        [],
        [{"name": "a"}, {"name": "a"}],
        [{"name": "a", "min": 5, "max": 5}],
        [{"name": "a", "levels": {9: "x"}}],
        [{"name": ""}],
    ],
)
def test_a_rubric_that_cannot_be_used_is_refused(criteria: Any) -> None:
    with pytest.raises(ParamsError, match="rubric"):
        of("rubric", criteria=criteria)


# --- steps -------------------------------------------------------------------------------------------------------


def marks(text: str) -> list[Any]:
    words = {"+": "right", "0": "neutral", "-": "wrong"}
    return [None if letter == "." else {"mark": words[letter]} for letter in text]


def test_steps_belong_to_the_record() -> None:
    kind = of("steps", "solution")
    assert kind.check(marks("+0-"), CONTENT) == marks("+0-")
    for wrong in ("+0", "+0-+", "+0."):
        with pytest.raises(LabelValueError):
            kind.check(marks(wrong), CONTENT)
    stop = of("steps", "solution", stop_at_error=True)
    assert stop.check(marks("+-."), CONTENT) == marks("+-.")
    for wrong in ("+-+", "+.+", "+--"):
        with pytest.raises(LabelShapeError):
            stop.check(marks(wrong), CONTENT)


def test_steps_distance_and_merge() -> None:
    kind = of("steps")
    assert kind.distance(marks("++++"), marks("+++0")) == pytest.approx(0.5 / 4 / 2)  # the same first error: none
    assert kind.distance(marks("++-+"), marks("++++")) == pytest.approx(1 / 4 / 2 + 0.5)
    assert kind.distance(marks("-."), marks("++")) == 1.0
    assert kind.merge([marks("++-"), marks("+--"), marks("+++")], [1, 1, 1]) == marks("++-")
    assert kind.merge([marks("+"), marks("-")], [1, 1]) == marks("-")  # in doubt the cautious mark
    stop = of("steps", stop_at_error=True)
    assert stop.merge([marks("+-."), marks("+-."), marks("+++")], [1, 1, 1]) == marks("+-.")
    why = [{"mark": "wrong", "reason": "2+2"}]
    assert kind.merge([why, marks("-"), marks("+")], [1, 1, 1]) == why


# --- dialogue ----------------------------------------------------------------------------------------------------

TONE = {"tone": {"words": ["kind", "rude"], "roles": ["assistant"]}}


def test_dialogue_keeps_tool_calls_and_refuses_other_messages() -> None:
    kind = of("dialogue", "messages", labels=TONE)
    value = {"messages": [dict(message) for message in MESSAGES]}
    value["messages"][4]["labels"] = {"tone": "kind"}
    checked = kind.check(value, CONTENT)
    assert checked["messages"][2]["tool_calls"] == MESSAGES[2]["tool_calls"]
    assert checked["messages"][4]["labels"] == {"tone": "kind"}
    edited = {"messages": [*value["messages"][:4], {"role": "assistant", "content": "another"}]}
    with pytest.raises(LabelShapeError):
        kind.check(edited, CONTENT)
    assert of("dialogue", "messages", edit=True).check(edited, CONTENT)["messages"][4]["content"] == "another"
    with pytest.raises(LabelCountError):
        kind.check({"messages": value["messages"][:4]}, CONTENT)
    value["messages"][1] = {**MESSAGES[1], "labels": {"tone": "kind"}}
    with pytest.raises(LabelShapeError, match="tone"):
        kind.check(value, CONTENT)  # only assistants have a tone


def test_dialogue_bounds_what_a_message_holds() -> None:
    kind = of("dialogue", "messages", edit=True, roles=["user", "assistant"])
    deep: Any = "x"
    for _ in range(60):
        deep = [deep]
    for message in (
        {"role": "user", "content": deep},
        {"role": "user", "content": {"no": "text"}},
        {"role": "system", "content": "not a role of this control"},
        {"role": "user", "content": "x", "weight": float("nan")},
        {"content": "x"},
    ):
        with pytest.raises(LabelValueError):
            kind.check({"messages": [message]}, CONTENT)


def test_dialogue_distance_counts_messages_and_labels() -> None:
    edit = of("dialogue", edit=True)
    talk = [{"role": "user", "content": "ab"}, {"role": "assistant", "content": "abcd"}]
    assert edit.distance({"messages": talk}, {"messages": talk[:1]}) == 0.5
    changed = {"messages": [talk[0], {"role": "assistant", "content": "abcx"}]}
    assert edit.distance({"messages": talk}, changed) == pytest.approx(1 / 4 / 2)
    label = of("dialogue", labels=TONE)
    kind = {"messages": [talk[0], {**talk[1], "labels": {"tone": "kind"}}]}
    rude = {"messages": [talk[0], {**talk[1], "labels": {"tone": "rude"}}]}
    assert label.distance(kind, rude) == 0.5  # one of two messages
    assert label.merge([kind, rude, rude], [1, 1, 1]) == rude


def test_labels_of_messages_have_titles_and_are_the_same_schema_without() -> None:
    def options(title: str) -> Any:
        text = f"controls:\n - {{name: t, type: dialogue, field: m, labels: {{tone: {{words: [a]{title}}}}}}}\n"
        return schema_dict(schema_from_yaml(text))["controls"][0]["options"]["labels"]["tone"]

    assert options("") == {"words": [{"value": "a"}], "roles": [], "multi": False}
    assert options(", title: {en: Tone, zh: 语气}")["title"] == {"en": "Tone", "zh": "语气"}
