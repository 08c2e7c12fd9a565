"""Consensus beside crowd-kit: accuracy and seconds on the same judgements, in one run on one machine.

    python bench/bench_consensus.py [--repeat 5]

Sets: rte, temp and wsd of crowd_snow2008 (GALLEY_SHARED_DATA) and a synthetic crowd of 24,945 judgements (8,315 items,
176 workers of mixed skill, two classes). crowd-kit 1.4.2 runs in its own environment under bench/work, made on first
use with `uv` (or `venv` and pip) from the package index this machine is set up for. Times are the best of the
repeats, one thread, reading not counted.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from galley.annotate.aggregator import Aggregator, Judgements
from galley.annotate.ext.dawid_skene import DawidSkene, DawidSkeneParams
from galley.annotate.ext.majority import Majority
from galley.kernel.draw import generator
from galley.kernel.extension import NoParams

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
WORK = Path(__file__).resolve().parent / "work" / "consensus"
PEER = "crowd-kit==1.4.2"
Row = tuple[str, str, str, str]  # item, worker, label, gold

OURS: list[tuple[str, Aggregator[NoParams] | Aggregator[DawidSkeneParams]]] = [
    ("galley majority", Majority(NoParams())),
    ("galley Dawid-Skene", DawidSkene(DawidSkeneParams())),
    ("galley one-coin", DawidSkene(DawidSkeneParams(model="one_coin"))),
    ("galley Dawid-Skene, shrink 5", DawidSkene(DawidSkeneParams(shrink=5.0))),
]

PEER_SCRIPT = """
import json, sys, time
import pandas
from crowdkit.aggregation import DawidSkene, MajorityVote, OneCoinDawidSkene
frame = pandas.read_csv(sys.argv[1], dtype=str)
gold = frame.drop_duplicates("task").set_index("task")["gold"]
told = frame[["task", "worker", "label"]]
found = {}
for name, make in (
    ("crowd-kit MajorityVote", lambda: MajorityVote()),
    ("crowd-kit DawidSkene", lambda: DawidSkene(n_iter=100)),
    ("crowd-kit OneCoinDawidSkene", lambda: OneCoinDawidSkene(n_iter=100)),
):
    best = None
    for _ in range(int(sys.argv[2])):
        started = time.perf_counter()
        labels = make().fit_predict(told)
        spent = time.perf_counter() - started
        best = spent if best is None else min(best, spent)
    found[name] = [float((labels == gold.loc[labels.index]).mean()), best]
print(json.dumps(found))
"""


def snow(task: str) -> list[Row] | None:
    path = SHARED / "crowd_snow2008" / f"{task}.csv"
    if not path.exists():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["item"], row["worker"], row["label"], row["gold"]) for row in csv.DictReader(file)]


def synthetic() -> list[Row]:
    """Three judgements an item; workers are right with chances from .45 to .98, and one class is four times rarer."""
    dice = generator(b"consensus".ljust(16, b"-"))
    items, workers = 8315, 176
    truth = (dice.random(items) < 0.2).astype(int)
    right = 0.45 + 0.53 * dice.random((workers, 2))
    rows: list[Row] = []
    for item in range(items):
        for worker in dice.choice(workers, 3, replace=False):
            said = truth[item] if dice.random() < right[worker, truth[item]] else 1 - truth[item]
            rows.append((f"i{item:05d}", f"w{worker:03d}", str(said), str(truth[item])))
    return rows


def judgements_of(rows: list[Row]) -> tuple[Judgements, "np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    items, workers = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    classes = sorted({row[2] for row in rows} | {row[3] for row in rows})
    place = [{name: code for code, name in enumerate(names)} for names in (items, workers, classes)]
    gold = {row[0]: place[2][row[3]] for row in rows}
    columns = [np.array([place[k][row[k]] for row in rows], dtype=np.int64) for k in range(3)]
    judgements = Judgements(
        item=columns[0],
        worker=columns[1],
        label=columns[2],
        items=tuple(items),
        workers=tuple(workers),
        classes=tuple(classes),
    )
    return judgements, np.array([gold[item] for item in items])


def peer_python() -> Path:
    """The peer's interpreter; its environment is made when missing."""
    python = WORK / "venv" / "bin" / "python"
    if python.exists():
        return python
    WORK.mkdir(parents=True, exist_ok=True)
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv:
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, str(WORK / "venv")], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), PEER], check=True)
    else:
        subprocess.run([sys.executable, "-m", "venv", str(WORK / "venv")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", PEER], check=True)
    return python


def peer(rows: list[Row], name: str, repeat: int) -> dict[str, tuple[float, float]]:
    python = peer_python()
    table = WORK / f"{name}.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("task", "worker", "label", "gold"))
        writer.writerows(rows)
    quiet = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TRANSFORMERS_VERBOSITY": "error"}
    done = subprocess.run(
        [str(python), "-W", "ignore", "-c", PEER_SCRIPT, str(table), str(repeat)],
        check=True,
        capture_output=True,
        text=True,
        env=quiet,
    )
    found: dict[str, tuple[float, float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    print("| set | method | accuracy | seconds |\n|---|---|---|---|")
    for name in ("rte", "temp", "wsd", "synthetic"):
        rows = synthetic() if name == "synthetic" else snow(name)
        if rows is None:
            print(f"| {name} | not in the shared data | | |")
            continue
        judgements, gold = judgements_of(rows)
        for title, aggregator in OURS:
            best = float("inf")
            accuracy = 0.0
            with threadpool_limits(1):
                for _ in range(given.repeat):
                    started = time.perf_counter()
                    found = aggregator.aggregate(judgements)
                    best = min(best, time.perf_counter() - started)
                    accuracy = float(np.mean(found.label == gold))
            print(f"| {name} ({len(rows)}) | {title} | {accuracy:.4f} | {best:.4f} |", flush=True)
        for title, (accuracy, spent) in peer(rows, name, given.repeat).items():
            print(f"| {name} ({len(rows)}) | {title} | {accuracy:.4f} | {spent:.4f} |", flush=True)


if __name__ == "__main__":
    main()
