"""The gallery, schemas checked as they are written, and projects out of templates and recipes."""

from typing import Any

import pytest
from galley_floor import Floor

from galley.access.model import Role
from galley.annotate.flow.graph import check_graph
from galley.labels.templates import template, templates
from galley.server.routes.templates import graph_of_overlap

ALL = "/api/v1/orgs/{org}"
CHECK = "/api/v1/schemas/check"
RECIPE = """\
line: reviews
collect:
  - {from: jsonl, path: /etc/passwd, text_field: text, license: CC0-1.0, basis: owned, grade: general}
annotate:
  schema: labels.yaml
  overlap: 2
  people: [{labeler: person, names: [ann, bob, cid]}]
"""
SCHEMA = "controls:\n  - {name: kind, type: classify, choices: [cat, dog]}\n"


def check(floor: Floor, status: int = 200, language: str = "en", **body: Any) -> Any:
    by = floor.person("guest")
    found = floor.post(CHECK, by=by, json=body, headers={"accept-language": language})
    assert found.status_code == status, found.text
    return found.json()


def test_anybody_signed_in_reads_the_gallery(floor: Floor) -> None:
    guest = floor.person("guest")
    listed = floor.get("/api/v1/templates", by=guest).json()["items"]
    assert [one["name"] for one in listed] == [one.name for one in templates()]
    one = floor.get("/api/v1/templates/boxes", by=guest).json()
    assert (one["types"], one["schema"]["controls"][0]["name"]) == (["box"], "things")
    picture = floor.get(one["record"]["image"], by=guest)
    assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert "sandbox" in picture.headers["content-security-policy"]
    for wrong in (
        "/api/v1/templates/none",
        "/api/v1/templates/media/boxes.yaml",
    ):
        assert floor.get(wrong, by=guest).status_code == 404
    assert floor.get("/api/v1/templates").status_code == 401


def test_a_schema_comes_back_in_its_canonical_form_however_it_is_written(floor: Floor) -> None:
    said = check(floor, text=SCHEMA)
    assert (said["valid"], said["problem"]) == (True, None)
    again = [check(floor, data=said["schema"]), check(floor, text=said["text"], format="yaml")]
    assert {one["sha256"] for one in again} == {said["sha256"]}
    config = (
        '<View><Text name="t" value="$text"/><Choices name="k" toName="t"><Choice value="a"/></Choices><Magic/></View>'
    )
    read = check(floor, text=config, language="zh")
    assert [control["name"] for control in read["schema"]["controls"]] == ["k"]
    assert [(loss["tag"], loss["title"]) for loss in read["losses"]] == [("Magic", "<Magic>：未知的标签")]


def test_what_is_wrong_is_told_with_its_line_in_the_language_asked_for(floor: Floor) -> None:
    wrong = check(floor, text="controls:\n  - {name: kind, type: clasify, choices: [cat]}\n", language="zh")
    assert (wrong["valid"], wrong["schema"], wrong["problem"]["code"], wrong["problem"]["line"]) == (
        False,
        None,
        "GLY-LAB-023",
        2,
    )
    assert "classify" in wrong["problem"]["hint"]
    assert "没有标注类型" in wrong["problem"]["title"]
    for text, kind in (("{", "json"), ("<View", "label-studio"), ("a: &x [*x]", "yaml"), ("", "auto")):
        if text:
            assert not check(floor, text=text, format=kind)["valid"]
    for body in ({}, {"text": SCHEMA, "data": {}}, {"text": ""}, {"text": "[]", "format": "json"}):
        check(floor, 400, **body)


def test_an_annotation_is_tried_on_the_schema(floor: Floor) -> None:
    found = template("boxes")
    right = check(floor, text=found.labels, record=found.record, answer=found.answer)
    assert right["answer"]["things"][0]["rotation"] == 0
    answer = {"things": [{"label": "car", "x": 300, "y": 0, "width": 100, "height": 10}]}
    wrong = check(floor, text=found.labels, record=found.record, answer=answer)
    assert (wrong["valid"], wrong["answer"]) == (True, None)
    assert (wrong["answer_problem"]["code"], wrong["answer_problem"]["place"]) == ("GLY-LAB-004", "things[0].x+width")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_project_begins_with_a_template(floor: Floor, language: str) -> None:
    said = {"template": "sentiment", "name": "shop", "language": language}
    made = floor.post(f"{ALL}/projects/from-template", by=floor.owner, json=said)
    assert made.status_code == 201, made.text
    one = f"{ALL}/projects/{made.json()['id']}"
    guideline = floor.get(f"{one}/guidelines/1", by=floor.owner).json()["text"]
    assert guideline == getattr(template("sentiment").guideline, language)
    assert made.json()["label_schema"] == floor.get("/api/v1/templates/sentiment", by=floor.owner).json()["sha256"]
    assert floor.post(f"{ALL}/projects/from-template", by=floor.owner, json=said).status_code == 409
    unknown = {**said, "template": "none"}
    assert floor.post(f"{ALL}/projects/from-template", by=floor.owner, json=unknown).status_code == 404


def test_a_project_begins_with_a_recipe_and_nothing_is_read_for_it(floor: Floor) -> None:
    said = {"recipe": RECIPE, "schema": SCHEMA, "guideline": "# Do"}
    made = floor.post(f"{ALL}/projects/from-recipe", by=floor.owner, json=said)
    assert made.status_code == 201, made.text
    assert (made.json()["name"], made.json()["line"]) == ("reviews", "reviews")
    assert [node["name"] for node in made.json()["graph"]["nodes"]] == ["annotate", "consensus", "adjudicate"]
    for recipe in (RECIPE.replace("overlap: 2", "overlap: 0"), "line: x\n", RECIPE.partition("annotate")[0]):
        wrong = floor.post(f"{ALL}/projects/from-recipe", by=floor.owner, json={**said, "recipe": recipe})
        assert wrong.status_code == 400, wrong.text


def test_only_who_may_open_projects_does(floor: Floor) -> None:
    for role in Role:
        by = floor.person(f"a-{role}", role)
        bodies = {
            "from-template": {"template": "sentiment", "name": f"one {role}"},
            "from-recipe": {"recipe": RECIPE.replace("reviews", f"reviews-{role}"), "schema": SCHEMA},
        }
        for route, body in bodies.items():
            status = floor.post(f"{ALL}/projects/{route}", by=by, json=body).status_code
            assert status == (201 if role in (Role.OWNER, Role.MANAGER) else 403), (role, route)


@pytest.mark.parametrize("overlap", [1, 2, 5, 100])
def test_an_overlap_is_a_graph_that_ends(overlap: int) -> None:
    check_graph(graph_of_overlap(overlap))
