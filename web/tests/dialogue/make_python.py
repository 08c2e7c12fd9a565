"""Write `python.json`: what the server's label types make of values, for the tests of the workbench.

Run from the root of the tree: `.venv/bin/python web/tests/dialogue/make_python.py`, then in `web/`
`npx biome format --write tests/dialogue/python.json`. It checks nothing itself; it asks
`LabelType.check` and `record_fields`, and writes down the canonical value or the code of the error.
"""

import json
from pathlib import Path
from typing import Any

from galley.kernel.errors import GalleyError
from galley.labels.label_type import Content
from galley.labels.record_fields import candidate_ids, message_text, messages_of, steps_of
from galley.labels.schema import compiled, schema_from_dict

CRITERIA = [
    {
        "name": "help",
        "min": 1,
        "max": 5,
        "reason": "required",
        "levels": {1: "useless", 5: {"en": "full", "zh": "完整"}},
    },
    {"name": "safe", "min": -1, "max": 1, "reason": "none"},
    {"name": "style", "title": {"en": "Style", "zh": "文风"}},
]
RESPONSES = [{"id": "b", "content": "x"}, {"id": "a", "content": "y"}, "plain", {"id": "é"}, {"id": "😀"}, {"id": "ﬀ"}]
MESSAGES = [
    {"role": "system", "content": "Be kind."},
    {"from": "human", "value": "hi", "weight": 1},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "c", "content": "42"},
    {"role": "assistant", "content": [{"type": "text", "text": "It is"}, {"type": "text", "text": "42"}]},
]
STEPS = "Take 2.\r\n\r\nAdd 2.\n \t\n\nSo 4.\n"
RECORD = {
    "responses": RESPONSES,
    "pair": ["one", "two"],
    "messages": MESSAGES,
    "solution": STEPS,
    "steps": ["1", "2", "3"],
}
LABELS = {
    "tone": {"words": ["kind", "rude"], "roles": ["assistant"]},
    "topic": {"words": ["b", "a", "é", "😀", "ﬀ"], "multi": True},
}
SAID = [{"role": "user", "content": "hi", "weight": 1}, {"role": "assistant", "content": "ho"}]

CASES: list[tuple[str, str, dict[str, Any], list[Any]]] = [
    (
        "ranking",
        "responses",
        {},
        [
            [["b"], ["é", "2", "a"], ["ﬀ", "😀"]],
            [["b"]],
            [["b", "a", "2", "é", "😀", "ﬀ"]],
            [],
        ],
    ),
    (
        "ranking",
        "responses",
        {"top": 2},
        [
            [["b"], ["2", "a"]],
            [["b"], ["a"], ["2"]],
            [["b"]],
            [["2", "b", "a"], ["é"]],
        ],
    ),
    ("ranking", "pair", {"top": 1}, [[["1"], ["0"]], [["1", "0"]], [["0"]]]),
    ("ranking", "pair", {"ties": False}, [[["1"], ["0"]], [["1"]]]),
    (
        "rubric",
        "responses",
        {"criteria": CRITERIA},
        [
            {
                "help": {"score": 4, "reason": " e\u0301 \u00a0\n"},
                "safe": {"score": 0},
                "style": {"score": 2, "reason": "  "},
            },
            {
                "help": {"score": 4, "reason": "\ufeff ok \u0085\x1c"},
                "safe": {"score": -1},
                "style": {"score": 5, "reason": "so"},
            },
            {"help": {"score": 4, "reason": " "}, "safe": {"score": 0}, "style": {"score": 2}},
            {"help": {"score": 4, "reason": "r"}, "safe": {"score": 0}},
        ],
    ),
    (
        "steps",
        "solution",
        {},
        [
            [
                {"mark": "right"},
                {"mark": "wrong", "reason": " e\u0301\u3000"},
                {"mark": "neutral", "rewrite": " 4 ", "reason": ""},
            ],
            [{"mark": "right"}, None, {"mark": "right"}],
            [{"mark": "right"}, {"reason": "x"}, {"mark": "right"}],
            [{"mark": "right"}, {"mark": "right"}],
        ],
    ),
    (
        "steps",
        "steps",
        {"stop_at_error": True},
        [
            [{"mark": "right"}, {"mark": "wrong"}, None],
            [{"mark": "wrong"}, {"mark": "right"}, {"mark": "wrong"}],
            [{"mark": "right"}, None, {"mark": "wrong"}],
        ],
    ),
    (
        "dialogue",
        "messages",
        {"edit": True, "labels": LABELS},
        [
            {"messages": [SAID[0], {**SAID[1], "labels": {"tone": "kind", "topic": ["😀", "b", "ﬀ", "a", "é"]}}]},
            {
                "messages": [
                    {"role": "user", "content": "hi", "labels": {"topic": []}},
                    {"role": "tool", "name": "f", "content": None},
                ]
            },
            {"messages": [{"role": "", "content": "hi"}]},
        ],
    ),
    (
        "dialogue",
        "messages",
        {"edit": True, "roles": ["user", "assistant"]},
        [
            {"messages": SAID},
            {"messages": [{"role": "tool", "content": "x"}]},
        ],
    ),
    (
        "dialogue",
        "messages",
        {"labels": LABELS},
        [
            {"messages": messages_of(MESSAGES)},
            {"messages": [{**one, "labels": {"topic": ["a"]}} for one in messages_of(MESSAGES) or []]},
            {"messages": [{**one, "content": "x"} for one in messages_of(MESSAGES) or []]},
        ],
    ),
]


def main() -> None:
    """Ask the label types, write the answers."""
    cases = []
    for kind, field, options, values in CASES:
        schema = schema_from_dict(
            {"name": "t", "controls": [{"name": "c", "type": kind, "field": field, "options": options}]}
        )
        for value in values:
            case = {"type": kind, "field": field, "options": options, "value": value}
            try:
                found = compiled(schema).check({"c": value}, content=Content(data=RECORD))
                cases.append({**case, "canonical": found["c"]})
            except GalleyError as problem:
                cases.append({**case, "error": problem.code})
    fields = [
        {"field": field, "candidates": candidate_ids(field), "steps": steps_of(field), "messages": messages_of(field)}
        for field in [
            *RECORD.values(),
            [{"id": "1"}, "x"],
            [{"id": 7}, {"id": ""}],
            "one\n\n\ntwo\r\n \r\nthree",
            7,
            None,
        ]
    ]
    texts = [{"message": one, "text": message_text(one)} for one in messages_of(MESSAGES) or []]
    told = {"record": RECORD, "cases": cases, "fields": fields, "texts": texts}
    target = Path(__file__).with_name("python.json")
    target.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
