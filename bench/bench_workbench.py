"""The workbench in a browser: bytes of its first load, the first item, one item after another, and memory over a day's items.

    python bench/bench_workbench.py [--items 2000] [--peer-items 30] [--label-studio] [--site FOLDER]

Real input in Debian's Chromium over a real `galley serve` with a PostgreSQL of its own and a production build of the web
app (made into a folder of this run's unless --site names one). With --label-studio its own pages are driven the same way
in the same run, over its own server (installed under bench/work/ on first use). Bytes are those of the wire.
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
        subprocess.run(command, env=environment, check=True, stdout=sys.stderr)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(int((where / "pid").read_text()), signal.SIGTERM)


def drive(folder: Path, which: str, **settings: str) -> dict[str, list[dict[str, Any]]]:
    """Results of one file of measurements by name; what failed says so on the terminal."""
    out = folder / f"{which}.jsonl"
    environment = {**os.environ, **settings, "BENCH_OUT": str(out)}
    command = ["npx", "playwright", "test", "-c", "playwright.bench.config.ts", f"bench/{which}.bench.ts"]
    subprocess.run(command, cwd=WEB, env=environment, check=False, stdout=sys.stderr)
    found: dict[str, list[dict[str, Any]]] = {}
    for line in out.read_text().splitlines() if out.exists() else []:
        result = json.loads(line)
        found.setdefault(result.pop("name"), []).append(result)
    return found


def spread(of: dict[str, Any]) -> str:
    """Percentiles in a cell."""
    return f"{of['p50']:,.0f} / {of['p95']:,.0f} / {of['p99']:,.0f}"


def table(ours: dict[str, list[dict[str, Any]]], peer: dict[str, list[dict[str, Any]]]) -> None:
    """Both beside each other, as far as they were measured."""

    def one(of: dict[str, list[dict[str, Any]]], name: str) -> dict[str, Any]:
        return of.get(name, [{}])[0]

    rows: list[tuple[str, Any, Any]] = []
    load, other = one(ours, "first load"), one(peer, "peer first load")

    def kilo(found: dict[str, Any] | None) -> str | None:
        return f"{found['bytes'] / 1000:,.0f}" if found else None

    rows.append(("sign-in page, kB", kilo(load.get("signIn")), kilo(other.get("login"))))
    rows.append(("first page behind it, kB", kilo(load.get("work")), kilo(other.get("start"))))
    item, theirs = one(ours, "first item"), one(peer, "peer first item")
    opened = other.get("labelling")
    rows.append(("with an item open, kB", kilo(item), f"{opened / 1000:,.0f}" if opened else None))
    for name in ("cold", "warm"):
        rows.append((f"first item, {name} cache, ms p50/p95/p99", item.get(name), theirs.get(name)))
    rows.append(
        ("submit to next item, ms p50/p95/p99", one(ours, "next").get("paced"), one(peer, "peer next").get("paced"))
    )
    rows.append(("the same without a pause", one(ours, "next").get("quick"), None))
    print("| | Galley | Label Studio 1.23.2 |\n|---|---:|---:|")
    for title, left, right in rows:
        cells = [
            "not measured" if cell is None else spread(cell) if isinstance(cell, dict) else cell
            for cell in (left, right)
        ]
        print(f"| {title} | {' | '.join(cells)} |")


def memory(title: str, heaps: list[dict[str, Any]]) -> None:
    """What a tab holds after so many items."""
    print(
        f"\n### Memory of one tab: {title}\n\n| items | heap MB | DOM nodes | listeners | documents |\n|---:|---:|---:|---:|---:|"
    )
    for held in heaps:
        cells = [f"{held['items']:,}", f"{held['heap'] / 1e6:.1f}", held["nodes"], held["listeners"], held["documents"]]
        print("| " + " | ".join(str(cell) for cell in cells) + " |")
    first, last = heaps[0], heaps[-1]
    print(f"\n{(last['heap'] - first['heap']) / (last['items'] - first['items']):,.0f} bytes an item.")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--peer-items", type=int, default=30)
    parser.add_argument("--label-studio", action="store_true", help="measure it beside, in the same browser")
    parser.add_argument("--site", default="", help="a built web app to use")
    options = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    peer: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory(dir=WORK, prefix="workbench-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        site = options.site or str(build(folder))
        print(f"Load before: {os.getloadavg()[0]:.1f}.\n")
        ours = drive(
            folder, "workbench", GALLEY_SITE=site, BENCH_ITEMS=str(options.items), GALLEY_PYTHON=sys.executable
        )
        if options.label_studio:
            with label_studio(folder) as address:
                peer = drive(folder, "label_studio", LABEL_STUDIO=address, BENCH_PEER_ITEMS=str(options.peer_items))
    table(ours, peer)
    for title, held in (("Galley", ours.get("heap")), ("Label Studio", peer.get("peer heap"))):
        if held:
            memory(title, held[0]["heaps"])
    for found in peer.get("peer boxes", []) + peer.get("peer text", []):
        print(f"\n- Label Studio: {json.dumps(found)}")


if __name__ == "__main__":
    main()
