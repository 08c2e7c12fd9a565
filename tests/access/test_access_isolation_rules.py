"""A client's rules: proposed by others, in force only by the client, for everybody at once, every version kept."""

import psycopg
import pytest

from galley.access import audit, invitations, isolation, organisations, people
from galley.access.audit import By, by_terminal
from galley.access.errors import ApprovalError, NetworkError, ProposalError, UnknownError
from galley.access.invitations import Grantee
from galley.access.isolation import Wish
from galley.access.model import Circumstances, Role, Target, Verb
from galley.access.people import Visit
from galley.access.rules import may
from galley.access.service import actor_of_session
from galley.store.database import Database
from galley.testing.memory import FakeClock

OFFICE, HOTEL = "10.2.3.4", "198.51.100.7"


class Client:
    """A client `acme` with its owner, an operator who proposes, and a worker of another organisation."""

    def __init__(self, base: Database, clock: FakeClock) -> None:
        self.base, self.house, self.clock = base, base.house(), clock
        terminal = by_terminal(clock, 1)
        self.acme = organisations.create_organisation(self.house, terminal, slug="acme", name="Acme", kind="client")
        self.bees = organisations.create_organisation(self.house, terminal, slug="bees", name="Bees", kind="processor")
        self.sessions: dict[int, str] = {}
        self.owner = self.person("owner", self.acme, Role.OWNER)
        self.operator = self.person("operator", 1, Role.OWNER)
        self.add(self.operator, self.acme, Role.MANAGER)
        self.worker = self.person("worker", self.bees, Role.ANNOTATOR)
        invitations.give(
            base.of(self.acme),
            self.by(self.owner),
            50,
            roles=[Role.ANNOTATOR],
            to=Grantee(person=self.worker),
        )

    def person(self, login: str, organisation: int, role: Role) -> int:
        with self.house.transaction() as connection:
            number = people.insert_person(
                connection, people.login_of(login), self.clock.now(), name=login, language="en", password=None
            )
            signed = people.open_session(connection, number, "ticket", Visit(), now=self.clock.now())
        self.sessions[number] = signed.secret
        self.add(number, organisation, role)
        return number

    def add(self, number: int, organisation: int, role: Role) -> None:
        with self.house.transaction() as connection:
            organisations.add_member(connection, by_terminal(self.clock, 1), organisation, number, [role])

    def by(self, person: int, address: str = OFFICE) -> By:
        return audit.by(actor_of_session(self.house, self.clock, self.sessions[person], self.acme), self.clock, address)

    def reason(self, person: int, verb: Verb = Verb.WORK, address: str = OFFICE) -> str:
        target = Target(organisation=self.acme, project=50)
        return may(self.by(person).actor, verb, target, Circumstances(now=self.clock.now(), address=address)).reason

    def propose(self, wish: Wish, person: int | None = None) -> int:
        return isolation.propose(self.base.of(self.acme), self.by(person or self.operator), wish)


@pytest.fixture
def client(base: Database, clock: FakeClock) -> Client:
    return Client(base, clock)


def test_a_rule_is_in_force_once_the_client_approves(client: Client) -> None:
    acme = client.base.of(client.acme)
    number = client.propose(Wish(organisations=[], networks=["10.2.0.0/16"], view_only=True))
    assert client.reason(client.worker) == "allowed", "proposed is not in force"
    with pytest.raises(ApprovalError):
        isolation.approve(acme, client.by(client.operator), number)
    with pytest.raises(ApprovalError):
        isolation.approve(acme, by_terminal(client.clock, client.acme), number)
    assert client.reason(client.worker) == "allowed"
    isolation.approve(acme, client.by(client.owner), number)
    assert client.reason(client.worker) == "not_admitted"
    assert client.reason(client.owner, Verb.DATA_EXPORT) == "view_only"
    assert client.reason(client.owner, Verb.DATA_VIEW, HOTEL) == "network"
    assert [(each.state, each.proposed_by, each.decided_by) for each in isolation.versions(acme)] == [
        ("approved", client.operator, client.owner)
    ]


