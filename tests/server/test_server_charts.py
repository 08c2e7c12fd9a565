"""The folded series behind charts: agreement, known answers, reviews by reason, labels, and what becomes of prelabels."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate.counters.explorer import index_items
from galley.annotate.flow import service as flow
from galley.annotate.flow.advance import advance_all
from galley.annotate.time.assist import read_assisted
from galley.annotate.time.service import account
from galley.labels.schema_text import schema_from_yaml
from galley.worker.agreement import agree

SCHEMA = "name: t\ncontrols:\n - {name: kind, type: classify, field: text, choices: [cat, dog, cow]}\n"
Json = dict[str, Any]


def graph(overlap: int) -> Json:
    return {
        "nodes": [{"kind": "annotate", "name": "label", "overlap": overlap}, {"kind": "review", "name": "review"}],
        "edges": [
            {"from": "label", "to": "review"},
            {"from": "review", "to": "end"},
            {"from": "review", "to": "label", "on": "return"},
        ],
    }


class Desk:
    """A project, and everything that folds what happens in it."""

    def __init__(self, floor: Floor, *, items: int, overlap: int = 1, **settings: Any) -> None:
        self.floor = floor
        new = flow.NewProject(name="p", schema=schema_from_yaml(SCHEMA))
        self.project = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
        self.base = f"/api/v1/orgs/{{org}}/projects/{self.project}"
        told = floor.patch(self.base, by=floor.owner, json={"settings": {"graph": graph(overlap), **settings}})
        assert told.status_code == 200, told.text
        contents = [(f"i{n:03}", {"text": f"sign {n}"}) for n in range(items)]
        flow.add_items(floor.database, floor.ports.blobs, floor.clock, self.project, contents)

    def answer(self, by: Person, kinds: dict[str, str] | str, assisted: Any = None) -> str:
        """The next item, answered; which one it was."""
        [lease] = self.floor.post(f"{self.base}/work/claim", by=by, json={"count": 1}).json()["leases"]
        kind = kinds if isinstance(kinds, str) else kinds[lease["item"]]
        self.floor.clock.advance(10)
        activity = {"v": 1, "duration_ms": 10_000, "pointer": [[0, 10_000]]}
        activity |= {} if assisted is None else {"assisted": assisted}
        body = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": kind}, "activity": activity}
        told = self.floor.post(f"{self.base}/work/submit", by=by, json={**body, "client_id": f"c{lease['slot']}"})
        assert told.json()["receipt"]["accepted"], told.text
        self.fold()
        return str(lease["item"])

    def fold(self) -> None:
        house = self.floor.ports.house
        advance_all(house, self.floor.ports.blobs, self.floor.clock)
        while account(house) + index_items(house):
            pass

    def agree(self) -> int:
        return agree(self.floor.ports.house, self.floor.ports.blobs, self.floor.clock)

    def charts(self) -> Json:
        found = self.floor.get(f"{self.base}/charts", by=self.floor.owner)
        assert found.status_code == 200, found.text
        return dict(found.json())


def assisted(shown: int, kept: int, edited: int, rejected: int, added: int = 0) -> dict[str, int]:
    return {"shown": shown, "kept": kept, "edited": edited, "rejected": rejected, "added": added}


# --- prelabels -----------------------------------------------------------------------------------------------------------


def test_what_people_make_of_prelabels_is_told_by_person_and_of_all(floor: Floor) -> None:
    desk = Desk(floor, items=6)
    ann, bob, _ = floor.annotators
    desk.answer(ann, "cat", assisted(4, 3, 1, 0, 2))
    desk.answer(ann, "cat", assisted(1, 0, 0, 1))
    desk.answer(ann, "cat")
    desk.answer(bob, "dog", assisted(2, 2, 0, 0))
    people = {one["name"]: one for one in floor.get(f"{desk.base}/people", by=floor.owner).json()["items"]}
    assert [(one["assisted_answers"], one["kept_share"]) for one in people.values()] == [(2, 0.6), (1, 1.0)]
    [me] = floor.get(f"{desk.base}/people/me", by=ann).json()["items"]
    assert (me["answers"], me["assisted_answers"], me["kept_share"]) == (3, 2, 0.6)
    [mine] = floor.get("/api/v1/orgs/{org}/me/work", by=ann).json()["projects"]
    assert mine["mine"]["kept_share"] == 0.6
    assert desk.charts()["assistance"] == {"answers": 3, **assisted(7, 5, 1, 1, 2)}


def test_a_report_that_cannot_be_costs_nobody_their_hours(floor: Floor) -> None:
    desk = Desk(floor, items=3)
    desk.answer(floor.annotators[0], "cat", assisted(4, 4, 1, 0))
    desk.answer(floor.annotators[0], "cat", "everything")
    [row] = floor.get(f"{desk.base}/people", by=floor.owner).json()["items"]
    assert (row["answers"], row["assisted_answers"], row["kept_share"]) == (2, 0, None)
    assert row["counted_hours"] == pytest.approx(20 / 3600)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (assisted(3, 1, 1, 1), True),
        (assisted(0, 0, 0, 0, 5), False),  # nothing was offered: nothing to say
        (assisted(3, 1, 1, 0), False),
        (assisted(3, -1, 3, 1), False),
        ({"shown": 1}, False),
        (None, False),
        ([1], False),
    ],
)
def test_only_what_adds_up_is_read(said: Any, read: bool) -> None:
    assert (read_assisted({"v": 1, "assisted": said}) is not None) is read
    assert read_assisted(said) is None


# --- the series ----------------------------------------------------------------------------------------------------------


def test_labels_are_counted_as_answers_come_and_change(floor: Floor) -> None:
    desk = Desk(floor, items=4)
    ann = floor.annotators[0]
    for kind in ("cat", "cat", "dog"):
        desk.answer(ann, kind)
    assert [(one["control"], one["value"], one["items"]) for one in desk.charts()["labels"]] == [
        ("kind", "cat", 2),
        ("kind", "dog", 1),
    ]
    judge = floor.person("judge", Role.REVIEWER)
    for _ in range(3):
        [lease] = floor.post(f"{desk.base}/reviews/claim", by=judge, json={"count": 1}).json()["leases"]
        said = {"slot": lease["slot"], "token": lease["token"], "client_id": "v", "verdict": "accept"}
        if lease["before"]["body"] == {"kind": "dog"}:
            said |= {"verdict": "fix", "labels": {"kind": "cow"}, "base": lease["before"]["revision"]}
        told = floor.post(f"{desk.base}/reviews/verdicts", by=judge, json={"verdicts": [said]}).json()
        assert told[0].get("receipt", {}).get("accepted"), told
        desk.fold()
    found = desk.charts()
    assert [(one["value"], one["items"]) for one in found["labels"]] == [("cat", 2), ("cow", 1)]
    assert [(one["verdict"], one["reviews"]) for one in found["reviews"]] == [("accept", 2), ("fix", 1)]
    assert found["labels_more"] is False


def test_reviews_are_told_by_reason_and_day(floor: Floor) -> None:
    desk = Desk(floor, items=3)
    judge = floor.person("judge", Role.REVIEWER)
    for reason in ("wrong", "wrong", "missing"):
        desk.answer(floor.annotators[0], "cat")
        [lease] = floor.post(f"{desk.base}/reviews/claim", by=judge, json={"count": 1}).json()["leases"]
        said = {"slot": lease["slot"], "token": lease["token"], "client_id": f"v{lease['slot']}", "verdict": "return"}
        told = floor.post(
            f"{desk.base}/reviews/verdicts", by=judge, json={"verdicts": [{**said, "reason": reason}]}
        ).json()
        assert told[0]["receipt"]["accepted"], told
        desk.fold()
        floor.clock.advance(86_400)
    found = desk.charts()["reviews"]
    assert sorted((one["verdict"], one["reason"], one["reviews"]) for one in found) == [
        ("return", "missing", 1),
        ("return", "wrong", 1),
        ("return", "wrong", 1),
    ]
    assert len({one["day"] for one in found}) == 3


def test_known_answers_are_told_by_day(floor: Floor) -> None:
    desk = Desk(floor, items=6, gold={"rate": 1.0, "floor": 1.0})
    known = [{"item": item, "body": {"kind": "cat"}} for item in ("i000", "i001")]
    assert floor.put(f"{desk.base}/gold", by=floor.owner, json={"answers": known}).json() == {"items": 2}
    ann = floor.annotators[0]
    for _ in range(4):
        desk.answer(ann, {f"i{n:03}": "cat" if n else "dog" for n in range(6)})
    [day] = desk.charts()["gold"]
    assert (day["seen"], day["correct"]) == (2, 1)
    [row] = floor.get(f"{desk.base}/people", by=floor.owner).json()["items"]
    assert (row["gold_answers"], row["gold_accuracy"]) == (2, 0.5)
    desk.answer(floor.annotators[1], "cat")
    told = floor.get(f"{desk.base}/charts?labeler={row['labeler']}", by=floor.owner).json()
    assert told["gold"] == [{"day": day["day"], "seen": 2, "correct": 1}]
    other = floor.get(f"{desk.base}/charts?labeler=999999", by=floor.owner).json()
    assert (other["gold"], other["people"]) == ([], [])


def test_agreement_is_made_by_day_and_again_only_when_answers_come(floor: Floor) -> None:
    floor.clock.advance((datetime(2027, 3, 1, 8, tzinfo=UTC) - floor.clock.now()) / timedelta(seconds=1))
    desk = Desk(floor, items=8, overlap=2)
    ann, bob, _ = floor.annotators
    truth = {f"i{n:03}": "cat" if n % 2 else "dog" for n in range(8)}
    for _ in range(8):
        desk.answer(ann, truth)
    assert desk.agree() == 0, "nobody answered what another answered"
    for _ in range(8):
        desk.answer(bob, truth | {"i000": "cow"})
    assert (desk.agree(), desk.agree()) == (1, 0)
    [day] = desk.charts()["agreement"]
    assert (day["day"], day["items"], day["answers"], day["sampled"]) == ("2027-03-01", 8, 16, False)
    assert 0.7 < day["alpha"] < 0.9
    assert day["low"] <= day["alpha"] <= day["high"] <= 1
    floor.clock.advance(11 * 60)
    assert desk.agree() == 1, "the index may have been behind"
    assert desk.charts()["agreement"] == [day]
    floor.clock.advance(3 * 3600)
    assert (desk.agree(), desk.agree()) == (1, 0)
    floor.clock.advance(3 * 3600)
    assert desk.agree() == 0, "nothing came since"
