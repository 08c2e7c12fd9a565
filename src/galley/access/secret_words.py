"""Secrets that people and programs carry: random, told once, kept only as a hash.

A service token is `galley_`, 43 characters of 256 random bits and six of CRC-32: scanners of leaked secrets recognise it
without asking, and a mistyped one is refused without asking the database.
"""

import base64
import hashlib
import os
import re
import zlib
from collections.abc import Callable
from typing import Final

__all__ = ["ENDING_LENGTH", "TOKEN_PREFIX", "Entropy", "hash_of", "looks_like_token", "new_secret", "new_token"]

Entropy = Callable[[int], bytes]

TOKEN_PREFIX: Final = "galley_"  # noqa: S105 - what it begins with
ENDING_LENGTH: Final = 4
"""How many last characters of a token are shown in lists."""

_BYTES: Final = 32
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOKEN: Final = re.compile(r"galley_([0-9A-Za-z]{43})([0-9A-Za-z]{6})", re.ASCII)


def new_secret(entropy: Entropy = os.urandom) -> str:
    """256 random bits as text for a cookie or a link."""
    return base64.urlsafe_b64encode(entropy(_BYTES)).rstrip(b"=").decode("ascii")


def new_token(entropy: Entropy = os.urandom) -> str:
    """A new service token."""
    body = _base62(int.from_bytes(entropy(_BYTES), "big"), 43)
    return f"{TOKEN_PREFIX}{body}{_check(body)}"


def looks_like_token(text: str) -> bool:
    """Whether a text has the form of a token and its check agrees: nothing about whether it is one."""
    found = _TOKEN.fullmatch(text)
    return found is not None and _check(found[1]) == found[2]


def hash_of(secret: str) -> bytes:
    """What is kept of a secret. Plain SHA-256: 256 random bits need no salt and no slowness."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _check(body: str) -> str:
    return _base62(zlib.crc32(body.encode("ascii")), 6)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
