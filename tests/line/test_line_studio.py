"""Label Studio projects in and out, on a real database, held against Label Studio's own SDK."""

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from galley.annotate import service
from galley.annotate.content.model import Slots
from galley.annotate.flow.service import known_answers
from galley.annotate.model import Correction
from galley.annotate.predictions.service import predictions_for
from galley.annotate.review import revise
from galley.annotate.studio import repo
from galley.annotate.work.service import labeler_of
from galley.labels.label_studio_config import read_config
from galley.line.studio import StudioReport, StudioSettings, import_project
from galley.line.studio_export import export_project
from galley.store.workspace import Workspace
from galley.testing.memory import FakeClock

CONFIG = """<View>
  <Image name="img" value="$image"/>
  <Choices name="kind" toName="img" required="true"><Choice value="street"/><Choice value="field"/></Choices>
  <RectangleLabels name="boxes" toName="img"><Label value="Car"/><Label value="Sign"/></RectangleLabels>
  <BitmaskLabels name="mask" toName="img"><Label value="Road"/></BitmaskLabels>
</View>"""
SCHEMA = read_config(CONFIG).schema
# Two by two pixels, all set: the thi.ng rle-pack stream Label Studio stores.
RLE = [0, 0, 0, 16, 0, 31, 255, 255, 255, 255, 255, 255]


def _choice(word: str) -> dict[str, Any]:
    return {
        "id": f"c{word}",
        "from_name": "kind",
        "to_name": "img",
        "type": "choices",
        "value": {"choices": [word]},
        "origin": "manual",
    }


def _box(x: float, label: str = "Car") -> dict[str, Any]:
    return {
        "id": f"b{x}", "from_name": "boxes", "to_name": "img", "type": "rectanglelabels", "original_width": 640,
        "original_height": 480, "image_rotation": 0, "origin": "manual",
        "value": {"x": x, "y": 10, "width": 20.5, "height": 30, "rotation": 0, "rectanglelabels": [label]},
    }  # fmt: skip


def _annotation(number: int, who: Any, *results: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": number, "completed_by": who, "result": list(results), "was_cancelled": False, "ground_truth": False,
        "created_at": "2026-01-02T03:04:05.000006Z", "updated_at": "2026-01-02T03:04:05.000006Z", "lead_time": 12.5,
        "prediction": {}, "result_count": len(results), "unique_id": f"u{number}", "task": 1, "project": 1,
        "parent_prediction": None, "last_action": None, **more,
    }  # fmt: skip


def _task(number: int, *annotations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": number, "data": {"image": f"/data/{number}.jpg", "note": "说明"}, "annotations": list(annotations),
        "predictions": [], "drafts": [], "meta": {"a": [1, {"b": None}]}, "inner_id": number, "project": 1,
        "total_annotations": len(annotations), **more,
    }  # fmt: skip


ANN = {"id": 3, "email": "ann@example.org", "first_name": "Ann", "last_name": ""}
MASK = {"id": "m", "from_name": "mask", "to_name": "img", "type": "brushlabels", "original_width": 2, "original_height": 2, "image_rotation": 0, "value": {"format": "rle", "rle": RLE, "brushlabels": ["Road"]}}  # fmt: skip
TASKS = [
    _task(11, _annotation(1, ANN, _choice("street"), _box(5)), _annotation(2, 4, _choice("field"), _box(6.25), _box(50, "Sign"))),
    _task(12, _annotation(3, ANN, was_cancelled=True), cancelled_annotations=1),
    _task(13, _annotation(4, ANN, _choice("street"), ground_truth=True)),
    _task(14, _annotation(5, 4, _choice("street"), MASK)),
    _task(15, _annotation(6, 4, _choice("river"))),
    _task(16, predictions=[{"id": 8, "model_version": "v1", "score": 0.75, "result": [_choice("field")], "cluster": None}]),
    _task(17, drafts=[{"id": 9, "user": "ann", "result": [_choice("field")]}]),
    _task(18, _annotation(7, ANN, _choice("street")), _annotation(8, ANN, _choice("field"))),
    _task(19, _annotation(9, ANN, _choice("street")), _annotation(10, ANN, was_cancelled=True)),
]  # fmt: skip


def _bring(workspace: Workspace, data: bytes, config: str = CONFIG, **settings: Any) -> StudioReport:
    return import_project(
        workspace.database, workspace.blobs, FakeClock(), StudioSettings(line="signs", **settings),
        config=config, stream=io.BytesIO(data),
    )  # fmt: skip


