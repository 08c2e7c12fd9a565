"""A second way in: OpenID Connect, authorization code flow with PKCE (S256) and nonce.

An identity is (issuer, subject) of a verified ID token and nothing else: an e-mail address in a token links to nobody,
or whoever may write one at a provider could become anybody here. Somebody unknown comes in with an invitation, or links
their identity while signed in. OpenID Connect Core 1.0, Discovery 1.0, RFC 7636, RFC 9207, RFC 9700.
"""

import hmac
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from psycopg.rows import dict_row

from galley.access import audit, invitations, people
from galley.access.audit import By
from galley.access.errors import AccountTakenError, EmailError, OidcError
from galley.access.oidc_provider import Provider, ProviderClient
from galley.access.people import SignedIn, Visit
from galley.access.secret_words import hash_of, new_secret
from galley.kernel.clock import Clock
from galley.kernel.language import Text
from galley.store import sql
from galley.store.database import Connection, Database

__all__ = [
    "CALLBACK",
    "FLOW_SECONDS",
    "Back",
    "Way",
    "begin",
    "finish",
    "provider",
    "providers",
    "remove_provider",
    "set_provider",
]

QUERIES: Final = sql.load("galley.access")
CALLBACK: Final = "/api/v1/sign-in/oidc/{slug}/callback"
FLOW_SECONDS: Final = 600
_UNKNOWN: Final = Text(
    "nobody here has this identity: come by an invitation, or link it while signed in",
    "没有人绑定此身份：请通过邀请加入，或登录后绑定",
)
_LOST: Final = Text("the way back is unknown, used or too late", "返回的请求未知、已使用或已过期")


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Where to send the browser, and the secret for the cookie that it comes back with."""

    url: str
    browser: str


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser comes back with: parameters of the address, and its cookie."""

    state: str
    code: str
    browser: str
    issuer: str | None = None
    error: str | None = None


def set_provider(house: Database, clock: Clock, wanted: Provider) -> None:
    """Let people sign in with a provider, or change what is known of one. Raises OidcError for an unsafe address."""
    wanted.check()
    with house.transaction() as connection:
        connection.execute(QUERIES["house_set_provider"], msgspec.structs.asdict(wanted) | {"now": clock.now()})


def remove_provider(house: Database, slug: str) -> bool:
    """Let nobody sign in with a provider any more; whether there was one."""
    with house.transaction() as connection:
        return connection.execute(QUERIES["house_remove_provider"], {"slug": slug}).fetchone() is not None


def providers(house: Database) -> list[Provider]:
    """Every provider people may sign in with."""
    with house.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        return [Provider(**row) for row in cursor.execute(QUERIES["house_providers"])]


def provider(house: Database, slug: str) -> Provider:
    """One provider. Raises OidcError."""
    found = next((each for each in providers(house) if each.slug == slug), None)
    if found is None:
        raise OidcError(provider=slug[:80], reason=Text("there is no such provider", "没有此身份提供方"))
    return found


def begin(
    house: Database, clock: Clock, client: ProviderClient, *, person: int | None = None, invitation: str | None = None
) -> Way:
    """Set out to a provider: signed in already (`person`, to link), with an invitation, or neither."""
    told = client.provider
    state, browser, verifier, nonce = new_secret(), new_secret(), new_secret(), new_secret()
    redirect_uri = told.base_url.rstrip("/") + CALLBACK.format(slug=told.slug)
    facts = {
        "hash": hash_of(state),
        "browser": hash_of(browser),
        "provider": told.slug,
        "verifier": verifier,
        "nonce": nonce,
        "redirect_uri": redirect_uri,
        "person": person,
        "invitation": None if invitation is None else hash_of(invitation),
        "expires_at": clock.now() + timedelta(seconds=FLOW_SECONDS),
    }
    asked = {
        "response_type": "code",
        "client_id": told.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid profile email",
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    place = client.metadata().authorization_endpoint
    with house.transaction() as connection:
        connection.execute(QUERIES["house_insert_flow"], facts)
    return Way(url=f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}", browser=browser)


def finish(house: Database, clock: Clock, client: ProviderClient, back: Back, visit: Visit) -> SignedIn:
    """Somebody comes back: who they are by the provider's word, checked, and a session. Raises OidcError, ProviderGoneError.

    Also InvitationError and AccountTakenError, for who came with an invitation.
    """
    told = client.provider
    now = clock.now()
    with house.transaction() as connection:
        facts = {"hash": hash_of(back.state), "browser": hash_of(back.browser), "provider": told.slug, "now": now}
        flow = connection.execute(QUERIES["house_take_flow"], facts).fetchone()
    if flow is None:
        raise OidcError(provider=told.name, reason=_LOST)
    if back.issuer is not None and not hmac.compare_digest(back.issuer.encode(), told.issuer.encode()):
        raise OidcError(provider=told.name, reason=Text("another provider answered", "应答来自其他提供方"))
    if back.error is not None or not back.code:
        raise OidcError(provider=told.name, reason=(back.error or "no code")[:200])
    verifier, nonce, redirect_uri, person, invitation = flow
    claims = client.redeem(back.code, verifier=verifier, redirect_uri=redirect_uri, nonce=nonce, now=now)
    with house.transaction() as connection:
        number = _person(connection, told, claims, now, signed_in=person, invitation=invitation)
        if invitation is not None:
            invitations.use(connection, By(now=now, address=visit.address), bytes(invitation), number)
        return people.open_session(connection, number, "oidc", visit, now=now)


def _person(
    connection: Connection,
    told: Provider,
    claims: dict[str, Any],
    now: datetime,
    *,
    signed_in: int | None,
    invitation: bytes | None,
) -> int:
    """Whose identity it is; linked or made when it is nobody's yet and there is a reason to."""
    identity = {"issuer": told.issuer, "subject": str(claims["sub"])}
    row = connection.execute(QUERIES["house_person_of_identity"], identity).fetchone()
    if row is not None:
        if signed_in is not None and row[0] != signed_in:
            raise OidcError(provider=told.name, reason=Text("it is somebody else's here", "该身份已绑定其他账号"))
        return int(row[0])
    if signed_in is None and invitation is None:
        raise OidcError(provider=told.name, reason=_UNKNOWN)
    number = signed_in if signed_in is not None else _new_person(connection, claims, now)
    linked = connection.execute(QUERIES["house_link_identity"], {**identity, "person": number, "now": now}).fetchone()
    if linked is None:
        raise OidcError(provider=told.name, reason=_LOST)
    people.write_about(connection, number, "identity_linked", By(now=now), person=number, provider=told.slug)
    audit.tell(connection, f"person {number}")
    return int(number)


def _new_person(connection: Connection, claims: dict[str, Any], now: datetime) -> int:
    """An account without a password, under the first name the provider gives that nobody has here."""
    name = str(claims.get("name") or claims.get("preferred_username") or "")
    verified = claims.get("email") if claims.get("email_verified") is True else None
    subject = hash_of(str(claims["sub"])).hex()[:12]
    preferred = str(claims.get("preferred_username") or "").partition("@")[0]  # an address nobody verified is none
    for given in (verified, preferred, f"u-{subject}"):
        try:
            login = people.login_of(str(given or ""))
            return people.insert_person(connection, login, now, name=name, language="zh", password=None)
        except EmailError:
            continue
        except AccountTakenError:
            if given == verified:
                raise  # they have an account: sign in and link it, rather than get a second one
            continue
    raise AccountTakenError(given=f"u-{subject}")
