"""Faulty ports do what they say, at the writes they say, and a retry over them ends with every blob stored once."""

import errno
import subprocess
import sys

import numpy as np
import pytest

from galley.clean.ext.image_strip import ImageStrip, ImageStripParams
from galley.kernel.errors import TransientError
from galley.testing.batches import blob_row, encoded_image, records
from galley.testing.faults import FaultError, Faults, FaultyObjects, How, faulty_desk
from galley.testing.memory import MemoryObjects, memory_desk
from galley.testing.operator_runs import judge, scratch_desk


def test_a_refused_write_leaves_nothing_and_a_lost_answer_leaves_everything() -> None:
    cases: list[tuple[How, int]] = [("refused", 0), ("lost_answer", 1)]
    for how, stored in cases:
        below = scratch_desk(memory_desk())
        desk = faulty_desk(below, Faults.at(2, how=how))
        desk.blobs.put(b"one")
        with pytest.raises(FaultError) as caught:
            desk.blobs.put(b"two")
        assert isinstance(caught.value, TransientError)
        assert len(below.blobs.written) == 1 + stored
        assert desk.blobs.get(desk.blobs.put(b"two")) == b"two"


def test_a_full_disk_says_so() -> None:
    desk = faulty_desk(memory_desk(), Faults.at(1, how="disk_full"))
    with pytest.raises(OSError, match="space") as caught:
        desk.blobs.put_stream(iter([b"a", b"b"]), 10)
    assert caught.value.errno == errno.ENOSPC


def test_objects_and_blobs_share_one_count() -> None:
    faults = Faults.at(3)
    desk, objects = faulty_desk(memory_desk(), faults), FaultyObjects(MemoryObjects(), faults)
    desk.blobs.put(b"1")
    assert objects.put_if_absent("a", b"2")
    with pytest.raises(FaultError):
        objects.put_if_absent("b", b"3")
    assert (faults.writes, faults.struck) == (3, 1)
    assert list(objects.names("")) == ["a"]
    assert objects.get("b") is None


def _struck(seed: bytes, rate: float) -> list[int]:
    faults, found = Faults.seeded(seed, rate), []
    for write in range(1, 201):
        try:
            faults.around(lambda: None)
        except FaultError:
            found.append(write)
    return found


def test_the_seed_alone_decides_where_it_strikes() -> None:
    assert _struck(b"a", 0.2) == _struck(b"a", 0.2)
    assert _struck(b"a", 0.2) != _struck(b"b", 0.2)
    assert 20 <= len(_struck(b"a", 0.2)) <= 60
    assert _struck(b"a", 0.0) == []


def test_an_operator_struck_at_any_write_gives_the_same_after_a_retry() -> None:
    desk = memory_desk()
    pictures = [encoded_image(_plain(level), "JPEG", comment=b"private") for level in (40, 90, 140)]
    batch = records([blob_row(desk.blobs, str(place), data) for place, data in enumerate(pictures)])
    quiet, operator = Faults.never(), ImageStrip(ImageStripParams())
    expected = judge(operator, [batch], faulty_desk(scratch_desk(desk), quiet)).records
    assert quiet.writes == 3
    ways: list[How] = ["refused", "lost_answer"]
    for how in ways:
        for write in range(1, quiet.writes + 1):
            scratch = scratch_desk(desk)
            with pytest.raises(FaultError):
                judge(operator, [batch], faulty_desk(scratch, Faults.at(write, how=how)))
            assert judge(operator, [batch], scratch).records == expected
            assert len(scratch.blobs.written) == 3


def _plain(level: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.full((40, 40), level, dtype=np.uint8)


_PROGRAM = """
import sys
from pathlib import Path
from galley.testing.faults import Faults
faults = Faults.at(2, how=sys.argv[1])
for number in range(3):
    faults.around(lambda: Path(sys.argv[2], str(number)).write_text("x"))
"""


@pytest.mark.parametrize(("how", "left"), [("killed", 1), ("killed_after", 2)])
def test_the_process_is_killed_at_the_write(how: How, left: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp(how)
    ended = subprocess.run([sys.executable, "-c", _PROGRAM, how, str(folder)], check=False)
    assert ended.returncode == -9
    assert len(list(folder.iterdir())) == left
