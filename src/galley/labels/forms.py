"""A fast stable form of plain values, for sorting, comparing and naming inside this package; never signed or stored.

RFC 8785 in Python costs tens of microseconds a region. Numbers are written as floats, so that 10 and 10.0, which are one
number to JSON, have one form.
"""

from typing import Any

import msgspec

__all__ = ["stable_form"]

_ENCODER = msgspec.json.Encoder(order="sorted")
_PLAIN = (float, str)


def stable_form(value: Any) -> bytes:
    """Bytes that are equal for equal values."""
    return _ENCODER.encode(value if isinstance(value, str) else _floats(value))


def _floats(value: Any) -> Any:
    kind = type(value)
    if kind is float or kind is str:
        return value
    if kind is int:
        return float(value)
    if isinstance(value, dict):
        # Most fields are plain numbers and words: a call for each would be half of the time.
        return {
            name: part if type(part) in _PLAIN else float(part) if type(part) is int else _floats(part)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [_floats(part) for part in value]
    return value
