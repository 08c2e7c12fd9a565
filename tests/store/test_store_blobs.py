"""Blobs and objects in memory, in a local folder and in a bucket keep the same promises; and what only one can break."""

import errno
import hashlib
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from moto.server import ThreadedMotoServer

from galley.kernel.ports import Blobs, Objects
from galley.store import folder as folder_module
from galley.store.blobs import StoredBlobs, blob_name
from galley.store.errors import BlobCorruptError, ObjectNameError, ObjectsUrlError, StorageError
from galley.store.folder import Folder
from galley.store.objects import Shelf, StoredObjects, open_shelf
from galley.testing.memory import MemoryBlobs, MemoryObjects
from galley.testing.port_contract import BLOB_CHECKS, OBJECT_CHECKS, check_blobs


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """A server that speaks S3 on a real socket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_server: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    bucket = "b" + hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:20]
    settings = {"AWS_ACCESS_KEY_ID": "cook", "AWS_SECRET_ACCESS_KEY": "salt", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in (settings | {"AWS_ENDPOINT_URL": s3_server}).items():
        monkeypatch.setenv(name, value)
    httpx.put(f"{s3_server}/{bucket}").raise_for_status()
    return f"s3://{bucket}/kitchen"


@pytest.fixture(params=["folder", "s3"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    where = tmp_path / "objects" if request.param == "folder" else request.getfixturevalue("s3_url")
    return open_shelf(where)


@pytest.mark.parametrize("check", BLOB_CHECKS, ids=lambda check: check.__name__)
def test_stored_blobs_keep_their_promises(shelf: Shelf, check: Callable[[Blobs], None]) -> None:
    check(StoredBlobs(shelf))


@pytest.mark.parametrize("check", OBJECT_CHECKS, ids=lambda check: check.__name__)
def test_stored_objects_keep_their_promises(shelf: Shelf, check: Callable[[Objects], None]) -> None:
    check(StoredObjects(shelf))


@pytest.mark.parametrize("check", BLOB_CHECKS, ids=lambda check: check.__name__)
def test_memory_blobs_keep_the_same_promises(check: Callable[[Blobs], None]) -> None:
    check(MemoryBlobs())


@pytest.mark.parametrize("check", OBJECT_CHECKS, ids=lambda check: check.__name__)
def test_memory_objects_keep_the_same_promises(check: Callable[[Objects], None]) -> None:
    check(MemoryObjects())


def test_the_battery_catches_a_store_that_forgets() -> None:
    class Forgetful(MemoryBlobs):
        def put(self, data: bytes) -> str:
            return hashlib.sha256(data).hexdigest() if data == b"rice" else super().put(data)

    with pytest.raises(Exception, match=r"rice|not in the store"):
        check_blobs(Forgetful)


def test_damaged_bytes_are_found_and_named(shelf: Shelf) -> None:
    blobs = StoredBlobs(shelf)
    sha256 = blobs.put(b"rice")
    shelf.replace(blob_name(sha256), b"ricf")
    with pytest.raises(BlobCorruptError, match=sha256) as corrupt:
        blobs.get(sha256)
    assert corrupt.value.facts["found"] == hashlib.sha256(b"ricf").hexdigest()
    with blobs.open(sha256) as file:  # open does not verify, and says so
        assert file.read() == b"ricf"


def test_a_torn_blob_is_repaired_by_putting_it_again(shelf: Shelf) -> None:
    blobs = StoredBlobs(shelf)
    sha256 = blobs.put(b"rice")
    shelf.replace(blob_name(sha256), b"")
    blobs.put(b"rice")
    assert blobs.get(sha256) == b"rice"


def test_a_name_can_be_forgotten_again(shelf: Shelf) -> None:
    shelf.create("uploads/1/2/0", b"rice")
    shelf.remove("uploads/1/2/0")
    shelf.remove("uploads/1/2/0")
    assert shelf.read("uploads/1/2/0") is None
    assert list(shelf.names("uploads/")) == []


@pytest.mark.parametrize(
    "name", ["", "/a", "a/", "a//b", ".", "../a", "a/../b", ".staging/x", "é", "a b", "a\n", "a\0"]
)
def test_impossible_object_names_are_refused(shelf: Shelf, name: str) -> None:
    objects = StoredObjects(shelf)
    with pytest.raises(ObjectNameError):
        objects.put_if_absent(name, b"x")
    with pytest.raises(ObjectNameError):
        objects.get(name)
    assert list(objects.names("")) == []


# --- the local folder ------------------------------------------------------------------------------------------------


def test_the_layout_of_the_folder_is_documented(tmp_path: Path) -> None:
    sha256 = StoredBlobs(Folder(tmp_path)).put(b"rice")
    assert (tmp_path / "sha256" / sha256[:2] / sha256[2:]).read_bytes() == b"rice"


def test_nothing_but_whole_files_is_ever_named(tmp_path: Path) -> None:
    """A reader that lists while blobs are written sees only names whose bytes have that hash."""
    blobs = StoredBlobs(Folder(tmp_path))
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            blobs.put_stream(iter([b"%d" % number, b"x" * 200_000]), 10**6)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    seen: set[str] = set()
    while len(seen) < 40:
        for name in Folder(tmp_path).names("sha256/"):
            if name not in seen:
                blobs.get(name.removeprefix("sha256/").replace("/", ""))
                seen.add(name)
    stop.set()
    writer.join()


def test_a_killed_writer_leaves_no_name_behind(tmp_path: Path) -> None:
    script = """
        import sys, pathlib
        from galley.store.blobs import StoredBlobs
        from galley.store.folder import Folder

        def endless():
            while True:
                yield b"x" * 65536
                print("wrote", flush=True)

        StoredBlobs(Folder(pathlib.Path(sys.argv[1]))).put_stream(endless(), 10**12)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for _ in range(5):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    folder = Folder(tmp_path)
    assert list(folder.names("")) == []
    left = list((tmp_path / ".staging").iterdir())
    assert len(left) == 1
    assert folder.sweep(datetime.now(UTC) - timedelta(hours=1)) == 0, "a file in use is left alone"
    assert folder.sweep(datetime.now(UTC) + timedelta(seconds=5)) == 1
    assert list((tmp_path / ".staging").iterdir()) == []


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "No space left"), (errno.EACCES, "Permission denied")])
def test_a_disk_that_refuses_is_said_clearly_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    blobs, objects = StoredBlobs(Folder(tmp_path)), StoredObjects(Folder(tmp_path))

    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        patch.setattr(os, "link", refuse)
        with pytest.raises(StorageError, match=words):
            blobs.put(b"rice")
        with pytest.raises(StorageError, match=words):
            blobs.put_stream(iter([b"rice"]), 10)
        with pytest.raises(StorageError, match=words):
            objects.put_if_absent("a", b"rice")
    assert list(Folder(tmp_path).names("")) == []
    assert list((tmp_path / ".staging").iterdir()) == []
    assert blobs.get(blobs.put(b"rice")) == b"rice"


