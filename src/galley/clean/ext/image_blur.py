"""image.blur: drops images without sharp edges."""

import msgspec
import pyarrow as pa

from galley.clean.ext.image_edit import IMAGE, fail_image
from galley.clean.images import looks
from galley.clean.operator import Operator
from galley.kernel.errors import GalleyError
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["ImageBlur", "ImageBlurParams"]


class ImageBlurParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sharp an image must be."""

    sharpness_min: float = 6.0  # variance of the Laplacian with the longer side at 256 pixels


class ImageBlur(Operator[ImageBlurParams]):
    """Drops images whose variance of the Laplacian (Pech-Pacheco et al. 2000) is below a bound.

    Measured on the grey image with its longer side reduced to 256 pixels, so that the bound does not hang on resolution.
    On 20 microscope photographs of 640 x 480, already soft: 24 to 46 as taken, 18 to 35 after a Gaussian blur of radius
    1, 9 to 16 of radius 2, 4 to 6 of radius 4. The default was chosen on these; look at your own pictures before you
    trust it. A plain surface has 0: it counts as blurred.
    """

    name = "image.blur"
    summary = Text("Drops blurred images.", "丢弃模糊的图像。")
    Params = ImageBlurParams
    able = Able(modalities=IMAGE)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        out = OutcomeBuilder(batch.num_rows)
        for place, look in looks(batch, desk):
            if isinstance(look, GalleyError):
                fail_image(out, place, look)
            elif look.sharpness < self.params.sharpness_min:
                out.drop(place, "image.blurred", f"sharpness {look.sharpness:.2f} < {self.params.sharpness_min:g}")
        return out.build()
