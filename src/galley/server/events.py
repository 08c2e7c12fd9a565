"""Progress as server-sent events: however many watch a project, one poll a project and process feeds them all.

An event's id is the hash of what it tells, so a client that comes back with Last-Event-ID is told only what is new. A
stream ends after some minutes and the browser comes back by itself: then who watches is asked again whether they may.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from typing import Final

from galley.kernel.errors import GalleyError
from galley.server.errors import StreamsError
from galley.server.process import Process
from galley.server.settings import Settings
from galley.server.threads import in_thread

__all__ = ["Streams"]

_LIFE_SECONDS: Final = 300.0
_RETRY: Final = b"retry: 3000\n\n"
_BEAT: Final = b": still here\n\n"

Key = tuple[int, int]


class _Channel:
    """What is told of one project at the moment, and a way to wait for the next."""

    def __init__(self) -> None:
        self.listeners = 0
        self.event_id = ""
        self.data = b""
        self.changed = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def tell(self, data: bytes) -> None:
        self.event_id, self.data = hashlib.blake2b(data, digest_size=8).hexdigest(), data
        self.wake()

    def wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


class Streams:
    """The open streams of one process; used on its event loop only. `read` gives a project's progress as JSON."""

    def __init__(self, read: Callable[[int, int], bytes], process: Process, settings: Settings) -> None:
        self._read = read
        self._process = process
        self._settings = settings
        self._channels: dict[Key, _Channel] = {}
        self.open = 0
        self.polls = 0

    def follow(self, organisation: int, project: int, last: str) -> AsyncIterator[bytes]:
        """The events of a project, from after the one the client has; raises StreamsError when enough are open."""
        if self.open >= self._settings.streams:
            raise StreamsError(count=self.open, retry_seconds=10)
        return self._follow((organisation, project), last)

    async def _follow(self, key: Key, last: str) -> AsyncIterator[bytes]:
        channel = self._joined(key)
        loop = asyncio.get_running_loop()
        ends = loop.time() + _LIFE_SECONDS
        try:
            yield _RETRY
            while not self._process.draining and loop.time() < ends:
                changed = channel.changed
                if channel.event_id and channel.event_id != last:
                    last = channel.event_id
                    yield b"id: %s\nevent: progress\ndata: %s\n\n" % (last.encode(), channel.data)
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), self._settings.heartbeat_seconds)
                except TimeoutError:
                    yield _BEAT
        finally:
            self.open -= 1
            channel.listeners -= 1

    def _joined(self, key: Key) -> _Channel:
        self.open += 1
        channel = self._channels.setdefault(key, _Channel())
        channel.listeners += 1
        if channel.task is None:
            channel.task = asyncio.create_task(self._poll(key, channel))
        return channel

    async def _poll(self, key: Key, channel: _Channel) -> None:
        try:
            while channel.listeners and not self._process.draining:
                self.polls += 1
                try:
                    data = await in_thread(self._read, *key)
                except GalleyError:
                    # The database is away or busy: those who watch wait, and see the next number when it is back.
                    data = channel.data
                if data and data != channel.data:
                    channel.tell(data)
                await asyncio.sleep(self._settings.poll_seconds)
        finally:
            channel.task = None
            self._channels.pop(key, None)
            channel.wake()
