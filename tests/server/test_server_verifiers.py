"""Hidden fields never leave with work, and verifiers look at them for whoever holds the item, so many times a minute."""

import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate.flow import service as flow
from galley.annotate.flow.advance import advance_all
from galley.server.routes.verifiers import CHECKS_A_MINUTE

SCHEMA = "controls:\n  - {name: final, type: text, field: question, required: false}\n  - {name: best, type: ranking, field: responses}\n"
SECRET = "s3cret-42"
IMAGE = "blob:" + "ab" * 32
RECORD = {
    "question": "How many?",
    "responses": [{"id": "a", "content": "41"}, {"id": "b", "content": "42"}],
    "gold": SECRET,
    "proof": {"image": IMAGE, "why": SECRET},
}
SETTINGS: dict[str, Any] = {
    "graph": {
        "nodes": [{"kind": "annotate", "name": "label"}, {"kind": "review", "name": "review"}],
        "edges": [{"from": "label", "to": "review"}, {"from": "review", "to": "end"}],
    },
    "hidden_fields": ["gold", "proof"],
    "verifiers": [
        {"kind": "exact", "name": "answer", "control": "final", "field": "gold", "how": "text"},
        {"kind": "command", "name": "tests", "command": "always"},
    ],
}
ALL = "/api/v1/orgs/{org}/projects"
LABELS = {"final": SECRET, "best": [["b"], ["a"]]}


