"""What stands beside an answer somebody decides on, what was said in a project, and what gold is worth."""

from typing import Any

import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate.discuss.beside import letter
from galley.annotate.flow import service as flow
from galley.annotate.flow.advance import advance_all
from galley.annotate.predictions.service import NewPrediction, add_predictions
from galley.annotate.service import ensure_labeler
from galley.labels.schema_text import schema_from_yaml

SCHEMA = "name: t\ncontrols:\n - {name: kind, type: classify, field: text, choices: [cat, dog, cow]}\n"
GRAPH: dict[str, Any] = {
    "nodes": [
        {"kind": "annotate", "name": "label", "overlap": 2},
        {"kind": "consensus", "name": "agree"},
        {"kind": "adjudicate", "name": "decide"},
        {"kind": "review", "name": "review"},
    ],
    "edges": [
        {"from": "label", "to": "agree"},
        {"from": "agree", "to": "review", "on": "agree"},
        {"from": "agree", "to": "decide", "on": "disagree"},
        {"from": "decide", "to": "review"},
        {"from": "review", "to": "end"},
        {"from": "review", "to": "decide", "on": "return"},
    ],
}
Json = dict[str, Any]


class Court:
    """A project in which two people disagree about one item."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        new = flow.NewProject(name="p", schema=schema_from_yaml(SCHEMA))
        self.project = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
        self.base = f"/api/v1/orgs/{{org}}/projects/{self.project}"
        told = floor.patch(self.base, by=floor.owner, json={"settings": {"graph": GRAPH}})
        assert told.status_code == 200, told.text
        flow.add_items(floor.database, floor.ports.blobs, floor.clock, self.project, [("a", {"text": "a"})])
        self.judge = floor.person("judge", Role.REVIEWER)
        self.reviewer = floor.person("reviewer", Role.REVIEWER)

    def go(self) -> None:
        advance_all(self.floor.ports.house, self.floor.ports.blobs, self.floor.clock)

    def claim(self, by: Person, desk: str) -> Json:
        told = self.floor.post(f"{self.base}/{desk}/claim", by=by, json={"count": 1})
        assert told.status_code == 200, told.text
        [lease] = told.json()["leases"]
        return dict(lease)

    def submit(self, by: Person, desk: str, kind: str) -> None:
        lease = self.claim(by, desk)
        body = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": kind}, "client_id": f"{by.name}"}
        told = self.floor.post(f"{self.base}/{desk}/submit", by=by, json=body)
        assert told.status_code == 200, told.text
        self.go()

    def verdict(self, lease: Json, **more: Any) -> Json:
        body = {"slot": lease["slot"], "token": lease["token"], "client_id": f"v{lease['slot']}", **more}
        told = self.floor.post(f"{self.base}/reviews/verdicts", by=self.reviewer, json={"verdicts": [body]})
        self.go()
        return dict(told.json()[0])

    def beside(self, by: Person, desk: str, lease: Json) -> Any:
        return self.floor.get(f"{self.base}/{desk}/slots/{lease['slot']}/candidates", by=by)


@pytest.fixture
def court(floor: Floor) -> Court:
    made = Court(floor)
    made.submit(floor.annotators[0], "work", "cat")
    made.submit(floor.annotators[1], "work", "dog")
    return made


def test_who_decides_sees_the_opinions_without_names_and_nobody_else_does(court: Court) -> None:
    floor = court.floor
    model = ensure_labeler(floor.database, floor.clock, "model", "machine").id
    guess = NewPrediction(item="a", model_version="m@1", score=0.7, body={"kind": "cow"})
    add_predictions(floor.database, floor.clock, court.project, model, [guess])
    lease = court.claim(court.judge, "adjudications")
    told = court.beside(court.judge, "adjudications", lease)
    assert told.status_code == 200, told.text
    assert [(one["kind"], one["name"], one["body"], one["score"]) for one in told.json()] == [
        ("answer", "A", {"kind": "cat"}, None),
        ("answer", "B", {"kind": "dog"}, None),
        ("prelabel", "m@1", {"kind": "cow"}, 0.7),
    ]
    assert "annotator" not in told.text
    assert court.beside(court.reviewer, "adjudications", lease).status_code == 404
    assert court.beside(court.judge, "reviews", lease).status_code == 404, "a lease of another desk"
    assert court.beside(floor.annotators[0], "adjudications", lease).status_code == 403


def test_a_reviewer_sees_what_was_returned_and_why(court: Court) -> None:
    court.submit(court.judge, "adjudications", "cow")
    lease = court.claim(court.reviewer, "reviews")
    assert lease["before"]["body"] == {"kind": "cow"}
    assert [one["name"] for one in court.beside(court.reviewer, "reviews", lease).json()] == ["A", "B"]
    said = {"client_id": "c1", "body": "Look at the horns.", "kind": "wrong", "anchor": {"control": "kind"}}
    told = court.verdict(lease, verdict="return", reason="wrong", note="no cow", comments=[said])
    assert told["receipt"]["accepted"], told
    again = court.claim(court.judge, "adjudications")
    assert (again["before"]["reason"], again["before"]["note"]) == ("wrong", "no cow")
    body = {"slot": again["slot"], "token": again["token"], "labels": {"kind": "dog"}, "client_id": "again"}
    assert court.floor.post(f"{court.base}/adjudications/submit", by=court.judge, json=body).status_code == 200
    court.go()
    lease = court.claim(court.reviewer, "reviews")
    attempt = court.beside(court.reviewer, "reviews", lease).json()[-1]
    assert (attempt["kind"], attempt["body"], attempt["reason"], attempt["note"]) == (
        "attempt",
        {"kind": "cow"},
        "wrong",
        "no cow",
    )


def test_open_comments_of_a_project_page_by_page(court: Court) -> None:
    court.submit(court.judge, "adjudications", "cow")
    lease = court.claim(court.reviewer, "reviews")
    place = f"{court.base}/reviews/slots/{lease['target']}/comments"
    for number in range(3):
        sent = {"client_id": f"c{number}", "body": f"{number}", "kind": "question"}
        assert court.floor.post(place, by=court.reviewer, json=sent).status_code == 200

    def listed(**query: Any) -> Json:
        told = court.floor.get(f"{court.base}/reviews/comments/all", by=court.reviewer, params=query)
        assert told.status_code == 200, told.text
        return dict(told.json())

    first = listed(limit=2)
    assert [one["body"] for one in first["items"]] == ["2", "1"]
    assert [one["body"] for one in listed(limit=2, after=first["next"])["items"]] == ["0"]
    done = first["items"][0]["id"]
    path = f"{court.base}/reviews/comments/{done}/resolve"
    assert court.floor.post(path, by=court.reviewer, json={"resolved": True}).status_code == 200
    assert [one["body"] for one in listed()["items"]] == ["1", "0"]
    assert [one["body"] for one in listed(resolved=True)["items"]] == ["2", "1", "0"]
    path = f"{court.base}/reviews/comments/all"
    assert court.floor.get(path, by=court.floor.annotators[0]).status_code == 403


def test_gold_says_how_often_it_was_shown_and_passed(floor: Floor) -> None:
    new = flow.NewProject(name="p", schema=schema_from_yaml(SCHEMA))
    project = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
    base = f"/api/v1/orgs/{{org}}/projects/{project}"
    graph = {"nodes": [{"kind": "annotate", "name": "label"}], "edges": [{"from": "label", "to": "end"}]}
    settings = {"settings": {"graph": graph, "gold": {"rate": 1.0, "floor": 1.0}}}
    assert floor.patch(base, by=floor.owner, json=settings).status_code == 200
    items = [(name, {"text": name}) for name in ("a", "b", "c", "d", "e", "g1", "g2")]
    flow.add_items(floor.database, floor.ports.blobs, floor.clock, project, items)
    known = [{"item": name, "body": {"kind": "cat"}} for name in ("g1", "g2")]
    assert floor.put(f"{base}/gold", by=floor.owner, json={"answers": known}).json() == {"items": 2}
    seen = 0
    for who, kind in ((floor.annotators[0], "cat"), (floor.annotators[1], "dog")):
        for turn in range(2):
            [lease] = floor.post(f"{base}/work/claim", by=who, json={"count": 1}).json()["leases"]
            seen += lease["item"].startswith("g")
            body = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": kind}, "client_id": f"{turn}"}
            assert floor.post(f"{base}/work/submit", by=who, json=body).json()["receipt"]["accepted"]
            advance_all(floor.ports.house, floor.ports.blobs, floor.clock)
    listed = floor.get(f"{base}/gold", by=floor.owner).json()["items"]
    assert seen == 2, "gold comes up after the first answer"
    assert sum(one["shown"] for one in listed) == 2
    assert sum(one["passed"] for one in listed) == 1


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")])
def test_letters_go_on_after_z(place: int, name: str) -> None:
    assert letter(place) == name