def test_a_full_disk_is_really_met(tmp_path: Path) -> None:
    """With a limit on file size the kernel itself refuses the write."""
    script = """
        import resource, signal, sys, pathlib
        from galley.store.blobs import StoredBlobs
        from galley.store.errors import StorageError
        from galley.store.folder import Folder

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        blobs = StoredBlobs(Folder(pathlib.Path(sys.argv[1])))
        for put in (lambda: blobs.put(b"x" * 200_000), lambda: blobs.put_stream(iter([b"x" * 200_000]), 10**9)):
            try:
                put()
            except StorageError as problem:
                print(problem.code, problem)
        print(list(Folder(pathlib.Path(sys.argv[1])).names("")))
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.count("GLY-STO-004") == 2
    assert done.stdout.count("File too large") == 2
    assert done.stdout.endswith("[]\n")


def test_an_object_is_synced_before_it_is_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, link = os.fsync, os.link

    def recording_fsync(descriptor: int) -> None:
        kind = "folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file"
        steps.append(f"sync {kind}")
        fsync(descriptor)

    def recording_link(source: Any, target: Any) -> None:
        steps.append("link")
        link(source, target)

    monkeypatch.setattr(os, "fsync", recording_fsync)
    monkeypatch.setattr(os, "link", recording_link)
    objects = StoredObjects(Folder(tmp_path))
    objects.put_if_absent("a/b/c", b"1")
    assert steps[:2] == ["sync file", "link"]
    assert steps[2:] == ["sync folder"] * 3, "a/b, a and the root, whose entries are all new"
    steps.clear()
    objects.put_if_absent("a/b/d", b"1")
    assert steps == ["sync file", "link", "sync folder"]


def test_flush_syncs_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(folder_module, "_sync_file_system", synced.append)
    blobs = StoredBlobs(Folder(tmp_path / "objects"))
    blobs.flush()
    assert synced == [], "nothing was ever stored"
    blobs.put(b"rice")
    blobs.flush()
    assert len(synced) == 1


# --- the bucket ------------------------------------------------------------------------------------------------------


def test_objects_lie_below_the_prefix_of_the_bucket(s3_url: str, s3_server: str) -> None:
    StoredObjects(open_shelf(s3_url)).put_if_absent("a/b", b"1")
    listed = httpx.get(f"{s3_server}/{s3_url.split('/')[2]}").raise_for_status().text
    assert re.findall("<Key>(.*?)</Key>", listed) == ["kitchen/a/b"]


@pytest.mark.parametrize("action", ["read", "write", "list"])
def test_a_bucket_that_is_not_there_is_said_clearly(s3_url: str, action: str) -> None:
    shelf = open_shelf("s3://nobodys-bucket/x")
    acts: dict[str, Callable[[], object]] = {
        "read": lambda: shelf.size("a"),
        "write": lambda: shelf.create("a", b""),
        "list": lambda: list(shelf.names("")),
    }
    if action == "read":
        assert acts[action]() is None  # S3 answers a HEAD with 404 and no body: no telling which is missing
    else:
        with pytest.raises(StorageError):
            acts[action]()


def test_an_unusable_url_is_refused() -> None:
    with pytest.raises(ObjectsUrlError):
        open_shelf("s3://")
