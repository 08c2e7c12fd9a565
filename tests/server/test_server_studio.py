"""Label Studio over HTTP: a project moves in, a real model server predicts for it, nobody else sees either."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from galley_floor import Floor, Person
from galley_ml import serve_model

from galley.annotate.flow.advance import advance, advance_all
from galley.annotate.flow.model import Annotate, Edge, Graph, Settings
from galley.worker.duties import reach
from galley.worker.jobs.kinds import KINDS
from galley.worker.jobs.runner import Runner

CONFIG = """<View><Text name="text" value="$text"/>
  <Choices name="topic" toName="text" required="true"><Choice value="sport"/><Choice value="money"/></Choices>
  <Repeater on="$text" name="stars"/></View>"""
OPEN = "/api/v1/orgs/{org}/studio/projects"


def _task(number: int, text: str, *topics: str, **more: Any) -> dict[str, Any]:
    annotations = [
        {
            "id": number * 10 + place, "completed_by": place, "was_cancelled": False,
            "result": [{"id": "a", "from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": [topic]}}],
        }
        for place, topic in enumerate(topics)
    ]  # fmt: skip
    return {"id": number, "data": {"text": text}, "annotations": annotations, "predictions": [], **more}


TASKS = [
    _task(1, "the team won", "sport"),
    _task(2, "bank rates"),
    _task(3, "rain", "weather"),
    _task(4, "oil profit fell"),
]


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A running label-studio-ml server that the operator allows."""
    monkeypatch.setenv("GALLEY_BACKEND_HOSTS", "127.0.0.1")
    with serve_model(tmp_path, kind="words") as (url, _):
        yield url


def _opened(floor: Floor, **more: Any) -> dict[str, Any]:
    answer = floor.post(OPEN, json={"name": "topics", "config": CONFIG, "tasks": TASKS, **more}, by=floor.owner)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _work(floor: Floor) -> None:
    """The jobs that run beside the server."""
    runner = Runner(floor.ports.workspace, floor.clock, KINDS)
    while runner.run_once():
        continue


def test_a_project_moves_in_with_its_losses(floor: Floor) -> None:
    opened = _opened(floor)
    assert [
        ("<Repeater>" in loss, "Repeater" in zh) for loss, zh in zip(opened["losses"], opened["losses_zh"], strict=True)
    ] == [(True, True)]
    tasks = opened["tasks"]
    assert (tasks["read"], tasks["added"], tasks["failed"], tasks["answers"], tasks["state"]) == (4, 4, 0, 1, "done")
    project = opened["project"]["id"]
    troubles = floor.get(f"/api/v1/orgs/{{org}}/projects/{project}/studio/troubles", by=floor.owner).json()["items"]
    assert [(one["number"], one["state"], one["problems"][0]["code"]) for one in troubles] == [
        (3, "kept", "GLY-LAB-003")
    ]
    advance(floor.ports.house, floor.ports.blobs, floor.clock)
    # What is answered is not asked again: three of the four items are work.
    annotator = floor.annotators[0]
    claimed = floor.post(f"/api/v1/orgs/{{org}}/projects/{project}/work/claim", json={"count": 10}, by=annotator)
    assert len(claimed.json()["leases"]) == 3, claimed.text


def test_members_are_not_asked_what_they_labelled_over_there(floor: Floor) -> None:
    """By their e-mail address, whoever imports and however; what is the truth over there is known here."""
    moved, other = floor.annotators[:2]
    with floor.ports.house.connection() as connection:
        connection.execute("UPDATE access.person SET email = 'ann@example.org' WHERE id = %s", (moved.person,))
    graph = Graph(nodes=(Annotate(name="annotate", overlap=2),), edges=(Edge(source="annotate"),))
    tasks = [_task(1, "the team won", "sport"), _task(2, "bank rates"), _task(3, "a goal", "sport")]
    tasks[0]["annotations"][0]["completed_by"] = {"id": 9, "email": "Ann@example.org"}
    tasks[2]["annotations"][0]["ground_truth"] = True
    opened = _opened(floor, tasks=tasks, settings=msgspec.to_builtins(Settings(graph=graph)))
    project = opened["project"]["id"]
    advance_all(floor.ports.house, floor.ports.blobs, floor.clock)

    def met(by: Person) -> list[str]:
        path = f"/api/v1/orgs/{{org}}/projects/{project}/work/claim"
        leases = floor.post(path, json={"count": 10}, by=by).json()["leases"]
        return sorted(lease["content"]["text"] for lease in leases)

    assert met(moved) == ["a goal", "bank rates"], "the overlap that is left, and nobody can tell what is known"
    assert met(other) == ["bank rates", "the team won"]
    gold = floor.get(f"/api/v1/orgs/{{org}}/projects/{project}/gold", by=floor.owner)
    assert [one["source"] for one in gold.json()["items"]] == ["label-studio"], gold.text


