"""What a record's field holds for the dialogue types: candidates to rank, steps to judge, messages to edit. Pure.

Readers of content, not of labels: they never refuse an odd shape for its oddness alone, because the record is as it came.
They return None when the field holds nothing of the kind.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["candidate_ids", "message_role", "message_text", "messages_of", "steps_of"]

_BLANK_LINES: Final = re.compile(r"\n[ \t\r]*\n+")
_SHAREGPT_ROLES: Final = {"human": "user", "gpt": "assistant", "chatgpt": "assistant", "bing": "assistant"}


def candidate_ids(field: Any) -> tuple[str, ...] | None:
    """The ids of the candidates: their `id`, or their index as text; None when the field is no list or ids repeat."""
    if not isinstance(field, list):
        return None
    ids = tuple(_candidate_id(one, place) for place, one in enumerate(field))
    return ids if len(set(ids)) == len(ids) else None


def _candidate_id(candidate: Any, place: int) -> str:
    given = candidate.get("id") if isinstance(candidate, Mapping) else None
    if isinstance(given, str) and given:
        return given
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else str(place)


def steps_of(field: Any) -> tuple[str, ...] | None:
    """The steps of a solution: the strings of a list (or the `text` of its objects), or a text cut at blank lines."""
    if isinstance(field, str):
        return tuple(part.strip() for part in _BLANK_LINES.split(field.replace("\r\n", "\n")) if part.strip())
    if not isinstance(field, list):
        return None
    return tuple(message_text(step) if isinstance(step, Mapping) else str(step) for step in field)


def messages_of(field: Any) -> list[dict[str, Any]] | None:
    """The messages of a conversation in the form {role, content, …}; ShareGPT's {from, value} is read, too."""
    if not isinstance(field, list) or not all(isinstance(one, Mapping) for one in field):
        return None
    return [_message(one) for one in field]


def _message(raw: Mapping[str, Any]) -> dict[str, Any]:
    if "role" in raw or "from" not in raw:
        return dict(raw)
    said = str(raw["from"])
    rest = {name: value for name, value in raw.items() if name not in ("from", "value")}
    return {"role": _SHAREGPT_ROLES.get(said, said), "content": raw.get("value"), **rest}


def message_role(message: Mapping[str, Any]) -> str:
    """Who speaks."""
    return str(message.get("role", ""))


def message_text(message: Mapping[str, Any]) -> str:
    """What a message, candidate or step says as text; of parts the texts, one a line."""
    content = next((message[name] for name in ("content", "text", "value") if message.get(name) is not None), "")
    if isinstance(content, list):
        parts = (part.get("text", "") if isinstance(part, Mapping) else part for part in content)
        return "\n".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else str(content)
