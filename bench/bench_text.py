"""Speed of the text operators, beside memory bandwidth and beside datatrove in its own environment.

    python bench/bench_text.py [--copies 8] [--peer-copies 1] [--no-peer]

Input: docs_neardup of the shared test data (788 documents, 5 MB), scaled by repetition with edits: in each further copy
about one word in 40 is replaced, differently for each copy, so the text is real but the scale and its near-duplicates
are synthetic. Chinese: the sentences of cluener joined to documents of 20, and one copy of each with an edited
character in 100. Times are CPU seconds of one process (kernels run on one core), best of three after a warm-up that
compiles; near_dup and dedup are survey, plan and apply together. Beside text.characters
stands datatrove's GopherQualityFilter, beside text.pii its PIIFormatter (e-mail and IP only). Prints a markdown table.
"""

import argparse
import gzip
import itertools
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from galley.clean.operator import WholeSetOperator
from galley.kernel.extension import make
from galley.kernel.record import RECORD_SCHEMA
from galley.testing.batches import text_row
from galley.testing.memory import memory_desk

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", HERE / ".." / ".." / "shared" / "data"))
WORK = HERE / "work" / "text"
PEER = "datatrove[io,processing]==0.10.1"
SHARD_ROWS = 2048
OPERATORS: dict[str, dict[str, Any]] = {
    "text.normalise": {},
    "text.html_to_text": {"when": "always"},
    "text.length": {"words_min": 5},
    "text.characters": {},
    "text.repetition": {},
    "text.language": {},
    "text.pii": {},
    "text.dedup": {},
    "text.near_dup": {},
}
PEERS = {"text.characters": "quality", "text.repetition": "repetition", "text.pii": "pii", "text.near_dup": "near_dup"}