class Shop:
    """A project whose records hold their answer."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.reviewer = floor.person("reviewer", Role.REVIEWER)
        made = floor.post(ALL, by=floor.owner, json={"name": "sums", "schema": SCHEMA, "settings": SETTINGS})
        assert made.status_code == 201, made.text
        self.one = f"{ALL}/{made.json()['id']}"
        contents = [(f"i{n}", RECORD) for n in range(4)]
        flow.add_items(floor.database, floor.ports.blobs, floor.clock, int(made.json()["id"]), contents)

    def claim(self, by: Person, desk: str = "work") -> dict[str, Any]:
        answer = self.floor.post(f"{self.one}/{desk}/claim", by=by, json={"count": 1})
        assert answer.status_code == 200, answer.text
        assert SECRET not in answer.text
        lease: dict[str, Any] = answer.json()["leases"][0]
        return lease

    def check(self, by: Person, slot: int, labels: Any = None, **more: Any) -> Any:
        path = f"{self.one}/work/slots/{slot}/check"
        return self.floor.post(path, by=by, json={"labels": LABELS if labels is None else labels}, **more)


@pytest.fixture
def shop(floor: Floor) -> Shop:
    return Shop(floor)


def test_hidden_fields_do_not_leave_with_work(shop: Shop) -> None:
    floor, ann = shop.floor, shop.floor.annotators[0]
    lease = shop.claim(ann)
    assert lease["content"] == {name: RECORD[name] for name in ("question", "responses")}
    links = floor.get(f"{shop.one}/work/slots/{lease['slot']}/media", by=ann)
    assert links.status_code == 200, links.text
    assert IMAGE not in links.text
    wrong = {"slot": lease["slot"], "token": lease["token"], "client_id": "c1", "labels": {"best": [["x"], ["a"]]}}
    refused = floor.post(f"{shop.one}/work/submit", by=ann, json=wrong)
    assert refused.status_code == 400
    assert SECRET not in refused.text
    sent = floor.post(f"{shop.one}/work/submit", by=ann, json={**wrong, "labels": {"best": [["a"], ["b"]]}, "next": 1})
    assert sent.json()["receipt"]["accepted"], sent.text
    assert SECRET not in sent.text
    assert sent.json()["leases"][0]["content"].keys() == {"question", "responses"}
    advance_all(floor.ports.house, floor.ports.blobs, floor.clock)
    assert shop.claim(shop.reviewer, "reviews")["content"].keys() == {"question", "responses"}


def test_nor_in_any_other_way_for_those_who_label(shop: Shop) -> None:
    ann = shop.floor.annotators[0]
    shop.claim(ann)
    for path in ("explorer", "items", "item?item=i0", "exports", "settings"):
        answer = shop.floor.get(f"{shop.one}/{path}", by=ann)
        assert answer.status_code in (403, 404, 405), (path, answer.text)
    assert SECRET not in shop.floor.get(shop.one, by=ann).text
    manager = shop.floor.get(f"{shop.one}/item", by=shop.floor.owner, params={"item": "i0"})
    assert SECRET in manager.text  # it is there for those who run the project


def test_a_control_about_a_hidden_field_shows_nothing(shop: Shop) -> None:
    floor, ann = shop.floor, shop.floor.annotators[0]
    settings = {**SETTINGS, "hidden_fields": ["gold", "proof", "responses"]}
    assert floor.patch(shop.one, by=floor.owner, json={"settings": settings}).status_code == 200
    lease = shop.claim(ann)
    assert lease["content"].keys() == {"question"}  # at once, for leases from now on
    said = {"slot": lease["slot"], "token": lease["token"], "client_id": "c", "labels": {"best": [["x"]]}}
    refused = floor.post(f"{shop.one}/work/submit", by=ann, json=said)
    assert refused.json()["code"] == "GLY-LAB-012", refused.text


def test_verifiers_answer_whoever_holds_the_item(shop: Shop, tmp_path: Path) -> None:
    floor, (ann, other, _) = shop.floor, shop.floor.annotators
    place = tmp_path / "verifiers.toml"
    program = tmp_path / "always.py"
    program.write_text(
        "import json, sys\nprint(json.dumps({'passed': len(json.load(sys.stdin)['labels']) == 2, 'message': 'ran'}))"
    )
    place.write_text(f'[commands.always]\nrun = ["{sys.executable}", "-I", "{program}"]\n')
    object.__setattr__(floor.ports, "settings", replace_settings(floor, str(place)))
    lease = shop.claim(ann)
    found = shop.check(ann, lease["slot"])
    assert found.status_code == 200, found.text
    assert found.json() == [
        {"verifier": "answer", "passed": True, "message": "The answer is right."},
        {"verifier": "tests", "passed": True, "message": "ran"},
    ]
    wrong = shop.check(ann, lease["slot"], {"final": "41"}, headers={"accept-language": "zh-CN"})
    assert [one["passed"] for one in wrong.json()] == [False, False]
    assert wrong.json()[0]["message"] == "答案与标准答案不符。"
    assert SECRET not in wrong.text
    assert shop.check(other, lease["slot"]).json()["code"] == "GLY-ANN-285"  # not theirs
    assert shop.check(shop.reviewer, lease["slot"]).status_code in (403, 404)
    assert shop.check(ann, lease["slot"], [1]).status_code == 400


def test_checks_are_counted(shop: Shop) -> None:
    ann, other = shop.floor.annotators[:2]
    lease, theirs = shop.claim(ann), shop.claim(other)
    codes = [shop.check(ann, lease["slot"], {"final": str(n)}).status_code for n in range(CHECKS_A_MINUTE + 1)]
    assert codes == [200] * CHECKS_A_MINUTE + [429]
    assert int(shop.check(ann, lease["slot"]).headers["retry-after"]) <= 60
    assert shop.check(other, theirs["slot"]).status_code == 200
    assert shop.check(other, theirs["slot"]).json()[1]["passed"] is None  # nothing is installed under that name
    shop.floor.clock.advance(61)
    assert shop.check(ann, lease["slot"]).status_code == 200


def test_an_open_answer_is_no_hidden_one(shop: Shop) -> None:
    settings = {**SETTINGS, "hidden_fields": ["proof"]}
    refused = shop.floor.patch(shop.one, by=shop.floor.owner, json={"settings": settings})
    assert refused.json()["code"] == "GLY-ANN-041"


def replace_settings(floor: Floor, verifiers: str) -> Any:
    return msgspec.structs.replace(floor.ports.settings, verifiers=verifiers)
