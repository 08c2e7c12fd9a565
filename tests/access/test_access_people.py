"""People: signing in and out, throttling, sessions, passwords, tickets."""

import unicodedata

import psycopg
import pytest

from galley.access import audit, passwords, people, throttle
from galley.access.audit import By, by_terminal
from galley.access.errors import (
    AccountTakenError,
    EmailError,
    PasswordWeakError,
    SignInError,
    ThrottledError,
    UnknownError,
)
from galley.access.model import NOWHERE, Role
from galley.access.organisations import add_member
from galley.access.people import SessionTerms, SignedIn, Visit
from galley.access.service import actor_of_session
from galley.store.database import Database
from galley.testing.memory import FakeClock

VISIT = Visit(address="10.2.3.4", agent="Firefox")
GOOD = "correct horse battery staple"


def make(house: Database, clock: FakeClock, login: str = "li@acme.cn", password: str | None = GOOD) -> int:
    with house.transaction() as connection:
        return people.insert_person(
            connection, people.login_of(login), clock.now(), name="Li Wei", language="zh", password=password
        )


def enter(house: Database, clock: FakeClock, login: str = "li@acme.cn", password: str = GOOD) -> SignedIn:
    return people.sign_in(house, clock, login=login, password=password, visit=VISIT)


def me(house: Database, clock: FakeClock, signed: SignedIn) -> By:
    return audit.by(actor_of_session(house, clock, signed.secret, NOWHERE), clock, VISIT.address)


def lines(house: Database, kind: str) -> list[tuple[int, int | None, str]]:
    with house.connection() as connection:
        found = connection.execute(
            "SELECT organisation, person, subject FROM access.audit WHERE kind = %s ORDER BY id", (kind,)
        )
        return [(row[0], row[1], row[2]) for row in found]


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "email", "username"),
    [
        (" Li@Acme.CN ", "li@acme.cn", None),
        ("李伟", None, "李伟"),
        ("ＬＩ．wei", None, "li.wei"),
        ("a-b_c.1", None, "a-b_c.1"),
    ],
)
def test_a_login_is_compared_in_one_form(given: str, email: str | None, username: str | None) -> None:
    assert people.login_of(given) == people.Login(email, username)


@pytest.mark.parametrize("given", ["", "a", "two words", "a@b c", "@", "x" * 70, "a\0b", "\ud800\ud800", "<b>"])
def test_what_is_no_login_is_refused(given: str) -> None:
    with pytest.raises(EmailError):
        people.login_of(given)


def test_a_login_is_one_persons(house: Database, clock: FakeClock) -> None:
    make(house, clock)
    with pytest.raises(AccountTakenError):
        make(house, clock, "LI@acme.cn")
    make(house, clock, "li")


# --- passwords -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["", "short", "aaaaaaaaaaaa", "abcabcabcabc", "x1y2" * 100, "li@acme.cn", "LiLi"])
def test_weak_passwords_are_refused(given: str) -> None:
    with pytest.raises(PasswordWeakError):
        passwords.accepted(given, ("li@acme.cn", None))


def test_a_password_is_the_same_however_it_is_typed() -> None:
    composed = unicodedata.normalize("NFC", "pässwörd lång")
    stored = passwords.hashed(passwords.accepted(composed))
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verified(stored, unicodedata.normalize("NFD", composed))
    assert not passwords.verified(stored, "passwort lang")
    assert not passwords.verified(stored, composed + "\ud800")
    assert not passwords.verified("not a hash", composed)
    assert not passwords.verified(None, "nobody at all, and never anybody"), "not even the password of nobody's hash"


# --- signing in ------------------------------------------------------------------------------------------------------


def test_a_person_signs_in_and_out(house: Database, clock: FakeClock) -> None:
    number = make(house, clock)
    signed = enter(house, clock)
    doer = me(house, clock, signed)
    assert doer.person == number
    assert [(each.way, each.agent, each.address) for each in people.sessions(house, number, clock)] == [
        ("password", "Firefox", "10.2.3.4")
    ]
    people.end_session(house, doer, signed.session)
    with pytest.raises(SignInError):
        me(house, clock, signed)
    with pytest.raises(UnknownError):
        people.end_session(house, doer, signed.session)
    assert lines(house, "signed_in") == [(1, number, f"person/{number}")]
    assert lines(house, "signed_out") == [(1, number, f"person/{number}")]


def test_secrets_are_not_kept(house: Database, clock: FakeClock) -> None:
    make(house, clock)
    signed = enter(house, clock)
    with house.connection() as connection:
        kept = connection.execute("SELECT s::text FROM access.session s UNION ALL SELECT p::text FROM access.person p")
        told = " ".join(row[0] for row in kept)
    assert signed.secret not in told
    assert GOOD not in told


