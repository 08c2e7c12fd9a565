"""How many durable appends a second the transparency log takes, by batch size; and what a proof costs.

    python bench/bench_log.py [--seconds 2] [--folder PATH]

Every batch is on disk (fsync of files and folders) and published under a signed checkpoint before the next begins, so
the numbers measure the disk under `--folder` as much as the code: put it where the log will live (not on tmpfs). The
raw column beside them is what the same disk does with the least that one durable commit needs, one file replaced.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from galley.ledger.log import Log
from galley.ledger.notes import SigningKey
from galley.ledger.proofs import verify_proof
from galley.store.files import write_durable

BATCHES = (1, 16, 256, 2000)
ENTRY_BYTES = 41  # what the ledger logs for a statement


def rate(work: Callable[[int], int], seconds: float) -> float:
    """Units of work a second, over at least `seconds` and two rounds."""
    work(0)
    begun, done, turn = time.perf_counter(), 0, 1
    while turn < 3 or time.perf_counter() - begun < seconds:
        done += work(turn)
        turn += 1
    return done / (time.perf_counter() - begun)


def append_rate(log: Log, batch: int, seconds: float) -> float:
    """Entries a second in batches of one size, on a fresh log that is checked whole afterwards."""

    def work(turn: int) -> int:
        first = turn * batch
        return len(log.append([b"%041d" % (first + place) for place in range(batch)]))

    entries = rate(work, seconds)
    log.check()
    return entries


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="time for each batch size")
    parser.add_argument("--folder", type=Path, default=Path.cwd(), help="where to put the logs (removed afterwards)")
    options = parser.parse_args()
    key = SigningKey.from_seed("bench.example/log", b"\x01" * 32)
    table = Table("batch", "entries/s", "commits/s", "raw commits/s", "bytes/entry", title="durable appends")
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="bench-log-") as name:
        folder = Path(name)
        for batch in BATCHES:

            def replace(_turn: int, data: bytes = bytes(ENTRY_BYTES * batch)) -> int:
                write_durable(folder / "raw", data)
                return 1

            raw = rate(replace, options.seconds / 4)
            log = Log(folder / str(batch), key)
            entries = append_rate(log, batch, options.seconds)
            size = sum(path.stat().st_size for path in log.folder.rglob("*") if path.is_file())
            table.add_row(
                f"{batch:,}",
                f"{entries:,.0f}",
                f"{entries / batch:,.0f}",
                f"{raw:,.0f}",
                f"{size / log.checkpoint().size:.0f}",
            )
        log = Log(folder / str(BATCHES[-1]), key)
        size = log.checkpoint().size

        def prove(turn: int) -> int:
            index = turn * 7919 % size
            verify_proof(log.proof(index), b"%041d" % index, [key.verifier])
            return 1

        proofs = rate(prove, options.seconds / 2)
    console = Console()
    console.print(table)
    console.print(f"inclusion proof made from tiles and verified, log of {size:,}: {proofs:,.0f}/s")


if __name__ == "__main__":
    main()
