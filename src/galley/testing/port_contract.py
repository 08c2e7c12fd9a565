"""What every implementation of the ports `Blobs` and `Objects` must keep, as batteries to call from a test.

from galley.testing import port_contract

def test_my_store_keeps_its_promises():
    port_contract.check_blobs(MyBlobs)      # a function that makes an empty store
    port_contract.check_objects(MyObjects)
"""

import functools
import hashlib
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from galley.kernel.ports import Blobs, Objects
from galley.store.errors import BlobMissingError, ContentTooLargeError

__all__ = ["BLOB_CHECKS", "OBJECT_CHECKS", "check_blobs", "check_objects"]

E = TypeVar("E", bound=Exception)

_THREADS = 8
_LARGE = 6 * 1024 * 1024 + 1  # beyond one part of a multipart upload


def check_blobs(make: Callable[[], Blobs]) -> None:
    """Run every check on blobs, each on a store of its own; AssertionError says which promise was broken."""
    for check in BLOB_CHECKS:
        check(make())


def check_objects(make: Callable[[], Objects]) -> None:
    """Run every check on objects, each on a store of its own."""
    for check in OBJECT_CHECKS:
        check(make())


# --- blobs -----------------------------------------------------------------------------------------------------------


def blobs_come_back(blobs: Blobs) -> None:
    """What was put is got, under the SHA-256 of its bytes; empty and large content too."""
    for data in (b"", b"rice", bytes(range(256)) * 3, b"\x00" * _LARGE):
        sha256 = blobs.put(data)
        assert sha256 == hashlib.sha256(data).hexdigest(), "the name of a blob is its SHA-256"
        assert blobs.get(sha256) == data
        assert blobs.has(sha256)
        assert blobs.size(sha256) == len(data)
        with blobs.open(sha256) as file:
            assert file.read() == data
    blobs.flush()
    assert blobs.get(hashlib.sha256(b"rice").hexdigest()) == b"rice"


def blobs_are_put_twice_without_harm(blobs: Blobs) -> None:
    """Putting again changes nothing, and by stream is the same as whole."""
    assert blobs.put(b"rice") == blobs.put(b"rice")
    assert blobs.put_stream(iter([b"ri", b"", b"ce"]), 4) == (blobs.put(b"rice"), 4)
    assert blobs.get(blobs.put(b"rice")) == b"rice"


def blobs_that_are_not_there_are_missing(blobs: Blobs) -> None:
    """BlobMissingError, naming the blob; also for names that are no SHA-256 and could lead out of the store."""
    blobs.put(b"rice")
    for name in ("0" * 64, "", "rice", "../" * 21 + "x", hashlib.sha256(b"rice").hexdigest().upper()):
        assert not blobs.has(name), name
        for ask in (blobs.get, blobs.open, blobs.size):
            refused = _refusal(BlobMissingError, functools.partial(ask, name))
            assert refused.facts["sha256"] == name


def blobs_can_be_read_in_parts(blobs: Blobs) -> None:
    """An open blob is readable and seekable like any binary file."""
    data = bytes(place % 251 for place in range(300_000))
    with blobs.open(blobs.put(data)) as file:
        assert file.seekable()
        assert file.read(10) == data[:10]
        assert file.seek(-100, 2) == len(data) - 100
        assert file.read() == data[-100:]
        assert file.seek(123_456) == 123_456
        assert file.tell() == 123_456
        assert file.read(50_000) == data[123_456:173_456]
        assert file.seek(10, 1) == 173_466
        assert file.read(1) == data[173_466:173_467]


def blob_streams_stop_at_their_limit(blobs: Blobs) -> None:
    """Exactly the limit is allowed; one byte more is refused, is not read further, and leaves nothing."""
    sha256, size = blobs.put_stream(iter([b"x" * 500, b"y" * 500]), 1000)
    assert (sha256, size) == (hashlib.sha256(b"x" * 500 + b"y" * 500).hexdigest(), 1000)
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield b"z" * 400

    refused = _refusal(ContentTooLargeError, lambda: blobs.put_stream(endless(), 1000))
    assert refused.facts["limit"] == 1000
    assert len(read) == 3
    assert not blobs.has(hashlib.sha256(b"z" * 1200).hexdigest())


