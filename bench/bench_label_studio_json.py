"""Label Studio's JSON in and out: import of plain tasks, export of annotated ones, label checks, each in seconds.

    .venv/bin/python bench/bench_label_studio_json.py [--tasks 100000] [--annotated 20000]

Label Studio 1.23.2 on the same kind of machine (PostgreSQL 15, two cores): import of 100,000 text tasks 33.5 s, export of
20,000 annotated ones as JSON 40 s. Beside it: `bench/work/label_studio`, when it was set up.
"""

import argparse
import io
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from galley.annotate.service import ensure_labeler, get_project, place_many
from galley.annotate.studio.repo import export_page
from galley.kernel.clock import SystemClock
from galley.labels.label_studio_blocks import BlockAnswer, BlockTask, TaskWriter
from galley.labels.label_studio_config import read_config
from galley.labels.label_type import Content
from galley.labels.schema import compiled, labels_check
from galley.labels.schema_text import schema_from_yaml
from galley.line.studio import StudioSettings, import_project
from galley.line.studio_export import export_project
from galley.store.workspace import Workspace

CONFIG = """<View><Text name="text" value="$text"/>
  <Choices name="topic" toName="text"><Choice value="world"/><Choice value="sport"/><Choice value="business"/></Choices></View>"""
TOPICS = ("world", "sport", "business")
SENTENCE = "Oil prices rose again on Friday as traders weighed supply fears against a weaker outlook for demand. "


def timed(what: str, count: int, work: Callable[[], Any]) -> Any:
    """Run, and print seconds, rate and the peak of the process."""
    began = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<46} {seconds:8.2f} s  {count / seconds:10,.0f}/s   peak {peak:6.0f} MB")
    return result


def checks() -> None:
    """Microseconds a label check, compiled and not."""
    shapes = [{"x": 3.25 * at, "y": 20.5, "width": 30.1, "height": 40, "label": "a"} for at in range(10)]
    for name, control, body, content in (
        ("one class", "{name: c, type: classify, choices: [a, b]}", "a", Content()),
        ("10 boxes", "{name: c, type: box, labels: [a]}", shapes, Content(width=640, height=480)),
        ("10 spans", "{name: c, type: span, labels: [a]}", [{"start": 3 * at, "end": 3 * at + 2, "label": "a"} for at in range(10)], Content(text=SENTENCE)),
    ):  # fmt: skip
        schema = schema_from_yaml(f"controls:\n  - {control}\n")
        checker = compiled(schema)
        for how, check in (
            ("plain", labels_check),
            ("compiled", lambda s, b, c: s.checker.check(b, c)),
        ):
            checker.check({"c": body}, content)
            began = time.perf_counter()
            for _ in range(5000):
                check(schema, {"c": body}, content)
            print(f"check {name}, {how:<30} {(time.perf_counter() - began) / 5000 * 1e6:8.2f} us")


def blocks(count: int) -> None:
    """The conversion alone, without a database."""
    writer = TaskWriter(read_config(CONFIG).schema)
    data = msgspec.json.encode({"text": SENTENCE * 2}).decode()
    head = '"id":1,"completed_by":1,"was_cancelled":false,"ground_truth":false'
    tasks = [BlockTask(at, data, [BlockAnswer(f'{{"topic": "{TOPICS[at % 3]}"}}', head)]) for at in range(count)]
    timed(f"convert {count:,} annotated tasks", count, lambda: writer.block(tasks))


def database(tasks: int, annotated: int) -> None:
    """Import, annotate, export, on an embedded PostgreSQL with durable commits."""
    text = msgspec.json.encode([{"data": {"text": f"{at} {SENTENCE * 2}"}} for at in range(tasks)])
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder) / "w", create=True) as workspace:
        base, clock, blobs = workspace.database, SystemClock(), workspace.blobs

        def bring(name: str, body: bytes) -> Any:
            settings = StudioSettings(line=name)
            return import_project(base, blobs, clock, settings, config=CONFIG, stream=io.BytesIO(body))

        timed(f"import {tasks:,} tasks", tasks, lambda: bring("plain", text))
        short = msgspec.json.encode([{"data": {"text": f"{at} {SENTENCE * 2}"}} for at in range(annotated)])
        bring("annotated", short)
        project = get_project(base, "annotated", "label")
        ann = ensure_labeler(base, clock, "ann", "person")
        with base.connection() as connection:
            items = [row.item for row in export_page(connection, project.id, "", annotated)]
        answers = [(item, {"topic": TOPICS[at % 3]}) for at, item in enumerate(items)]
        place_many(base, clock, project, ann.id, answers)
        schema = read_config(CONFIG).schema
        out = timed(
            f"export {annotated:,} annotated tasks", annotated, lambda: b"".join(export_project(base, project, schema))
        )
        timed(f"import those {annotated:,} again, annotated", annotated, lambda: bring("again", out))
        again = get_project(base, "again", "label")
        timed(
            f"export those {annotated:,} as they came",
            annotated,
            lambda: sum(map(len, export_project(base, again, schema))),
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--annotated", type=int, default=20_000)
    given = parser.parse_args()
    checks()
    blocks(given.annotated)
    database(given.tasks, given.annotated)


if __name__ == "__main__":
    main()
