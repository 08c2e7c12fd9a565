"""Organisations, members, teams, invitations, roles in projects, service tokens."""

import threading
from datetime import timedelta

import pytest

from galley.access import audit, invitations, organisations, people, service_tokens
from galley.access.audit import By, by_terminal
from galley.access.errors import (
    AccountTakenError,
    InvitationError,
    LastOwnerError,
    NotAllowedError,
    PasswordWeakError,
    RolesError,
    ScopesError,
    SignInError,
    SlugError,
    UnknownError,
)
from galley.access.invitations import Grantee, Newcomer
from galley.access.model import NOWHERE, Circumstances, Role, Target, Verb
from galley.access.people import Visit
from galley.access.rules import may
from galley.access.secret_words import looks_like_token, new_token
from galley.access.service import actor_of_session, actor_of_token, refuse
from galley.store.database import Database
from galley.testing.memory import FakeClock

VISIT = Visit(address="10.2.3.4")


class Town:
    """A client `acme`, a processor `bees`, and people with sessions."""

    def __init__(self, base: Database, clock: FakeClock) -> None:
        self.base, self.house, self.clock = base, base.house(), clock
        self.sessions: dict[int, str] = {}
        terminal = by_terminal(clock, 1)
        self.acme = organisations.create_organisation(self.house, terminal, slug="acme", name="Acme", kind="client")
        self.bees = organisations.create_organisation(self.house, terminal, slug="bees", name="Bees", kind="processor")
        self.owner = self.person("owner", self.acme, Role.OWNER)
        self.foreman = self.person("foreman", self.bees, Role.OWNER)
        self.worker = self.person("worker", self.bees, Role.ANNOTATOR)

    def person(self, login: str, organisation: int | None = None, *roles: Role) -> int:
        now = self.clock.now()
        with self.house.transaction() as connection:
            number = people.insert_person(
                connection, people.login_of(login), now, name=login, language="en", password=None
            )
            if organisation is not None:
                organisations.add_member(connection, by_terminal(self.clock, 1), organisation, number, roles)
            signed = people.open_session(connection, number, "ticket", VISIT, now=now)
        self.sessions[number] = signed.secret
        return number

    def by(self, person: int, organisation: int = NOWHERE) -> By:
        actor = actor_of_session(self.house, self.clock, self.sessions[person], organisation)
        return audit.by(actor, self.clock, VISIT.address)

    def may(self, person: int, verb: Verb, organisation: int, project: int | None = None) -> bool:
        actor = self.by(person, organisation).actor
        here = Circumstances(now=self.clock.now(), address=VISIT.address)
        return may(actor, verb, Target(organisation=organisation, project=project), here).allowed

    def kinds(self, organisation: int) -> list[str]:
        with self.base.of(organisation).connection() as connection:
            return [row[0] for row in connection.execute("SELECT kind FROM access.audit ORDER BY id")]


@pytest.fixture
def town(base: Database, clock: FakeClock) -> Town:
    return Town(base, clock)


# --- organisations and members ---------------------------------------------------------------------------------------


def test_organisations_have_short_names_of_their_own(town: Town) -> None:
    terminal = by_terminal(town.clock, 1)
    for slug in ("acme", "", "A", "a b", "-a", "a" * 70, "ä-ä"):
        with pytest.raises(SlugError):
            organisations.create_organisation(town.house, terminal, slug=slug, name="X", kind="client")
    organisations.change_organisation(
        town.house, town.by(town.owner, town.acme), town.acme, name="ACME", name_zh="顶点"
    )
    found = organisations.organisation(town.base.of(town.acme))
    assert (found.slug, found.name, found.name_zh, found.kind) == ("acme", "ACME", "顶点", "client")
    assert [each.slug for each in organisations.organisations(town.house)] == ["home", "acme", "bees"]
    assert [each.slug for each in organisations.organisations(town.house, after=1, limit=1)] == ["acme"]
    assert organisations.organisation_by_slug(town.house, "bees") == town.bees
    with pytest.raises(UnknownError):
        organisations.organisation(town.base.of(99))
    assert town.kinds(town.acme)[0] == "organisation_made"


