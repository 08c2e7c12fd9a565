"""Facts, thumbnail and tiles of a picture. Runs in the makers' process, whose memory and time are bounded.

What a file may do is bounded before a pixel is decoded: the format is told by its first bytes, the declared size is
checked. What is made is upright, as browsers show it.
"""

import io
import re
import warnings
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps

from galley.annotate.media.errors import MediaFormatError, MediaTooLargeError, MediaUnreadableError
from galley.annotate.media.model import THUMBNAIL, THUMBNAIL_PIXELS, TILE_PIXELS, TILES, Facts, needs_tiles
from galley.annotate.media.pack import levels_of, write_pack
from galley.kernel.errors import GalleyError
from galley.kernel.limits import IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX

__all__ = ["FORMATS", "make_image"]

FORMATS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}
"""Media types that are decoded, and what Pillow calls them."""

_ORIENTATION: Final = 0x0112
_TURNED: Final = (5, 6, 7, 8)
_QUALITY: Final = 88


def make_image(source: Path, folder: Path, media_type: str) -> Facts:
    """Decode a picture once; leaves THUMBNAIL, and TILES of a large one, in the folder.

    Raises MediaUnreadableError, MediaTooLargeError, MediaFormatError; MemoryError goes through.
    """
    form = FORMATS.get(media_type)
    if form is None:
        raise MediaFormatError(media_type=media_type)
    size = source.stat().st_size
    if size > IMAGE_BYTES_MAX:
        raise MediaTooLargeError(found=size, unit="B", limit=IMAGE_BYTES_MAX)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _made(source, folder, media_type, form)
    except (MemoryError, GalleyError):
        raise
    except Exception as problem:  # broad: decoders raise anything on hostile bytes, and it always means the same
        words = re.sub(r"0x[0-9a-f]+|<[^>]*>|'/[^']*'", "…", f"{type(problem).__name__}: {problem}")[:160]
        raise MediaUnreadableError(detail=words) from problem


def _made(source: Path, folder: Path, media_type: str, form: str) -> Facts:
    Image.MAX_IMAGE_PIXELS = None  # the bound is ours, and the same everywhere
    with Image.open(source, formats=(form,)) as image:
        width, height = image.size
        if width * height > IMAGE_PIXELS_MAX:
            raise MediaTooLargeError(found=width * height, unit="px", limit=IMAGE_PIXELS_MAX)
        turned = image.getexif().get(_ORIENTATION, 1)
        orientation = turned if turned in range(1, 9) else 1
        if orientation in _TURNED:
            width, height = height, width
        tiled = form == "TIFF" or needs_tiles(width, height)  # no browser shows TIFF
        if not tiled:
            image.draft("RGB", (2 * THUMBNAIL_PIXELS, 2 * THUMBNAIL_PIXELS))
        upright = _eight_bits(ImageOps.exif_transpose(image))
    if tiled:
        width, height = upright.size  # Pillow turns a TIFF itself while loading
    levels = levels_of(width, height) if tiled else ()
    smallest = _write_tiles(folder / TILES, upright) if tiled else upright
    smallest.thumbnail(
        (THUMBNAIL_PIXELS, THUMBNAIL_PIXELS), Image.Resampling.BOX if tiled else Image.Resampling.BICUBIC
    )
    (folder / THUMBNAIL).write_bytes(_webp(smallest))
    return Facts(
        kind="image",
        media_type=media_type,
        bytes=source.stat().st_size,
        width=width,
        height=height,
        orientation=orientation,
        tile_size=TILE_PIXELS if tiled else None,
        levels=levels,
        made=(THUMBNAIL, TILES) if tiled else (THUMBNAIL,),
    )


def _write_tiles(target: Path, image: Image.Image) -> Image.Image:
    """Write the pyramid of an image; what is left of it at the smallest level."""
    levels = levels_of(*image.size)
    shown, at = image, len(levels) - 1

    def tile(level: int, column: int, row: int) -> bytes:
        nonlocal shown, at
        while at > level:
            shown = shown.reduce(2)
            at -= 1
        left, top = column * TILE_PIXELS, row * TILE_PIXELS
        right, bottom = min(left + TILE_PIXELS, shown.width), min(top + TILE_PIXELS, shown.height)
        return _webp(shown.crop((left, top, right, bottom)))

    with target.open("wb") as file:
        write_pack(file, levels, tile)
    return shown


def _eight_bits(image: Image.Image) -> Image.Image:
    """Any image as RGB, or RGBA where parts may be transparent; deeper ones keep their upper eight bits."""
    if image.mode in ("RGB", "RGBA"):
        image.load()
        return image
    if image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in ("I", "F"):
        levels = np.nan_to_num(np.asarray(image, dtype=np.float32), nan=0.0, posinf=255.0, neginf=0.0)
        top = float(levels.max(initial=0.0))
        scale = 1.0 if 1.0 < top <= 255.0 else 255.0 / 65535.0 if top > 255.0 else 255.0
        return Image.fromarray(np.clip(levels * scale, 0, 255).astype(np.uint8)).convert("RGB")
    return image.convert("RGB")


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=0)
    return out.getvalue()
