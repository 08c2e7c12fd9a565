"""Peak memory of a run at 1, 4 and 16 times the data: it must not grow with the data.

    python bench/bench_memory.py [--records 20000] [--workers 2]

The data are generated English and Chinese lines (about 300 bytes each, no two alike); the line collects them from JSONL,
cleans them with five operators (near-duplicates among them) and releases them. Resident memory of the run's process and
of its largest worker is read from /proc ten times a second; PostgreSQL is not counted. What grows with the data is
bookkeeping: a near-duplicate signature is 256 bytes a record, held while its plan is made.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from galley.kernel.draw import generator

LINE = """
line: memory
collect:
  - {from: jsonl, path: data.jsonl, text_field: text, id_field: id, license: CC0-1.0, basis: synthetic}
clean:
  - op: text.normalise
  - op: text.length
  - op: text.pii
  - op: text.dedup
  - op: text.near_dup
release: {name: bench/memory, version: 1.0.0, to: release}
"""
WORDS = [
    "river",
    "stone",
    "quiet",
    "morning",
    "engine",
    "paper",
    "light",
    "winter",
    "signal",
    "garden",
    "market",
    "copper",
    "window",
    "ladder",
]
HAN = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈"


def lines(records: int) -> Iterator[str]:
    """Records, no two alike."""
    draw = generator(b"memory".ljust(32, b"\0"))
    for number in range(records):
        words = [f"{WORDS[pick]}{draw.integers(0, 999)}" for pick in draw.integers(0, len(WORDS), size=25)]
        han = "".join(HAN[pick] for pick in draw.integers(0, len(HAN), size=40))
        yield json.dumps({"id": str(number), "text": f"{' '.join(words)} {han}"}, ensure_ascii=False)


def resident(pid: int) -> tuple[int, str]:
    """(KiB resident, command line) of a process; (0, "") when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return 0, ""
    found = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return (int(found[0].split()[1]) if found else 0), command


def children(pid: int) -> list[int]:
    """The children of a process."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def measure(records: int, workers: int) -> tuple[int, float, int, int]:
    """(bytes of data, seconds, peak KiB of the run, peak KiB of its largest worker)."""
    with tempfile.TemporaryDirectory(prefix="galley-memory-") as name:
        folder = Path(name)
        with (folder / "data.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines(records))
        (folder / "line.yaml").write_text(LINE)
        command = [sys.executable, "-m", "galley.cli.main", "run", "line.yaml", "-q", "--workers", str(workers)]
        started = time.perf_counter()
        run = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        peak = worker_peak = 0
        while run.poll() is None:
            peak = max(peak, resident(run.pid)[0])
            held = [resident(child) for child in children(run.pid)]
            worker_peak = max([worker_peak, *(kib for kib, what in held if "spawn_main" in what)])
            time.sleep(0.1)
        if run.returncode:
            raise SystemExit(f"the run failed with exit code {run.returncode}")
        return (folder / "data.jsonl").stat().st_size, time.perf_counter() - started, peak, worker_peak


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    print(
        "| data | records | MB | seconds | run, peak MiB | largest worker, peak MiB |\n|---|---:|---:|---:|---:|---:|"
    )
    for times in (1, 4, 16):
        size, seconds, peak, worker = measure(options.records * times, options.workers)
        print(
            f"| {times}x | {options.records * times:,} | {size / 1e6:.0f} | {seconds:.0f} | {peak / 1024:.0f} | {worker / 1024:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
