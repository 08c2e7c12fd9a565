"""The workbench in a browser: bytes of its first load, the first item, one item after another, memory, and frames.

    python bench/bench_workbench.py [--items 2000] [--peer-items 100] [--label-studio] [--site FOLDER] [--quick]

Real input in Debian's Chromium over a real `galley serve` with a PostgreSQL of its own and a production build of the web
app (made into a folder of this run's unless --site names one); frames are those of the built editors. With --label-studio
its own pages are driven the same way in the same run, over its own server (installed under bench/work/ on first use).
Bytes are those of the wire. Every part has a limit of time; what was not measured says why. About 20 minutes with
Label Studio, two with --quick.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from bench_floor import database
from load.servers import free_port, postgres

HERE = Path(__file__).parent
WEB = HERE.parent / "web"
WORK = HERE / "work"
PLACES = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"}
LIMITS = {"workbench": 600, "frames": 300, "label_studio": 900}
"""Seconds that the parts may take in all, whatever happens in them."""
GRACE_SECONDS = 45
FIRST_LOAD_KB = 350
NEXT_MS = 50
FRAME_MS = 16.7

Found = dict[str, list[dict[str, Any]]]
Row = tuple[str, str, str, str]


def build(folder: Path) -> Path:
    """A production build of the web app, packed as it ships."""
    site = folder / "site"
    for command in (["npx", "vite", "build", "--outDir", str(site)], ["node", "tools/compress.mjs", str(site)]):
        subprocess.run(command, cwd=WEB, check=True, stdout=sys.stderr)
    return site


@contextlib.contextmanager
def label_studio(folder: Path) -> Iterator[str]:
    """Its server on a PostgreSQL of its own; the address."""
    where, port = WORK / "label_studio", free_port()
    with postgres(folder) as server:
        parts = conninfo_to_dict(database(server, "workbench_label_studio"))
        (where / "ready").unlink(missing_ok=True)
        environment = {**os.environ, "PORT": str(port), "PEOPLE": "1"}
        environment |= {name: str(parts[part]) for name, part in PLACES.items() if parts.get(part)}
        command = ["bash", str(HERE / "peers/label_studio_serve.sh"), str(where)]
        try:
            subprocess.run(command, env=environment, check=True, stdout=sys.stderr)
            yield f"http://127.0.0.1:{port}"
        finally:
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                os.killpg(int((where / "pid").read_text()), signal.SIGTERM)


def drive(folder: Path, which: str, **settings: str) -> Found:
    """Results of one file of measurements by name; what failed, or came too late, is among them."""
    out = folder / f"{which}.jsonl"
    environment = {**os.environ, **settings, "BENCH_OUT": str(out), "BENCH_RESULTS": str(folder / f"{which}-results")}
    command = ["npx", "playwright", "test", "-c", "playwright.bench.config.ts", f"bench/{which}.bench.ts"]
    running = subprocess.Popen(command, cwd=WEB, env=environment, stdout=sys.stderr, start_new_session=True)
    late = False
    try:
        running.wait(LIMITS[which])
    except subprocess.TimeoutExpired:
        late = True
        os.killpg(running.pid, signal.SIGINT)  # it ends its servers itself
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(GRACE_SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    found: Found = {}
    for line in out.read_text().splitlines() if out.exists() else []:
        result = json.loads(line)
        found.setdefault(result.pop("name"), []).append(result)
    if late:
        found.setdefault("failed", []).append({"title": which, "why": f"not done within {LIMITS[which]} s"})
    return found


def first(of: Found, name: str, **having: Any) -> dict[str, Any]:
    """The first result of a name, with some values; empty when there is none."""
    for one in of.get(name, []):
        if all(one.get(key) == value for key, value in having.items()):
            return one
    return {}


def spread(of: dict[str, Any] | None) -> str:
    """Percentiles in a cell."""
    return f"{of['p50']:,.0f} / {of['p95']:,.0f} / {of['p99']:,.0f}" if of and of.get("p50") is not None else ""


def frames(of: dict[str, Any] | None) -> str:
    """Frames of a gesture in a cell."""
    if not of or of.get("p50") is None:
        return ""
    return f"{of['p50']:,.1f} / {of['p95']:,.1f} / {of['p99']:,.1f} / {of['max']:,.0f}; {of['late']:.1%}; {of['work']:,.1f}"


def kilobytes(of: float | None) -> str:
    """Bytes in a cell."""
    return "" if of is None else f"{of / 1000:,.0f}"


def ratio(left: float | None, right: float | None) -> str:
    """How many times the peer's is ours."""
    return f"{right / left:,.1f} ×" if left and right else ""


