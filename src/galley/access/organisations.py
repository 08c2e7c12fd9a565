"""Organisations, their members and their teams."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
from psycopg.rows import dict_row

from galley.access import audit, people
from galley.access.audit import By
from galley.access.errors import LastOwnerError, NotAllowedError, RolesError, SlugError, UnknownError
from galley.access.model import ORGANISATION_KINDS, ROLES, OrganisationKind, Role, Verb
from galley.access.rules import may_give
from galley.kernel.errors import invariant
from galley.kernel.language import Language, Text
from galley.store import sql
from galley.store.database import Connection, Database

__all__ = [
    "Member",
    "NewPerson",
    "Organisation",
    "Team",
    "add_member",
    "add_person",
    "allow_roles",
    "change_organisation",
    "create_organisation",
    "delete_team",
    "make_team",
    "members",
    "organisation",
    "organisation_by_slug",
    "organisations",
    "remove_member",
    "roles_of",
    "set_roles",
    "set_team",
    "teams",
]

QUERIES: Final = sql.load("galley.access")
S = TypeVar("S", bound=msgspec.Struct)
PAGE_MAX: Final = 1000
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_NAME_MAX: Final = 200


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """A company, a base, an authority: whoever has rows of their own."""

    id: int
    slug: str
    name: str
    name_zh: str
    kind: OrganisationKind
    created_at: datetime


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person of an organisation, as colleagues see them."""

    person: int
    name: str
    email: str | None
    username: str | None
    state: str
    roles: list[Role]
    teams: list[int]
    created_at: datetime


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """Members who work together, and who leads them."""

    id: int
    name: str
    people: list[int]
    leaders: list[int]


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody made by a member: `ticket` is the secret of their first sign-in link, told this once."""

    person: int
    ticket: str


# --- organisations ---------------------------------------------------------------------------------------------------


def create_organisation(
    house: Database, doer: By, *, slug: str, name: str, kind: OrganisationKind, name_zh: str = ""
) -> int:
    """A new organisation without members; its id. Raises SlugError."""
    if not _SLUG.fullmatch(slug):
        raise SlugError(slug=slug[:80], reason=Text("its letters are not allowed", "含有不允许的字符"))
    invariant(kind in ORGANISATION_KINDS, "kinds of organisations are known")
    facts = {"slug": slug, "name": name.strip()[:_NAME_MAX] or slug, "name_zh": name_zh.strip()[:_NAME_MAX]}
    with house.transaction() as connection:
        row = connection.execute(
            QUERIES["house_insert_organisation"], {**facts, "kind": kind, "now": doer.now}
        ).fetchone()
        if row is None:
            raise SlugError(slug=slug, reason=Text("it is in use", "已被使用"))
        number = int(row[0])
        audit.write(
            connection, number, "organisation_made", doer, subject=f"organisation/{number}", of_kind=kind, slug=slug
        )
    return number


def change_organisation(house: Database, doer: By, number: int, *, name: str, name_zh: str) -> None:
    """Other names of an organisation; its short name and kind stay."""
    facts = {"organisation": number, "name": name.strip()[:_NAME_MAX], "name_zh": name_zh.strip()[:_NAME_MAX]}
    if not facts["name"]:
        raise SlugError(slug=name[:80], reason=Text("it is empty", "为空"))
    with house.transaction() as connection:
        connection.execute(QUERIES["house_change_organisation"], facts)
        audit.write(
            connection,
            number,
            "organisation_changed",
            doer,
            subject=f"organisation/{number}",
            name=facts["name"],
            name_zh=facts["name_zh"],
        )


def organisations(house: Database, *, after: int = 0, limit: int = 100) -> list[Organisation]:
    """A page of all organisations, by id; for operators and regulators."""
    return _rows(house, "house_organisations", Organisation, {"after": after, "limit": min(limit, PAGE_MAX)})


def organisation(database: Database) -> Organisation:
    """The organisation whose view this is. Raises UnknownError."""
    found = _rows(database, "organisation", Organisation, {"organisation": database.organisation})
    if not found:
        raise UnknownError(what=Text("organisation", "机构"), given=database.organisation)
    return found[0]


def organisation_by_slug(house: Database, slug: str) -> int:
    """The id of a short name. Raises UnknownError."""
    with house.connection() as connection:
        row = connection.execute(QUERIES["house_organisation_by_slug"], {"slug": slug}).fetchone()
    if row is None:
        raise UnknownError(what=Text("organisation", "机构"), given=slug)
    return int(row[0])


# --- members ---------------------------------------------------------------------------------------------------------


def members(database: Database, *, after: int = 0, limit: int = 100) -> list[Member]:
    """A page of members, by person."""
    return _rows(database, "members", Member, {"after": after, "limit": min(limit, PAGE_MAX)})


def roles_of(names: Iterable[str]) -> list[Role]:
    """Roles by name, sorted, each once, at least one. Raises RolesError."""
    given = sorted(set(names))
    wrong = [name for name in given if name not in ROLES]
    if wrong or not given:
        raise RolesError(given=", ".join(wrong)[:200] or "-", known=", ".join(ROLES))
    return [Role(name) for name in given]


def allow_roles(doer: By, roles: Iterable[Role], *, project: int | None = None) -> None:
    """Raises NotAllowedError when the doer may not make anybody these."""
    if doer.actor is None or not may_give(doer.actor, roles, project=project):
        verb = Verb.MEMBER_MANAGE if project is None else Verb.PROJECT_MANAGE
        raise NotAllowedError(
            verb=str(verb), reason=Text("you cannot give what you do not have", "不能授予您没有的权限")
        )


def add_person(
    house: Database, doer: By, *, login: str, name: str, language: Language, roles: Sequence[Role]
) -> NewPerson:
    """A new person who is a member at once, with a sign-in link for the first time.

    Somebody who has an account already joins by invitation, of their own will. Raises AccountTakenError, NotAllowedError.
    """
    allow_roles(doer, roles)
    actor = doer.actor
    invariant(actor is not None, "somebody adds the person")
    with house.transaction() as connection:
        number = people.insert_person(
            connection, people.login_of(login), doer.now, name=name, language=language, password=None
        )
        if actor is not None:
            add_member(connection, doer, actor.organisation, number, roles)
        return NewPerson(person=number, ticket=people.make_ticket(connection, number, doer.now))


def add_member(connection: Connection, doer: By, number: int, person: int, roles: Sequence[Role]) -> None:
    """Make a person a member, or more than they were; in a transaction of the house, by whoever was allowed to."""
    facts = {"organisation": number, "person": person, "roles": [str(role) for role in roles], "now": doer.now}
    connection.execute(QUERIES["house_add_member"], facts)
    audit.write(connection, number, "member_added", doer, subject=f"person/{person}", roles=sorted(roles))
    audit.tell(connection, f"person {person}")


def set_roles(database: Database, doer: By, person: int, roles: Sequence[Role]) -> None:
    """What a member is from now on. Raises NotAllowedError, LastOwnerError, UnknownError.

    Nobody takes from others what they could not give them. Who loses a role loses their open invitations: they may be to
    what they could not give any more.
    """
    with database.transaction() as connection:
        owners, before = _held(connection, person)
        allow_roles(doer, {*before, *roles})
        if doer.actor is not None and doer.actor.person == person and Role.CLIENT in set(roles) - set(before):
            # Accepting and approving are the client's: an owner who could make themselves one would approve for them.
            raise NotAllowedError(
                verb=str(Verb.MEMBER_MANAGE), reason=Text("nobody makes themselves the client", "不能自任客户代表")
            )
        if Role.OWNER not in roles and owners == {person}:
            raise LastOwnerError
        connection.execute(QUERIES["set_roles"], {"person": person, "roles": [str(role) for role in roles]})
        if before - set(roles):
            connection.execute(QUERIES["withdraw_invitations_of"], {"person": person, "now": doer.now})
        _write(connection, database, "member_changed", doer, person, before=sorted(before), roles=sorted(roles))


def remove_member(database: Database, doer: By, person: int) -> None:
    """A member leaves: their roles here and in projects, teams, tokens' rights and open invitations end. Anybody may leave by themselves.

    Raises NotAllowedError, LastOwnerError, UnknownError.
    """
    with database.transaction() as connection:
        owners, before = _held(connection, person)
        if person != doer.person:
            allow_roles(doer, before)
        if owners == {person}:
            raise LastOwnerError
        connection.execute(QUERIES["remove_member"], {"person": person})
        connection.execute(QUERIES["end_grants_of"], {"person": person})
        connection.execute(QUERIES["withdraw_invitations_of"], {"person": person, "now": doer.now})
        _write(connection, database, "member_removed", doer, person, before=sorted(before))


def _held(connection: Connection, person: int) -> tuple[frozenset[int], frozenset[Role]]:
    """The owners, and what a member is; held in that order, or two who leave at once wait for each other for ever."""
    owners = frozenset(row[0] for row in connection.execute(QUERIES["lock_owners"]))
    row = connection.execute(QUERIES["member_roles"], {"person": person}).fetchone()
    if row is None:
        raise UnknownError(what=Text("member", "成员"), given=person)
    return owners, frozenset(map(Role, row[0]))


def _write(
    connection: Connection, database: Database, kind: audit.AuditKind, doer: By, person: int, **facts: Any
) -> None:
    audit.write(connection, _whose(database), kind, doer, subject=f"person/{person}", **facts)
    audit.tell(connection, f"person {person}")


# --- teams -----------------------------------------------------------------------------------------------------------


def teams(database: Database, only: Iterable[int] | None = None) -> list[Team]:
    """All teams, or some."""
    return _rows(database, "teams", Team, {"teams": None if only is None else sorted(only)})


def make_team(database: Database, doer: By, name: str) -> int:
    """A new team without people; its id. Raises SlugError when the name is empty or in use."""
    told = name.strip()[:_NAME_MAX]
    with database.transaction() as connection:
        row = connection.execute(QUERIES["insert_team"], {"name": told, "now": doer.now}).fetchone() if told else None
        if row is None:
            raise SlugError(slug=told, reason=Text("it is empty or in use", "为空或已被使用"))
        team = int(row[0])
        audit.write(connection, _whose(database), "team_changed", doer, subject=f"team/{team}", name=told)
    return team


def set_team(database: Database, doer: By, team: int, *, people: Iterable[int], leaders: Iterable[int]) -> None:
    """Who is in a team and who leads it, from now on; leaders are in it. Raises UnknownError for who is no member."""
    wanted, leading = set(people), set(leaders)
    wanted |= leading
    with database.transaction() as connection:
        _hold_team(connection, team)
        before = {row[0] for row in connection.execute(QUERIES["team_people"], {"team": team})}
        connection.execute(QUERIES["clear_team"], {"team": team})
        facts = {"team": team, "people": sorted(wanted), "leaders": sorted(leading)}
        filled = {row[0] for row in connection.execute(QUERIES["fill_team"], facts)}
        if wanted - filled:
            raise UnknownError(what=Text("member", "成员"), given=min(wanted - filled))
        audit.write(
            connection,
            _whose(database),
            "team_changed",
            doer,
            subject=f"team/{team}",
            people=sorted(wanted),
            leaders=sorted(leading),
        )
        audit.tell(connection, *(f"person {person}" for person in sorted(before | wanted)))


def delete_team(database: Database, doer: By, team: int) -> None:
    """A team is no more, and what it was granted in projects ends. Raises UnknownError."""
    with database.transaction() as connection:
        _hold_team(connection, team)
        people = [row[0] for row in connection.execute(QUERIES["team_people"], {"team": team})]
        connection.execute(QUERIES["delete_team"], {"team": team})
        audit.write(connection, _whose(database), "team_changed", doer, subject=f"team/{team}", deleted=True)
        audit.tell(connection, *(f"person {person}" for person in people))


def _hold_team(connection: Connection, team: int) -> None:
    if connection.execute(QUERIES["hold_team"], {"team": team}).fetchone() is None:
        raise UnknownError(what=Text("team", "团队"), given=team)


def _whose(database: Database) -> int:
    invariant(database.organisation is not None, "an organisation's rows are changed as that organisation")
    return database.organisation or 0


def _rows(database: Database, query: str, kind: type[S], facts: dict[str, Any]) -> list[S]:
    with database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return [msgspec.convert(row, kind, strict=False) for row in cursor.execute(QUERIES[query], facts)]
