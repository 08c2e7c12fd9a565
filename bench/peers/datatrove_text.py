"""datatrove's text filters and MinHash on a JSONL file; run by bench_text.py inside datatrove's own environment.

Prints one JSON object: {name: {"seconds": CPU seconds, "kept": documents}}. Written for datatrove 0.10.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datatrove.data import Document  # type: ignore[import-not-found]
from datatrove.executor.local import LocalPipelineExecutor  # type: ignore[import-not-found]
from datatrove.pipeline.dedup import minhash  # type: ignore[import-not-found]
from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter  # type: ignore[import-not-found]
from datatrove.pipeline.formatters import PIIFormatter  # type: ignore[import-not-found]
from datatrove.pipeline.readers import JsonlReader  # type: ignore[import-not-found]
from datatrove.pipeline.writers import JsonlWriter  # type: ignore[import-not-found]


def timed(work: Callable[[], int]) -> dict[str, Any]:
    """CPU seconds and documents kept."""
    start = time.process_time()
    kept = work()
    return {"seconds": time.process_time() - start, "kept": kept}


def filtered(step: Any, texts: list[str]) -> int:
    """How many documents a filter keeps; the first call loads the tokenizer and is not for timing."""
    verdicts = [step.filter(Document(text=text, id=str(place))) for place, text in enumerate(texts)]
    return sum(verdict is True for verdict in verdicts)


def near_dup(source: Path, work: Path) -> int:
    """The four stages of MinHash deduplication in one process; documents left."""
    config = minhash.MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)
    folders = {name: str(work / name) for name in ("signatures", "buckets", "remove", "out", "logs")}
    reader = JsonlReader(str(source.parent), glob_pattern=source.name)
    stages = [
        (1, [reader, minhash.MinhashDedupSignature(folders["signatures"], config=config)]),
        (14, [minhash.MinhashDedupBuckets(folders["signatures"], folders["buckets"], config=config)]),
        (1, [minhash.MinhashDedupCluster(folders["buckets"], folders["remove"], config=config)]),
        (1, [reader, minhash.MinhashDedupFilter(folders["remove"]), JsonlWriter(folders["out"], compression=None)]),
    ]
    for place, (tasks, steps) in enumerate(stages):
        LocalPipelineExecutor(steps, tasks=tasks, workers=1, logging_dir=f"{folders['logs']}/{place}").run()
    return sum(len(path.read_text().splitlines()) for path in Path(folders["out"]).iterdir())


def main() -> None:
    """`datatrove_text.py english.jsonl chinese.jsonl work-folder`."""
    english, chinese, work = (Path(argument) for argument in sys.argv[1:4])
    texts = [json.loads(line)["text"] for line in english.read_text().splitlines()]
    found: dict[str, Any] = {}
    steps = {
        "quality": GopherQualityFilter(),
        "repetition": GopherRepetitionFilter(),
    }
    for name, step in steps.items():
        filtered(step, texts[:1])
        found[name] = timed(lambda step=step: filtered(step, texts))  # type: ignore[misc]
    pii = PIIFormatter()
    found["pii"] = timed(lambda: sum(bool(pii.format(text)) for text in texts))
    shutil.rmtree(work, ignore_errors=True)
    found["near_dup"] = timed(lambda: near_dup(english, work / "english"))
    found["near_dup_chinese"] = timed(lambda: near_dup(chinese, work / "chinese"))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