def test_an_operator_who_is_no_member_can_neither_propose_nor_approve(client: Client) -> None:
    stranger = client.person("stranger", 1, Role.OWNER)
    actor = client.by(stranger).actor
    assert actor is not None
    assert actor.operator
    here = Circumstances(now=client.clock.now(), address=OFFICE)
    for verb in (Verb.ISOLATION_PROPOSE, Verb.ISOLATION_APPROVE):
        assert not may(actor, verb, Target(organisation=client.acme), here).allowed
    number = client.propose(Wish(view_only=True))
    with pytest.raises(ApprovalError):
        isolation.approve(client.base.of(client.acme), client.by(stranger), number)


def test_rules_have_versions(client: Client) -> None:
    acme, owner = client.base.of(client.acme), client.by(client.owner)
    first = client.propose(Wish(view_only=True, note="at first"))
    isolation.approve(acme, owner, first)
    dropped = client.propose(Wish(organisations=[]))
    second = client.propose(Wish(organisations=[client.bees]))
    with pytest.raises(ProposalError):
        isolation.approve(acme, owner, dropped)
    isolation.approve(acme, client.by(client.owner), second)
    refused = client.propose(Wish())
    isolation.refuse_proposal(acme, client.by(client.owner), refused)
    assert [(each.id, each.state) for each in isolation.versions(acme)] == [
        (refused, "refused"),
        (second, "approved"),
        (dropped, "replaced"),
        (first, "replaced"),
    ]
    assert [each.id for each in isolation.versions(acme, before=dropped, limit=1)] == [first]
    assert client.reason(client.owner, Verb.DATA_EXPORT) == "allowed"
    assert client.reason(client.worker) == "allowed"
    with client.base.of(client.acme).connection() as connection:
        kinds = [row[0] for row in connection.execute("SELECT kind FROM access.audit WHERE kind LIKE 'isolation%'")]
    assert sorted(kinds) == ["isolation_approved"] * 2 + ["isolation_proposed"] * 4 + ["isolation_refused"]


def test_who_proposed_takes_it_back_and_others_do_not(client: Client) -> None:
    acme = client.base.of(client.acme)
    number = client.propose(Wish(view_only=True))
    with pytest.raises(ApprovalError):
        isolation.refuse_proposal(acme, client.by(client.worker), number)
    isolation.refuse_proposal(acme, client.by(client.operator), number)
    with pytest.raises(ProposalError):
        isolation.refuse_proposal(acme, client.by(client.operator), number)
    with pytest.raises(UnknownError):
        isolation.approve(acme, client.by(client.owner), 999)
    with pytest.raises(UnknownError):
        isolation.approve(client.base.of(client.bees), client.by(client.owner), number)


def test_nobody_locks_themselves_out(client: Client) -> None:
    number = client.propose(Wish(networks=["192.0.2.0/24"]))
    with pytest.raises(ApprovalError):
        isolation.approve(client.base.of(client.acme), client.by(client.owner), number)
    for network in ("everywhere", "10.2.3.4/16", ""):
        with pytest.raises(NetworkError):
            client.propose(Wish(networks=[network]))


def test_a_project_has_rules_of_its_own(client: Client) -> None:
    acme = client.base.of(client.acme)
    isolation.approve(acme, client.by(client.owner), client.propose(Wish(project=50, organisations=[client.acme])))
    isolation.approve(acme, client.by(client.owner), client.propose(Wish(project=51, view_only=True)))
    isolation.approve(acme, client.by(client.owner), client.propose(Wish(networks=["10.2.0.0/16"])))
    assert client.reason(client.worker) == "not_admitted"
    assert client.reason(client.operator, Verb.REVIEW) == "allowed"
    assert client.reason(client.operator, Verb.REVIEW, HOTEL) == "network"
    assert client.reason(client.owner, Verb.DATA_EXPORT) == "allowed"
    assert [each.project for each in isolation.versions(acme, project=51)] == [51]


def test_a_rule_is_told_to_whoever_remembers_actors(client: Client, owner_url: str) -> None:
    number = client.propose(Wish(view_only=True))
    doer = client.by(client.owner)
    with psycopg.connect(owner_url, autocommit=True) as listener:
        listener.execute("LISTEN galley_access")
        isolation.approve(client.base.of(client.acme), doer, number)
        assert [notice.payload for notice in listener.notifies(timeout=0.2)] == [f"organisation {client.acme}"]
