"""Fields of a record that nobody who works on it may see: answers to check against, marks of where it is from. Pure."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

__all__ = ["hidden_fields", "shown", "without"]

_decode: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode: Final = msgspec.json.Encoder().encode


def hidden_fields(settings: Mapping[str, Any]) -> frozenset[str]:
    """The names of a project's hidden fields, from its settings as they are stored."""
    return frozenset(settings.get("hidden_fields") or ())


def without(text: str, hidden: Collection[str]) -> str:
    """Content (JSON text) without its hidden fields; the others keep their bytes. What is no object has no fields."""
    if not hidden or not text.lstrip().startswith("{"):
        return text
    fields = _decode(text)
    return _encode({name: value for name, value in fields.items() if name not in hidden}).decode()


def shown(content: Any, hidden: Collection[str]) -> Any:
    """The same of content as a value."""
    if not hidden or not isinstance(content, dict):
        return content
    return {name: value for name, value in content.items() if name not in hidden}
