"""What managers send to and get from projects."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from galley.annotate.flow.model import Graph, ProjectState, Settings
from galley.annotate.flow.versions import Impact, SchemaVersion

__all__ = [
    "AssignBody",
    "Assigned",
    "BatchBody",
    "BatchChange",
    "BatchItems",
    "GoldBody",
    "GoldItem",
    "GoldRemoved",
    "GoldSet",
    "GoldSource",
    "GuidelineBody",
    "GuidelineView",
    "ItemView",
    "NewProjectBody",
    "ProjectChange",
    "ProjectView",
    "SchemaBody",
    "SchemaChanged",
    "SchemaView",
    "SlotView",
    "StuckItem",
]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
ItemId = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Markdown = Annotated[str, msgspec.Meta(max_length=1_000_000)]
SchemaText = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000_000)]
Priority = Annotated[int, msgspec.Meta(ge=-1_000_000, le=1_000_000)]
Due = Annotated[datetime, msgspec.Meta(tz=True)]
Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class NewProjectBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A project to open."""

    name: Name
    schema: SchemaText  # a Galley schema (YAML) or a Label Studio config (XML)
    guideline: Markdown = ""
    settings: Settings | None = None  # default: one answer an item
    due_at: Due | None = None


class ProjectChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is to change; what is left out stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    settings: Settings | msgspec.UnsetType = msgspec.UNSET
    due_at: Due | msgspec.UnsetType | None = msgspec.UNSET


class ProjectView(msgspec.Struct, kw_only=True):
    """A project as everybody on it sees it: how gold is handed out is not told."""

    id: int
    name: str
    line: str
    purpose: str
    state: ProjectState
    label_schema: str  # SHA-256
    schema_version: int
    guideline_version: int
    graph: Graph | None
    description: str
    lease_seconds: float
    due_at: datetime | None
    created_at: datetime


class SchemaBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A label schema for a project; with `dry_run` only its impact is told."""

    schema: SchemaText
    dry_run: bool = False


class SchemaChanged(msgspec.Struct, kw_only=True):
    """What a new schema means for the answers there are; `version` is null after a dry run."""

    version: SchemaVersion | None
    impact: Impact


class SchemaView(msgspec.Struct, kw_only=True):
    """One version of a project's schema in its canonical form."""

    version: int
    sha256: str
    schema: dict[str, Any]


class GuidelineBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A guideline for a project."""

    text: Markdown


class GuidelineView(msgspec.Struct, kw_only=True):
    """One version of a project's guideline."""

    version: int
    text: str


class BatchBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A batch to open."""

    name: Name
    priority: Priority = 0
    due_at: Due | None = None


class BatchChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How urgent a batch is."""

    priority: Priority
    due_at: Due | None = None


class BatchItems(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Items to put into a batch."""

    items: Annotated[list[ItemId], msgspec.Meta(min_length=1, max_length=1000)]


class AssignBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who is to do an item, at which stage of the graph (default: where it stands)."""

    item: ItemId
    labeler: Number
    node: Annotated[str, msgspec.Meta(max_length=60)] = ""


class Assigned(msgspec.Struct, kw_only=True):
    """The slot that is kept for somebody."""

    slot: int


class SlotView(msgspec.Struct, kw_only=True):
    """One slot of an item."""

    id: int
    stage: str
    pool: str
    slot_no: int
    state: str
    target: int | None
    attempt: int
    rework_of: int | None
    labeler: int | None
    labeler_name: str | None
    prefer_worker: int | None
    priority: int
    reason: str | None
    leased_at: datetime | None
    lease_until: datetime | None


class ItemView(msgspec.Struct, kw_only=True):
    """An item with everything done about it."""

    item: str
    node: str | None
    held: bool
    batch: int | None
    answer: int | None
    data: Any
    slots: list[SlotView]
    revisions: list[dict[str, Any]]


class GoldItem(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An item and its known answer."""

    item: ItemId
    body: Any


class GoldBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Known answers to keep."""

    answers: Annotated[list[GoldItem], msgspec.Meta(min_length=1, max_length=1000)]
    source: Annotated[str, msgspec.Meta(max_length=200)] = ""


class GoldSource(msgspec.Struct, kw_only=True):
    """A known answer, where it is from, and how often it was answered so far: of the newest 100 answers."""

    item: str
    body: Any
    source: str
    updated_at: datetime
    shown: int = 0
    passed: int = 0


class GoldRemoved(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Items whose answers are to be forgotten."""

    items: Annotated[list[ItemId], msgspec.Meta(min_length=1, max_length=1000)]


class GoldSet(msgspec.Struct, kw_only=True):
    """How many answers were kept or forgotten."""

    items: int


class StuckItem(msgspec.Struct, kw_only=True):
    """An item the flow could not decide on, and why."""

    item: str
    error: str
    at: datetime
