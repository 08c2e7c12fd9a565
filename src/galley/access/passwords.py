"""Passwords: which are accepted, and their argon2id hashes (RFC 9106).

19 MiB, two passes, one lane is the first of OWASP's equal choices: 27 ms on a core of 2024, 37 sign-ins a second and core,
so that a shift of a thousand is in within half a minute on one core and a stolen table costs as much a guess. Raising the
numbers below is all there is to do later: each hash names its own, and is renewed at the next sign-in.
"""

import threading
import unicodedata
from collections.abc import Iterable
from typing import Final

import argon2

from galley.access.errors import PasswordWeakError, ThrottledError
from galley.kernel.language import Text

__all__ = ["PASSWORD_CHARACTERS_MAX", "PASSWORD_CHARACTERS_MIN", "accepted", "hashed", "normal", "outdated", "verified"]

PASSWORD_CHARACTERS_MIN: Final = 10
PASSWORD_CHARACTERS_MAX: Final = 256
"""Counted after normalisation; longer ones are refused rather than cut."""

_AT_ONCE: Final = 4
"""Hashes computed at once in a process: 76 MiB at most, and the rest wait."""
_WAIT_SECONDS: Final = 10

_HASHER: Final = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_TURN: Final = threading.BoundedSemaphore(_AT_ONCE)
_NOBODY: Final = "$argon2id$v=19$m=19456,t=2,p=1$Z2FsbGV5IG5vYm9keSEhIQ$bkIQVhzpiUXHVV465FqZ+1z+ZlY8HYda6X7p2Z02jEA"
"""A hash with today's parameters that `verified` compares with when there is nobody, and never believes."""


def accepted(password: str, names: Iterable[str | None] = ()) -> str:
    """The password in the form that is hashed (NFKC). Raises PasswordWeakError.

    Long enough, not too long, not made of a handful of characters, and not the person's own name or address.
    """
    told = normal(password)
    if len(told) < PASSWORD_CHARACTERS_MIN:
        raise PasswordWeakError(reason=Text("it has fewer than 10 characters", "少于 10 个字符"))
    if len(told) > PASSWORD_CHARACTERS_MAX:
        raise PasswordWeakError(reason=Text("it has more than 256 characters", "多于 256 个字符"))
    if len(set(told)) < 4:
        raise PasswordWeakError(reason=Text("it repeats a few characters", "仅由少数字符重复组成"))
    for name in names:
        whole = (name or "").casefold()
        if whole and told.casefold() in (whole, whole.partition("@")[0] * 2, whole.partition("@")[0]):
            raise PasswordWeakError(reason=Text("it is your own name", "与您的账号相同"))
    return told


def hashed(password: str) -> str:
    """The argon2id hash of an accepted password, in the encoded form that names its parameters."""
    with _Turn():
        return _HASHER.hash(password)


def verified(stored: str | None, password: str) -> bool:
    """Whether a password is the one of a hash; for nobody's (None) it takes as long and says no."""
    told = normal(password)[: PASSWORD_CHARACTERS_MAX + 1]
    with _Turn():
        try:
            _HASHER.verify(_NOBODY if stored is None else stored, told)
        except (argon2.exceptions.VerifyMismatchError, argon2.exceptions.InvalidHashError):
            return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def normal(password: str) -> str:
    """A password in the form that is hashed: NFKC, so that keyboards of all kinds write the same one."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode("utf-8"))


class _Turn:
    """One of the places for computing a hash; who waits too long is asked to come again."""

    def __enter__(self) -> None:
        if not _TURN.acquire(timeout=_WAIT_SECONDS):
            raise ThrottledError(retry_seconds=_WAIT_SECONDS)

    def __exit__(self, *_: object) -> None:
        _TURN.release()
