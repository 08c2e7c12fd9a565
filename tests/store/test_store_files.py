"""Durable writes and the lock between processes, with real files, real limits and real kills."""

import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from galley.store.files import Disk, DiskFullError, LockBusyError, exclusive, read_or_none, write_durable


class TracingDisk(Disk):
    """Records the order of the steps."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []

    def write_synced(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        super().write_synced(path, data, mode)
        self.steps.append(("write", path.parent.name))

    def rename(self, source: Path, target: Path) -> None:
        super().rename(source, target)
        self.steps.append(("rename", target.name))

    def sync_folder(self, folder: Path) -> None:
        super().sync_folder(folder)
        self.steps.append(("sync", folder.name))


def test_a_file_is_written_renamed_and_its_new_folders_synced_in_order(tmp_path: Path) -> None:
    disk = TracingDisk()
    disk.write(tmp_path / "a" / "b" / "c", b"data")
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"data"
    assert disk.steps == [
        ("sync", tmp_path.name),
        ("sync", "a"),
        ("write", "b"),
        ("rename", "c"),
        ("sync", "b"),
    ]
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["c"]


def test_replacing_keeps_the_whole_old_or_the_whole_new_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_durable(path, b"old")

    class Failing(Disk):
        def rename(self, source: Path, target: Path) -> None:
            raise OSError("power cut")

    with pytest.raises(OSError, match="power cut"):
        Failing().write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    write_durable(path, b"new")
    assert path.read_bytes() == b"new"


def test_mode_and_scratch_folder(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    disk = TracingDisk()
    disk.write(tmp_path / "secret", b"s", scratch=scratch, mode=0o600)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert disk.steps[0] == ("write", "scratch")
    assert list(scratch.iterdir()) == []


def test_a_full_disk_is_a_clear_error_and_changes_nothing(tmp_path: Path) -> None:
    # A real refusal by the kernel: a file size limit in a child process (EFBIG takes the same path as ENOSPC).
    path = tmp_path / "file"
    write_durable(path, b"old")
    code = (
        "import sys; from pathlib import Path\n"
        "from galley.store.files import write_durable, DiskFullError\n"
        "try: write_durable(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except DiskFullError as error: print(error.code, error.facts['bytes'], error.facts['path'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    assert done.stdout.split()[:2] == ["GLY-STO-030", "100000"]
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_no_space_left_on_device(tmp_path: Path) -> None:
    # /dev/full answers every write with ENOSPC.
    with pytest.raises(DiskFullError) as caught:
        Disk().write_synced(Path("/dev/full"), b"x" * 10)
    assert caught.value.facts == {"path": Path("/dev/full"), "bytes": 10, "cause": os.strerror(28)}
    assert "/dev/full" in caught.value.message("zh")


def test_other_failures_are_not_dressed_up(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError):
        write_durable(tmp_path / "file" / "below", b"x")


def test_read_or_none(tmp_path: Path) -> None:
    assert read_or_none(tmp_path / "none") is None
    (tmp_path / "some").write_bytes(b"1")
    assert read_or_none(tmp_path / "some") == b"1"
    assert read_or_none(tmp_path / "some" / "below") is None


def test_the_lock_excludes_threads(tmp_path: Path) -> None:
    lock, counter = tmp_path / "lock", [0]

    def count() -> None:
        for _ in range(50):
            with exclusive(lock):
                seen = counter[0]
                os.sched_yield()
                counter[0] = seen + 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter == [200]


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    code = (
        "import sys, time; from pathlib import Path; from galley.store.files import exclusive\n"
        "with exclusive(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockBusyError), exclusive(lock, wait=False):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with exclusive(lock):
            pass


def test_the_lock_is_released_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), exclusive(tmp_path / "lock"):
        raise KeyError
    with exclusive(tmp_path / "lock", wait=False):
        pass


def test_a_durable_write_waits_for_the_file_and_then_for_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[bool] = []
    original = os.fsync

    def spy(handle: int) -> None:
        flushed.append(stat.S_ISDIR(os.fstat(handle).st_mode))
        original(handle)

    monkeypatch.setattr(os, "fsync", spy)
    write_durable(tmp_path / "file", b"x")
    assert flushed == [False, True]
