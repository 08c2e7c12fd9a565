"""Signing in and out, one's own account and sessions, and what operators do for people."""

from typing import Final

from litestar import Response, delete, get, patch, post, put
from litestar.datastructures import Cookie
from litestar.handlers import HTTPRouteHandler

from galley.access import invitations, people
from galley.access.invitations import Newcomer, Offer
from galley.access.model import Verb
from galley.access.people import Session, SignedIn
from galley.server.doers import by_request, visit_of
from galley.server.guard import SESSION_COOKIE
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.ports import Ports
from galley.server.wire.access import (
    AcceptBody,
    Accepted,
    Decided,
    JoinBody,
    Me,
    NewPasswordBody,
    ProfileBody,
    SecretBody,
    SignedInView,
    SignInBody,
    StateBody,
    TicketMade,
)

__all__ = ["ROUTES", "signed_in"]

_PUBLIC: Final = {"verb": Verb.PUBLIC}
_SELF: Final = {"verb": Verb.SELF}
_SYSTEM: Final = {"verb": Verb.SYSTEM_MANAGE}


def signed_in(ports: Ports, signed: SignedIn) -> Response[SignedInView]:
    """The answer that carries a new session."""
    return Response(
        SignedInView(person=signed.person, expires_at=signed.expires_at),
        status_code=200,
        cookies=[session_cookie(ports, signed)],
        headers={"cache-control": "no-store"},
    )


def session_cookie(ports: Ports, signed: SignedIn) -> Cookie:
    """The cookie of a session: no script reads it, and no other site sends it with what changes anything."""
    return Cookie(
        key=SESSION_COOKIE,
        value=signed.secret,
        path="/",
        max_age=max(int((signed.expires_at - ports.clock.now()).total_seconds()), 0),
        httponly=True,
        secure=ports.settings.secure_cookies,
        samesite="lax",
    )


# --- in and out ------------------------------------------------------------------------------------------------------


@post("/api/v1/sign-in", opt=_PUBLIC, sync_to_thread=True, tags=["people"])
def sign_in(data: JSONBody[SignInBody], ports: GivenPorts, request: JsonRequest) -> Response[SignedInView]:
    """Sign in with a password; the session is a cookie."""
    visit = visit_of(request)
    found = people.sign_in(ports.house, ports.clock, login=data.login, password=data.password, visit=visit)
    return signed_in(ports, found)


@post("/api/v1/sign-in/ticket", opt=_PUBLIC, sync_to_thread=True, tags=["people"])
def sign_in_with_ticket(data: JSONBody[SecretBody], ports: GivenPorts, request: JsonRequest) -> Response[SignedInView]:
    """Sign in with the secret of a sign-in link, which is good once."""
    return signed_in(ports, people.sign_in_with_ticket(ports.house, ports.clock, data.secret, visit_of(request)))


