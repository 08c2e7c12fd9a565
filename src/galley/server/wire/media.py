"""What people get of pictures and sounds: links, and facts that let an editor open at once."""

from typing import Annotated

import msgspec

from galley.annotate.media.model import Kind, Level, MediaProblem, State
from galley.server.wire.work import LEASES_MOST, SlotId

__all__ = [
    "ITEMS_MOST",
    "MediaFacts",
    "MediaLinks",
    "SlotMedia",
    "SlotsBody",
    "Thumbnail",
    "Thumbnails",
    "ThumbnailsBody",
    "Tiles",
]

ITEMS_MOST = 100


class Tiles(msgspec.Struct, kw_only=True):
    """A pyramid of tiles: put level, x (column) and y (row) into `template`. The last level is the image in full size."""

    tile_size: int
    levels: tuple[Level, ...]
    template: str


class MediaFacts(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one medium; sizes in pixels of the upright image, times in seconds."""

    state: State
    kind: Kind | None = None
    media_type: str = ""
    bytes: int | None = None
    width: int | None = None
    height: int | None = None
    orientation: int | None = None  # EXIF: how the stored image is turned to be upright
    duration: float | None = None
    channels: int | None = None
    sample_rate: int | None = None
    thumbnail: str | None = None
    tiles: Tiles | None = None
    peaks: str | None = None
    spectrogram: str | None = None
    problem: MediaProblem | None = None


class MediaLinks(msgspec.Struct, kw_only=True):
    """Where the bytes of an item can be looked at: `blob:…` as it stands in its content → a path, good for an hour."""

    links: dict[str, str]
    facts: dict[str, MediaFacts]


class SlotsBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Slots the caller holds."""

    slots: Annotated[list[SlotId], msgspec.Meta(min_length=1, max_length=LEASES_MOST)]


class SlotMedia(msgspec.Struct, kw_only=True):
    """Media of held slots: which each slot shows, and all of them together."""

    slots: dict[str, list[str]]  # slot → references; slots that are not held are left out
    links: dict[str, str]
    facts: dict[str, MediaFacts]


class ThumbnailsBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Items of a project."""

    items: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]],
        msgspec.Meta(max_length=ITEMS_MOST),
    ]


class Thumbnail(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What stands for an item's first medium in a list."""

    reference: str
    state: State
    kind: Kind | None = None
    link: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None


class Thumbnails(msgspec.Struct, kw_only=True):
    """Item → thumbnail; items without media are left out."""

    items: dict[str, Thumbnail]
