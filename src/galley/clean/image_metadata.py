"""What an image file says beside its pixels (EXIF, GPS, XMP, IPTC, colour profile, comments), found and taken out.

The file is walked part by part and put together again without the parts to be removed; the compressed pixels are copied
as they are, so nothing is lost by another encoding. Formats: JPEG (ITU T.81 annex B), PNG (W3C PNG third edition),
WebP (RFC 9649), GIF89a. TIFF keeps its pixels and its metadata in one directory and is re-encoded elsewhere.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from galley.kernel.errors import InputError
from galley.kernel.language import Text

__all__ = [
    "KINDS",
    "Kind",
    "MetadataUnreadableError",
    "Part",
    "joined_png",
    "orientation_of",
    "parts_of",
    "stripped",
    "upright_exif",
]

Kind = Literal["gps", "exif", "xmp", "iptc", "icc", "comment", "other", "trailing"]
KINDS: Final[tuple[Kind, ...]] = ("gps", "exif", "xmp", "iptc", "icc", "comment", "other", "trailing")
"""`other`: parts of makers and programs; `trailing`: bytes after the image's end (previews, films, hidden files)."""


class MetadataUnreadableError(InputError):
    """The parts of an image file cannot be told apart, so nobody can promise that nothing private is left."""

    code = "GLY-CLE-306"
    text = Text("The parts of the {form} file cannot be told apart: {detail}", "无法拆分 {form} 文件的各部分：{detail}")
    hint = Text("Convert the image to PNG or JPEG first.", "请先将图像转换为 PNG 或 JPEG。")


@dataclass(frozen=True)
class Part:
    """A run of bytes of a file: its kind ("" = needed for the pixels) and where an EXIF block lies in it."""

    kind: Kind | Literal[""]
    start: int
    end: int
    exif: int = 0  # where its TIFF structure starts; 0: there is none


# --- EXIF --------------------------------------------------------------------------------------------------------

_ORIENTATION: Final = 0x0112
_GPS: Final = 0x8825
_TYPE_BYTES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


def _tiff_start(block: bytes | bytearray) -> int:
    return 6 if block[:6] == b"Exif\0\0" else 0


def _entries(block: bytes | bytearray, base: int, offset: int | None) -> Iterator[tuple[int, int, int, int]]:
    """(place, tag, type, count) of one directory's entries; the first directory without an offset."""
    order = {b"II": "<", b"MM": ">"}.get(bytes(block[base : base + 2]))
    if order is None or len(block) < base + 8:
        return
    if offset is None:
        (offset,) = struct.unpack_from(order + "I", block, base + 4)
    start = base + offset
    if start + 2 > len(block):
        return
    (count,) = struct.unpack_from(order + "H", block, start)
    for place in range(start + 2, min(start + 2 + 12 * count, len(block) - 11), 12):
        yield place, *struct.unpack_from(order + "HHI", block, place)


def _order(block: bytes | bytearray, base: int) -> str:
    return "<" if block[base : base + 2] == b"II" else ">"


def orientation_of(exif: bytes) -> int:
    """The EXIF orientation, 1 to 8; 1 when the block says nothing usable."""
    base = _tiff_start(exif)
    for place, tag, kind, _ in _entries(exif, base, None):
        if tag == _ORIENTATION and kind == 3:
            (value,) = struct.unpack_from(_order(exif, base) + "H", exif, place + 8)
            return int(value) if 1 <= value <= 8 else 1
    return 1


def upright_exif(exif: bytes) -> bytes:
    """The EXIF block with its orientation set to 1, every other byte as it was."""
    block, base = bytearray(exif), _tiff_start(exif)
    for place, tag, kind, _ in _entries(exif, base, None):
        if tag == _ORIENTATION and kind == 3:
            struct.pack_into(_order(exif, base) + "HH", block, place + 8, 1, 0)
    return bytes(block)


def _gps_place(block: bytes | bytearray, base: int) -> int | None:
    return next((place for place, tag, *_ in _entries(block, base, None) if tag == _GPS), None)


def _without_gps(exif: bytes) -> bytes:
    """The EXIF block, as long as before, with the GPS directory and its values zeroed and its entry taken out."""
    block, base = bytearray(exif), _tiff_start(exif)
    entry = _gps_place(block, base)
    while entry is not None:
        order = _order(block, base)
        (offset,) = struct.unpack_from(order + "I", block, entry + 8)
        places = list(_entries(block, base, offset))
        for place, _, kind, count in places:
            size = _TYPE_BYTES.get(kind, 1) * count
            if size > 4:
                (value,) = struct.unpack_from(order + "I", block, place + 8)
                start, end = base + value, min(base + value + size, len(block))
                block[start:end] = bytes(max(0, end - start))
        for place, *_ in places:
            block[place : place + 12] = bytes(12)
        (first,) = struct.unpack_from(order + "I", block, base + 4)
        (count,) = struct.unpack_from(order + "H", block, base + first)
        end = min(base + first + 2 + 12 * count + 4, len(block))
        block[entry:end] = block[entry + 12 : end] + bytes(12)
        struct.pack_into(order + "H", block, base + first, count - 1)
        entry = _gps_place(block, base)
    return bytes(block)


