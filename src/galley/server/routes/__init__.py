"""Every route of the API: one module a subject, each with its list ROUTES."""

from typing import Final

from litestar.handlers import HTTPRouteHandler

from galley.server.routes import system

__all__ = ["ROUTES"]

ROUTES: Final[list[HTTPRouteHandler]] = [
    *system.ROUTES,
]
