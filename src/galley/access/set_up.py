"""The first owner: made in the browser by whoever holds the link that the server printed when nobody was there yet.

The link's secret is kept as a hash. It is good for a week and for one set-up, and ends when a person exists, however
they came to be. The first owner owns the `home` organisation, under the name they give it: what is run in a terminal on
that workspace is its own.
"""

from datetime import timedelta
from typing import Final

import msgspec

from galley.access import audit, organisations, people
from galley.access.audit import By
from galley.access.errors import SetUpError
from galley.access.model import Role
from galley.access.people import SignedIn, Visit
from galley.access.secret_words import hash_of, new_secret
from galley.kernel.clock import Clock
from galley.kernel.language import Language
from galley.store import sql
from galley.store.database import HOME, Connection, Database

__all__ = ["SET_UP_SECONDS", "FirstOwner", "is_open", "make_link", "set_up"]

QUERIES: Final = sql.load("galley.access")
SET_UP_SECONDS: Final = 7 * 86_400
_NAME_MAX: Final = 200


class FirstOwner(msgspec.Struct, frozen=True, kw_only=True):
    """Who begins, and what their organisation is called."""

    organisation: str
    name: str
    login: str
    password: str
    language: Language


def make_link(house: Database, clock: Clock) -> str | None:
    """The secret of a new set-up link; None when there is a person, and nothing to set up."""
    secret, now = new_secret(), clock.now()
    with house.transaction() as connection:
        connection.execute(QUERIES["house_lock_set_up"])
        if _is_anybody(connection):
            connection.execute(QUERIES["house_end_set_up"])
            return None
        until = now + timedelta(seconds=SET_UP_SECONDS)
        connection.execute(QUERIES["house_insert_set_up"], {"hash": hash_of(secret), "now": now, "expires_at": until})
    return secret


def is_open(house: Database, clock: Clock) -> bool:
    """Whether somebody with a link may set up."""
    with house.connection() as connection:
        row = connection.execute(QUERIES["house_set_up_open"], {"now": clock.now()}).fetchone()
    return bool(row and row[0])


def set_up(house: Database, clock: Clock, secret: str, first: FirstOwner, visit: Visit) -> SignedIn:
    """Make the first owner and sign them in, all or nothing. Raises SetUpError, EmailError, PasswordWeakError."""
    doer = By(now=clock.now(), address=visit.address)
    login = people.login_of(first.login)
    with house.transaction() as connection:
        connection.execute(QUERIES["house_lock_set_up"])
        good = connection.execute(QUERIES["house_use_set_up"], {"hash": hash_of(secret), "now": doer.now}).fetchone()
        if good is None or not good[0] or _is_anybody(connection):
            raise SetUpError
        number = people.insert_person(
            connection, login, doer.now, name=first.name, language=first.language, password=first.password
        )
        _name_home(connection, doer, first.organisation)
        organisations.add_member(connection, doer, HOME, number, [Role.OWNER])
        connection.execute(QUERIES["house_end_set_up"])
        return people.open_session(connection, number, "password", visit, now=doer.now)


def _name_home(connection: Connection, doer: By, given: str) -> None:
    name = given.strip()[:_NAME_MAX]
    if name:
        facts = {"organisation": HOME, "name": name, "name_zh": name}
        connection.execute(QUERIES["house_change_organisation"], facts)
        audit.write(
            connection, HOME, "organisation_changed", doer, subject=f"organisation/{HOME}", name=name, name_zh=name
        )


def _is_anybody(connection: Connection) -> bool:
    row = connection.execute(QUERIES["house_is_anybody"]).fetchone()
    return bool(row and row[0])
