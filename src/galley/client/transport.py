"""Requests that survive what happens to them: broken connections, busy servers, answers that got lost."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import httpx
import msgspec

from galley.kernel.errors import GalleyError
from galley.kernel.language import Text

__all__ = ["ApiError", "Transport"]

T = TypeVar("T")
_ATTEMPTS: Final = 6
_WAIT_MAX_SECONDS: Final = 30.0
_AGAIN: Final = frozenset({429, 502, 503, 504})


class ApiError(GalleyError):
    """The server said no, and why: its problem (RFC 9457) with a stable code."""

    code = "GLY-CLI-060"
    text = Text("HTTP {status}: {title}", "HTTP {status}：{title}")
    hint = Text("{advice}", "{advice}")

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem_sent = dict(problem)
        self.server_code = str(problem.get("code", ""))
        super().__init__(
            status=status,
            title=str(problem.get("title", "no answer")),
            advice=str(problem.get("hint", "")),
            server_code=self.server_code,
        )


class Transport:
    """One connection pool to one server with one token; threads may share it."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout_seconds: float = 30.0,
        language: str = "en",
        sleep: Callable[[float], None] = time.sleep,
        http: httpx.Client | None = None,
    ) -> None:
        self._sleep = sleep
        self._salt = os.urandom(8).hex()
        self._serial = 0
        self._headers = {"authorization": f"Bearer {token}", "accept-language": language}
        self.http = http or httpx.Client(base_url=base_url, timeout=timeout_seconds, follow_redirects=False)

    def close(self) -> None:
        """Give the connections back."""
        self.http.close()

    def get(self, path: str, kind: type[T], params: Mapping[str, Any] | None = None) -> T:
        """Read; raises ApiError."""
        return self.decoded(self._sent("GET", path, params=_given(params)), kind)

    def send(self, method: str, path: str, kind: type[T], body: Any = None, *, keyed: bool = True) -> T:
        """Change something, once however often it is sent; raises ApiError."""
        headers = {"content-type": "application/json"}
        if keyed:
            headers["idempotency-key"] = self._key()
        content = None if body is None else msgspec.json.encode(body)
        return self.decoded(self._sent(method, path, content=content, headers=headers), kind)

    def head(self, path: str) -> httpx.Headers:
        """The headers of a resource."""
        return self._sent("HEAD", path).headers

    def piece(self, path: str, offset: int, data: bytes) -> int:
        """Send bytes of an upload from an offset on; how far it is then."""
        headers = {"content-type": "application/offset+octet-stream", "upload-offset": str(offset)}
        return int(self._sent("PATCH", path, content=data, headers=headers).headers["upload-offset"])

    @contextmanager
    def stream(self, path: str, params: Mapping[str, Any]) -> Iterator[httpx.Response]:
        """An answer read as it comes; not sent again by itself."""
        timeout = httpx.Timeout(30.0, read=300.0)
        with self.http.stream("GET", path, params=_given(params), headers=self._headers, timeout=timeout) as answer:
            if answer.status_code >= 400:
                answer.read()
                raise _problem(answer)
            yield answer

    def stream_up(self, path: str, params: Mapping[str, Any], body: Iterator[bytes], kind: type[T]) -> T:
        """Send a body as it is made, however long that takes; not sent again by itself."""
        headers = self._headers | {"content-type": "application/octet-stream"}
        answer = self.http.post(path, params=_given(params), content=body, headers=headers, timeout=None)
        return self.decoded(answer, kind)

    def _sent(self, method: str, path: str, **given: Any) -> httpx.Response:
        given["headers"] = self._headers | given.get("headers", {})
        wait = 0.25
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = self.http.request(method, path, **given)
            except httpx.TransportError:
                if attempt == _ATTEMPTS:
                    raise
            else:
                # 409 with Retry-After: the same request is still under way.
                busy = answer.status_code in _AGAIN or (answer.status_code == 409 and "retry-after" in answer.headers)
                if not busy or attempt == _ATTEMPTS:
                    if answer.status_code >= 400:
                        raise _problem(answer)
                    return answer
                wait = max(wait, _seconds(answer.headers.get("retry-after", "")))
            self._sleep(min(wait, _WAIT_MAX_SECONDS))
            wait *= 2
        raise ApiError(0, {})

    def decoded(self, answer: httpx.Response, kind: type[T]) -> T:
        """The body of an answer as a type; raises ApiError."""
        if answer.status_code >= 400:
            raise _problem(answer)
        if not answer.content:
            return None  # type: ignore[return-value]  # kind is NoneType then
        return msgspec.json.decode(answer.content, type=kind)

    def _key(self) -> str:
        self._serial += 1
        return hashlib.sha256(f"{self._salt}:{self._serial}".encode()).hexdigest()[:32]


def _problem(answer: httpx.Response) -> ApiError:
    try:
        found = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        found = {"title": answer.text[:200]}
    return ApiError(answer.status_code, found)


def _seconds(text: str) -> float:
    return float(text) if text.isdigit() else 0.0


def _given(params: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (params or {}).items() if value is not None}
