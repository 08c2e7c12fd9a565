"""People: who they are, how they sign in and out, their sessions, passwords and sign-in links."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import msgspec
from psycopg.rows import dict_row

from galley.access import audit, passwords, throttle
from galley.access.audit import By
from galley.access.errors import AccountTakenError, EmailError, SignInError, UnknownError
from galley.access.model import Role
from galley.access.secret_words import hash_of, new_secret
from galley.kernel.clock import Clock
from galley.kernel.language import Language, Text
from galley.store import sql
from galley.store.database import Connection, Database

__all__ = [
    "Login",
    "Person",
    "Place",
    "Session",
    "SessionTerms",
    "SignedIn",
    "Visit",
    "change_password",
    "change_profile",
    "end_session",
    "end_sessions",
    "find",
    "insert_person",
    "login_of",
    "make_ticket",
    "names_of",
    "open_session",
    "own",
    "person",
    "person_by_login",
    "places",
    "reset_password",
    "sessions",
    "set_blocked",
    "sign_in",
    "sign_in_with_ticket",
    "sweep",
    "write_about",
]

QUERIES: Final = sql.load("galley.access")
Way = Literal["password", "ticket", "oidc", "invitation"]

TICKET_SECONDS: Final = 24 * 3600
_SESSIONS_MAX: Final = 20
_FORGOT_SECONDS: Final = 3600  # for so long after coming by a ticket the old password is not asked for
_WRONG: Final = Text("name or password is wrong", "账号或密码错误")
_LINK_OVER: Final = Text("the sign-in link was used or is over", "登录链接已使用或已过期")
_NAME_MAX: Final = 200
_EMAIL: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_USERNAME: Final = re.compile(r"[\w][\w.\-]{1,63}")


class Login(msgspec.Struct, frozen=True):
    """What somebody signs in with: exactly one of the two, in the form it is compared in."""

    email: str | None
    username: str | None

    @property
    def text(self) -> str:
        """The one that there is."""
        return self.email or self.username or ""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """From where somebody signs in."""

    address: str = ""
    agent: str = ""


class SessionTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How long sessions live."""

    idle_seconds: int = 12 * 3600  # a shift with its break
    seconds: int = 7 * 86_400


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new session; `secret` is told this once."""

    person: int
    session: int
    secret: str
    expires_at: datetime


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person as they see themselves."""

    id: int
    email: str | None
    username: str | None
    name: str
    language: Language
    state: Literal["active", "blocked"]
    has_password: bool


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that a person may enter, and what they are there."""

    id: int
    slug: str
    name: str
    name_zh: str
    kind: str
    roles: list[Role]
    project_roles: dict[int, list[Role]]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One session, without its secret."""

    id: int
    way: Way
    agent: str
    address: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime


# --- who -------------------------------------------------------------------------------------------------------------


def login_of(text: str) -> Login:
    """An e-mail address or a user name, normalised (NFKC, lower case). Raises EmailError."""
    folded = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode("utf-8")).strip().lower()
    if _EMAIL.fullmatch(folded) and folded.isprintable():
        return Login(folded, None)
    if _USERNAME.fullmatch(folded):
        return Login(None, folded)
    raise EmailError(given=text[:100])


def insert_person(
    connection: Connection, login: Login, now: datetime, *, name: str, language: Language, password: str | None
) -> int:
    """A new person, in a transaction of the house. Raises AccountTakenError, PasswordWeakError.

    Without a password they sign in by a ticket or a provider.
    """
    told = name.strip()[:_NAME_MAX] or login.text.partition("@")[0]
    stored = None
    if password is not None:
        stored = passwords.hashed(passwords.accepted(password, (login.email, login.username, told)))
    facts = {
        "email": login.email,
        "username": login.username,
        "name": told,
        "language": language,
        "password": stored,
        "now": now,
    }
    row = connection.execute(QUERIES["house_insert_person"], facts).fetchone()
    if row is None:
        raise AccountTakenError(given=login.text)
    return int(row[0])


def person(house: Database, number: int) -> Person:
    """One person. Raises UnknownError."""
    with house.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(QUERIES["house_person"], {"person": number}).fetchone()
    if row is None:
        raise UnknownError(what=Text("person", "人员"), given=number)
    return Person(**row)


def find(connection: Connection, login: Login) -> int | None:
    """The id of whoever signs in with that, if anybody."""
    row = connection.execute(QUERIES["house_person_by_login"], msgspec.structs.asdict(login)).fetchone()
    return None if row is None else int(row[0])


def person_by_login(house: Database, text: str) -> int:
    """The id of whoever signs in with that. Raises UnknownError, EmailError."""
    login = login_of(text)
    with house.connection() as connection:
        number = find(connection, login)
    if number is None:
        raise UnknownError(what=Text("person", "人员"), given=login.text)
    return number


def names_of(database: Database, people: Sequence[int]) -> dict[int, str]:
    """What some people are called; who is not of the organisation is left out. One query."""
    if not people:
        return {}
    with database.connection() as connection:
        found = connection.execute(QUERIES["person_names"], {"people": list(people)})
        return {int(number): str(name) for number, name in found}


