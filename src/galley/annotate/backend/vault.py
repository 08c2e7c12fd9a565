"""Passwords of model servers at rest: encrypted with a key that is not in the database.

AES-SIV (RFC 5297) needs no nonce, and binds the password to its organisation and server: a row copied to another place
cannot be read there.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from galley.annotate.backend.errors import BackendSecretError
from galley.store.files import read_or_none, write_durable

__all__ = ["Vault", "open_vault"]

_KEY_BYTES: Final = 64
_FILE: Final = "vault.key"


class Vault:
    """Locks and unlocks passwords."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESSIV(key)

    def lock(self, password: str, place: str) -> bytes:
        """The password for a place (an organisation's server), encrypted."""
        return self._cipher.encrypt(password.encode(), [b"galley/vault/v1", place.encode()])

    def unlock(self, secret: bytes, place: str) -> str:
        """The password; raises BackendSecretError under another key or at another place."""
        try:
            return self._cipher.decrypt(secret, [b"galley/vault/v1", place.encode()]).decode()
        except (InvalidTag, UnicodeDecodeError) as problem:
            raise BackendSecretError(name=place) from problem


def open_vault(keys: Path, entropy: Callable[[int], bytes] = os.urandom) -> Vault:
    """The vault whose key lies in a workspace's folder of keys, made at first use."""
    file = keys / _FILE
    key = read_or_none(file)
    if key is None:
        fresh = keys / f".{_FILE}.{os.getpid()}.fresh"
        write_durable(fresh, entropy(_KEY_BYTES), mode=0o600)
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the key
            os.link(fresh, file)
        fresh.unlink()
        key = file.read_bytes()
    if len(key) != _KEY_BYTES:
        raise BackendSecretError(name=str(file))
    return Vault(key)