def beside(title: str, ours: dict[str, Any] | None, theirs: dict[str, Any] | None, limit: str = "") -> Row:
    """A row of percentiles; the ratio is that of the 95th."""
    said = ratio((ours or {}).get("p95"), (theirs or {}).get("p95"))
    return title, spread(ours), spread(theirs), ", ".join(part for part in (said, limit) if part)


def loads(ours: Found, peer: Found) -> list[Row]:
    """The first load, the first item, and one after another."""
    load, other = first(ours, "first load"), first(peer, "peer first load")
    item, theirs = first(ours, "first item"), first(peer, "peer first item")
    after, next_ = first(ours, "next"), first(peer, "peer next")
    rows: list[Row] = []
    for title, left, right, limit in (
        ("sign-in page, kB", load.get("signIn", {}).get("bytes"), other.get("login", {}).get("bytes"), FIRST_LOAD_KB),
        (
            "first page behind it, kB",
            load.get("work", {}).get("bytes"),
            other.get("start", {}).get("bytes"),
            FIRST_LOAD_KB,
        ),
        ("with an item open, kB", item.get("bytes"), other.get("labelling"), None),
    ):
        said = ", ".join(part for part in (ratio(left, right), f"limit {limit}" if limit else "") if part)
        rows.append((title, kilobytes(left), kilobytes(right), said))
    for name in ("cold", "warm"):
        rows.append(beside(f"first item, {name} cache, ms p50/p95/p99", item.get(name), theirs.get(name)))
    most = f"limit {NEXT_MS}"
    rows.append(
        beside("submit to next item, 350 ms each, ms p50/p95/p99", after.get("paced"), next_.get("paced"), most)
    )
    rows.append(beside("the same with 100 ms each", after.get("brisk"), None, most))
    rows.append(beside("the same without a pause", after.get("quick"), None))
    if after:
        rows.append(("requests an item", f"{after['requests']:.2f}", "", "limit 2"))
    return rows


def gestures(ours: Found, peer: Found) -> list[Row]:
    """Opening large items, and frames of what is done to them."""
    rows: list[Row] = []

    def part(title: str, left: dict[str, Any], right: dict[str, Any], names: dict[str, str], *, test: str = "") -> None:
        limit = f"not open within {right['limit']:.0f} s" if "limit" in right else ""
        limit = "failed, see below" if first(peer, "failed", title=test) else limit
        limit = "its decoder refuses the file" if right.get("refused") else limit
        opened = f"{right['opened']:,.0f}" if "opened" in right else limit
        mine = f"{left['opened']:,.0f}" if "opened" in left else ""
        rows.append((f"{title}: open, ms", mine, opened, "see below" if opened and mine else ""))
        for name, said in names.items():
            mine_, other = left.get(name) or {}, right.get(name) or {}
            if name == "shown":
                name_, mine__, theirs, share = beside(f"{title}: {said}", mine_, other)
                rows.append((name_, mine__, theirs or limit, share))
            else:
                share = ratio(mine_.get("work"), other.get("work"))
                rows.append(
                    (f"{title}: {said}", frames(mine_), frames(other) or limit, f"{share} work" if share else "")
                )

    seen = {
        "scroll": "scroll",
        "fling": "fling",
        "add": "add spans",
        "shown": "a span until it is seen, ms p50/p95/p99",
    }
    part("100,000 characters, 2,000 spans", first(ours, "text"), first(peer, "peer text"), seen, test="text")
    image = {"move": "move one", "hover": "hover", "zoom": "zoom", "pan": "pan"}
    for shapes in (1000, 10_000):
        left = first(ours, "image", shapes=shapes, megapixels=6)
        part(f"{shapes:,} boxes", left, first(peer, "peer image", shapes=shapes), image, test=f"image, {shapes} boxes")
    large = first(ours, "image", megapixels=50)
    part("10,000 shapes of three kinds, 50 megapixels", large, {}, image)
    heard = {
        "scroll": "scroll",
        "zoom": "zoom",
        "add": "add segments",
        "shown": "a segment until it is seen, ms p50/p95/p99",
    }
    audio = first(peer, "peer audio", decoder="ffmpeg") or first(peer, "peer audio")
    part("two hours of audio, 3,000 segments", first(ours, "audio"), audio, heard, test="audio")
    rows.append(
        (
            "two hours of audio: bytes to open, kB",
            kilobytes(first(ours, "audio").get("bytes")),
            kilobytes(audio.get("bytes")),
            "",
        )
    )
    return rows


