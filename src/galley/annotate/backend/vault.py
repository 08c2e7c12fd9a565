"""Passwords of model servers at rest: encrypted with keys that only the house can read, never an organisation's queries.

AES-SIV (RFC 5297) needs no nonce, and binds the password to its organisation and server: a row copied to another place
cannot be read there.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from galley.access.keys import shared_keys
from galley.annotate.backend.errors import BackendSecretError
from galley.kernel.clock import Clock
from galley.store.database import Database

__all__ = ["VAULT_PURPOSE", "Vault", "open_vault"]

VAULT_PURPOSE: Final = "vault"
"""Purpose of the keys (`access.keys`)."""
_DOMAIN: Final = b"galley/vault/v1\0"


class Vault:
    """Locks and unlocks passwords; the first key locks, all of them unlock."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = [AESSIV(hashlib.sha512(_DOMAIN + key).digest()) for key in keys]

    def lock(self, password: str, place: str) -> bytes:
        """The password for a place (an organisation's server), encrypted."""
        return self._ciphers[0].encrypt(password.encode(), [place.encode()])

    def unlock(self, secret: bytes, place: str) -> str:
        """The password; raises BackendSecretError under other keys or at another place."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(secret, [place.encode()]).decode()
            except InvalidTag:
                continue
        raise BackendSecretError(name=place.rpartition("/")[2])


def open_vault(house: Database, clock: Clock) -> Vault:
    """The vault that all processes over a database share; its key is made at first use."""
    return Vault([key.key for key in shared_keys(house, clock, VAULT_PURPOSE)])
