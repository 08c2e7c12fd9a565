"""Invitations into an organisation or one of its projects, and roles in projects for people and teams of others."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg.rows import dict_row

from galley.access import audit, organisations, people
from galley.access.audit import By
from galley.access.errors import InvitationError, UnknownError
from galley.access.model import Actor, OrganisationKind, Role
from galley.access.people import SignedIn, Visit
from galley.access.secret_words import hash_of, new_secret
from galley.kernel.clock import Clock
from galley.kernel.errors import invariant
from galley.kernel.language import Language, Text
from galley.store import sql
from galley.store.database import Connection, Database

__all__ = [
    "INVITATION_SECONDS",
    "Founded",
    "Grant",
    "Grantee",
    "Invitation",
    "Invited",
    "Newcomer",
    "Offer",
    "accept",
    "accept_as_new",
    "end_grant",
    "found_organisation",
    "give",
    "grants",
    "invitations",
    "invite",
    "offer",
    "use",
    "withdraw",
]

QUERIES: Final = sql.load("galley.access")
INVITATION_SECONDS: Final = 7 * 86_400
PAGE_MAX: Final = 1000


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An open invitation, without its secret."""

    id: int
    email: str | None
    roles: list[Role]
    project: int | None
    created_by: int | None
    created_at: datetime
    expires_at: datetime


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """A new invitation; `secret` goes into the link and is told this once."""

    id: int
    secret: str
    expires_at: datetime


class Founded(msgspec.Struct, frozen=True, kw_only=True):
    """A new organisation; `secret` invites its first owner and is told this once."""

    organisation: int
    secret: str
    expires_at: datetime


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever holds the link is invited to."""

    id: int
    organisation: int
    organisation_name: str
    organisation_name_zh: str
    email: str | None
    roles: list[Role]
    project: int | None
    expires_at: datetime


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """The account somebody makes when they accept."""

    login: str
    name: str
    password: str
    language: Language = "en"


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What a person, or everybody in a team, is in one project."""

    id: int
    project: int
    person: int | None
    name: str | None
    team: int | None
    roles: list[Role]
    created_at: datetime
    expires_at: datetime | None


class Grantee(msgspec.Struct, frozen=True, kw_only=True):
    """To whom a role in a project is given: a team, or a person by their login or number."""

    person: int | None = None
    login: str | None = None
    team: int | None = None


# --- invitations -----------------------------------------------------------------------------------------------------


def invite(
    database: Database,
    doer: By,
    *,
    roles: Sequence[Role],
    email: str | None = None,
    project: int | None = None,
    seconds: int = INVITATION_SECONDS,
) -> Invited:
    """A link that makes whoever uses it first a member with these roles, or only something in one project.

    Raises NotAllowedError for roles the doer may not give, EmailError.
    """
    organisations.allow_roles(doer, roles, project=project)
    secret = new_secret()
    expires_at = doer.now + timedelta(seconds=max(min(seconds, 30 * 86_400), 60))
    facts = {
        "hash": hash_of(secret),
        "email": None if not email else people.login_of(email).text,
        "roles": [str(role) for role in roles],
        "project": project,
        "person": doer.person,
        "now": doer.now,
        "expires_at": expires_at,
    }
    with database.transaction() as connection:
        number = int(_one(connection, "insert_invitation", facts)[0])
        _write(connection, database, "invited", doer, f"invitation/{number}", project=project, roles=sorted(roles))
    return Invited(id=number, secret=secret, expires_at=expires_at)


def found_organisation(
    database: Database, doer: By, *, slug: str, name: str, name_zh: str, kind: OrganisationKind
) -> Founded:
    """By an operator: a new organisation, and the invitation of its first owner. Raises SlugError.

    The operator does not become anything in it.
    """
    number = organisations.create_organisation(database.house(), doer, slug=slug, name=name, kind=kind, name_zh=name_zh)
    founder = By(now=doer.now, actor=_founder(doer, number, kind), address=doer.address)
    made = invite(database.of(number), founder, roles=[Role.OWNER])
    return Founded(organisation=number, secret=made.secret, expires_at=made.expires_at)


def _founder(doer: By, number: int, kind: OrganisationKind) -> Actor:
    """Whoever founds an organisation, for the moment in which they invite its owner."""
    return Actor(
        person=doer.person,
        token=doer.token,
        name="" if doer.actor is None else doer.actor.name,
        organisation=number,
        organisation_kind=kind,
        roles=frozenset({Role.OWNER}),
    )


def invitations(database: Database, clock: Clock, *, after: int = 0, limit: int = 100) -> list[Invitation]:
    """A page of open invitations."""
    facts = {"now": clock.now(), "after": after, "limit": min(limit, PAGE_MAX)}
    return [msgspec.convert(row, Invitation) for row in _rows(database, "invitations", facts)]


def withdraw(database: Database, doer: By, number: int) -> None:
    """Take an open invitation back. Raises UnknownError."""
    with database.transaction() as connection:
        row = connection.execute(QUERIES["withdraw_invitation"], {"invitation": number, "now": doer.now}).fetchone()
        if row is None:
            raise UnknownError(what=Text("invitation", "邀请"), given=number)
        _write(connection, database, "invitation_withdrawn", doer, f"invitation/{number}")


def offer(house: Database, clock: Clock, secret: str) -> Offer:
    """What a link invites to. Raises InvitationError."""
    rows = _rows(house, "house_invitation", {"hash": hash_of(secret), "now": clock.now()})
    if not rows:
        raise InvitationError
    return msgspec.convert(rows[0], Offer)


