"""Writing images anew: turned upright, or without their metadata; the same input always gives the same bytes."""

import io
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, JpegImagePlugin

from galley.clean.image_metadata import (
    KINDS,
    Kind,
    MetadataUnreadableError,
    Part,
    joined_png,
    parts_of,
    stripped,
    upright_exif,
)
from galley.clean.images import FORMATS, UPRIGHT, Header, decoded, header_of

__all__ = ["Rewritten", "cleared", "turned"]

_PNG_CARRIED: Final = (b"gAMA", b"cHRM", b"sRGB", b"cICP", b"iCCP")

_TIFF_PRIVATE: Final[dict[int, Kind]] = {
    0x8825: "gps",
    0x8769: "exif",
    700: "xmp",
    33723: "iptc",
    34377: "iptc",
    270: "comment",
    271: "exif",
    272: "exif",
    305: "exif",
    306: "exif",
    315: "exif",
    316: "exif",
    33432: "exif",
    34675: "icc",
}
"""TIFF 6.0 tags that say something about people, places and equipment."""


@dataclass(frozen=True)
class Rewritten:
    """A new file and what a record says of it."""

    data: bytes
    form: str
    width: int
    height: int

    def row(self, blob: str) -> dict[str, Any]:
        """The record's columns for it."""
        return {
            "blob": blob,
            "bytes": len(self.data),
            "width": self.width,
            "height": self.height,
            "media_type": FORMATS[self.form],
        }


def turned(data: bytes) -> Rewritten:
    """The image with its EXIF orientation applied and set to 1; its other metadata goes along.

    Raises ImageRefusedError, ImageMemoryError or MetadataUnreadableError.
    """
    header = header_of(data)
    source = decoded(data)
    upright = source.transpose(UPRIGHT[header.orientation])
    if header.form == "jpeg":
        made = _spliced(_as_jpeg(source, upright, header.orientation >= 5), data)
    elif header.form == "png":
        made = _png_spliced(_saved(upright, "PNG"), data)
    elif header.form == "webp":
        exif = source.info.get("exif", b"")
        kept = {"icc_profile": source.info.get("icc_profile", b""), "xmp": source.info.get("xmp", b"")}
        made = _saved(upright, "WEBP", **_webp_options(data), exif=upright_exif(exif), **kept)
    else:
        raise MetadataUnreadableError(form=header.form, detail="no orientation can be applied")
    return Rewritten(made, header.form, upright.width, upright.height)


def cleared(data: bytes, header: Header, remove: frozenset[Kind]) -> tuple[Rewritten, dict[Kind, int]]:
    """The image without some kinds of metadata, and the bytes removed of each kind (empty: nothing to remove)."""
    if header.form == "tiff":
        return _cleared_tiff(data, header, remove)
    new, removed = stripped(data, header.form, remove)
    width, height = header.width, header.height
    if "exif" in removed and header.orientation != 1 and header.frames == 1:
        upright = turned(data)
        new, _ = stripped(upright.data, header.form, remove)
        width, height = upright.width, upright.height
    return Rewritten(new, header.form, width, height), removed


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    # Pillow writes what it finds in `info` unless told otherwise: give it a picture that knows nothing.
    transparency = image.info.get("transparency")
    image.info = {} if transparency is None else {"transparency": transparency}
    image.save(out, format=kind, **options)
    return out.getvalue()


def _as_jpeg(source: Image.Image, upright: Image.Image, sideways: bool) -> bytes:
    """Encoded with the source's own quantisation tables, turned along with the pixels."""
    tables: dict[int, list[int]] = getattr(source, "quantization", {})
    turned_tables = [
        [table[column * 8 + row] for row in range(8) for column in range(8)] if sideways else list(table)
        for _, table in sorted(tables.items())
    ]
    sampling = JpegImagePlugin.get_sampling(source)
    if sampling < 0 or (sideways and sampling == 1):
        sampling = 0  # 4:2:2 lying on its side has no name in Pillow; 4:4:4 loses nothing
    colour = {"subsampling": sampling} if upright.mode != "L" else {}
    return _saved(upright, "JPEG", qtables=turned_tables, optimize=False, **colour)


def _spliced(fresh: bytes, original: bytes) -> bytes:
    """A fresh JPEG with the metadata segments of the original, EXIF turned upright; previews in pieces are left out."""
    carried = [part for part in parts_of(original, "jpeg") if part.kind in ("exif", "xmp", "iptc", "icc", "comment")]
    head = 2 + (2 + int.from_bytes(fresh[4:6], "big") if fresh[2:4] == b"\xff\xe0" else 0)
    return fresh[:head] + b"".join(_carried(original, part) for part in carried) + fresh[head:]


def _carried(original: bytes, part: Part) -> bytes:
    if not part.exif:
        return original[part.start : part.end]
    return original[part.start : part.exif] + upright_exif(original[part.exif : part.end])


def _png_spliced(fresh: bytes, original: bytes) -> bytes:
    """A fresh PNG with the colour, text and EXIF chunks of the original, EXIF turned upright."""
    head = 8 + 25  # signature and IHDR
    carried = [
        _carried(original, part)
        for part in parts_of(original, "png")
        if original[part.start + 4 : part.start + 8] in _PNG_CARRIED or part.kind in ("exif", "xmp", "iptc", "comment")
    ]
    whole = fresh[:head] + b"".join(carried) + fresh[head:]
    return joined_png(bytearray(whole), parts_of(whole, "png"))  # the checksum of EXIF made right


def _webp_options(data: bytes) -> dict[str, Any]:
    lossless = any(data[part.start : part.start + 4] == b"VP8L" for part in parts_of(data, "webp"))
    return {"lossless": True, "exact": True, "quality": 80} if lossless else {"quality": 92}


def _cleared_tiff(data: bytes, header: Header, remove: frozenset[Kind]) -> tuple[Rewritten, dict[Kind, int]]:
    image = decoded(data)
    tags = getattr(image, "tag_v2", {})
    found: set[Kind] = {kind for tag, kind in _TIFF_PRIVATE.items() if tag in tags and kind in remove}
    if not found:
        return Rewritten(data, "tiff", header.width, header.height), {}
    if header.frames > 1:
        raise MetadataUnreadableError(form="tiff", detail="it has several pages")
    profile = image.info.get("icc_profile", b"") if "icc" not in remove else b""
    options = {"icc_profile": profile} if profile else {}
    made = _saved(
        Image.frombytes(image.mode, image.size, image.tobytes()), "TIFF", compression="tiff_adobe_deflate", **options
    )
    return Rewritten(made, "tiff", image.width, image.height), {kind: 0 for kind in KINDS if kind in found}
