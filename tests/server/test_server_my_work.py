"""One's own desk over HTTP: what waits, how one does, in as many queries however many projects there are."""

from typing import Any

import psycopg
import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate.counters.explorer import index_items
from galley.annotate.flow import service as flow
from galley.annotate.time.service import account

SCHEMA = "controls:\n  - {name: kind, type: classify, choices: [cat, dog, cow]}\n"
ALL = "/api/v1/orgs/{org}"


def project(floor: Floor, name: str, items: int = 3) -> int:
    made = floor.post(f"{ALL}/projects", by=floor.owner, json={"name": name, "schema": SCHEMA})
    number = int(made.json()["id"])
    contents = [(f"i{n}", {"text": f"sign {n}"}) for n in range(items)]
    flow.add_items(floor.database, floor.ports.blobs, floor.clock, number, contents)
    return number


def claim(floor: Floor, number: int, by: Person) -> dict[str, Any]:
    found = floor.post(f"{ALL}/projects/{number}/work/claim", by=by, json={"count": 1})
    lease: dict[str, Any] = found.json()["leases"][0]
    return lease


def answer(floor: Floor, number: int, by: Person) -> None:
    lease = claim(floor, number, by)
    floor.clock.advance(30)
    said = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": "cat"}, "client_id": "c"}
    said["activity"] = {"v": 1, "duration_ms": 30_000, "pointer": [[0, 30_000]]}
    assert floor.post(f"{ALL}/projects/{number}/work/submit", by=by, json=said).json()["receipt"]["accepted"]


def folded(floor: Floor) -> None:
    while account(floor.ports.house) + index_items(floor.ports.house):
        pass