def accept(house: Database, doer: By, secret: str) -> int:
    """Somebody signed in accepts; the organisation they are in now. Raises InvitationError, SignInError."""
    person = people.own(doer)
    with house.transaction() as connection:
        return use(connection, doer, hash_of(secret), person)


def accept_as_new(house: Database, clock: Clock, secret: str, newcomer: Newcomer, visit: Visit) -> SignedIn:
    """Somebody without an account makes one, accepts and is signed in.

    Raises InvitationError, AccountTakenError (the invitation stays open), PasswordWeakError, EmailError.
    """
    offer(house, clock, secret)  # before a hash is computed for whoever has no invitation
    login = people.login_of(newcomer.login)
    now = clock.now()
    with house.transaction() as connection:
        number = people.insert_person(
            connection, login, now, name=newcomer.name, language=newcomer.language, password=newcomer.password
        )
        use(connection, By(now=now, address=visit.address), hash_of(secret), number)
        return people.open_session(connection, number, "invitation", visit, now=now)


def use(connection: Connection, doer: By, hashed: bytes, person: int) -> int:
    """Take an invitation for a person, in a transaction of the house. Raises InvitationError."""
    facts = {"hash": hashed, "person": person, "now": doer.now}
    row = connection.execute(QUERIES["house_use_invitation"], facts).fetchone()
    if row is None:
        raise InvitationError
    number, organisation, names, project, created_by = row
    roles = [Role(name) for name in names]
    if project is None:
        organisations.add_member(connection, doer, organisation, person, roles)
    else:
        given = {"organisation": organisation, "project": project, "person": person, "now": doer.now}
        connection.execute(QUERIES["house_add_grant"], {**given, "roles": names, "created_by": created_by})
        audit.write(
            connection, organisation, "granted", doer, subject=f"person/{person}", project=project, roles=sorted(roles)
        )
        audit.tell(connection, f"person {person}")
    audit.write(
        connection,
        organisation,
        "invitation_accepted",
        doer,
        subject=f"invitation/{number}",
        project=project,
        person=person,
    )
    return int(organisation)


# --- roles in projects -----------------------------------------------------------------------------------------------


def grants(database: Database, project: int, *, after: int = 0, limit: int = 100) -> list[Grant]:
    """A page of who is what in a project."""
    facts = {"project": project, "after": after, "limit": min(limit, PAGE_MAX)}
    return [msgspec.convert(row, Grant) for row in _rows(database, "grants", facts)]


def give(
    database: Database,
    doer: By,
    project: int,
    *,
    roles: Sequence[Role],
    to: Grantee,
    expires_at: datetime | None = None,
) -> int:
    """Make a person or a team something in a project.

    They may be of another organisation. It replaces what they were there. Raises NotAllowedError, UnknownError.
    """
    organisations.allow_roles(doer, roles, project=project)
    team, person = to.team, to.person
    if team is not None:
        person = None
        if not _rows(database.house(), "house_team_exists", {"team": team}):
            raise UnknownError(what=Text("team", "团队"), given=team)
    elif to.login is not None:
        person = people.person_by_login(database.house(), to.login)
    else:
        person = people.person(database.house(), person or 0).id
    target = {"project": project, "person": person, "team": team}
    facts = target | {
        "roles": [str(role) for role in roles],
        "created_by": doer.person,
        "now": doer.now,
        "expires_at": expires_at,
    }
    with database.transaction() as connection:
        before = connection.execute(QUERIES["roles_granted"], target).fetchone()
        if before is not None:
            organisations.allow_roles(doer, map(Role, before[0]), project=project)
        number = int(_one(connection, "grant_person" if team is None else "grant_team", facts)[0])
        subject = f"person/{person}" if team is None else f"team/{team}"
        until = None if expires_at is None else expires_at.isoformat()
        _write(connection, database, "granted", doer, subject, project=project, roles=sorted(roles), until=until)
        audit.tell(connection, f"person {person}" if team is None else f"organisation {database.organisation}")
    return number


def end_grant(database: Database, doer: By, project: int, number: int) -> None:
    """Nobody is anything in the project by that grant any more. Raises UnknownError, NotAllowedError."""
    with database.transaction() as connection:
        row = connection.execute(QUERIES["grant_roles"], {"grant": number, "project": project}).fetchone()
        if row is None:
            raise UnknownError(what=Text("grant", "授权"), given=number)
        _, person, team, roles = row
        if person is None or person != doer.person:
            organisations.allow_roles(doer, map(Role, roles), project=project)
        connection.execute(QUERIES["end_grant"], {"grant": number})
        subject = f"person/{person}" if team is None else f"team/{team}"
        _write(connection, database, "grant_ended", doer, subject, project=project, before=sorted(roles))
        audit.tell(connection, f"person {person}" if team is None else f"organisation {database.organisation}")


def _write(
    connection: Connection,
    database: Database,
    kind: audit.AuditKind,
    doer: By,
    subject: str,
    *,
    project: int | None = None,
    **facts: Any,
) -> None:
    invariant(database.organisation is not None, "an organisation's rows are changed as that organisation")
    audit.write(connection, database.organisation or 0, kind, doer, subject=subject, project=project, **facts)


def _one(connection: Connection, query: str, facts: dict[str, Any]) -> Any:
    row = connection.execute(QUERIES[query], facts).fetchone()
    invariant(row is not None, "a row was written", query=query)
    return row


def _rows(database: Database, query: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
    with database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(QUERIES[query], facts).fetchall()
