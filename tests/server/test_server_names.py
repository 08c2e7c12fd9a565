"""Comments and the audit call people by name, for whoever may know it, in as many queries however many they are."""

from typing import Any

import psycopg
import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate.flow import service as flow
from galley.annotate.flow.advance import advance_all
from galley.annotate.flow.model import SINGLE, Settings
from galley.annotate.time.service import account
from galley.labels.schema_text import schema_from_yaml

SCHEMA = "name: t\ncontrols:\n - {name: kind, type: classify, field: text, choices: [cat, dog]}\n"
GRAPH: dict[str, Any] = {
    "nodes": [{"kind": "annotate", "name": "label"}, {"kind": "review", "name": "review"}],
    "edges": [{"from": "label", "to": "review"}, {"from": "review", "to": "end"}],
}
ORG = "/api/v1/orgs/{org}"
Json = dict[str, Any]


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


class Court:
    """A project with one answer under review, about which its author and a reviewer talk."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.author = floor.person("Ann Author", Role.ANNOTATOR)
        self.reviewer = floor.person("Rita Reviewer", Role.REVIEWER)
        self.other = floor.person("Otto Other", Role.REVIEWER)
        self.manager = floor.person("Mia Manager", Role.MANAGER)
        new = flow.NewProject(name="p", schema=schema_from_yaml(SCHEMA), settings=Settings(graph=SINGLE))
        self.project = flow.create(floor.database, floor.ports.blobs, floor.clock, new).id
        self.one = f"{ORG}/projects/{self.project}"
        assert floor.patch(self.one, by=floor.owner, json={"settings": {"graph": GRAPH}}).status_code == 200
        flow.add_items(floor.database, floor.ports.blobs, floor.clock, self.project, [("a", {"text": "a"})])
        [lease] = self.post("work/claim", self.author, count=1)["leases"]
        self.slot = lease["slot"]
        sent = {"slot": self.slot, "token": lease["token"], "labels": {"kind": "cat"}, "client_id": "c"}
        self.post("work/submit", self.author, **sent)
        advance_all(floor.ports.house, floor.ports.blobs, floor.clock)

    def post(self, path: str, by: Person, **body: Any) -> Any:
        told = self.floor.post(f"{self.one}/{path}", by=by, json=body)
        assert told.status_code == 200, told.text
        return told.json()

    def say(self, by: Person, desk: str = "reviews", body: str = "hm") -> Json:
        said = self.post(f"{desk}/slots/{self.slot}/comments", by, body=body, client_id=f"{by.person}{body}")
        return dict(said)

    def told(self, by: Person) -> list[Json]:
        item = self.floor.get(f"{self.one}/reviews/comments", by=by, params={"item": "a"})
        listed = self.floor.get(f"{self.one}/reviews/comments/all", by=by, params={"resolved": True})
        assert len(item.json()["items"]) == len(listed.json()["items"])
        assert all(one | {"beginning": None} in item.json()["items"] for one in listed.json()["items"])
        return list(item.json()["items"])


@pytest.fixture
def court(floor: Floor) -> Court:
    return Court(floor)


def test_comments_are_by_name_for_who_may_see_people(court: Court) -> None:
    court.say(court.author, "work")
    number = court.say(court.reviewer)["id"]
    court.post(f"reviews/comments/{number}/resolve", court.other, resolved=True)
    for by in (court.floor.owner, court.manager):
        assert [(one["author_name"], one["resolved_by_name"]) for one in court.told(by)] == [
            ("Ann Author", None),
            ("Rita Reviewer", "Otto Other"),
        ]


def test_who_reviews_is_told_no_name_but_their_own(court: Court) -> None:
    assert court.say(court.author, "work")["author_name"] == "Ann Author"
    said = court.say(court.reviewer)
    assert said["author_name"] == "Rita Reviewer"
    done = court.post(f"reviews/comments/{said['id']}/resolve", court.other, resolved=True)
    assert (done["author_name"], done["resolved_by_name"]) == (f"person-{court.reviewer.person}", "Otto Other")
    words = [f"person-{court.author.person}", "Rita Reviewer"]
    assert [one["author_name"] for one in court.told(court.reviewer)] == words
    for one in court.told(court.other):
        assert "Author" not in str(one)
        assert "Rita" not in str(one)


def test_comments_say_how_their_item_begins_to_who_may_see_it(court: Court) -> None:
    court.say(court.reviewer)

    def told(by: Person) -> list[Any]:
        return [one["beginning"] for one in court.floor.get(f"{court.one}/reviews/comments/all", by=by).json()["items"]]

    assert told(court.manager) == ["a"]
    assert told(court.reviewer) == [None]


@pytest.mark.parametrize(
    ("content", "beginning"),
    [
        ({"id": "x", "text": "t" * 300}, "t" * 120),
        ({"image": "blob:" + "a" * 64, "name": "cat.png"}, "cat.png"),
        ({"messages": [{"role": "user", "content": "hello"}]}, "hello"),
        ({"n": 3, "deep": {"a": 1}}, None),
    ],
)
def test_how_an_item_begins(court: Court, content: Json, beginning: str | None) -> None:
    database = court.floor.database
    flow.add_items(database, court.floor.ports.blobs, court.floor.clock, court.project, [("b", content)])
    advance_all(court.floor.ports.house, court.floor.ports.blobs, court.floor.clock)
    [lease] = court.post("work/claim", court.author, count=1)["leases"]
    said = {"body": "why", "client_id": "c2"}
    court.post(f"work/slots/{lease['slot']}/comments", court.author, **said)
    listed = court.floor.get(f"{court.one}/reviews/comments/all", by=court.manager).json()["items"]
    assert [one["beginning"] for one in listed if one["item"] == "b"] == [beginning]


def test_names_of_a_hundred_people_are_asked_by_number(court: Court) -> None:
    floor, author, reviewer = court.floor, court.author.person, court.reviewer.person
    lead, tess = floor.person("Lea Lead"), floor.person("Tess", Role.OWNER, organisation=floor.another("o"))
    account(floor.ports.house)
    given = {"to": {"person": lead.person}, "roles": ["manager"]}
    assert floor.post(f"{court.one}/grants", by=floor.owner, json=given).status_code == 201

    def told(by: Person, *people: int) -> Any:
        asked = floor.get(f"{court.one}/people/names", by=by, params={"people": ",".join(map(str, people))})
        return [one["name"] for one in asked.json()["items"]]

    assert told(court.manager, author, reviewer, tess.person, 999_999) == ["Ann Author", "Rita Reviewer"]
    assert told(lead, author, reviewer, tess.person) == ["Ann Author"]  # of others, whoever worked here
    assert floor.get(f"{court.one}/people/names", by=court.author, params={"people": "7"}).status_code == 403
    for wrong in ("", "a", "1,", "0", ",".join(["7"] * 101)):
        asked = floor.get(f"{court.one}/people/names", by=floor.owner, params={"people": wrong})
        assert asked.status_code == 400
    assert told(floor.owner, *[author] * 100) == ["Ann Author"]


def test_who_left_keeps_a_word(court: Court) -> None:
    court.say(court.author, "work")
    assert court.floor.post(f"{ORG}/leave", by=court.author).status_code == 200
    assert [one["author_name"] for one in court.told(court.manager)] == [f"person-{court.author.person}"]


def test_many_comments_cost_as_many_queries_as_one(court: Court, statements: list[str]) -> None:
    def cost() -> int:
        court.floor.get(f"{court.one}/reviews/comments/all", by=court.manager)  # who calls is remembered afterwards
        statements.clear()
        assert court.floor.get(f"{court.one}/reviews/comments/all", by=court.manager).status_code == 200
        return sum("annotate." in one or "access.person" in one for one in statements)

    court.say(court.reviewer)
    one = cost()
    for number in range(8):
        by = court.floor.person(f"reviewer {number}", Role.REVIEWER)
        court.say(by, body=str(number))
    assert cost() == one > 1
    assert len(court.told(court.manager)) == 9


def test_the_audit_names_people_and_tokens(floor: Floor, statements: list[str]) -> None:
    auditor, leaver = floor.person("Ada Auditor", Role.AUDITOR), floor.person("Leo Leaver", Role.MANAGER)

    def told() -> list[Json]:
        found = floor.get(f"{ORG}/audit", by=auditor)
        assert found.status_code == 200, found.text
        return list(found.json()["items"])

    def cost() -> int:
        told()
        statements.clear()
        told()
        return sum("access.audit" in one or "access.person" in one for one in statements)

    assert floor.post(f"{ORG}/isolation", by=leaver, json={}).status_code == 201
    line = told()[0]
    assert (line["person"], line["person_name"], line["token_name"]) == (leaver.person, "Leo Leaver", "test")
    before = cost()
    for name in ("Max", "Mo", "Mei"):
        manager = floor.person(name, Role.MANAGER)
        assert floor.post(f"{ORG}/isolation", by=manager, json={"view_only": True}).status_code == 201
    assert cost() == before > 1
    assert [one["person_name"] for one in told()[:3]] == ["Mei", "Mo", "Max"]
    assert floor.post(f"{ORG}/leave", by=leaver).status_code == 200
    [gone] = [one for one in told() if one["id"] == line["id"]]
    assert (gone["person"], gone["person_name"]) == (leaver.person, None)


def test_the_audit_names_nobody_of_another_organisation(floor: Floor) -> None:
    other = floor.another("other")
    tenant = floor.person("Tess Tenant", Role.OWNER, organisation=other)
    assert floor.get(f"{ORG}/audit", by=tenant).status_code == 404  # a refusal is a line of its own organisation
    lines = floor.get(f"{ORG}/audit", by=floor.owner).json()["items"]
    assert [one["person_name"] for one in lines if one["person"] == tenant.person] == [None]
