"""image.strip: takes private and needless metadata out of image files, GPS positions first of all."""

from typing import Any

import msgspec
import pyarrow as pa

from galley.clean.ext.image_edit import IMAGE, fail_image, put_values
from galley.clean.image_metadata import Kind
from galley.clean.image_rewrite import cleared
from galley.clean.images import Header, content_of, looks
from galley.clean.operator import Operator
from galley.kernel.errors import GalleyError
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["ImageStrip", "ImageStripParams"]


class ImageStripParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to remove. `gps` alone empties the position inside EXIF, drops XMP, and leaves the rest."""

    remove: tuple[Kind, ...] = ("gps", "exif", "xmp", "iptc", "comment", "other", "trailing")


_NAMES = {"gps": "GPS", "exif": "EXIF", "xmp": "XMP", "iptc": "IPTC", "icc": "ICC profile", "other": "other segments"}


class ImageStrip(Operator[ImageStripParams]):
    """Removes metadata without touching the compressed pixels (JPEG, PNG, WebP, GIF).

    Only an image whose EXIF orientation would be lost is turned upright and encoded again; a TIFF with metadata is
    encoded again without loss. The detail names what went and how many bytes, never the values.
    """

    name = "image.strip"
    summary = Text(
        "Removes GPS, EXIF, XMP, IPTC, comments and hidden trailing data from image files.",
        "移除图像文件中的 GPS、EXIF、XMP、IPTC、注释和尾部隐藏数据。",
    )
    Params = ImageStripParams
    able = Able(modalities=IMAGE, edits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        blobs, sizes = batch.column("blob").to_pylist(), batch.column("bytes").to_pylist()
        rows: dict[int, dict[str, Any]] = {}
        notes: dict[int, str] = {}
        for place, look in looks(batch, desk):
            made = (
                look if isinstance(look, GalleyError) else self._cleared(blobs[place], sizes[place], look.header, desk)
            )
            if isinstance(made, GalleyError):
                fail_image(out, place, made)
            elif made is not None:
                rows[place], notes[place] = made
        put_values(out, batch, rows, "image.stripped", notes)
        return out.build()

    def _cleared(
        self, blob: str, size: int, header: Header, desk: Desk
    ) -> tuple[dict[str, Any], str] | GalleyError | None:
        data = content_of(blob, size, desk)
        if isinstance(data, GalleyError):
            return data
        try:
            new, removed = cleared(data, header, frozenset(self.params.remove))
        except GalleyError as problem:
            return problem
        if not removed:
            return None
        parts = [f"{_NAMES.get(kind, kind)}{f' {count:,} bytes' if count else ''}" for kind, count in removed.items()]
        return new.row(desk.blobs.put(new.data)), ", ".join(parts)
