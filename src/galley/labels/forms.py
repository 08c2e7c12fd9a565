"""A fast stable form of plain values, for sorting, comparing and naming inside this package; never signed or stored.

RFC 8785 in Python costs tens of microseconds a region. Numbers are written as floats, so that 10 and 10.0, which are one
number to JSON, have one form.
"""

from typing import Any

import msgspec

__all__ = ["stable_form"]

_ENCODER = msgspec.json.Encoder(order="sorted")


def stable_form(value: Any) -> bytes:
    """Bytes that are equal for equal values."""
    return _ENCODER.encode(value if isinstance(value, str) else _floats(value))


def _floats(value: Any) -> Any:
    if type(value) is int:
        return float(value)
    if isinstance(value, dict):
        return {name: _floats(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_floats(part) for part in value]
    return value
