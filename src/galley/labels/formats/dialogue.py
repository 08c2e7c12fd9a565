"""Files dialogue models learn from: chat messages, preference pairs, judged steps; read into items and written from them.

Read: OpenAI `messages`, ShareGPT `conversations`; prompt/chosen/rejected, HH-RLHF transcripts; PRM800K lines and
`steps` + `labels`. Written: `messages`; prompt/chosen/rejected; `steps` + `labels`, or PRM800K's form. Pure.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from galley.kernel.canonical import canonical_json
from galley.labels.record_fields import candidate_ids, message_text, messages_of, steps_of
from galley.labels.schema import Control, LabelSchema
from galley.labels.types.steps import MARKS

__all__ = [
    "DIALOGUE_FORMATS",
    "Lose",
    "chat_rows",
    "form_of",
    "item_of",
    "preference_rows",
    "prm_rows",
    "transcript_of",
]

DIALOGUE_FORMATS: Final = ("chat", "preference", "prm")
_TURN: Final = re.compile(r"(?:\A|\n\n)(Human|Assistant): ?")
_ROLES: Final = {"Human": "user", "Assistant": "assistant"}
_WORDS: Final = {rating: mark for mark, rating in MARKS.items()}

Row = dict[str, Any]
Lose = Callable[[str, str, int], None]
"""Told what a format cannot hold: a code, one sentence a code, how often."""


# --- reading: a row becomes an item's content ----------------------------------------------------------------------


def item_of(form: str, row: Mapping[str, Any]) -> Row:
    """The content of an item; raises ValueError saying what is missing. Fields the format does not name are kept."""
    return {"chat": _chat_item, "preference": _preference_item, "prm": _prm_item}[form](row)


def form_of(row: Mapping[str, Any]) -> str:
    """Which of DIALOGUE_FORMATS a row's fields are those of; "" when of none."""
    label = row.get("label")
    if "chosen" in row and "rejected" in row:
        return "preference"
    if (isinstance(label, Mapping) and "steps" in label) or "steps" in row or {"completions", "labels"} <= row.keys():
        return "prm"
    return "chat" if any(isinstance(row.get(name), list) for name in ("messages", "conversations")) else ""


def _chat_item(row: Mapping[str, Any]) -> Row:
    name = "messages" if "messages" in row else "conversations"
    messages = messages_of(row.get(name))
    if not messages or not all(isinstance(one.get("role"), str) for one in messages):
        raise ValueError("messages | conversations: [{role | from, …}]")
    if isinstance(row.get("system"), str) and row["system"] and messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": row["system"]})
    return {**_rest(row, name, "system"), "messages": messages}


def _preference_item(row: Mapping[str, Any]) -> Row:
    """Candidates in an order that does not tell which was chosen, and in `preferred` the id of the one that was."""
    chosen, rejected = row.get("chosen"), row.get("rejected")
    if chosen is None or rejected is None or chosen == rejected:
        raise ValueError("chosen, rejected")
    prompt: Row = {} if row.get("prompt") is None else {"prompt": row["prompt"]}
    if not prompt and isinstance(chosen, str) and isinstance(rejected, str):
        shared, chosen, rejected = _parted(transcript_of(chosen), transcript_of(rejected))
        prompt = {"messages": shared}
    elif isinstance(prompt.get("prompt"), list):
        prompt = {"messages": messages_of(prompt["prompt"])}
    elif not prompt and isinstance(chosen, list) and isinstance(rejected, list):
        shared, chosen, rejected = _parted(messages_of(chosen) or [], messages_of(rejected) or [])
        prompt = {"messages": shared}
    both = sorted((chosen, rejected), key=lambda said: hashlib.sha256(canonical_json(said)).digest())
    responses = [_candidate(said, "ab"[place]) for place, said in enumerate(both)]
    return {
        **_rest(row, "prompt", "chosen", "rejected"),
        **prompt,
        "responses": responses,
        "preferred": "ab"[both.index(chosen)],
    }


def _candidate(said: Any, name: str) -> Row:
    return {"id": name, "messages" if isinstance(said, list) else "content": said}


def transcript_of(text: str) -> list[Row]:
    """The messages of an HH-RLHF transcript ("\\n\\nHuman: …\\n\\nAssistant: …"); [] when it is none."""
    parts = _TURN.split(text)
    if parts[0].strip():
        return []
    return [{"role": _ROLES[who], "content": said} for who, said in zip(parts[1::2], parts[2::2], strict=True)]


