"""Lots and quality control over HTTP: who may, what is said, and that nobody reaches into another's project."""

import json
from typing import Any

import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate import service
from galley.annotate.model import Project
from galley.annotate.quality.duty import evaluate_due
from galley.annotate.service import Batch
from galley.annotate.work.service import labeler_of
from galley.kernel.canonical import canonical_json, sha256_hex
from galley.labels.schema import schema_dict
from galley.labels.schema_text import schema_of_data

TOPIC = {"controls": [{"name": "topic", "type": "classify", "options": {"choices": ["World", "Sports"]}}]}
NAMES = [f"i{n:03}" for n in range(60)]
GOLD = [f"g{n:02}" for n in range(12)]
Json = dict[str, Any]


class Desk:
    """A project whose items are answered by the first annotator, badly where the answer is known."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        database, clock = floor.database, floor.clock
        sha256 = floor.ports.blobs.put(canonical_json(schema_dict(schema_of_data(TOPIC))))
        self.project: Project = service.open_project(database, clock, line="news", purpose="work", schema_sha256=sha256)
        self.worker, self.other = floor.annotators[:2]
        self.inspector = floor.person("inspector", Role.INSPECTOR)
        self.manager = floor.person("manager", Role.MANAGER)
        self.labeler = labeler_of(database, clock, self.worker.person)
        service.add_items(database, self.project, NAMES)
        service.add_items(database, self.project, GOLD, Batch(gold=frozenset(GOLD)))
        with database.transaction() as connection:
            connection.cursor().executemany(
                "INSERT INTO annotate.gold (project, item, body, updated_at) VALUES (%s, %s, %s, now())",
                [(self.project.id, item, json.dumps({"topic": "World"})) for item in GOLD],
            )
            connection.cursor().executemany(
                "INSERT INTO annotate.content (project, item, data) VALUES (%s, %s, %s)",
                [(self.project.id, item, json.dumps({"text": item})) for item in NAMES],
            )
        for item in (*NAMES, *GOLD):
            clock.advance(9)
            service.place_many(database, clock, self.project, self.labeler, [(item, {"topic": "Sports"})])

    def ask(self, method: str, path: str, by: Person, status: int = 200, **body: Any) -> Any:
        """One request below the project; the answer, whose status is as expected."""
        more = {"json": body} if body else {}
        answer = self.floor.call(method, f"/api/v1/orgs/{{org}}/projects/{self.project.id}/{path}", by=by, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    def watch(self) -> None:
        """The duty, until nothing is left."""
        self.floor.clock.advance(60)
        while evaluate_due(self.floor.ports.house, self.floor.ports.blobs, self.floor.clock):
            pass


@pytest.fixture
def desk(floor: Floor) -> Desk:
    return Desk(floor)


# --- lots --------------------------------------------------------------------------------------------------------


def test_a_plan_is_shown_with_its_honest_risks_before_there_is_a_lot(desk: Desk) -> None:
    shown = desk.ask(
        "POST",
        "lots/preview",
        desk.inspector,
        terms={"kind": "standard", "aql": "1.0", "level": "II", "bad_share": 0.05},
        size=1000,
    )
    assert (shown["sample"], shown["accept"], shown["reject"], shown["plan"]["letter"]) == (80, 2, 3, "J")
    assert shown["risks"]["accept_bad"] == pytest.approx(0.2186, abs=0.001)
    exact = desk.ask("POST", "lots/preview", desk.inspector, terms={"kind": "exact"}, size=1000)
    assert exact["risks"]["accept_bad"] <= 0.05
    problem = desk.ask("POST", "lots/preview", desk.inspector, 400, terms={"kind": "standard", "aql": "2.0"}, size=1000)
    assert "GLY-" in problem["code"]


def test_a_lot_goes_from_its_making_to_its_return(desk: Desk) -> None:
    made = desk.ask("POST", "lots", desk.inspector, 201, name="一批", terms={"kind": "exact", "early": False})
    lot = made["lot"]["id"]
    assert (made["lot"]["size"], made["judged"]) == (60, None)
    assert desk.ask("GET", f"lots/{lot}/sample", desk.inspector)["items"] == []
    drawn = desk.ask("POST", f"lots/{lot}/draw", desk.inspector, beacon="moon")
    assert json.loads(drawn["lot"]["commitment"])["beacon"] == "moon"
    proof = desk.ask("GET", f"lots/{lot}/proof", desk.inspector)
    assert (proof["commitment"], proof["log_index"]) == (drawn["lot"]["commitment"], drawn["lot"]["log_index"])
    assert proof["seed"] == sha256_hex(proof["commitment"].encode())
    first = desk.ask("GET", f"lots/{lot}/sample?limit=1", desk.inspector)
    (item,) = first["items"]
    assert item["content"] == {"text": item["item"]}
    assert item["answers"] == [{"topic": "Sports"}]
    assert "labelers" not in item
    (second,) = desk.ask("GET", f"lots/{lot}/sample?limit=1&after={first['next']}", desk.inspector)["items"]
    assert second["rank"] == 2
    bad = {"item": item["item"], "wrong": True, "reason": "ugly"}
    assert desk.ask("POST", f"lots/{lot}/marks", desk.inspector, 400, **bad)["code"] == "GLY-ANN-013"
    for one in (item, second):
        desk.ask("POST", f"lots/{lot}/marks", desk.inspector, item=one["item"], wrong=True, reason="wrong")
    assert desk.ask("POST", f"lots/{lot}/return", desk.inspector, 409, scope="whole", reason="wrong")["code"]
    assert desk.ask("GET", f"lots/{lot}/labelers", desk.inspector, 409)["code"] == "GLY-ANN-253"
    closed = desk.ask("POST", f"lots/{lot}/close", desk.inspector)
    assert (closed["lot"]["state"], closed["lot"]["verdict"]["wrong"]) == ("rejected", 2)
    mine = {"labeler": desk.labeler, "name": None, "items": 60, "wrong": 2, "returnable": 60}
    assert desk.ask("GET", f"lots/{lot}/labelers", desk.inspector) == [mine]
    assert desk.ask("GET", f"lots/{lot}/labelers", desk.manager) == [mine | {"name": f"person-{desk.worker.person}"}]
    desk.ask("GET", f"lots/{lot}/labelers", desk.worker, 403)
    for odd in ({"scope": "labeler"}, {"scope": "whole", "labeler": desk.labeler}):
        assert (
            desk.ask("POST", f"lots/{lot}/return", desk.inspector, 400, reason="wrong", **odd)["code"] == "GLY-ANN-259"
        )
    back = desk.ask("POST", f"lots/{lot}/return", desk.inspector, scope="failing", reason="wrong")
    assert back == {"returned": 2}
    (listed,) = desk.ask("GET", "lots", desk.inspector)["items"]
    assert (listed["id"], listed["state"]) == (lot, "rejected")
    assert desk.ask("POST", f"lots/{lot}/withdraw", desk.inspector, 409, reason="late")["code"] == "GLY-ANN-253"


def test_lots_are_for_inspectors_and_stay_in_their_project(desk: Desk) -> None:
    desk.ask("POST", "lots", desk.worker, 403, name="mine", terms={"kind": "exact"})
    desk.ask("GET", "lots/999", desk.inspector, 404)
    made = desk.ask("POST", "lots", desk.inspector, 201, name="x", terms={"kind": "exact"})
    other = service.open_project(
        desk.floor.database, desk.floor.clock, line="news", purpose="other", schema_sha256="5" * 64
    )
    path = f"/api/v1/orgs/{{org}}/projects/{other.id}/lots/{made['lot']['id']}"
    assert desk.floor.get(path, by=desk.inspector).status_code == 404
    assert desk.floor.get(f"{path}/sample", by=desk.inspector).status_code == 404
    for wrong in ({"name": "", "terms": {"kind": "exact"}}, {"name": "x"}, {"name": "x", "terms": {"kind": "magic"}}):
        desk.ask("POST", "lots", desk.inspector, 400, **wrong)


# --- quality -----------------------------------------------------------------------------------------------------


def test_rules_are_read_saved_and_refused(desk: Desk) -> None:
    rules = desk.ask("GET", "quality/rules", desk.manager)
    assert (rules["version"], len(rules["rules"])) == (0, 9)
    saved = desk.ask("PUT", "quality/rules", desk.manager, rules=rules["rules"][:2])
    assert (saved["version"], saved["author"]) == (1, "manager")
    broken = [{**rules["rules"][0], "conditions": [{"measure": "mood", "below": 1}]}]
    problem = desk.ask("PUT", "quality/rules", desk.manager, 400, rules=broken)
    assert problem["code"] == "GLY-ANN-270"
    assert "gold-failed" in problem["title"]
    assert [one["version"] for one in desk.ask("GET", "quality/rules/versions", desk.manager)["items"]] == [1]
    desk.ask("GET", "quality/rules", desk.worker, 403)


def test_a_worker_sees_why_appeals_and_is_heard_by_somebody_else(desk: Desk) -> None:
    desk.watch()
    mine = desk.ask("GET", "quality/mine", desk.worker)["items"]
    pause = next(one for one in mine if one["act"]["do"] == "pause")
    assert "0 of your last 12" in pause["explanation_en"]
    assert "tell_lead" not in {one["act"]["do"] for one in mine}
    assert desk.ask("GET", "quality/mine", desk.other)["items"] == []
    desk.ask("GET", "quality/actions", desk.worker, 403)
    everything = desk.ask("GET", "quality/actions", desk.manager)["items"]
    assert len(everything) > len(mine)
    assert {one["act"]["do"] for one in desk.ask("GET", "quality/actions?notices=true", desk.manager)["items"]} == {
        "tell_lead",
        "tell_worker",
    }
    desk.ask("POST", f"quality/actions/{pause['id']}/appeal", desk.other, 404, words="not mine")
    appeal = desk.ask("POST", f"quality/actions/{pause['id']}/appeal", desk.worker, 201, words="考题有误")
    desk.ask("POST", f"quality/appeals/{appeal['id']}/ruling", desk.worker, 403, overturn=True)
    (listed,) = desk.ask("GET", "quality/appeals?state=open", desk.manager)["items"]
    assert listed["words"] == "考题有误"
    done = desk.ask("POST", f"quality/appeals/{appeal['id']}/ruling", desk.manager, overturn=True, note="right")
    assert done["state"] == "overturned"
    shown = next(one for one in desk.ask("GET", "quality/mine", desk.worker)["items"] if one["id"] == pause["id"])
    assert (shown["state"], shown["appeal_state"]) == ("undone", "overturned")


def test_a_lead_who_works_too_never_rules_on_their_own_case(desk: Desk) -> None:
    both = desk.floor.person("both", Role.MANAGER, Role.ANNOTATOR)
    labeler = labeler_of(desk.floor.database, desk.floor.clock, both.person)
    act = {"do": "pause", "seconds": 600}
    made = desk.ask("POST", f"quality/people/{labeler}/standing", desk.manager, 201, reason="pace", act=act)
    assert (made["rule"], made["made_by"]) == (None, "manager")
    appeal = desk.ask("POST", f"quality/actions/{made['id']}/appeal", both, 201, words="no")
    for by in (both, desk.manager):
        problem = desk.ask("POST", f"quality/appeals/{appeal['id']}/ruling", by, 409, overturn=True)
        assert problem["code"] == "GLY-ANN-274"
    desk.ask("POST", f"quality/appeals/{appeal['id']}/ruling", desk.floor.owner, overturn=False)
    desk.ask("POST", "quality/people/999999/standing", desk.manager, 404, reason="pace", act=act)
    desk.ask("POST", f"quality/people/{labeler}/standing", desk.manager, 400, reason="", act=act)


def test_skills_are_set_and_listed(desk: Desk) -> None:
    path = f"/api/v1/orgs/{{org}}/skills/{desk.labeler}"
    for name, level in (("audio", 0.25), ("maps", 0.75)):
        answer = desk.floor.put(f"{path}/{name}", by=desk.manager, json={"level": level})
        assert (answer.status_code, answer.json()["level"]) == (200, level)
    first = desk.floor.get("/api/v1/orgs/{org}/skills?limit=1", by=desk.manager).json()
    assert [one["name"] for one in first["items"]] == ["audio"]
    rest = desk.floor.get(f"/api/v1/orgs/{{org}}/skills?after={first['next']}", by=desk.manager).json()
    assert [one["name"] for one in rest["items"]] == ["maps"]
    assert desk.floor.put(f"{path}/maps", by=desk.worker, json={"level": 1}).status_code == 403
    assert desk.floor.put(f"{path}/maps", by=desk.manager, json={"level": 1.5}).status_code == 400
    assert desk.floor.put(f"{path}/MAPS!", by=desk.manager, json={"level": 1}).status_code in (400, 404)
    missing = desk.floor.put("/api/v1/orgs/{org}/skills/999999/maps", by=desk.manager, json={"level": 1})
    assert missing.status_code == 404


def test_another_organisation_sees_nothing(desk: Desk) -> None:
    elsewhere = desk.floor.another("elsewhere")
    stranger = desk.floor.person("stranger", Role.OWNER, organisation=elsewhere)
    for path in ("quality/actions", "quality/rules", "lots"):
        answer = desk.floor.get(f"/api/v1/orgs/{elsewhere}/projects/{desk.project.id}/{path}", by=stranger)
        assert answer.status_code == 404, path
