"""Agent nodes answered by a real model server: checked, stored as a machine's, reviewed by people, waiting while it is down."""

from collections.abc import Iterator
from typing import Any

import pytest
from galley_flow import Floor, edge
from galley_ml import serve_model

from galley.annotate import service as queue
from galley.annotate.backend import service as backend
from galley.annotate.backend.agents import answer_nodes
from galley.annotate.backend.model import BackendChange, NewBackend, Reach
from galley.annotate.backend.service import Office
from galley.annotate.flow import service
from galley.annotate.flow.model import END, Agent, Annotate, Graph, ProjectFull, Review, Settings
from galley.annotate.flow.service import NewProject
from galley.annotate.flow.versions import read_schema
from galley.annotate.predictions import service as predictions
from galley.store.workspace import Workspace

SCHEMA, _ = read_schema("controls:\n  - {name: topic, type: classify, choices: [sport, money]}\n")
TEXTS = {
    "cup": "the team won the cup",
    "oil": "oil profit fell on the market",
    "rain": "rain all day",
    "bad": "a poison text",
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serve_model(tmp_path_factory.mktemp("model"), kind="words") as (url, _):
        yield url


@pytest.fixture
def office(workspace: Workspace) -> Office:
    floor = Floor(workspace.database)
    reach = Reach(private=("127.0.0.1",))
    return backend.open_office(workspace.database, floor.house, workspace.blobs, floor.clock, reach=reach)


class Room:
    """A project whose first node is a model's, whose second is people's."""

    def __init__(self, office: Office) -> None:
        self.office, self.floor = office, Floor(office.database)
        self.floor.clock, self.floor.blobs = office.clock, office.blobs  # type: ignore[assignment]
        nodes = (Agent(name="model", agent="topics"), Review(name="review"), Annotate(name="people"))
        ways = (edge("model", "review"), edge("review", END), edge("review", "people", "return"), edge("people", END))
        graph = Graph(nodes=nodes, edges=ways)
        new = NewProject(name="agents", schema=SCHEMA, settings=Settings(graph=graph))
        self.project: ProjectFull = service.create(office.database, office.blobs, office.clock, new)
        contents = [(item, {"text": text}) for item, text in TEXTS.items()]
        service.add_items(office.database, office.blobs, office.clock, self.project.id, contents)
        self.floor.advance()

    def turn(self) -> int:
        return answer_nodes(self.floor.house, self.office.clock, lambda _: self.office)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.floor.house.connection() as connection:
            return connection.execute(statement).fetchall()


def test_a_model_server_answers_for_its_node_and_people_review_it(office: Office, model: str) -> None:
    room = Room(office)
    assert room.turn() == 0, "nobody is called so"
    backend.add_backend(office, room.project.id, NewBackend(name="topics", url=model, batch=3))
    assert room.turn() == 2
    assert room.turn() == 0, "what it has no label for is not asked again"
    told = room.rows("SELECT r.body ->> 'topic', r.labeler_kind, l.name FROM annotate.revision r"
                     " JOIN annotate.labeler l ON l.id = r.labeler ORDER BY 1")  # fmt: skip
    name = f"model:{room.project.id}:topics"
    assert told == [("money", "machine", name), ("sport", "machine", name)]
    wrong = {each.item for each in predictions.errors_page(office.database, room.project.id)}
    assert wrong == {"rain", "bad"}
    room.floor.advance()
    leases = room.floor.claim(room.project, 0, "review", "review")
    assert sorted(lease.item for lease in leases) == ["cup", "oil"]
    room.floor.decide(0, [lease for lease in leases if lease.item == "cup"])
    room.floor.decide(0, [lease for lease in leases if lease.item == "oil"], "return", reason="wrong")
    assert room.floor.where(room.project) == {"cup": END, "oil": "people", "rain": "model", "bad": "model"}


def test_a_server_that_is_not_there_is_left_alone_for_a_while_and_nothing_is_lost(office: Office, model: str) -> None:
    room = Room(office)
    made = backend.add_backend(office, room.project.id, NewBackend(name="topics", url="http://127.0.0.1:9"))
    assert room.turn() == 0
    assert backend.find_backend(office, room.project.id, made.id).state == "down"
    assert set(room.rows("SELECT state, worker FROM annotate.slot")) == {("ready", None)}
    checked = office.clock.now()
    for seconds, asked in ((30, False), (31, True)):
        room.floor.clock.advance(seconds)
        assert room.turn() == 0
        found = backend.find_backend(office, room.project.id, made.id)
        assert (found.checked_at != checked) == asked, "not again so soon"
    backend.change_backend(office, room.project.id, made.id, BackendChange(url=model))
    assert room.turn() == 2, "another address is tried at once"


def test_a_paused_project_asks_no_model(office: Office, model: str) -> None:
    room = Room(office)
    backend.add_backend(office, room.project.id, NewBackend(name="topics", url=model))
    service.change_state(office.database, room.project.id, "pause")
    assert room.turn() == 0
    service.change_state(office.database, room.project.id, "reopen")
    assert room.turn() == 2
    assert queue.progress(office.database, room.floor.plain(room.project))["label"]["submitted"] == 2