def _parted(left: list[Row], right: list[Row]) -> tuple[list[Row], Any, Any]:
    """The messages two conversations share, and how each goes on: a text when that is one message."""
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    if not left or not right or same in (len(left), len(right)):
        raise ValueError("chosen, rejected: transcripts that differ at the end")
    return left[:same], _ending(left[same:]), _ending(right[same:])


def _ending(messages: list[Row]) -> Any:
    return messages[0]["content"] if len(messages) == 1 else messages


def _prm_item(row: Mapping[str, Any]) -> Row:
    """`problem`, `steps`, and in `marks` what was said of them, where it was."""
    if isinstance(row.get("label"), Mapping):
        return _prm800k_item(row)
    name = "steps" if "steps" in row else "completions"
    steps = steps_of(row.get(name))
    if not steps:
        raise ValueError("steps: […] | label.steps: […]")
    problem = next((row[key] for key in ("problem", "prompt", "question") if isinstance(row.get(key), str)), "")
    marks = [_mark(rating) for rating in row["labels"]] if isinstance(row.get("labels"), list) else []
    rest = _rest(row, name, "labels", "problem", "prompt", "question")
    return {**rest, "problem": problem, "steps": list(steps), **({"marks": marks} if marks else {})}


def _mark(rating: Any) -> str | None:
    if isinstance(rating, bool):
        return "right" if rating else "wrong"
    return rating if rating in MARKS else _WORDS.get(rating)


def _prm800k_item(row: Mapping[str, Any]) -> Row:
    texts, marks = [], []
    for step in row["label"].get("steps") or ():
        chosen, offered = step.get("chosen_completion"), step.get("completions") or []
        said = step.get("human_completion") if chosen is None and step.get("human_completion") else None
        said = said or (offered[chosen or 0] if (chosen or 0) < len(offered) else None)
        if said is not None:
            texts.append(str(said.get("text", "")))
            marks.append(_mark(said.get("rating")))
    question = row.get("question") or {}
    if not texts or not isinstance(question, Mapping):
        raise ValueError("label.steps: [{completions: [{text, rating}]}], question: {problem}")
    facts = {"problem": str(question.get("problem", "")), "steps": texts, "marks": marks}
    answer = question.get("ground_truth_answer")
    return {**_rest(row, "label", "question"), **facts, **({"answer": answer} if answer is not None else {})}


def _rest(row: Mapping[str, Any], *names: str) -> Row:
    return {name: value for name, value in row.items() if name not in names}


# --- writing: an item and one answer become rows -------------------------------------------------------------------


def chat_rows(schema: LabelSchema, data: Mapping[str, Any], labels: Mapping[str, Any], lose: Lose) -> Iterator[Row]:
    """One row {messages}: as edited, or the record's with the answer of a text control behind them."""
    control = next((one for one in schema.of_type("dialogue") if one.name in labels), None)
    if control is not None:
        messages = labels[control.name]["messages"]
        said = sum(len(message.get("labels", {})) for message in messages)
        lose("message_label", "Labels of messages have no place in this format.", said)
        messages = [_rest(message, "labels") for message in messages]
    else:
        messages = _asked(schema, data)
        written = next(
            (labels[one.name] for one in schema.of_type("text") if isinstance(labels.get(one.name), str)), None
        )
        if written is not None and messages:
            messages = [*messages, {"role": "assistant", "content": written}]
            control = schema.of_type("text")[0]
        elif messages and messages[-1].get("role") != "assistant":
            messages = []
    if not messages:
        lose("no_messages", "Items without a conversation are left out.", 1)
        return
    _lose_others(labels, {control.name} if control else set(), lose)
    yield {"messages": messages, **({"tools": data["tools"]} if "tools" in data else {})}