def places(house: Database, number: int, clock: Clock) -> list[Place]:
    """Where a person may go: organisations by membership and by roles in their projects."""
    with house.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["house_places"], {"person": number, "now": clock.now()}).fetchall()
    return [msgspec.convert(row, Place, strict=False) for row in rows]


def change_profile(house: Database, doer: By, *, name: str, language: Language) -> None:
    """One's own name and language."""
    number = own(doer)
    told = name.strip()[:_NAME_MAX] or person(house, number).name
    with house.transaction() as connection:
        connection.execute(QUERIES["house_set_profile"], {"person": number, "name": told, "language": language})
        audit.tell(connection, f"person {number}")


# --- signing in ------------------------------------------------------------------------------------------------------


def sign_in(
    house: Database,
    clock: Clock,
    *,
    login: str,
    password: str,
    visit: Visit,
    terms: SessionTerms | None = None,
) -> SignedIn:
    """Sign in with a password. Raises SignInError (never says whether there is such a person) and ThrottledError."""
    try:
        known = login_of(login)
    except EmailError:
        known = Login(None, login[:100].lower())  # nobody has it; as slow as somebody's
    now = clock.now()
    throttle.attempt(house, known.text, visit.address, now)
    with house.connection() as connection:
        row = connection.execute(QUERIES["house_person_by_login"], msgspec.structs.asdict(known)).fetchone()
    number, _, stored, state = row if row is not None else (None, None, None, "blocked")
    good = passwords.verified(stored, password)
    if not good or number is None or state != "active":
        _failed(house, number, known.text, visit, now)
        raise SignInError(reason=_WRONG)
    with house.transaction() as connection:
        throttle.forgive(connection, known.text, visit.address)
        if stored is not None and passwords.outdated(stored):
            renewed = {"person": number, "password": passwords.hashed(passwords.normal(password)), "now": now}
            connection.execute(QUERIES["house_set_password"], renewed)
        return open_session(connection, number, "password", visit, now=now, terms=terms)


def open_session(
    connection: Connection,
    number: int,
    way: Way,
    visit: Visit,
    *,
    now: datetime,
    terms: SessionTerms | None = None,
) -> SignedIn:
    """A session for somebody who proved who they are, in a transaction of the house. Raises SignInError when blocked."""
    terms = terms or SessionTerms()
    secret = new_secret()
    facts: dict[str, Any] = {
        "hash": hash_of(secret),
        "person": number,
        "way": way,
        "agent": _printable(visit.agent, 200),
        "address": _printable(visit.address, 64),
        "idle_seconds": terms.idle_seconds,
        "now": now,
        "expires_at": now + timedelta(seconds=terms.seconds),
    }
    row = connection.execute(QUERIES["house_insert_session"], facts).fetchone()
    if row is None:
        raise SignInError(reason=_WRONG)
    connection.execute(QUERIES["house_prune_sessions"], {"person": number, "now": now, "keep": _SESSIONS_MAX})
    write_about(connection, number, "signed_in", By(now=now, address=visit.address), person=number, way=way)
    return SignedIn(person=number, session=int(row[0]), secret=secret, expires_at=facts["expires_at"])


def _failed(house: Database, number: int | None, login: str, visit: Visit, now: datetime) -> None:
    with house.transaction() as connection:
        throttle.fail(connection, login, visit.address, now)
        # What was typed is not kept: people type their password into the wrong field.
        write_about(connection, number, "sign_in_failed", By(now=now, address=visit.address), person=None)


def sign_in_with_ticket(house: Database, clock: Clock, secret: str, visit: Visit) -> SignedIn:
    """Sign in with a link that is good once. Raises SignInError."""
    now = clock.now()  # 256 bits are not guessed: there is nothing to throttle
    with house.transaction() as connection:
        row = connection.execute(QUERIES["house_use_ticket"], {"hash": hash_of(secret), "now": now}).fetchone()
        if row is not None:
            return open_session(connection, int(row[0]), "ticket", visit, now=now)
    raise SignInError(reason=_LINK_OVER)


def make_ticket(connection: Connection, number: int, now: datetime) -> str:
    """The secret of a sign-in link for a person, good once and for a day; in a transaction of the house."""
    secret = new_secret()
    expires_at = now + timedelta(seconds=TICKET_SECONDS)
    facts = {"hash": hash_of(secret), "person": number, "now": now, "expires_at": expires_at}
    connection.execute(QUERIES["house_insert_ticket"], facts)
    return secret


# --- sessions --------------------------------------------------------------------------------------------------------


def sessions(house: Database, number: int, clock: Clock) -> list[Session]:
    """A person's sessions, oldest first."""
    return _sessions_at(house, number, clock.now())


def end_session(house: Database, doer: By, session: int) -> None:
    """Sign out one of one's own sessions. Raises UnknownError."""
    number = own(doer)
    with house.transaction() as connection:
        row = connection.execute(QUERIES["house_end_session"], {"person": number, "session": session}).fetchone()
        if row is None:
            raise UnknownError(what=Text("session", "会话"), given=session)
        write_about(connection, number, "signed_out", doer, person=number, session=session)
        audit.tell(connection, f"person {number}")


