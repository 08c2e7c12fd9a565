"""The hot path's words: a place in the work, what a person sends and asks for, and what they get."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from galley.annotate.model import Receipt, Stage

__all__ = [
    "ANY_POOL",
    "HEAD",
    "Answered",
    "Asker",
    "Before",
    "Demands",
    "Entry",
    "Facts",
    "Free",
    "Handed",
    "Node",
    "Outcome",
    "Place",
    "Refused",
    "SchemaAt",
    "Submission",
    "Want",
]

Refused = Literal["project-paused", "project-closed", "paused", "blocked", "skill"]
"""Why somebody gets nothing although they asked: the project's state, their standing, or a skill they lack."""


ANY_POOL: Final = "*"
"""The pool of those who named none: the pools of the stage that people work in, one after the other."""


class Node(msgspec.Struct, frozen=True, order=True):
    """A place in the work of one project: who asks here is served together."""

    organisation: int
    project: int
    stage: Stage
    pool: str


class Place(msgspec.Struct, frozen=True):
    """A place in the queue of a node: where the last batch left off."""

    urgency: int
    rkey: int


HEAD: Final = Place(-(2**31), -(2**63))
"""Before the most urgent slot."""


class SchemaAt(msgspec.Struct, frozen=True, array_like=True):
    """A label schema a project has had, and since when."""

    version: int
    since: datetime
    sha256: str


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the project says to everybody who works on it."""

    state: str
    settings: dict[str, Any]
    schema_sha256: str
    schema_version: int
    guideline: str | None
    guideline_version: int
    versions: tuple[SchemaAt, ...] = ()  # of the label schema, oldest first; empty: there was only this one


class Demands(msgspec.Struct, frozen=True, kw_only=True):
    """What a node asks of people and gives them, read from its project's settings."""

    pools: tuple[str, ...]  # where those look who named no pool
    skills: dict[str, float]
    seconds: float


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One answer as it was sent; nothing of it is checked yet."""

    slot: int
    token: UUID
    body: Any
    client_id: str
    activity: str | None = None  # what the client saw of the work, JSON text, kept as it came
    guideline_version: int | None = None  # the one the labeler had before them; None: the project's newest


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One request: an answer, or none, and how many leases the labeler wants to hold afterwards."""

    labeler: int
    answer: Submission | None = None
    count: int = 0


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A submission that may be stored: its canonical JSON and checksum."""

    labeler: int
    submission: Submission
    text: str
    sha256: str
    schema_version: int | None = None  # the label schema it was checked against


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """What the database says of somebody who asks for work."""

    worker: int
    gate_open: bool  # False: another claim of theirs is running
    standing: str | None  # paused | blocked
    unskilled: bool
    held: list[int]  # slots they hold, oldest first


class Free(msgspec.Struct, frozen=True, kw_only=True):
    """A ready slot, locked for this batch."""

    id: int
    item: str
    target: int | None
    urgency: int
    rkey: int
    prefer_worker: int | None
    barred: list[int]  # askers who did the item before, and so may not have it


class Want(msgspec.Struct, frozen=True):
    """How many more slots somebody is to get."""

    worker: int
    lack: int


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What was there before: the returned answer of rework, or the answer under review."""

    slot: int
    revision: int | None
    reason: str | None = None  # why it was returned
    note: str | None = None
    body: msgspec.Raw | None = None


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """A lease with all that is needed to work on it."""

    slot: int
    item: str
    slot_no: int
    target: int | None
    stage: Stage
    pool: str
    attempt: int
    token: UUID
    until: datetime
    schema_version: int  # of the label schema the lease was given with, which its answer is checked against
    label_schema: str  # SHA-256 of that schema
    guideline_version: int
    content: msgspec.Raw | None
    before: Before | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one request."""

    receipt: Receipt | None = None
    leases: tuple[Handed, ...] = ()
    refused: Refused | None = None
    schema: str = ""  # SHA-256 of the project's label schema, which new leases are under
    guideline: str | None = None
    short: int = 0  # leases that the batch could not find; the exact claim may
