"""Organisations, members, teams, invitations, roles in projects, service tokens."""

from typing import Final

from litestar import delete, get, patch, post, put
from litestar.handlers import HTTPRouteHandler

from galley.access import invitations, organisations, service_tokens
from galley.access.invitations import Grant, Invitation
from galley.access.model import Verb
from galley.access.organisations import Member, Organisation, Team
from galley.access.rules import verbs_of
from galley.access.service_tokens import Token
from galley.server.doers import by_request
from galley.server.inject import FromPath, GivenActor, GivenPorts, JSONBody, JsonRequest
from galley.server.paging import LIMIT, After, Limit, Page, page, place
from galley.server.wire.access import (
    Decided,
    GrantBody,
    InvitationBody,
    InvitationMade,
    Made,
    MemberBody,
    MemberMade,
    NameBody,
    OrganisationBody,
    OrganisationMade,
    OrganisationNames,
    RolesBody,
    TeamBody,
    TokenBody,
    TokenMade,
)

__all__ = ["ROUTES"]

_ORG: Final = "/api/v1/orgs/{org:int}"
_GRANTS: Final = f"{_ORG}/projects/{{project:int}}/grants"
_SEE: Final = {"verb": Verb.MEMBER_READ}
_MEMBERS: Final = {"verb": Verb.MEMBER_MANAGE}
_PROJECT: Final = {"verb": Verb.PROJECT_MANAGE}
_TOKENS: Final = {"verb": Verb.TOKEN_MANAGE}
_ONCE_TOLD: Final = {"idempotent": False}  # the answer holds a secret, which is kept nowhere, not for a day either
_TAGS: Final = ["organisations"]


# --- organisations ---------------------------------------------------------------------------------------------------


