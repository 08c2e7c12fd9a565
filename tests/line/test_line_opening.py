"""A line that waits for people: they answer through the server, and the line goes on when it is run again."""

import json
from pathlib import Path

import pytest
from galley_command import Ended, galley
from galley_floor import Floor, open_floor
from galley_lines import text_line

from galley.access.model import Role
from galley.kernel.record import RECORD_SCHEMA
from galley.labels.label_studio_config import read_config
from galley.labels.schema_text import schema_from_yaml
from galley.line.opening import data_of
from galley.store.workspace import Workspace

TEXTS = ["the room was lovely", "the room was dirty", "很好", "很差"]
SCHEMA = {"name": "feelings", "controls": [{"name": "feeling", "type": "classify", "choices": ["good", "bad"]}]}


def run(folder: Path, url: str) -> Ended:
    environment = {"GALLEY_DATABASE_URL": url}
    return galley("run", "line.yaml", "--workers", "1", "--quiet", "--json", folder=folder, environment=environment)


def labelled(floor: Floor, path: str, desk: str, *, most: int) -> int:
    """Have a person answer whatever a desk hands out; how many answers."""
    ann = floor.person(f"ann-{desk}", Role.ANNOTATOR, Role.REVIEWER, organisation=1)
    done = 0
    while leases := floor.post(f"{path}/{desk}/claim", by=ann, json={"count": 1}).json()["leases"]:
        (lease,) = leases
        word = "good" if lease["content"]["text"] in (TEXTS[0], TEXTS[2]) else "bad"
        said = {"slot": lease["slot"], "token": lease["token"], "labels": {"feeling": word}, "client_id": "c"}
        assert floor.post(f"{path}/{desk}/submit", by=ann, json=said).json()["receipt"]["accepted"]
        done += 1
        assert done <= most
    return done


def test_people_answer_a_line_through_the_server(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "labels.yaml").write_text(json.dumps(SCHEMA))
    text_line(tmp_path, TEXTS, annotate={"schema": "labels.yaml", "people": ["person"]})
    assert run(tmp_path, database_url).json()["error"]["facts"]["open"] == 4
    (stamp,) = tmp_path.rglob("workspace.json")
    with (
        Workspace.open(stamp.parent, environment={"GALLEY_DATABASE_URL": database_url}) as workspace,
        open_floor(workspace) as floor,
    ):
        lead = floor.person("lead", Role.OWNER, organisation=1)
        (project,) = floor.get("/api/v1/orgs/1/projects", by=lead).json()["items"]
        assert (project["line"], project["state"], project["graph"]) == ("texts", "open", None)
        path = f"/api/v1/orgs/1/projects/{project['id']}"
        schema = floor.get(f"{path}/schemas/1", by=lead).json()["schema"]
        assert schema["controls"][0]["name"] == "feeling"
        assert labelled(floor, path, "work", most=4) == 4
    done = run(tmp_path, database_url)
    assert done.code == 0, done


@pytest.mark.parametrize(
    ("record", "config", "data"),
    [
        ({"text": "hi"}, None, {"text": "hi"}),
        (
            {"blob": "a" * 64, "modality": "image", "width": 3, "height": 4},
            None,
            {"image": "blob:" + "a" * 64, "width": 3, "height": 4},
        ),
        (
            {"blob": "a" * 64, "modality": "image"},
            '<View><Image name="i" value="$img"/><Choices name="k" toName="i"><Choice value="x"/></Choices></View>',
            {"image": "blob:" + "a" * 64, "img": "blob:" + "a" * 64},
        ),
    ],
)
def test_what_people_see_of_a_record(record: dict[str, object], config: str | None, data: dict[str, object]) -> None:
    schema = schema_from_yaml(json.dumps(SCHEMA)) if config is None else read_config(config).schema
    whole = {**dict.fromkeys(RECORD_SCHEMA.names), "modality": "text", **record}
    assert data_of(whole, schema) == data
