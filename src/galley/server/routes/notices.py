"""What one is told of: one's notices of every organisation one may enter, read by nobody else."""

from typing import Final

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from galley.access import people
from galley.access.model import Actor, Verb
from galley.annotate.notices import service
from galley.annotate.notices.model import Unread
from galley.annotate.work.errors import WorkerKindError
from galley.server.inject import GivenActor, GivenPorts, JSONBody
from galley.server.paging import LIMIT, After, Limit, page, place
from galley.server.ports import Ports
from galley.server.threads import in_thread
from galley.server.wire.notices import NoticePage, ReadBody

__all__ = ["ROUTES"]

_ALL: Final = "/api/v1/me/notices"
_SELF: Final = {"verb": Verb.SELF}
_TAGS: Final = ["people"]


def _mine(ports: Ports, actor: Actor) -> tuple[int, frozenset[int]]:
    """Who one is and where one may go: with a token, only where it is good."""
    if actor.person is None:
        raise WorkerKindError
    if actor.token is not None:
        return actor.person, frozenset({actor.organisation})
    return actor.person, frozenset(place.id for place in people.places(ports.house, actor.person, ports.clock))


@get(_ALL, opt=_SELF, sync_to_thread=True, tags=_TAGS)
def list_notices(ports: GivenPorts, actor: GivenActor, limit: Limit = LIMIT, after: After = None) -> NoticePage:
    """One's notices, newest first: a kind and its facts, of which the reader makes a sentence in their language."""
    person, places = _mine(ports, actor)
    (before,) = place(after, int) or (None,)
    found = page(
        service.notices(ports.house, person, places, before, limit + 1), limit, key=lambda notice: (notice.id,)
    )
    told = service.unread(ports.house, person, places)
    return NoticePage(items=found.items, next=found.next, unread=told.unread, more=told.more)


@post(f"{_ALL}/read", opt=_SELF, sync_to_thread=True, tags=_TAGS, status_code=200)
def read_notices(data: JSONBody[ReadBody], ports: GivenPorts, actor: GivenActor) -> Unread:
    """Say up to which notice one has read; what came later stays unread."""
    person, places = _mine(ports, actor)
    service.mark_read(ports.house, person, data.until)
    return service.unread(ports.house, person, places)


@get("/api/v1/me/events", opt=_SELF, media_type="text/event-stream", tags=_TAGS)
async def my_events(ports: GivenPorts, actor: GivenActor) -> Stream:
    """Server-sent events: `event: notices`, its data how many of one's notices are unread, at once and at every change."""
    person, places = await in_thread(_mine, ports, actor)
    return Stream(
        ports.bells.follow(person, places), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


ROUTES: Final[list[HTTPRouteHandler]] = [list_notices, read_notices, my_events]
