"""The decision: tables that may not change by accident, and laws that hold for every actor there can be."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.access.model import ORGANISATION_KINDS, ROLES, Actor, Circumstances, Isolation, Role, Target, Verb
from galley.access.rules import READING, may, may_give, network_of, verbs_of, visible_projects, within

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HERE = Circumstances(now=NOW, address="10.2.3.4")
HOME, ABROAD, PROJECT = 5, 6, 50


def actor(*roles: Role, **more: object) -> Actor:
    facts: dict[str, object] = {
        "person": 1,
        "name": "Li",
        "organisation": HOME,
        "organisation_kind": "client",
        "roles": frozenset(roles),
        "memberships": frozenset({HOME}),
    }
    return Actor(**(facts | more))  # type: ignore[arg-type]


def allowed(who: Actor | None, verb: Verb, target: Target = Target(organisation=HOME, project=PROJECT)) -> bool:
    return may(who, verb, target, HERE).allowed


# --- the table -------------------------------------------------------------------------------------------------------

MAY = {
    Role.ANNOTATOR: {"org.read", "project.read", "data.view", "work"},
    Role.REVIEWER: {"org.read", "project.read", "data.view", "review", "adjudicate"},
    Role.INSPECTOR: {"org.read", "project.read", "data.view", "inspect", "release.read"},
    Role.CLIENT: {
        *("org.read", "project.read", "data.view", "data.export", "accept"),
        *("audit.read", "isolation.propose", "isolation.approve", "line.read", "release.read"),
    },
    Role.AUDITOR: {str(verb) for verb in READING},
}


@pytest.mark.parametrize("role", MAY)
def test_a_role_may_what_the_table_says_and_nothing_else(role: Role) -> None:
    found = {str(verb) for verb in Verb if allowed(actor(role), verb)}
    assert found == MAY[role] | {"public", "self"}


def test_an_owner_may_everything_in_the_organisation_and_nothing_in_the_system() -> None:
    refused = {verb for verb in Verb if not allowed(actor(Role.OWNER), verb)}
    assert refused == {Verb.SYSTEM_READ, Verb.SYSTEM_MANAGE}


def test_a_manager_neither_accepts_nor_approves_nor_renames_the_organisation() -> None:
    refused = {verb for verb in Verb if not allowed(actor(Role.MANAGER), verb)}
    assert refused == {
        *(Verb.SYSTEM_READ, Verb.SYSTEM_MANAGE),
        *(Verb.ORG_MANAGE, Verb.ACCEPT, Verb.ISOLATION_APPROVE),
    }


def test_a_processors_owner_does_not_speak_for_the_client() -> None:
    owner = actor(Role.OWNER, organisation_kind="processor")
    assert not allowed(owner, Verb.ACCEPT)
    assert not allowed(owner, Verb.ISOLATION_APPROVE)
    assert allowed(actor(Role.CLIENT, organisation_kind="processor"), Verb.ISOLATION_APPROVE)


def test_an_operator_runs_the_system_and_is_nobody_in_other_organisations() -> None:
    operator = actor(operator=True, regulator=True, memberships=frozenset({1}))
    assert allowed(operator, Verb.SYSTEM_MANAGE, Target())
    assert {verb for verb in Verb if allowed(operator, verb)} == {
        *(Verb.PUBLIC, Verb.SELF, Verb.SYSTEM_READ, Verb.SYSTEM_MANAGE),
    }


def test_a_regulator_reads_the_system_and_changes_nothing() -> None:
    regulator = actor(Role.OWNER, organisation_kind="regulator", regulator=True)
    assert allowed(regulator, Verb.SYSTEM_READ, Target())
    assert not allowed(regulator, Verb.SYSTEM_MANAGE, Target())
    for verb in (
        Verb.WORK,
        Verb.DATA_IMPORT,
        Verb.DATA_EXPORT,
        Verb.PROJECT_CREATE,
        Verb.ACCEPT,
        Verb.ISOLATION_APPROVE,
    ):
        assert not allowed(regulator, verb)
    assert allowed(regulator, Verb.MEMBER_MANAGE)


def test_nobody_may_nothing_but_what_is_public() -> None:
    assert {verb for verb in Verb if allowed(None, verb)} == {Verb.PUBLIC}
    assert may(None, Verb.SELF, Target(), HERE).reason == "signed_out"
    assert may(actor(Role.OWNER, expires_at=NOW), Verb.SELF, Target(), HERE).reason == "signed_out"


def test_a_role_in_a_project_is_good_there_only() -> None:
    guest = actor(project_roles={PROJECT: frozenset({Role.ANNOTATOR, Role.OWNER})}, memberships=frozenset({ABROAD}))
    assert allowed(guest, Verb.WORK)
    assert allowed(guest, Verb.PROJECT_MANAGE)
    assert not allowed(guest, Verb.WORK, Target(organisation=HOME, project=PROJECT + 1))
    assert not allowed(guest, Verb.WORK, Target(organisation=HOME))
    assert not allowed(guest, Verb.MEMBER_READ)
    assert not allowed(guest, Verb.ORG_MANAGE)
    assert allowed(guest, Verb.ORG_READ, Target(organisation=HOME))
    assert visible_projects(guest) == frozenset({PROJECT})
    assert visible_projects(actor(Role.MANAGER)) is None
    assert visible_projects(actor(Role.MANAGER, only_project=7)) == frozenset({7})
    assert visible_projects(actor(only_project=7)) == frozenset()


def test_a_leader_reads_their_teams() -> None:
    assert not allowed(actor(Role.ANNOTATOR), Verb.TEAM_READ)
    assert allowed(actor(Role.ANNOTATOR, leads=frozenset({3})), Verb.TEAM_READ)
    assert not allowed(actor(Role.ANNOTATOR, leads=frozenset({3})), Verb.PEOPLE_READ)


# --- who gives what --------------------------------------------------------------------------------------------------


def test_nobody_gives_more_than_they_have() -> None:
    manager = actor(Role.MANAGER)
    assert may_give(manager, [Role.ANNOTATOR, Role.REVIEWER, Role.INSPECTOR, Role.MANAGER, Role.AUDITOR])
    assert not may_give(manager, [Role.OWNER])
    assert not may_give(manager, [Role.CLIENT])
    assert not may_give(actor(Role.ANNOTATOR), [Role.ANNOTATOR])
    assert not may_give(actor(Role.CLIENT), [Role.ANNOTATOR])
    assert may_give(actor(Role.OWNER, organisation_kind="processor"), [Role.CLIENT])
    lead = actor(project_roles={PROJECT: frozenset({Role.MANAGER})})
    assert may_give(lead, [Role.ANNOTATOR], project=PROJECT)
    assert not may_give(lead, [Role.ANNOTATOR], project=PROJECT + 1)
    assert not may_give(lead, [Role.ANNOTATOR])


def test_a_token_gives_only_what_its_scopes_name() -> None:
    token = actor(Role.OWNER, token=1, scopes=frozenset({Verb.MEMBER_MANAGE, Verb.PROJECT_READ}))
    for role in (Role.OWNER, Role.MANAGER, Role.CLIENT, Role.ANNOTATOR):
        assert not may_give(token, [role])
    wider = actor(Role.OWNER, token=1, scopes=frozenset({Verb.PROJECT_READ, Verb.DATA_VIEW, Verb.WORK}))
    assert may_give(wider, [Role.ANNOTATOR])
    assert not may_give(wider, [Role.ANNOTATOR, Role.REVIEWER])


# --- clients' rules --------------------------------------------------------------------------------------------------


def guest_with(rule: Isolation, **more: object) -> Actor:
    given: dict[str, object] = {
        "project_roles": {PROJECT: frozenset({Role.ANNOTATOR})},
        "memberships": frozenset({ABROAD}),
        "isolation": (rule,),
    }
    return actor(**(given | more))


def reason(who: Actor, verb: Verb = Verb.WORK, at: Circumstances = HERE, project: int | None = PROJECT) -> str:
    return may(who, verb, Target(organisation=HOME, project=project), at).reason


def test_a_rule_admits_organisations_and_people() -> None:
    assert reason(guest_with(Isolation(id=1, organisations=frozenset({ABROAD})))) == "allowed"
    assert reason(guest_with(Isolation(id=1, organisations=frozenset({99})))) == "not_admitted"
    assert reason(guest_with(Isolation(id=1, organisations=frozenset()))) == "not_admitted"
    assert reason(guest_with(Isolation(id=1, organisations=frozenset(), people=frozenset({1})))) == "allowed"
    assert reason(guest_with(Isolation(id=1))) == "allowed"


def test_a_rule_shuts_out_its_own_people_only_by_network() -> None:
    own = actor(Role.ANNOTATOR, isolation=(Isolation(id=1, organisations=frozenset()),))
    assert reason(own) == "allowed"
    away = actor(Role.OWNER, isolation=(Isolation(id=1, networks=("10.3.0.0/16",)),))
    assert reason(away) == "network"


def test_a_rule_of_a_project_stands_before_that_project_for_its_own_people_too() -> None:
    rule = Isolation(id=1, project=PROJECT, organisations=frozenset({99}))
    assert reason(actor(Role.ANNOTATOR, isolation=(rule,))) == "not_admitted"
    assert reason(actor(Role.ANNOTATOR, isolation=(rule,)), project=PROJECT + 1) == "allowed"
    assert reason(actor(Role.CLIENT, isolation=(rule,)), Verb.DATA_VIEW) == "allowed", "who approves is never shut out"


def test_what_touches_the_data_of_all_projects_is_held_against_the_rules_of_all() -> None:
    rule = Isolation(id=1, project=PROJECT, view_only=True)
    assert reason(actor(Role.MANAGER, isolation=(rule,)), Verb.DATA_EXPORT, project=None) == "view_only"
    assert reason(actor(Role.MANAGER, isolation=(rule,)), Verb.DATA_EXPORT, project=PROJECT + 1) == "allowed"


def test_a_rule_ends_the_admission_of_others() -> None:
    rule = Isolation(id=1, until=NOW + timedelta(seconds=1))
    assert reason(guest_with(rule)) == "allowed"
    later = Circumstances(now=NOW + timedelta(seconds=1), address="10.2.3.4")
    assert reason(guest_with(rule), at=later) == "admission_ended"
    assert reason(actor(Role.ANNOTATOR, isolation=(rule,)), at=later) == "allowed"


def test_a_rule_keeps_data_in() -> None:
    rule = Isolation(id=1, view_only=True)
    assert reason(actor(Role.OWNER, isolation=(rule,)), Verb.DATA_VIEW) == "allowed"
    assert reason(actor(Role.OWNER, isolation=(rule,)), Verb.DATA_EXPORT) == "view_only"


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.2.255.255", True),
        ("10.3.0.0", False),
        ("::ffff:10.2.0.1", True),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("192.0.2.7", True),
        ("", False),
        (None, False),
        ("10.2.0.1, 8.8.8.8", False),
    ],
)
def test_networks(address: str | None, inside: bool) -> None:
    assert within(address, ("10.2.0.0/16", "2001:db8::/32", "192.0.2.7")) is inside


def test_what_is_not_a_network_is_none_and_holds_nobody() -> None:
    assert network_of("10.2.0.1/16") is None, "host bits are a mistake, not a wider net"
    assert network_of("everywhere") is None
    assert not within("10.2.0.1", ("everywhere",))


# --- laws ------------------------------------------------------------------------------------------------------------

ROLE_SETS = st.frozensets(st.sampled_from(ROLES))
RULES = st.builds(
    Isolation,
    id=st.just(1),
    project=st.sampled_from([None, PROJECT, 51]),
    organisations=st.none() | st.frozensets(st.sampled_from([HOME, ABROAD, 7])),
    people=st.frozensets(st.sampled_from([1, 2])),
    networks=st.sampled_from([(), ("10.2.0.0/16",), ("10.3.0.0/16",)]),
    view_only=st.booleans(),
    until=st.none() | st.just(NOW),
)
ACTORS = st.builds(
    Actor,
    person=st.sampled_from([1, 2]),
    name=st.just("Li"),
    organisation=st.sampled_from([HOME, ABROAD]),
    organisation_kind=st.sampled_from(ORGANISATION_KINDS),
    roles=ROLE_SETS,
    project_roles=st.dictionaries(st.sampled_from([PROJECT, 51]), ROLE_SETS, max_size=2),
    scopes=st.none() | st.frozensets(st.sampled_from(Verb)),
    only_project=st.sampled_from([None, PROJECT]),
    operator=st.booleans(),
    regulator=st.booleans(),
    memberships=st.frozensets(st.sampled_from([HOME, ABROAD])),
    leads=st.frozensets(st.just(3)),
    isolation=st.tuples() | st.tuples(RULES) | st.tuples(RULES, RULES),
)
TARGETS = st.builds(Target, organisation=st.sampled_from([HOME, ABROAD]), project=st.sampled_from([None, PROJECT, 51]))
replace = msgspec.structs.replace


@given(ACTORS, st.sampled_from(Verb), TARGETS, st.data())
def test_taking_a_role_away_never_allows_more(who: Actor, verb: Verb, target: Target, data: st.DataObject) -> None:
    fewer = frozenset(role for role in who.roles if data.draw(st.booleans()))
    less = {
        number: frozenset(r for r in roles if data.draw(st.booleans())) for number, roles in who.project_roles.items()
    }
    if may(replace(who, roles=fewer, project_roles=less), verb, target, HERE).allowed:
        assert may(who, verb, target, HERE).allowed


@given(ACTORS, st.sampled_from(Verb), TARGETS, st.frozensets(st.sampled_from(Verb)))
def test_a_token_never_may_what_its_maker_may_not(
    who: Actor, verb: Verb, target: Target, scopes: frozenset[Verb]
) -> None:
    maker = replace(who, scopes=None, only_project=None)
    for token in (replace(maker, token=1, scopes=scopes), replace(maker, token=1, scopes=scopes, only_project=PROJECT)):
        if may(token, verb, target, HERE).allowed:
            assert may(maker, verb, target, HERE).allowed
            assert verb in scopes or verb is Verb.PUBLIC


@given(
    ACTORS, st.sampled_from(sorted(set(Verb) - {Verb.PUBLIC, Verb.SELF, Verb.SYSTEM_READ, Verb.SYSTEM_MANAGE})), TARGETS
)
def test_nobody_ever_reaches_into_another_organisation(who: Actor, verb: Verb, target: Target) -> None:
    other = replace(target, organisation=HOME if who.organisation == ABROAD else ABROAD)
    assert not may(who, verb, other, HERE).allowed
    assert not may(who, verb, replace(target, organisation=None), HERE).allowed
    assert not may(who, verb, replace(target, organisation=0), HERE).allowed


@given(ACTORS, st.sampled_from(Verb), TARGETS, RULES)
def test_a_rule_more_never_allows_more(who: Actor, verb: Verb, target: Target, rule: Isolation) -> None:
    if may(replace(who, isolation=(*who.isolation, rule)), verb, target, HERE).allowed:
        assert may(who, verb, target, HERE).allowed


@given(ROLE_SETS, st.sampled_from(ORGANISATION_KINDS))
def test_a_role_in_a_project_never_gives_more_than_in_the_organisation(
    roles: frozenset[Role],
    kind: str,
) -> None:
    assert verbs_of(roles, kind, in_project=True) <= verbs_of(roles, kind)  # type: ignore[arg-type]


@given(ACTORS, ROLE_SETS, st.sampled_from([None, PROJECT]))
def test_what_is_given_is_had(who: Actor, roles: frozenset[Role], project: int | None) -> None:
    """Except by an owner, who speaks for the organisation and may invite the client."""
    if may_give(who, roles, project=project) and Role.OWNER not in who.roles:
        kind = who.organisation_kind
        had = verbs_of(who.roles, kind) | verbs_of(
            who.project_roles.get(project or 0, frozenset()), kind, in_project=True
        )
        assert verbs_of(roles, kind, in_project=project is not None) <= had | {Verb.ORG_READ}
