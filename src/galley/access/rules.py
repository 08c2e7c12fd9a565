"""The one decision: may this actor do this to that, here and now? Pure; whatever is not allowed by name is refused."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from galley.access.model import (
    Actor,
    Circumstances,
    Decision,
    Isolation,
    Network,
    OrganisationKind,
    Reason,
    Role,
    Target,
    Verb,
)

__all__ = ["OPERATED", "READING", "may", "may_give", "network_of", "verbs_of", "visible_projects", "within"]

V = Verb
_SYSTEM: Final = frozenset({V.SYSTEM_READ, V.SYSTEM_MANAGE})
_OF_THE_CLIENT: Final = frozenset({V.ACCEPT, V.ISOLATION_APPROVE})
"""What only whoever the data belong to may do: not the company that works on them."""

READING: Final = frozenset(
    {
        *(V.ORG_READ, V.MEMBER_READ, V.TEAM_READ, V.AUDIT_READ, V.PROJECT_READ, V.DATA_VIEW, V.PEOPLE_READ),
        *(V.LINE_READ, V.RELEASE_READ),
    }
)
"""Verbs that change nothing and take nothing away."""

_OF_DATA: Final = frozenset({V.DATA_IMPORT, V.DATA_VIEW, V.DATA_EXPORT, V.LINE_READ, V.RELEASE_READ})
_TENANT: Final = frozenset(Verb) - _SYSTEM - {V.PUBLIC, V.SELF}
_OF_ROLE: Final[dict[Role, frozenset[Verb]]] = {
    Role.OWNER: _TENANT,
    Role.MANAGER: _TENANT - _OF_THE_CLIENT - {V.ORG_MANAGE},
    Role.ANNOTATOR: frozenset({V.ORG_READ, V.PROJECT_READ, V.DATA_VIEW, V.WORK}),
    Role.REVIEWER: frozenset({V.ORG_READ, V.PROJECT_READ, V.DATA_VIEW, V.REVIEW, V.ADJUDICATE}),
    Role.INSPECTOR: frozenset({V.ORG_READ, V.PROJECT_READ, V.DATA_VIEW, V.INSPECT, V.RELEASE_READ}),
    Role.CLIENT: frozenset(
        {
            *(V.ORG_READ, V.PROJECT_READ, V.DATA_VIEW, V.DATA_EXPORT, V.ACCEPT),
            *(V.AUDIT_READ, V.ISOLATION_PROPOSE, V.ISOLATION_APPROVE, V.LINE_READ, V.RELEASE_READ),
        }
    ),
    Role.AUDITOR: READING,
}
_IN_PROJECT: Final = _TENANT - {
    *(V.ORG_READ, V.ORG_MANAGE, V.MEMBER_READ, V.MEMBER_MANAGE, V.TEAM_READ, V.TOKEN_MANAGE, V.PROJECT_CREATE),
    *(V.LINE_READ, V.RELEASE_READ),  # of whole lines, which feed several projects
}
"""What a role in one project can give."""

OPERATED: Final = frozenset({V.ORG_READ, V.ORG_MANAGE, V.MEMBER_READ, V.MEMBER_MANAGE, V.TOKEN_MANAGE}) | READING
"""What there is to do in a regulator's organisation: it looks, and keeps its own house."""


def verbs_of(roles: Iterable[Role], kind: OrganisationKind | None, *, in_project: bool = False) -> frozenset[Verb]:
    """What roles allow in an organisation of a kind, or in one of its projects."""
    found: frozenset[Verb] = frozenset()
    for role in roles:
        # A processor's owner works on the data of others, and so cannot accept the work or open the door for them.
        hers = _OF_ROLE[role] - _OF_THE_CLIENT if role is Role.OWNER and kind == "processor" else _OF_ROLE[role]
        found |= hers
    if in_project:
        found &= _IN_PROJECT
    return found & OPERATED if kind == "regulator" else found


def may(actor: Actor | None, verb: Verb, target: Target, circumstances: Circumstances) -> Decision:
    """Whether the actor may. Every route asks this, and nothing else decides."""
    if verb is V.PUBLIC:
        return Decision(True, "allowed")
    if actor is None or (actor.expires_at is not None and actor.expires_at <= circumstances.now):
        return Decision(False, "signed_out")
    if actor.scopes is not None and verb not in actor.scopes:
        return Decision(False, "scope")
    refused: Reason | None = None
    if verb in _SYSTEM:
        operated = actor.operator or (actor.regulator and verb is V.SYSTEM_READ)
        refused = None if operated else "operator_only"
    elif verb is not V.SELF:
        refused = _out_of_place(actor, verb, target) or _shut_out(actor, verb, target, circumstances)
    return Decision(refused is None, refused or "allowed")


