"""Who does something by a request, from where; and the keys that links are signed with."""

from collections.abc import Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

from litestar import Request

from galley.access import audit
from galley.access.audit import By
from galley.access.keys import Key, Keyring
from galley.access.links import LINK_PURPOSE
from galley.access.model import Actor
from galley.access.people import Visit
from galley.server.ports import Ports
from galley.store.database import Database

__all__ = ["address_of", "by_request", "link_keys", "visit_of"]

_RINGS: Final[WeakKeyDictionary[Database, Keyring]] = WeakKeyDictionary()
"""One keyring for each open database."""


def address_of(request: Request[Any, Any, Any]) -> str | None:
    """The client's address as the door found it."""
    found = request.scope.get("galley_address")
    return found if isinstance(found, str) else None


def by_request(request: Request[Any, Any, Any], ports: Ports, actor: Actor) -> By:
    """The actor as the doer of what the request asks for."""
    return audit.by(actor, ports.clock, address_of(request))


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """From where somebody signs in."""
    return Visit(address=address_of(request) or "", agent=request.headers.get("user-agent", ""))


def link_keys(ports: Ports) -> Sequence[Key]:
    """The keys of links to bytes, newest first."""
    ring = _RINGS.get(ports.house)
    if ring is None:
        ring = _RINGS[ports.house] = Keyring(ports.house, ports.clock, LINK_PURPOSE)
    return ring.keys()