def test_who_is_unknown_costs_as_much_as_who_is_known(
    house: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted: one hash is verified for a wrong password, nobody's password, a blocked person's, and one never set."""
    make(house, clock)
    make(house, clock, "noword", None)
    blocked = make(house, clock, "blocked")
    people.set_blocked(house, by_terminal(clock, 1), blocked, blocked=True)
    asked: list[str] = []
    verify = passwords._HASHER.verify

    class Counted:
        def verify(self, stored: str, password: str) -> bool:
            asked.append(stored.rpartition("$")[0].rpartition("$")[0])
            return verify(stored, password)

    monkeypatch.setattr(passwords, "_HASHER", Counted())
    told = set()
    for login in ("li@acme.cn", "nobody@acme.cn", "noword", "blocked", "no login at all"):
        with pytest.raises(SignInError) as caught:
            enter(house, clock, login, GOOD if login == "blocked" else "wrong wrong wrong")
        told.add(caught.value.message("en"))
    assert len(told) == 1, "the answer says nothing about who there is"
    assert asked == ["$argon2id$v=19$m=19456,t=2,p=1"] * 5
    assert len(lines(house, "sign_in_failed")) == 5


def test_a_hash_is_renewed_when_parameters_grow(house: Database, clock: FakeClock) -> None:
    import argon2

    number = make(house, clock)
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    with house.connection() as connection:
        connection.execute("UPDATE access.person SET password = %s WHERE id = %s", (old, number))
    enter(house, clock)
    with house.connection() as connection:
        row = connection.execute("SELECT password FROM access.person").fetchone()
    assert row is not None
    assert not passwords.outdated(row[0])
    enter(house, clock)


# --- throttling ------------------------------------------------------------------------------------------------------


def test_failures_cost_more_and_more_and_never_for_ever(house: Database, clock: FakeClock) -> None:
    make(house, clock)
    waits = []
    for _ in range(30):
        try:
            enter(house, clock, password="wrong wrong wrong")
        except ThrottledError as wait:
            seconds = int(str(wait.facts["retry_seconds"]))
            waits.append(seconds)
            clock.advance(seconds)
        except SignInError:
            pass
    assert waits[:4] == [2, 4, 8, 16]
    assert 300 < max(waits) <= throttle.PAIR.wait_seconds_max
    with pytest.raises((SignInError, ThrottledError)):
        enter(house, clock, password="wrong wrong wrong")
    clock.advance(600)
    enter(house, clock)
    enter(house, clock)


def test_a_throttled_attempt_does_not_reach_the_password(house: Database, clock: FakeClock) -> None:
    make(house, clock)
    for _ in range(6):
        with pytest.raises(SignInError):
            enter(house, clock, password="wrong wrong wrong")
    with pytest.raises(ThrottledError):
        enter(house, clock)  # even the right one, or trying would tell which is right
    assert len(lines(house, "sign_in_failed")) == 6


def test_a_stranger_costs_the_account_half_a_minute_at_most(house: Database, clock: FakeClock) -> None:
    make(house, clock)
    waits = [0]
    for number in range(40):
        away = Visit(address=f"203.0.113.{number}")
        try:
            people.sign_in(house, clock, login="li@acme.cn", password="wrong wrong wrong", visit=away)
        except ThrottledError as wait:
            waits.append(int(str(wait.facts["retry_seconds"])))
            clock.advance(waits[-1])
        except SignInError:
            pass
    assert 16 <= max(waits) <= 30
    clock.advance(30)
    enter(house, clock)


def test_an_address_that_tries_many_accounts_waits(house: Database, clock: FakeClock) -> None:
    make(house, clock)
    for number in range(throttle.ADDRESS.free):
        with house.transaction() as connection:
            throttle.fail(connection, f"guess{number}", VISIT.address, clock.now())
    with pytest.raises(SignInError):
        enter(house, clock, "one more", "wrong wrong wrong")
    with pytest.raises(ThrottledError):
        enter(house, clock)


def test_a_clock_that_jumped_back_closes_no_door_for_long(house: Database, clock: FakeClock) -> None:
    make(house, clock)
    clock.advance(10_000_000)
    for _ in range(7):
        with pytest.raises((SignInError, ThrottledError)):
            enter(house, clock, password="wrong wrong wrong")
    clock.advance(-10_000_000)
    enter(house, clock)  # no wait is that long: what was noted in a future that did not come is over


def test_ipv6_customers_are_counted_by_their_network() -> None:
    first = throttle.key_of(throttle.ADDRESS, "a", "2001:db8::1")
    assert first == throttle.key_of(throttle.ADDRESS, "b", "2001:db8::ffff:2")
    assert first != throttle.key_of(throttle.ADDRESS, "a", "2001:db8:0:1::1")
    assert throttle.key_of(throttle.ADDRESS, "", "::ffff:10.0.0.1") == throttle.key_of(throttle.ADDRESS, "", "10.0.0.1")


# --- sessions --------------------------------------------------------------------------------------------------------


def test_a_session_ends_when_idle_and_at_last(house: Database, clock: FakeClock) -> None:
    make(house, clock)
    terms = SessionTerms(idle_seconds=600, seconds=3600)
    signed = people.sign_in(house, clock, login="li@acme.cn", password=GOOD, visit=VISIT, terms=terms)
    for _ in range(6):
        clock.advance(599)
        me(house, clock, signed)
    clock.advance(599)
    with pytest.raises(SignInError):
        me(house, clock, signed)  # used all along, and over an hour old
    again = people.sign_in(house, clock, login="li@acme.cn", password=GOOD, visit=VISIT, terms=terms)
    clock.advance(600)
    with pytest.raises(SignInError):
        me(house, clock, again)
    assert people.sweep(house, clock) == 0, "what is idle is forgotten when it is over at last"
    clock.advance(4000)
    assert people.sweep(house, clock) == 1


def test_a_person_has_twenty_sessions_at_most(house: Database, clock: FakeClock) -> None:
    number = make(house, clock)
    first = enter(house, clock)
    for _ in range(20):
        clock.advance(1)
        enter(house, clock)
    assert len(people.sessions(house, number, clock)) == 20
    with pytest.raises(SignInError):
        me(house, clock, first)


def test_sessions_of_others_cannot_be_ended(house: Database, clock: FakeClock) -> None:
    make(house, clock)
    make(house, clock, "other")
    mine, theirs = enter(house, clock), enter(house, clock, "other")
    with pytest.raises(UnknownError):
        people.end_session(house, me(house, clock, mine), theirs.session)
    me(house, clock, theirs)


def test_a_new_password_ends_the_other_sessions_and_the_links(house: Database, clock: FakeClock) -> None:
    number = make(house, clock)
    with house.transaction() as connection:
        ticket = people.make_ticket(connection, number, clock.now())
    here, elsewhere = enter(house, clock), enter(house, clock)
    doer = me(house, clock, here)
    with pytest.raises(SignInError):
        people.change_password(house, doer, old="wrong wrong wrong", new="another good one")
    people.change_password(house, doer, old=GOOD, new="another good one")
    me(house, clock, here)
    with pytest.raises(SignInError):
        me(house, clock, elsewhere)
    with pytest.raises(SignInError):
        people.sign_in_with_ticket(house, clock, ticket, VISIT)
    with pytest.raises(SignInError):
        enter(house, clock)
    enter(house, clock, password="another good one")


def test_a_ticket_is_good_once_and_lets_one_set_a_password(house: Database, clock: FakeClock) -> None:
    number = make(house, clock)
    ticket = people.reset_password(house, by_terminal(clock, 1), number, password=None)
    signed = people.sign_in_with_ticket(house, clock, ticket, VISIT)
    with pytest.raises(SignInError):
        people.sign_in_with_ticket(house, clock, ticket, VISIT)
    people.change_password(house, me(house, clock, signed), old=None, new="another good one")
    clock.advance(3601)
    with pytest.raises(SignInError):
        people.change_password(house, me(house, clock, signed), old=None, new="a third good one")
    late = people.reset_password(house, by_terminal(clock, 1), number, password=None)
    clock.advance(people.TICKET_SECONDS)
    with pytest.raises(SignInError):
        people.sign_in_with_ticket(house, clock, late, VISIT)


def test_a_blocked_person_is_out_at_once(house: Database, clock: FakeClock) -> None:
    number = make(house, clock)
    signed = enter(house, clock)
    people.set_blocked(house, by_terminal(clock, 1), number, blocked=True)
    with pytest.raises(SignInError):
        me(house, clock, signed)
    with pytest.raises(SignInError):
        enter(house, clock)
    people.set_blocked(house, by_terminal(clock, 1), number, blocked=False)
    enter(house, clock)


# --- who hears of it -------------------------------------------------------------------------------------------------


def test_every_change_is_told_to_whoever_remembers(house: Database, clock: FakeClock, owner_url: str) -> None:
    number = make(house, clock)
    signed = enter(house, clock)
    doer = me(house, clock, signed)
    with psycopg.connect(owner_url, autocommit=True) as listener:
        listener.execute("LISTEN galley_access")
        people.end_session(house, doer, signed.session)
        people.set_blocked(house, by_terminal(clock, 1), number, blocked=True)
        with house.transaction() as connection:
            add_member(connection, by_terminal(clock, 1), 1, number, [Role.OWNER])
        heard = [notice.payload for notice in listener.notifies(timeout=0.2)]
    assert heard == [f"person {number}"] * 3


def test_signing_in_is_told_to_every_organisation_of_a_person(house: Database, clock: FakeClock) -> None:
    number = make(house, clock)
    with house.transaction() as connection:
        connection.execute(
            "INSERT INTO access.organisation (id, slug, name, kind, created_at) VALUES (7, 'acme', 'A', 'client', now())"
        )
        for organisation in (1, 7):
            connection.execute(
                "INSERT INTO access.member (organisation, person, roles, created_at) VALUES (%s, %s, '{owner}', now())",
                (organisation, number),
            )
    enter(house, clock)
    with pytest.raises(SignInError):
        enter(house, clock, "nobody")
    assert lines(house, "signed_in") == [(1, number, f"person/{number}"), (7, number, f"person/{number}")]
    assert lines(house, "sign_in_failed") == [(1, None, "person/0")]
