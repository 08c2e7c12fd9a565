"""Links to bytes: who may see or take which bytes of which organisation, until when, signed by the server.

Bytes are content-addressed, so whoever could ask for a hash could take the bytes of others, or learn that they exist.
There is no such door: the only way to a blob or an export is a link, made by a handler that found the name in a row of
the organisation, for one person, for minutes. The signature covers every field; nothing in a link is believed before it.

    <payload>.<key number>.<signature>     base64url, decimal, base64url of HMAC-SHA-256
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from galley.access import audit
from galley.access.audit import By
from galley.access.errors import LinkError, NotAllowedError
from galley.access.keys import Key
from galley.access.model import Actor, Circumstances, Target, Verb
from galley.access.rules import may, within
from galley.kernel.language import Text
from galley.store.database import Database

__all__ = [
    "DOWNLOAD_SECONDS",
    "LINK_PURPOSE",
    "VIEW_SECONDS",
    "Claim",
    "Shown",
    "Wanted",
    "download_link",
    "export_place",
    "open_link",
    "shown_links",
    "signed",
    "view_links",
]

LINK_PURPOSE: Final = "links"
"""Purpose of the keys (`access.keys`)."""
VIEW_SECONDS: Final = 3600
DOWNLOAD_SECONDS: Final = 900
_LINK_MAX: Final = 4096
_DOMAIN: Final = b"galley/link/v1\0"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_DERIVED: Final = re.compile(r"derived/([1-9][0-9]*)/[0-9a-f]{64}/[1-9][0-9]*/[a-z]+\.[a-z]+")
_EXPORT: Final = re.compile(r"exports/([1-9][0-9]*)(?:/[A-Za-z0-9_=+@-][A-Za-z0-9._=+@-]*)+")


class Claim(msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True):
    """What a link says. Only what `open_link` returns may be believed."""

    organisation: int
    project: int | None
    person: int | None
    do: Literal["view", "download"]
    of: Literal["blob", "export", "derived", "tiles"]
    path: str  # SHA-256 of a blob, or the name of an object below exports/ or derived/<organisation>/
    until: int  # seconds since 1970
    name: str = ""  # what a downloaded file is called
    media_type: str = ""
    fences: tuple[tuple[str, ...], ...] = ()  # networks of the client's rules: the link works from within all of them


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody would like to look at: a blob, or what was made of one."""

    of: Literal["blob", "derived", "tiles"]
    path: str
    media_type: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody would like to take away."""

    of: Literal["blob", "export"]
    path: str
    name: str
    project: int | None = None


def export_place(organisation: int, *parts: str) -> str:
    """The only names of objects that links reach: below the organisation's own folder."""
    return "/".join(("exports", str(organisation), *parts))


# --- making ----------------------------------------------------------------------------------------------------------


def view_links(
    keys: Sequence[Key], actor: Actor, here: Circumstances, *, project: int | None, blobs: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """Links to look at blobs (SHA-256, media type) that the caller found in rows of the actor's organisation.

    Pure and cheap: every picture of every task is one. Raises NotAllowedError.
    """
    shown = [Shown(of="blob", path=sha256, media_type=media_type) for sha256, media_type in blobs]
    return shown_links(keys, actor, here, project=project, shown=shown)


def shown_links(
    keys: Sequence[Key], actor: Actor, here: Circumstances, *, project: int | None, shown: Iterable[Shown]
) -> dict[str, str]:
    """Path → link to look at it, as `view_links`; a pyramid of tiles has one link for all of them."""
    fences = _allowed(actor, Verb.DATA_VIEW, project, here)
    until = int((here.now + timedelta(seconds=VIEW_SECONDS)).timestamp())
    return {
        one.path: signed(
            keys,
            Claim(
                organisation=actor.organisation,
                project=project,
                person=actor.person,
                do="view",
                of=one.of,
                path=one.path,
                until=until,
                media_type=one.media_type,
                fences=fences,
            ),
        )
        for one in shown
    }


def download_link(database: Database, keys: Sequence[Key], doer: By, wanted: Wanted) -> str:
    """A link to take a blob or an export away; a client whose data may be viewed only has none made. Told to the audit.

    The caller found the path in rows of the organisation. Raises NotAllowedError, LinkError.
    """
    actor = doer.actor
    here = Circumstances(now=doer.now, address=doer.address)
    if actor is None or actor.organisation != database.organisation:
        raise NotAllowedError(verb=str(Verb.DATA_EXPORT), reason=_ELSEWHERE)
    fences = _allowed(actor, Verb.DATA_EXPORT, wanted.project, here)
    claim = Claim(
        organisation=actor.organisation,
        project=wanted.project,
        person=actor.person,
        do="download",
        of=wanted.of,
        path=wanted.path,
        until=int((here.now + timedelta(seconds=DOWNLOAD_SECONDS)).timestamp()),
        name=wanted.name[:200],
        fences=fences,
    )
    made = signed(keys, claim)
    with database.transaction() as connection:
        subject = f"{wanted.of}/{wanted.path}"
        audit.write(
            connection, actor.organisation, "link_made", doer, subject=subject, project=wanted.project, what="download"
        )
    return made


def signed(keys: Sequence[Key], claim: Claim) -> str:
    """The link of a claim, signed with the newest key. Raises LinkError for a path no link may have."""
    _check_path(claim)
    payload = _encode(msgspec.json.encode(claim))
    key = keys[0]
    return f"{payload}.{key.id}.{_encode(_mac(key, payload))}"


# --- using -----------------------------------------------------------------------------------------------------------


def open_link(keys: Sequence[Key], link: str, now: datetime, address: str | None) -> Claim:
    """What a link allows, if it is ours, not over, and used from where it may be. Raises LinkError and never says why."""
    parts = link.split(".") if len(link) <= _LINK_MAX else []
    if len(parts) != 3:
        raise LinkError
    payload, number, told = parts
    key = next((key for key in keys if str(key.id) == number), None)
    if key is None or not hmac.compare_digest(_encode(_mac(key, payload)).encode(), told.encode("utf-8", "replace")):
        raise LinkError
    try:
        claim = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)), type=Claim)
    except (binascii.Error, ValueError, msgspec.DecodeError) as problem:
        raise LinkError from problem
    _check_path(claim)
    if now.timestamp() >= claim.until or not all(within(address, fence) for fence in claim.fences):
        raise LinkError
    return claim


_ELSEWHERE: Final = Text("it belongs to another organisation", "属于其他机构")
_HERE_NOT: Final = Text("the organisation's rules or your roles do not allow it", "机构的规则或您的角色不允许")


def _allowed(actor: Actor, verb: Verb, project: int | None, here: Circumstances) -> tuple[tuple[str, ...], ...]:
    """The networks a link must stay in, when the actor may at all."""
    if not may(actor, verb, Target(organisation=actor.organisation, project=project), here).allowed:
        raise NotAllowedError(verb=str(verb), reason=_HERE_NOT)
    rules = (rule for rule in actor.isolation if project is None or rule.project in (None, project))
    return tuple(rule.networks for rule in rules if rule.networks)


def _check_path(claim: Claim) -> None:
    if claim.of == "blob":
        if not _SHA256.fullmatch(claim.path):
            raise LinkError
        return
    form, do = (_EXPORT, "download") if claim.of == "export" else (_DERIVED, "view")
    found = form.fullmatch(claim.path)
    if found is None or int(found[1]) != claim.organisation or claim.do != do:
        raise LinkError


def _mac(key: Key, payload: str) -> bytes:
    return hmac.new(key.key, _DOMAIN + payload.encode("utf-8", "replace"), hashlib.sha256).digest()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
