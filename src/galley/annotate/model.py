"""The queue's words: projects, labelers, leases, receipts, reviews, judgements."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

__all__ = [
    "LABELER_KINDS",
    "RETURN_REASONS",
    "SKIP_REASONS",
    "STAGES",
    "STATES",
    "Answer",
    "Correction",
    "Event",
    "Judgement",
    "Labeler",
    "LabelerKind",
    "Lease",
    "OrphanAnswer",
    "Placed",
    "Project",
    "Receipt",
    "Review",
    "Revision",
    "SlotRow",
    "Stage",
    "State",
]

Stage = Literal["label", "review", "adjudicate", "accept"]
STAGES: Final[tuple[Stage, ...]] = ("label", "review", "adjudicate", "accept")

State = Literal["ready", "leased", "submitted", "skipped", "void"]
STATES: Final[tuple[State, ...]] = ("ready", "leased", "submitted", "skipped", "void")

LabelerKind = Literal["person", "simulated", "machine", "imported"]
LABELER_KINDS: Final[tuple[LabelerKind, ...]] = ("person", "simulated", "machine", "imported")

SKIP_REASONS: Final[tuple[str, ...]] = ("unclear", "broken", "too-hard", "off-topic", "conflict-of-interest", "other")
"""Why a labeler passes an item on."""

RETURN_REASONS: Final[tuple[str, ...]] = ("wrong", "missing", "extra", "imprecise", "guideline", "other")
"""Why a reviewer sends work back."""


class Labeler(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever answers: a person, a simulation of one, a model, or a file of labels made elsewhere."""

    id: int
    name: str
    kind: LabelerKind


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """One queue of one line for one purpose, under one label schema."""

    id: int
    line: str
    purpose: str
    name: str
    schema_sha256: str
    schema_version: int
    salt: str


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The right of one labeler to answer one slot until a moment."""

    slot: int
    item: str
    slot_no: int
    target: int | None  # the slot under review, in the review stage
    stage: Stage
    pool: str
    attempt: int  # 2 and more: returned by a reviewer
    token: UUID
    until: datetime


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to a leased slot; `client_id` is chosen by the sender and makes sending it again harmless."""

    slot: int
    token: UUID
    body: Any  # plain JSON values
    client_id: str


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A labeler's new answer in place of their submitted one."""

    slot: int
    base: int  # the revision it corrects, which must still be the newest
    body: Any
    client_id: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an answer: a revision, or, when the lease was lost, an orphan that a lead decides on."""

    accepted: bool
    revision: int | None = None
    orphan: int | None = None
    reason: str | None = None  # expired | taken | done | void


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of many answers given without leases."""

    placed: int
    already: int  # this labeler had answered them before
    unplaced: tuple[str, ...]  # items with no slot free for this labeler


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A reviewer's decision on one submitted slot."""

    verdict: Literal["accept", "fix", "return"]
    body: Any = None  # fix: the corrected answer
    base: int | None = None  # fix: the revision it corrects, which must still be the newest
    reason: str | None = None  # return: one of RETURN_REASONS
    note: str = ""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The newest answer in a submitted slot."""

    item: str
    slot_no: int
    slot: int
    attempt: int
    is_gold: bool
    labeler: int  # who the slot was given to
    labeler_name: str
    author: int  # who wrote this revision: the labeler, or a reviewer who fixed it
    labeler_kind: LabelerKind  # of the author
    revision: int
    rev: int
    body: Any
    body_sha256: str
    schema_version: int
    created_at: datetime


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One answer in a slot's history."""

    id: int
    rev: int
    base: int | None
    labeler: int
    labeler_kind: LabelerKind
    schema_version: int
    body: Any
    client_id: str
    created_at: datetime


class OrphanAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A late answer waiting for a lead."""

    id: int
    slot: int
    item: str
    stage: Stage
    labeler: int
    labeler_kind: LabelerKind
    body: Any
    reason: str
    created_at: datetime


class SlotRow(msgspec.Struct, frozen=True, kw_only=True):
    """A slot as it is."""

    id: int
    stage: Stage
    item: str
    slot_no: int
    target: int | None
    state: State
    worker: int | None
    attempt: int
    reason: str | None
    version: int


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the outbox; (tx, id) is its place."""

    tx: str
    id: int
    project: int
    event: str  # submitted | revised | orphaned | skipped | reviewed | returned | voided
    slot: int
    item: str
    labeler: int | None
    revision: int | None
    at: datetime