def _out_of_place(actor: Actor, verb: Verb, target: Target) -> Reason | None:
    """Why the actor may not by what they are there, or None."""
    if not target.organisation or target.organisation != actor.organisation:
        return "other_organisation"
    if actor.only_project is not None and target.project != actor.only_project:
        return "scope"
    return None if _by_role(actor, verb, target) else "role"


def _by_role(actor: Actor, verb: Verb, target: Target) -> bool:
    kind = actor.organisation_kind
    if verb in verbs_of(actor.roles, kind):
        return True
    if verb is V.ORG_READ:  # who works in one project may know whose it is
        return bool(actor.project_roles)
    if verb is V.TEAM_READ:
        return bool(actor.leads)
    if target.project is None:
        return False
    return verb in verbs_of(actor.project_roles.get(target.project, frozenset()), kind, in_project=True)


def _shut_out(actor: Actor, verb: Verb, target: Target, circumstances: Circumstances) -> Reason | None:
    """Why the client's rules refuse the actor, or None."""
    spans = target.project is None and verb in _OF_DATA  # touches every project, so every project's rule counts
    rules = (rule for rule in actor.isolation if spans or rule.project in (None, target.project))
    reasons = (_refused(rule, actor, verb, circumstances) for rule in rules)
    return next((reason for reason in reasons if reason is not None), None)


def _refused(rule: Isolation, actor: Actor, verb: Verb, circumstances: Circumstances) -> Reason | None:
    """Why one rule refuses the actor, or None."""
    if not _at_home(rule, actor):
        if rule.until is not None and rule.until <= circumstances.now:
            return "admission_ended"
        admitted = rule.organisations is None or bool(rule.organisations & actor.memberships)
        if not admitted and actor.person not in rule.people:
            return "not_admitted"
    if rule.networks and not within(circumstances.address, rule.networks):
        return "network"
    if rule.view_only and verb is V.DATA_EXPORT:
        return "view_only"
    return None


def _at_home(rule: Isolation, actor: Actor) -> bool:
    """Whether the actor is one whose door it is: its own people, and whoever may change the rule."""
    if rule.project is None and actor.organisation in actor.memberships:
        return True
    approver = Target(organisation=actor.organisation, project=rule.project)
    return _by_role(actor, V.ISOLATION_APPROVE, approver)


def may_give(actor: Actor, roles: Iterable[Role], *, project: int | None = None) -> bool:
    """Whether the actor may make somebody these roles: nobody gives what they do not have themselves.

    What belongs to the client (accepting, approving) is given by an owner: who invites a client is not one. A token gives
    what its scopes name and no more, or whoever holds one could make an owner and be them.
    """
    wanted = frozenset(roles)
    given = verbs_of(wanted, actor.organisation_kind, in_project=project is not None)
    if actor.scopes is not None and not given <= actor.scopes | {V.ORG_READ}:
        return False
    if Role.OWNER in actor.roles:
        return True
    mine = verbs_of(actor.roles, actor.organisation_kind)
    if project is not None:
        mine |= verbs_of(actor.project_roles.get(project, frozenset()), actor.organisation_kind, in_project=True)
    if Role.OWNER in wanted or not {V.MEMBER_MANAGE, V.PROJECT_MANAGE} & mine:
        return False
    return given <= mine | {V.ORG_READ}


def visible_projects(actor: Actor) -> frozenset[int] | None:
    """The projects the actor may know of in this organisation; None: all of them. For lists that span projects."""
    everywhere = V.PROJECT_READ in verbs_of(actor.roles, actor.organisation_kind)
    if everywhere and actor.only_project is None:
        return None
    named = {number for number, roles in actor.project_roles.items() if roles}
    if actor.only_project is not None:
        return frozenset({actor.only_project}) if everywhere or actor.only_project in named else frozenset()
    return frozenset(named)


# --- networks --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def network_of(text: str) -> Network | None:
    """A network such as `10.2.0.0/16` or one address; None when it is neither."""
    try:
        return ipaddress.ip_network(text.strip(), strict=True)
    except ValueError:
        return None


def within(address: str | None, networks: Iterable[str]) -> bool:
    """Whether an address is in one of the networks; IPv4 written as IPv6 counts as IPv4, and no address is nowhere."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(network is not None and found in network for network in map(network_of, networks))