# --- JPEG --------------------------------------------------------------------------------------------------------

_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _jpeg_kind(marker: int, body: bytes) -> Kind | Literal[""]:
    if marker == 0xFE:
        return "comment"
    if not 0xE0 <= marker <= 0xEF:
        return ""
    if (marker == 0xE0 and body.startswith(b"JFIF\0")) or (marker == 0xEE and body.startswith(b"Adobe")):
        return ""  # what the decoder needs to know about colours
    known: dict[int, list[tuple[bytes, Kind]]] = {
        0xE1: [(b"Exif\0", "exif"), (b"http://ns.adobe.com/xap/", "xmp"), (b"http://ns.adobe.com/xmp/", "xmp")],
        0xE2: [(b"ICC_PROFILE\0", "icc")],
        0xED: [(b"Photoshop ", "iptc"), (b"Adobe_Photoshop", "iptc")],
    }
    return next((kind for start, kind in known.get(marker, []) if body.startswith(start)), "other")


def _jpeg_parts(data: bytes) -> Iterator[Part]:
    yield Part("", 0, 2)
    place = 2
    while True:
        start = data.find(b"\xff", place)
        if start < 0 or start + 2 > len(data):
            raise MetadataUnreadableError(form="jpeg", detail="no end of image")
        if start > place:
            yield Part("other", place, start)  # what lies between two segments belongs to neither
        marker = data[start + 1]
        if marker == 0xFF:
            place = start + 1
        elif marker == 0xD9:
            yield Part("", start, start + 2)
            yield from _trailing(data, start + 2)
            return
        elif marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            place = start + 2
            yield Part("other", start, place)
        else:
            place = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
            if place < start + 4 or place > len(data):
                raise MetadataUnreadableError(form="jpeg", detail=f"a segment at byte {start} ends outside the file")
            if marker == 0xDA:
                found = _NEXT_MARKER.search(data, place)
                place = found.start() if found else len(data)
                yield Part("", start, place)
            else:
                body = data[start + 4 : start + 44]
                kind = _jpeg_kind(marker, body)
                yield Part(kind, start, place, start + 10 if kind == "exif" else 0)


def _trailing(data: bytes, start: int) -> Iterator[Part]:
    if start < len(data):
        yield Part("trailing", start, len(data))


# --- PNG ---------------------------------------------------------------------------------------------------------

_PNG_NEEDED: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA sBIT sRGB bKGD hIST pHYs sPLT cICP mDCV cLLI acTL fcTL fdAT".split()
)


def _png_kind(name: bytes, body: bytes) -> Kind | Literal[""]:
    if name in _PNG_NEEDED:
        return ""
    if name in (b"tEXt", b"zTXt", b"iTXt"):
        keyword = body.split(b"\0", 1)[0].lower()
        words: list[tuple[bytes, Kind]] = [(b"xmp", "xmp"), (b"exif", "exif"), (b"app1", "exif"), (b"iptc", "iptc")]
        return next((kind for word, kind in words if word in keyword), "comment")
    named: dict[bytes, Kind] = {b"eXIf": "exif", b"iCCP": "icc", b"tIME": "comment"}
    return named.get(name, "other")


def _png_parts(data: bytes) -> Iterator[Part]:
    yield Part("", 0, 8)
    place = 8
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        name, end = data[place + 4 : place + 8], place + 12 + length
        if len(name) < 4 or end > len(data):
            raise MetadataUnreadableError(form="png", detail=f"a chunk at byte {place} ends outside the file")
        kind = _png_kind(name, data[place + 8 : min(place + 96, end - 4)])
        yield Part(kind, place, end, place + 8 if name == b"eXIf" else 0)
        place = end
        if name == b"IEND":
            yield from _trailing(data, place)
            return


def joined_png(data: bytearray, parts: list[Part]) -> bytes:
    """A PNG of these parts, with the checksum of EXIF made right."""
    for part in parts:
        if part.exif:
            struct.pack_into(">I", data, part.end - 4, zlib.crc32(data[part.start + 4 : part.end - 4]))
    return b"".join(data[part.start : part.end] for part in parts)


# --- WebP and GIF ------------------------------------------------------------------------------------------------

