"""Words of media facts: what is known of a blob, what was made of it, and where that lies."""

import re
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from galley.kernel.errors import GalleyError

__all__ = [
    "MAKER",
    "MEL",
    "PEAKS",
    "THUMBNAIL",
    "THUMBNAIL_PIXELS",
    "TILES",
    "TILE_PIXELS",
    "Facts",
    "Kind",
    "Level",
    "MediaProblem",
    "Row",
    "State",
    "kind_of",
    "needs_tiles",
    "problem_of",
    "references",
]

MAKER: Final = 1
"""Version of the makers: raise it when what they make changes; everything is then made again as it is asked for."""

THUMBNAIL: Final = "thumbnail.webp"
TILES: Final = "tiles.bin"
PEAKS: Final = "peaks.bin"
MEL: Final = "spectrogram.bin"
"""Names of what is made of a blob."""

THUMBNAIL_PIXELS: Final = 256
TILE_PIXELS: Final = 512
_TILED_SIDE: Final = 4096
_TILED_PIXELS: Final = 8_000_000
_REFERENCE: Final = re.compile(r'"blob:([0-9a-f]{64})"')
State = Literal["waiting", "making", "ready", "failed"]
Kind = Literal["image", "audio", "video", "other"]


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One level of a pyramid of tiles; the last of them is the image in full size."""

    width: int
    height: int
    columns: int
    rows: int


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a medium. Sizes are in pixels of the upright image, times in seconds."""

    kind: Kind
    media_type: str
    bytes: int
    width: int | None = None
    height: int | None = None
    orientation: int = 1  # EXIF: how the stored image is turned to be upright
    duration: float | None = None
    channels: int | None = None
    sample_rate: int | None = None
    tile_size: int | None = None
    levels: tuple[Level, ...] = ()
    made: tuple[str, ...] = ()  # names of what lies beside the blob


class MediaProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing, or not all, could be made of a medium."""

    code: str
    message: str
    message_zh: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation keeps of one blob."""

    sha256: str
    state: State
    facts: Facts | None = None
    problem: MediaProblem | None = None


def kind_of(media_type: str) -> Kind:
    """The kind of a media type."""
    kinds: dict[str, Kind] = {"image": "image", "audio": "audio", "video": "video"}
    return kinds.get(media_type.partition("/")[0], "other")


def needs_tiles(width: int, height: int) -> bool:
    """Whether an image is too large to be sent whole."""
    return max(width, height) > _TILED_SIDE or width * height > _TILED_PIXELS


def problem_of(error: GalleyError) -> MediaProblem:
    """An error as it is kept: what is wrong, and what to do about it."""
    message, message_zh = error.message("en").rstrip("."), error.message("zh").rstrip("。")
    advice, advice_zh = error.advice("en"), error.advice("zh")
    return MediaProblem(
        code=error.code,
        message=f"{message}. {advice}".strip(),
        message_zh=f"{message_zh}。{advice_zh}",
    )


def references(contents: Iterable[str]) -> list[str]:
    """SHA-256 of the blobs that JSON texts of contents name, sorted, each once."""
    return sorted({sha256 for content in contents for sha256 in _REFERENCE.findall(content)})
