"""Who may: verbs, roles, and the few structs the one decision is made from."""

import ipaddress
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

import msgspec

__all__ = [
    "NOWHERE",
    "ORGANISATION_KINDS",
    "ROLES",
    "Actor",
    "Circumstances",
    "Decision",
    "Isolation",
    "Network",
    "OrganisationKind",
    "Reason",
    "Role",
    "Target",
    "Verb",
]

OrganisationKind = Literal["provider", "processor", "client", "operator", "regulator"]
ORGANISATION_KINDS: Final[tuple[OrganisationKind, ...]] = ("provider", "processor", "client", "operator", "regulator")

NOWHERE: Final = 0
"""The organisation of an actor in front of no organisation's door: on `/me`, on `/system`."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Verb(StrEnum):
    """What a route does, as far as access is concerned; every route declares exactly one."""

    PUBLIC = "public"
    SELF = "self"
    ORG_READ = "org.read"
    ORG_MANAGE = "org.manage"
    MEMBER_READ = "member.read"
    MEMBER_MANAGE = "member.manage"
    TEAM_READ = "team.read"  # the teams one leads, and their people
    TOKEN_MANAGE = "token.manage"  # noqa: S105 - a verb
    AUDIT_READ = "audit.read"
    ISOLATION_PROPOSE = "isolation.propose"
    ISOLATION_APPROVE = "isolation.approve"
    PROJECT_CREATE = "project.create"
    PROJECT_READ = "project.read"
    PROJECT_MANAGE = "project.manage"
    DATA_IMPORT = "data.import"
    DATA_EXPORT = "data.export"
    DATA_VIEW = "data.view"
    WORK = "work"
    REVIEW = "review"
    ADJUDICATE = "adjudicate"
    INSPECT = "inspect"
    ACCEPT = "accept"
    GOLD_MANAGE = "gold.manage"
    QUALITY_MANAGE = "quality.manage"
    PEOPLE_READ = "people.read"
    LINE_READ = "line.read"  # lines, their versions and the records in them
    RELEASE_READ = "release.read"  # releases with their reports and proofs; their data are exported
    SYSTEM_READ = "system.read"
    SYSTEM_MANAGE = "system.manage"


class Role(StrEnum):
    """What a person is in an organisation or in one project; several at once are usual."""

    OWNER = "owner"
    MANAGER = "manager"
    ANNOTATOR = "annotator"
    REVIEWER = "reviewer"
    INSPECTOR = "inspector"
    CLIENT = "client"
    AUDITOR = "auditor"


ROLES: Final[tuple[Role, ...]] = tuple(Role)


class Isolation(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of a client in force: who may come in, from where, and whether data may leave.

    It narrows what roles allow and never widens it. Without a project it stands before the whole organisation.
    """

    id: int
    project: int | None = None
    organisations: frozenset[int] | None = None  # admitted beside the organisation itself; None: any that has a role
    people: frozenset[int] = frozenset()  # admitted although their organisation is not
    networks: tuple[str, ...] = ()  # CIDR; empty: from anywhere
    view_only: bool = False
    until: datetime | None = None  # afterwards only the organisation's own people come in


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in front of one organisation's door: what they are there, and what the door asks of everybody."""

    person: int | None
    name: str
    organisation: int
    organisation_kind: OrganisationKind | None = None
    token: int | None = None
    roles: frozenset[Role] = frozenset()
    project_roles: dict[int, frozenset[Role]] = {}
    scopes: frozenset[Verb] | None = None  # of a service token; None: all that the roles allow
    only_project: int | None = None  # a token that is good for one project
    operator: bool = False  # owner or manager of an operator organisation
    regulator: bool = False  # member of a regulator, or one who runs or audits an operator
    memberships: frozenset[int] = frozenset()  # organisations whose member they are
    leads: frozenset[int] = frozenset()  # teams of this organisation that they lead
    isolation: tuple[Isolation, ...] = ()  # the rules in force in this organisation
    session: str | None = None
    expires_at: datetime | None = None  # a copy of this actor must not be kept beyond


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be touched: an organisation, or one project of it; neither for `/me` and `/system`."""

    organisation: int | None = None
    project: int | None = None


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """When, and from which address (textual IP; None: not by network, for example the command line)."""

    now: datetime
    address: str | None = None


Reason = Literal[
    "allowed",
    "signed_out",
    "scope",
    "operator_only",
    "other_organisation",
    "role",
    "not_admitted",
    "admission_ended",
    "network",
    "view_only",
]


class Decision(msgspec.Struct, frozen=True):
    """Yes or no, and why."""

    allowed: bool
    reason: Reason
