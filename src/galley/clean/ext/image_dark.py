"""image.dark: drops images that are too dark or too bright to show anything."""

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean.ext.image_edit import IMAGE, fail_image
from galley.clean.images import Look, looks
from galley.clean.operator import Operator
from galley.kernel.errors import GalleyError
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["ImageDark", "ImageDarkParams"]


class ImageDarkParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds on grey levels, 0 black to 255 white."""

    lightest_min: int = 40  # the level that 99 % of the pixels do not exceed must reach this
    darkest_max: int = 235  # the level that 1 % of the pixels do not exceed must not be above this
    mean_min: float = 0.0
    mean_max: float = 255.0


class ImageDark(Operator[ImageDarkParams]):
    """Drops images with nothing light in them, or nothing dark.

    Percentiles rather than the mean decide by default: a night scene with lamps and a white page with a line of text are
    fine, a covered lens and an empty page are not.
    """

    name = "image.dark"
    summary = Text("Drops images that are too dark or too bright.", "丢弃过暗或过亮的图像。")
    Params = ImageDarkParams
    able = Able(modalities=IMAGE)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        for place, look in looks(batch, desk):
            if isinstance(look, GalleyError):
                fail_image(out, place, look)
            else:
                self._judge(out, place, look)
        return out.build()

    def _judge(self, out: OutcomeBuilder, place: int, look: Look) -> None:
        params = self.params
        counts = np.cumsum(look.histogram)
        total = int(counts[-1])
        lightest = _level(counts, total * 99, 100)
        darkest = _level(counts, total, 100)
        mean = int(np.dot(look.histogram, np.arange(256))) / total
        if lightest < params.lightest_min:
            out.drop(place, "image.dark", f"99 % of the pixels are at most {lightest} < {params.lightest_min}")
        elif mean < params.mean_min:
            out.drop(place, "image.dark", f"mean {mean:.1f} < {params.mean_min:g}")
        elif darkest > params.darkest_max:
            out.drop(place, "image.bright", f"99 % of the pixels are at least {darkest} > {params.darkest_max}")
        elif mean > params.mean_max:
            out.drop(place, "image.bright", f"mean {mean:.1f} > {params.mean_max:g}")


def _level(counts: np.ndarray[tuple[int], np.dtype[np.int64]], share: int, of: int) -> int:
    """The lowest grey level with at least share/of pixels at or below it; integers, so no rounding decides."""
    return int(np.argmax(counts * of >= share))
