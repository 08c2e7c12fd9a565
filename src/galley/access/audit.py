"""The audit: one line for every change of who may, and for every access that matters, in the transaction it tells of."""

from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from psycopg.types.json import Jsonb

from galley.access.model import NOWHERE, Actor, OrganisationKind, Role
from galley.kernel.clock import Clock
from galley.store import sql
from galley.store.database import Connection

__all__ = ["AuditKind", "By", "by", "by_terminal", "facts_of", "tell", "write"]

QUERIES: Final = sql.load("galley.access")

AuditKind = Literal[
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "sessions_revoked",
    "password_set",
    "identity_linked",
    "person_blocked",
    "person_unblocked",
    "denied",
    "entry",
    "organisation_made",
    "organisation_changed",
    "member_added",
    "member_changed",
    "member_removed",
    "team_changed",
    "granted",
    "grant_ended",
    "invited",
    "invitation_withdrawn",
    "invitation_accepted",
    "token_made",
    "token_revoked",
    "isolation_proposed",
    "isolation_approved",
    "isolation_refused",
    "link_made",
    "exported",
]


class By(msgspec.Struct, frozen=True, kw_only=True):
    """Who did it, when and from where."""

    now: datetime
    actor: Actor | None = None
    address: str | None = None

    @property
    def person(self) -> int | None:
        """The person, if it was one who is known."""
        return None if self.actor is None else self.actor.person

    @property
    def token(self) -> int | None:
        """The service token that was used, if it was one."""
        return None if self.actor is None else self.actor.token


def by(actor: Actor, clock: Clock, address: str | None = None) -> By:
    """An actor as the doer of something, now."""
    return By(now=clock.now(), actor=actor, address=address)


def by_terminal(clock: Clock, organisation: int, kind: OrganisationKind = "operator") -> By:
    """Whoever has a terminal on the machine, who may all that owners and operators may; the audit names no person."""
    roles = frozenset({Role.OWNER})
    actor = Actor(
        person=None, name="terminal", organisation=organisation, organisation_kind=kind, roles=roles, operator=True
    )
    return By(now=clock.now(), actor=actor)


def write(
    connection: Connection,
    organisation: int,
    kind: AuditKind,
    doer: By,
    *,
    subject: str,
    project: int | None = None,
    **facts: Any,
) -> None:
    """Add a line; call it in the transaction that makes the change."""
    if organisation == NOWHERE:
        return
    row = {
        "organisation": organisation,
        "at": doer.now,
        "kind": kind,
        "person": doer.person,
        "token": doer.token,
        "address": doer.address,
        "project": project,
        "subject": subject,
        "facts": facts_of(facts),
    }
    connection.execute(QUERIES["insert_audit"], row)


def facts_of(facts: dict[str, Any]) -> Jsonb:
    """Facts of a line as they are stored: plain JSON of words and whole numbers, so that they hash alike for ever."""
    return Jsonb(msgspec.to_builtins(facts, str_keys=True))


def tell(connection: Connection, *whom: str) -> None:
    """Make every process forget the actors named (`person 7`, `organisation 3`, `token 5`) when this commits."""
    for name in whom:
        connection.execute(QUERIES["tell"], {"whom": name})
