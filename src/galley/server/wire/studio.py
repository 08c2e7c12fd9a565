"""What is said over HTTP about Label Studio projects, model servers and predictions."""

from typing import Annotated, Any

import msgspec

from galley.annotate.backend.model import Said
from galley.annotate.content.model import Import
from galley.annotate.flow.model import Settings
from galley.server.wire.projects import ProjectView

__all__ = [
    "InteractiveAnswer",
    "InteractiveBody",
    "JobStarted",
    "PredictBody",
    "PrelabelBody",
    "StudioOpened",
    "StudioProjectBody",
    "Trouble",
]

Item = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class StudioProjectBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A Label Studio project that moves in."""

    name: str
    config: str  # XML
    settings: Settings | None = None
    guideline: str = ""
    tasks: list[dict[str, Any]] = []  # of a small project
    upload: int | None = None  # of a large one: its export, uploaded before


class StudioOpened(msgspec.Struct, kw_only=True):
    """A project that moved in, and what of its config did not."""

    project: ProjectView
    losses: list[str]
    losses_zh: list[str]
    tasks: Import | None = None  # how its tasks came in, or are coming in
    job: int | None = None  # that brings them in


class Trouble(msgspec.Struct, kw_only=True):
    """A task of which something was kept aside, or that failed."""

    item: str
    place: int
    number: int | None
    state: str
    problems: list[dict[str, Any]]


class PredictBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Items to ask a model about now."""

    items: Annotated[list[Item], msgspec.Meta(min_length=1, max_length=100)]


class PrelabelBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How much to prelabel."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 100_000


class JobStarted(msgspec.Struct, kw_only=True):
    """A job that was asked for."""

    job: int


class InteractiveBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What somebody has drawn so far, as Label Studio result items."""

    item: Item
    context: Annotated[list[dict[str, Any]], msgspec.Meta(max_length=500)] = []


class InteractiveAnswer(msgspec.Struct, kw_only=True):
    """What the model makes of it: its own words, and those of them that are labels."""

    said: list[Said]
    labels: list[dict[str, Any]]
