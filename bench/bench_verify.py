"""Verifying a release against `sha256sum` of the same files, in one run: the ratio we owe is at most 1.5.

    python bench/bench_verify.py [--mib 1024] [--kind media|text] [--rounds 5] [--folder DIR]

Builds a release of random media (or of many short texts), seals it with one logged statement, and times, in turns and
with a warm page cache: `sha256sum` over every file (coreutils, which may not use the processor's SHA instructions),
`openssl dgst -sha256` (which does), `verify` in a fresh Python process, and `verify` inside a running
one. Medians are printed; the release is removed.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from galley.catalog.reader import VersionReader
from galley.kernel.draw import generator
from galley.ledger.leaves import Leaf, kind_of, render_extra
from galley.ledger.log import Log
from galley.ledger.notes import SigningKey
from galley.ledger.proofs import render_proof
from galley.ledger.statements import RELEASE, Statement, Subject, seal
from galley.release.attest import release_predicate, trust_files
from galley.release.model import ReleaseContext
from galley.release.seal import seal_release
from galley.release.verify import verify
from galley.release.writer import write_release
from galley.testing.memory import MemoryBlobs, memory_desk
from galley.testing.versions import media_row, text_row, version_of

MEDIA_BYTES = 256 * 1024
TEXT_BYTES = 600
VERIFY = """
import sys
from pathlib import Path
from galley.release.verify import verify
sys.exit(any(not check.ok for check in verify(Path(sys.argv[1]))))
"""


def media_rows(blobs: MemoryBlobs, mib: int) -> Iterator[dict[str, object]]:
    """Random pictures' worth of bytes."""
    draw = generator(b"bench-verify-media")
    for place in range(mib * 1024 * 1024 // MEDIA_BYTES):
        yield media_row(f"m{place}", draw.bytes(MEDIA_BYTES), blobs)


def text_rows(mib: int) -> Iterator[dict[str, object]]:
    """Texts that do not compress below half: random letters."""
    draw = generator(b"bench-verify-text")
    for place in range(mib * 1024 * 1024 // TEXT_BYTES):
        yield text_row(f"t{place}", (draw.integers(97, 123, TEXT_BYTES, dtype=np.uint8)).tobytes().decode())


def build(folder: Path, kind: str, mib: int) -> Path:
    """A sealed release of about that size."""
    blobs = MemoryBlobs()
    rows = list(media_rows(blobs, mib) if kind == "media" else text_rows(mib))
    version: VersionReader = version_of(rows, blobs, shard_rows=2048)
    context = ReleaseContext(
        name="bench/verify",
        version="1.0.0",
        title="Bench",
        description="Random bytes.",
        license="CC0-1.0",
        created="2026-01-01T00:00:00Z",
    )
    out = folder / "release"
    summary = write_release(version, context, out, memory_desk(folder))
    signer, log_key = SigningKey.from_seed("bench/publisher", b"p" * 32), SigningKey.from_seed("bench/log", b"l" * 32)
    statement = Statement((Subject("release", {"sha256": summary.root}),), RELEASE, release_predicate(summary))
    envelope = seal(statement, [signer])
    log = Log(folder / "log", log_key)
    leaf = Leaf(kind_of(RELEASE), hashlib.sha256(envelope).digest(), b"s" * 32, 20454)
    (place,) = log.append([leaf.entry()])
    proof = render_proof(log.proof(place, render_extra(b"s" * 32, 20454)))
    trust = trust_files([log_key.verifier], [signer.verifier], log.checkpoint_bytes())
    seal_release(out, {"release.dsse.json": envelope}, {"release.tlog-proof": proof}, trust)
    return out


def timed(command: list[str]) -> float:
    """Seconds of a command that must succeed."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def inside(out: Path) -> float:
    """Seconds of a verification in this process."""
    start = time.perf_counter()
    if any(not check.ok for check in verify(out)):
        raise SystemExit("the release does not verify")
    return time.perf_counter() - start


def main() -> None:
    """Build, measure in turns, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--kind", choices=["media", "text"], default="media")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="galley-bench-", dir=given.folder))
    try:
        out = build(folder, given.kind, given.mib)
        files = sorted(str(place) for place in out.rglob("*") if place.is_file())
        timed(["sha256sum", *files])
        times: dict[str, list[float]] = {"sha256sum": [], "openssl": [], "verify_process": [], "verify_inside": []}
        for _ in range(given.rounds):
            times["sha256sum"].append(timed(["sha256sum", *files]))
            times["openssl"].append(timed(["openssl", "dgst", "-sha256", *files]))
            times["verify_process"].append(timed([sys.executable, "-c", VERIFY, str(out)]))
            times["verify_inside"].append(inside(out))
        medians = {name: statistics.median(held) for name, held in times.items()}
        size = sum(os.path.getsize(file) for file in files)
        rows = json.loads((out / "manifest.json").read_bytes())["rows"]
        said = {
            "kind": given.kind,
            "files": len(files),
            "mib": round(size / 2**20, 1),
            "records": rows,
            "seconds": {name: round(value, 3) for name, value in medians.items()},
            "ratio_openssl_process": round(medians["verify_process"] / medians["openssl"], 3),
            "ratio_process": round(medians["verify_process"] / medians["sha256sum"], 3),
            "ratio_inside": round(medians["verify_inside"] / medians["sha256sum"], 3),
        }
        print(json.dumps(said, indent=1))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
