"""Exports: pages that hold nothing between them, watermarks that miss nothing, labels as they are."""

import io
import threading
from typing import Any

import msgspec
import pytest

from galley.annotate import repo as queue
from galley.annotate.content import service as content
from galley.annotate.content.errors import CursorError, ExportSchemaError, FormatUnknownError
from galley.annotate.flow.service import NewProject, create
from galley.annotate.service import ensure_labeler, place_many
from galley.labels.label_studio_json import read_tasks
from galley.labels.schema import LabelSchema
from galley.labels.schema_text import schema_from_yaml
from galley.line.export_pages import item_pages, place_of, watermark_now
from galley.line.export_snapshot import SnapshotSettings, snapshot
from galley.line.exporting import ExportSettings, export
from galley.line.importing import Delivery, Dock, ImportSettings, import_body
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock

SCHEMA = "name: t\ncontrols:\n  - {name: topic, type: classify, field: text, choices: [World, Sports]}\n"


class Rig:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.clock, self.database = workspace, FakeClock(), workspace.database
        self.schema: LabelSchema = schema_from_yaml(SCHEMA)
        self.project = create(self.database, workspace.blobs, self.clock, NewProject(name="p", schema=self.schema)).id
        self.dock = Dock(database=self.database, blobs=workspace.blobs, clock=self.clock, project=self.project)

    def bring(self, count: int) -> None:

        body = b"".join(b'{"id":"i%05d", "text":"row %d", "extra": [1, 2.50]}\n' % (n, n) for n in range(count))
        number = content.open_import(self.database, self.clock, self.project, "x", ImportSettings())
        delivery = Delivery(
            dock=self.dock, import_id=number, settings=ImportSettings(), name="x.jsonl", tell=lambda _: None
        )
        assert import_body(delivery, io.BytesIO(body).read).added == count

    def answer(self, items: list[str], topic: str = "World", name: str = "person-1") -> None:
        labeler = ensure_labeler(self.database, self.clock, name, "machine" if name == "model" else "person")
        with self.database.connection() as connection:
            project = next(one for one in queue.projects(connection) if one.id == self.project)
        given = [(item, {"topic": topic}) for item in items]
        assert not place_many(self.database, self.clock, project, labeler.id, given).unplaced

    def out(self, **settings: Any) -> bytes:
        return b"".join(export(self.dock, ExportSettings(**settings)).blocks)

    def lines(self, **settings: Any) -> list[dict[str, Any]]:
        return [msgspec.json.decode(line) for line in self.out(**settings).splitlines()]


@pytest.fixture
def rig(workspace: Workspace) -> Rig:
    return Rig(workspace)


def test_content_and_answers_leave_as_they_came(rig: Rig) -> None:
    rig.bring(3)
    rig.answer(["i00001"])
    (line, end) = rig.out().splitlines()
    assert b'"data":{"id":"i00001", "text":"row 1", "extra": [1, 2.50]}' in line
    assert msgspec.json.decode(line)["answers"][0]["labels"] == {"topic": "World"}
    assert msgspec.json.decode(end)["galley"]["items"] == 1
    assert len(rig.lines(marker=False)) == 1


def test_label_studio_reads_what_is_written(rig: Rig) -> None:
    rig.bring(5)
    rig.answer(["i00001", "i00002"])
    rig.answer(["i00003"], "Sports", "model")

    tasks = list(read_tasks(io.BytesIO(rig.out(format="label-studio")), rig.schema))
    assert [len(task.answers) for task in tasks] == [1, 1, 1]
    assert [task.answers[0].machine for task in tasks] == [False, False, True]
    assert tasks[0].answers[0].labels == {"topic": "World"}
    assert not any(task.problems for task in tasks)


def test_pages_grow_with_small_items_and_cover_everything_once(rig: Rig) -> None:
    rig.bring(7_000)
    pages = [[item.item for item in page.items] for page in item_pages(rig.database, rig.project, include="all")]
    assert [item for page in pages for item in page] == [f"i{n:05d}" for n in range(7_000)]
    assert len(pages) <= 4
    answered = [page for page in item_pages(rig.database, rig.project, include="answered") if page.items]
    assert answered == []


def test_a_watermark_waits_for_whoever_commits_late(rig: Rig) -> None:
    """An answer whose transaction began before the watermark and ends after it is in the next increment."""
    rig.bring(3)
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def late() -> None:
        with rig.database.transaction() as connection:
            connection.execute(
                "INSERT INTO annotate.outbox (project, event, slot, item, at) VALUES (%s, 'revised', 1, 'i00002', now())",
                (rig.project,),
            )
            begun.set()
            go.wait(20)
        done.set()

    thread = threading.Thread(target=late)
    thread.start()
    begun.wait(20)
    rig.answer(["i00001"])
    first = export(rig.dock, ExportSettings())
    assert b"i00001" in b"".join(first.blocks)
    go.set()
    thread.join()
    assert done.is_set()
    changed = {line["id"] for line in rig.lines(after=first.watermark) if "id" in line}
    assert "i00002" in changed


def test_an_increment_goes_on_behind_its_cursor(rig: Rig) -> None:
    rig.bring(6_000)
    before = watermark_now(rig.database)
    rig.answer([f"i{n:05d}" for n in range(0, 6_000, 2)])
    lines = rig.lines(after=str(before))
    cursors = [place for place, line in enumerate(lines) if "cursor" in line.get("galley", {})]
    assert len(cursors) >= 2
    rest = rig.lines(after=str(before), cursor=lines[cursors[0]]["galley"]["cursor"])
    everything = [line["id"] for line in lines if "id" in line]
    assert sorted(set(everything)) == [f"i{n:05d}" for n in range(0, 6_000, 2)]
    assert [line["id"] for line in rest if "id" in line] == everything[cursors[0] :]


def test_what_cannot_be_asked_for_is_refused_before_the_first_byte(rig: Rig) -> None:
    wrongs: list[dict[str, Any]] = [{"format": "xml"}, {"after": "x"}, {"watermark": "1.2.3"}]
    for wrong in wrongs:
        with pytest.raises((FormatUnknownError, CursorError)):
            export(rig.dock, ExportSettings(**wrong))
    assert str(place_of("12.3")) == "12.3"
    with rig.database.connection() as connection:
        connection.execute("UPDATE annotate.project SET schema_sha256 = %s", ("0" * 64,))
    with pytest.raises(ExportSchemaError):
        export(rig.dock, ExportSettings(format="csv"))
    assert rig.lines() == [{"galley": rig.lines()[0]["galley"]}]


@pytest.mark.parametrize("form", ["parquet", "jsonl", "label-studio"])
def test_a_snapshot_is_what_the_exporter_makes(rig: Rig, form: str) -> None:
    rig.bring(2_100)
    rig.answer([f"i{n:05d}" for n in range(2_100)])
    told: list[int] = []
    found = snapshot(rig.dock, SnapshotSettings(format=form), told.append)
    assert found["report"]["records"] == 2_100
    assert rig.workspace.blobs.size(found["blob"]) == found["bytes"]
    assert told[-1] == 2_100