def _sent(workspace: Workspace, config: str = CONFIG) -> list[dict[str, Any]]:
    project = service.get_project(workspace.database, "signs", "label")
    found = json.loads(b"".join(export_project(workspace.database, project, read_config(config).schema)))
    return sorted(found, key=lambda task: int(task["id"]))


def test_a_project_comes_in_and_goes_out_field_by_field(workspace: Workspace) -> None:
    broken = b'[{"id": 1, "data": {"image": nul}}, {"id": 2, "data": {}}, ' + json.dumps(TASKS).encode()[1:]
    report = _bring(workspace, broken, people={"ann@example.org": 77})
    assert (report.read, report.placed, report.kept, report.failed, report.repeated) == (11, 6, 3, 2, 0)
    assert report.answers == {"placed": 7, "skipped": 1, "kept": 2, "gold": 1, "drafts": 1}
    assert report.predictions == {"placed": 1}
    assert report.labelers == {"ann@example.org": 77, "4": None, "ann@example.org#2": None}
    assert any("BitmaskLabels" in loss for loss in report.losses)
    found = [(problem.place, problem.where, problem.code) for problem in report.problems]
    assert found == [
        (0, "task", "GLY-LAB-040"), (1, "task", "GLY-LAB-041"), (5, "annotation", "GLY-LAB-044"),
        (6, "annotation", "GLY-LAB-003"), (10, "annotation", "GLY-LIN-080"),
    ]  # fmt: skip
    assert _sent(workspace) == TASKS


def test_what_was_kept_can_be_read(workspace: Workspace) -> None:
    _bring(workspace, b'[{"id": 1, "data": {"image": nul}}, ' + json.dumps(TASKS[3:5]).encode()[1:])
    project = service.get_project(workspace.database, "signs", "label")
    with workspace.database.connection() as connection:
        rows = repo.troubled(connection, project.id, "", 10)
        raws = {row["place"]: repo.raw_task(connection, project.id, row["item"]) for row in rows}
    assert sorted((row["place"], row["state"]) for row in rows) == [(0, "failed"), (1, "kept"), (2, "kept")]
    assert raws[0] == ("failed", b'{"id": 1, "data": {"image": nul}}')
    kept = raws[1]
    assert kept is not None
    assert json.loads(kept[1])["annotations"] == TASKS[3]["annotations"]


def test_answers_are_in_the_queue(workspace: Workspace) -> None:
    _bring(workspace, json.dumps(TASKS).encode(), slots=Slots(overlap=2))
    database = workspace.database
    project = service.get_project(database, "signs", "label")
    given = list(service.judgements(database, project))
    assert {(each.labeler_name, each.labeler_kind) for each in given} == {
        ("studio:ann@example.org", "imported"), ("studio:ann@example.org#2", "imported"), ("studio:4", "imported"),
    }  # fmt: skip
    assert sum(each.is_gold for each in given) == 1
    two = [each for each in given if each.body.get("kind") == "field" and len(each.body["boxes"]) == 2]
    assert two[0].body["boxes"][0] == {
        "x": 40.0,
        "y": 48.0,
        "width": 131.2,
        "height": 144.0,
        "rotation": 0.0,
        "label": "Car",
    }
    # Two answers wanted of nine items; seven are there, and a skip is beside them.
    assert service.progress(database, project)["label"] == {"submitted": 7, "ready": 11, "skipped": 1}
    items = [each.item for each in repo_items(workspace)]
    thought = predictions_for(database, project.id, items)
    assert [(p.body["kind"], p.score, p.model_version) for found in thought.values() for p in found] == [
        ("field", 0.75, "v1")
    ]


def test_who_labelled_over_there_is_not_asked_again_here(workspace: Workspace) -> None:
    data = json.dumps(TASKS).encode()
    report = _bring(workspace, data, slots=Slots(overlap=3), people={"ann@example.org": 77})
    database, clock = workspace.database, FakeClock()
    project = service.get_project(database, "signs", "label")
    place = {each.item: json.loads(each.data)["image"] for each in repo_items(workspace)}
    ann, bob = (labeler_of(database, clock, person) for person in (77, 78))
    for who, barred in (
        (ann, {"/data/11.jpg", "/data/12.jpg", "/data/13.jpg", "/data/18.jpg", "/data/19.jpg"}),
        (bob, set()),
    ):
        leases = service.claim(database, clock, project, who, service.Request(count=50))
        assert {place[lease.item] for lease in leases} == set(place.values()) - barred
        for lease in leases:
            service.release(database, who, lease)
    given = list(service.judgements(database, project))
    authors = {labeler.id: labeler.name for labeler in service.labelers(database)}
    assert {authors[each.author] for each in given if each.labeler == ann} == {"studio:ann@example.org"}
    assert {each.labeler_kind for each in given} == {"imported"}
    with database.connection() as connection:
        noted = connection.execute("SELECT count(*) FROM annotate.outbox WHERE labeler = %s", (ann,)).fetchone()
    assert noted == (0,), "nothing of it is work that somebody did here"
    again = _bring(workspace, data, slots=Slots(overlap=3), people={"ann@example.org": 77})
    assert again.repeated == report.read
    assert len(list(service.judgements(database, project))) == len(given)
    assert _sent(workspace) == TASKS