_WEBP_NEEDED: Final = (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF")
_WEBP_KINDS: Final[dict[bytes, tuple[Kind, int]]] = {
    b"ICCP": ("icc", 0x20),
    b"EXIF": ("exif", 0x08),
    b"XMP ": ("xmp", 0x04),
}


def _webp_parts(data: bytes) -> Iterator[Part]:
    yield Part("", 0, 12)
    place, whole = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while place + 8 <= whole:
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        end = min(place + 8 + length + length % 2, len(data))
        if place + 8 + length > whole:
            raise MetadataUnreadableError(form="webp", detail=f"a chunk at byte {place} ends outside the file")
        kind = "" if name in _WEBP_NEEDED else _WEBP_KINDS.get(name, ("other", 0))[0]
        exif = place + 8 if kind == "exif" else 0
        yield Part(kind, place, end, exif)
        place = end
    yield from _trailing(data, place)


def _webp_whole(data: bytearray, parts: list[Part]) -> bytes:
    whole = bytearray(b"".join(data[part.start : part.end] for part in parts))
    struct.pack_into("<I", whole, 4, len(whole) - 8)
    if whole[12:16] == b"VP8X":
        left = {part.kind for part in parts}
        for kind, flag in _WEBP_KINDS.values():
            if kind not in left:
                whole[20] &= ~flag & 0xFF
    return bytes(whole)


def _gif_blocks_end(data: bytes, place: int) -> int:
    while place < len(data) and data[place]:
        place += 1 + data[place]
    return place + 1


def _gif_table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _gif_parts(data: bytes) -> Iterator[Part]:
    place = 13 + _gif_table_bytes(data[10] if len(data) > 10 else 0)
    yield Part("", 0, place)
    while place < len(data):
        kind: Kind | Literal[""] = ""
        if data[place] == 0x3B:
            yield Part("", place, place + 1)
            yield from _trailing(data, place + 1)
            return
        if data[place] == 0x21 and place + 2 < len(data):
            end = _gif_blocks_end(data, place + 2)
            label, program = data[place + 1], data[place + 3 : place + 14]
            if label == 0xFE:
                kind = "comment"
            elif label == 0xFF and program not in (b"NETSCAPE2.0", b"ANIMEXTS1.0"):
                kind = "xmp" if program == b"XMP DataXMP" else "icc" if program == b"ICCRGBG1012" else "other"
        elif data[place] == 0x2C and place + 9 < len(data):
            end = _gif_blocks_end(data, place + 11 + _gif_table_bytes(data[place + 9]))
        else:
            raise MetadataUnreadableError(form="gif", detail=f"byte {place} starts no block")
        if end > len(data):
            raise MetadataUnreadableError(form="gif", detail=f"a block at byte {place} ends outside the file")
        yield Part(kind, place, end)
        place = end


# --- Any of them -------------------------------------------------------------------------------------------------


def _whole(data: bytearray, parts: list[Part]) -> bytes:
    return b"".join(data[part.start : part.end] for part in parts)


def _one_part(data: bytes) -> Iterator[Part]:
    yield Part("", 0, len(data))  # BMP has no place for metadata


_READERS: Final[dict[str, Callable[[bytes], Iterator[Part]]]] = {
    "jpeg": _jpeg_parts,
    "png": _png_parts,
    "webp": _webp_parts,
    "gif": _gif_parts,
    "bmp": _one_part,
}
_WRITERS: Final[dict[str, Callable[[bytearray, list[Part]], bytes]]] = {"png": joined_png, "webp": _webp_whole}


def parts_of(data: bytes, form: str) -> list[Part]:
    """The parts of an image file in order, without gaps. Raises MetadataUnreadableError."""
    if form not in _READERS:
        raise MetadataUnreadableError(form=form, detail="its metadata cannot be taken out part by part")
    return list(_READERS[form](data))


def stripped(data: bytes, form: str, remove: frozenset[Kind]) -> tuple[bytes, dict[Kind, int]]:
    """The file without the given kinds of parts, and how many bytes of each kind went.

    `gps` alone empties the GPS directory inside EXIF and drops XMP, which repeats the position, and leaves the rest.
    """
    removed: dict[Kind, int] = {}
    block = bytearray(data)
    kept: list[Part] = []
    for part in parts_of(data, form):
        size = part.end - part.start
        if part.exif and ("gps" in remove or "exif" in remove):
            exif = data[part.exif : part.end]
            if _gps_place(exif, _tiff_start(exif)) is not None:
                removed["gps"] = 0
                if "exif" not in remove:
                    cleared = _without_gps(exif)
                    removed["gps"] = sum(old != new for old, new in zip(exif, cleared, strict=True))
                    block[part.exif : part.end] = cleared
        hides_gps = part.kind == "xmp" or (part.kind == "exif" and not part.exif)  # may be compressed or in hex
        if part.kind and (part.kind in remove or (hides_gps and "gps" in remove)):
            removed[part.kind] = removed.get(part.kind, 0) + size
        else:
            kept.append(part)
    told = {kind: removed[kind] for kind in KINDS if kind in removed}
    return (_WRITERS.get(form, _whole)(block, kept) if removed else data), told
