"""dialogue: a conversation as it should be, message by message, with labels on messages.

Values: {"messages": [{"role": "user", "content": "…", …kept fields, "labels": {name: word | [words]}}]}. What a message
has beside role and content (tool calls, names, ids) is kept as it is. Without `edit` the messages are the record's.
"""

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import msgspec
import pyarrow as pa
from rapidfuzz.distance import Levenshtein

from galley.kernel.canonical import canonical_json
from galley.kernel.language import Text
from galley.labels.choices import Choice, Title, offered, refuse, repeated, titled, words
from galley.labels.errors import (
    LabelContentError,
    LabelCountError,
    LabelRangeError,
    LabelRepeatedError,
    LabelShapeError,
)
from galley.labels.forms import stable_form
from galley.labels.label_type import Content, Value
from galley.labels.record_fields import message_text, messages_of
from galley.labels.shape import json_kind, need_dict, need_list, need_number, need_text
from galley.labels.types.json_written import JsonWritten
from galley.labels.voting import medoid, votes_of

__all__ = ["MESSAGES_MAX", "DialogueParams", "DialogueType", "MessageLabel"]

MESSAGES_MAX: Final = 1_000
_DEPTH_MAX: Final = 24
_TEXT_MAX: Final = 500_000
_FIELDS: Final = frozenset(["messages"])
Message = dict[str, Any]


class MessageLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One question asked of every message, or of those of some roles."""

    words: tuple[str | int | Choice, ...]
    roles: tuple[str, ...] = ()  # empty: all
    multi: bool = False
    title: str | Title | msgspec.UnsetType = msgspec.UNSET  # what people read in place of its name

    def __post_init__(self) -> None:
        told = None if isinstance(self.title, msgspec.UnsetType) else titled(self.title, "")
        msgspec.structs.force_setattr(self, "title", msgspec.UNSET if told is None else told)
        msgspec.structs.force_setattr(self, "words", offered(self.words))
        twice = repeated(words(self.words))
        if not self.words or twice is not None:
            raise ValueError(f"words: '{twice}' × 2" if self.words else "words: []")


class DialogueParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What may be done with the messages."""

    edit: bool = False
    roles: tuple[str, ...] = ()  # of edited messages; empty: any
    labels: dict[str, MessageLabel] = {}

    def __post_init__(self) -> None:
        if not self.edit and not self.labels:
            raise ValueError("edit: false, labels: {}")


class DialogueType(JsonWritten[DialogueParams]):
    """A conversation, edited and labelled."""

    name: ClassVar[str] = "dialogue"
    version: ClassVar[int] = 1
    summary: ClassVar[Text] = Text(
        "A conversation edited message by message, with labels on messages.", "逐条编辑多轮对话，并为消息打标签。"
    )
    Params = DialogueParams

    # --- Checking ------------------------------------------------------------------------------------------------

    def check(self, raw: Value, content: Content) -> Value:
        items = need_list(need_dict(raw, "value", _FIELDS).get("messages"), "value.messages", MESSAGES_MAX)
        found = [self._message(item, f"value.messages[{at}]") for at, item in enumerate(items)]
        if content.data is not None:
            self._belongs(found, content)
        elif not found:
            raise LabelCountError(place="value.messages", count=0, allowed=f"1…{MESSAGES_MAX}")
        return {"messages": found}

    def _belongs(self, found: Sequence[Message], content: Content) -> None:
        data = content.data or {}
        known = messages_of(data.get(self.field))
        if known is None:
            raise LabelContentError(place="value", missing=self.field or "messages")
        if self.params.edit:
            return
        if len(found) != len(known):
            raise LabelCountError(place="value.messages", count=len(found), allowed=str(len(known)))
        for at, (mine, theirs) in enumerate(zip(found, known, strict=True)):
            if stable_form(_said(mine)) != stable_form(_said(theirs)):
                raise LabelShapeError(
                    place=f"value.messages[{at}]", expected=message_text(theirs)[:60], found=message_text(mine)[:60]
                )

    def _message(self, raw: Any, place: str) -> Message:
        if not isinstance(raw, dict):
            raise LabelShapeError(place=place, expected="object {role, content, …}", found=json_kind(raw))
        role = need_text(raw.get("role"), f"{place}.role")
        if not role or (self.params.edit and self.params.roles and role not in self.params.roles):
            raise refuse(role, f"{place}.role", self.params.roles)
        content = raw.get("content")
        if content is not None and not isinstance(content, str | list):
            raise LabelShapeError(place=f"{place}.content", expected="string | list | null", found=json_kind(content))
        kept = {name: _plain(value, f"{place}.{_shown(name)}") for name, value in raw.items() if name != "labels"}
        message = {
            "role": role,
            "content": kept.pop("content", None),
            **{n: kept[n] for n in sorted(kept) if n != "role"},
        }
        labels = self._labels(raw.get("labels"), role, f"{place}.labels")
        return {**message, "labels": labels} if labels else message

    def _labels(self, raw: Any, role: str, place: str) -> dict[str, Any]:
        if raw is None:
            return {}
        given = need_dict(raw, place, frozenset(self.params.labels))
        found: dict[str, Any] = {}
        for name, asked in sorted(self.params.labels.items()):
            said = given.get(name)
            if said is None or said == []:
                continue
            if asked.roles and role not in asked.roles:
                raise LabelShapeError(place=f"{place}.{name}", expected=" | ".join(asked.roles), found=role)
            found[name] = _words(said, asked, f"{place}.{name}")
        return found

    # --- Comparing and merging -----------------------------------------------------------------------------------

    def distance(self, left: Value, right: Value) -> float:
        """Messages put in, taken out or changed, over those of the longer conversation (a Levenshtein distance whose
        letters are messages).

        Changing one costs 1 when the role is another, else the share of its text that was edited, or the mean of that
        and of how far its labels are apart (Jaccard, mean over the labels) when messages are labelled. Where nothing can
        be edited, the labels alone count.
        """
        mine, yours = left["messages"], right["messages"]
        longer = max(len(mine), len(yours))
        if mine == yours:
            return 0.0
        if not self.params.edit and len(mine) == len(yours):
            parts = [self._labels_apart(one, other) for one, other in zip(mine, yours, strict=True)]
            return round(math.fsum(parts) / longer, 12)
        return min(1.0, round(_edit_cost(mine, yours, self._apart) / longer, 12))

    def _apart(self, left: Message, right: Message) -> float:
        if left == right:
            return 0.0
        if left["role"] != right["role"]:
            return 1.0
        apart = _text_apart(_form(left), _form(right))
        return (apart + self._labels_apart(left, right)) / 2 if self.params.labels else apart

    def _labels_apart(self, left: Message, right: Message) -> float:
        role = left["role"]
        asked = [name for name, label in sorted(self.params.labels.items()) if not label.roles or role in label.roles]
        parts = [_jaccard(_set(left, name), _set(right, name)) for name in asked]
        return math.fsum(parts) / len(parts) if parts else 0.0

    def merge(self, values: Sequence[Value], weights: Sequence[float]) -> Value:
        """The most typical conversation; messages of different people are never mixed, since each answers the one before."""
        if all(value == values[0] for value in values):
            return values[0]
        return medoid(votes_of(values, weights), self.distance)

    # --- Columns -------------------------------------------------------------------------------------------------

    def arrow_type(self) -> pa.DataType:
        """Messages with their text, their labels and, as JSON, all that they are."""
        parts = [("role", pa.string()), ("content", pa.string()), ("labels", pa.string()), ("message", pa.string())]
        return pa.list_(pa.struct(parts))

    def to_arrow(self, value: Value) -> Any:
        return [
            {
                "role": message["role"],
                "content": message_text(message),
                "labels": canonical_json(message.get("labels", {})).decode(),
                "message": canonical_json({name: part for name, part in message.items() if name != "labels"}).decode(),
            }
            for message in value["messages"]
        ]


