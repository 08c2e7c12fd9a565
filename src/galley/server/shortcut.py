"""The hot path past the framework: `…/claim` and `…/submit`, read and answered in plain ASGI.

Routing, parameters, requests and responses of the framework cost several times the work itself here. What decides is the
same: the guard with the route's own handler and verb, the same readers, lanes and problems; a test sends the same
requests both ways and compares the answers.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, HTTPResponseBodyEvent, HTTPResponseStartEvent, Receive, Scope, Send

from galley.access.model import Actor
from galley.annotate.model import Stage
from galley.annotate.work.model import Entry, Node
from galley.server.body import JsonRequest
from galley.server.errors import ContentTypeError, TooLargeError
from galley.server.guard import Guard, actor_in
from galley.server.lanes import lanes_of
from galley.server.ports import Ports
from galley.server.problems import answer
from galley.server.routes.work import CLAIM, DESKS, ROUTES, SUBMIT, answer_of, entry_of, labeler_here, parsed

__all__ = ["Shortcut"]

_PATH: Final = re.compile(r"/api/v1/orgs/([1-9]\d{0,17})/projects/([1-9]\d{0,17})/([a-z]+)/(claim|submit)")
_STAGES: Final[Mapping[str, Stage]] = {name: stage for name, stage, _ in DESKS}
_JSON: Final = b"application/json"
_DIGITS_MAX: Final = 18  # of a length: more is too long, whatever it says
_HEADERS: Final = ((b"content-type", _JSON),)


class Shortcut:
    """ASGI middleware that answers the hot path itself and passes everything else on."""

    def __init__(self, app: ASGIApp, ports: Ports) -> None:
        self._app = app
        self._ports = ports
        self._guard = Guard(self._work, ports)
        self._handlers: dict[tuple[str, str], tuple[HTTPRouteHandler, str]] = {}
        for handler in ROUTES:
            for path in handler.paths:
                name, what = path.split("/")[-2:]
                self._handlers[name, what] = (handler, _template(path))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        found = _PATH.fullmatch(scope["path"]) if scope.get("method") == "POST" else None
        route = self._handlers.get((found[3], found[4])) if found is not None else None
        if found is None or route is None:
            await self._app(scope, receive, send)
            return
        mine = cast("dict[str, Any]", scope)
        mine["route_handler"], mine["path_template"] = route
        mine["path_params"] = {"org": int(found[1]), "project": int(found[2])}
        mine["galley_work"] = (_STAGES[found[3]], found[4])
        try:
            await self._guard(scope, receive, send)
        except Exception as problem:  # broad: every failure leaves as a problem, as it does from the framework
            request = JsonRequest(scope, receive, send)
            await answer(request, problem).to_asgi_response(None, request)(scope, receive, send)

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the route's handler does, once the guard let the request through."""
        mine = cast("dict[str, Any]", scope)
        stage, what = mine["galley_work"]
        body = await self._read(mine, receive)
        lanes = lanes_of(self._ports)
        actor = cast("Actor", actor_in(scope))
        if what == "submit":
            sent = parsed(body, SUBMIT)
            pool, entry = sent.pool, entry_of(await labeler_here(lanes, actor), sent)
        else:
            asked = parsed(body, CLAIM)
            pool, entry = asked.pool, Entry(labeler=await labeler_here(lanes, actor), count=asked.count)
        places = mine["path_params"]
        told = answer_of(await lanes.ask(Node(places["org"], places["project"], stage, pool), entry))
        headers = [*_HEADERS, (b"content-length", str(len(told)).encode())]
        start: HTTPResponseStartEvent = {"type": "http.response.start", "status": 200, "headers": headers}
        await send(start)
        end: HTTPResponseBodyEvent = {"type": "http.response.body", "body": told, "more_body": False}
        await send(end)

    async def _read(self, scope: dict[str, Any], receive: Receive) -> bytes:
        """The body; raises ContentTypeError, TooLargeError."""
        kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
        plain = kind.partition(b";")[0].strip().lower()
        if plain != _JSON and not plain.endswith(b"+json"):
            raise ContentTypeError(found=plain.decode("latin-1"), wanted=_JSON.decode())
        settings, (_, what) = self._ports.settings, scope["galley_work"]
        most = settings.answer_bytes if what == "submit" else settings.body_bytes
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if announced.isdigit() and (len(announced) > _DIGITS_MAX or int(announced) > most):
            raise TooLargeError(limit=most)  # not waited for
        chunks: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                break  # whoever sent it went away
            chunk = message["body"]
            size += len(chunk)
            if size > most:
                raise TooLargeError(limit=most)
            chunks.append(chunk)
            more = message["more_body"]
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _template(path: str) -> str:
    """A route's path as the log and the metrics name it."""
    return re.sub(r":\w+\}", "}", path)
