"""image.valid: keeps images that decode to the end, and says of every other one what is wrong with it."""

from typing import Any, Literal

import msgspec
import pyarrow as pa

from galley.clean.ext.image_edit import IMAGE, fail_image, put_values
from galley.clean.images import FORMATS, Header, ImageRefusedError, looks
from galley.clean.operator import Operator
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.limits import IMAGE_PIXELS_MAX
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["ImageValid", "ImageValidParams"]

Format = Literal["jpeg", "png", "webp", "gif", "bmp", "tiff"]


class ImageValidParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which images are accepted."""

    formats: tuple[Format, ...] = ("jpeg", "png", "webp", "gif", "bmp", "tiff")  # told by content, not by name
    animated: Literal["keep", "drop"] = "keep"  # several frames or pages
    pixels_max: int = IMAGE_PIXELS_MAX  # width times height


class ImageValid(Operator[ImageValidParams]):
    """Drops broken images; fills in width, height and media type from the content.

    Every coefficient of the file is read, so truncated files are found. Whether the picture makes sense is not judged.
    """

    name = "image.valid"
    summary = Text(
        "Drops images that are broken, truncated, too large or of another format; fills in their size and type.",
        "丢弃损坏、截断、过大或格式不符的图像，并补全宽高与类型。",
    )
    Params = ImageValidParams
    able = Able(modalities=IMAGE, edits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        sizes: dict[int, dict[str, Any]] = {}
        types: dict[int, dict[str, Any]] = {}
        notes: dict[int, str] = {}
        rows = batch.select(["width", "height", "media_type"]).to_pylist()
        for place, look in looks(batch, desk):
            if isinstance(look, ImageRefusedError):
                out.drop(place, look.why, str(look.facts.get("detail", "")))
            elif isinstance(look, Exception):
                fail_image(out, place, look)
            elif not self._refused(out, place, look.header):
                header, row = look.header, rows[place]
                if (row["width"], row["height"]) != (header.width, header.height):
                    sizes[place] = {"width": header.width, "height": header.height}
                if row["media_type"] != FORMATS[header.form]:
                    types[place] = {"media_type": FORMATS[header.form]}
                    notes[place] = f"the content is {FORMATS[header.form]}"
        put_values(out, batch, sizes, "image.size_filled", {})
        put_values(out, batch, types, "image.type_corrected", notes)
        return out.build()

    def _refused(self, out: OutcomeBuilder, place: int, header: Header) -> bool:
        pixels = header.width * header.height
        if header.form not in self.params.formats:
            out.drop(place, "image.format", header.form)
        elif header.frames > 1 and self.params.animated == "drop":
            out.drop(place, "image.animated", "more than one frame")
        elif pixels > self.params.pixels_max:
            out.drop(place, "image.too_many_pixels", f"{header.width} x {header.height} > {self.params.pixels_max}")
        else:
            return False
        return True