def _said(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message without its labels and without parts that say nothing."""
    return {name: part for name, part in message.items() if name != "labels" and part is not None}


def _shown(name: Any) -> str:
    return str(name).encode("utf-8", "replace").decode()[:60]


def _plain(raw: Any, place: str, depth: int = 0) -> Any:
    """JSON data that can be stored: bounded depth, finite numbers, whole Unicode."""
    if raw is None or isinstance(raw, bool):
        return raw
    if isinstance(raw, str):
        if len(raw) > _TEXT_MAX:
            raise LabelCountError(place=place, count=len(raw), allowed=f"0…{_TEXT_MAX}")
        return need_text(raw, place)
    if isinstance(raw, int | float):
        need_number(raw, place)
        return raw
    if depth >= _DEPTH_MAX:
        raise LabelRangeError(place=place, value=depth + 1, allowed=f"depth ≤ {_DEPTH_MAX}")
    if isinstance(raw, list | tuple):
        return [_plain(part, f"{place}[{at}]", depth + 1) for at, part in enumerate(need_list(raw, place))]
    if not isinstance(raw, dict):
        raise LabelShapeError(place=place, expected="JSON", found=json_kind(raw))
    return {need_text(name, place): _plain(part, f"{place}.{_shown(name)}", depth + 1) for name, part in raw.items()}


def _words(said: Any, asked: MessageLabel, place: str) -> str | list[str]:
    known = words(asked.words)
    chosen: list[str] = []
    for at, word in enumerate(need_list(said, place) if asked.multi else [said]):
        spot = f"{place}[{at}]" if asked.multi else place
        if need_text(word, spot) not in known:
            raise refuse(word, spot, known)
        if word in chosen:
            raise LabelRepeatedError(place=spot, first=f"{place}[{chosen.index(word)}]")
        chosen.append(word)
    return sorted(chosen) if asked.multi else chosen[0]


def _set(message: Message, name: str) -> frozenset[str]:
    said = message.get("labels", {}).get(name, [])
    return frozenset([said] if isinstance(said, str) else said)


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    union = len(left | right)
    return 1.0 - len(left & right) / union if union else 0.0


def _form(message: Message) -> str:
    """What is compared of a message: its text, and with it whatever else it holds."""
    rest = {name: part for name, part in message.items() if name not in ("role", "content", "labels")}
    content = message["content"]
    if rest or not isinstance(content, str):
        return canonical_json([content, rest]).decode()
    return content


@functools.lru_cache(maxsize=4096)
def _text_apart(left: str, right: str) -> float:
    longer = max(len(left), len(right))
    return Levenshtein.distance(left, right) / longer if longer else 0.0


def _edit_cost(left: Sequence[Message], right: Sequence[Message], apart: Any) -> float:
    """The cheapest way from one conversation to the other; messages that agree at both ends cost nothing to look at."""
    begin = 0
    while begin < min(len(left), len(right)) and left[begin] == right[begin]:
        begin += 1
    end = 0
    while end < min(len(left), len(right)) - begin and left[-1 - end] == right[-1 - end]:
        end += 1
    mine, yours = left[begin : len(left) - end], right[begin : len(right) - end]
    row = [float(place) for place in range(len(yours) + 1)]
    for message in mine:
        corner, row[0] = row[0], row[0] + 1
        for place, other in enumerate(yours, 1):
            change = corner + apart(message, other)
            corner, row[place] = row[place], min(change, row[place] + 1, row[place - 1] + 1)
    return row[-1]
