"""What whoever calls may see of a project beyond what its work shows: fields of records that are hidden, items not held."""

from collections.abc import Sequence
from typing import Any

from litestar import Request

from galley.access.model import Actor, Circumstances, Target, Verb
from galley.access.rules import may
from galley.annotate.flow import service as flow
from galley.annotate.work.service import held_items, labeler_of
from galley.server.doers import address_of
from galley.server.ports import Ports

__all__ = ["hidden_from", "items_seen", "sees_members", "sees_people"]


def sees_members(ports: Ports, actor: Actor, request: Request[Any, Any, Any]) -> bool:
    """Whether the caller may see everybody who is of the organisation."""
    here = Circumstances(now=ports.clock.now(), address=address_of(request))
    return may(actor, Verb.MEMBER_READ, Target(organisation=actor.organisation), here).allowed


def sees_people(ports: Ports, actor: Actor, request: Request[Any, Any, Any], project: int) -> bool:
    """Whether the caller runs the project or audits it: they may see who did what, and records whole."""
    here = Circumstances(now=ports.clock.now(), address=address_of(request))
    target = Target(organisation=actor.organisation, project=project)
    return may(actor, Verb.PEOPLE_READ, target, here).allowed


def hidden_from(ports: Ports, actor: Actor, request: Request[Any, Any, Any], project: int) -> frozenset[str]:
    """The fields of the project's records that the caller is not shown: none for those who may read any item of it."""
    if sees_people(ports, actor, request, project):
        return frozenset()
    return frozenset(flow.project(ports.database.of(actor.organisation), project).settings.hidden_fields)


def items_seen(
    ports: Ports, actor: Actor, request: Request[Any, Any, Any], project: int, items: Sequence[str]
) -> Sequence[str]:
    """Those of some items that the caller holds a lease of; all of them for those who may read any item."""
    if sees_people(ports, actor, request, project):
        return items
    if actor.person is None:
        return ()
    database = ports.database.of(actor.organisation)
    held = held_items(database, project, labeler_of(database, ports.clock, actor.person), items)
    return [item for item in items if item in held]
