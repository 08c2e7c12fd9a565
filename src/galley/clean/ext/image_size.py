"""image.size: keeps images within bounds of width, height, aspect ratio and file size."""

from collections.abc import Iterator

import msgspec
import pyarrow as pa

from galley.clean.ext.image_edit import IMAGE, fail_image
from galley.clean.images import ImageMissingError, ImageRefusedError, content_of, header_of, image_places
from galley.clean.operator import Operator
from galley.kernel.errors import GalleyError
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["ImageSize", "ImageSizeParams"]


class ImageSizeParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bounds, both ends included; null: no bound."""

    width_min: int | None = None  # pixels
    width_max: int | None = None
    height_min: int | None = None
    height_max: int | None = None
    ratio_max: float | None = None  # longer side to shorter side
    bytes_min: int | None = None
    bytes_max: int | None = None


class ImageSize(Operator[ImageSizeParams]):
    """Drops images outside the bounds. Needs no decoding: the recorded size, or else the file's header, is read."""

    name = "image.size"
    summary = Text(
        "Drops images whose width, height, aspect ratio or file size is out of bounds.",
        "丢弃宽度、高度、长宽比或文件大小超出范围的图像。",
    )
    Params = ImageSizeParams
    able = Able(modalities=IMAGE)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        columns = [batch.column(name).to_pylist() for name in ("width", "height", "blob", "bytes")]
        for place in image_places(batch):
            width, height, blob, size = (column[place] for column in columns)
            if not (width and height and width > 0 and height > 0 and blob):
                found = _declared(blob, size, desk)
                if isinstance(found, GalleyError):
                    fail_image(out, place, found)
                    continue
                width, height = found
            for reason, detail in self._outside(width, height, size):
                out.drop(place, reason, detail)
        return out.build()

    def _outside(self, width: int, height: int, size: int) -> Iterator[tuple[str, str]]:
        params = self.params
        for name, value, least, most in (
            ("width", width, params.width_min, params.width_max),
            ("height", height, params.height_min, params.height_max),
            ("bytes", size, params.bytes_min, params.bytes_max),
        ):
            if least is not None and value < least:
                yield f"image.{name}_small", f"{name} {value} < {least}"
            if most is not None and value > most:
                yield f"image.{name}_large", f"{name} {value} > {most}"
        longer, shorter = max(width, height), min(width, height)
        if params.ratio_max is not None and longer > params.ratio_max * shorter:
            yield "image.ratio", f"{longer} : {shorter} > {params.ratio_max:g}"


def _declared(blob: str | None, size: int, desk: Desk) -> tuple[int, int] | GalleyError:
    if blob is None:
        return ImageMissingError(detail="no content")
    data = content_of(blob, size, desk)
    if isinstance(data, GalleyError):
        return data
    try:
        header = header_of(data)
    except ImageRefusedError as problem:
        return problem
    return header.width, header.height
