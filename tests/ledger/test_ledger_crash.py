"""The log through power cuts at every step, kill -9 of a process that appends, and several processes at once."""

import itertools
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from galley.kernel.errors import IntegrityError
from galley.ledger.log import Log, LogReader
from galley.ledger.notes import SigningKey, open_checkpoint
from galley.store.files import Disk, DiskFullError
from galley.testing.power import PowerCut, PowerCutDisk

KEY = SigningKey.from_seed("log.example/galley", b"\x01" * 32)

LOSSES: dict[str, Callable[[int], bool]] = {
    "all unsynced names lost": lambda _: True,
    "none lost": lambda _: False,
    "every other lost": lambda number: number % 2 == 0,
}


def numbered(start: int, end: int) -> list[bytes]:
    return [b"entry %d" % index for index in range(start, end)]


def survives_every_cut(tmp_path: Path, size: int, added: int, loses: Callable[[int], bool]) -> int:
    """Cut the power at step 0, 1, 2 … of one append until it completes; the number of steps it has."""
    base = tmp_path / "base"
    if size:
        Log(base, KEY).append(numbered(0, size))
    for steps in itertools.count():
        folder = tmp_path / f"cut-{steps}"
        if size:
            shutil.copytree(base, folder)
        seen: list[bytes] = []

        def witness(checkpoint: Path = folder / "checkpoint", seen: list[bytes] = seen) -> None:
            if checkpoint.exists():
                seen.append(checkpoint.read_bytes())

        disk = PowerCutDisk(steps, loses=loses, witness=witness)
        try:
            Log(folder, KEY, disk=disk).append(numbered(size, size + added))
        except PowerCut:
            pass
        else:
            with pytest.raises(PowerCut):  # acknowledged: now even a cut at once must lose nothing
                disk.cut()
            assert Log(folder, KEY).check().size == size + added
            return steps
        check_after_the_cut(folder, size, added, seen)
        shutil.rmtree(folder)
    raise AssertionError("unreachable")


def check_after_the_cut(folder: Path, size: int, added: int, seen: list[bytes]) -> None:
    log = Log(folder, KEY)
    with log.writer() as writer:
        found = writer.size
    assert found in (size, size + added)
    assert log.check().size == found
    assert list(log.entries()) == numbered(0, found)
    for data in seen:  # a checkpoint that a reader could have seen is never taken back
        assert log.extends(open_checkpoint(data, [KEY.verifier]))
    # Entries other than those of the cut append may follow: nothing of it may show through.
    more = [b"later %d" % index for index in range(added + 3)]
    assert log.append(more) == range(found, found + len(more))
    assert log.check().size == found + len(more)
    assert list(log.entries(found)) == more


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("size", "added"), [(0, 1), (0, 300), (5, 1), (255, 1), (255, 2), (256, 1), (511, 270)], ids=str
)
def test_a_power_cut_at_any_step_loses_nothing_acknowledged(tmp_path: Path, size: int, added: int, loss: str) -> None:
    steps = survives_every_cut(tmp_path, size, added, LOSSES[loss])
    # Two tiles or bundles, the checkpoint to come, its publication: each file written, renamed and its folder synced.
    assert steps >= 8


def test_a_cut_during_recovery_is_survived_too(tmp_path: Path) -> None:
    base = tmp_path / "base"
    Log(base, KEY).append(numbered(0, 5))
    with pytest.raises(PowerCut):  # stop after the new checkpoint was signed, before it was published
        Log(base, KEY, disk=CutAtReveal()).append(numbered(5, 8))
    assert (base / ".state" / "next").exists()
    for steps in itertools.count():
        folder = tmp_path / f"cut-{steps}"
        shutil.copytree(base, folder)
        try:
            with Log(folder, KEY, disk=PowerCutDisk(steps)).writer() as writer:
                assert writer.size == 8
        except PowerCut:
            check_after_the_cut(folder, 5, 3, [])
        else:
            assert steps >= 2
            break


class CutAtReveal(Disk):
    def rename(self, source: Path, target: Path) -> None:
        if target.name == "checkpoint":
            raise PowerCut
        super().rename(source, target)


