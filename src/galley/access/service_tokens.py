"""Service tokens: what programs come with. Each speaks for its maker, and may what its scopes and its maker both may."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from psycopg.rows import dict_row

from galley.access import audit
from galley.access.audit import By
from galley.access.errors import ScopesError, UnknownError
from galley.access.model import Verb
from galley.access.people import own
from galley.access.rules import verbs_of
from galley.access.secret_words import ENDING_LENGTH, hash_of, new_token
from galley.kernel.errors import invariant
from galley.kernel.language import Text
from galley.store import sql
from galley.store.database import Database

__all__ = ["FOR_PEOPLE_ONLY", "NewToken", "Token", "make_token", "revoke_token", "tokens"]

QUERIES: Final = sql.load("galley.access")
PAGE_MAX: Final = 1000
SECONDS_MAX: Final = 366 * 86_400

FOR_PEOPLE_ONLY: Final = frozenset(
    {Verb.PUBLIC, Verb.ISOLATION_APPROVE, Verb.TOKEN_MANAGE, Verb.SYSTEM_MANAGE, Verb.ACCEPT}
)
"""What no program does in a person's name: agree for a client, run the platform, or make more tokens."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is listed: its secret was told once and is not kept."""

    id: int
    name: str
    ending: str
    person: int
    scopes: list[str]
    project: int | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None  # to the hour
    revoked_at: datetime | None


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """A new token; `secret` is told this once."""

    id: int
    secret: str
    expires_at: datetime


def make_token(
    database: Database, doer: By, *, name: str, scopes: Iterable[str], seconds: int, project: int | None = None
) -> NewToken:
    """A token for the organisation the doer is in front of. Raises ScopesError, SignInError for tokens."""
    actor, person = doer.actor, own(doer)
    invariant(actor is not None and actor.organisation == database.organisation, "a token is made where its maker is")
    given = sorted(set(scopes))
    mine: set[Verb] = {Verb.SELF}
    if actor is not None:
        mine |= verbs_of(actor.roles, actor.organisation_kind)
        mine |= {Verb.ORG_READ} if actor.project_roles else set()
        for place, roles in actor.project_roles.items():
            if project in (None, place):
                mine |= verbs_of(roles, actor.organisation_kind, in_project=True)
        mine |= {Verb.SYSTEM_READ} if actor.regulator else set()
    wrong = [scope for scope in given if scope not in mine - FOR_PEOPLE_ONLY]
    if wrong or not given or not name.strip():
        raise ScopesError(given=", ".join(wrong)[:300] or "-")
    secret = new_token()
    expires_at = doer.now + timedelta(seconds=max(min(seconds, SECONDS_MAX), 1))
    facts = {
        "hash": hash_of(secret),
        "name": name.strip()[:200],
        "ending": secret[-ENDING_LENGTH:],
        "person": person,
        "scopes": given,
        "project": project,
        "now": doer.now,
        "expires_at": expires_at,
    }
    with database.transaction() as connection:
        row = connection.execute(QUERIES["insert_token"], facts).fetchone()
        number = 0 if row is None else int(row[0])
        until = expires_at.isoformat()
        audit.write(
            connection,
            database.organisation or 0,
            "token_made",
            doer,
            subject=f"token/{number}",
            project=project,
            scopes=given,
            until=until,
        )
    return NewToken(id=number, secret=secret, expires_at=expires_at)


def tokens(database: Database, *, person: int | None = None, after: int = 0, limit: int = 100) -> list[Token]:
    """A page of tokens: of one maker, or of all."""
    facts = {"person": person, "after": after, "limit": min(limit, PAGE_MAX)}
    with database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return [Token(**row) for row in cursor.execute(QUERIES["tokens"], facts)]


def revoke_token(database: Database, doer: By, number: int, *, person: int | None = None) -> None:
    """A token is good no more, at once and everywhere; with `person` only one of theirs. Raises UnknownError."""
    with database.transaction() as connection:
        facts = {"token": number, "person": person, "now": doer.now}
        row = connection.execute(QUERIES["revoke_token"], facts).fetchone()
        if row is None:
            raise UnknownError(what=Text("token", "令牌"), given=number)
        audit.write(connection, database.organisation or 0, "token_revoked", doer, subject=f"token/{number}")
        audit.tell(connection, f"token {number}")
