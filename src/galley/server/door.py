"""The outermost layer: request ids, limits of headers and paths, security headers, one log line a request.

One thin ASGI middleware instead of a stack of them: what every request pays for is here, and nothing else is.
"""

import re
import time
from typing import Any, Final, cast

from litestar import Request
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from galley.server.addresses import client_address, trusted_networks
from galley.server.errors import HeaderError, PathError
from galley.server.logs import Visit
from galley.server.ports import Ports
from galley.server.problems import answer

__all__ = ["HEADERS_MAX", "HEADER_BYTES_MAX", "Door"]

HEADERS_MAX: Final = 100
HEADER_BYTES_MAX: Final = 32 << 10
_PATH_BYTES_MAX: Final = 2048
_QUERY_BYTES_MAX: Final = 8192
_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{8,64}")
_BAD_PATH: Final = re.compile(r"//|(^|/)\.\.?(/|$)|[\x00-\x1f\x7f\\]|[\ud800-\udfff]")
_BAD_RAW_PATH: Final = re.compile(rb"%(2f|5c|00|25)", re.IGNORECASE)

_SECURITY: Final[dict[bytes, bytes]] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"cache-control": b"no-store",
}
"""Sent with every answer unless the handler said otherwise."""


class Door:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, ports: Ports) -> None:
        self._app = app
        self._ports = ports
        self._proxies = trusted_networks(ports.settings.trusted_proxies)
        self._defaults = tuple(_SECURITY.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; whatever leaves is counted and logged."""
        began = time.perf_counter()
        ports = self._ports
        mine = cast("dict[str, Any]", scope)
        request_id = self._identify(mine)
        status = 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._headers(list(message["headers"]), request_id)
            await send(message)

        ports.process.in_flight += 1
        try:
            problem = _unacceptable(mine)
            if problem is None:
                await self._app(scope, receive, sent)
            else:
                request: Request[Any, Any, Any] = Request(scope, receive, send)
                await answer(request, problem).to_asgi_response(None, request)(scope, receive, sent)
        finally:
            ports.process.in_flight -= 1
            self._log(mine, status, time.perf_counter() - began)

    def _identify(self, scope: dict[str, Any]) -> str:
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        fits = _REQUEST_ID.fullmatch(given) is not None
        request_id: str = given.decode() if fits else self._ports.process.next_id()
        scope["galley_request"] = request_id
        client = scope.get("client")
        scope["galley_address"] = client_address(client[0] if client else None, scope["headers"], self._proxies)
        return request_id

    def _headers(self, headers: list[tuple[bytes, bytes]], request_id: str) -> list[tuple[bytes, bytes]]:
        given = {name for name, _ in headers}
        headers.extend(pair for pair in self._defaults if pair[0] not in given)
        headers.append((b"x-request-id", request_id.encode()))
        return headers

    def _log(self, scope: dict[str, Any], status: int, seconds: float) -> None:
        ports = self._ports
        ports.metrics.request(scope.get("path_template", ""), scope["method"], status, seconds)
        if not ports.settings.log_requests:
            return
        actor = scope.get("galley_actor")
        ports.log.visit(
            Visit(
                at=ports.clock.now(),
                request=scope["galley_request"],
                method=scope["method"],
                route=scope.get("path_template", ""),
                status=status,
                ms=round(seconds * 1000, 3),
                person=actor and actor.person,
                token=actor and actor.token,
                organisation=actor and actor.organisation,
                code=scope.get("galley_code"),
                address=scope["galley_address"],
            )
        )


def _unacceptable(scope: dict[str, Any]) -> HeaderError | PathError | None:
    """Why the head of the request is refused before anything looks at it, or None."""
    headers = scope["headers"]
    if len(headers) > HEADERS_MAX:
        return HeaderError(reason="too many", count=HEADERS_MAX, size=HEADER_BYTES_MAX)
    if sum(len(name) + len(value) for name, value in headers) > HEADER_BYTES_MAX:
        return HeaderError(reason="too large", count=HEADERS_MAX, size=HEADER_BYTES_MAX)
    path, raw = scope["path"], (scope.get("raw_path") or b"").partition(b"?")[0]
    if len(path) > _PATH_BYTES_MAX or len(scope.get("query_string", b"")) > _QUERY_BYTES_MAX:
        return PathError()
    if _BAD_PATH.search(path) or _BAD_RAW_PATH.search(raw):
        return PathError()
    return None