@pytest.mark.parametrize("kept", [0, 1, 40, -1])
def test_a_torn_checkpoint_to_come_is_dropped(tmp_path: Path, kept: int) -> None:
    folder = tmp_path / "log"
    log = Log(folder, KEY)
    log.append(numbered(0, 5))
    with pytest.raises(PowerCut):
        Log(folder, KEY, disk=CutAtReveal()).append(numbered(5, 8))
    pending = folder / ".state" / "next"
    pending.write_bytes(pending.read_bytes()[:kept])
    assert log.append([b"next"]) == range(5, 6)
    assert log.check().size == 6
    assert not pending.exists()


def test_torn_leftovers_beyond_the_checkpoint_are_harmless(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    log = Log(folder, KEY)
    log.append(numbered(0, 250))
    for name in ("tile/0/000", "tile/0/000.p/253", "tile/entries/000", "tile/1/000.p/1", ".state/scratch/.x.tmp"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"torn")
    assert log.check().size == 250
    assert log.append(numbered(250, 253)) == range(250, 253)
    assert log.append(numbered(253, 260)) == range(253, 260)
    assert log.check().size == 260
    assert list(log.entries()) == numbered(0, 260)
    assert list((folder / ".state" / "scratch").iterdir()) == []


def test_a_full_disk_stops_the_append_and_leaves_the_log_whole(tmp_path: Path) -> None:
    class FullDisk(Disk):
        room = 0

        def write_synced(self, path: Path, data: bytes, mode: int = 0o644) -> None:
            if self.room == 0:
                path.write_bytes(data[:3])
                raise DiskFullError(path=path, bytes=len(data), cause="No space left on device")
            self.room -= 1
            super().write_synced(path, data, mode)

    disk = FullDisk()
    disk.room = 1000
    log = Log(tmp_path / "log", KEY, disk=disk)
    log.append(numbered(0, 5))
    for room in range(3):
        disk.room = room
        with pytest.raises(DiskFullError):
            log.append(numbered(5, 8))
        assert log.check().size == 5
    disk.room = 1000
    assert log.append(numbered(5, 8)) == range(5, 8)
    assert log.check().size == 8


APPENDER = """
import sys
from pathlib import Path
from galley.ledger.log import Log
from galley.ledger.notes import SigningKey
folder, name, batch, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
log = Log(folder, SigningKey.from_seed("log.example/galley", bytes([1]) * 32))
for round in range(rounds):
    got = log.append([f"{name} {round} {number}".encode() for number in range(batch)])
    print(round, got.start, got.stop, flush=True)
"""


def start(folder: Path, name: str, batch: int, rounds: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", APPENDER, str(folder), name, str(batch), str(rounds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_kill_9_of_an_appending_process_loses_and_doubles_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    log = Log(folder, KEY)
    acknowledged: dict[bytes, int] = {}
    for life in range(5):
        with start(folder, f"life{life}", 37, 100_000) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline()]  # it lives; now let it run for a different while each time
            time.sleep(0.03 + 0.041 * life)
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.readlines()
        for line in lines:
            if not line.endswith("\n"):
                continue
            number, first, end = map(int, line.split())
            for index in range(first, end):
                acknowledged[f"life{life} {number} {index - first}".encode()] = index
        log.append([b"between lives %d" % life])
        log.check()
    entries = list(log.entries())
    assert len(entries) == len(set(entries))
    assert len(acknowledged) >= 5 * 37
    for entry, index in acknowledged.items():
        assert entries[index] == entry


def test_two_processes_append_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    with start(folder, "left", 9, 30) as left, start(folder, "right", 9, 30) as right:
        reader = LogReader(folder, [KEY.verifier])
        sizes = [0]
        while left.poll() is None or right.poll() is None:  # a reader without any lock sees only whole trees
            if (folder / "checkpoint").exists():
                size = reader.checkpoint().size
                assert size >= sizes[-1]
                if size:
                    reader.proof(size - 1)
                sizes.append(size)
        assert left.returncode == right.returncode == 0
    log = Log(folder, KEY)
    assert log.check().size == 2 * 9 * 30
    expected = {
        f"{name} {turn} {item}".encode() for name in ("left", "right") for turn in range(30) for item in range(9)
    }
    assert set(log.entries()) == expected
    assert len(set(sizes)) > 3


def test_damage_is_an_integrity_error_not_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    Log(folder, KEY).append(numbered(0, 5))
    checkpoint = folder / "checkpoint"
    checkpoint.write_bytes(checkpoint.read_bytes()[:-10])
    with pytest.raises(IntegrityError):
        Log(folder, KEY).append([b"x"])
