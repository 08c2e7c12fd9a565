"""Webhooks over HTTP: made once, listed without the secret, never for a project of another organisation."""

from galley_floor import Floor

from galley.annotate import service as queue
from galley.annotate.backend.model import Reach
from galley.annotate.hooks.outgoing import posting

URL = "/api/v1/orgs/{org}/hooks"


def test_a_webhook_is_made_listed_paused_and_removed(floor: Floor) -> None:
    wanted = {"url": "https://example.org/hear", "events": ["submitted"]}
    made = floor.post(URL, json=wanted, by=floor.owner)
    assert made.status_code == 201, made.text
    assert made.json()["secret"].startswith("whsec_")
    hook = made.json()["hook"]["id"]
    listed = floor.get(URL, by=floor.owner)
    assert "secret" not in listed.text
    assert [one["id"] for one in listed.json()["items"]] == [hook]
    paused = floor.patch(f"{URL}/{hook}", json={"state": "paused"}, by=floor.owner)
    assert paused.json()["state"] == "paused"
    assert floor.get(f"{URL}/{hook}/deliveries", by=floor.owner).json() == {"items": [], "next": None}
    assert floor.delete(f"{URL}/{hook}", by=floor.owner).status_code == 204
    assert floor.delete(f"{URL}/{hook}", by=floor.owner).status_code == 404
    assert floor.post(URL, json=wanted, by=floor.annotators[0]).status_code in (403, 404)


def test_a_project_of_another_organisation_is_as_unknown_as_none(floor: Floor) -> None:
    other = floor.ports.database.of(floor.another("other"))
    foreign = queue.open_project(other, floor.clock, line="x", purpose="label", schema_sha256="0" * 64).id
    answers = [
        floor.post(
            URL, json={"url": "https://example.org/", "events": ["submitted"], "project": number}, by=floor.owner
        )
        for number in (foreign, 10**9)
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert {answer.json()["code"] for answer in answers} == {"GLY-HOK-005"}


def test_our_own_network_is_not_told() -> None:
    answered = posting(Reach())("http://127.0.0.1:1/hear", {}, b"{}")
    assert answered.status is None
    assert "127.0.0.1" in answered.problem
