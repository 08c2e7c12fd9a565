"""Dialogue data through a project: brought in, answered, and out again, with the errors and losses counted."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from galley.annotate import repo as queue
from galley.annotate.content import service as content
from galley.annotate.flow.service import NewProject, create
from galley.annotate.service import ensure_labeler, place_many
from galley.annotate.verifiers.exact import same_answer
from galley.labels.label_type import Content
from galley.labels.schema import labels_check
from galley.labels.schema_text import schema_from_yaml
from galley.line.exporting import ExportSettings, export
from galley.line.importing import Delivery, Dock, ImportSettings, import_body
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock

TALK = "controls:\n  - {name: talk, type: dialogue, field: messages, edit: true}\n"
RANK = "controls:\n  - {name: best, type: ranking, field: responses}\n"
STEPS = "controls:\n  - {name: marks, type: steps, field: steps}\n"
GSM8K = Path(__file__).parents[3] / "shared/data/gsm8k"


class Rig:
    def __init__(self, workspace: Workspace, schema: str, name: str = "p") -> None:
        self.clock, self.database = FakeClock(), workspace.database
        self.schema = schema_from_yaml(schema)
        self.project = create(self.database, workspace.blobs, self.clock, NewProject(name=name, schema=self.schema)).id
        self.dock = Dock(database=self.database, blobs=workspace.blobs, clock=self.clock, project=self.project)

    def bring(self, body: bytes, form: str, name: str = "x.jsonl") -> Any:
        settings = ImportSettings(format=form)
        number = content.open_import(self.database, self.clock, self.project, name, settings)
        delivery = Delivery(dock=self.dock, import_id=number, settings=settings, name=name, tell=lambda _: None)
        return import_body(delivery, io.BytesIO(body).read)

    def items(self) -> dict[str, Any]:
        return {one["id"]: one["data"] for one in self.out(include="all") if "id" in one}

    def answer(self, given: list[tuple[str, dict[str, Any]]], name: str = "person-1") -> None:
        data = self.items()
        for item, labels in given:
            assert labels_check(self.schema, labels, Content(data=data[item])) == labels
        labeler = ensure_labeler(self.database, self.clock, name, "person")
        with self.database.connection() as connection:
            project = next(one for one in queue.projects(connection) if one.id == self.project)
        assert not place_many(self.database, self.clock, project, labeler.id, given).unplaced

    def out(self, **settings: Any) -> list[dict[str, Any]]:
        blocks = b"".join(export(self.dock, ExportSettings(**settings)).blocks)
        return [msgspec.json.decode(line) for line in blocks.splitlines()]


def lines(rows: list[Any]) -> bytes:
    return b"".join(msgspec.json.encode(row) + b"\n" for row in rows)


def test_chats_come_in_and_leave(workspace: Workspace) -> None:
    rig = Rig(workspace, TALK)
    rows = [
        {"id": f"t{n}", "conversations": [{"from": "human", "value": f"q{n}"}, {"from": "gpt", "value": f"a{n}"}]}
        for n in range(3)
    ]
    done = rig.bring(json.dumps([*rows, {"nothing": 1}], indent=1).encode(), "chat", "sharegpt.json")
    assert (done.read, done.added, done.failed) == (4, 3, 1)
    edited = {
        name: {"messages": [*data["messages"][:1], {"role": "assistant", "content": "better"}]}
        for name, data in rig.items().items()
    }
    rig.answer([(name, {"talk": value}) for name, value in sorted(edited.items())])
    *found, end = rig.out(format="chat")
    assert found == [{"messages": edited[name]["messages"]} for name in sorted(edited)]
    assert end["galley"]["losses"] == {}
    again = rig.bring(lines(found), "chat")
    assert (again.added, again.failed) == (3, 0)


def test_preferences_come_in_blind_and_leave_as_pairs(workspace: Workspace) -> None:
    rig = Rig(workspace, RANK)
    rows = [
        {"id": "p1", "prompt": "Say hi", "chosen": "Hi!", "rejected": "No."},
        {"id": "p2", "prompt": "Sum", "chosen": "4", "rejected": "5"},
    ]
    assert rig.bring(lines([*rows, {"prompt": "x", "chosen": "y"}]), "preference").failed == 1
    items = rig.items()
    best = [
        (n, {"best": [[items[n]["preferred"]], ["b" if items[n]["preferred"] == "a" else "a"]]}) for n in ("p1", "p2")
    ]
    rig.answer(best)
    *found, end = rig.out(format="preference", answers="chosen")
    assert found == [{name: row[name] for name in ("prompt", "chosen", "rejected")} for row in rows]
    assert end["galley"]["items"] == 2


PAIR = {"prompt": "Say hi", "chosen": "Hi!", "rejected": "No."}
SHAREGPT = {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}
PRM800K = {
    "question": {"problem": "1 + 1", "ground_truth_answer": "2"},
    "label": {"steps": [{"completions": [{"text": "It is 2.", "rating": 1}], "chosen_completion": 0}]},
}
TRL = {"prompt": "1 + 2", "completions": ["It is 3."], "labels": [True]}


@pytest.mark.parametrize(
    ("schema", "form", "rows"),
    [
        (RANK, "preference", [PAIR, {"prompt": "Sum", "chosen": "4", "rejected": "5", "id": "s"}]),
        (TALK, "chat", [SHAREGPT, {"messages": [{"role": "user", "content": "q"}]}]),
        (STEPS, "prm", [PRM800K, TRL]),
    ],
)
def test_what_rows_are_is_seen_without_being_told(
    workspace: Workspace, schema: str, form: str, rows: list[Any]
) -> None:
    rig, told = Rig(workspace, schema), Rig(workspace, schema, "told")
    done = rig.bring(lines([*rows, {"nothing": 1}]), "auto")
    assert (done.read, done.added, done.failed) == (3, 2, 1)
    assert told.bring(lines(rows), form).added == 2
    seen, known = rig.items(), told.items()
    assert list(seen.values()) == list(known.values())
    assert rig.bring(json.dumps(rows).encode(), "auto", "x.json").already == 2
    assert rig.bring(lines(rows[:1]), "jsonl").failed == 1


def test_tables_of_pairs_are_seen_too_and_fields_a_schema_shows_stay(workspace: Workspace) -> None:
    rig = Rig(workspace, RANK)
    table = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([PAIR]), table)
    assert rig.bring(table.getvalue().to_pybytes(), "auto", "x.parquet").added == 1
    assert rig.bring(b"prompt,chosen,rejected\nSum,4,5\n", "auto", "x.csv").added == 1
    assert {one["preferred"] for one in rig.items().values()} <= {"a", "b"}
    shown = Rig(workspace, "controls:\n  - {name: good, type: text, field: chosen}\n", "shown")
    assert shown.bring(lines([PAIR]), "auto").added == 1
    assert list(shown.items().values()) == [PAIR]


def test_real_problems_become_judged_steps(workspace: Workspace) -> None:
    if not (GSM8K / "train.jsonl.gz").exists():
        pytest.skip("shared/data/gsm8k is not here")
    with gzip.open(GSM8K / "train.jsonl.gz", "rt", encoding="utf-8") as file:
        raw = [json.loads(line) for _, line in zip(range(200), file, strict=False)]
    rows = [
        {
            "id": f"g{n:03}",
            "problem": one["question"],
            "steps": one["answer"].split("\n"),
            "labels": [1] * len(one["answer"].split("\n")),
        }
        for n, one in enumerate(raw)
    ]
    rig = Rig(workspace, STEPS)
    assert rig.bring(lines(rows), "prm").added == 200
    rig.answer(
        [(name, {"marks": [{"mark": mark} for mark in data["marks"]]}) for name, data in sorted(rig.items().items())]
    )
    found = rig.out(format="prm", marker=False)
    assert found == [{name: row[name] for name in ("problem", "steps", "labels")} for row in rows]
    assert all(same_answer(one["answer"].rpartition("####")[2], one["answer"]) for one in raw)


def test_models_answers_are_judged_as_their_authors_did() -> None:
    place = GSM8K / "example_model_solutions.jsonl"
    if not place.exists():
        pytest.skip("shared/data/gsm8k is not here")
    agree = total = 0
    for line in place.read_text("utf-8").splitlines():
        row = json.loads(line)
        for said in row.values():
            if isinstance(said, dict) and "is_correct" in said:
                total += 1
                agree += same_answer(said["solution"], row["ground_truth"], "number") == bool(said["is_correct"])
    assert total > 5000
    assert agree == total
