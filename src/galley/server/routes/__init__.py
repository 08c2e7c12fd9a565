"""Every route of the API: one module a subject, each with its list ROUTES. How a handler looks: `server/inject.py`."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from galley.server.routes.projects import ROUTES as PROJECTS
from galley.server.routes.review import ROUTES as REVIEW
from galley.server.routes.events import ROUTES as EVENTS
from galley.server.routes.system import ROUTES as SYSTEM
from galley.server.routes.work import ROUTES as WORK

__all__ = ["ROUTES"]

ROUTES: Final[list[HTTPRouteHandler]] = [
    *PROJECTS,
    *REVIEW,
    *SYSTEM,
    *EVENTS,
    *WORK,
]