def blob_streams_that_break_leave_nothing(blobs: Blobs) -> None:
    """The error of the source comes through, and no blob appears."""

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError("the source went away")

    _refusal(ConnectionResetError, lambda: blobs.put_stream(broken(), 1000))
    assert not blobs.has(hashlib.sha256(b"half").hexdigest())


def large_streams_are_stored(blobs: Blobs) -> None:
    """A stream of several uploads' size comes back whole."""
    chunks = [bytes([place]) * 1_000_003 for place in range(20)]
    sha256, size = blobs.put_stream(iter(chunks), 64 * 1024 * 1024)
    assert size == 20 * 1_000_003
    assert blobs.get(sha256) == b"".join(chunks)


def blobs_are_put_by_many_at_once(blobs: Blobs) -> None:
    """Threads that put the same and different content at once all succeed."""
    contents = [b"common" * 10_000, b"own %d" % 7]
    barrier = threading.Barrier(_THREADS)
    failures: list[Exception] = []

    def work(number: int) -> None:
        barrier.wait()
        try:
            for data in (*contents, b"own %d" % number):
                assert blobs.get(blobs.put(data)) == data
        except Exception as problem:  # broad: reported below, whatever it is
            failures.append(problem)

    _run_threads(work)
    assert failures == []


# --- objects ---------------------------------------------------------------------------------------------------------


def objects_come_back(objects: Objects) -> None:
    """What was put is got; what was not is None."""
    assert objects.get("a/b") is None
    assert objects.put_if_absent("a/b", b"one")
    assert objects.put_if_absent("empty", b"")
    assert objects.get("a/b") == b"one"
    assert objects.get("empty") == b""
    assert objects.get("a/c") is None


def objects_are_never_overwritten(objects: Objects) -> None:
    """The second put of a name is refused and changes nothing."""
    assert objects.put_if_absent("a", b"one")
    assert not objects.put_if_absent("a", b"two")
    assert not objects.put_if_absent("a", b"one")
    assert objects.get("a") == b"one"


def object_names_are_listed_sorted(objects: Objects) -> None:
    """Names come sorted as text; the prefix is any beginning of a name, not only a folder."""
    names = ["b", "a/x", "a-x", "a/y/z", "a/x001/067.p/5", "ab/c", "a.b"]
    for name in names:
        objects.put_if_absent(name, b"1")
    assert list(objects.names("")) == sorted(names)
    assert list(objects.names("a/")) == sorted(name for name in names if name.startswith("a/"))
    assert list(objects.names("a")) == sorted(name for name in names if name.startswith("a"))
    assert list(objects.names("a/x0")) == ["a/x001/067.p/5"]
    assert list(objects.names("none/")) == []


def one_of_many_takes_a_name(objects: Objects) -> None:
    """Of many that put one name at once exactly one wins, and its bytes stand."""
    barrier = threading.Barrier(_THREADS)
    winners: list[int] = []

    def work(number: int) -> None:
        barrier.wait()
        if objects.put_if_absent("race/for/it", b"%d" % number):
            winners.append(number)

    _run_threads(work)
    assert len(winners) == 1, f"winners: {winners}"
    assert objects.get("race/for/it") == b"%d" % winners[0]


def _refusal(kind: type[E], act: Callable[[], object]) -> E:
    """The error of that kind which the act must raise."""
    try:
        act()
    except kind as problem:
        return problem
    raise AssertionError(f"{kind.__name__} must be raised")


def _run_threads(work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


BLOB_CHECKS: tuple[Callable[[Blobs], None], ...] = (
    blobs_come_back,
    blobs_are_put_twice_without_harm,
    blobs_that_are_not_there_are_missing,
    blobs_can_be_read_in_parts,
    blob_streams_stop_at_their_limit,
    blob_streams_that_break_leave_nothing,
    large_streams_are_stored,
    blobs_are_put_by_many_at_once,
)
"""The promises of `kernel.ports.Blobs`, one function each, for parametrised tests."""

OBJECT_CHECKS: tuple[Callable[[Objects], None], ...] = (
    objects_come_back,
    objects_are_never_overwritten,
    object_names_are_listed_sorted,
    one_of_many_takes_a_name,
)
"""The promises of `kernel.ports.Objects`."""