def end_sessions(house: Database, doer: By, number: int, *, but: int = 0) -> int:
    """End every session of a person but one (0: all); how many ended."""
    with house.transaction() as connection:
        return _end_all(connection, doer, number, but=but)


def _end_all(connection: Connection, doer: By, number: int, *, but: int = 0) -> int:
    ended = len(connection.execute(QUERIES["house_end_sessions"], {"person": number, "but": but}).fetchall())
    connection.execute(QUERIES["house_void_tickets"], {"person": number})
    write_about(connection, number, "sessions_revoked", doer, person=doer.person, sessions=ended)
    audit.tell(connection, f"person {number}")
    return ended


# --- passwords and blocking ------------------------------------------------------------------------------------------


def change_password(house: Database, doer: By, *, old: str | None, new: str) -> None:
    """A new password of one's own; every other session ends. Raises SignInError when the old one is wrong.

    Somebody without a password yet gives none; whoever came by a ticket has forgotten it and gives none either.
    """
    number = own(doer)
    told = person(house, number)
    with house.connection() as connection:
        row = connection.execute(QUERIES["house_password"], {"person": number}).fetchone()
    stored = None if row is None else row[0]
    here = 0 if doer.actor is None or doer.actor.session is None else int(doer.actor.session)
    by_ticket = any(
        each.id == here and each.way == "ticket" and each.created_at > doer.now - timedelta(seconds=_FORGOT_SECONDS)
        for each in _sessions_at(house, number, doer.now)
    )
    if stored is not None and not by_ticket:
        account, address = f"change {number}", doer.address or ""
        throttle.attempt(house, account, address, doer.now)
        if not passwords.verified(stored, old or ""):
            _failed(house, number, account, Visit(address=address), doer.now)
            raise SignInError(reason=_WRONG)
        with house.transaction() as connection:
            throttle.forgive(connection, account, address)
    fresh = passwords.hashed(passwords.accepted(new, (told.email, told.username, told.name)))
    with house.transaction() as connection:
        _set(connection, doer, number, fresh)
        _end_all(connection, doer, number, but=here)


def reset_password(house: Database, doer: By, number: int, *, password: str | None) -> str:
    """By an operator: end all sessions, set a password or none, and return a sign-in link's secret."""
    told = person(house, number)
    names = (told.email, told.username, told.name)
    fresh = None if password is None else passwords.hashed(passwords.accepted(password, names))
    with house.transaction() as connection:
        _end_all(connection, doer, number)
        if fresh is not None:
            _set(connection, doer, number, fresh)
        write_about(connection, number, "link_made", doer, person=doer.person, what="sign-in")
        return make_ticket(connection, number, doer.now)


def set_blocked(house: Database, doer: By, number: int, *, blocked: bool) -> None:
    """Keep a person out everywhere, sessions and tokens included, or let them in again."""
    person(house, number)
    with house.transaction() as connection:
        state = "blocked" if blocked else "active"
        connection.execute(QUERIES["house_set_state"], {"person": number, "state": state})
        kind: audit.AuditKind = "person_blocked" if blocked else "person_unblocked"
        write_about(connection, number, kind, doer, person=doer.person)
        if blocked:
            _end_all(connection, doer, number)
        audit.tell(connection, f"person {number}")


def sweep(house: Database, clock: Clock) -> int:
    """Forget sessions, links and failures that are over; how many rows. A duty runs it."""
    with house.connection() as connection:
        row = connection.execute(QUERIES["house_sweep"], {"now": clock.now()}).fetchone()
    return 0 if row is None else int(row[0])


def _set(connection: Connection, doer: By, number: int, stored: str) -> None:
    connection.execute(QUERIES["house_set_password"], {"person": number, "password": stored, "now": doer.now})
    write_about(connection, number, "password_set", doer, person=doer.person)


def _sessions_at(house: Database, number: int, now: datetime) -> list[Session]:
    with house.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(QUERIES["house_sessions"], {"person": number, "now": now}).fetchall()
    return [Session(**row) for row in rows]


def write_about(
    connection: Connection, about: int | None, kind: audit.AuditKind, doer: By, *, person: int | None, **facts: Any
) -> None:
    """A line for every organisation of a person; for home when they are nobody's."""
    line = {
        "about": about,
        "at": doer.now,
        "kind": kind,
        "person": person,
        "address": doer.address,
        "subject": f"person/{about or 0}",
        "facts": audit.facts_of(facts),
    }
    connection.execute(QUERIES["house_insert_audit_of_person"], line)


def own(doer: By) -> int:
    """Whose own things these are: a person's who is signed in. A service token has none. Raises SignInError."""
    actor = doer.actor
    if actor is None or actor.person is None or actor.token is not None:
        raise SignInError(reason=Text("this is for people, not for tokens", "此操作仅限人员本人，不支持令牌"))
    return actor.person


def _printable(text: str, length: int) -> str:
    return "".join(letter for letter in text[:length] if letter.isprintable())
