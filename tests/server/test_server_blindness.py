"""What is hidden from those who work on records stays hidden from those who inspect; prelabels are for who holds the item."""

from typing import Any

import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate.flow import service as flow
from galley.annotate.predictions.service import NewPrediction, add_predictions
from galley.annotate.service import ensure_labeler

SCHEMA = "controls:\n  - {name: kind, type: classify, field: text, choices: [cat, dog]}\n"
SECRET = "s3cret-42"
IMAGE, PROOF = "blob:" + "ab" * 32, "blob:" + "cd" * 32
GRAPH = {"nodes": [{"kind": "annotate", "name": "label"}], "edges": [{"from": "label", "to": "end"}]}
ALL = "/api/v1/orgs/{org}/projects"


class Shop:
    """A project whose records hold their answer, all of them answered; one model thinks of each."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        settings = {"graph": GRAPH, "hidden_fields": ["gold", "proof"]}
        made = floor.post(ALL, by=floor.owner, json={"name": "sums", "schema": SCHEMA, "settings": settings})
        assert made.status_code == 201, made.text
        self.project = int(made.json()["id"])
        self.one = f"{ALL}/{self.project}"
        self.items = [f"i{number}" for number in range(4)]
        contents = [(item, {"text": item, "image": IMAGE, "gold": SECRET, "proof": PROOF}) for item in self.items]
        flow.add_items(floor.database, floor.ports.blobs, floor.clock, self.project, contents)
        model = ensure_labeler(floor.database, floor.clock, "pets", "machine").id
        said = [NewPrediction(item=item, body={"kind": "cat"}, score=0.5, model_version="1") for item in self.items]
        add_predictions(floor.database, floor.clock, self.project, model, said)

    def claim(self, by: Person, count: int) -> list[dict[str, Any]]:
        told = self.floor.post(f"{self.one}/work/claim", by=by, json={"count": count})
        return list(told.json()["leases"])

    def answer_all(self) -> None:
        by = self.floor.annotators[0]
        for lease in self.claim(by, len(self.items)):
            sent = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": "cat"}, "client_id": "c"}
            assert self.floor.post(f"{self.one}/work/submit", by=by, json=sent).status_code == 200

    def drawn(self) -> str:
        """The address of a lot of all answers with its sample drawn."""
        self.answer_all()
        terms = {"kind": "exact", "early": False}
        made = self.floor.post(f"{self.one}/lots", by=self.floor.owner, json={"name": "lot", "terms": terms})
        assert made.status_code == 201, made.text
        lot = f"{self.one}/lots/{made.json()['lot']['id']}"
        told = self.floor.post(f"{lot}/draw", by=self.floor.owner, json={})
        assert told.status_code == 200, told.text
        return lot

    def prelabels(self, by: Person, items: list[str] | None = None) -> Any:
        return self.floor.post(f"{self.one}/predictions/for", by=by, json={"items": items or self.items})


@pytest.fixture
def shop(floor: Floor) -> Shop:
    return Shop(floor)


def test_inspectors_judge_what_people_saw(shop: Shop) -> None:
    floor, lot = shop.floor, shop.drawn()
    inspector = floor.person("inspector", Role.INSPECTOR)
    sample = floor.get(f"{lot}/sample", by=inspector)
    assert sample.status_code == 200, sample.text
    assert {frozenset(one["content"]) for one in sample.json()["items"]} == {frozenset({"text", "image"})}
    item = sample.json()["items"][0]["item"]
    media = floor.get(f"{lot}/sample/media", by=inspector, params={"item": item})
    assert list(media.json()["links"]) == [IMAGE], media.text
    for leak in (SECRET, PROOF):
        assert leak not in sample.text + media.text


def test_who_may_read_any_item_sees_the_sample_whole(shop: Shop) -> None:
    floor, lot = shop.floor, shop.drawn()
    inspector = floor.person("inspecting auditor", Role.INSPECTOR, Role.AUDITOR)
    for by in (floor.owner, floor.person("manager", Role.MANAGER), inspector):
        sample = floor.get(f"{lot}/sample", by=by).json()["items"]
        assert {one["content"]["gold"] for one in sample} == {SECRET}
        media = floor.get(f"{lot}/sample/media", by=by, params={"item": sample[0]["item"]})
        assert set(media.json()["links"]) == {IMAGE, PROOF}


def test_nobody_else_sees_a_sample(shop: Shop) -> None:
    floor, lot = shop.floor, shop.drawn()
    other = floor.another("other")
    tenant = floor.person("tenant", Role.OWNER, Role.INSPECTOR, organisation=other)
    roles = (Role.ANNOTATOR, Role.REVIEWER, Role.CLIENT, Role.AUDITOR)
    for place in ("sample", "sample/media?item=i0"):
        assert floor.get(f"{lot}/{place}", by=tenant).status_code == 404
        assert {floor.get(f"{lot}/{place}", by=floor.person(role, role)).status_code for role in roles} == {403}
    # Through an organisation and a project of one's own, the lot of another is not there.
    opened = floor.post(f"/api/v1/orgs/{other}/projects", by=tenant, json={"name": "own", "schema": SCHEMA})
    own = f"/api/v1/orgs/{other}/projects/{opened.json()['id']}/lots/{lot.rpartition('/')[2]}"
    assert floor.get(f"{own}/sample", by=tenant).status_code == 404


def test_prelabels_are_for_who_holds_the_item(shop: Shop) -> None:
    floor = shop.floor
    ann, bob = floor.annotators[:2]
    assert shop.prelabels(ann).json() == {}
    held = {lease["item"] for lease in shop.claim(ann, 2)}
    assert set(shop.prelabels(ann).json()) == held
    assert shop.prelabels(bob).json() == {}
    assert set(shop.prelabels(floor.owner).json()) == set(shop.items)
    assert len(held) == 2


def test_prelabels_of_what_is_no_longer_held_are_not_told(shop: Shop) -> None:
    floor, ann = shop.floor, shop.floor.annotators[0]
    first, second = shop.claim(ann, 2)
    back = floor.post(f"{shop.one}/work/release", by=ann, json={"slot": first["slot"], "token": first["token"]})
    assert back.json() == {"released": True}
    assert set(shop.prelabels(ann).json()) == {second["item"]}


def test_nobody_else_is_told_prelabels(shop: Shop) -> None:
    floor = shop.floor
    shop.claim(floor.annotators[0], 4)
    tenant = floor.person("tenant", *Role, organisation=floor.another("other"))
    assert shop.prelabels(tenant).status_code == 404
    for role in (Role.INSPECTOR, Role.REVIEWER, Role.CLIENT, Role.AUDITOR):
        assert shop.prelabels(floor.person(role, role)).status_code == 403


def test_a_lease_in_one_project_shows_nothing_of_another(shop: Shop) -> None:
    floor, ann = shop.floor, shop.floor.annotators[0]
    opened = floor.post(ALL, by=floor.owner, json={"name": "other", "schema": SCHEMA})
    other = int(opened.json()["id"])
    flow.add_items(
        floor.database, floor.ports.blobs, floor.clock, other, [(item, {"text": "x"}) for item in shop.items]
    )
    held = floor.post(f"{ALL}/{other}/work/claim", by=ann, json={"count": 4}).json()["leases"]
    assert {lease["item"] for lease in held} == set(shop.items)
    assert shop.prelabels(ann).json() == {}
