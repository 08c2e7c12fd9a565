"""Progress as server-sent events: one poll for all who watch, only what is new, bounded, ended when draining."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from galley.kernel.errors import StateError
from galley.server.errors import StreamsError
from galley.server.events import Streams
from galley.server.process import Process
from galley.server.settings import Settings
from galley.server.threads import BoundedThreads, use_threads


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """Threads to read in: those of an application that another test made may be gone."""
    with BoundedThreads(4, waiting=100, waiting_seconds=30.0) as own:
        use_threads(own)
        yield
    use_threads(None)


class Project:
    """Something whose progress is read; how often, and what it tells, is up to the test."""

    def __init__(self) -> None:
        self.now = b'{"open":3}'
        self.reads: list[tuple[int, int]] = []

    def read(self, organisation: int, project: int) -> bytes:
        self.reads.append((organisation, project))
        if self.now == b"broken":
            raise StateError
        return self.now


def streams_of(project: Project, **settings: float) -> tuple[Streams, Process]:
    process = Process()
    chosen = Settings(**{"poll_seconds": 0.01, "heartbeat_seconds": 5.0, **settings})  # type: ignore[arg-type]
    return Streams(project.read, process, chosen), process


async def event(stream: AsyncIterator[bytes]) -> bytes:
    """The next message that is an event."""
    async with asyncio.timeout(10):
        async for message in stream:
            if message.startswith(b"id:"):
                return message
    raise AssertionError("the stream ended")


async def rest(stream: AsyncIterator[bytes]) -> list[bytes]:
    async with asyncio.timeout(10):
        return [message async for message in stream]


def test_all_who_watch_a_project_are_fed_by_one_poll() -> None:
    async def watch() -> None:
        project = Project()
        streams, process = streams_of(project, poll_seconds=60.0)
        watching = [streams.follow(1, 7, "") for _ in range(50)]
        told = [await event(stream) for stream in watching]
        assert len(set(told)) == 1
        assert told[0].endswith(b'event: progress\ndata: {"open":3}\n\n')
        assert (project.reads, streams.open) == ([(1, 7)], 50)
        process.drain()

    asyncio.run(watch())


def test_who_comes_back_is_told_only_what_is_new() -> None:
    async def watch() -> None:
        project = Project()
        streams, process = streams_of(project)
        first = await event(streams.follow(1, 7, ""))
        seen = first.split(b"\n")[0].removeprefix(b"id: ").decode()
        stream = streams.follow(1, 7, seen)
        coming = asyncio.create_task(event(stream))
        for _ in range(20):
            await asyncio.sleep(0.01)
        assert not coming.done()
        project.now = b"broken"
        await asyncio.sleep(0.05)
        project.now = b'{"open":2}'
        assert b'{"open":2}' in await coming
        process.drain()

    asyncio.run(watch())


def test_a_quiet_stream_beats_and_a_draining_process_ends_it() -> None:
    async def watch() -> None:
        streams, process = streams_of(Project(), heartbeat_seconds=0.01)
        stream = streams.follow(1, 7, "")
        await event(stream)
        assert await anext(stream) == b": still here\n\n"
        process.drain()
        await rest(stream)
        assert streams.open == 0

    asyncio.run(watch())


def test_there_is_an_end_to_how_many_are_open() -> None:
    async def watch() -> None:
        streams, process = streams_of(Project(), streams=2)
        watching = [streams.follow(1, number, "") for number in range(2)]
        for stream in watching:
            await event(stream)
        with pytest.raises(StreamsError):
            streams.follow(1, 9, "")
        process.drain()
        for stream in watching:
            await rest(stream)
        process.draining = False
        await event(streams.follow(1, 9, ""))
        process.drain()

    asyncio.run(watch())


def test_nobody_watching_means_nothing_is_read() -> None:
    async def watch() -> None:
        project = Project()
        streams, _ = streams_of(project)
        stream = streams.follow(1, 7, "")
        await event(stream)
        await stream.aclose()  # type: ignore[attr-defined]
        await asyncio.sleep(0.05)
        read = len(project.reads)
        await asyncio.sleep(0.1)
        assert len(project.reads) == read

    asyncio.run(watch())
