"""Projects and reviews over HTTP: made, changed, versioned, worked through to the end, and closed to strangers."""

from typing import Any

import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate.flow import service as flow
from galley.annotate.flow.advance import advance_all

SCHEMA = "controls:\n  - {name: kind, type: classify, choices: [cat, dog, cow]}\n"
XML = '<View><Text name="t" value="$text"/><Choices name="kind" toName="t"><Choice value="cat"/></Choices></View>'
GRAPH: dict[str, Any] = {
    "nodes": [{"kind": "annotate", "name": "label"}, {"kind": "review", "name": "review"}],
    "edges": [{"from": "label", "to": "review"}, {"from": "review", "to": "end"}],
}
ALL = "/api/v1/orgs/{org}/projects"


class Shop:
    """One project and those who work on it, over HTTP."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.reviewer = floor.person("reviewer", Role.REVIEWER)
        self.sent = 0
        self.project = int(self.made("signs", settings={"graph": GRAPH})["id"])
        self.one = f"{ALL}/{self.project}"
        contents = [(item, {"text": item}) for item in ("a", "b", "c")]
        flow.add_items(floor.database, floor.ports.blobs, floor.clock, self.project, contents)

    def made(self, name: str, **facts: Any) -> dict[str, Any]:
        answer = self.floor.post(ALL, by=self.floor.owner, json={"name": name, "schema": SCHEMA, **facts})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def advance(self) -> None:
        advance_all(self.floor.ports.house, self.floor.ports.blobs, self.floor.clock)

    def claim(self, by: Person, desk: str = "work", count: int = 1) -> list[dict[str, Any]]:
        answer = self.floor.post(f"{self.one}/{desk}/claim", by=by, json={"count": count})
        assert answer.status_code == 200, answer.text
        leases: list[dict[str, Any]] = answer.json()["leases"]
        return leases

    def answer(self, by: Person, lease: dict[str, Any], kind: str = "cat") -> None:
        self.sent += 1
        said = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": kind}, "client_id": f"c{self.sent}"}
        found = self.floor.post(f"{self.one}/work/submit", by=by, json=said)
        assert found.json()["receipt"]["accepted"], found.text
        self.advance()

    def decide(self, by: Person, *verdicts: dict[str, Any], desk: str = "reviews") -> list[dict[str, Any]]:
        answer = self.floor.post(f"{self.one}/{desk}/verdicts", by=by, json={"verdicts": list(verdicts)})
        assert answer.status_code == 200, answer.text
        self.advance()
        found: list[dict[str, Any]] = answer.json()
        return found

    def items(self) -> dict[str, str]:
        found = self.floor.get(f"{self.one}/items", by=self.floor.owner).json()["items"]
        return {one["item"]: one["node"] for one in found}


@pytest.fixture
def shop(floor: Floor) -> Shop:
    return Shop(floor)


def verdict(lease: dict[str, Any], word: str = "accept", **facts: Any) -> dict[str, Any]:
    said = {"slot": lease["slot"], "token": lease["token"], "client_id": f"v{lease['slot']}", "verdict": word}
    return {**said, **facts}


def test_a_project_is_opened_listed_and_changed(floor: Floor, shop: Shop) -> None:
    second = shop.made("two", guideline="# Rules", due_at="2030-01-01T00:00:00Z")
    assert (second["state"], second["guideline_version"], second["graph"]["nodes"][0]["kind"]) == (
        "open",
        1,
        "annotate",
    )
    first = floor.get(ALL, by=floor.annotators[0], params={"limit": 1}).json()
    rest = floor.get(ALL, by=floor.annotators[0], params={"limit": 1, "after": first["next"]}).json()
    assert [one["name"] for one in first["items"] + rest["items"]] == ["signs", "two"]
    assert rest["next"] is None
    path = f"{ALL}/{second['id']}"
    changed = floor.patch(path, by=floor.owner, json={"name": "three", "due_at": None})
    assert (changed.json()["name"], changed.json()["due_at"]) == ("three", None)
    gold = {"settings": {"graph": GRAPH, "gold": {"rate": 0.5}}}
    assert "gold" not in floor.patch(path, by=floor.owner, json=gold).text
    assert floor.get(f"{path}/settings", by=floor.owner).json()["gold"]["rate"] == 0.5
    assert floor.get(f"{path}/settings", by=floor.annotators[0]).status_code == 403
    assert floor.get(f"{path}/guidelines/1", by=floor.annotators[0]).json() == {"version": 1, "text": "# Rules"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "signs", "schema": SCHEMA}, 409, "GLY-ANN-043"),
        ({"name": "x", "schema": "controls:\n  - {name: a, type: clasify}"}, 400, "GLY-LAB"),
        ({"name": "x", "schema": "<View><Oops"}, 400, "GLY-LAB"),
        ({"name": "x", "schema": SCHEMA, "settings": {"graph": {"nodes": [], "edges": []}}}, 400, "GLY-ANN-040"),
        (
            {"name": "x", "schema": SCHEMA, "settings": {"graph": {"nodes": [{"kind": "magic", "name": "a"}]}}},
            400,
            "GLY-SRV",
        ),
        ({"name": "x", "schema": SCHEMA, "settings": {"lease_seconds": 1}}, 400, "GLY-ANN-041"),
        ({"name": "x", "schema": SCHEMA, "settings": {"gold": {"rate": 2.0}}}, 400, "GLY-ANN-041"),
        ({"name": "x", "schema": SCHEMA, "colour": "red"}, 400, "GLY-SRV"),
        ({"name": "x", "schema": SCHEMA, "due_at": "2030-01-01T00:00:00"}, 400, "GLY-SRV"),
        ({"name": "", "schema": SCHEMA}, 400, "GLY-"),
        ({"name": "a\u0000", "schema": SCHEMA}, 400, "GLY-"),
        ({"name": "x", "schema": SCHEMA, "guideline": "\u0000"}, 400, "GLY-"),
    ],
)
def test_what_cannot_be_a_project_is_refused(shop: Shop, body: dict[str, Any], status: int, code: str) -> None:
    answer = shop.floor.post(ALL, by=shop.floor.owner, json=body)
    assert (answer.status_code, answer.json()["code"][: len(code)]) == (status, code), answer.text


def test_a_label_studio_config_is_a_schema(floor: Floor, shop: Shop) -> None:
    made = floor.post(ALL, by=floor.owner, json={"name": "ls", "schema": XML}).json()
    path = f"{ALL}/{made['id']}/schemas"
    (version,) = floor.get(path, by=floor.owner).json()["items"]
    assert version["config"] is not None
    assert floor.get(f"{path}/1", by=floor.annotators[0]).json()["schema"]["controls"][0]["name"] == "kind"
    assert floor.get(f"{path}/2", by=floor.owner).status_code == 404


def test_a_new_schema_tells_its_impact_first(floor: Floor, shop: Shop) -> None:
    shop.answer(floor.annotators[0], shop.claim(floor.annotators[0])[0], "cow")
    body = {"schema": "controls:\n  - {name: kind, type: classify, choices: [cat, dog]}\n"}
    dry = floor.post(f"{shop.one}/schemas", by=floor.owner, json={**body, "dry_run": True}).json()
    assert (dry["version"], dry["impact"]["answers"], dry["impact"]["misfits"]) == (None, 1, 1)
    assert floor.get(shop.one, by=floor.owner).json()["schema_version"] == 1
    done = floor.post(f"{shop.one}/schemas", by=floor.owner, json=body).json()
    assert done["version"]["version"] == 2
    assert floor.post(f"{shop.one}/guidelines", by=floor.owner, json={"text": "new"}).json()["version"] == 1


def test_work_is_done_reviewed_returned_and_done_again(floor: Floor, shop: Shop) -> None:
    ann, bob = floor.annotators[:2]
    for _ in range(3):
        shop.answer(ann, shop.claim(ann)[0], "dog")
    assert set(shop.items().values()) == {"review"}
    one, two, three = shop.claim(shop.reviewer, "reviews", 3)
    comment = {"client_id": "k", "body": "look", "kind": "wrong", "anchor": {"control": "kind", "start": 0, "end": 3}}
    said = [
        verdict(one),
        verdict(two, "fix", labels={"kind": "cow"}, base=two["before"]["revision"]),
        verdict(three, "return", reason="wrong", note="no", comments=[comment]),
    ]
    first = shop.decide(shop.reviewer, *said)
    assert [bool(what["receipt"] and what["receipt"]["accepted"]) for what in first] == [True, True, True], first
    assert shop.decide(shop.reviewer, *said) == first, "sent again, the same"
    assert shop.items() == {one["item"]: "end", two["item"]: "end", three["item"]: "label"}
    assert shop.claim(bob) == []
    (again,) = shop.claim(ann)
    (why,) = floor.get(f"{shop.one}/work/slots/{again['slot']}/returned", by=ann).json()
    assert (why["reason"], why["note"], why["comments"][0]["anchor"]["end"]) == ("wrong", "no", 3)
    assert floor.get(f"{shop.one}/work/slots/{again['slot']}/returned", by=bob).status_code in (400, 404)
    asked = {"client_id": "q", "body": "why?", "kind": "question"}
    assert floor.post(f"{shop.one}/work/slots/{again['slot']}/comments", by=ann, json=asked).status_code == 200
    shop.answer(ann, again, "cat")
    told = floor.get(f"{shop.one}/reviews/comments", by=shop.reviewer, params={"item": three["item"]}).json()["items"]
    assert [one["kind"] for one in told] == ["wrong", "question"]
    path = f"{shop.one}/reviews/comments/{told[0]['id']}/resolve"
    assert floor.post(path, by=shop.reviewer, json={}).json()["resolved"]
    shop.decide(shop.reviewer, verdict(shop.claim(shop.reviewer, "reviews")[0]))
    assert set(shop.items().values()) == {"end"}
    detail = floor.get(f"{shop.one}/item", by=floor.owner, params={"item": three["item"]}).json()
    assert [slot["attempt"] for slot in detail["slots"] if slot["stage"] == "label"] == [1, 2]
    assert floor.get(f"{shop.one}/item", by=ann, params={"item": "a"}).status_code == 403, (
        "others' answers are not told"
    )
    assert floor.get(f"{shop.one}/item", by=floor.owner, params={"item": "zz"}).status_code == 404


def test_each_verdict_stands_alone(floor: Floor, shop: Shop) -> None:
    ann = floor.annotators[0]
    for _ in range(2):
        shop.answer(ann, shop.claim(ann)[0])
    one, two = shop.claim(shop.reviewer, "reviews", 2)
    bad = verdict(one, "fix", labels={"kind": "horse"}, base=one["before"]["revision"])
    no_reason = verdict(two, "return", reason="ugly")
    found = shop.decide(shop.reviewer, bad, no_reason, verdict({"slot": 999999, "token": one["token"]}), verdict(two))
    assert [what["problem"] and what["problem"]["code"][:7] for what in found] == [
        "GLY-LAB",
        "GLY-ANN",
        "GLY-ANN",
        None,
    ]
    client = floor.person("client", Role.CLIENT)
    found = shop.decide(client, verdict(one), desk="acceptances")
    assert found[0]["problem"]["code"] == "GLY-ANN-004", "who accepts for the client does not review"
    chinese = floor.post(
        f"{shop.one}/reviews/verdicts",
        by=shop.reviewer,
        json={"verdicts": [no_reason]},
        headers={"accept-language": "zh"},
    ).json()
    assert "有效的理由" in chinese[0]["problem"]["title"]


def test_a_project_is_paused_drained_reopened_and_closed(floor: Floor, shop: Shop) -> None:
    ann = floor.annotators[0]
    (lease,) = shop.claim(ann)
    for word, state in (("pause", "paused"), ("reopen", "open"), ("drain", "draining")):
        assert floor.post(f"{shop.one}/{word}", by=floor.owner).json()["state"] == state
        if state != "open":
            assert shop.claim(floor.annotators[1]) == []
    shop.answer(ann, lease)
    shop.advance()
    assert floor.get(shop.one, by=ann).json()["state"] == "paused"
    assert floor.post(f"{shop.one}/close", by=floor.owner).json()["state"] == "closed"
    assert floor.post(f"{shop.one}/pause", by=floor.owner).status_code == 409
    assert floor.post(f"{shop.one}/reopen", by=ann).status_code == 403


def test_late_work_is_settled_by_a_lead(floor: Floor, shop: Shop) -> None:
    ann, bob = floor.annotators[:2]
    (lease,) = shop.claim(ann)
    labeler = floor.get(f"{shop.one}/item", by=floor.owner, params={"item": lease["item"]}).json()["slots"][0][
        "labeler"
    ]
    shop.answer(bob, shop.claim(bob)[0])
    found = floor.get(f"{shop.one}/items", by=floor.owner, params={"node": "review"}).json()["items"]
    assert len(found) == 1
    other = next(item for item, node in shop.items().items() if node == "label" and item != lease["item"])
    to_bob = {"item": lease["item"], "labeler": labeler + 1}
    assert floor.post(f"{shop.one}/assignments", by=floor.owner, json=to_bob).json() == {"slot": lease["slot"]}
    said = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": "cat"}, "client_id": "late"}
    assert not floor.post(f"{shop.one}/work/submit", by=ann, json=said).json()["receipt"]["accepted"]
    (late,) = floor.get(f"{shop.one}/late", by=floor.owner).json()["items"]
    assert (late["item"], late["body"]) == (lease["item"], {"kind": "cat"})
    path = f"{shop.one}/late/{late['id']}/settle"
    assert floor.post(path, by=ann, json={"adopt": True}).status_code == 403
    assert floor.post(path, by=floor.owner, json={"adopt": True}).json()["settled"] == "adopted"
    assert floor.post(path, by=floor.owner, json={"adopt": False}).status_code == 409
    assert floor.get(f"{shop.one}/late", by=floor.owner).json()["items"] == []
    assert other


def test_gold_is_kept_by_those_who_may(floor: Floor, shop: Shop) -> None:
    body = {"answers": [{"item": "a", "body": {"kind": "cat"}}], "source": "lead"}
    assert floor.put(f"{shop.one}/gold", by=floor.annotators[0], json=body).status_code == 403
    assert floor.put(f"{shop.one}/gold", by=floor.owner, json=body).json() == {"items": 1}
    assert floor.get(f"{shop.one}/gold", by=shop.reviewer).status_code == 403
    (kept,) = floor.get(f"{shop.one}/gold", by=floor.owner).json()["items"]
    assert (kept["item"], kept["body"], kept["source"]) == ("a", {"kind": "cat"}, "lead")
    wrong = {"answers": [{"item": "a", "body": {"kind": "horse"}}]}
    assert floor.put(f"{shop.one}/gold", by=floor.owner, json=wrong).status_code == 400
    unknown = {"answers": [{"item": "zzz", "body": {"kind": "cat"}}]}
    assert floor.put(f"{shop.one}/gold", by=floor.owner, json=unknown).status_code == 404
    removed = floor.post(f"{shop.one}/gold/forget", by=floor.owner, json={"items": ["a"]})
    assert removed.json() == {"items": 1}


def test_batches_have_a_name_and_a_due_date(floor: Floor, shop: Shop) -> None:
    made = floor.post(f"{shop.one}/batches", by=floor.owner, json={"name": "one", "priority": 2}).json()
    changed = {"priority": 7, "due_at": "2030-01-01T08:00:00+08:00"}
    done = floor.patch(f"{shop.one}/batches/{made['id']}", by=floor.owner, json=changed).json()
    assert (done["priority"], done["due_at"]) == (7, "2030-01-01T00:00:00Z")
    assert floor.get(f"{shop.one}/batches", by=floor.owner).json()["items"] == [done]
    assert floor.patch(f"{shop.one}/batches/{made['id'] + 1}", by=floor.owner, json=changed).status_code == 404


def test_items_are_put_into_a_batch_and_hurry_with_it(floor: Floor, shop: Shop) -> None:
    made = floor.post(f"{shop.one}/batches", by=floor.owner, json={"name": "soon", "priority": 9}).json()
    into = f"{shop.one}/batches/{made['id']}/items"
    assert floor.put(into, by=floor.owner, json={"items": ["c", "none", "c"]}).json() == {"items": 1}
    assert floor.put(into, by=floor.owner, json={"items": ["c"]}).json() == {"items": 0}
    [lease] = shop.claim(floor.annotators[0])
    assert lease["item"] == "c"
    assert floor.get(f"{shop.one}/item?item=c", by=floor.owner).json()["batch"] == made["id"]
    assert floor.put(f"{shop.one}/batches/999/items", by=floor.owner, json={"items": ["a"]}).status_code == 404
    assert floor.put(into, by=floor.annotators[0], json={"items": ["a"]}).status_code == 403


def test_a_project_of_others_is_not_there(floor: Floor, shop: Shop) -> None:
    other = floor.another("rival")
    stranger = floor.person("stranger", Role.OWNER, organisation=other)
    rest = f"/api/v1/orgs/{other}/projects/{shop.project}"
    for path in (
        "",
        "/items",
        "/gold",
        "/schemas",
        "/late",
        "/settings",
        "/stuck",
        "/batches",
        "/reviews/comments?item=a",
    ):
        assert floor.get(rest + path, by=stranger).status_code == 404, path
    assert floor.get(f"/api/v1/orgs/{other}/projects", by=stranger).json()["items"] == []
    for path in ("/pause", "/stuck/retry"):
        assert floor.post(rest + path, by=stranger).status_code == 404, path
    assert floor.get(f"{shop.one}/stuck", by=floor.owner).json()["items"] == []
    assert floor.post(f"{shop.one}/stuck/retry", by=floor.owner).json() == {"items": 0}


@pytest.mark.parametrize("query", ["item=%00", "item=" + "x" * 5000])
def test_hostile_ids_are_not_there(shop: Shop, query: str) -> None:
    for path in ("item", "reviews/comments"):
        assert shop.floor.get(f"{shop.one}/{path}?{query}", by=shop.floor.owner).status_code in (200, 400, 404)
