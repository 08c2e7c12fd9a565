"""The application: every route behind the guard, every request through the door, every failure as a problem."""

import contextlib
import os
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.types import Scope

from galley.access.model import Actor
from galley.server.body import JsonRequest
from galley.server.door import Door
from galley.server.guard import actor_in, check_verbs, guarded
from galley.server.inject import GivenPorts
from galley.server.ports import Ports
from galley.server.problems import answer
from galley.server.routes import ROUTES
from galley.server.shortcut import Shortcut
from galley.server.threads import BoundedThreads, use_threads
from galley.server.tracing import traced

__all__ = ["create_app", "gathered"]


def gathered(routes: Sequence[HTTPRouteHandler]) -> Router:
    """All routes as one router.

    Given one by one, the framework (2.25) registers the handlers of a path again with each method that is added, and
    each time wraps sync ones in one more hop to a thread, until what they return cannot be sent.
    """
    return Router("/", route_handlers=list(routes))


def create_app(
    ports: Ports, routes: Sequence[HTTPRouteHandler] = ROUTES, *, on_end: Callable[[], None] | None = None
) -> Litestar:
    """The ASGI application over open ports; raises VerbMissingError when a route declares no verb.

    When the application's lifespan ends, the ports' process is stopped, then `on_end` is called.
    """
    settings = ports.settings
    threads = BoundedThreads(settings.threads, waiting=settings.waiting, waiting_seconds=settings.waiting_seconds)
    use_threads(threads)

    def bundle() -> Ports:
        return ports

    # `ports` is asked for so that the two are found one after the other: for two that could be found at once
    # the framework starts a task group, which costs more than both.
    def whoever(ports: GivenPorts, scope: Scope) -> Actor | None:
        return actor_in(scope)

    @contextlib.asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        yield
        ports.process.stop()
        ports.log.flush()
        threads.shutdown()
        if on_end is not None:
            on_end()

    # All handlers of a path are in one router: those that share one with a route that takes answers go along.
    of_answers = frozenset(path for route in routes if route.opt.get("holds_answer") for path in route.paths)
    app = Litestar(
        route_handlers=[
            gathered([route for route in routes if not route.paths & of_answers]),
            Router(
                "/",
                route_handlers=[route for route in routes if route.paths & of_answers],
                request_max_body_size=settings.answer_bytes,
            ),
        ],
        dependencies={
            "ports": Provide(bundle, sync_to_thread=False),
            "actor": Provide(whoever, sync_to_thread=False),
        },
        middleware=[guarded(ports)],
        exception_handlers={Exception: answer},
        request_class=JsonRequest,
        request_max_body_size=settings.body_bytes,
        openapi_config=None,
        logging_config=None,
        lifespan=[running],
        debug=False,
    )
    check_verbs(app)
    app.state.ports = ports
    app.state.threads = threads
    handler: Any = app.asgi_handler
    app.asgi_handler = Door(traced(Shortcut(handler, ports), os.environ), ports)
    return app
