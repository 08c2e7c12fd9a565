"""The local executor with real processes: same bytes whatever dies and however many work."""

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from galley.catalog.manifest import FileRef
from galley.engine.clean_run import CleanResult, run_clean
from galley.engine.pool import Pool
from galley.engine.shard import ShardResult, read_parquet, store_table
from galley.engine.worker import Bench
from galley.kernel.extension import make, spec_of
from galley.store.blobs import StoredBlobs
from galley.store.objects import StoredObjects, open_shelf
from galley.testing.batches import records, text_row


class Kitchen:
    """A store in a folder with some shards in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shelf = open_shelf(folder)
        self.blobs = StoredBlobs(shelf)
        self.objects = StoredObjects(shelf)

    def shards(self, texts: list[str], rows: int) -> list[ShardResult]:
        batch = records([text_row(str(place), text) for place, text in enumerate(texts)])
        cuts = [batch.slice(start, rows) for start in range(0, len(texts), rows)]
        return [
            ShardResult(rows=cut.num_rows, data=store_table(self.blobs, pa.Table.from_batches([cut]))) for cut in cuts
        ]

    def pool(self, workers: int) -> Pool:
        return Pool(workers, Bench(objects=str(self.folder), base=str(self.folder), seed_hex="00" * 32))

    def clean(self, shards: list[ShardResult], ops: list[tuple[str, dict[str, Any]]], workers: int = 1) -> CleanResult:
        specs = [spec_of(make("operator", name, params)) for name, params in ops]
        with self.pool(workers) as pool:
            return run_clean(shards, specs, pool, lambda _count: None)

    def texts(self, result: CleanResult) -> list[str]:
        return [text for shard in result.shards for text in self.read(shard.data).column("text").to_pylist()]

    def read(self, file: FileRef) -> pa.Table:
        return read_parquet(self.blobs, file)


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path / "objects")


LINE: list[tuple[str, dict[str, Any]]] = [
    ("trouble.drop", {"word": "no"}),
    ("trouble.twins", {}),
    ("trouble.upper", {}),
    ("trouble.split", {}),
]
TEXTS = [f"text {number % 40} {'no' if number % 7 == 0 else 'yes'}|{number % 3}" for number in range(300)]


def roots(result: CleanResult) -> list[str]:
    return [shard.data.sha256 for shard in result.shards]


def test_one_and_two_workers_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = Kitchen(tmp_path / "one"), Kitchen(tmp_path / "two")
    first = one.clean(one.shards(TEXTS, 50), LINE, workers=1)
    second = two.clean(two.shards(TEXTS, 50), LINE, workers=2)
    assert roots(first) == roots(second)
    assert first.steps == second.steps
    assert first.plans == second.plans


def test_every_record_is_counted_through_drops_twins_edits_and_splits(kitchen: Kitchen) -> None:
    result = kitchen.clean(kitchen.shards(TEXTS, 50), LINE)
    reads = [step.counts.read for step in result.steps]
    outs = [step.counts.out for step in result.steps]
    assert reads == [len(TEXTS), *outs[:-1]]
    assert outs[-1] == len(kitchen.texts(result)) == sum(shard.rows for shard in result.shards)
    assert result.steps[0].reasons == {"drop trouble.word": sum("no" in text for text in TEXTS)}
    dropped = sum(kitchen.read(file).num_rows for file in result.events)
    assert dropped == sum(sum(step.reasons.values()) for step in result.steps)


def test_work_done_once_is_not_done_again(kitchen: Kitchen) -> None:
    shards = kitchen.shards(TEXTS, 50)
    first = kitchen.clean(shards, LINE)
    before = set(kitchen.objects.names("work/"))
    again = kitchen.clean(shards, LINE)
    assert roots(first) == roots(again)
    assert set(kitchen.objects.names("work/")) == before


def test_a_changed_parameter_is_other_work(kitchen: Kitchen) -> None:
    shards = kitchen.shards(TEXTS, 50)
    assert roots(kitchen.clean(shards, LINE)) != roots(kitchen.clean(shards, [("trouble.drop", {"word": "yes"})]))


def test_one_poisoned_record_in_three_thousand_costs_one_record(kitchen: Kitchen) -> None:
    texts = [f"fine {number}" for number in range(3000)]
    texts[1234] = "the POISON"
    result = kitchen.clean(kitchen.shards(texts, 1000), [("trouble.raise", {})])
    (step,) = result.steps
    assert (step.counts.read, step.counts.kept, step.counts.failed) == (3000, 2999, 1)
    (file,) = result.quarantine
    (row,) = kitchen.read(file).to_pylist()
    assert row["excerpt"] == b"the POISON"
    assert row["key"] == "1234"
    assert "the POISON" not in kitchen.texts(result)


@pytest.mark.slow
def test_a_record_that_kills_its_worker_is_found_and_quarantined(kitchen: Kitchen) -> None:
    texts = [f"fine {number}" for number in range(40)]
    texts[17] = "POISON"
    result = kitchen.clean(kitchen.shards(texts, 20), [("trouble.kill", {})], workers=2)
    (step,) = result.steps
    assert (step.counts.read, step.counts.kept, step.counts.failed) == (40, 39, 1)
    (row,) = kitchen.read(result.quarantine[0]).to_pylist()
    assert row["code"] == "GLY-ENG-022"


@pytest.mark.slow
def test_workers_killed_from_outside_change_nothing(kitchen: Kitchen, tmp_path: Path) -> None:
    calm = Kitchen(tmp_path / "calm")
    expected = roots(calm.clean(calm.shards(TEXTS, 10), LINE))
    specs = [spec_of(make("operator", name, params)) for name, params in LINE]
    with kitchen.pool(2) as pool:
        stop = threading.Event()

        def murder() -> None:
            for _ in range(4):
                time.sleep(0.3)
                alive = [worker.process.pid for worker in list(pool._workers) if worker.process.is_alive()]
                if stop.is_set() or not alive:
                    return
                os.kill(alive[0] or 0, signal.SIGKILL)

        killer = threading.Thread(target=murder)
        killer.start()
        result = run_clean(kitchen.shards(TEXTS, 10), specs, pool, lambda _count: None)
        stop.set()
        killer.join()
    assert roots(result) == expected


class WatchedPool(Pool):
    """Remembers how many bytes were in flight at most, and how many jobs."""

    bytes_most = 0
    jobs_most = 0

    def _hand_out(self, desk: Any) -> None:
        super()._hand_out(desk)
        self.bytes_most = max(self.bytes_most, desk.in_flight_bytes)
        self.jobs_most = max(self.jobs_most, sum(worker.job is not None for worker in self._workers))


@pytest.mark.parametrize(("limit", "most"), [(1, 1), (10**9, 2)])
def test_bytes_in_flight_are_bounded(kitchen: Kitchen, limit: int, most: int) -> None:
    shards = kitchen.shards(TEXTS, 50)
    specs = [spec_of(make("operator", "trouble.upper", {}))]
    bench = Bench(objects=str(kitchen.folder), base=str(kitchen.folder), seed_hex="00" * 32)
    with WatchedPool(2, bench, bytes_in_flight_max=limit) as pool:
        run_clean(shards, specs, pool, lambda _count: None)
    assert pool.jobs_most == most
    assert pool.bytes_most <= max(limit, 4 * max(shard.data.bytes for shard in shards))
