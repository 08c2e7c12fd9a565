"""Small lines for tests of the whole: folders with a recipe and raw data, the same bytes and file times each time."""

import csv
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from galley.kernel.draw import unit_interval

__all__ = ["TIME", "feelings_line", "feelings_rows", "text_line", "write_jsonl", "write_recipe"]

TIME = 1_600_000_000  # of every raw file; record times, and with them releases, follow from it

_SOURCE = {"from": "jsonl", "path": "raw.jsonl", "license": "CC0-1.0", "basis": "owned"}

_WORDS = {
    "good": "sunny warm friendly quick tasty clean bright calm gentle 很好 满意",
    "bad": "broken rude slow dirty noisy cold late stale bitter 很差 退货",
    "mixed": "average middling okay partly sometimes usual standard plain ordinary 一般 还行",
}
_PADDING = "the place service room staff food price we were it was and but with our at 我们 这家 服务"


def write_jsonl(file: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Rows as a JSONL file with a fixed time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    os.utime(file, (TIME, TIME))
    return file


def write_recipe(folder: Path, recipe: Mapping[str, Any], name: str = "line.yaml") -> Path:
    """A recipe; JSON is YAML."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(json.dumps(recipe, ensure_ascii=False, indent=1), encoding="utf-8")
    return file


def text_line(
    folder: Path,
    texts: Sequence[str],
    *,
    clean: Sequence[Any] = (),
    source: Mapping[str, Any] | None = None,
    **parts: Any,
) -> Path:
    """A line over texts: collect, clean, release; other parts of the recipe as keywords."""
    if source is None:
        write_jsonl(folder / "raw.jsonl", ({"id": f"r{place}", "text": text} for place, text in enumerate(texts)))
    recipe = {
        "line": "texts",
        "collect": [{**_SOURCE, **(source or {"id_field": "id"})}],
        "clean": list(clean),
        "release": {"name": "test/texts", "version": "1.0.0", "to": "release"},
        **parts,
    }
    return write_recipe(folder, {name: part for name, part in recipe.items() if part is not None})


def feelings_rows(count: int) -> list[dict[str, str]]:
    """Texts of three classes that a classifier tells apart after a few dozen of them."""
    seed = b"galley/test/feelings"
    rows = []
    for place in range(count):
        feeling = sorted(_WORDS)[int(unit_interval(seed, f"class/{place}") * 3)]
        telling, padding = _WORDS[feeling].split(), _PADDING.split()
        chosen = [
            words[int(unit_interval(seed, f"{place}/{slot}") * len(words))]
            for slot, words in enumerate([padding, telling, padding, telling, padding, telling, padding])
        ]
        rows.append({"id": f"r{place:04}", "text": f"{' '.join(chosen)} {place}", "feeling": feeling})
    return rows


def feelings_line(folder: Path, count: int = 240, **annotate: Any) -> Path:
    """A human+machine line over `feelings_rows`, answered by simulated people, with a certificate that can be had."""
    rows = feelings_rows(count)
    write_jsonl(folder / "raw.jsonl", ({name: row[name] for name in ("id", "text")} for row in rows))
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["key", "feeling"])
        table.writerows([row["id"], row["feeling"]] for row in rows)
    schema = {
        "name": "feelings",
        "controls": [{"name": "feeling", "type": "classify", "field": "text", "choices": sorted(_WORDS)}],
    }
    (folder / "labels.yaml").write_text(json.dumps(schema), encoding="utf-8")
    asked = {
        "schema": "labels.yaml",
        "mode": "human+machine",
        "target": {"accuracy": 0.85, "confidence": 0.9},
        "people": [
            {"labeler": "simulated", "truth_file": "truth.csv", "truth": "file.feeling", "error_rate": 0.02},
        ],
        "learner": "text_classifier",
        "loop": {"seed_min": 20, "audit_min": 20, "human_audit_min": 15, "gold_repeats": 5},
        **annotate,
    }
    clean = [{"op": "text.normalise"}, {"op": "text.dedup"}]
    return text_line(folder, [], clean=clean, source={"id_field": "id"}, annotate=asked, line="feelings")