def mine(floor: Floor, by: Person) -> Any:
    found = floor.get(f"{ALL}/me/work", by=by)
    assert found.status_code == 200, found.text
    return found.json()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement sent while it is watched."""
    sent: list[str] = []
    execute = psycopg.Cursor.execute

    def watched(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", watched)
    return sent


def test_what_waits_is_told_by_project_and_stage(floor: Floor) -> None:
    ann = floor.annotators[0]
    quiet, busy = project(floor, "quiet"), project(floor, "busy")
    answer(floor, quiet, ann)
    lease = claim(floor, quiet, ann)
    folded(floor)
    first, second = mine(floor, ann)["projects"]
    assert (first["id"], second["id"]) == (quiet, busy)  # what one holds comes first
    [desk] = first["desks"]
    assert (desk["desk"], desk["open"], desk["held"], desk["returned"], desk["assigned"]) == ("work", 2, 1, 0, 0)
    assert desk["lease_until"] == lease["until"] or desk["lease_until"]
    assert (first["mine"]["answers"], first["mine"]["gold_answers"], first["mine"]["gold_accuracy"]) == (1, 0, None)
    assert second["mine"] is None
    said = mine(floor, ann)
    assert [(day["answers"], day["counted_ms"]) for day in said["days"]] == [(1, 30_000)]
    assert [(row["verdict"], row["counted_ms"]) for row in said["rows"]] == [("submitted", 30_000)]
    assert (said["actions"], said["more"]) == ([], False)


def test_nobody_is_told_of_work_that_is_not_theirs(floor: Floor) -> None:
    ann, bob, _ = floor.annotators
    number = project(floor, "signs")
    answer(floor, number, ann)
    folded(floor)
    [seen] = mine(floor, bob)["projects"]
    assert (seen["mine"], seen["desks"][0]["held"]) == (None, 0)
    assert mine(floor, bob)["rows"] == []
    guest = floor.person("guest")
    floor.grant(guest, number, Role.REVIEWER)
    hidden = project(floor, "hidden")
    [one] = mine(floor, guest)["projects"]
    assert (one["id"], [desk["desk"] for desk in one["desks"]]) == (number, ["adjudications", "reviews"])
    assert hidden != number
    assert mine(floor, floor.person("client", Role.CLIENT))["projects"][0]["desks"][0]["desk"] == "acceptances"
    assert mine(floor, floor.person("auditor", Role.AUDITOR))["projects"] == []
    assert floor.get(f"{ALL}/me/work", by=floor.person("nobody")).status_code == 404
    elsewhere = floor.person("far", Role.OWNER, organisation=floor.another("other"))
    assert floor.get(f"{ALL}/me/work", by=elsewhere).status_code == 404
    floor.post(f"{ALL}/projects/{number}/close", by=floor.owner)
    assert mine(floor, guest)["projects"] == []


def test_a_pause_is_told_with_its_reason_and_what_was_assigned_is_counted(floor: Floor) -> None:
    ann = floor.annotators[0]
    number = project(floor, "signs")
    answer(floor, number, ann)
    folded(floor)
    labeler = mine(floor, ann)["projects"][0]["mine"]["labeler"]
    assigned = {"item": "i2", "labeler": labeler}
    found = floor.post(f"{ALL}/projects/{number}/assignments", by=floor.owner, json=assigned)
    if found.status_code != 200:  # the one answered already
        assigned["item"] = "i1"
        found = floor.post(f"{ALL}/projects/{number}/assignments", by=floor.owner, json=assigned)
    assert found.status_code == 200, found.text
    said = {"act": {"do": "pause", "seconds": 7200}, "reason": "please read the guideline again"}
    place = f"{ALL}/projects/{number}/quality/people/{labeler}/standing"
    paused = floor.post(place, by=floor.owner, json=said)
    assert paused.status_code == 201, paused.text
    told = mine(floor, ann)
    [one] = told["projects"]
    assert one["standing"]["state"] == "paused"
    assert one["desks"][0]["assigned"] == 1
    assert [action["project"] for action in told["actions"]] == [number]


def test_many_projects_cost_as_many_queries_as_one(floor: Floor, statements: list[str]) -> None:
    ann = floor.annotators[0]
    answer(floor, project(floor, "p0"), ann)
    folded(floor)

    def cost() -> int:
        mine(floor, ann)  # who calls is remembered afterwards
        statements.clear()
        mine(floor, ann)
        return sum("annotate." in statement for statement in statements)

    one = cost()
    for number in range(5):
        answer(floor, project(floor, f"p{number + 1}"), ann)
    folded(floor)
    assert (cost(), one) == (11, 11)
    assert len(mine(floor, ann)["projects"]) == 6


def test_a_projects_days_are_told_by_stage_and_by_person(floor: Floor, statements: list[str]) -> None:
    ann, bob, _ = floor.annotators
    number = project(floor, "signs", items=5)
    answer(floor, number, ann)
    answer(floor, number, ann)
    answer(floor, number, bob)
    folded(floor)
    url = f"{ALL}/projects/{number}/charts"
    floor.get(url, by=floor.owner)
    statements.clear()
    told = floor.get(url, by=floor.owner).json()
    assert sum("annotate." in statement for statement in statements) == 7
    assert [(day["stage"], day["answers"], day["counted_ms"]) for day in told["days"]] == [("label", 3, 90_000)]
    assert [(one["answers"], one["seconds_per_answer"], one["returned_share"]) for one in told["people"]] == [
        (2, 30.0, 0.0),
        (1, 30.0, 0.0),
    ]
    only = floor.get(f"{url}?labeler={told['people'][1]['labeler']}", by=floor.owner).json()
    assert only["people"] == told["people"][1:]
    floor.clock.advance(40 * 86_400)
    later = floor.get(url, by=floor.owner).json()
    assert (later["days"], later["people"], later["more"], later["reviews"]) == ([], [], False, [])
    assert later["labels"] == [{"control": "kind", "value": "cat", "items": 3}]  # of all time
    assert len(floor.get(f"{url}?days=60", by=floor.owner).json()["people"]) == 2
    assert floor.get(f"{url}?days=0", by=floor.owner).status_code == 400
    for role in Role:
        status = floor.get(url, by=floor.person(f"a-{role}", role)).status_code
        assert status == (200 if role in (Role.OWNER, Role.MANAGER, Role.AUDITOR) else 403), role


def test_operators_see_how_far_the_duties_are_behind(floor: Floor) -> None:
    answer(floor, project(floor, "signs"), floor.annotators[0])
    folded(floor)
    answer(floor, project(floor, "more"), floor.annotators[0])
    operator = floor.person("operator", Role.OWNER, organisation=floor.another("platform", "operator"))
    told = floor.get("/api/v1/system/health", by=operator)
    assert told.status_code == 200, told.text
    found = told.json()
    assert (found["status"], found["checks"]["database"]) == ("well", "ok")
    lags = {reader["name"]: reader["events"] for reader in found["readers"]}
    assert lags["work"] >= 1
    assert found["database_bytes"] > 0 < found["disk"]["free_bytes"]
    folded(floor)
    after = floor.get("/api/v1/system/health", by=operator).json()["readers"]
    assert {reader["name"]: reader["events"] for reader in after}["work"] == 0
    assert floor.get("/api/v1/system/health", by=floor.owner).status_code == 403
