"""Routes that tell of progress as it happens."""

from typing import Final

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from galley.access.model import Verb
from galley.server.inject import FromPath, GivenPorts, JsonRequest

__all__ = ["ROUTES"]


@get(
    "/api/v1/orgs/{org:int}/projects/{project:int}/events",
    opt={"verb": Verb.PROJECT_READ},
    media_type="text/event-stream",
    tags=["projects"],
)
async def events(org: FromPath[int], project: FromPath[int], ports: GivenPorts, request: JsonRequest) -> Stream:
    """Progress as server-sent events: `event: progress`, its data the totals of each node; comments between them."""
    last = request.headers.get("last-event-id", "")
    return Stream(
        ports.streams.follow(org, project, last),
        media_type="text/event-stream",
        headers={"x-accel-buffering": "no"},
    )


ROUTES: Final[list[HTTPRouteHandler]] = [events]
"""All routes of this module."""
