"""A client's isolation rules: proposed by whoever works for the client, in force once the client has approved.

Versions are kept. The rules in force travel with every actor (`Actor.isolation`) and are part of the one decision.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

import msgspec
from psycopg.rows import dict_row

from galley.access import audit
from galley.access.audit import By
from galley.access.errors import ApprovalError, NetworkError, ProposalError, UnknownError
from galley.access.model import Circumstances, Target, Verb
from galley.access.rules import may, network_of, within
from galley.kernel.language import Text
from galley.store import sql
from galley.store.database import Connection, Database

__all__ = ["Rule", "Wish", "approve", "propose", "refuse_proposal", "versions", "within_project"]

QUERIES: Final = sql.load("galley.access")
_LIST_MAX: Final = 1000
_NOTE_MAX: Final = 2000
_NEWEST: Final = (1 << 63) - 1
State = Literal["proposed", "approved", "refused", "replaced"]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it is proposed; what is left out is not restricted."""

    project: int | None = None
    organisations: list[int] | None = None  # admitted beside the organisation itself; None: any with a role
    people: list[int] = []
    networks: list[str] = []  # CIDR
    view_only: bool = False
    until: datetime | None = None
    note: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a rule, and what became of it."""

    id: int
    project: int | None
    organisations: list[int] | None
    people: list[int]
    networks: list[str]
    view_only: bool
    until: datetime | None
    note: str
    state: State
    proposed_by: int | None
    proposed_at: datetime
    decided_by: int | None
    decided_at: datetime | None


def propose(database: Database, doer: By, wish: Wish) -> int:
    """Ask the client for a rule; an open proposal for the same place is replaced. Changes nothing yet. Raises NetworkError."""
    networks = _networks(wish.networks)
    facts = {
        "project": wish.project,
        "organisations": None if wish.organisations is None else sorted(set(wish.organisations))[:_LIST_MAX],
        "people": sorted(set(wish.people))[:_LIST_MAX],
        "networks": networks,
        "view_only": wish.view_only,
        "until": wish.until,
        "note": wish.note[:_NOTE_MAX],
        "person": doer.person,
        "now": doer.now,
    }
    with database.transaction() as connection:
        connection.execute(QUERIES["replace_proposal"], {"project": wish.project})
        row = connection.execute(QUERIES["insert_proposal"], facts).fetchone()
        number = 0 if row is None else int(row[0])
        told = {name: facts[name] for name in ("organisations", "people", "networks", "view_only")}
        until = None if wish.until is None else wish.until.isoformat()
        _write(connection, database, "isolation_proposed", doer, number, wish.project, **told, until=until)
    return number


def within_project(wish: Wish, project: int) -> Wish:
    """The same wish for one project, whatever it said itself."""
    return msgspec.structs.replace(wish, project=project)


def approve(database: Database, doer: By, number: int) -> None:
    """Put a proposal in force, for everybody and at once.

    Only a person of the client may, signed in: no operator by being one, no token, and nobody who would lock themselves
    out. Raises UnknownError, ProposalError, ApprovalError.
    """
    with database.transaction() as connection:
        project, networks, _ = _held(connection, number)
        _speaks_for_client(doer, database, project)
        if networks and not within(doer.address, networks):
            raise ApprovalError(
                reason=Text("your own address is not in these networks", "您当前的地址不在允许的网络内")
            )
        connection.execute(QUERIES["replace_rule"], {"project": project})
        _decide(connection, doer, number, "approved")
        _write(connection, database, "isolation_approved", doer, number, project)
        audit.tell(connection, f"organisation {database.organisation}")


def refuse_proposal(database: Database, doer: By, number: int) -> None:
    """Turn a proposal down, or take one's own back. Raises UnknownError, ProposalError, ApprovalError."""
    with database.transaction() as connection:
        project, _, proposed_by = _held(connection, number)
        if doer.person is None or doer.person != proposed_by:
            _speaks_for_client(doer, database, project)
        _decide(connection, doer, number, "refused")
        _write(connection, database, "isolation_refused", doer, number, project)


def versions(
    database: Database, *, project: int | None = None, before: int | None = None, limit: int = 100
) -> list[Rule]:
    """Every version there was, newest first: of all places, or of one project."""
    facts = {"project": project, "before": before or _NEWEST, "limit": min(limit, _LIST_MAX)}
    with database.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return [Rule(**row) for row in cursor.execute(QUERIES["isolation_versions"], facts)]


def _held(connection: Connection, number: int) -> tuple[int | None, list[str], int | None]:
    row = connection.execute(QUERIES["hold_proposal"], {"rule": number}).fetchone()
    if row is None:
        if connection.execute(QUERIES["isolation_project"], {"rule": number}).fetchone() is None:
            raise UnknownError(what=Text("proposal", "提案"), given=number)
        raise ProposalError
    return row[0], list(row[1]), row[2]


def _speaks_for_client(doer: By, database: Database, project: int | None) -> None:
    actor = doer.actor
    if actor is None or actor.person is None or actor.token is not None:
        raise ApprovalError(reason=Text("a person has to, signed in", "须由本人登录后操作"))
    target = Target(organisation=database.organisation, project=project)
    here = Circumstances(now=doer.now, address=doer.address)
    if not may(actor, Verb.ISOLATION_APPROVE, target, here).allowed:
        raise ApprovalError(reason=Text("you do not speak for the client", "您不代表委托方"))


def _decide(connection: Connection, doer: By, number: int, state: State) -> None:
    facts = {"rule": number, "state": state, "person": doer.person, "now": doer.now}
    connection.execute(QUERIES["decide_proposal"], facts)


def _networks(given: Sequence[str]) -> list[str]:
    found = []
    for text in given[:_LIST_MAX]:
        network = network_of(text)
        if network is None:
            raise NetworkError(given=text[:100])
        found.append(str(network))
    return sorted(set(found))


def _write(
    connection: Connection,
    database: Database,
    kind: audit.AuditKind,
    doer: By,
    number: int,
    project: int | None,
    **facts: Any,
) -> None:
    subject = f"isolation/{number}"
    audit.write(connection, database.organisation or 0, kind, doer, subject=subject, project=project, **facts)
