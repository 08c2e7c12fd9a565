"""Progress, drafts, explorer and accounts over HTTP: one project worked through, seen by its manager and its people."""

from typing import Any

import pytest
from galley_floor import Floor, Person

from galley.access.model import Role
from galley.annotate.counters.explorer import index_items
from galley.annotate.flow import service as flow
from galley.annotate.time.service import account

SCHEMA = "controls:\n  - {name: kind, type: classify, choices: [cat, dog, cow]}\n"
ALL = "/api/v1/orgs/{org}"


class Shop:
    """One project of six items and two people who answer."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        made = floor.post(f"{ALL}/projects", by=floor.owner, json={"name": "signs", "schema": SCHEMA})
        assert made.status_code == 201, made.text
        self.project = int(made.json()["id"])
        self.one = f"{ALL}/projects/{self.project}"
        contents = [(f"i{n}", {"text": f"sign {n}"}) for n in range(6)]
        flow.add_items(floor.database, floor.ports.blobs, floor.clock, self.project, contents)
        self.ann, self.bob, _ = floor.annotators

    def claim(self, by: Person) -> dict[str, Any]:
        answer = self.floor.post(f"{self.one}/work/claim", by=by, json={"count": 1})
        assert answer.status_code == 200, answer.text
        lease: dict[str, Any] = answer.json()["leases"][0]
        return lease

    def answer(self, by: Person, kind: str = "cat", seconds: int = 30) -> dict[str, Any]:
        lease = self.claim(by)
        self.floor.clock.advance(seconds)
        said = {"slot": lease["slot"], "token": lease["token"], "labels": {"kind": kind}, "client_id": "c"}
        said["activity"] = {"v": 1, "duration_ms": seconds * 1000, "pointer": [[0, seconds * 1000]]}
        found = self.floor.post(f"{self.one}/work/submit", by=by, json=said)
        assert found.json()["receipt"]["accepted"], found.text
        return lease

    def drain(self) -> None:
        while account(self.floor.ports.house) + index_items(self.floor.ports.house):
            pass

    def get(self, path: str, by: Person | None = None, status: int = 200, **kwargs: Any) -> Any:
        answer = self.floor.get(path, by=by or self.floor.owner, **kwargs)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def shop(floor: Floor) -> Shop:
    made = Shop(floor)
    for by, kind in ((made.ann, "cat"), (made.ann, "dog"), (made.bob, "cat")):
        made.answer(by, kind)
    made.drain()
    return made


def test_progress_is_exact_and_the_dashboard_tells_the_rest(shop: Shop) -> None:
    [node] = shop.get(f"{shop.one}/progress", shop.ann)["nodes"]
    assert (node["stage"], node["open"], node["submitted"], node["seconds_per_answer"]) == ("label", 3, 3, 30.0)
    board = shop.get(f"{shop.one}/dashboard")
    assert (board["slots_open"], board["slots_done"], board["done_share"]) == (3, 3, 0.5)
    assert (board["slowest"], board["hours"][0]["people"]) == ("label/annotate", 2)
    assert board["finish"]["likely"] is None
    [listed] = shop.get(f"{ALL}/progress")["items"]
    assert (listed["id"], listed["done_share"]) == (shop.project, 0.5)


def test_the_finish_says_in_two_languages_what_it_rests_on(shop: Shop) -> None:
    chinese = shop.get(f"{shop.one}/finish", shop.ann, headers={"accept-language": "zh"})
    english = shop.get(f"{shop.one}/finish", shop.ann)
    assert "数据不足" in chinese["why_not"]
    assert "Too little is known: 0 answers" in english["why_not"]  # this hour is not over yet
    assert english["slots_left"] == 3


def test_people_are_listed_for_managers_and_see_themselves(shop: Shop) -> None:
    people = shop.get(f"{shop.one}/people")
    assert [(one["answers"], round(one["counted_hours"] * 3600)) for one in people["items"]] == [(2, 60), (1, 30)]
    first = shop.get(f"{shop.one}/people?limit=1")
    assert len(shop.get(f"{shop.one}/people?limit=1&after={first['next']}")["items"]) == 1
    [me] = shop.get(f"{shop.one}/people/me", shop.bob)["items"]
    assert (me["answers"], me["gold_accuracy"]) == (1, None)
    assert shop.get(f"{shop.one}/people/me", shop.floor.annotators[2])["items"] == []
    shop.get(f"{shop.one}/people", shop.ann, 403)
    shop.get(f"{shop.one}/dashboard", shop.ann, 403)
    shop.get(f"{shop.one}/explorer", shop.ann, 403)


def test_accounts_are_seen_by_their_owner_and_corrected_by_a_manager(shop: Shop) -> None:
    mine = shop.get(f"{ALL}/work-rows/mine", shop.bob)["items"]
    assert [(row["verdict"], row["counted_ms"], row["units"], row["price_rule"]) for row in mine] == [
        ("submitted", 30_000, 1, None)
    ]
    place = f"{shop.one}/work-rows/{mine[0]['id']}/corrections"
    said = {"note": "the network was down", "counted_ms": 5000}
    assert shop.floor.post(place, by=shop.bob, json=said).status_code == 403
    assert shop.floor.post(place, by=shop.floor.owner, json=said).json() == {"added": True}
    assert shop.floor.post(place, by=shop.floor.owner, json=said).json() == {"added": False}
    assert shop.floor.post(place, by=shop.floor.owner, json={"note": "\0"}).status_code == 400
    missing = f"{shop.one}/work-rows/{2**40}/corrections"
    assert shop.floor.post(missing, by=shop.floor.owner, json=said).status_code == 404
    after = shop.get(f"{ALL}/work-rows/mine", shop.bob)["items"]
    assert [row["counted_ms"] for row in after] == [30_000, 5_000]
    labeler = mine[0]["labeler"]
    assert shop.get(f"{ALL}/labelers/{labeler}/work-rows")["items"] == after
    shop.get(f"{ALL}/labelers/{labeler}/work-rows", shop.ann, 403)


def test_the_explorer_pages_through_what_fits(shop: Shop) -> None:
    url = f"{shop.one}/explorer"
    assert [one["state"] for one in shop.get(url)["items"]].count("done") == 3
    cats = shop.get(f"{url}?control=kind&value=cat&limit=1")
    assert (len(cats["items"]), cats["count"], cats["items"][0]["labels"]) == (1, "2", {"kind": ["cat"]})
    more = shop.get(f"{url}?control=kind&value=cat&limit=1&after={cats['next']}")
    assert (len(more["items"]), more["count"]) == (1, None)
    assert len(shop.get(f"{url}?status=new&prefix=Sign")["items"]) == 3
    assert len(shop.get(f"{url}?newest=true&since=2020-01-01T00:00:00Z")["items"]) == 3
    for wrong in ("?control=kind", f"?status=done&after={cats['next']}", "?after=x", "?status=odd", "?prefix=%00"):
        shop.get(url + wrong, status=400)


def test_drafts_are_saved_read_and_forgotten_by_their_author(shop: Shop) -> None:
    lease = shop.claim(shop.ann)
    url = f"{shop.one}/work/drafts/{lease['slot']}"

    def put(seq: int, by: Person = shop.ann, **more: Any) -> Any:
        answer = shop.floor.put(url, by=by, json={"seq": seq, "body": {"op": seq}, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert put(1) == {"outcome": "stored", "expected": 2}
    assert put(1) == {"outcome": "known", "expected": 2}
    assert put(4) == {"outcome": "gap", "expected": 2}
    assert put(4, whole=True) == {"outcome": "stored", "expected": 5}
    assert put(1, shop.bob)["outcome"] == "foreign"
    draft = shop.get(url, shop.ann)
    assert ([piece["seq"] for piece in draft["pieces"]], draft["held"]) == ([4], True)
    shop.get(url, shop.bob, 404)
    [head] = shop.get(f"{shop.one}/work/drafts", shop.ann)["items"]
    assert (head["slot"], head["item"], head["seq"]) == (lease["slot"], lease["item"], 4)
    assert shop.floor.delete(url, by=shop.ann).status_code == 204
    assert shop.floor.delete(url, by=shop.ann).status_code == 404
    assert shop.floor.put(url, by=shop.ann, json={"seq": 0, "body": 1}).status_code == 400


def test_the_unit_of_the_work_is_the_projects(shop: Shop) -> None:
    assert shop.floor.put(f"{shop.one}/unit", by=shop.ann, json={"unit": "character"}).status_code == 403
    assert shop.floor.put(f"{shop.one}/unit", by=shop.floor.owner, json={"unit": "acre"}).status_code == 400
    assert shop.floor.put(f"{shop.one}/unit", by=shop.floor.owner, json={"unit": "character"}).status_code == 200
    shop.answer(shop.bob)
    shop.drain()
    last = shop.get(f"{ALL}/work-rows/mine", shop.bob)["items"][-1]
    assert (last["unit"], last["units"]) == ("character", len("sign 0"))
    assert shop.get(f"{shop.one}/settings")["graph"] is not None


def test_the_unit_outlives_changes_of_settings_and_state(shop: Shop) -> None:
    assert shop.get(f"{shop.one}/unit", shop.bob) == {"unit": "item"}
    assert shop.floor.put(f"{shop.one}/unit", by=shop.floor.owner, json={"unit": "region"}).status_code == 200
    settings = shop.get(f"{shop.one}/settings")
    changed = {"settings": {**settings, "description": "other"}}
    assert shop.floor.patch(shop.one, by=shop.floor.owner, json=changed).status_code == 200
    assert shop.floor.post(f"{shop.one}/pause", by=shop.floor.owner).status_code in {200, 201, 204}
    assert shop.get(f"{shop.one}/settings")["description"] == "other"
    assert shop.get(f"{shop.one}/unit") == {"unit": "region"}


def test_strangers_find_nothing(shop: Shop) -> None:
    other = shop.floor.another("other")
    stranger = shop.floor.person("stranger", Role.OWNER, organisation=other)
    for path in ("progress", "finish", "dashboard", "people", "people/me", "explorer", "work/drafts"):
        place = f"/api/v1/orgs/{other}/projects/{shop.project}/{path}"
        assert shop.floor.get(place, by=stranger).status_code == 404, path
    assert shop.get(f"/api/v1/orgs/{other}/progress", stranger)["items"] == []
    assert shop.get(f"/api/v1/orgs/{other}/labelers/1/work-rows", stranger)["items"] == []
