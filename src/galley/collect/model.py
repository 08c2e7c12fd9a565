"""What a recipe says about one source of data."""

from typing import Any

import msgspec

from galley.kernel.record import Grade

__all__ = ["SourceSpec"]


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `collect:`, checked and filled (see rules.source_spec)."""

    connector: str  # `from:` in the recipe; name or name@version
    name: str  # unique in the line; part of every record id
    license: str
    basis: str  # one of kernel.record.BASES
    grade: Grade = "general"
    params: dict[str, Any] = {}  # the connector's own
