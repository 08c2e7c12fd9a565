"""Who is at the door, and what becomes of those who may not enter."""

from datetime import datetime
from typing import Any, Final, NoReturn

import msgspec
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from galley.access import audit
from galley.access.errors import NotAllowedError, SignInError, UnknownError
from galley.access.model import Actor, Circumstances, Decision, Isolation, Reason, Role, Target, Verb
from galley.access.rules import visible_projects
from galley.access.secret_words import hash_of, looks_like_token
from galley.kernel.clock import Clock
from galley.kernel.language import Text
from galley.store import sql
from galley.store.database import Database

__all__ = ["actor_of_session", "actor_of_token", "refuse"]

QUERIES: Final = sql.load("galley.access")
_OVER: Final = Text("the session or token is unknown or has ended", "会话或令牌无效或已失效")

_WHY: Final[dict[Reason, Text]] = {
    "scope": Text("the token is not good for it", "令牌不包含此权限"),
    "operator_only": Text("it is for operators of the platform", "仅限平台运营方"),
    "other_organisation": Text("it belongs to another organisation", "属于其他机构"),
    "role": Text("your roles do not include it", "您的角色不包含此权限"),
    "not_admitted": Text("the client does not admit your organisation", "委托方未准许您的机构进入"),
    "admission_ended": Text("the client's admission has ended", "委托方的准入期限已结束"),
    "network": Text("the client does not admit this network", "委托方不允许从该网络访问"),
    "view_only": Text("the client's data may be viewed only", "委托方的数据仅可查看，不可下载"),
}


def actor_of_session(house: Database, clock: Clock, secret: str, organisation: int) -> Actor:
    """Who a session is in front of an organisation (NOWHERE: of none); one query. Raises SignInError.

    Notes that the session is used, to the minute: do not keep the answer for as long as sessions may idle.
    """
    now = clock.now()
    row = _found(house, "house_session_actor", {"hash": hash_of(secret), "organisation": organisation, "now": now})
    return _entered(house, now, _actor(row, organisation, session=str(row["session"])), row)


def actor_of_token(house: Database, clock: Clock, secret: str, organisation: int) -> Actor:
    """Whom a service token speaks for; one query. Raises SignInError.

    A token belongs to one organisation: in front of another it is still an actor of its own, and so is let in nowhere.
    """
    if not looks_like_token(secret):
        raise SignInError(reason=_OVER)
    now = clock.now()
    row = _found(house, "house_token_actor", {"hash": hash_of(secret), "now": now})
    scopes = frozenset(Verb(scope) for scope in row["scopes"] if scope in Verb.__members__.values())
    actor = _actor(row, row["organisation"], token=row["token"], scopes=scopes, only_project=row["project"])
    return _entered(house, now, actor, row)


def refuse(
    house: Database,
    actor: Actor | None,
    verb: Verb,
    target: Target,
    circumstances: Circumstances,
    decision: Decision,
) -> NoReturn:
    """Put a refusal into the audit of whose door it is, and raise it.

    Raises SignInError, or NotAllowedError, or UnknownError where the actor may not even know that there is something.
    """
    if actor is None or decision.reason == "signed_out":
        raise SignInError(reason=_OVER)
    if target.organisation is not None:
        line = {
            "organisation": target.organisation,
            "at": circumstances.now,
            "person": actor.person,
            "token": actor.token,
            "address": circumstances.address,
            "project": target.project,
            "subject": f"person/{actor.person}",
            "facts": Jsonb({"verb": str(verb), "reason": decision.reason}),
        }
        with house.transaction() as connection:
            connection.execute(QUERIES["house_insert_denial"], line)
        if target.organisation != actor.organisation or not (actor.roles or actor.project_roles):
            raise UnknownError(what=Text("organisation", "机构"), given=target.organisation)
        visible = visible_projects(actor)
        if target.project is not None and visible is not None and target.project not in visible:
            raise UnknownError(what=Text("project", "项目"), given=target.project)
    raise NotAllowedError(verb=str(verb), reason=_WHY.get(decision.reason, _WHY["role"]))


def _found(house: Database, query: str, facts: dict[str, Any]) -> dict[str, Any]:
    with house.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(QUERIES[query], facts).fetchone()
    if row is None:
        raise SignInError(reason=_OVER)
    return row


def _actor(row: dict[str, Any], organisation: int, **more: Any) -> Actor:
    ends = [moment for moment in (row["expires_at"], row["grants_until"]) if moment is not None]
    return Actor(
        person=row["person"],
        name=row["name"],
        organisation=organisation,
        organisation_kind=row["kind"],
        roles=frozenset(map(Role, row["roles"])),
        project_roles={int(project): frozenset(map(Role, roles)) for project, roles in row["project_roles"].items()},
        operator=row["operator"],
        regulator=row["regulator"],
        memberships=frozenset(row["memberships"]),
        leads=frozenset(row["leads"]),
        isolation=msgspec.convert(tuple(row["isolation"]), tuple[Isolation, ...]),
        expires_at=min(ends) if ends else None,
        **more,
    )


def _entered(house: Database, now: datetime, actor: Actor, row: dict[str, Any]) -> Actor:
    """Somebody of another organisation comes in: told to the audit once a day."""
    if row["entry_due"]:
        doer = audit.By(now=now, actor=actor)
        with house.transaction() as connection:
            audit.write(
                connection,
                actor.organisation,
                "entry",
                doer,
                subject=f"person/{actor.person}",
                organisations=sorted(actor.memberships),
                projects=sorted(actor.project_roles),
            )
    return actor
