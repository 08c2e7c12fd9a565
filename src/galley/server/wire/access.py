"""People, organisations, rules and links over the wire."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from galley.access.invitations import Grantee
from galley.access.model import OrganisationKind, Role
from galley.access.people import Place
from galley.kernel.language import Language

__all__ = [
    "AcceptBody",
    "Accepted",
    "AuditLine",
    "AuditProof",
    "Decided",
    "GrantBody",
    "InvitationBody",
    "InvitationMade",
    "JoinBody",
    "LedgerKeys",
    "Made",
    "Me",
    "MemberBody",
    "MemberMade",
    "NameBody",
    "NewPasswordBody",
    "OrganisationBody",
    "OrganisationMade",
    "OrganisationNames",
    "PersonName",
    "ProfileBody",
    "RolesBody",
    "SecretBody",
    "SetUpBody",
    "SetUpState",
    "SignInBody",
    "SignedInView",
    "StateBody",
    "TeamBody",
    "TicketMade",
    "TokenBody",
    "TokenMade",
]

Short = Annotated[str, msgspec.Meta(max_length=320)]
Secret = Annotated[str, msgspec.Meta(max_length=1024)]
Days = Annotated[int, msgspec.Meta(ge=1, le=366)]
Names = Annotated[list[Role], msgspec.Meta(min_length=1, max_length=7)]
Ids = Annotated[list[int], msgspec.Meta(max_length=2000)]


class SignInBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Sign in with an e-mail address or user name."""

    login: Short
    password: Secret


class SecretBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The secret in a sign-in link or an invitation."""

    secret: Secret


class SignedInView(msgspec.Struct, kw_only=True):
    """Who is signed in now, and until when at most; the session itself is a cookie."""

    person: int
    expires_at: datetime


class Me(msgspec.Struct, kw_only=True):
    """Whoever asks: themselves and where they may go. A service token sees its maker's name and no more."""

    person: int | None
    name: str
    login: str
    language: Language
    has_password: bool
    session: int | None
    token: int | None
    operator: bool
    places: list[Place]


class ProfileBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One's own name and language."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    language: Language


class NewPasswordBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new password; the old one too, unless there is none or one came by a sign-in link within the hour."""

    new: Secret
    old: Secret | None = None


class Decided(msgspec.Struct, kw_only=True):
    """It is done; how many things it touched."""

    count: int = 1


class Made(msgspec.Struct, kw_only=True):
    """The id of what was made."""

    id: int


class OrganisationBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new organisation."""

    slug: Annotated[str, msgspec.Meta(max_length=64)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    kind: OrganisationKind
    name_zh: Annotated[str, msgspec.Meta(max_length=200)] = ""


class OrganisationMade(msgspec.Struct, kw_only=True):
    """A new organisation; `invitation` is the secret that makes its first owner, told this once."""

    id: int
    invitation: str
    expires_at: datetime


class OrganisationNames(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Other names of an organisation."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name_zh: Annotated[str, msgspec.Meta(max_length=200)] = ""


class MemberBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new person who is a member at once."""

    login: Short
    roles: Names
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    language: Language = "zh"


class MemberMade(msgspec.Struct, kw_only=True):
    """The new member and the secret of their first sign-in link, told this once."""

    person: int
    ticket: str


class TicketMade(msgspec.Struct, kw_only=True):
    """The secret of a sign-in link, told this once."""

    ticket: str


class RolesBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a member is from now on."""

    roles: Names


class NameBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A name."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class TeamBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who is in a team and who leads it."""

    people: Ids
    leaders: Ids = []


class StateBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether a person is kept out everywhere."""

    blocked: bool


class InvitationBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whom to invite to what."""

    roles: Names
    email: Short | None = None
    project: int | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=30)] = 7


class InvitationMade(msgspec.Struct, kw_only=True):
    """A new invitation; `secret` is told this once."""

    id: int
    secret: str
    expires_at: datetime


class AcceptBody(SecretBody, kw_only=True, forbid_unknown_fields=True):
    """Accept an invitation as who one is."""


class JoinBody(SecretBody, kw_only=True, forbid_unknown_fields=True):
    """Accept an invitation with a new account."""

    login: Short
    password: Secret
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    language: Language = "zh"


class SetUpState(msgspec.Struct, kw_only=True):
    """Whether a first owner may be made."""

    open: bool


class SetUpBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The first owner: the ticket in the link, what their organisation is called, and how they will sign in."""

    ticket: Secret
    organisation: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name: Annotated[str, msgspec.Meta(max_length=200)]
    email: Short
    password: Secret
    language: Language = "zh"


class Accepted(msgspec.Struct, kw_only=True):
    """Where one is in now."""

    organisation: int


class GrantBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Roles in a project, for a person or a team, perhaps of another organisation."""

    to: Grantee
    roles: Names
    expires_at: datetime | None = None


class TokenBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A service token: what for, for how long, perhaps for one project only."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    scopes: Annotated[list[str], msgspec.Meta(min_length=1, max_length=40)]
    days: Days = 90
    project: int | None = None


class TokenMade(msgspec.Struct, kw_only=True):
    """A new token; `secret` is told this once."""

    id: int
    secret: str
    expires_at: datetime


class PersonName(msgspec.Struct, kw_only=True):
    """What somebody of the organisation is called."""

    person: int
    name: str


class AuditLine(msgspec.Struct, kw_only=True):
    """One line of the audit; `seal` once it is sealed."""

    id: int
    at: datetime
    kind: str
    person: int | None
    person_name: str | None = None  # of the organisation's own people; others are known by number
    token: int | None
    token_name: str | None = None
    address: str | None
    project: int | None
    subject: str
    facts: dict[str, Any]
    seal: int | None


class AuditProof(msgspec.Struct, kw_only=True):
    """Shows, offline, that a line is in the log: entry → (hashes) → root → (statement) → leaf → (proof) → checkpoint."""

    entry: str  # canonical JSON, exactly the bytes that are hashed
    index: int
    rows: int
    hashes: list[str]
    root: str
    seal: int
    statement: str | None  # the signed envelope (DSSE), once the seal is in the log
    log_index: int | None
    proof: str | None  # tlog-proof@v1


class LedgerKeys(msgspec.Struct, kw_only=True):
    """Public keys as C2SP vkeys, `name+id+key`."""

    log_keys: list[str]
    signer_keys: list[str]
