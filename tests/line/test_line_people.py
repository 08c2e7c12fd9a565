"""Who answers: people at a terminal, and labels made elsewhere, whole, with gaps and broken."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from galley_command import Ended, galley
from galley_lines import text_line, write_jsonl

RUN = ("run", "line.yaml", "--workers", "1", "--quiet", "--json")
TEXTS = ["the room was lovely", "the room was dirty", "很好", "很差"]
SCHEMA = {
    "name": "feelings",
    "controls": [{"name": "feeling", "type": "classify", "field": "text", "choices": ["good", "bad"]}],
}
SPANS = {"name": "names", "controls": [{"name": "names", "type": "span", "field": "text", "labels": ["PER", "LOC"]}]}


def asked(folder: Path, people: list[Any], schema: Any = SCHEMA, **annotate: Any) -> None:
    """A line over TEXTS that asks these people."""
    (folder / "labels.yaml").write_text(json.dumps(schema))
    text_line(folder, TEXTS, annotate={"schema": "labels.yaml", "people": people, **annotate})


def run(folder: Path, url: str, *words: str, stdin: str = "") -> Ended:
    return galley(*(words or RUN), folder=folder, environment={"GALLEY_DATABASE_URL": url}, stdin=stdin)


def labels(folder: Path) -> dict[str, Any]:
    """What the release says of each record: its label and who decided."""
    rows = [row for file in (folder / "release" / "data").glob("*.parquet") for row in pq.read_table(file).to_pylist()]
    return {row["key"]: (row.get("feeling"), row["decided_by"]) for row in rows}


def test_a_person_answers_at_the_terminal(tmp_path: Path, database_url: str) -> None:
    asked(tmp_path, ["person"])
    waiting = run(tmp_path, database_url)
    assert waiting.code == 6
    assert waiting.json()["error"]["facts"]["open"] == 4
    assert "galley work texts" in waiting.json()["error"]["hint"]
    (state,) = run(tmp_path, database_url, "status", "--json").json()
    assert (state["status"], state["open_answers"]) == ("waiting", 4)
    # A number, a word, a mistake that is asked again, and a stop.
    first = run(tmp_path, database_url, "work", "texts", stdin="1\nbad\nugly\nq\n")
    assert first.code == 0, first
    assert run(tmp_path, database_url).json()["error"]["facts"]["open"] == 2
    rest = run(tmp_path, database_url, "work", "texts", "--lang", "zh", stdin="good\n2\n")
    assert rest.code == 0, rest
    assert "已保存" in rest.out
    done = run(tmp_path, database_url)
    assert done.code == 0, done
    found = labels(tmp_path)
    assert {decided for _, decided in found.values()} == {"human"}
    assert sorted(feeling for feeling, _ in found.values()) == ["bad", "bad", "good", "good"]
    assert run(tmp_path, database_url, "work", "texts").code == 0  # nothing is left to ask


def test_work_for_a_line_that_asks_nothing_is_refused(tmp_path: Path, database_url: str) -> None:
    asked(tmp_path, ["person"])
    run(tmp_path, database_url)
    ended = run(tmp_path, database_url, "work", "text")
    assert ended.code == 1
    assert "texts" in ended.err


def test_a_worker_killed_between_claim_and_answer_gets_the_question_again(tmp_path: Path, database_url: str) -> None:
    asked(tmp_path, ["person"])
    run(tmp_path, database_url)
    environment = {"GALLEY_DATABASE_URL": database_url}
    killed = galley(
        "work",
        "texts",
        folder=tmp_path,
        environment=environment,
        stdin="1\n" * 4,
        crash="galley.annotate.repo:submit 2 before",
    )
    assert killed.code == -9
    assert run(tmp_path, database_url, "work", "texts", stdin="1\n" * 3).code == 0
    assert run(tmp_path, database_url).code == 0
    assert run(tmp_path, database_url, "versions", "texts.labelled", "--json").json()[0]["rows"] == 4


def jsonl(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    write_jsonl(folder / "given.jsonl", ({"key": key, "labels": {"feeling": said}} for key, said in given.items()))
    return {"labeler": "imported", "format": "jsonl", "path": "given.jsonl"}


def studio(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    tasks = [
        {
            "id": place,
            "data": {"text": TEXTS[int(key[1:])], "key": key},
            "annotations": [
                {
                    "result": [
                        {"from_name": "feeling", "to_name": "text", "type": "choices", "value": {"choices": [said]}}
                    ]
                }
            ],
        }
        for place, (key, said) in enumerate(given.items())
    ]
    (folder / "given.json").write_text(json.dumps(tasks, ensure_ascii=False))
    return {"labeler": "imported", "format": "label-studio", "path": "given.json"}


@pytest.mark.parametrize("form", [jsonl, studio])
def test_labels_made_elsewhere_are_taken_and_gaps_are_told(form: Any, tmp_path: Path, database_url: str) -> None:
    truth = {"r0": "good", "r1": "bad", "r2": "good", "r3": "bad"}
    asked(tmp_path, [form(tmp_path, {"r0": "good", "r1": "bad", "r2": "ugly"})])
    short = run(tmp_path, database_url)
    assert short.code == 6, short
    problem = short.json()["error"]
    assert problem["facts"]["open"] == 2  # one is missing, one is no label
    assert "ugly" in problem["hint"]
    asked(tmp_path, [form(tmp_path, truth)])
    done = run(tmp_path, database_url)
    assert done.code == 0, done
    assert labels(tmp_path) == {key: (said, "imported") for key, said in truth.items()}


SPAN_LABELS = {
    "r0": {"names": [{"start": 4, "end": 8, "label": "LOC"}]},
    "r1": {"names": [{"start": 0, "end": 3, "label": "PER"}, {"start": 4, "end": 8, "label": "LOC"}]},
    "r2": {"names": []},
    "r3": {"names": [{"start": 0, "end": 1, "label": "PER"}]},
}
BOXES = {
    "name": "things",
    "controls": [{"name": "things", "type": "box", "field": "image", "labels": ["cat", "dog"]}],
}
BOX_LABELS = {
    "a.png": {"things": [{"x": 4.0, "y": 8.0, "width": 16.0, "height": 10.0, "label": "cat"}]},
    "b.png": {"things": [{"x": 0.0, "y": 0.0, "width": 32.0, "height": 32.0, "label": "dog"}]},
}


def spans_line(folder: Path, people: Any) -> None:
    asked(folder, [people], schema=SPANS)


def boxes_line(folder: Path, people: Any) -> None:
    import os

    from galley_lines import TIME
    from PIL import Image

    (folder / "raw").mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(BOX_LABELS):
        Image.new("RGB", (64, 32), (place * 90, 10, 10)).save(folder / "raw" / name)
        os.utime(folder / "raw" / name, (TIME, TIME))
    (folder / "labels.yaml").write_text(json.dumps(BOXES))
    source = {"from": "files", "path": "raw/*"}
    text_line(folder, [], source=source, annotate={"schema": "labels.yaml", "people": [people]})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "file"),
    [("label-studio", "tasks.json"), ("conll", "records.conll"), ("coco", "instances.json"), ("yolo", "")],
)
def test_exported_labels_are_people_of_another_line(form: str, file: str, tmp_path: Path, database_url: str) -> None:
    """Labels go out in a foreign format and come back as `people:` of a fresh line: the same labelled version."""
    make, given = (boxes_line, BOX_LABELS) if form in ("coco", "yolo") else (spans_line, SPAN_LABELS)
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    write_jsonl(first / "given.jsonl", ({"key": key, "labels": said} for key, said in given.items()))
    make(first, {"labeler": "imported", "format": "jsonl", "path": "given.jsonl"})
    done = run(first, database_url)
    assert done.code == 0, done
    out = run(first, database_url, "export", "texts.labelled", "--to", form, "--out", str(second / "given"), "--json")
    assert out.code == 0, out
    path = f"given/{file}" if file else "given"
    assert (second / path).exists(), sorted(str(place) for place in (second / "given").rglob("*"))
    make(second, {"labeler": "imported", "format": form, "path": path})
    again = galley(*RUN, folder=second)
    assert again.code == 0, again
    roots = [ended.json()["account"]["versions"]["labelled"] for ended in (done, again)]
    assert roots[0] == roots[1]


def test_broken_lines_of_imported_labels_are_told(tmp_path: Path, database_url: str) -> None:
    asked(tmp_path, [jsonl(tmp_path, {"r0": "good"})])
    with (tmp_path / "given.jsonl").open("a") as file:
        file.write("{broken\n")
    problem = run(tmp_path, database_url).json()["error"]
    assert problem["facts"]["open"] == 3
    assert "line 2" in problem["hint"] or "2" in problem["hint"]


def test_a_file_of_labels_that_is_not_there_is_named(tmp_path: Path, database_url: str) -> None:
    asked(tmp_path, [{"labeler": "imported", "format": "coco", "path": "nowhere.json"}])
    ended = run(tmp_path, database_url)
    assert ended.code == 1
    assert "nowhere.json" in ended.json()["error"]["title"]


def test_the_machine_labels_what_nobody_did(tmp_path: Path, database_url: str) -> None:
    given = jsonl(tmp_path, {"r0": "good", "r1": "bad"})
    asked(tmp_path, [given], mode="machine", learner="text_classifier")
    done = run(tmp_path, database_url)
    assert done.code == 0, done
    found = labels(tmp_path)
    assert {key: decided for key, (_, decided) in found.items()} == {
        "r0": "imported",
        "r1": "imported",
        "r2": "machine",
        "r3": "machine",
    }
    assert done.json().get("certificate") is None
    # Again: nothing is asked or decided anew.
    assert run(tmp_path, database_url).json()["release_root"] == done.json()["release_root"]


def test_a_machine_with_nothing_to_learn_from_says_so(tmp_path: Path, database_url: str) -> None:
    asked(tmp_path, [jsonl(tmp_path, {"elsewhere": "good"})], mode="machine", learner="text_classifier")
    ended = run(tmp_path, database_url)
    assert ended.code in (1, 3, 6), ended
    assert ended.json()["error"]["code"].startswith("GLY-")


def test_too_few_hands_for_the_overlap_is_refused(tmp_path: Path, database_url: str) -> None:
    asked(tmp_path, [jsonl(tmp_path, {"r0": "good"})], overlap=2)
    ended = run(tmp_path, database_url)
    assert ended.code == 1
    assert ended.json()["error"]["code"] == "GLY-LIN-030"


def test_a_label_schema_that_is_missing_or_wrong_is_a_bad_recipe(tmp_path: Path, database_url: str) -> None:
    asked(tmp_path, ["person"])
    (tmp_path / "labels.yaml").write_text("name: x\ncontrols:\n  - name: a\n    type: clasify\n")
    wrong = run(tmp_path, database_url)
    assert wrong.code == 5, wrong
    (tmp_path / "labels.yaml").unlink()
    assert run(tmp_path, database_url).code == 5
    # Nothing was read before the schema was.
    assert not (tmp_path / "workspace" / "objects").exists() or not list((tmp_path / "workspace" / "objects").iterdir())