def preference_rows(
    schema: LabelSchema,
    data: Mapping[str, Any],
    labels: Mapping[str, Any],
    lose: Lose,
    *,
    pairs: Literal["all", "ends"] = "all",
) -> Iterator[Row]:
    """A row {prompt, chosen, rejected} for every pair in which one is better; `ends`: only the best and the worst."""
    control, said = _answered(schema, "ranking", labels)
    candidates = data.get(control.field) if control else None
    ids = candidate_ids(candidates)
    if control is None or ids is None:
        lose("no_ranking", "Items without a ranking are left out.", 1)
        return
    _lose_others(labels, {control.name}, lose)
    known = {name: _content(one) for name, one in zip(ids, candidates or (), strict=True)}
    groups = [*said, [name for name in ids if not any(name in group for group in said)]]
    groups = [[name for name in group if name in known] for group in groups]
    groups = [group for group in groups if group]
    lose("tie", "Pairs of equals have no place in this format.", sum(len(g) * (len(g) - 1) // 2 for g in groups))
    wanted = groups if pairs == "all" else [groups[0][:1], groups[-1][-1:]] if len(groups) > 1 else groups
    asked: Any = data["prompt"] if isinstance(data.get("prompt"), str | list) else _asked(schema, data) or ""
    for place, better in enumerate(wanted):
        for worse in wanted[place + 1 :]:
            for chosen in better:
                for rejected in worse:
                    yield {
                        "prompt": asked,
                        **_pair(known[chosen], known[rejected], conversational=isinstance(asked, list)),
                    }


def _content(candidate: Any) -> Any:
    if isinstance(candidate, Mapping) and isinstance(candidate.get("messages"), list):
        return candidate["messages"]
    return message_text(candidate) if isinstance(candidate, Mapping) else str(candidate)


def _pair(chosen: Any, rejected: Any, *, conversational: bool) -> Row:
    """Both as messages where the prompt is messages or one of them is several; else both as text."""
    talk = conversational or isinstance(chosen, list) or isinstance(rejected, list)

    def form(said: Any) -> Any:
        return [{"role": "assistant", "content": said}] if talk and isinstance(said, str) else said

    return {"chosen": form(chosen), "rejected": form(rejected)}


def prm_rows(
    schema: LabelSchema,
    data: Mapping[str, Any],
    labels: Mapping[str, Any],
    lose: Lose,
    *,
    form: Literal["steps", "prm800k"] = "steps",
) -> Iterator[Row]:
    """One row {problem, steps, labels: [1 | 0 | -1 | null], …}, or a line as PRM800K has them."""
    control, said = _answered(schema, "steps", labels)
    steps = steps_of(data.get(control.field)) if control else None
    if control is None or steps is None or len(steps) != len(said):
        lose("no_steps", "Items without judged steps are left out.", 1)
        return
    _lose_others(labels, {control.name}, lose)
    problem = next((data[key] for key in ("problem", "prompt", "question") if isinstance(data.get(key), str)), "")
    ratings = [None if step is None else MARKS[step["mark"]] for step in said]
    given = {name: [(step or {}).get(name) for step in said] for name in ("reason", "rewrite")}
    if form == "steps":
        row: Row = {"problem": problem, "steps": list(steps), "labels": ratings}
        more = {"reasons": given["reason"], "rewrites": given["rewrite"]}
        yield {**row, **{name: texts for name, texts in more.items() if any(texts)}}
        return
    lose("reason", "PRM800K has no place for reasons.", sum(text is not None for text in given["reason"]))
    lose("unjudged", "PRM800K has no steps that nobody judged.", ratings.count(None))
    yield _prm800k_row(data, problem, list(zip(steps, ratings, given["rewrite"], strict=True)))


def _prm800k_row(data: Mapping[str, Any], problem: str, judged: Sequence[tuple[str, int | None, str | None]]) -> Row:
    answer = {} if data.get("answer") is None else {"ground_truth_answer": data["answer"]}
    steps = [
        {
            "completions": [{"text": text, "rating": rating, "flagged": False}],
            "human_completion": None if rewrite is None else {"text": rewrite, "rating": None, "flagged": False},
            "chosen_completion": 0,
        }
        for text, rating, rewrite in judged
        if rating is not None
    ]
    wrong = any(rating == -1 for _, rating, _ in judged)
    label = {"steps": steps, "finish_reason": "found_error" if wrong else "solution"}
    return {"question": {"problem": problem, **answer}, "label": label}


def _answered(schema: LabelSchema, kind: str, labels: Mapping[str, Any]) -> tuple[Control | None, Any]:
    control = next((one for one in schema.of_type(kind) if labels.get(one.name) is not None), None)
    return control, labels[control.name] if control else None


def _asked(schema: LabelSchema, data: Mapping[str, Any]) -> list[Row]:
    """The conversation of an item: its messages, or its prompt as one."""
    fields = [control.field for control in schema.of_type("dialogue")]
    for name in (*fields, "messages", "conversations"):
        found = messages_of(data.get(name))
        if found:
            return found
    asked = next((data[key] for key in ("prompt", "problem", "question") if isinstance(data.get(key), str)), None)
    return [] if asked is None else [{"role": "user", "content": asked}]


def _lose_others(labels: Mapping[str, Any], held: set[str], lose: Lose) -> None:
    others = sum(1 for name, value in labels.items() if name not in held and value not in (None, []))
    lose("control", "Answers to other controls have no place in this format.", others)
