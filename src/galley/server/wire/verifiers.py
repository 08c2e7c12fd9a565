"""What people send to verifiers and hear of them."""

from typing import Any

import msgspec

from galley.annotate.verifiers.model import Finding
from galley.kernel.language import Language

__all__ = ["CheckBody", "FindingView"]


class CheckBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An answer to check, finished or not."""

    labels: dict[str, Any]


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """What one verifier says; `passed` is null when it could not look."""

    verifier: str
    passed: bool | None
    message: str

    @classmethod
    def of(cls, found: Finding, language: Language) -> "FindingView":
        """In one language."""
        said = found.message.zh if language == "zh" else found.message.en
        return cls(verifier=found.verifier, passed=found.passed, message=said)
