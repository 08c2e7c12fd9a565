"""Ids of Label Studio regions, made from what they are, so that the same labels always export to the same bytes."""

import base64
import hashlib
from typing import Any

from galley.labels.forms import stable_form

__all__ = ["region_id"]


def region_id(control: str, item: Any, occurrence: int = 0) -> str:
    """Ten letters and digits for one item of one control; `occurrence` tells equal items apart."""
    seed = b"galley/region/v1\0" + control.encode() + b"\0" + stable_form(item) + b"\0" + str(occurrence).encode()
    return base64.b32encode(hashlib.sha256(seed).digest())[:10].decode().lower()