def test_the_truth_over_there_is_known_here(workspace: Workspace) -> None:
    _bring(workspace, json.dumps(TASKS).encode())
    project = service.get_project(workspace.database, "signs", "label")
    (known,) = known_answers(workspace.database, project.id)
    assert (known["body"]["kind"], known["source"]) == ("street", "label-studio")
    with workspace.database.transaction() as connection:
        connection.execute("UPDATE annotate.gold SET body = '{\"kind\": \"field\"}', source = 'lead'")
    _bring(workspace, json.dumps(TASKS).encode())
    (known,) = known_answers(workspace.database, project.id)
    assert known["source"] == "lead", "what a lead has said since stays"


def repo_items(workspace: Workspace) -> list[repo.ExportRow]:
    project = service.get_project(workspace.database, "signs", "label")
    with workspace.database.connection() as connection:
        return repo.export_page(connection, project.id, "", 1000)


def test_the_same_export_again_adds_nothing(workspace: Workspace) -> None:
    data = json.dumps(TASKS).encode()
    first = _bring(workspace, data)
    again = _bring(workspace, data)
    assert (again.read, again.repeated) == (first.read, first.read)
    project = service.get_project(workspace.database, "signs", "label")
    assert len(list(service.judgements(workspace.database, project))) == 7
    assert _sent(workspace) == TASKS


def test_what_changes_here_goes_out_changed(workspace: Workspace) -> None:
    _bring(workspace, json.dumps(TASKS[:1]).encode())
    database, clock = workspace.database, FakeClock()
    project = service.get_project(database, "signs", "label")
    mine = next(each for each in service.judgements(database, project) if each.labeler_name == "studio:4")
    body = {**mine.body, "boxes": mine.body["boxes"][:1]}
    revise(database, clock, mine.labeler, Correction(slot=mine.slot, base=mine.revision, body=body, client_id="c"))
    (task,) = _sent(workspace)
    untouched, changed = task["annotations"]
    assert untouched == TASKS[0]["annotations"][0]
    assert (changed["id"], changed["lead_time"], len(changed["result"])) == (2, 12.5, 2)
    assert changed["updated_at"] != TASKS[0]["annotations"][1]["updated_at"]
    assert "total_annotations" not in task


TEXT_CONFIG = """<View><Text name="text" value="$text"/>
  <Choices name="topic" toName="text"><Choice value="a"/><Choice value="b"/></Choices>
  <Labels name="names" toName="text"><Label value="PER"/></Labels></View>"""


def _text_tasks(count: int) -> list[dict[str, Any]]:
    return [{"data": {"text": f"😀 Ann met Bob, number {place}"}} for place in range(count)]