@post("/api/v1/sign-out", opt=_SELF, sync_to_thread=True, tags=["people"], status_code=200)
def sign_out(ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> Response[Decided]:
    """End this session."""
    doer = by_request(request, ports, actor)
    people.own(doer)
    people.end_session(ports.house, doer, int(actor.session or 0))
    secure = ports.settings.secure_cookies
    cookie = Cookie(key=SESSION_COOKIE, value="", path="/", max_age=0, httponly=True, secure=secure, samesite="lax")
    return Response(Decided(), cookies=[cookie], status_code=200)


# --- oneself ---------------------------------------------------------------------------------------------------------


@get("/api/v1/me", opt=_SELF, sync_to_thread=True, tags=["people"])
def me(ports: GivenPorts, actor: GivenActor) -> Me:
    """Who one is, and where one may go."""
    number = actor.person or 0
    told = people.person(ports.house, number)
    return Me(
        person=number,
        name=told.name,
        login=told.email or told.username or "",
        language=told.language,
        has_password=told.has_password,
        session=None if actor.session is None else int(actor.session),
        token=actor.token,
        operator=actor.operator,
        places=[] if actor.token is not None else people.places(ports.house, number, ports.clock),
    )


@patch("/api/v1/me", opt=_SELF, sync_to_thread=True, tags=["people"])
def change_me(data: JSONBody[ProfileBody], ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> Decided:
    """Change one's name and language."""
    people.change_profile(ports.house, by_request(request, ports, actor), name=data.name, language=data.language)
    return Decided()


@put("/api/v1/me/password", opt=_SELF, sync_to_thread=True, tags=["people"])
def change_password(
    data: JSONBody[NewPasswordBody], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Decided:
    """Change one's password; every other session ends."""
    people.change_password(ports.house, by_request(request, ports, actor), old=data.old, new=data.new)
    return Decided()


@get("/api/v1/me/sessions", opt=_SELF, sync_to_thread=True, tags=["people"])
def my_sessions(ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> list[Session]:
    """One's own sessions."""
    return people.sessions(ports.house, people.own(by_request(request, ports, actor)), ports.clock)


@delete("/api/v1/me/sessions", opt=_SELF, sync_to_thread=True, tags=["people"], status_code=200)
def end_my_sessions(ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> Decided:
    """End all of one's sessions but this one."""
    doer = by_request(request, ports, actor)
    count = people.end_sessions(ports.house, doer, people.own(doer), but=int(actor.session or 0))
    return Decided(count=count)


@delete("/api/v1/me/sessions/{session:int}", opt=_SELF, sync_to_thread=True, tags=["people"], status_code=200)
def end_my_session(session: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> Decided:
    """End one of one's sessions."""
    people.end_session(ports.house, by_request(request, ports, actor), session)
    return Decided()


# --- invitations, from the other side --------------------------------------------------------------------------------


@post("/api/v1/invitations/offer", opt=_PUBLIC, sync_to_thread=True, tags=["people"], status_code=200)
def offer(data: JSONBody[SecretBody], ports: GivenPorts) -> Offer:
    """What an invitation is to."""
    return invitations.offer(ports.house, ports.clock, data.secret)


@post("/api/v1/invitations/accept", opt=_SELF, sync_to_thread=True, tags=["people"], status_code=200)
def accept(data: JSONBody[AcceptBody], ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> Accepted:
    """Accept an invitation as who one is."""
    return Accepted(organisation=invitations.accept(ports.house, by_request(request, ports, actor), data.secret))


@post("/api/v1/invitations/join", opt=_PUBLIC, sync_to_thread=True, tags=["people"], status_code=200)
def join(data: JSONBody[JoinBody], ports: GivenPorts, request: JsonRequest) -> Response[SignedInView]:
    """Accept an invitation with a new account, and be signed in."""
    newcomer = Newcomer(login=data.login, name=data.name, password=data.password, language=data.language)
    visit = visit_of(request)
    return signed_in(ports, invitations.accept_as_new(ports.house, ports.clock, data.secret, newcomer, visit))


# --- for operators ---------------------------------------------------------------------------------------------------


@put("/api/v1/system/people/{person:int}/state", opt=_SYSTEM, sync_to_thread=True, tags=["people"])
def set_state(
    person: FromPath[int], data: JSONBody[StateBody], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Decided:
    """Keep a person out everywhere, or let them in again."""
    people.set_blocked(ports.house, by_request(request, ports, actor), person, blocked=data.blocked)
    return Decided()


@delete(
    "/api/v1/system/people/{person:int}/sessions", opt=_SYSTEM, sync_to_thread=True, tags=["people"], status_code=200
)
def end_sessions_of(person: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> Decided:
    """End every session of a person."""
    count = people.end_sessions(ports.house, by_request(request, ports, actor), people.person(ports.house, person).id)
    return Decided(count=count)


@post(
    "/api/v1/system/people/{person:int}/ticket",
    opt={**_SYSTEM, "idempotent": False},
    sync_to_thread=True,
    tags=["people"],
)
def make_ticket(person: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> TicketMade:
    """A sign-in link for somebody who forgot their password; their sessions end."""
    doer = by_request(request, ports, actor)
    return TicketMade(ticket=people.reset_password(ports.house, doer, person, password=None))


ROUTES: Final[list[HTTPRouteHandler]] = [
    *(sign_in, sign_in_with_ticket, sign_out),
    *(me, change_me, change_password, my_sessions, end_my_sessions, end_my_session),
    *(offer, accept, join),
    *(set_state, end_sessions_of, make_ticket),
]
