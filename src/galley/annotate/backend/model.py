"""The words of model servers."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec

__all__ = [
    "BATCH_MAX",
    "Action",
    "Backend",
    "BackendChange",
    "Health",
    "NewBackend",
    "PredictReport",
    "Reach",
    "Said",
]

BATCH_MAX: Final = 1000

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Url = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
Word = Annotated[str, msgspec.Meta(max_length=500, pattern=r"^[^\x00-\x1f]*$")]
Size = Annotated[int, msgspec.Meta(ge=1, le=BATCH_MAX)]
Seconds = Annotated[float, msgspec.Meta(ge=1, le=600)]

Action = Literal["ANNOTATION_CREATED", "ANNOTATION_UPDATED", "ANNOTATION_DELETED", "START_TRAINING"]


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """Where model servers may be: what the operator of the house says, not a project."""

    private: tuple[str, ...] = ()  # hosts and networks that may be asked although they are not public
    only: tuple[str, ...] | None = None  # if given, no other host is asked at all
    answer_bytes: int = 64 << 20


class NewBackend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model server as somebody adds it."""

    name: Name
    url: Url
    username: Word = ""
    password: Word = ""
    batch: Size = 32
    seconds: Seconds = 100.0
    interactive: bool = False
    notify: bool = False


class BackendChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to change; None: nothing."""

    name: Name | None = None
    url: Url | None = None
    username: Word | None = None
    password: Word | None = None
    batch: Size | None = None
    seconds: Seconds | None = None
    interactive: bool | None = None
    notify: bool | None = None


class Backend(msgspec.Struct, frozen=True, kw_only=True):
    """A model server of a project; its password is never told."""

    id: int
    project: int
    name: str
    url: str
    username: str
    has_password: bool
    batch: int
    seconds: float
    interactive: bool
    notify: bool
    model_version: str
    state: Literal["new", "up", "down"]
    reason: str
    checked_at: datetime | None
    created_at: datetime


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What testing a connection found."""

    up: bool
    model_class: str = ""
    model_version: str = ""
    reason: str = ""
    reason_zh: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One prediction of one task, raw."""

    result: list[Any]
    score: float | None = None
    model_version: str = ""


class PredictReport(msgspec.Struct, kw_only=True):
    """What became of items a model was asked about: asked = predicted + failed."""

    asked: int = 0
    predicted: int = 0
    failed: int = 0  # no prediction, or none that is a label; each is noted
    model_version: str = ""
