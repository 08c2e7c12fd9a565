"""Peak memory of a run, of its own process and of its workers, at 1x, 4x and 16x the data: it must not grow with it.

    python bench/bench_memory.py [--records 20000] [--workers 2]

A line over generated text (collect, normalise, length, exact dedup, release, verify; nobody annotates) is run by the
command line in a workspace of its own. A sampler reads /proc every 20 ms: the largest resident set (less the pages it
shares with other processes: PSS) the run's own process ever had, and the largest any of its workers ever had.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from galley.store.embedded import EmbeddedServer

FACTORS = (1, 4, 16)
_SECONDS = 0.02
_WORDS = [hashlib.sha256(f"word {number}".encode()).hexdigest()[: 3 + number % 7] for number in range(4096)]


@dataclass
class Peak:
    """The most memory seen, in bytes."""

    run: int = 0
    worker: int = 0
    workers: int = 0


def write_raw(folder: Path, records: int) -> int:
    """Lines of about 500 characters, one in a hundred a copy of an earlier one; the bytes written."""
    (folder / "raw").mkdir(parents=True)
    written = 0
    for first in range(0, records, 50_000):
        with (folder / "raw" / f"part-{first:09}.jsonl").open("w", encoding="utf-8") as file:
            for number in range(first, min(records, first + 50_000)):
                text_of = number - 1 if number % 100 == 99 else number
                digest = hashlib.shake_128(str(text_of).encode()).digest(160)
                words = [_WORDS[digest[place] * 16 + digest[place + 1] % 16] for place in range(0, 158, 2)]
                written += file.write(json.dumps({"id": f"r{number}", "text": f"{' '.join(words)}  {text_of}"}) + "\n")
    return written


def write_recipe(folder: Path) -> None:
    """The line."""
    recipe = {
        "line": "memory",
        "collect": [{"from": "jsonl", "path": "raw/*.jsonl", "id_field": "id", "license": "CC0-1.0", "basis": "owned"}],
        "clean": ["text.normalise", "text.length", "text.dedup"],
        "release": {"name": "bench/memory", "version": "1.0.0", "to": "release"},
    }
    (folder / "line.yaml").write_text(json.dumps(recipe), encoding="utf-8")


def children_of(process: int) -> list[int]:
    """Process ids of the direct children."""
    try:
        told = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in told.split()]


def memory_of(process: int) -> int:
    """Proportional set size, or 0 when the process is gone."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in rollup.splitlines() if line.startswith("Pss:")), 0)


def is_worker(process: int) -> bool:
    """Whether a child is a worker of the run (and not its database or a resource tracker)."""
    try:
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def watched(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[Peak, float]:
    """Run a command and sample its memory; raises when it fails."""
    started = time.monotonic()
    peak = Peak()
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said)
        while process.poll() is None:
            workers = [memory_of(child) for child in children_of(process.pid) if is_worker(child)]
            peak.run = max(peak.run, memory_of(process.pid))
            peak.worker = max([peak.worker, *workers])
            peak.workers = max(peak.workers, sum(workers))
            time.sleep(_SECONDS)
    if process.returncode != 0:
        raise SystemExit((folder / "said").read_text())
    return peak, time.monotonic() - started


def measure(records: int, workers: int, url: str) -> str:
    """One row of the table."""
    with tempfile.TemporaryDirectory(prefix="galley-memory-") as place:
        folder = Path(place)
        size = write_raw(folder, records)
        write_recipe(folder)
        command = [str(Path(sys.executable).with_name("galley")), "run", "line.yaml", "--quiet", "--json"]
        environment = {**os.environ, "GALLEY_DATABASE_URL": url}
        peak, seconds = watched([*command, "--workers", str(workers)], folder, environment)
    shown = " | ".join(f"{part / 2**20:,.0f}" for part in (peak.run, peak.worker, peak.workers))
    return f"| {records:,} | {size / 2**20:,.0f} | {shown} | {seconds:,.0f} |"


def main() -> None:
    """Print the table."""
    words = argparse.ArgumentParser(description="Peak memory of a run at 1x, 4x and 16x the data.")
    words.add_argument("--records", type=int, default=20_000)
    words.add_argument("--workers", type=int, default=2)
    given = words.parse_args()
    print("| records | MiB in | run MiB | one worker MiB | all workers MiB | s |")
    print("|---:|---:|---:|---:|---:|---:|")
    for factor in FACTORS:
        with tempfile.TemporaryDirectory(prefix="galley-memory-pg-") as place:
            server = EmbeddedServer(Path(place) / "pg")
            try:
                print(measure(given.records * factor, given.workers, server.start()), flush=True)
            finally:
                server.release()


if __name__ == "__main__":
    main()
