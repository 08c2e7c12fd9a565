"""How many claims and answers a second the floor takes, how long each waits, and that none is double or lost.

    python bench/bench_floor.py [--people 1,20,100,300,1000] [--items 100000,1000000] [--seconds 10] [--processes 1]
                                [--think 1000:2,10000:10] [--database URL] [--label-studio] [--quick]

Real HTTP on a real `galley serve` (with its duties running), every person with a service token and a connection of their
own, every answer durable before it is acknowledged (fsync and synchronous_commit on); the client runs on the same cores.
A pair is one answer stored and the next item leased with its content: one request. PostgreSQL is one of our own with
default durability unless --database names one (its user must be able to create databases).

Beside it, on the same server in the same run: `pgbench` doing the naive pair in SQL (two transactions, no HTTP, no rules,
no accounts), and with --label-studio Label Studio 1.23.2 (installed under bench/work/ on first use, about 1 GB; needs
PostgreSQL's pg_trgm). `--think 1000:2`: a thousand people, each with an answer every two seconds.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from galley.annotate.model import Project
from galley.store.workspace import Workspace
from load.client import Plan, Seen
from load.people import Crew, counts, make_crew, make_project, open_workspace
from load.servers import binaries, free_port, galley, postgres, resident_mib

HERE = Path(__file__).parent
WORK = HERE / "work"
PGBENCH_CLIENTS = (16, 64)
QUIET_SECONDS = 90.0


def database(server: str, name: str) -> str:
    """A fresh database on a server; its URL."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return make_conninfo(server, dbname=name)


def settled(url: str) -> None:
    """Wait until the duties and the autovacuum are through with the items that were just made."""
    until, calm = time.monotonic() + QUIET_SECONDS, 0
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < until and calm < 6:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
                " AND backend_type IN ('client backend', 'autovacuum worker')"
            ).fetchone()
            calm = calm + 1 if row == (0,) else 0
            time.sleep(0.5)
        connection.execute("CHECKPOINT")


def naive(server: str, seconds: float) -> dict[int, float]:
    """Pairs a second of the naive SQL under pgbench, by clients; empty when there is no pgbench."""
    where = binaries()
    if where is None or not (where / "pgbench").exists():
        return {}
    url = database(server, "floor_naive")
    subprocess.run([where / "psql", "-q", "-f", HERE / "load/naive.sql", url], check=True, stderr=subprocess.DEVNULL)
    found: dict[int, float] = {}
    for clients in PGBENCH_CLIENTS:
        command = [
            str(where / "pgbench"),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            f"{seconds:.0f}",
        ]
        told = subprocess.run(
            [*command, "-f", str(HERE / "load/naive_pair.pgbench"), url], check=True, capture_output=True, text=True
        )
        tps = re.search(r"tps = ([\d.]+)", told.stdout)
        found[clients] = float(tps[1]) if tps else float("nan")
    return found


class Hall:
    """A served workspace with people and a project."""

    def __init__(self, workspace: Workspace, crew: Crew, project: Project, served: tuple[int, int]) -> None:
        self.workspace = workspace
        self.crew = crew
        self.project = project
        self.port, self.parent = served
        self.acknowledged = 0

    def play(self, people: int, seconds: float, every_seconds: float = 0.0) -> Seen:
        """One measurement."""
        path = f"/api/v1/orgs/{self.crew.organisation}/projects/{self.project.id}/work"
        plan = Plan(
            host="127.0.0.1",
            port=self.port,
            path=path,
            tokens=self.crew.tokens[:people],
            seconds=seconds,
            every_seconds=every_seconds,
        )
        command = [sys.executable, str(HERE / "load/client.py")]
        told = subprocess.run(
            command, input=msgspec.json.encode(plan), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        )
        seen = msgspec.json.decode(told.stdout, type=Seen)
        self.acknowledged += seen.acknowledged
        return seen

    def row(self, seen: Seen, *heads: str) -> str:
        """A line of the table."""
        held = counts(self.workspace, self.crew.organisation, self.project)
        lost = self.acknowledged - held["revisions"]
        double = seen.double + held["answered_twice"] + held["given_twice"]
        refused = sum(seen.refused.values())
        cells = [f"{seen.pairs / seen.seconds:,.0f}", f"{seen.p50_ms:.1f}", f"{seen.p99_ms:.1f}", f"{seen.most_ms:.0f}"]
        cells += [str(double), str(max(lost, 0)), str(refused), f"{resident_mib(self.parent):.0f}"]
        return "| " + " | ".join([*heads, *cells]) + " |"


@contextlib.contextmanager
def hall(server: str, folder: Path, *, people: int, items: int, processes: int) -> Iterator[Hall]:
    """Everything made and served."""
    url = database(server, "floor_galley")
    place = Path(tempfile.mkdtemp(dir=folder, prefix="hall-")) / "workspace"
    with open_workspace(place, url) as workspace:
        crew = make_crew(workspace, people)
        project = make_project(workspace, crew.organisation, items)
        with galley(place, url, processes) as served:
            settled(url)
            yield Hall(workspace, crew, project, served)


HEAD = "pairs/s | p50 ms | p99 ms | most ms | double | lost | refused | resident MiB |"
RULE = "---:|" * 8