def table(rows: list[Row], *, peer: bool) -> None:
    """Rows as markdown; what is empty was not measured."""
    print("| | Galley | Label Studio 1.23.2 | ratio, limit |\n|---|---:|---:|---:|")
    for title, left, right, said in rows:
        other = right or ("not driven" if peer else "not asked for")
        print(f"| {title} | {left or 'not measured'} | {other} | {said} |")


def memory(title: str, heaps: list[dict[str, Any]]) -> None:
    """What a tab holds after so many items."""
    print(
        f"\n### Memory of one tab: {title}\n\n"
        "| items | heap MB | of it data, MB | DOM nodes | listeners | documents |\n|---:|---:|---:|---:|---:|---:|"
    )
    for held in heaps:
        cells = [f"{held['items']:,}", f"{held['heap'] / 1e6:.2f}", f"{held.get('data', float('nan')) / 1e6:.2f}"]
        print("| " + " | ".join([*cells, *(str(held[name]) for name in ("nodes", "listeners", "documents"))]) + " |")
    if len(heaps) > 1:
        begun, last = heaps[-2 if len(heaps) < 3 else 1], heaps[-1]
        more = (last["items"] - begun["items"]) or 1
        data, whole = (last["data"] - begun["data"]) / more, (last["heap"] - begun["heap"]) / more
        print(
            f"\nFrom {begun['items']:,} to {last['items']:,} items: {data:,.0f} bytes of data an item, {whole:,.0f} of the heap"
            " (the difference is the engine's machine code, which grows until all was compiled)."
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--peer-items", type=int, default=100)
    parser.add_argument("--label-studio", action="store_true", help="measure it beside, in the same browser")
    parser.add_argument("--site", default="", help="a built web app to use")
    parser.add_argument("--quick", action="store_true", help="60 items and no peer: not for publishing")
    options = parser.parse_args()
    if options.quick:
        options.items, options.label_studio = min(options.items, 60), False
    WORK.mkdir(exist_ok=True)
    peer: Found = {}
    with tempfile.TemporaryDirectory(dir=WORK, prefix="workbench-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        site = {"GALLEY_SITE": options.site or str(build(folder)), "GALLEY_PYTHON": sys.executable}
        print(f"Load before: {os.getloadavg()[0]:.1f}.\n")
        ours = drive(folder, "workbench", BENCH_ITEMS=str(options.items), **site)
        for name, results in drive(folder, "frames", PYTHON=sys.executable, **site).items():
            ours.setdefault(name, []).extend(results)
        if options.label_studio:
            try:
                with label_studio(folder) as address:
                    settings = {"LABEL_STUDIO": address, "BENCH_PEER_ITEMS": str(options.peer_items)}
                    peer = drive(folder, "label_studio", PYTHON=sys.executable, **settings)
            except subprocess.CalledProcessError as problem:
                peer = {"failed": [{"title": "Label Studio's server", "why": f"did not start ({problem.returncode})"}]}
    table([*loads(ours, peer), *gestures(ours, peer)], peer=options.label_studio)
    print(
        "\nFrames: ms p50 / p95 / p99 / max between frames of a screen of 60 Hz; share that came late"
        f" (over {FRAME_MS} ms, jitter aside); ms of work of the main thread a frame. To open: Label Studio's begins with the"
        " navigation and has its server's answer in it; ours is the editor's alone, its code at hand."
    )
    if first(peer, "peer audio", decoder="webaudio", refused=True):
        print("\nTwo hours of audio in Label Studio are those of its decoder `ffmpeg`: the usual one refuses the file.")
    for title, held in (("Galley", ours.get("heap")), ("Label Studio", peer.get("peer heap"))):
        if held:
            memory(title, held[0]["heaps"])
    for who, found in (("Galley", ours), ("Label Studio", peer)):
        for one in found.get("failed", []):
            print(f"\n- {who}, {one['title']}: not measured to the end: {one['why']}")


if __name__ == "__main__":
    main()
