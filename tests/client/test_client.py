"""The client against the real application: a project from nothing to its export, over a network that loses answers."""

import io
from typing import Any

import httpx
import pytest
from galley_floor import Floor, Person

from galley.client import ApiError, Client
from galley.server.wire.projects import NewProjectBody

SCHEMA = """name: topics
controls:
  - name: topic
    type: classify
    choices: [World, Sports]
"""


class Lossy:
    """A client whose every third answer is lost after the server gave it."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.sent = 0
        self.lost = 0

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        self.sent += 1
        answer: httpx.Response = self.inner.request(method, path, **given)
        if self.sent % 3 == 0:
            self.lost += 1
            raise httpx.ReadError("the answer was lost")
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def client_of(floor: Floor, person: Person, http: Any = None) -> Client:
    client = Client("http://floor", person.token, http=http or floor.client)
    client.transport._sleep = lambda seconds: None
    return client


@pytest.fixture
def lossy(floor: Floor) -> Lossy:
    return Lossy(floor.client)


def test_a_project_from_nothing_to_its_export_over_a_lossy_network(floor: Floor, lossy: Lossy) -> None:
    owner = client_of(floor, floor.owner, lossy)
    project = owner.make_project(floor.organisation, NewProjectBody(name="news", schema=SCHEMA))
    assert [one.id for one in owner.projects(floor.organisation)] == [project.number]  # made once
    added = project.add({"id": f"n{number}", "text": f"news {number}"} for number in range(12))
    assert (added.read, added.added) == (12, 12)
    assert project.add([{"id": "n3", "text": "news 3"}]).already == 1
    labeler = client_of(floor, floor.annotators[0], lossy).project(floor.organisation, project.number)
    receipts = [labeler.submit(lease, {"topic": "Sports"}) for lease in labeler.work()]
    assert all(receipt.accepted for receipt in receipts)
    assert len({receipt.revision for receipt in receipts}) == len(receipts) == 12
    assert lossy.lost > 5
    out = io.BytesIO()
    watermark = project.export(out)
    assert out.getvalue().count(b"Sports") == 12
    assert list(project.rows(after=watermark)) == []


def test_what_the_server_refuses_is_told_with_its_code(floor: Floor) -> None:
    client = client_of(floor, floor.owner)
    with pytest.raises(ApiError) as refused:
        client.project(floor.organisation, 999).view()
    assert (refused.value.status, refused.value.server_code[:4]) == (404, "GLY-")
    with pytest.raises(ApiError) as refused:
        client.make_project(floor.organisation, NewProjectBody(name="x", schema="no schema"))
    assert refused.value.status == 400
    stranger = Client("http://floor", "galley_wrong", http=floor.client)
    with pytest.raises(ApiError) as refused:
        stranger.me()
    assert refused.value.status == 401


def test_an_item_nobody_answers_stays_leased_and_one_passed_on_does_not_come_back(floor: Floor) -> None:
    owner = client_of(floor, floor.owner)
    project = owner.make_project(floor.organisation, NewProjectBody(name="news", schema=SCHEMA))
    project.add({"id": f"n{number}", "text": "news"} for number in range(4))
    labeler = client_of(floor, floor.annotators[0]).project(floor.organisation, project.number)
    seen = []
    for lease in labeler.work(ahead=2):
        seen.append(lease.item)
        if len(seen) == 1:
            labeler.skip(lease, "unclear")
        else:
            labeler.submit(lease, {"topic": "World"})
    assert len(seen) == len(set(seen)) == 4