def closed(server: str, folder: Path, options: argparse.Namespace, *, items: int, processes: int) -> dict[int, float]:
    """Everybody as fast as they can; pairs a second by people."""
    crowds = [int(people) for people in options.people.split(",")]
    print(f"\n### {items:,} items, {processes} server process{'es' if processes > 1 else ''}, no think time\n")
    print(f"| people | {HEAD}\n|---:|{RULE}")
    found: dict[int, float] = {}
    with hall(server, folder, people=max(crowds), items=items, processes=processes) as here:
        for people in crowds:
            seen = here.play(people, options.seconds)
            found[people] = seen.pairs / seen.seconds
            print(here.row(seen, f"{people:,}"), flush=True)
    return found


def thinking(server: str, folder: Path, options: argparse.Namespace, *, items: int, processes: int) -> None:
    """Everybody at a beat of their own."""
    plans = [(int(people), float(every)) for people, every in (plan.split(":") for plan in options.think.split(","))]
    print(f"\n### With think time: {items:,} items, {processes} server process{'es' if processes > 1 else ''}\n")
    print(f"| people | an answer every | {HEAD}\n|---:|---:|{RULE}")
    with hall(server, folder, people=max(people for people, _ in plans), items=items, processes=processes) as here:
        for people, every in plans:
            seen = here.play(people, max(options.seconds, 2 * every), every)
            print(here.row(seen, f"{people:,}", f"{every:g} s"), flush=True)


def label_studio(server: str, options: argparse.Namespace, tasks: int) -> dict[int, float]:
    """The same closed loop on Label Studio; pairs a second by people."""
    where, port = WORK / "label_studio", free_port()
    parts = conninfo_to_dict(database(server, "floor_label_studio"))
    (where / "ready").unlink(missing_ok=True)
    environment = {**os.environ, "PORT": str(port), "PEOPLE": "300"}
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "dbname"}
    environment |= {name: str(parts[part]) for name, part in names.items() if parts.get(part)}
    found: dict[int, float] = {}
    print(f"\n### Label Studio 1.23.2, {tasks:,} tasks, two workers\n")
    print("| people | pairs/s | p50 ms | p99 ms | double | failed |\n|---:|---:|---:|---:|---:|---|", flush=True)
    subprocess.run(
        ["bash", str(HERE / "peers/label_studio_serve.sh"), str(where)], env=environment, check=True, stdout=sys.stderr
    )
    try:
        crowds = ",".join(people for people in options.people.split(",") if int(people) <= 300)
        command = [sys.executable, str(HERE / "load/label_studio.py"), "--base", f"http://127.0.0.1:{port}"]
        command += ["--tokens", str(where / "tokens"), "--tasks", str(tasks), "--people", crowds]
        command += ["--seconds", str(max(options.seconds, 5 if options.quick else 30))]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        for line in map(json.loads, told.stdout.splitlines()):
            if "people" not in line:
                continue
            found[line["people"]] = line["pairs_a_second"]
            cells = [f"{line['people']:,}", f"{line['pairs_a_second']:.1f}", f"{line['p50_ms']:,.0f}"]
            cells += [f"{line['p99_ms']:,.0f}", str(line["double"]), json.dumps(line["failed"])]
            print("| " + " | ".join(cells) + " |", flush=True)
    finally:
        os.killpg(int((where / "pid").read_text()), signal.SIGTERM)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", default="1,20,100,300,1000")
    parser.add_argument("--items", default="100000,1000000")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--processes", default="1")
    parser.add_argument("--think", default="1000:2,10000:10")
    parser.add_argument("--database", default="", help="a PostgreSQL to use instead of one of our own")
    parser.add_argument("--label-studio", action="store_true", help="measure it beside, on the same PostgreSQL")
    parser.add_argument("--quick", action="store_true", help="a minute or two; not for publishing")
    options = parser.parse_args()
    if options.quick:
        options.people, options.items, options.seconds, options.think = "1,100", "20000", 3.0, "200:2"
    sizes = [int(items) for items in options.items.split(",")]
    processes = [int(count) for count in options.processes.split(",")]
    WORK.mkdir(exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=WORK, prefix="floor-")))
        folder.chmod(0o755)
        server = options.database or stack.enter_context(postgres(folder))
        with psycopg.connect(server) as connection:
            settings = (
                "server_version",
                "fsync",
                "synchronous_commit",
                "full_page_writes",
                "shared_buffers",
                "max_wal_size",
            )
            told = [
                f"{name} {(connection.execute('SELECT current_setting(%s)', (name,)).fetchone() or ('?',))[0]}"
                for name in settings
            ]
        print(f"PostgreSQL: {', '.join(told)}. Load before: {os.getloadavg()[0]:.1f}.")
        before = naive(server, options.seconds)
        rates: dict[int, float] = {}
        for items in sizes:
            for count in processes:
                found = closed(server, folder, options, items=items, processes=count)
                rates = (
                    {people: max(rate, rates.get(people, 0.0)) for people, rate in found.items()}
                    if items == sizes[0]
                    else rates
                )
        if options.think:
            thinking(server, folder, options, items=sizes[0], processes=processes[-1])
        after = naive(server, options.seconds)
        peer = label_studio(server, options, sizes[0]) if options.label_studio else {}
    print("\n### Beside\n")
    for clients, rate in before.items():
        print(
            f"- pgbench, naive pair, {clients} connections: {rate:,.0f} pairs/s before, {after.get(clients, 0):,.0f} after"
        )
    best = max([*before.values(), *after.values()], default=0.0)
    for people, rate in rates.items():
        ratios = [f"{rate / best:.1f} x pgbench's best"] if best else []
        ratios += [f"{rate / peer[people]:,.0f} x Label Studio"] if peer.get(people) else []
        print(f"- {people:,} people: {rate:,.0f} pairs/s{': ' if ratios else ''}{', '.join(ratios)}")


if __name__ == "__main__":
    main()
