"""Words of verifiers: a project's settings of them, what is checked, and what they say."""

from typing import Any, Literal

import msgspec

from galley.kernel.language import Text

__all__ = ["Case", "Command", "Exact", "Finding", "How", "Verifier"]

How = Literal["auto", "number", "boxed", "text"]


class Exact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="exact"):
    """Compares the answer to a control with a hidden field of the record."""

    name: str
    control: str
    field: str  # one of the project's hidden fields
    how: How = "auto"  # auto: what is in \\boxed{}, else behind ####; as numbers when both are, else as text


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="command"):
    """Runs a program that the operator installed under that name."""

    name: str
    command: str


Verifier = Exact | Command


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to check and the record it is about, hidden fields and all."""

    labels: dict[str, Any]
    record: dict[str, Any]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one verifier says; it never says what the answer should have been."""

    verifier: str
    passed: bool | None  # None: it could not look
    message: Text
