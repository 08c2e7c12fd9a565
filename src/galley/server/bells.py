"""How many notices wait for a person, as server-sent events: one statement a turn asks for everybody who listens.

Streams end after some minutes, as those of progress do, and the browser comes back by itself: then it is looked up again
who it is and where they may go.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

import msgspec

from galley.annotate.notices.model import Unread
from galley.kernel.errors import GalleyError
from galley.server.errors import StreamsError
from galley.server.process import Process
from galley.server.settings import Settings
from galley.server.threads import in_thread

__all__ = ["Bells"]

_LIFE_SECONDS: Final = 300.0
_RETRY: Final = b"retry: 5000\n\n"
_BEAT: Final = b": still here\n\n"

Read = Callable[[Mapping[int, frozenset[int]]], Mapping[int, Unread]]
"""Of people, each with the organisations where they may go: how much they have not read."""


class _Ear:
    """Everybody who listens as one person, in several windows perhaps."""

    def __init__(self) -> None:
        self.windows = 0
        self.places: frozenset[int] = frozenset()
        self.told: Unread | None = None
        self.changed = asyncio.Event()

    def tell(self, told: Unread) -> None:
        if told != self.told:
            self.told = told
            self.changed.set()
            self.changed = asyncio.Event()


class Bells:
    """The open streams of one process; used on its event loop only."""

    def __init__(self, read: Read, process: Process, settings: Settings) -> None:
        self._read = read
        self._process = process
        self._settings = settings
        self._ears: dict[int, _Ear] = {}
        self._task: asyncio.Task[None] | None = None
        self._asked = asyncio.Event()
        self.open = 0
        self.reads = 0

    def follow(self, person: int, places: frozenset[int]) -> AsyncIterator[bytes]:
        """A person's number, and again whenever it changes; raises StreamsError when enough are open."""
        if self.open >= self._settings.streams:
            raise StreamsError(count=self.open, retry_seconds=10)
        return self._follow(person, places)

    async def _follow(self, person: int, places: frozenset[int]) -> AsyncIterator[bytes]:
        ear = self._joined(person, places)
        loop = asyncio.get_running_loop()
        ends = loop.time() + _LIFE_SECONDS
        last: Unread | None = None
        try:
            yield _RETRY
            while not self._process.draining and loop.time() < ends:
                changed = ear.changed
                if ear.told is not None and ear.told != last:
                    last = ear.told
                    yield b"event: notices\ndata: %s\n\n" % msgspec.json.encode(last)
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), self._settings.heartbeat_seconds)
                except TimeoutError:
                    yield _BEAT
        finally:
            self.open -= 1
            ear.windows -= 1
            if not ear.windows and self._ears.get(person) is ear:
                del self._ears[person]

    def _joined(self, person: int, places: frozenset[int]) -> _Ear:
        self.open += 1
        ear = self._ears.setdefault(person, _Ear())
        ear.windows += 1
        ear.places = places
        self._asked.set()  # whoever comes new is told at once
        if self._task is None:
            self._task = asyncio.create_task(self._poll())
        return ear

    async def _poll(self) -> None:
        try:
            while self._ears and not self._process.draining:
                self._asked.clear()
                await self._turn()
                try:
                    await asyncio.wait_for(self._asked.wait(), self._settings.poll_seconds)
                except TimeoutError:
                    continue
        finally:
            self._task = None
            for ear in self._ears.values():
                ear.changed.set()

    async def _turn(self) -> None:
        self.reads += 1
        try:
            found = await in_thread(self._read, {person: ear.places for person, ear in self._ears.items()})
        except GalleyError:
            return  # the database is away or busy: they see the next number when it is back
        for person, told in found.items():
            if person in self._ears:  # not gone meanwhile
                self._ears[person].tell(told)
