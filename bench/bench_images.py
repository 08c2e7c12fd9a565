"""Images a second on one core: each image operator, a whole line of them, and the limit beside them in the same run.

    python bench/bench_images.py [--folder DIR] [--rounds 5] [--scale 4] [--peer PYTHON]

Images: the JPEG files of `--folder` (default: the set bccd of GALLEY_SHARED_DATA, 364 of 640 x 480). Limit: a full decode
to RGB by simplejpeg (libjpeg-turbo), run by `--peer`, an interpreter of an environment of its own:

    uv venv bench/work/images && uv pip install --python bench/work/images/bin/python simplejpeg numpy

CPU seconds are counted, not wall-clock, and the best of `--rounds` alternating rounds is taken, because other programs
use the machine. Files are in memory. An operator's figure is cold (every image is looked at anew); the line's is cold too,
but looks once for all its operators. The near-duplicate search is timed apart, on the fingerprints scaled up.
"""

import argparse
import io
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from galley.clean.images import decoded, forget_looks, look_at
from galley.clean.kernels.image_pairs import group_alike
from galley.clean.operator import Operator, WholeSetOperator
from galley.kernel.draw import generator
from galley.kernel.extension import make
from galley.testing.batches import blob_row, records
from galley.testing.memory import memory_desk
from galley.testing.operator_runs import judge

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
LINE = ("valid", "orient", "strip", "size", "blur", "dark", "dedup", "near_dup")

PEER = """
import sys, time
from pathlib import Path
import simplejpeg
files = [Path(name).read_bytes() for name in sys.stdin.read().splitlines()]
simplejpeg.decode_jpeg(files[0])
before = time.process_time()
for data in files:
    simplejpeg.decode_jpeg(data, "RGB")
print(len(files) / (time.process_time() - before))
"""


@dataclass
class Row:
    """One line of the table: images a second in the best round."""

    name: str
    once: Callable[[], float]
    best: float = 0.0


def timed(count: int, work: Callable[[], object]) -> float:
    """Units of work a CPU second."""
    forget_looks()
    before = time.process_time()
    work()
    return count / (time.process_time() - before)


def peer_rate(python: Path, paths: Sequence[Path]) -> float:
    """The limit: full decodes a CPU second by another interpreter."""
    ended = subprocess.run(
        [python, "-c", PEER], input="\n".join(map(str, paths)), text=True, capture_output=True, check=True
    )
    return float(ended.stdout)


def rows_of(paths: Sequence[Path], peer: Path | None) -> list[Row]:
    """What is measured."""
    files = [path.read_bytes() for path in paths]
    desk = memory_desk()
    batch = records([blob_row(desk.blobs, p.name, data) for p, data in zip(paths, files, strict=True)])
    count = len(files)

    def run(*names: str) -> None:
        for name in names:
            operator: Any = make("operator", f"image.{name}", {})
            assert isinstance(operator, Operator | WholeSetOperator)
            judge(operator, [batch], desk)

    def each(work: Callable[[bytes], object]) -> None:
        for data in files:
            work(data)

    rows = [Row("full decode, simplejpeg (limit)", lambda: peer_rate(peer, paths))] if peer else []
    rows += [
        Row(
            "full decode, Pillow", lambda: timed(count, lambda: each(lambda data: Image.open(io.BytesIO(data)).load()))
        ),
        Row("full decode, Galley's guards", lambda: timed(count, lambda: each(decoded))),
        Row("one look", lambda: timed(count, lambda: each(look_at))),
    ]
    rows += [Row(f"image.{name}", lambda name=name: timed(count, lambda: run(name))) for name in LINE]  # type: ignore[misc]
    rows.append(Row("line of all 8", lambda: timed(count, lambda: run(*LINE))))
    run(*LINE)  # compiled, files warm
    return rows


def search_rate(paths: Sequence[Path], scale: int) -> tuple[int, float]:
    """Fingerprints a CPU second through the near-duplicate search: the real ones, each also with `scale` random changes
    of half its bits, so that the set is large and its hashes are as unlike as a photograph collection's."""
    prints = [look_at(path.read_bytes()).print for path in paths]
    hashes = np.array([seen.hash for seen in prints], dtype=np.uint64)
    signatures = np.stack([np.frombuffer(seen.signature, np.uint8) for seen in prints])
    noise = generator(b"bench-images").integers(0, 2**63, (scale, len(prints)), dtype=np.uint64)
    every = np.concatenate([hashes, *(hashes ^ row for row in noise)])
    order = np.argsort(every, kind="stable")
    looks = np.tile(signatures, (scale + 1, 1))[order]
    sizes = np.ones((len(every), 2), dtype=np.int64)
    rules: dict[str, int] = {"distance": 4, "tolerance": 12, "shift_max": 24}
    group_alike(every[:2], looks[:2], sizes[:2], **rules)
    return len(every), timed(len(every), lambda: group_alike(every[order], looks, sizes, **rules))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=SHARED / "bccd" / "BCCD" / "JPEGImages")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=int, default=500, help="random fingerprints a real one, for the search")
    parser.add_argument("--peer", type=Path, default=Path(__file__).parent / "work" / "images" / "bin" / "python")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.jpg"))
    if not paths:
        raise SystemExit(f"no .jpg in {options.folder}: name a folder with --folder")
    peer = options.peer if options.peer.exists() else None
    rows = rows_of(paths, peer)
    for _ in range(options.rounds):
        for row in rows:
            row.best = max(row.best, row.once())
    pixels = Image.open(paths[0]).size
    load = os.getloadavg()[0]
    limit = rows[0].best
    print(f"{len(paths)} JPEG of {pixels[0]} x {pixels[1]}, best of {options.rounds}, one core, load {load:.1f}")
    if peer is None:
        print(f"no interpreter with simplejpeg at {options.peer}: the limit below is Pillow's own full decode")
    print("\n| work | images/s/core | of the limit |\n|---|---:|---:|")
    for row in rows:
        print(f"| {row.name} | {row.best:,.0f} | {row.best / limit:.0%} |")
    count, rate = search_rate(paths, options.scale)
    print(f"| near-duplicate search alone, {count:,} fingerprints | {rate:,.0f} | {rate / limit:.0%} |")


if __name__ == "__main__":
    main()
