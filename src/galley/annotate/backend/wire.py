"""JSON over HTTP to a server somebody named: to a checked address only, with bounds on time and size.

The name is resolved once a request, every address it has is checked, and the connection goes to exactly that address, so
a second answer of the name server (DNS rebinding) changes nothing. Redirects are checked like the first address and take
no password along. Proxies of the environment are not used: they would resolve names for us.
"""

import base64
import http.client
import json
import socket
import ssl
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from galley.annotate.backend.errors import BackendAnswerError, BackendGoneError, BackendRefusedError
from galley.annotate.backend.model import Reach
from galley.annotate.backend.rules import check_address, check_place

__all__ = ["Answer", "Call", "send"]

_REDIRECTS_MAX: Final = 3
_CHUNK_BYTES: Final = 1 << 16
_SAID_MAX: Final = 300
_BUSY: Final = frozenset({408, 425, 429, 502, 503, 504})


class Call(NamedTuple):
    """One request."""

    method: str
    url: str  # of the server
    path: str  # below it: /predict
    body: bytes | None
    seconds: float  # for everything: connecting, sending, waiting, reading
    login: tuple[str, str] | None = None
    headers: Mapping[str, str] = {}


class Answer(NamedTuple):
    """What came back: any status below 300."""

    status: int
    body: bytes

    def data(self, path: str) -> Any:
        """The body as JSON; raises BackendAnswerError."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            return _lenient(self.body, path, problem)


def _lenient(body: bytes, path: str, problem: Exception) -> Any:
    """Python servers write NaN where a model has no score: that is no JSON, and what is around it is worth reading."""
    try:
        return json.loads(body, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise BackendAnswerError(path=path, reason=str(problem)[:_SAID_MAX]) from problem


def send(call: Call, reach: Reach) -> Answer:
    """Send a request; raises BackendPlaceError, BackendGoneError, BackendRefusedError, BackendAnswerError."""
    deadline = time.monotonic() + call.seconds
    url, login = call.url.rstrip("/") + call.path, call.login
    for _ in range(_REDIRECTS_MAX + 1):
        _, host, _, _ = check_place(_bare(url), reach)
        try:
            status, headers, body = _once(call, url, login, deadline, reach)
        except (OSError, http.client.HTTPException) as problem:
            raise BackendGoneError(host=host, reason=_why(problem, call.seconds)) from problem
        if status in (301, 302, 303, 307, 308) and headers.get("Location"):
            target = urljoin(url, headers["Location"])
            if call.method != "GET" and status not in (307, 308):
                raise BackendRefusedError(path=call.path, status=status, said=target[:_SAID_MAX])
            login = login if urlsplit(target)[:2] == urlsplit(url)[:2] else None
            url = target
            continue
        if status in _BUSY:
            raise BackendGoneError(host=host, reason=f"HTTP {status}")
        if status >= 300:
            raise BackendRefusedError(path=call.path, status=status, said=_text(body))
        return Answer(status, body)
    raise BackendRefusedError(path=call.path, status=310, said=f"> {_REDIRECTS_MAX} redirects")


def _bare(url: str) -> str:
    return urlsplit(url)._replace(query="", fragment="").geturl()


def _why(problem: Exception, seconds: float) -> str:
    if isinstance(problem, TimeoutError):
        return f"> {seconds:g} s"
    return str(problem)[:_SAID_MAX] or type(problem).__name__


def _text(body: bytes) -> str:
    return "".join(c if c.isprintable() else " " for c in body[: 4 * _SAID_MAX].decode("utf-8", "replace"))[:_SAID_MAX]


def _once(
    call: Call, url: str, login: tuple[str, str] | None, deadline: float, reach: Reach
) -> tuple[int, http.client.HTTPMessage, bytes]:
    parts = urlsplit(url)
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "galley",
        "Connection": "close",
    }
    headers |= call.headers
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    if login is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{login[0]}:{login[1]}".encode()).decode("ascii")
    connection = _connected(url, deadline, reach)
    sock = connection.sock  # http.client forgets it when the answer says that it is the last one
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(call.method, target, body=call.body, headers=headers)
        _limit(sock, deadline)
        response = connection.getresponse()
        found = bytearray()
        while True:
            _limit(sock, deadline)
            chunk = response.read1(_CHUNK_BYTES)
            if not chunk:
                break
            found += chunk
            if len(found) > reach.answer_bytes:
                raise BackendAnswerError(path=call.path, reason=f"> {reach.answer_bytes} bytes")
        return response.status, response.headers, bytes(found)
    finally:
        connection.close()


def _limit(sock: Any, deadline: float) -> None:
    """Every wait on the socket ends when the call has to end, however slowly the other side drips."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    sock.settimeout(left)


def _connected(url: str, deadline: float, reach: Reach) -> http.client.HTTPConnection:
    """A connection to a checked address of the host."""
    scheme, host, port, _ = check_place(_bare(url), reach)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        check_address(_bare(url), host, address, reach)
    fault: OSError = OSError("no address")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            plain = socket.create_connection((address, port), timeout=left)
        except OSError as problem:
            fault = problem
            continue
        connection = http.client.HTTPConnection(host, port, timeout=left)
        connection.auto_open = 0  # http.client must never resolve and connect by itself
        connection.sock = _secured(plain, host) if scheme == "https" else plain
        return connection
    raise fault


def _secured(plain: socket.socket, host: str) -> socket.socket:
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