def test_members_are_seen_by_their_organisation_only(town: Town) -> None:
    told = organisations.members(town.base.of(town.bees))
    assert [(each.name, each.roles) for each in told] == [("foreman", [Role.OWNER]), ("worker", [Role.ANNOTATOR])]
    assert [each.name for each in organisations.members(town.base.of(town.bees), after=told[0].person)] == ["worker"]
    assert organisations.members(town.base) == []


def test_roles_are_changed_by_who_has_them(town: Town) -> None:
    manager = town.person("manager", town.bees, Role.MANAGER)
    bees = town.base.of(town.bees)
    assert town.may(town.worker, Verb.WORK, town.bees)
    organisations.set_roles(bees, town.by(manager, town.bees), town.worker, [Role.REVIEWER])
    assert town.may(town.worker, Verb.REVIEW, town.bees)
    assert not town.may(town.worker, Verb.WORK, town.bees)
    for person, roles in ((town.worker, [Role.OWNER]), (town.foreman, [Role.ANNOTATOR]), (manager, [Role.CLIENT])):
        with pytest.raises(NotAllowedError):
            organisations.set_roles(bees, town.by(manager, town.bees), person, roles)
    both = [Role.OWNER, Role.CLIENT]
    with pytest.raises(NotAllowedError):  # they would approve for the client
        organisations.set_roles(bees, town.by(town.foreman, town.bees), town.foreman, both)
    organisations.set_roles(bees, town.by(town.foreman, town.bees), town.worker, [Role.CLIENT])
    with pytest.raises(UnknownError):
        organisations.set_roles(bees, town.by(town.foreman, town.bees), town.owner, [Role.ANNOTATOR])
    with pytest.raises(RolesError):
        organisations.roles_of(["annotator", "king"])
    with pytest.raises(RolesError):
        organisations.roles_of([])
    assert town.kinds(town.bees).count("member_changed") == 2


def test_an_organisation_keeps_an_owner(town: Town) -> None:
    acme = town.base.of(town.acme)
    doer = town.by(town.owner, town.acme)
    with pytest.raises(LastOwnerError):
        organisations.remove_member(acme, doer, town.owner)
    with pytest.raises(LastOwnerError):
        organisations.set_roles(acme, doer, town.owner, [Role.MANAGER])
    second = town.person("second", town.acme, Role.OWNER)
    organisations.remove_member(acme, doer, town.owner)
    assert [each.person for each in organisations.members(acme)] == [second]
    assert not town.may(town.owner, Verb.ORG_READ, town.acme)


