"""The port of agent nodes: a model or a backend answers what stands in its node's pool, a labeler like any other."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from galley.annotate import service as queue
from galley.annotate.flow import repo
from galley.annotate.model import Answer, Project
from galley.kernel.clock import Clock
from galley.kernel.errors import GalleyError
from galley.store.database import Database

__all__ = ["Answering", "serve_agent"]

_ITEMS_AT_ONCE: Final = 50


class Answering(Protocol):
    """Whoever answers for an agent node."""

    def answers(self, items: Mapping[str, Any]) -> Mapping[str, Any]:
        """Item -> labels, from item -> what people would see of it; an item left out is tried again later, one with None
        is passed on: whoever answers has no label for it, and is not asked again."""
        ...


def serve_agent(  # noqa: PLR0913  # how many at once has a default that tests take
    database: Database,
    clock: Clock,
    project: Project,
    node: str,
    *,
    labeler: int,
    agent: Answering,
    most: int = _ITEMS_AT_ONCE,
) -> int:
    """Answer up to `most` items of an agent node; how many. What the agent leaves out, or fails on, is given back.

    Bodies are stored as they come: whoever implements the port checks them against the project's schema.
    """
    leases = queue.claim(database, clock, project, labeler, queue.Request(count=most, pools=(node,)))
    if not leases:
        return 0
    with database.connection() as connection:
        contents = repo.contents(connection, project.id, [lease.item for lease in leases])
    try:
        said = agent.answers(contents)
    except GalleyError:
        for lease in leases:
            queue.release(database, labeler, lease)
        raise
    given = [
        Answer(slot=lease.slot, token=lease.token, body=said[lease.item], client_id=f"agent:{lease.token}")
        for lease in leases
        if said.get(lease.item) is not None
    ]
    for lease in leases:
        if lease.item not in said:
            queue.release(database, labeler, lease)
        elif said[lease.item] is None:
            queue.skip(database, clock, labeler, lease, "other")
    return sum(receipt.accepted for receipt in queue.submit_many(database, clock, labeler, given))
