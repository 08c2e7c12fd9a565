"""Answers as they are stored: canonical JSON and its SHA-256."""

import re
from typing import Any, Final

import msgspec
import rfc8785

from galley.annotate.errors import AnswerBodyError
from galley.kernel.canonical import canonical_json, sha256_hex

__all__ = ["StoredAnswer"]

_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class StoredAnswer(msgspec.Struct, frozen=True):
    """An answer's canonical JSON and checksum."""

    text: str
    sha256: str

    @classmethod
    def of(cls, body: Any) -> "StoredAnswer":
        """Check and encode plain JSON values; raises AnswerBodyError for what PostgreSQL or RFC 8785 cannot hold."""
        try:
            data = canonical_json(body)
            text = data.decode()
        except (rfc8785.CanonicalizationError, TypeError, UnicodeError, RecursionError) as problem:
            raise AnswerBodyError(reason=str(problem) or type(problem).__name__) from problem
        if _NUL.search(text):
            raise AnswerBodyError(reason="a NUL character")
        return cls(text, sha256_hex(data))
