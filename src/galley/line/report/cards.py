"""Records as the report shows them: a small picture or an excerpt, never the whole content and never its own bytes."""

import base64
import io
import warnings
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from PIL import Image

from galley.clean.images import header_of
from galley.kernel.errors import GalleyError
from galley.kernel.ports import Blobs
from galley.line.report.words import excerpt, visible

__all__ = ["Card", "card_of", "first_difference", "thumbnail"]

_SIDE: Final = 112  # pixels of the longer side
_TINY: Final = 56  # images up to this side keep their pixels and are shown enlarged
_READ_MAX: Final = 64 * 2**20  # bytes: larger files are named, not shown


class Card(NamedTuple):
    """One record, ready to show."""

    id: str
    key: str
    kind: str  # image | text | other
    text: str = ""  # of a text record
    src: str = ""  # data URI of an image; empty: it cannot be shown
    tiny: bool = False
    width: int = 0  # of the picture in the report, pixels
    height: int = 0
    note: str = ""  # media type and size of anything else


def card_of(row: Mapping[str, Any], blobs: Blobs, around: int = 0) -> Card:
    """A record row as a card; a text's excerpt begins shortly before place `around`."""
    head = Card(id=row["id"], key=excerpt(row["key"], length=80), kind="other")
    if row["text"] is not None:
        return head._replace(kind="text", text=excerpt(row["text"], around=around))
    note = f"{visible(row['media_type'])} · {row['bytes']:,} B"
    if row["modality"] != "image":
        return head._replace(note=note)
    found = None
    if row["blob"] is not None and row["bytes"] <= _READ_MAX and blobs.has(row["blob"]):
        found = thumbnail(blobs.get(row["blob"]))
    if found is None:
        return head._replace(kind="image", note=note)
    return found._replace(id=head.id, key=head.key, note=note)


def thumbnail(data: bytes) -> Card | None:
    """A picture drawn anew from the bytes, at most 112 pixels a side, as a data URI; None when there is none to draw."""
    try:
        form = header_of(data).form
    except GalleyError:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=[form])
            image.draft("RGB", (2 * _SIDE, 2 * _SIDE))
            small = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    except MemoryError:
        raise
    except Exception:  # broad: decoders raise anything on hostile bytes; the card then says that there is no picture
        return None
    tiny = max(image.size) <= _TINY
    if not tiny:
        small.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    sink = io.BytesIO()
    if tiny or small.mode == "RGBA":
        small.save(sink, "PNG", optimize=True)
        kind = "png"
    else:
        small.save(sink, "JPEG", quality=72, optimize=True)
        kind = "jpeg"
    scale = max(1, _SIDE // max(small.size)) if tiny else 1
    src = f"data:image/{kind};base64,{base64.b64encode(sink.getvalue()).decode()}"
    return Card("", "", "image", src=src, tiny=tiny, width=small.width * scale, height=small.height * scale)


def first_difference(left: str, right: str) -> int:
    """The first place where two texts differ; the shorter one's length when one begins with the other."""
    for place, (mine, yours) in enumerate(zip(left, right, strict=False)):
        if mine != yours:
            return place
    return min(len(left), len(right))
