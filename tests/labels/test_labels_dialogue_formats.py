"""Chat, preference pairs and judged steps: what is read comes out again, and what a format cannot hold is counted."""

from collections import Counter
from typing import Any

import pytest

from galley.labels.formats.dialogue import chat_rows, item_of, preference_rows, prm_rows, transcript_of
from galley.labels.schema_text import schema_from_yaml

TALK = schema_from_yaml(
    "controls:\n  - {name: talk, type: dialogue, field: messages, edit: true, labels: {tone: {words: [kind, rude]}}}\n"
)
RANK = schema_from_yaml("controls:\n  - {name: best, type: ranking, field: responses}\n")
STEPS = schema_from_yaml(
    "controls:\n  - {name: marks, type: steps, field: steps}\n  - {name: note, type: text, field: problem, required: false}\n"
)

HH = {
    "chosen": "\n\nHuman: Hi\n\nAssistant: Hello. How?\n\nHuman: Well\n\nAssistant: Good.",
    "rejected": "\n\nHuman: Hi\n\nAssistant: Hello. How?\n\nHuman: Well\n\nAssistant: So what?\n\nstill me",
}
PRM800K = {
    "labeler": "x", "timestamp": "2022-07-17", "generation": None, "is_quality_control_question": False,
    "question": {"problem": "1+1?", "ground_truth_answer": "2"},
    "label": {
        "steps": [
            {"completions": [{"text": "no", "rating": -1, "flagged": False}, {"text": "Add.", "rating": 1, "flagged": False}],
             "human_completion": None, "chosen_completion": 1},
            {"completions": [{"text": "So 3.", "rating": -1, "flagged": False}], "human_completion": None, "chosen_completion": None},
        ],
        "total_time": 1, "finish_reason": "found_error",
    },
}  # fmt: skip


class Lost(Counter[str]):
    """Counts losses."""

    def __call__(self, code: str, detail: str, count: int) -> None:
        assert detail.endswith(".")
        self[code] += count


def test_chat_is_read_in_both_forms() -> None:
    openai = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "tools": [1]}
    assert item_of("chat", openai) == openai
    shared = {
        "id": "x1",
        "system": "be brief",
        "conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b", "weight": 0}],
    }
    assert item_of("chat", shared) == {
        "id": "x1",
        "messages": [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": "b", "weight": 0},
        ],
    }
    odd: list[dict[str, Any]] = [{}, {"messages": []}, {"messages": "x"}, {"conversations": [{"value": "x"}]}]
    for wrong in odd:
        with pytest.raises(ValueError, match="messages"):
            item_of("chat", wrong)


def test_chat_is_written() -> None:
    item = item_of("chat", {"messages": [{"role": "user", "content": "a"}], "tools": [{"name": "t"}]})
    edited = [
        item["messages"][0],
        {"role": "assistant", "content": None, "tool_calls": [{"id": "c"}], "labels": {"tone": "kind"}},
    ]
    lost = Lost()
    (row,) = chat_rows(TALK, item, {"talk": {"messages": edited}}, lost)
    assert row == {
        "messages": [edited[0], {"role": "assistant", "content": None, "tool_calls": [{"id": "c"}]}],
        "tools": [{"name": "t"}],
    }
    assert +lost == {"message_label": 1}
    (row,) = chat_rows(STEPS, {"problem": "1+1?"}, {"note": "2"}, lost)
    assert row == {"messages": [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}]}
    assert list(chat_rows(STEPS, {"problem": "1+1?"}, {"marks": []}, lost)) == []
    assert lost["no_messages"] == 1


def test_hh_transcripts_come_out_as_pairs_again() -> None:
    item = item_of("preference", HH)
    assert [message["role"] for message in item["messages"]] == ["user", "assistant", "user"]
    assert sorted(one["content"] for one in item["responses"]) == ["Good.", "So what?\n\nstill me"]
    best = [[item["preferred"]], [name for name in "ab" if name != item["preferred"]]]
    lost = Lost()
    (row,) = preference_rows(RANK, item, {"best": best}, lost)
    assert row["prompt"] == transcript_of(HH["chosen"])[:3]
    assert (row["chosen"], row["rejected"]) == (
        [{"role": "assistant", "content": "Good."}],
        [{"role": "assistant", "content": "So what?\n\nstill me"}],
    )
    assert not +lost
    again = item_of("preference", row)
    assert (again["messages"], again["preferred"]) == (item["messages"], item["preferred"]) or len(
        again["responses"]
    ) == 2


