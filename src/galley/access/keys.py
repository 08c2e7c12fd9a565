"""Keys that the server makes for itself and all its processes share, kept in the database and seen by the house only."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from galley.access.secret_words import Entropy
from galley.kernel.clock import Clock
from galley.store import sql
from galley.store.database import Database

__all__ = ["Key", "Keyring", "rotate", "shared_keys"]

QUERIES: Final = sql.load("galley.access")
_KEY_BYTES: Final = 32
_FRESH_SECONDS: Final = 60


class Key(msgspec.Struct, frozen=True):
    """A key and the number it is named by in what it signs."""

    id: int
    key: bytes


def shared_keys(house: Database, clock: Clock, purpose: str, *, entropy: Entropy = os.urandom) -> tuple[Key, ...]:
    """The keys of a purpose that are believed, newest first; the newest signs. The first one is made when there is none."""
    found = _keys(house, purpose)
    if not found:
        with house.transaction() as connection:
            connection.execute(QUERIES["house_lock_secret"])
            if connection.execute(QUERIES["house_secrets"], {"purpose": purpose}).fetchone() is None:
                facts = {"purpose": purpose, "key": entropy(_KEY_BYTES), "now": clock.now()}
                connection.execute(QUERIES["house_insert_secret"], facts)
        found = _keys(house, purpose)
    return found


def rotate(house: Database, clock: Clock, purpose: str, *, keep_seconds: int, entropy: Entropy = os.urandom) -> None:
    """A new key signs from now on; keys made longer ago than `keep_seconds` are believed no more (0: all before)."""
    now = clock.now()
    with house.transaction() as connection:
        connection.execute(QUERIES["house_lock_secret"])
        before = now - timedelta(seconds=keep_seconds) if keep_seconds else now + timedelta(microseconds=1)
        connection.execute(QUERIES["house_retire_secrets"], {"purpose": purpose, "now": now, "before": before})
        facts = {"purpose": purpose, "key": entropy(_KEY_BYTES), "now": now}
        connection.execute(QUERIES["house_insert_secret"], facts)


def _keys(house: Database, purpose: str) -> tuple[Key, ...]:
    with house.connection() as connection:
        rows = connection.execute(QUERIES["house_secrets"], {"purpose": purpose}).fetchall()
    return tuple(Key(row[0], bytes(row[1])) for row in rows)


class Keyring:
    """The keys of one purpose as a process remembers them, for a minute."""

    def __init__(self, house: Database, clock: Clock, purpose: str) -> None:
        self._house = house
        self._clock = clock
        self._purpose = purpose
        self._keys: tuple[Key, ...] = ()
        self._until: datetime | None = None

    def keys(self) -> Sequence[Key]:
        """The keys, newest first."""
        now = self._clock.now()
        if self._until is None or now >= self._until or now < self._until - timedelta(seconds=_FRESH_SECONDS):
            self._keys = shared_keys(self._house, self._clock, self._purpose)
            self._until = now + timedelta(seconds=_FRESH_SECONDS)
        return self._keys
