"""The shape of raw values: small readers of JSON data that say what was expected where."""

import math
from typing import Any, Final

from galley.labels.errors import LabelCountError, LabelRangeError, LabelShapeError

__all__ = [
    "LABEL_ITEMS_MAX",
    "MATCHED_ITEMS_MAX",
    "NUMBERS",
    "json_kind",
    "need_dict",
    "need_int",
    "need_list",
    "need_number",
    "need_text",
]

LABEL_ITEMS_MAX: Final = 20_000
"""Items in one control of one record; more is a mistake or an attack."""

MATCHED_ITEMS_MAX: Final = 3_000
"""Items where two annotations are compared item by item: time and memory grow with the square."""


NUMBERS: Final = frozenset([int, float])
"""The exact types of JSON numbers; `bool` is another type."""


def json_kind(raw: Any) -> str:
    """The JSON name of a value's type."""
    if raw is None:
        return "null"
    if isinstance(raw, bool):
        return "boolean"
    if isinstance(raw, int | float):
        return "number"
    if isinstance(raw, str):
        return "string"
    if isinstance(raw, list | tuple):
        return "list"
    return "object" if isinstance(raw, dict) else type(raw).__name__


def need_list(raw: Any, place: str, most: int = LABEL_ITEMS_MAX) -> list[Any]:
    """The value as a list of at most so many items."""
    if not isinstance(raw, list | tuple):
        raise LabelShapeError(place=place, expected="list", found=json_kind(raw))
    if len(raw) > most:
        raise LabelCountError(place=place, count=len(raw), allowed=f"0…{most}")
    return list(raw)


def need_dict(raw: Any, place: str, known: frozenset[str]) -> dict[str, Any]:
    """The value as an object with no fields but the known ones."""
    if not isinstance(raw, dict):
        raise LabelShapeError(place=place, expected="object {" + ", ".join(sorted(known)) + "}", found=json_kind(raw))
    for name in raw:
        if name not in known:
            raise LabelShapeError(place=place, expected="{" + ", ".join(sorted(known)) + "}", found=f"'{name}'")
    return raw


def need_number(raw: Any, place: str) -> float:
    """The value as a finite number."""
    if type(raw) is float and math.isfinite(raw):  # nearly always
        return raw
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise LabelShapeError(place=place, expected="number", found=json_kind(raw))
    if isinstance(raw, int) and abs(raw) > 2**53:
        raise LabelRangeError(place=place, value=raw, allowed="±2^53")
    number = float(raw)
    if not math.isfinite(number):
        raise LabelRangeError(place=place, value=number, allowed="-∞ < x < ∞")
    return number


def need_int(raw: Any, place: str) -> int:
    """The value as a whole number; 3.0 counts, because JSON writers differ."""
    number = need_number(raw, place)
    if number != int(number):
        raise LabelShapeError(place=place, expected="whole number", found=str(raw))
    return int(number)


def need_text(raw: Any, place: str) -> str:
    """The value as text that can be stored (no lone surrogates, which UTF-8 cannot hold)."""
    if not isinstance(raw, str):
        raise LabelShapeError(place=place, expected="string", found=json_kind(raw))
    try:
        raw.encode()
    except UnicodeEncodeError as problem:
        raise LabelShapeError(
            place=place, expected="Unicode text", found=f"U+{ord(raw[problem.start]):04X}"
        ) from problem
    return raw


def need_dict_items(raw: Any, place: str) -> list[dict[str, Any]]:
    """The value as a list of objects, whatever their fields."""
    items = need_list(raw, place)
    for at, item in enumerate(items):
        if not isinstance(item, dict):
            raise LabelShapeError(place=f"{place}[{at}]", expected="object", found=json_kind(item))
    return items
