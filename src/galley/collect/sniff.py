"""What some bytes are: modality, media type and pixel size from the first bytes alone, never decoding. Pure.

The table is our own: magic numbers from the formats' specifications, checked in order. A name's extension is only a hint
for content without a magic number (text, raw audio) and for damaged media, whose damage the clean stage reports.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

__all__ = ["PROBE_BYTES", "SNIFF_BYTES", "Sniffed", "hint_of_name", "image_size", "jpeg_orientation", "sniff"]

SNIFF_BYTES: Final = 4096
PROBE_BYTES: Final = 1024 * 1024
"""How far into an image its size may stand: JPEG keeps it behind thumbnails and colour profiles."""


class Sniffed(NamedTuple):
    """A modality of kernel.record.MODALITIES and a media type."""

    modality: str
    media_type: str


_MAGIC: Final[tuple[tuple[int, bytes, str, str], ...]] = (
    (0, b"\xff\xd8\xff", "image", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image", "image/png"),
    (0, b"GIF87a", "image", "image/gif"),
    (0, b"GIF89a", "image", "image/gif"),
    (0, b"II*\0", "image", "image/tiff"),
    (0, b"MM\0*", "image", "image/tiff"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image", "image/jp2"),
    (0, b"fLaC", "audio", "audio/flac"),
    (0, b"ID3\x02", "audio", "audio/mpeg"),
    (0, b"ID3\x03", "audio", "audio/mpeg"),
    (0, b"ID3\x04", "audio", "audio/mpeg"),
    (0, b"#!AMR", "audio", "audio/amr"),
    (0, b"\x1aE\xdf\xa3", "video", "video/x-matroska"),
    (0, b"FLV\x01", "video", "video/x-flv"),
    (0, b"\0\0\x01\xba", "video", "video/mpeg"),
    (0, b"\0\0\x01\xb3", "video", "video/mpeg"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video", "video/x-ms-asf"),
    (0, b"%PDF-", "any", "application/pdf"),
    (0, b"PK\x03\x04", "any", "application/zip"),
    (0, b"PK\x05\x06", "any", "application/zip"),
    (0, b"\x1f\x8b\x08", "any", "application/gzip"),
    (0, b"\x28\xb5\x2f\xfd", "any", "application/zstd"),
    (4, b"1AY&SY", "any", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "any", "application/x-xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "any", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "any", "application/vnd.rar"),
    (0, b"PAR1", "any", "application/vnd.apache.parquet"),
    (0, b"\x93NUMPY", "any", "application/x-npy"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "any", "application/x-ole-storage"),
    (0, b"\x7fELF", "any", "application/x-elf"),
    (257, b"ustar", "any", "application/x-tar"),
)

_RIFF: Final = {
    b"WAVE": Sniffed("audio", "audio/wav"),
    b"AVI ": Sniffed("video", "video/x-msvideo"),
    b"WEBP": Sniffed("image", "image/webp"),
}

_FTYP: Final = {  # ISO base media: the major brand tells what is inside
    b"heic": Sniffed("image", "image/heic"),
    b"heix": Sniffed("image", "image/heic"),
    b"mif1": Sniffed("image", "image/heif"),
    b"avif": Sniffed("image", "image/avif"),
    b"M4A ": Sniffed("audio", "audio/mp4"),
    b"M4B ": Sniffed("audio", "audio/mp4"),
    b"qt  ": Sniffed("video", "video/quicktime"),
}

_EXTENSIONS: Final = {
    **dict.fromkeys(("txt", "text", "log", "srt", "vtt"), Sniffed("text", "text/plain")),
    **dict.fromkeys(("md", "markdown"), Sniffed("text", "text/markdown")),
    **dict.fromkeys(("htm", "html"), Sniffed("text", "text/html")),
    "csv": Sniffed("text", "text/csv"),
    "tsv": Sniffed("text", "text/tab-separated-values"),
    "json": Sniffed("text", "application/json"),
    "jsonl": Sniffed("text", "application/jsonl"),
    "xml": Sniffed("text", "application/xml"),
    **dict.fromkeys(("yaml", "yml"), Sniffed("text", "application/yaml")),
    "svg": Sniffed("text", "image/svg+xml"),
    **dict.fromkeys(("jpg", "jpeg", "jpe"), Sniffed("image", "image/jpeg")),
    "png": Sniffed("image", "image/png"),
    "gif": Sniffed("image", "image/gif"),
    "bmp": Sniffed("image", "image/bmp"),
    "webp": Sniffed("image", "image/webp"),
    **dict.fromkeys(("tif", "tiff"), Sniffed("image", "image/tiff")),
    "wav": Sniffed("audio", "audio/wav"),
    "mp3": Sniffed("audio", "audio/mpeg"),
    "flac": Sniffed("audio", "audio/flac"),
    **dict.fromkeys(("ogg", "oga", "opus"), Sniffed("audio", "audio/ogg")),
    "m4a": Sniffed("audio", "audio/mp4"),
    "aac": Sniffed("audio", "audio/aac"),
    "amr": Sniffed("audio", "audio/amr"),
    "mp4": Sniffed("video", "video/mp4"),
    "mov": Sniffed("video", "video/quicktime"),
    "mkv": Sniffed("video", "video/x-matroska"),
    "webm": Sniffed("video", "video/webm"),
    "avi": Sniffed("video", "video/x-msvideo"),
    **dict.fromkeys(("bin", "pcd", "npy", "las", "laz", "ply"), Sniffed("any", "application/octet-stream")),
}


def hint_of_name(name: str) -> Sniffed | None:
    """What a file's name suggests, or None."""
    return _EXTENSIONS.get(name.rpartition(".")[2].lower()) if "." in name else None


