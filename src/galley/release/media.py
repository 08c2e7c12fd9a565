"""How media stand in a release: which column holds them, what their files are called."""

from typing import Final

import pyarrow as pa

__all__ = ["MEDIA_STRUCT", "column_of", "file_name"]

MEDIA_STRUCT: Final[pa.DataType] = pa.struct([pa.field("bytes", pa.binary()), pa.field("path", pa.string())])
"""What the Hugging Face Image, Audio and Video features store."""

# A table of our own: the `mimetypes` module answers differently from machine to machine.
_EXTENSIONS: Final[dict[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tif",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/vnd.wave": "wav",
    "audio/flac": "flac",
    "audio/x-flac": "flac",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "video/quicktime": "mov",
    "application/pdf": "pdf",
    "application/json": "json",
}

_COLUMNS: Final[dict[str, str]] = {"image": "image", "audio": "audio", "video": "video"}


def column_of(modality: str) -> str:
    """The media column of a modality: image, audio, video, or `file` for anything else."""
    return _COLUMNS.get(modality, "file")


def file_name(sha256: str, media_type: str) -> str:
    """The name of a blob as a file: its hash and the usual extension of its media type."""
    return f"{sha256}.{_EXTENSIONS.get(media_type.partition(';')[0].strip().lower(), 'bin')}"
