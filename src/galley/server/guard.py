"""The door: before any handler runs, who calls is known, and that they may.

Each route says what it lets one do (`opt={"verb": Verb.WORK}`). The guard finds the actor, asks `access.rules.may`, the
one decision function, and holds project ids in the path against the organisation in the path. What is not there and
what is not theirs answer alike.
"""

import hmac
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, cast

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

from galley.access import service as access
from galley.access.errors import SignInError
from galley.access.model import NOWHERE, Actor, Circumstances, Target, Verb
from galley.access.rules import may
from galley.kernel.language import Text
from galley.server.actors import Kind
from galley.server.errors import CsrfError, VerbMissingError
from galley.server.once import answered_once, key_of
from galley.server.ports import Ports
from galley.server.threads import in_thread

__all__ = ["CSRF_HEADER", "SESSION_COOKIE", "Guard", "actor_in", "check_verbs", "guarded", "handlers_of"]

SESSION_COOKIE: Final = "galley_session"
CSRF_HEADER: Final = "X-Galley-CSRF"
_PERSON_HEADER: Final = b"x-galley-person"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NO_SECRET: Final = Text("no token and no session came with the request", "请求未携带令牌或会话")
_NO_HEADER: Final = Text("has no X-Galley-CSRF header", "缺少 X-Galley-CSRF 请求头")
_SOMEBODY_ELSE: Final = Text("somebody else is signed in in this browser", "此浏览器中登录的是另一账号")
_OTHER_ORIGIN: Final = Text("comes from a page of another site", "来自其他网站的页面")


class Guard:
    """ASGI middleware around each handler."""

    def __init__(self, app: ASGIApp, ports: Ports) -> None:
        self._app = app
        self._ports = ports

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or raise SignInError, NotAllowedError, CsrfError, UnknownError."""
        declared = cast("HTTPRouteHandler", scope["route_handler"]).opt
        verb: Verb | None = declared.get("verb")
        # None only at the OPTIONS handlers that the framework makes: `check_verbs` saw to that.
        if verb is not None and verb is not Verb.PUBLIC:
            mine = cast("dict[str, Any]", scope)
            headers = dict(mine["headers"])
            if not (declared.get("machine") and self._is_machine(headers)):
                actor = await self._admit(mine, headers, verb)
                key = key_of(headers, mine["method"])
                if key is not None and declared.get("idempotent", True):
                    await answered_once(self._app, self._ports, key, (scope, receive, send), actor)
                    return
        await self._app(scope, receive, send)

    def _is_machine(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a program comes with the token an operator gave it in the settings."""
        token = self._ports.settings.metrics_token
        given = headers.get(b"authorization", b"")
        return bool(token) and hmac.compare_digest(given, b"Bearer " + token.encode())

    async def _admit(self, scope: dict[str, Any], headers: Mapping[bytes, bytes], verb: Verb) -> Actor:
        kind, secret = _secret(headers, scope["method"])
        ports, places = self._ports, scope["path_params"]
        organisation, project = places.get("org", NOWHERE), places.get("project")
        actor = ports.actors.remembered(kind, secret, organisation)
        if actor is None:
            actor = await in_thread(ports.actors.find, kind, secret, organisation)
        scope["galley_actor"] = actor
        if kind == "session":
            _same_person(headers, actor)
        if not _is_anything(actor, organisation):
            project = None  # an outsider is not told which projects there are
        if project is not None and not ports.places.known(organisation, project):
            await in_thread(ports.places.find, organisation, project)
        target = Target(organisation=organisation or None, project=project)
        circumstances = Circumstances(now=ports.clock.now(), address=scope.get("galley_address"))
        decision = may(actor, verb, target, circumstances)
        if not decision.allowed:
            await in_thread(access.refuse, ports.house, actor, verb, target, circumstances, decision)
        return actor


def _same_person(headers: Mapping[bytes, bytes], actor: Actor) -> None:
    """Raise SignInError when a page was opened by somebody else than who is signed in by now: a browser has one session."""
    said = headers.get(_PERSON_HEADER)
    if said is not None and said != str(actor.person).encode():
        raise SignInError(reason=_SOMEBODY_ELSE)


def _is_anything(actor: Actor, organisation: int) -> bool:
    return actor.organisation == organisation and bool(actor.roles or actor.project_roles)


def _secret(headers: Mapping[bytes, bytes], method: str) -> tuple[Kind, str]:
    """What the request proves itself with: a bearer token, else the session cookie. Raises SignInError, CsrfError."""
    given = headers.get(b"authorization")
    if given is not None:
        scheme, _, token = given.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise SignInError(reason=_NO_SECRET)
        return "token", token.strip()
    session = _cookie(headers.get(b"cookie", b""))
    if not session:
        raise SignInError(reason=_NO_SECRET)
    if method not in _SAFE:
        _own_page(headers)
    return "session", session


def _cookie(header: bytes) -> str:
    try:
        found = SimpleCookie(header.decode("latin-1")).get(SESSION_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _own_page(headers: Mapping[bytes, bytes]) -> None:
    """Raise CsrfError unless a page of ours sent this: another site cannot set our header, and names itself as origin."""
    if not headers.get(CSRF_HEADER.lower().encode()):
        raise CsrfError(reason=_NO_HEADER)
    origin = headers.get(b"origin")
    if origin is not None and origin.partition(b"://")[2] != headers.get(b"host"):
        raise CsrfError(reason=_OTHER_ORIGIN)


def handlers_of(app: Litestar) -> list[tuple[str, HTTPRouteHandler]]:
    """Every path with each of its handlers, without those for OPTIONS that the framework makes."""
    return [
        (route.path, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.http_methods != {"OPTIONS"}
    ]


def check_verbs(app: Litestar) -> None:
    """Raise VerbMissingError when a route declares no verb, or is not HTTP: nothing may be reached undecided."""
    undecided = [path for path, handler in handlers_of(app) if not isinstance(handler.opt.get("verb"), Verb)]
    undecided += [route.path for route in app.routes if not isinstance(route, HTTPRoute)]
    if undecided:
        raise VerbMissingError(routes=", ".join(sorted(undecided)))


def guarded(ports: Ports) -> Callable[[ASGIApp], ASGIApp]:
    """The guard as the framework takes middleware."""
    return lambda app: Guard(app, ports)


def actor_in(scope: Scope) -> Actor | None:
    """The actor the guard found; None on public routes."""
    found: Actor | None = cast("dict[str, Any]", scope).get("galley_actor")
    return found
