"""Bodies too large for memory: read as they arrive into a thread that works on them, with the sender held back meanwhile."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import pyarrow as pa
from litestar import Request

from galley.annotate.content.errors import BodyCutError
from galley.server.errors import BusyError

__all__ = ["BodyReader", "compressed", "in_own_thread"]

T = TypeVar("T")
_BLOCK_BYTES: Final = 512 * 1024
_THREADS: Final = 8
"""Bodies worked on at once in a process; more are told to come again, so that handlers always have threads and
connections left."""

_THREADS_OF: Final = ThreadPoolExecutor(_THREADS, thread_name_prefix="galley-body")
_RETRY_SECONDS: Final = 5
_busy = 0


class BodyReader:
    """A request's body for a thread: `read` waits for what arrives, and only then is more taken from the network."""

    def __init__(self, request: Request[Any, Any, Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stream: AsyncIterator[bytes] = request.stream()
        announced = request.headers.get("content-length", "")
        self._announced = int(announced) if announced.isdigit() else None
        self._came = 0
        self._held = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        """Up to so many bytes, b"" at the end; raises BodyCutError when the connection ends before the body."""
        if not self._held and not self._ended:
            self._held = asyncio.run_coroutine_threadsafe(self._block(), self._loop).result()
        data, self._held = self._held[:size], self._held[size:]
        return data

    async def _block(self) -> bytes:
        held = bytearray()
        try:
            while len(held) < _BLOCK_BYTES:
                chunk = await anext(self._stream, None)
                if chunk is None:
                    self._ended = True
                    break
                held += chunk
        except Exception as problem:  # broad: however the framework says that the client went away
            if held:
                return self._counted(held)  # what came counts; the next read meets the end
            raise BodyCutError from problem
        data = self._counted(held)
        if self._ended and self._announced is not None and self._came < self._announced and not data:
            raise BodyCutError
        if self._ended and self._announced is not None and self._came < self._announced:
            self._ended = False  # the next read finds nothing more and says so
        return data

    def _counted(self, held: bytearray) -> bytes:
        self._came += len(held)
        return bytes(held)


async def in_own_thread(work: Callable[[], T]) -> T:
    """Run long work outside the handlers' threads; raises BusyError when too many are at it."""
    global _busy  # noqa: PLW0603  one count for the process's event loop
    if _busy >= _THREADS:
        raise BusyError(retry_seconds=_RETRY_SECONDS)
    _busy += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_THREADS_OF, work)
    finally:
        _busy -= 1


def compressed(blocks: Iterator[bytes], accepted: str) -> tuple[Iterator[bytes], dict[str, str]]:
    """Blocks in an encoding the client takes, and the headers that say so; each block can be read when it has come."""
    names = {part.partition(";")[0].strip() for part in accepted.split(",") if ";q=0" not in part.replace(" ", "")}
    if "zstd" in names:
        return _zstd(blocks), {"content-encoding": "zstd", "vary": "accept-encoding"}
    if "gzip" in names:
        return _gzip(blocks), {"content-encoding": "gzip", "vary": "accept-encoding"}
    return blocks, {"vary": "accept-encoding"}


def _zstd(blocks: Iterator[bytes]) -> Iterator[bytes]:
    codec = pa.Codec("zstd", compression_level=1)
    for block in blocks:
        yield codec.compress(block, asbytes=True)  # one frame each: frames may follow one another (RFC 8878, 3.1)


def _gzip(blocks: Iterator[bytes]) -> Iterator[bytes]:
    pack = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    for block in blocks:
        yield pack.compress(block) + pack.flush(zlib.Z_SYNC_FLUSH)
    yield pack.flush()
