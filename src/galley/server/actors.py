"""Who is at the door: the actor of a token or a session, remembered for a moment.

Asking the database who somebody is would cost more than their request, so each process remembers. What may be
remembered for long is forgotten at once when access changes: every change of people, roles, tokens, sessions or rules
sends a notification on the channel `galley_access`, and each process listens. A process whose listener is not
connected remembers for a few seconds only; an actor is never kept beyond its own `expires_at`.
"""

import hashlib
import itertools
import os
import threading
import time
from collections.abc import Callable
from typing import Final, Literal

import msgspec
import psycopg

from galley.access.model import Actor
from galley.kernel.clock import Clock
from galley.kernel.errors import TransientError
from galley.store import sql
from galley.store.database import Database

__all__ = ["ActorCache", "Kind", "Listener"]

Kind = Literal["token", "session"]

QUERIES: Final = sql.load("galley.server")
_ENTRIES_MAX: Final = 50_000
_HEARD_SECONDS: Final = 60.0
_DEAF_SECONDS: Final = 5.0
_LISTEN_SECONDS: Final = 0.1  # how soon a stop is heard
_PING_TURNS: Final = 10
_RETRY_SECONDS: Final = 2.0


class _Entry(msgspec.Struct):
    actor: Actor
    until: float  # on the monotonic clock
    generation: int


class ActorCache:
    """Actors by the secret they came with and the organisation they came to; safe from any thread.

    Secrets are kept only as a hash under a key of this process.
    """

    def __init__(self, find: Callable[[Kind, str, int], Actor], clock: Clock) -> None:
        self._find = find
        self._clock = clock
        self._key = os.urandom(32)
        self._entries: dict[bytes, _Entry] = {}
        self._generation = 0
        self._lock = threading.Lock()
        self.listening = False

    def remembered(self, kind: Kind, secret: str, organisation: int) -> Actor | None:
        """The actor if it is remembered; no waiting."""
        entry = self._entries.get(self._digest(kind, secret, organisation))
        if entry is None or entry.until < time.monotonic():
            return None
        return entry.actor

    def find(self, kind: Kind, secret: str, organisation: int) -> Actor:
        """The actor, asked of the database and remembered. Raises SignInError."""
        generation = self._generation
        actor = self._find(kind, secret, organisation)
        seconds = _HEARD_SECONDS if self.listening else _DEAF_SECONDS
        if actor.expires_at is not None:
            seconds = min(seconds, (actor.expires_at - self._clock.now()).total_seconds())
        entry = _Entry(actor, time.monotonic() + seconds, generation)
        with self._lock:
            if len(self._entries) >= _ENTRIES_MAX:
                self._shrink()
            # What changed while we asked may not be in the answer: then it is used once and not kept.
            if generation == self._generation:
                self._entries[self._digest(kind, secret, organisation)] = entry
        return actor

    def forget(self, told: str = "") -> None:
        """Forget what a notification names: `person 7`, `organisation 3`; anything else forgets all."""
        what, _, number = told.partition(" ")
        with self._lock:
            self._generation += 1
            if number.isdigit() and what in ("person", "token", "organisation"):
                kept = {
                    digest: entry
                    for digest, entry in self._entries.items()
                    if getattr(entry.actor, what) != int(number)
                }
            else:
                kept = {}
            self._entries = kept

    def deaf(self) -> None:
        """The listener lost its connection: what it may have missed is forgotten."""
        self.listening = False
        self.forget()

    def __len__(self) -> int:
        return len(self._entries)

    def _digest(self, kind: Kind, secret: str, organisation: int) -> bytes:
        told = f"{kind} {organisation} {secret}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(told, digest_size=20, key=self._key).digest()

    def _shrink(self) -> None:
        now = time.monotonic()
        self._entries = {digest: entry for digest, entry in self._entries.items() if entry.until > now}
        while len(self._entries) >= _ENTRIES_MAX:
            self._entries.pop(next(iter(self._entries)))


class Listener:
    """A thread that hears of changes of access and makes the cache forget; wakes every second to see that it still can."""

    def __init__(self, house: Database, cache: ActorCache, every_second: Callable[[], None] = lambda: None) -> None:
        self._house = house
        self._every_second = every_second
        self._cache = cache
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="galley-access-listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; returns when the thread has ended."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except (psycopg.Error, TransientError):
                # The database is away: requests say so themselves, and we try again.
                self._cache.deaf()
                self._stop.wait(_RETRY_SECONDS)
        self._cache.listening = False

    def _listen(self) -> None:
        with self._house.alone() as connection:
            connection.execute(QUERIES["listen"])
            self._cache.forget()
            self._cache.listening = True
            for turn in itertools.count():
                if self._stop.is_set():
                    return
                for notice in connection.notifies(timeout=_LISTEN_SECONDS):
                    self._cache.forget(notice.payload)
                if turn % _PING_TURNS == 0:
                    # A connection that died without a word is noticed by asking.
                    connection.execute(QUERIES["ping"])
                    self._every_second()