def test_what_is_no_config_is_told(floor: Floor) -> None:
    for config, code in (
        ("<View>", "GLY-LAB-0"),
        ("<View/>", "GLY-LAB-0"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><View/>', "GLY-LAB-0"),
    ):
        answer = floor.post(OPEN, json={"name": "x", "config": config}, by=floor.owner)
        assert answer.status_code == 400
        assert answer.json()["code"].startswith(code)
    assert floor.post(OPEN, json={"name": "x", "config": CONFIG}, by=floor.annotators[0]).status_code == 403


def test_a_model_server_prelabels_and_helps(floor: Floor, model: str) -> None:
    project = _opened(floor)["project"]["id"]
    url = f"/api/v1/orgs/{{org}}/projects/{project}"
    made = floor.post(
        f"{url}/backends",
        json={"name": "topics", "url": model, "password": "hidden", "interactive": True},
        by=floor.owner,
    )
    assert made.status_code == 201, made.text
    assert "hidden" not in made.text
    one = f"{url}/backends/{made.json()['id']}"
    assert floor.post(f"{one}/test", by=floor.owner).json()["up"] is True
    started = floor.post(f"{one}/prelabel", json={}, by=floor.owner)
    assert started.status_code == 202, started.text
    assert floor.post(f"{one}/prelabel", json={}, by=floor.owner).json() == started.json()
    _work(floor)
    said = floor.get(f"{url}/predictions", by=floor.owner).json()["items"]
    assert sorted(row["body"]["topic"] for row in said) == ["money", "money"]
    wrong = floor.get(f"{url}/predictions/errors", by=floor.owner).json()["items"]
    assert [row["code"] for row in wrong] == ["GLY-LAB-003"]
    asking: dict[str, Any] = {"json": {"items": [row["item"] for row in said]}, "by": floor.annotators[0]}
    drawn = {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": ["sport"]}}
    helping: dict[str, Any] = {"json": {"item": said[0]["item"], "context": [drawn]}, "by": floor.annotators[0]}
    assert floor.post(f"{url}/predictions/for", **asking).json() == {}, "nothing is held yet"
    assert floor.post(f"{one}/interactive", **helping).json()["code"] == "GLY-ANN-046"
    floor.post(f"{url}/work/claim", json={"count": 5}, by=floor.annotators[0])
    shown = floor.post(f"{url}/predictions/for", **asking)
    assert {each[0]["body"]["topic"] for each in shown.json().values()} == {"money"}
    now = floor.post(f"{one}/predict", json={"items": [said[0]["item"]]}, by=floor.owner).json()
    assert (now["asked"], now["predicted"]) == (1, 1)
    asked = floor.post(f"{one}/interactive", **helping)
    assert asked.json()["labels"] == [{"topic": "sport"}], asked.text
    assert floor.patch(one, json={"interactive": False}, by=floor.owner).json()["interactive"] is False
    assert floor.post(f"{one}/interactive", json={"item": "x"}, by=floor.annotators[0]).status_code == 404
    for path in (f"{url}/backends", f"{url}/predictions", one):
        assert floor.get(path, by=floor.annotators[0]).status_code == 403
    assert floor.delete(one, by=floor.owner).status_code == 204
    assert floor.get(one, by=floor.owner).status_code == 404
    assert len(floor.get(f"{url}/predictions", by=floor.owner).json()["items"]) == len(said)


def test_addresses_inside_our_network_are_refused(floor: Floor) -> None:
    assert reach().private == ()
    project = _opened(floor, tasks=[])["project"]["id"]
    url = f"/api/v1/orgs/{{org}}/projects/{project}/backends"
    made = floor.post(url, json={"name": "a", "url": "http://169.254.169.254/latest"}, by=floor.owner).json()
    tested = floor.post(f"{url}/{made['id']}/test", by=floor.owner)
    assert (tested.status_code, tested.json()["up"]) == (200, False)
    assert "169.254.169.254" in tested.json()["reason"]
    for wrong in (
        {"url": "file:///etc/passwd"},
        {"url": "http://h", "batch": 0},
        {"url": "http://h", "seconds": 1e9},
        {"url": "http://u:p@h"},
        {"url": "http://h", "name": "\x00"},
    ):
        assert floor.post(url, json={"name": "b", **wrong}, by=floor.owner).status_code == 400, wrong


def test_nobody_else_sees_a_model_server(floor: Floor) -> None:
    project = _opened(floor, tasks=[])["project"]["id"]
    url = f"/api/v1/orgs/{{org}}/projects/{project}/backends"
    made = floor.post(url, json={"name": "a", "url": "http://example.org"}, by=floor.owner).json()
    other = floor.another("other")
    stranger = floor.person("stranger", *_owner(), organisation=other)
    for path in (url, f"{url}/{made['id']}", url.replace("backends", "predictions")):
        assert floor.get(path, by=stranger).status_code in (403, 404)
        assert floor.get(path.replace("{org}", str(other)), by=stranger).status_code == 404


def _owner() -> tuple[Any, ...]:
    from galley.access.model import Role

    return (Role.OWNER,)
