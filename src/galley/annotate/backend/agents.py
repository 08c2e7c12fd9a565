"""Agent nodes answered by model servers: what stands in their pools is asked, checked and stored like anybody's answers."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from galley.annotate import repo as queue
from galley.annotate.backend import repo
from galley.annotate.backend.service import Office, answers_of, find_backend, labeler_of_model
from galley.annotate.flow.agents import serve_agent
from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError
from galley.store.database import Database

__all__ = ["ModelServer", "answer_node", "answer_nodes"]

_TURNS: Final = 20
_AT_ONCE: Final = 50
_PROJECTS: Final = 100
_REST_SECONDS: Final = 60.0
"""A server that was not there is asked again after this long."""


class ModelServer:
    """A model server as whoever answers for an agent node."""

    def __init__(self, office: Office, project: int, backend: int) -> None:
        self._office, self._project, self._backend = office, project, backend

    def answers(self, items: Mapping[str, Any]) -> Mapping[str, Any]:
        """What it says of items, where that is a label of the project's schema."""
        return answers_of(self._office, self._project, self._backend, items)


def answer_node(office: Office, project: int, node: str, backend: int) -> int:
    """Have a model server answer what waits at an agent node, a batch of the server's at a time; how many answers.

    Raises BackendGoneError; what it answered before is stored, and the rest waits.
    """
    known = find_backend(office, project, backend)
    with office.database.connection() as connection:
        found = next((one for one in queue.projects(connection) if one.id == project), None)
    if found is None:
        return 0
    agent, labeler = ModelServer(office, project, backend), labeler_of_model(office, known)
    most = max(1, min(known.batch, _AT_ONCE))
    answered = 0
    for _ in range(_TURNS):
        done = serve_agent(office.database, office.clock, found, node, labeler=labeler, agent=agent, most=most)
        answered += done
        if not done:
            break
    return answered


def answer_nodes(house: Database, clock: Clock, office_of: Callable[[int], Office]) -> int:
    """Duty: have model servers answer for the agent nodes that carry their name; how many answers.

    A node belongs to the server of its project that is called as its `agent` says, or, without one, as the node is.
    A server that fails is noted as down with its reason, and asked again after a minute.
    """
    with house.connection() as connection:
        waiting = repo.agent_nodes(connection, clock.now(), _REST_SECONDS, _PROJECTS)
    answered = 0
    for organisation, project, node, backend in waiting:
        try:
            answered += answer_node(office_of(organisation), project, node, backend)
        except GalleyError:
            continue  # noted with the server; the others are served
    return answered
