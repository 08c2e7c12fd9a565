"""Idempotency keys: a request sent again under the same key is answered as it was the first time, and not done again.

Successes are kept for 24 hours; what failed may be sent again. A process that dies after a handler's commit and before
the answer is kept leaves a key without an answer: it can be taken up again after two minutes. The hot path needs none of
this: a submission has its own id, and is one with its commit.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from galley.access.model import Actor
from galley.server.body import JsonRequest
from galley.server.errors import FieldError, KeyBusyError, KeyReusedError
from galley.server.ports import Ports
from galley.server.threads import in_thread
from galley.store import sql
from galley.worker.duty import Duty, Floor

__all__ = ["FORGET", "answered_once", "key_of"]

QUERIES: Final = sql.load("galley.server")
_KEY: Final = re.compile(rb"[A-Za-z0-9._:-]{8,128}")
_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_GIVEN_UP_SECONDS: Final = 120
_KEPT_SECONDS: Final = 24 * 3600
_BODY_MAX: Final = 1 << 20
_FORGET_AT_ONCE: Final = 1000


class _Kept(NamedTuple):
    """What is known of a key."""

    hash: bytes
    status: int | None
    media_type: str | None
    body: bytes | None


class _Sent(msgspec.Struct):
    """What a handler answers, as it is sent."""

    status: int = 0
    media_type: str = ""
    body: bytearray = msgspec.field(default_factory=bytearray)

    def note(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.media_type = dict(message["headers"]).get(b"content-type", b"").decode("latin-1")
        elif message["type"] == "http.response.body" and len(self.body) <= _BODY_MAX:
            self.body += message.get("body", b"")

    def keepable(self) -> bool:
        return 200 <= self.status < 300 and len(self.body) <= _BODY_MAX


def key_of(headers: Mapping[bytes, bytes], method: str) -> str | None:
    """The idempotency key of a request that changes something; raises FieldError when it has not the form of one."""
    given = headers.get(b"idempotency-key")
    if given is None or method not in _UNSAFE:
        return None
    if not _KEY.fullmatch(given):
        raise FieldError(field="Idempotency-Key", reason="8 to 128 of A-Z a-z 0-9 . _ : -")
    return given.decode()


async def answered_once(
    app: ASGIApp, ports: Ports, key: str, connection: tuple[Scope, Receive, Send], actor: Actor
) -> None:
    """Run the application for a request, unless it was run for its key before; raises KeyReusedError, KeyBusyError."""
    scope, receive, send = connection
    # Read through the framework's request, which keeps it for the handler and holds it to the route's limit.
    body = await JsonRequest(scope, receive, send).body()
    facts = {
        "actor": f"token/{actor.token}" if actor.token is not None else f"person/{actor.person}",
        "key": key,
        "hash": _hash(scope, body),
        "now": ports.clock.now(),
        "given_up_seconds": _GIVEN_UP_SECONDS,
        "kept_seconds": _KEPT_SECONDS,
    }
    kept = await in_thread(_begin, ports, actor.organisation, facts)
    if kept is not None:
        await _again(kept, facts, send)
        return
    sent = _Sent()

    async def noting(message: Message) -> None:
        sent.note(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            # Kept before the last byte leaves: who has the answer can rely on getting it again.
            await in_thread(_end, ports, actor.organisation, facts, sent)
        await send(message)

    try:
        await app(scope, receive, noting)
    except BaseException:
        await in_thread(_end, ports, actor.organisation, facts, _Sent())
        raise


def _hash(scope: Any, body: bytes) -> bytes:
    head = f"{scope['method']} {scope['path']} ".encode("utf-8", "surrogatepass") + scope["query_string"]
    return hashlib.sha256(head + b"\n" + body).digest()


async def _again(kept: _Kept, facts: dict[str, Any], send: Send) -> None:
    if kept.hash != facts["hash"]:
        raise KeyReusedError(key=facts["key"])
    if kept.status is None:
        raise KeyBusyError(key=facts["key"], retry_seconds=1)
    headers = [(b"idempotency-replayed", b"true")]
    if kept.media_type:
        headers.append((b"content-type", kept.media_type.encode("latin-1")))
    await send({"type": "http.response.start", "status": kept.status, "headers": headers})
    await send({"type": "http.response.body", "body": bytes(kept.body or b""), "more_body": False})


def _begin(ports: Ports, organisation: int, facts: dict[str, Any]) -> _Kept | None:
    """Note the request, or what is known of its key."""
    with ports.database.of(organisation).transaction() as connection:
        if connection.execute(QUERIES["begin_request"], facts).fetchone() is not None:
            return None
        row = connection.execute(QUERIES["request"], facts).fetchone()
    return _Kept(*row) if row is not None else _Kept(facts["hash"], None, None, None)


def _end(ports: Ports, organisation: int, facts: dict[str, Any], sent: _Sent) -> None:
    """Keep a success; forget anything else."""
    with ports.database.of(organisation).connection() as connection:
        if sent.keepable():
            answer = {"status": sent.status, "media_type": sent.media_type, "body": bytes(sent.body)}
            connection.execute(QUERIES["end_request"], facts | answer)
        else:
            connection.execute(QUERIES["drop_request"], facts)


def _forget(floor: Floor) -> int:
    facts = {"now": floor.clock.now(), "kept_seconds": _KEPT_SECONDS, "limit": _FORGET_AT_ONCE}
    with floor.house.connection() as connection:
        return connection.execute(QUERIES["house_drop_old_requests"], facts).rowcount


FORGET: Final = Duty(name="forget_requests", number=90, every_seconds=600.0, run=_forget)
"""The duty that forgets old answers."""