def test_two_owners_do_not_leave_at_once(town: Town) -> None:
    acme = town.base.of(town.acme)
    owners = [town.owner, *(town.person(f"owner{number}", town.acme, Role.OWNER) for number in range(3))]
    doers = {owner: town.by(owner, town.acme) for owner in owners}
    refused: list[int] = []

    def leave(owner: int) -> None:
        try:
            organisations.remove_member(acme, doers[owner], owner)
        except LastOwnerError:
            refused.append(owner)

    threads = [threading.Thread(target=leave, args=(owner,)) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert [each.person for each in organisations.members(acme)] == refused


def test_a_person_is_added_by_who_may(town: Town) -> None:
    doer = town.by(town.foreman, town.bees)
    new = organisations.add_person(town.house, doer, login="wang", name="王芳", language="zh", roles=[Role.ANNOTATOR])
    signed = people.sign_in_with_ticket(town.house, town.clock, new.ticket, VISIT)
    assert signed.person == new.person
    with pytest.raises(AccountTakenError):
        organisations.add_person(town.house, doer, login="owner", name="X", language="en", roles=[Role.ANNOTATOR])
    with pytest.raises(NotAllowedError):
        organisations.add_person(
            town.house, town.by(town.worker, town.bees), login="x1", name="X", language="en", roles=[Role.ANNOTATOR]
        )


def test_teams_have_leaders(town: Town) -> None:
    bees = town.base.of(town.bees)
    doer = town.by(town.foreman, town.bees)
    team = organisations.make_team(bees, doer, "早班")
    with pytest.raises(SlugError):
        organisations.make_team(bees, doer, "早班")
    assert not town.may(town.worker, Verb.TEAM_READ, town.bees)
    organisations.set_team(bees, doer, team, people=[town.foreman], leaders=[town.worker])
    (told,) = organisations.teams(bees)
    assert (told.people, told.leaders) == ([town.foreman, town.worker], [town.worker])
    assert town.may(town.worker, Verb.TEAM_READ, town.bees)
    with pytest.raises(UnknownError):
        organisations.set_team(bees, doer, team, people=[town.owner], leaders=[])
    assert organisations.teams(bees, only=[team]) == [told], "a change refused changes nothing"
    assert organisations.teams(town.base.of(town.acme)) == []
    with pytest.raises(UnknownError):
        organisations.delete_team(town.base.of(town.acme), town.by(town.owner, town.acme), team)
    organisations.delete_team(bees, doer, team)
    assert not town.may(town.worker, Verb.TEAM_READ, town.bees)


# --- invitations -----------------------------------------------------------------------------------------------------


def test_an_invitation_is_good_once(town: Town) -> None:
    acme = town.base.of(town.acme)
    invited = invitations.invite(acme, town.by(town.owner, town.acme), roles=[Role.REVIEWER], email="new@acme.cn")
    told = invitations.offer(town.house, town.clock, invited.secret)
    assert (told.organisation, told.organisation_name, told.roles) == (town.acme, "Acme", [Role.REVIEWER])
    newcomer = Newcomer(login="new@acme.cn", name="New", password="a fairly good one")
    with pytest.raises(PasswordWeakError):
        invitations.accept_as_new(
            town.house, town.clock, invited.secret, Newcomer(login="n2", name="", password="short"), VISIT
        )
    signed = invitations.accept_as_new(town.house, town.clock, invited.secret, newcomer, VISIT)
    town.sessions[signed.person] = signed.secret
    assert town.may(signed.person, Verb.REVIEW, town.acme)
    for _ in range(2):
        with pytest.raises(InvitationError):
            invitations.accept(town.house, town.by(town.worker), invited.secret)
    assert invitations.invitations(acme, town.clock) == []
    assert town.kinds(town.acme).count("invitation_accepted") == 1


def test_an_invitation_is_taken_by_one_of_many_at_once(town: Town) -> None:
    invited = invitations.invite(town.base.of(town.acme), town.by(town.owner, town.acme), roles=[Role.ANNOTATOR])
    doers = [town.by(town.person(f"racer{number}")) for number in range(6)]
    taken: list[int | None] = []

    def take(doer: By) -> None:
        try:
            invitations.accept(town.house, doer, invited.secret)
            taken.append(doer.person)
        except InvitationError:
            pass

    threads = [threading.Thread(target=take, args=(doer,)) for doer in doers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    assert len(organisations.members(town.base.of(town.acme))) == 2


def test_an_invitation_ends(town: Town) -> None:
    acme, doer = town.base.of(town.acme), town.by(town.owner, town.acme)
    late = invitations.invite(acme, doer, roles=[Role.ANNOTATOR], seconds=60)
    withdrawn = invitations.invite(acme, doer, roles=[Role.ANNOTATOR])
    with pytest.raises(UnknownError):
        invitations.withdraw(town.base.of(town.bees), town.by(town.foreman, town.bees), withdrawn.id)
    invitations.withdraw(acme, doer, withdrawn.id)
    with pytest.raises(UnknownError):
        invitations.withdraw(acme, doer, withdrawn.id)
    town.clock.advance(60)
    for secret in (late.secret, withdrawn.secret, "guess", ""):
        with pytest.raises(InvitationError):
            invitations.accept(town.house, town.by(town.worker), secret)
        with pytest.raises(InvitationError):
            invitations.offer(town.house, town.clock, secret)


def test_who_leaves_takes_their_invitations_along(town: Town) -> None:
    bees = town.base.of(town.bees)
    manager = town.person("manager", town.bees, Role.MANAGER)
    invited = invitations.invite(bees, town.by(manager, town.bees), roles=[Role.MANAGER])
    with pytest.raises(NotAllowedError):
        invitations.invite(bees, town.by(manager, town.bees), roles=[Role.OWNER])
    organisations.remove_member(bees, town.by(town.foreman, town.bees), manager)
    with pytest.raises(InvitationError):
        invitations.accept(town.house, town.by(manager), invited.secret)


def test_who_may_less_or_is_kept_out_brings_nobody_in_any_more(town: Town) -> None:
    bees = town.base.of(town.bees)
    second = town.person("second", town.bees, Role.OWNER)
    wide = invitations.invite(bees, town.by(second, town.bees), roles=[Role.OWNER])
    organisations.set_roles(bees, town.by(town.foreman, town.bees), second, [Role.OWNER, Role.REVIEWER])
    assert invitations.offer(town.house, town.clock, wide.secret).roles == [Role.OWNER]
    organisations.set_roles(bees, town.by(town.foreman, town.bees), second, [Role.MANAGER])
    with pytest.raises(InvitationError):
        invitations.accept(town.house, town.by(second), wide.secret)
    narrow = invitations.invite(bees, town.by(second, town.bees), roles=[Role.ANNOTATOR])
    people.set_blocked(town.house, town.by(town.owner), second, blocked=True)
    for act in (
        lambda: invitations.offer(town.house, town.clock, narrow.secret),
        lambda: invitations.accept(town.house, town.by(town.worker), narrow.secret),
    ):
        with pytest.raises(InvitationError):
            act()


def test_who_leaves_keeps_no_role_in_a_project(town: Town) -> None:
    bees = town.base.of(town.bees)
    doer = town.by(town.foreman, town.bees)
    invitations.give(bees, doer, 50, roles=[Role.REVIEWER], to=Grantee(person=town.worker))
    assert town.may(town.worker, Verb.REVIEW, town.bees, 50)
    organisations.remove_member(bees, doer, town.worker)
    assert not town.may(town.worker, Verb.REVIEW, town.bees, 50)


# --- roles in projects -----------------------------------------------------------------------------------------------


def test_people_of_another_organisation_work_in_a_project(town: Town) -> None:
    acme = town.base.of(town.acme)
    doer = town.by(town.owner, town.acme)
    assert not town.may(town.worker, Verb.WORK, town.acme, 50)
    until = town.clock.now() + timedelta(hours=8)
    number = invitations.give(acme, doer, 50, roles=[Role.ANNOTATOR], to=Grantee(login="worker"), expires_at=until)
    assert town.may(town.worker, Verb.WORK, town.acme, 50)
    assert not town.may(town.worker, Verb.WORK, town.acme, 51)
    assert not town.may(town.worker, Verb.MEMBER_READ, town.acme)
    assert town.kinds(town.acme).count("entry") == 1, "told once a day"
    town.clock.advance(3600)
    assert town.by(town.worker, town.acme).actor is not None
    assert town.kinds(town.acme).count("entry") == 1
    (place,) = [each for each in people.places(town.house, town.worker, town.clock) if each.id == town.acme]
    assert (place.roles, place.project_roles) == ([], {50: [Role.ANNOTATOR]})
    (told,) = invitations.grants(acme, 50)
    assert (told.id, told.person, told.name) == (number, town.worker, "worker")
    town.clock.advance(7 * 3600)
    assert not town.may(town.worker, Verb.WORK, town.acme, 50)
    assert [each.id for each in people.places(town.house, town.worker, town.clock)] == [town.bees]


def test_a_team_of_a_processor_works_in_a_project(town: Town) -> None:
    bees, acme = town.base.of(town.bees), town.base.of(town.acme)
    team = organisations.make_team(bees, town.by(town.foreman, town.bees), "A")
    number = invitations.give(acme, town.by(town.owner, town.acme), 50, roles=[Role.ANNOTATOR], to=Grantee(team=team))
    assert not town.may(town.worker, Verb.WORK, town.acme, 50)
    organisations.set_team(bees, town.by(town.foreman, town.bees), team, people=[town.worker], leaders=[])
    assert town.may(town.worker, Verb.WORK, town.acme, 50)
    assert [each.id for each in people.places(town.house, town.worker, town.clock)] == [town.acme, town.bees]
    with pytest.raises(UnknownError):
        invitations.end_grant(acme, town.by(town.owner, town.acme), 51, number)
    invitations.end_grant(acme, town.by(town.owner, town.acme), 50, number)
    assert not town.may(town.worker, Verb.WORK, town.acme, 50)


def test_a_projects_manager_gives_roles_there_and_nowhere_else(town: Town) -> None:
    acme = town.base.of(town.acme)
    owner = town.by(town.owner, town.acme)
    invitations.give(acme, owner, 50, roles=[Role.MANAGER], to=Grantee(person=town.foreman))
    doer = town.by(town.foreman, town.acme)
    invitations.give(acme, doer, 50, roles=[Role.ANNOTATOR], to=Grantee(person=town.worker))
    with pytest.raises(NotAllowedError):
        invitations.give(acme, doer, 51, roles=[Role.ANNOTATOR], to=Grantee(person=town.worker))
    with pytest.raises(NotAllowedError):
        invitations.give(acme, doer, 50, roles=[Role.CLIENT], to=Grantee(person=town.worker))
    invitations.give(acme, owner, 50, roles=[Role.CLIENT], to=Grantee(person=town.owner))
    with pytest.raises(NotAllowedError):
        invitations.give(acme, doer, 50, roles=[Role.ANNOTATOR], to=Grantee(person=town.owner))
    for nobody in (Grantee(person=999), Grantee(login="nobody"), Grantee(team=999), Grantee()):
        with pytest.raises(UnknownError):
            invitations.give(acme, owner, 50, roles=[Role.ANNOTATOR], to=nobody)


def test_an_invitation_into_a_project_is_good_there_only(town: Town) -> None:
    acme = town.base.of(town.acme)
    invited = invitations.invite(acme, town.by(town.owner, town.acme), roles=[Role.ANNOTATOR], project=50)
    assert invitations.accept(town.house, town.by(town.worker), invited.secret) == town.acme
    assert town.may(town.worker, Verb.WORK, town.acme, 50)
    assert not town.may(town.worker, Verb.WORK, town.acme)


# --- service tokens --------------------------------------------------------------------------------------------------


def test_a_token_speaks_for_its_maker(town: Town) -> None:
    acme = town.base.of(town.acme)
    made = service_tokens.make_token(
        acme, town.by(town.owner, town.acme), name="CI", scopes=["data.import", "project.read"], seconds=3600
    )
    actor = actor_of_token(town.house, town.clock, made.secret, town.acme)
    here = Circumstances(now=town.clock.now())
    assert {verb for verb in Verb if may(actor, verb, Target(organisation=town.acme), here).allowed} == {
        *(Verb.PUBLIC, Verb.DATA_IMPORT, Verb.PROJECT_READ),
    }
    assert actor_of_token(town.house, town.clock, made.secret, town.bees).organisation == town.acme
    (told,) = service_tokens.tokens(acme)
    assert (told.name, told.ending, told.person) == ("CI", made.secret[-4:], town.owner)
    assert told.used_at == town.clock.now()
    assert service_tokens.tokens(acme, person=town.worker) == []
    town.person("second", town.acme, Role.OWNER)
    organisations.set_roles(acme, town.by(town.owner, town.acme), town.owner, [Role.ANNOTATOR])
    weaker = actor_of_token(town.house, town.clock, made.secret, town.acme)
    assert not may(weaker, Verb.DATA_IMPORT, Target(organisation=town.acme), here).allowed
    town.clock.advance(3600)
    with pytest.raises(SignInError):
        actor_of_token(town.house, town.clock, made.secret, town.acme)


@pytest.mark.parametrize(
    "scopes",
    [[], ["king"], ["work", "org.manage"], ["isolation.approve"], ["token.manage"], ["public"], ["system.read"]],
)
def test_scopes_beyond_the_maker_are_refused(town: Town, scopes: list[str]) -> None:
    bees = town.base.of(town.bees)
    with pytest.raises(ScopesError):
        service_tokens.make_token(bees, town.by(town.worker, town.bees), name="x", scopes=scopes, seconds=60)


def test_a_token_is_revoked_and_makes_no_tokens(town: Town) -> None:
    acme = town.base.of(town.acme)
    doer = town.by(town.owner, town.acme)
    made = service_tokens.make_token(acme, doer, name="x", scopes=["work"], seconds=60, project=50)
    actor = actor_of_token(town.house, town.clock, made.secret, town.acme)
    assert actor.only_project == 50
    with pytest.raises(SignInError):
        service_tokens.make_token(acme, audit.by(actor, town.clock), name="y", scopes=["work"], seconds=60)
    with pytest.raises(SignInError):
        people.change_profile(town.house, audit.by(actor, town.clock), name="y", language="en")
    with pytest.raises(UnknownError):
        service_tokens.revoke_token(town.base.of(town.bees), town.by(town.foreman, town.bees), made.id)
    with pytest.raises(UnknownError):
        service_tokens.revoke_token(acme, doer, made.id, person=town.worker)
    service_tokens.revoke_token(acme, doer, made.id)
    with pytest.raises(SignInError):
        actor_of_token(town.house, town.clock, made.secret, town.acme)


def test_a_mistyped_token_is_known_without_the_database() -> None:
    token = new_token()
    assert looks_like_token(token)
    assert len(token) == 56
    for place in range(7, len(token)):
        other = "a" if token[place] != "a" else "b"
        assert not looks_like_token(token[:place] + other + token[place + 1 :])
    assert not looks_like_token(token + "x")
    assert not looks_like_token("")


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_refusal_is_told_once_in_ten_minutes_and_hides_what_is_not_theirs(town: Town) -> None:
    here = Circumstances(now=town.clock.now(), address=VISIT.address)

    def try_it(person: int, verb: Verb, organisation: int, project: int | None = None) -> None:
        actor = town.by(person, organisation).actor
        target = Target(organisation=organisation, project=project)
        refuse(town.house, actor, verb, target, here, may(actor, verb, target, here))

    for _ in range(3):
        with pytest.raises(NotAllowedError):
            try_it(town.worker, Verb.MEMBER_MANAGE, town.bees)
    with pytest.raises(UnknownError):
        try_it(town.worker, Verb.WORK, town.acme)
    with pytest.raises(UnknownError):
        try_it(town.worker, Verb.WORK, 999)
    invitations.give(
        town.base.of(town.acme),
        town.by(town.owner, town.acme),
        50,
        roles=[Role.ANNOTATOR],
        to=Grantee(person=town.worker),
    )
    with pytest.raises(NotAllowedError):
        try_it(town.worker, Verb.REVIEW, town.acme, 50)
    with pytest.raises(UnknownError):
        try_it(town.worker, Verb.REVIEW, town.acme, 51)
    assert town.kinds(town.bees).count("denied") == 1
    assert town.kinds(town.acme).count("denied") == 3