def english(copies: int) -> list[str]:
    """The documents, and further copies with one word in about 40 replaced."""
    with gzip.open(SHARED / "docs_neardup" / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        docs = [json.loads(line)["text"] for line in lines]
    texts = list(docs)
    for copy in range(1, copies):
        for number, doc in enumerate(docs):
            words = doc.split(" ")
            for place in range((number * 7 + copy) % 40, len(words), 40):
                words[place] = f"edit{copy}x{place}"
            texts.append(" ".join(words))
    return texts


def chinese() -> list[str]:
    """Documents of 20 sentences, and an edited copy of each."""
    with (SHARED / "cluener" / "train.jsonl").open(encoding="utf-8") as lines:
        sentences = [json.loads(line)["text"] for line in lines]
    docs = ["。".join(sentences[start : start + 20]) for start in range(0, len(sentences) - 20, 20)]
    edited = ["".join("改" if place % 100 == 50 else char for place, char in enumerate(doc)) for doc in docs]
    return docs + edited


def batches(texts: list[str]) -> list[pa.RecordBatch]:
    """Record batches of a shard's size."""
    rows = [text_row(str(place), text) for place, text in enumerate(texts)]
    return list(pa.Table.from_pylist(rows, schema=RECORD_SCHEMA).to_batches(max_chunksize=SHARD_ROWS))


def run(name: str, params: dict[str, Any], parts: list[pa.RecordBatch]) -> dict[str, int]:
    """Judge all batches; the number of records by verdict."""
    operator = make("operator", name, params)
    desk = memory_desk()
    if isinstance(operator, WholeSetOperator):
        plan = operator.plan(iter([operator.survey(part, desk) for part in parts]), desk)
        outcomes = [operator.apply(part, plan, desk) for part in parts]
    else:
        outcomes = [operator.apply(part, desk) for part in parts]  # type: ignore[attr-defined]
    verdicts = np.concatenate([one.verdicts for one in outcomes])
    return {
        word: int(np.count_nonzero(verdicts == code)) for code, word in ((0, "kept"), (1, "edited"), (4, "dropped"))
    }


def near_dup_quality() -> str:
    """Precision and recall of text.near_dup on docs_neardup against the components of all pairs with true J >= 0.8."""
    with gzip.open(SHARED / "docs_neardup" / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        docs = [json.loads(line) for line in lines]
    shingles = []
    pages: dict[str, list[int]] = {}
    for place, doc in enumerate(docs):
        words = re.findall(r"\w+", doc["text"].lower())
        shingles.append({tuple(words[at : at + 5]) for at in range(max(1, len(words) - 4))})
        pages.setdefault(doc["path_cluster"], []).append(place)
    alike = [
        (one, other)
        for places in pages.values()
        for one, other in itertools.combinations(places, 2)
        if len(shingles[one] & shingles[other]) >= 0.8 * len(shingles[one] | shingles[other])
    ]
    heads = list(range(len(docs)))
    for one, other in alike:
        heads = [heads[one] if head == heads[other] else head for head in heads]
    parts = batches([doc["text"] for doc in docs])
    operator = make("operator", "text.near_dup", {})
    assert isinstance(operator, WholeSetOperator)
    plan = operator.plan(iter([operator.survey(part, memory_desk()) for part in parts]), memory_desk())
    ids = [record for part in parts for record in part.column("id").to_pylist()]
    survivor = dict(zip(plan.column("id").to_pylist(), plan.column("survivor").to_pylist(), strict=True))
    ours, right = pairs([survivor.get(record, record) for record in ids]), pairs(heads)
    linked = len(set(alike) & ours)
    return (
        f"Near-duplicates on docs_neardup, pairs put together against the components of true J >= 0.8: precision "
        f"{len(ours & right) / len(ours):.3f}, recall {len(ours & right) / len(right):.3f}; of the {len(alike):,} pairs with "
        f"J >= 0.8, {linked / len(alike):.1%} end together."
    )


def pairs(heads: Sequence[Any]) -> set[tuple[int, int]]:
    """All pairs of places with the same head."""
    groups: dict[Any, list[int]] = {}
    for place, head in enumerate(heads):
        groups.setdefault(head, []).append(place)
    return {pair for places in groups.values() for pair in itertools.combinations(places, 2)}


def best(work: Callable[[], Any], times: int = 3) -> float:
    """CPU seconds of the fastest of several runs."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def bandwidth() -> float:
    """MB copied a second by one core, memory to memory."""
    source = np.ones(256 << 20, dtype=np.uint8)
    target = np.empty_like(source)
    return float(source.nbytes / 1e6 / best(lambda: np.copyto(target, source)))


def peer(texts: list[str], zh: list[str]) -> dict[str, Any]:
    """What datatrove needs for the same texts, in its own virtual environment (made when absent)."""
    WORK.mkdir(parents=True, exist_ok=True)
    python = HERE / "work" / "datatrove-venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", PEER, "spacy"], check=True)
    for name, some in (("english", texts), ("chinese", zh)):
        lines = [json.dumps({"id": str(place), "text": text}) for place, text in enumerate(some)]
        (WORK / f"{name}.jsonl").write_text("\n".join(lines))
    script = HERE / "peers" / "datatrove_text.py"
    command = [str(python), str(script), str(WORK / "english.jsonl"), str(WORK / "chinese.jsonl"), str(WORK / "run")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def size(texts: list[str]) -> float:
    """MB of UTF-8."""
    return sum(len(text.encode()) for text in texts) / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--copies", type=int, default=8)
    parser.add_argument("--peer-copies", type=int, default=1)
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()

    en, zh = english(options.copies), chinese()
    small = en[: 788 * options.peer_copies]
    theirs = {} if options.no_peer else peer(small, zh)
    speed = bandwidth()
    print(
        f"English {len(en)} records, {size(en):.1f} MB; Chinese {len(zh)} records, {size(zh):.1f} MB; datatrove on the"
    )
    print(
        f"first {len(small)} English records. Memory copy: {speed:.0f} MB/s a core. Load: {os.getloadavg()[0]:.1f}.\n"
    )
    print(
        "| operator | en MB/s | en records/s | zh MB/s | share of memory copy | nearest datatrove step MB/s | times | en verdicts |"
    )
    print("|---|---|---|---|---|---|---|---|")
    en_parts, zh_parts = batches(en), batches(zh)
    for name, params in OPERATORS.items():
        verdicts = run(name, params, en_parts)
        seconds = best(lambda name=name, params=params: run(name, params, en_parts))  # type: ignore[misc]
        zh_seconds = best(lambda name=name, params=params: run(name, params, zh_parts))  # type: ignore[misc]
        rate = size(en) / seconds
        other = size(small) / theirs[PEERS[name]]["seconds"] if name in PEERS and theirs else None
        beside = f"{other:.2f} | {rate / other:.0f}" if other else "|"
        said = ", ".join(f"{word} {count}" for word, count in verdicts.items() if count)
        print(
            f"| {name} | {rate:.0f} | {len(en) / seconds:.0f} | {size(zh) / zh_seconds:.0f} | {rate / speed:.3f}"
            f" | {beside} | {said} |"
        )
    found = run("text.near_dup", {}, zh_parts).get("dropped", 0)
    print(f"\nChinese near-duplicates planted: {len(zh) // 2}; text.near_dup drops {found}", end="")
    print(f", datatrove {len(zh) - theirs['near_dup_chinese']['kept']}." if theirs else ".")
    print(f"\n{near_dup_quality()}")


if __name__ == "__main__":
    main()