def test_the_order_of_candidates_does_not_tell_which_was_chosen() -> None:
    rows = [{"prompt": "?", "chosen": f"good {n}", "rejected": f"bad {n}"} for n in range(64)]
    first = sum(item_of("preference", row)["preferred"] == "a" for row in rows)
    assert 16 < first < 48
    for row in rows[:8]:
        item = item_of("preference", row)
        other = "b" if item["preferred"] == "a" else "a"
        assert list(preference_rows(RANK, item, {"best": [[item["preferred"]], [other]]}, Lost())) == [row]
    for wrong in (
        {"chosen": "a"},
        {"chosen": "a", "rejected": "a"},
        {"chosen": "no transcript", "rejected": "neither"},
    ):
        with pytest.raises(ValueError, match="chosen"):
            item_of("preference", wrong)


def test_rankings_become_pairs_and_ties_are_lost() -> None:
    data = {"prompt": "?", "responses": [{"id": name, "content": name.upper()} for name in "abcd"]}
    lost = Lost()
    rows = list(preference_rows(RANK, data, {"best": [["b"], ["a", "c"]]}, lost))  # d was not ranked: behind
    assert [(row["chosen"], row["rejected"]) for row in rows] == [
        ("B", "A"), ("B", "C"), ("B", "D"), ("A", "D"), ("C", "D"),
    ]  # fmt: skip
    assert +lost == {"tie": 1}
    ends = list(preference_rows(RANK, data, {"best": [["b"], ["a", "c"], ["d"]]}, Lost(), pairs="ends"))
    assert [(row["chosen"], row["rejected"]) for row in ends] == [("B", "D")]
    assert list(preference_rows(RANK, data, {"best": [["a", "b", "c", "d"]]}, lost)) == []


def test_prm800k_is_read_and_written() -> None:
    item = item_of("prm", PRM800K)
    assert (item["problem"], item["steps"], item["marks"], item["answer"]) == (
        "1+1?",
        ["Add.", "So 3."],
        ["right", "wrong"],
        "2",
    )
    said = [{"mark": "right"}, {"mark": "wrong", "reason": "1+1", "rewrite": "So 2."}]
    lost = Lost()
    (row,) = prm_rows(STEPS, item, {"marks": said, "note": "x"}, lost, form="prm800k")
    assert row["question"] == PRM800K["question"]
    assert row["label"]["finish_reason"] == "found_error"
    assert row["label"]["steps"][1]["human_completion"]["text"] == "So 2."
    assert +lost == {"reason": 1, "control": 1}
    assert item_of("prm", row)["steps"] == item["steps"]
    assert item_of("prm", row)["marks"] == item["marks"]


def test_steps_and_labels_are_read_and_written() -> None:
    row = {"problem": "1+1?", "steps": ["Add.", "So 2."], "labels": [1, -1]}
    item = item_of("prm", row)
    assert item == {"problem": "1+1?", "steps": ["Add.", "So 2."], "marks": ["right", "wrong"]}
    assert list(prm_rows(STEPS, item, {"marks": [{"mark": mark} for mark in item["marks"]]}, Lost())) == [row]
    trl = {"prompt": "1+1?", "completions": ["Add.", "So 2."], "labels": [True, False]}
    assert item_of("prm", trl) == item
    stopped = [{"mark": "wrong", "reason": "no"}, None]
    (found,) = prm_rows(STEPS, item, {"marks": stopped}, Lost())
    assert (found["labels"], found["reasons"]) == ([-1, None], ["no", None])
    with pytest.raises(ValueError, match="steps"):
        item_of("prm", {"problem": "x"})


def test_another_length_is_no_row() -> None:
    lost, odd = Lost(), [{"mark": "right"}]
    data: dict[str, Any] = {"problem": "?", "steps": ["a", "b"]}
    assert list(prm_rows(STEPS, data, {"marks": odd}, lost)) == []
    assert +lost == {"no_steps": 1}