def sniff(head: bytes) -> Sniffed | None:  # noqa: PLR0911  a ladder of formats reads best flat
    """What the first bytes (SNIFF_BYTES are enough) prove, or None: then it may be text, or anything."""
    for offset, magic, modality, media_type in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return _refined(head, Sniffed(modality, media_type))
    if head[:4] == b"RIFF" and len(head) >= 12:
        return _RIFF.get(head[8:12], Sniffed("any", "application/x-riff"))
    if head[4:8] == b"ftyp":
        return _FTYP.get(head[8:12], Sniffed("video", "video/mp4"))
    if head[:4] == b"OggS":
        return Sniffed("video", "video/ogg") if b"theora" in head[:128] else Sniffed("audio", "audio/ogg")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Sniffed("audio", "audio/aiff")
    if (
        head[:2] == b"BM"
        and len(head) >= 26
        and struct.unpack_from("<I", head, 14)[0] in (12, 40, 52, 56, 64, 108, 124)
    ):
        return Sniffed("image", "image/bmp")
    if _mpeg_audio(head):
        return Sniffed("audio", "audio/mpeg")
    return None


def _refined(head: bytes, found: Sniffed) -> Sniffed:
    """Matroska says in its header whether it is WebM."""
    if found.media_type == "video/x-matroska" and b"webm" in head[:64]:
        return Sniffed("video", "video/webm")
    return found


def _mpeg_audio(head: bytes) -> bool:
    """An MPEG audio frame header (ISO 11172-3), or ADTS AAC; without invalid layer, bitrate or rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    layer, bitrate, rate = head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    # FF FE is also the UTF-16 byte order mark: 0xFE has layer 3 (MPEG "Layer I") and would be a rarity worth losing.
    return head[1] not in (0xFE, 0xFF) and layer != 0 and bitrate not in (0, 15) and rate != 3


def image_size(head: bytes, media_type: str) -> tuple[int, int] | None:
    """(width, height) as stored, from an image's first PROBE_BYTES bytes; None when it does not say.

    Nothing is decoded or allocated, so a header that declares 10^9 pixels costs nothing. Values a 32-bit signed column
    cannot hold, and zeros, are None.
    """
    probe = _PROBES.get(media_type)
    if probe is None:
        return None
    try:
        found = probe(head)
    except (struct.error, IndexError):  # the header is cut off: the size is unknown
        return None
    if found is None or not (0 < found[0] < 2**31 and 0 < found[1] < 2**31):
        return None
    return found


def jpeg_orientation(head: bytes) -> int:
    """How a JPEG is turned to be upright: EXIF tag 274, 1 to 8; 1 when it does not say.

    Annotation is in pixels of the upright picture, as browsers show it (5 to 8 exchange width and height).
    """
    try:
        for marker, place, length in _jpeg_segments(head):
            exif = head[place + 4 : place + 2 + length]
            if marker == 0xE1 and exif[:6] == b"Exif\0\0":
                return _exif_orientation(exif[6:])
    except (struct.error, IndexError):  # cut off, or nonsense: shown as it is stored
        pass
    return 1


def _exif_orientation(tiff: bytes) -> int:
    order = "<" if tiff[:2] == b"II" else ">"
    directory = struct.unpack_from(order + "I", tiff, 4)[0]
    for place in range(min(struct.unpack_from(order + "H", tiff, directory)[0], 64)):
        tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, directory + 2 + 12 * place)
        if tag == 274:  # Orientation
            return int(value) if 1 <= value <= 8 else 1
    return 1


def _png(head: bytes) -> tuple[int, int] | None:
    width, height = struct.unpack_from(">II", head, 16)
    return (width, height) if head[12:16] == b"IHDR" else None


def _gif(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _bmp(head: bytes) -> tuple[int, int]:
    if struct.unpack_from("<I", head, 14)[0] == 12:
        width, height = struct.unpack_from("<HH", head, 18)
    else:
        width, height = struct.unpack_from("<ii", head, 18)  # a negative height means stored from the top
    return width, abs(height)


def _webp(head: bytes) -> tuple[int, int] | None:
    chunk = head[12:16]
    if chunk == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if chunk == b"VP8L":
        bits = struct.unpack_from("<I", head, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _tiff(head: bytes) -> tuple[int, int] | None:
    order = "<" if head[:2] == b"II" else ">"
    directory = struct.unpack_from(order + "I", head, 4)[0]
    entries = struct.unpack_from(order + "H", head, directory)[0]
    found: dict[int, int] = {}
    for place in range(min(entries, 64)):
        tag, kind = struct.unpack_from(order + "HH", head, directory + 2 + 12 * place)
        if tag in (256, 257):  # ImageWidth, ImageLength: SHORT or LONG
            at = directory + 2 + 12 * place + 8
            found[tag] = struct.unpack_from(order + ("H" if kind == 3 else "I"), head, at)[0]
    return (found[256], found[257]) if len(found) == 2 else None


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """The frame header (SOFn)."""
    for marker, place, _ in _jpeg_segments(head):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", head, place + 5)
            return width, height
    return None


def _jpeg_segments(head: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, place and length of the segments before the image data, hopping from one to the next (ITU T.81 annex B)."""
    place = 2
    while head[place] == 0xFF:
        marker = head[place + 1]
        if marker == 0xFF:  # fill byte
            place += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # markers without a length
            place += 2
        elif marker in (0xD9, 0xDA):
            return
        else:
            length = struct.unpack_from(">H", head, place + 2)[0]
            if length < 2:
                return
            yield marker, place, length
            place += 2 + length


_PROBES: Final = {
    "image/png": _png,
    "image/gif": _gif,
    "image/bmp": _bmp,
    "image/webp": _webp,
    "image/tiff": _tiff,
    "image/jpeg": _jpeg,
}