def test_answers_given_here_are_read_by_label_studios_converter(workspace: Workspace, tmp_path: Path) -> None:
    converter = pytest.importorskip("label_studio_sdk.converter").Converter
    report = _bring(workspace, json.dumps(_text_tasks(3)).encode(), TEXT_CONFIG)
    assert (report.placed, report.answers) == (3, {})
    database, clock = workspace.database, FakeClock()
    project = service.get_project(database, "signs", "label")
    ann = service.ensure_labeler(database, clock, "ann", "person")
    body = {"topic": "b", "names": [{"start": 2, "end": 5, "label": "PER"}]}
    service.place_many(database, clock, project, ann.id, [(row.item, body) for row in repo_items(workspace)])
    file = tmp_path / "tasks.json"
    file.write_bytes(b"".join(export_project(database, project, read_config(TEXT_CONFIG).schema)))
    reader = converter(TEXT_CONFIG, str(tmp_path))
    reader.convert_to_csv(str(file), str(tmp_path / "csv"), is_dir=False, sep=",")
    lines = (tmp_path / "csv" / "result.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    assert '""start"":3,""end"":6,""text"":""Ann""' in lines[1]  # in UTF-16, as Label Studio counts
    reader.convert_to_conll2003(str(file), str(tmp_path / "conll"), is_dir=False)
    assert (tmp_path / "conll" / "result.conll").read_text(encoding="utf-8").count("B-PER") == 3


def test_imported_shapes_are_read_by_label_studios_converter(workspace: Workspace, tmp_path: Path) -> None:
    sdk = pytest.importorskip("label_studio_sdk.converter")
    _bring(workspace, json.dumps(TASKS[:4]).encode())
    project = service.get_project(workspace.database, "signs", "label")
    file = tmp_path / "tasks.json"
    file.write_bytes(b"".join(export_project(workspace.database, project, SCHEMA)))
    shapes = CONFIG.replace(
        '<Choices name="kind" toName="img" required="true"><Choice value="street"/><Choice value="field"/></Choices>',
        "",
    ).replace('<BitmaskLabels name="mask" toName="img"><Label value="Road"/></BitmaskLabels>', "")
    reader = sdk.Converter(shapes, str(tmp_path), download_resources=False)
    reader.convert_to_coco(str(file), str(tmp_path / "coco"), is_dir=False)
    coco = json.loads((tmp_path / "coco" / "result.json").read_text())
    assert [(each["name"]) for each in coco["categories"]] == ["Car", "Sign"]
    assert sorted(tuple(each["bbox"]) for each in coco["annotations"])[0] == (32.0, 48.0, 131.2, 144.0)
    reader.convert_to_yolo(str(file), str(tmp_path / "yolo"), is_dir=False)
    assert (tmp_path / "yolo" / "classes.txt").read_text().split() == ["Car", "Sign"]
    masked = sdk.Converter(CONFIG.replace("Bitmask", "Brush"), str(tmp_path), download_resources=False)
    tasks = [item for item in masked.iter_from_json_file(str(file)) if "mask" in item["output"]]
    found = sdk.brush.decode_from_annotation("mask", tasks[0]["output"]["mask"])
    assert [mask.shape for mask in found.values()] == [(2, 2)]


def test_json_min_comes_in(workspace: Workspace, tmp_path: Path) -> None:
    converter = pytest.importorskip("label_studio_sdk.converter").Converter
    file = tmp_path / "full.json"
    people = [_task(11, _annotation(1, 3, _choice("street"), _box(5)), _annotation(2, 4, _choice("field"), _box(6.25)))]
    file.write_text(json.dumps([*people, _task(13, _annotation(4, 3, _choice("street")))]))
    converter(CONFIG, str(tmp_path), download_resources=False).convert_to_json_min(
        str(file), str(tmp_path / "min"), is_dir=False
    )
    report = _bring(workspace, (tmp_path / "min" / "result.json").read_bytes())
    assert (report.read, report.placed, report.answers) == (2, 2, {"placed": 3, "gold": 0})
    project = service.get_project(workspace.database, "signs", "label")
    bodies = sorted(
        (each.labeler_name, each.body["kind"], len(each.body["boxes"]))
        for each in service.judgements(workspace.database, project)
    )
    assert bodies == [("studio:3", "street", 0), ("studio:3", "street", 1), ("studio:4", "field", 1)]
    (first, _) = repo_items(workspace)
    assert set(json.loads(first.data)) == {"image", "note"}


def test_an_export_goes_on_where_it_stopped(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("galley.line.studio_export._ITEMS_A_PAGE", 4)
    _bring(workspace, json.dumps(_text_tasks(10)).encode(), TEXT_CONFIG)
    project = service.get_project(workspace.database, "signs", "label")
    schema = read_config(TEXT_CONFIG).schema
    whole = list(export_project(workspace.database, project, schema).blocks())
    under_way = export_project(workspace.database, project, schema)
    first = next(under_way.blocks())
    rest = list(export_project(workspace.database, project, schema, after=under_way.place).blocks())
    texts = [task["data"]["text"] for block in [first, *rest] for task in json.loads(b"[" + block + b"]")]
    assert len(whole) == 3
    assert sorted(texts) == sorted(task["data"]["text"] for task in _text_tasks(10))


def test_memory_does_not_grow_with_the_project(workspace: Workspace) -> None:
    """The peak of writing 6,000 tasks is that of writing 3,000: pages are let go."""
    _bring(workspace, json.dumps(_text_tasks(6000)).encode(), TEXT_CONFIG)
    project = service.get_project(workspace.database, "signs", "label")
    schema = read_config(TEXT_CONFIG).schema
    export = export_project(workspace.database, project, schema).blocks()
    next(export)
    tracemalloc.start()
    peaks = []
    for _ in export:
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()
    tracemalloc.stop()
    assert len(peaks) == 2
    assert peaks[1] < 1.5 * peaks[0]
