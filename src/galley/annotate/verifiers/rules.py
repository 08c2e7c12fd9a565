"""What a project's verifiers and hidden fields must be. Pure."""

from collections.abc import Sequence
from typing import Final

from galley.annotate.verifiers.model import Exact, Verifier

__all__ = ["verifiers_wrong"]

_VERIFIERS_MAX: Final = 20
_FIELDS_MAX: Final = 50
_NAME_MAX: Final = 200


def verifiers_wrong(verifiers: Sequence[Verifier], hidden: Sequence[str]) -> str:
    """What is wrong with them, "" when nothing is. The field of an exact answer must be hidden: else it is no check."""
    names = [verifier.name for verifier in verifiers]
    words = [*names, *hidden, *(verifier.command for verifier in verifiers if not isinstance(verifier, Exact))]
    if len(verifiers) > _VERIFIERS_MAX or len(hidden) > _FIELDS_MAX:
        return f"verifiers: at most {_VERIFIERS_MAX}, hidden_fields: at most {_FIELDS_MAX}"
    if any(not 0 < len(word) <= _NAME_MAX or "\x00" in word for word in words):
        return f"verifiers and hidden_fields have names of 1 to {_NAME_MAX} characters"
    if len(set(names)) != len(names) or len(set(hidden)) != len(hidden):
        return "verifiers and hidden_fields: a name stands there twice"
    for verifier in verifiers:
        if isinstance(verifier, Exact) and verifier.field not in hidden:
            return f"verifiers: '{verifier.field}' of '{verifier.name}' is not one of the hidden_fields"
    return ""
