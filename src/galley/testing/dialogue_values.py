"""Generated values of the dialogue types (needs hypothesis): rankings, rubrics, steps and conversations."""

from typing import Any, Final

from hypothesis import strategies as st

from galley.kernel.extension import make
from galley.labels.label_type import Content, LabelType

__all__ = ["DIALOGUE_CASES", "MESSAGES", "RECORD"]

MESSAGES: Final[list[dict[str, Any]]] = [
    {"role": "system", "content": "说明 be brief"},
    {"role": "user", "content": "天气如何？ 😀"},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "c1", "function": {"name": "weather", "arguments": "{}"}}]},
    {"role": "tool", "content": "21", "tool_call_id": "c1"},
    {"role": "assistant", "content": "It is 21 degrees.\n晴"},
]  # fmt: skip
RECORD: Final[dict[str, Any]] = {
    "responses": [{"id": "a", "content": "one"}, {"id": "b", "content": "two"}, "three", {"content": "four"}],
    "solution": "Take 2.\n\nAdd 2.\n\n\nSo 4.",
    "messages": MESSAGES,
}
CONTENT: Final = Content(data=RECORD)
IDS: Final = ("a", "b", "2", "3")


def _made(name: str, field: str, options: dict[str, Any]) -> LabelType[Any]:
    found = make("label_type", name, options)
    assert isinstance(found, LabelType)
    found.field = field
    return found


def _case(
    name: str, field: str, options: st.SearchStrategy[dict[str, Any]], values: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    types = options.map(lambda given: _made(name, field, given))
    return st.tuples(types, st.lists(values, min_size=2, max_size=4), st.just(CONTENT), st.just({}))


def _grouped(order: list[str], cuts: list[bool]) -> list[list[str]]:
    groups = [[order[0]]]
    for name, cut in zip(order[1:], cuts, strict=True):
        if cut:
            groups.append([name])
        else:
            groups[-1].append(name)
    return groups


def _best(groups: list[list[str]], top: int) -> list[list[str]]:
    kept: list[list[str]] = []
    for group in groups:
        if sum(map(len, kept)) < top:
            kept.append(group)
    return kept


orders = st.permutations(IDS).map(list)
rankings = st.builds(_grouped, orders, st.lists(st.booleans(), min_size=3, max_size=3))
strict_rankings = orders.map(lambda order: [[name] for name in order])

CRITERIA: Final = [
    {"name": "help", "title": {"en": "Helpful", "zh": "有用"}, "min": 1, "max": 5, "levels": {1: "bad", "5": "good"}},
    {"name": "真实", "min": -1, "max": 1, "reason": "required"},
    {"name": "safe", "min": 0, "max": 1, "reason": "none"},
]
rubrics = st.fixed_dictionaries(
    {
        "help": st.one_of(
            st.fixed_dictionaries({"score": st.integers(1, 5)}),
            st.fixed_dictionaries({"score": st.integers(1, 5), "reason": st.sampled_from(["", "因为", "so "])}),
        ),
        "真实": st.fixed_dictionaries({"score": st.integers(-1, 1), "reason": st.sampled_from(["见原文", "x"])}),
        "safe": st.fixed_dictionaries({"score": st.sampled_from([0, 1, 1.0])}),
    }
)

marks = st.sampled_from(["right", "neutral", "wrong"])
step = st.one_of(
    st.fixed_dictionaries({"mark": marks}),
    st.fixed_dictionaries({"mark": marks, "reason": st.sampled_from(["2+2", "否"]), "rewrite": st.just("So 4.")}),
)
whole_steps = st.lists(step, min_size=3, max_size=3)


def _stopped(found: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    end = next((place for place, one in enumerate(found) if one["mark"] == "wrong"), len(found))
    return [one if place <= end else None for place, one in enumerate(found)]


LABELS: Final[dict[str, Any]] = {
    "tone": {"words": ["kind", "rude"], "roles": ["assistant", "user"]},
    "faults": {"words": ["false", "unsafe", "long"], "multi": True, "roles": ["assistant"]},
}
answers_to_labels = st.fixed_dictionaries(
    {},
    optional={
        "tone": st.sampled_from(["kind", "rude"]),
        "faults": st.lists(st.sampled_from(["false", "unsafe", "long"]), unique=True),
    },
)


def _labelled(given: list[dict[str, Any]]) -> dict[str, Any]:
    found = []
    for message, labels in zip(MESSAGES, given, strict=True):
        kept = {name: said for name, said in labels.items() if message["role"] in LABELS[name]["roles"]}
        found.append({**message, "labels": kept} if kept else message)
    return {"messages": found}


labelled = st.lists(answers_to_labels, min_size=5, max_size=5).map(_labelled)
said = st.sampled_from(["", "yes", "no, it is not", "好的", "😀"])
edited = st.lists(
    st.one_of(
        st.builds(lambda role, text: {"role": role, "content": text}, st.sampled_from(["user", "tool"]), said),
        st.builds(
            lambda text, labels: {"role": "assistant", "content": text, "labels": labels}, said, answers_to_labels
        ),
        st.sampled_from([message for message in MESSAGES if message["role"] != "system"]),
    ),
    max_size=5,
).map(
    lambda messages: {
        "messages": [
            one if one["role"] in ("assistant",) else {name: part for name, part in one.items() if name != "labels"}
            for one in messages
        ]
    }
)

DIALOGUE_CASES: Final[dict[str, st.SearchStrategy[Any]]] = {
    "ranking": st.one_of(
        _case("ranking", "responses", st.just({}), rankings),
        _case("ranking", "responses", st.just({"ties": False}), strict_rankings),
        _case("ranking", "responses", st.just({"top": 2}), rankings.map(lambda groups: _best(groups, 2))),
    ),
    "rubric": _case("rubric", "responses", st.just({"criteria": CRITERIA}), rubrics),
    "steps": st.one_of(
        _case("steps", "solution", st.just({}), whole_steps),
        _case("steps", "solution", st.just({"stop_at_error": True}), whole_steps.map(_stopped)),
    ),
    "dialogue": st.one_of(
        _case("dialogue", "messages", st.just({"labels": LABELS}), labelled),
        _case("dialogue", "messages", st.just({"edit": True, "roles": ["user", "assistant", "tool"]}), edited.map(
            lambda value: {"messages": [{n: p for n, p in one.items() if n != "labels"} for one in value["messages"]]}
        )),
        _case("dialogue", "messages", st.just({"edit": True, "labels": LABELS}), edited),
    ),
}  # fmt: skip
