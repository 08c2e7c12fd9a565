"""Signing in with an identity provider: out to it and back, and linking an identity to an account."""

import threading
from typing import Annotated, Final

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from galley.access import oidc, people
from galley.access.model import Verb
from galley.access.oidc_provider import Provider, ProviderClient
from galley.server.doers import by_request, visit_of
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.ports import Ports
from galley.server.routes.people import session_cookie

__all__ = ["ROUTES", "ProviderView", "StartBody", "Started"]

_COOKIE: Final = "galley_oidc"
_PUBLIC: Final = {"verb": Verb.PUBLIC}
_TAGS: Final = ["people"]
_CLIENTS: Final[dict[Provider, ProviderClient]] = {}
_LOCK: Final = threading.Lock()

Word = Annotated[str, QueryParameter(max_length=4096)]
Maybe = Annotated[str | None, QueryParameter(max_length=4096)]


class ProviderView(msgspec.Struct, kw_only=True):
    """A provider people may sign in with."""

    slug: str
    name: str


class StartBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Set out to a provider, perhaps with an invitation."""

    invitation: Annotated[str, msgspec.Meta(max_length=1024)] | None = None


class Started(msgspec.Struct, kw_only=True):
    """Where the browser goes next."""

    url: str


@get("/api/v1/sign-in/oidc", opt=_PUBLIC, sync_to_thread=True, tags=_TAGS)
def list_providers(ports: GivenPorts) -> list[ProviderView]:
    """The providers people may sign in with."""
    return [ProviderView(slug=each.slug, name=each.name) for each in oidc.providers(ports.house)]


@post("/api/v1/sign-in/oidc/{slug:str}", opt=_PUBLIC, sync_to_thread=True, tags=_TAGS, status_code=200)
def start(slug: FromPath[str], data: JSONBody[StartBody], ports: GivenPorts) -> Response[Started]:
    """Set out to a provider: send the browser to `url`."""
    way = oidc.begin(ports.house, ports.clock, _client(ports, slug), invitation=data.invitation)
    return _on_the_way(ports, way)


@post("/api/v1/me/oidc/{slug:str}", opt={"verb": Verb.SELF}, sync_to_thread=True, tags=_TAGS, status_code=200)
def link(slug: FromPath[str], ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> Response[Started]:
    """Set out to a provider to link an identity to one's account."""
    person = people.own(by_request(request, ports, actor))
    return _on_the_way(ports, oidc.begin(ports.house, ports.clock, _client(ports, slug), person=person))


@get(
    oidc.CALLBACK.replace("{slug}", "{slug:str}"), opt=_PUBLIC, sync_to_thread=True, tags=_TAGS, include_in_schema=False
)
def back(
    slug: FromPath[str],
    ports: GivenPorts,
    request: JsonRequest,
    code: Word = "",
    iss: Maybe = None,
    error: Maybe = None,
) -> Response[None]:
    """Back from a provider: a session, and on to the front page."""
    came = oidc.Back(
        state=request.query_params.get("state", ""),  # `state` is a reserved name of the framework
        code=code,
        browser=request.cookies.get(_COOKIE, ""),
        issuer=iss,
        error=error,
    )
    signed = oidc.finish(ports.house, ports.clock, _client(ports, slug), came, visit_of(request))
    gone = _cookie(ports, "", 0)
    return Response(None, status_code=303, headers={"location": "/"}, cookies=[session_cookie(ports, signed), gone])


def _on_the_way(ports: Ports, way: oidc.Way) -> Response[Started]:
    return Response(
        Started(url=way.url),
        status_code=200,
        cookies=[_cookie(ports, way.browser, oidc.FLOW_SECONDS)],
        headers={"cache-control": "no-store"},
    )


def _cookie(ports: Ports, value: str, seconds: int) -> Cookie:
    """Binds the way back to the browser that set out: somebody else's code signs nobody in."""
    return Cookie(
        key=_COOKIE,
        value=value,
        path="/api/v1/sign-in/oidc",
        max_age=seconds,
        httponly=True,
        secure=ports.settings.secure_cookies,
        samesite="lax",
    )


def _client(ports: Ports, slug: str) -> ProviderClient:
    """The client of a provider; one for all requests, a new one when an operator changed it."""
    told = oidc.provider(ports.house, slug)
    with _LOCK:
        for other in [each for each in _CLIENTS if each.slug == slug and each != told]:
            _CLIENTS.pop(other).close()
        if told not in _CLIENTS:
            _CLIENTS[told] = ProviderClient(told)
        return _CLIENTS[told]


ROUTES: Final[list[HTTPRouteHandler]] = [list_providers, start, link, back]
