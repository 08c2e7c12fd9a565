"""image.orient: turns images the way their EXIF orientation says, and says so in the file."""

from typing import Any

import pyarrow as pa

from galley.clean.ext.image_edit import IMAGE, fail_image, put_values
from galley.clean.image_rewrite import turned
from galley.clean.images import content_of, looks
from galley.clean.operator import Operator
from galley.kernel.errors import GalleyError
from galley.kernel.extension import Able, NoParams
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["ImageOrient"]


class ImageOrient(Operator[NoParams]):
    """Applies the EXIF orientation to the pixels, because many training loaders ignore it.

    Images that are upright already are not touched. JPEG is encoded again with its own quantisation tables (no visible
    loss); PNG and lossless WebP without loss. Other metadata stays (`image.strip` removes it). Animations stay as they are.
    """

    name = "image.orient"
    summary = Text("Turns images upright as their EXIF orientation says.", "按 EXIF 方向信息将图像转正。")
    able = Able(modalities=IMAGE, edits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        blobs, sizes = batch.column("blob").to_pylist(), batch.column("bytes").to_pylist()
        rows: dict[int, dict[str, Any]] = {}
        notes: dict[int, str] = {}
        for place, look in looks(batch, desk):
            if isinstance(look, GalleyError):
                fail_image(out, place, look)
            elif look.header.orientation != 1 and look.header.frames == 1:
                made = _upright(blobs[place], sizes[place], desk)
                if isinstance(made, GalleyError):
                    fail_image(out, place, made)
                else:
                    rows[place] = made
                    notes[place] = f"orientation {look.header.orientation} applied"
        put_values(out, batch, rows, "image.oriented", notes)
        return out.build()


def _upright(blob: str, size: int, desk: Desk) -> dict[str, Any] | GalleyError:
    data = content_of(blob, size, desk)
    if isinstance(data, GalleyError):
        return data
    try:
        new = turned(data)
    except GalleyError as problem:
        return problem
    return new.row(desk.blobs.put(new.data))