@get("/api/v1/organisations", opt={"verb": Verb.SYSTEM_READ}, sync_to_thread=True, tags=_TAGS)
def list_organisations(ports: GivenPorts, limit: Limit = LIMIT, after: After = None) -> Page[Organisation]:
    """Every organisation on the platform, for its operators and regulators."""
    (last,) = place(after, int) or (0,)
    found = organisations.organisations(ports.house, after=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@post("/api/v1/organisations", opt={"verb": Verb.SYSTEM_MANAGE, **_ONCE_TOLD}, sync_to_thread=True, tags=_TAGS)
def create_organisation(
    data: JSONBody[OrganisationBody], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> OrganisationMade:
    """A new organisation, with the invitation of its first owner."""
    made = invitations.found_organisation(
        ports.database,
        by_request(request, ports, actor),
        slug=data.slug,
        name=data.name,
        name_zh=data.name_zh,
        kind=data.kind,
    )
    return OrganisationMade(id=made.organisation, invitation=made.secret, expires_at=made.expires_at)


def _made(invited: invitations.Invited) -> InvitationMade:
    return InvitationMade(id=invited.id, secret=invited.secret, expires_at=invited.expires_at)


@get(_ORG, opt={"verb": Verb.ORG_READ}, sync_to_thread=True, tags=_TAGS)
def read_organisation(org: FromPath[int], ports: GivenPorts) -> Organisation:
    """One organisation."""
    return organisations.organisation(ports.database.of(org))


@patch(_ORG, opt={"verb": Verb.ORG_MANAGE}, sync_to_thread=True, tags=_TAGS)
def change_organisation(
    org: FromPath[int], data: JSONBody[OrganisationNames], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Decided:
    """Rename an organisation."""
    doer = by_request(request, ports, actor)
    organisations.change_organisation(ports.house, doer, org, name=data.name, name_zh=data.name_zh)
    return Decided()


# --- members and teams -----------------------------------------------------------------------------------------------


@get(f"{_ORG}/members", opt=_SEE, sync_to_thread=True, tags=_TAGS)
def list_members(org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None) -> Page[Member]:
    """Members with their roles and teams."""
    (last,) = place(after, int) or (0,)
    found = organisations.members(ports.database.of(org), after=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.person,))


@post(f"{_ORG}/members", opt={**_MEMBERS, **_ONCE_TOLD}, sync_to_thread=True, tags=_TAGS)
def add_member(
    org: FromPath[int], data: JSONBody[MemberBody], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> MemberMade:
    """A new person who is a member at once; who has an account is invited instead."""
    doer = by_request(request, ports, actor)
    new = organisations.add_person(
        ports.house, doer, login=data.login, name=data.name, language=data.language, roles=data.roles
    )
    return MemberMade(person=new.person, ticket=new.ticket)


@put(f"{_ORG}/members/{{person:int}}/roles", opt=_MEMBERS, sync_to_thread=True, tags=_TAGS)
def set_roles(
    org: FromPath[int],
    person: FromPath[int],
    data: JSONBody[RolesBody],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> Decided:
    """What a member is from now on."""
    doer = by_request(request, ports, actor)
    organisations.set_roles(ports.database.of(org), doer, person, organisations.roles_of(map(str, data.roles)))
    return Decided()


@delete(f"{_ORG}/members/{{person:int}}", opt=_MEMBERS, sync_to_thread=True, tags=_TAGS, status_code=200)
def remove_member(
    org: FromPath[int], person: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Decided:
    """A member leaves."""
    organisations.remove_member(ports.database.of(org), by_request(request, ports, actor), person)
    return Decided()


@post(f"{_ORG}/leave", opt={"verb": Verb.ORG_READ}, sync_to_thread=True, tags=_TAGS, status_code=200)
def leave(org: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest) -> Decided:
    """Leave an organisation oneself."""
    organisations.remove_member(ports.database.of(org), by_request(request, ports, actor), actor.person or 0)
    return Decided()


@get(f"{_ORG}/teams", opt=_SEE, sync_to_thread=True, tags=_TAGS)
def list_teams(org: FromPath[int], ports: GivenPorts) -> list[Team]:
    """Every team."""
    return organisations.teams(ports.database.of(org))


@get(f"{_ORG}/teams/led", opt={"verb": Verb.TEAM_READ}, sync_to_thread=True, tags=_TAGS)
def list_teams_led(org: FromPath[int], ports: GivenPorts, actor: GivenActor) -> list[Team]:
    """The teams one leads."""
    return organisations.teams(ports.database.of(org), only=actor.leads)


@post(f"{_ORG}/teams", opt=_MEMBERS, sync_to_thread=True, tags=_TAGS)
def make_team(
    org: FromPath[int], data: JSONBody[NameBody], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Made:
    """A new team."""
    doer = by_request(request, ports, actor)
    return Made(id=organisations.make_team(ports.database.of(org), doer, data.name))


@put(f"{_ORG}/teams/{{team:int}}", opt=_MEMBERS, sync_to_thread=True, tags=_TAGS)
def set_team(
    org: FromPath[int],
    team: FromPath[int],
    data: JSONBody[TeamBody],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> Decided:
    """Who is in a team and who leads it."""
    doer = by_request(request, ports, actor)
    organisations.set_team(ports.database.of(org), doer, team, people=data.people, leaders=data.leaders)
    return Decided()


@delete(f"{_ORG}/teams/{{team:int}}", opt=_MEMBERS, sync_to_thread=True, tags=_TAGS, status_code=200)
def delete_team(
    org: FromPath[int], team: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Decided:
    """A team is no more."""
    organisations.delete_team(ports.database.of(org), by_request(request, ports, actor), team)
    return Decided()


# --- invitations -----------------------------------------------------------------------------------------------------


@get(f"{_ORG}/invitations", opt=_MEMBERS, sync_to_thread=True, tags=_TAGS)
def list_invitations(
    org: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[Invitation]:
    """Open invitations."""
    (last,) = place(after, int) or (0,)
    found = invitations.invitations(ports.database.of(org), ports.clock, after=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@post(f"{_ORG}/invitations", opt={**_MEMBERS, **_ONCE_TOLD}, sync_to_thread=True, tags=_TAGS)
def invite(
    org: FromPath[int], data: JSONBody[InvitationBody], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> InvitationMade:
    """Invite somebody into the organisation, or into one project."""
    made = invitations.invite(
        ports.database.of(org),
        by_request(request, ports, actor),
        roles=data.roles,
        email=data.email,
        project=data.project,
        seconds=data.days * 86_400,
    )
    return _made(made)


@delete(f"{_ORG}/invitations/{{invitation:int}}", opt=_MEMBERS, sync_to_thread=True, tags=_TAGS, status_code=200)
def withdraw(
    org: FromPath[int], invitation: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Decided:
    """Take an invitation back."""
    invitations.withdraw(ports.database.of(org), by_request(request, ports, actor), invitation)
    return Decided()


# --- roles in projects -----------------------------------------------------------------------------------------------


@get(_GRANTS, opt=_PROJECT, sync_to_thread=True, tags=_TAGS)
def list_grants(
    org: FromPath[int], project: FromPath[int], ports: GivenPorts, limit: Limit = LIMIT, after: After = None
) -> Page[Grant]:
    """Who is what in a project, beside the organisation's own roles."""
    (last,) = place(after, int) or (0,)
    found = invitations.grants(ports.database.of(org), project, after=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@post(_GRANTS, opt=_PROJECT, sync_to_thread=True, tags=_TAGS)
def give(
    org: FromPath[int],
    project: FromPath[int],
    data: JSONBody[GrantBody],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> Made:
    """Make a person or a team, perhaps of another organisation, something in the project."""
    doer = by_request(request, ports, actor)
    number = invitations.give(
        ports.database.of(org), doer, project, roles=data.roles, to=data.to, expires_at=data.expires_at
    )
    return Made(id=number)


@delete(f"{_GRANTS}/{{grant:int}}", opt=_PROJECT, sync_to_thread=True, tags=_TAGS, status_code=200)
def end_grant(
    org: FromPath[int],
    project: FromPath[int],
    grant: FromPath[int],
    ports: GivenPorts,
    actor: GivenActor,
    request: JsonRequest,
) -> Decided:
    """End what a grant gives."""
    invitations.end_grant(ports.database.of(org), by_request(request, ports, actor), project, grant)
    return Decided()


# --- service tokens --------------------------------------------------------------------------------------------------


@get(f"{_ORG}/tokens", opt=_TOKENS, sync_to_thread=True, tags=_TAGS)
def list_tokens(
    org: FromPath[int], ports: GivenPorts, actor: GivenActor, limit: Limit = LIMIT, after: After = None
) -> Page[Token]:
    """One's own service tokens; everybody's for who manages the organisation."""
    (last,) = place(after, int) or (0,)
    found = service_tokens.tokens(ports.database.of(org), person=_whose(actor), after=last, limit=limit + 1)
    return page(found, limit, key=lambda one: (one.id,))


@post(f"{_ORG}/tokens", opt={**_TOKENS, **_ONCE_TOLD}, sync_to_thread=True, tags=_TAGS)
def make_token(
    org: FromPath[int], data: JSONBody[TokenBody], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> TokenMade:
    """A token for a program, which may what its scopes and its maker both may."""
    made = service_tokens.make_token(
        ports.database.of(org),
        by_request(request, ports, actor),
        name=data.name,
        scopes=data.scopes,
        seconds=data.days * 86_400,
        project=data.project,
    )
    return TokenMade(id=made.id, secret=made.secret, expires_at=made.expires_at)


@delete(f"{_ORG}/tokens/{{token:int}}", opt=_TOKENS, sync_to_thread=True, tags=_TAGS, status_code=200)
def revoke_token(
    org: FromPath[int], token: FromPath[int], ports: GivenPorts, actor: GivenActor, request: JsonRequest
) -> Decided:
    """A token is good no more."""
    doer = by_request(request, ports, actor)
    service_tokens.revoke_token(ports.database.of(org), doer, token, person=_whose(actor))
    return Decided()


def _whose(actor: GivenActor) -> int | None:
    """Whose tokens one may see: all for who manages the organisation, else one's own."""
    return None if Verb.ORG_MANAGE in verbs_of(actor.roles, actor.organisation_kind) else actor.person


ROUTES: Final[list[HTTPRouteHandler]] = [
    *(list_organisations, create_organisation, read_organisation, change_organisation),
    *(list_members, add_member, set_roles, remove_member, leave),
    *(list_teams, list_teams_led, make_team, set_team, delete_team),
    *(list_invitations, invite, withdraw),
    *(list_grants, give, end_grant),
    *(list_tokens, make_token, revoke_token),
]
