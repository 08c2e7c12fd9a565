"""Looking at images: one safe, reduced decode an image, shared by every image operator that meets it.

A `Look` is all the operators ask of an image (size, sharpness, brightness, fingerprint) in about 3 KB, taken from one
decode at reduced scale: JPEG is decoded to grey at 1/2 to 1/8 by its own transform (Pillow's draft mode), which still
reads every coefficient, so a truncated file is found as surely as by a full decode at about half its cost. Looks are
remembered by content hash, so a line with five image operators decodes each image once.

What an image may do to us is bounded before a pixel is decoded: the format is told by its first bytes (no plugin
guesses), the declared size is checked against `limits`, and warnings of the decoder are not errors of ours.
"""

import io
import re
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from galley.clean.image_hash import Fingerprint, fingerprint
from galley.clean.image_metadata import orientation_of
from galley.kernel.errors import GalleyError, InputError, StateError, TransientError, invariant
from galley.kernel.language import Text
from galley.kernel.limits import IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX
from galley.kernel.ports import Desk

__all__ = [
    "FORMATS",
    "UPRIGHT",
    "WORK_PIXELS",
    "Header",
    "ImageFileTooLargeError",
    "ImageMemoryError",
    "ImageMissingError",
    "ImageRefusedError",
    "ImageTooLargeError",
    "ImageUndecodableError",
    "Look",
    "content_of",
    "decoded",
    "forget_looks",
    "format_of",
    "header_of",
    "image_places",
    "look_at",
    "looks",
]

Grey = npt.NDArray[np.uint8]

FORMATS: Final[dict[str, str]] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
}
"""The formats Galley decodes, and their media types."""

WORK_PIXELS: Final = 256
"""The longer side at which sharpness and brightness are measured; larger images are reduced to it by area averaging."""

_LOOKS_MAX: Final = 8192  # four shards; about 3 KB each

_DECODERS: Final[dict[str, Any]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,  # not Pillow's jpeg_factory: a phone's picture with a preview is no animation
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
}

UPRIGHT: Final[dict[int, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageRefusedError(InputError):
    """An image that cannot be looked at; `reason` is what `image.valid` drops it for."""

    reason: ClassVar[str] = "image.refused"
    code = "GLY-CLE-300"
    text = Text("The image cannot be used: {detail}", "图像无法使用：{detail}")
    hint = Text(
        "Put `image.valid` first in the recipe: it drops such records with their reason.",
        "请在配方中先使用 `image.valid`：它会丢弃此类记录并注明原因。",
    )

    @property
    def why(self) -> str:
        """The reason code for this image."""
        return str(self.facts.get("reason", self.reason))


class ImageMissingError(ImageRefusedError):
    """A record of modality image without content."""

    reason = "image.no_content"
    code = "GLY-CLE-301"
    text = Text("The record has no image content.", "该记录没有图像内容。")


class ImageUndecodableError(ImageRefusedError):
    """Bytes that are no complete image of a format we read; fact `reason` tells which way."""

    reason = "image.corrupt"
    code = "GLY-CLE-302"
    text = Text("The image cannot be decoded: {detail}", "图像无法解码：{detail}")


class ImageTooLargeError(ImageRefusedError):
    """A header that declares more pixels than we decode."""

    reason = "image.too_many_pixels"
    code = "GLY-CLE-303"
    text = Text(
        "The image declares {width} x {height} pixels; at most {limit} are decoded.",
        "图像声明为 {width} x {height} 像素，最多解码 {limit} 像素。",
    )


class ImageFileTooLargeError(ImageRefusedError):
    """A file too large to hold in memory for decoding."""

    reason = "image.too_many_bytes"
    code = "GLY-CLE-304"
    text = Text(
        "The image file has {size} bytes; at most {limit} are read.", "图像文件有 {size} 字节，最多读取 {limit} 字节。"
    )


class ImageMemoryError(StateError):
    """The machine ran out of memory: says nothing about the image, so nobody may drop it for that."""

    code = "GLY-CLE-305"
    text = Text(
        "Not enough memory to decode {width} x {height} pixels.", "内存不足，无法解码 {width} x {height} 像素。"
    )
    hint = Text(
        "Use fewer workers, or lower `pixels_max` of `image.valid`.",
        "请减少工作进程数，或降低 `image.valid` 的 `pixels_max`。",
    )


@dataclass(frozen=True)
class Header:
    """What an image file declares, without decoding it."""

    form: str  # a key of FORMATS
    width: int
    height: int
    frames: int  # 2 stands for "more than one"
    orientation: int  # EXIF 1 to 8; 1 where the format or the file says nothing


@dataclass(frozen=True)
class Look:
    """What one reduced decode tells about an image."""

    header: Header
    sharpness: float  # variance of the Laplacian of the grey image at WORK_PIXELS
    histogram: npt.NDArray[np.int64]  # 256 counts of grey levels at WORK_PIXELS
    print: Fingerprint  # of the upright image


_MAGIC: Final[tuple[tuple[str, re.Pattern[bytes]], ...]] = (
    ("jpeg", re.compile(rb"\xff\xd8\xff")),
    ("png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("gif", re.compile(rb"GIF8[79]a")),
    ("bmp", re.compile(rb"BM.{24}", re.DOTALL)),
    ("tiff", re.compile(rb"II[*+]\0|MM\0[*+]")),
)


def format_of(data: bytes) -> str | None:
    """The format by its first bytes, a key of FORMATS, or None."""
    return next((form for form, pattern in _MAGIC if pattern.match(data)), None)


def _opened(data: bytes) -> tuple[str, Image.Image]:
    """The image with its header read, and no more; Pillow refuses a size of zero here. Raises ImageRefusedError."""
    form = format_of(data)
    if form is None:
        detail = "the content is empty" if not data else "the content is none of " + ", ".join(FORMATS)
        raise ImageUndecodableError(detail=detail, reason="image.empty" if not data else "image.not_an_image")
    image: Image.Image = _guarded(form, lambda: _DECODERS[form](io.BytesIO(data), ""))
    return form, image


def _guarded(form: str, action: Any) -> Any:
    """The result of a decoder's work on hostile bytes, whatever it raises or warns about."""
    invariant(not ImageFile.LOAD_TRUNCATED_IMAGES, "truncated images are told from whole ones")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return action()
    except (MemoryError, GalleyError):
        raise
    except Exception as problem:  # broad: decoders raise anything on hostile bytes, and it always means the same
        words = re.sub(r"0x[0-9a-f]+", "0x", f"{type(problem).__name__}: {problem}")[:160]
        reason = "image.truncated" if re.search("truncat|not enough|unexpected end", words, re.IGNORECASE) else None
        raise ImageUndecodableError(detail=f"{form}: {words}", reason=reason or "image.corrupt") from problem


def _header(form: str, image: Image.Image) -> Header:
    frames = 2 if _guarded(form, lambda: getattr(image, "is_animated", False)) else 1
    # Pillow turns a TIFF upright itself while loading.
    exif = image.info.get("exif") if form != "tiff" else None
    return Header(form, image.width, image.height, frames, orientation_of(exif) if isinstance(exif, bytes) else 1)


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > IMAGE_PIXELS_MAX:
        raise ImageTooLargeError(
            width=image.width,
            height=image.height,
            limit=IMAGE_PIXELS_MAX,
            detail=f"{image.width} x {image.height} = {image.width * image.height} pixels > {IMAGE_PIXELS_MAX}",
        )


def header_of(data: bytes) -> Header:
    """What the file declares, without decoding. Raises ImageRefusedError; a declared size of any magnitude is reported."""
    form, image = _opened(data)
    _check_pixels(image)
    return _header(form, image)


def decoded(data: bytes) -> Image.Image:
    """The full image, all pixels. Raises ImageRefusedError or ImageMemoryError."""
    form, image = _opened(data)
    _check_pixels(image)
    _load(form, image)
    return image


def _load(form: str, image: Image.Image) -> None:
    try:
        _guarded(form, image.load)
    except MemoryError as problem:
        raise ImageMemoryError(width=image.width, height=image.height) from problem


def _work_size(width: int, height: int) -> tuple[int, int]:
    longer = max(width, height)
    if longer <= WORK_PIXELS:
        return width, height
    # Integer rounding, so that every machine agrees.
    return tuple(max(1, (side * WORK_PIXELS + longer // 2) // longer) for side in (width, height))  # type: ignore[return-value]


def _grey(image: Image.Image) -> Image.Image:
    """Grey levels 0 to 255; transparent parts are white; deeper images keep their upper eight bits."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, clear).convert("L")
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        levels = np.nan_to_num(np.asarray(image, dtype=np.float64), nan=0.0, posinf=255.0, neginf=0.0)
        top = float(levels.max(initial=0.0))
        scale = 1.0 if 1.0 < top <= 255.0 else 255.0 / 65535.0 if top > 255.0 else 255.0
        return Image.fromarray(np.clip(levels * scale, 0, 255).astype(np.uint8))
    return image.convert("L")


def look_at(data: bytes) -> Look:
    """One reduced decode of an image. Raises ImageRefusedError or ImageMemoryError."""
    form, image = _opened(data)
    _check_pixels(image)
    if form == "png":
        _guarded(form, PngImagePlugin.PngImageFile(io.BytesIO(data), "").verify)  # the checksums load() does not check
    width, height = image.size
    size = _work_size(width, height)
    if form == "jpeg" and image.mode in ("RGB", "L"):
        image.draft("L", size)
    _load(form, image)
    header = _header(form, image)
    header = Header(form, width, height, header.frames, header.orientation)
    return _guarded(form, lambda: _measured(header, image, size))  # type: ignore[no-any-return]


def _measured(header: Header, image: Image.Image, size: tuple[int, int]) -> Look:
    grey = _grey(image)
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.BOX)
    turn = UPRIGHT.get(header.orientation)
    upright = grey.transpose(turn) if turn is not None else grey
    turned = header.orientation >= 5
    sides = (header.height, header.width) if turned else (header.width, header.height)
    return Look(
        header=header,
        sharpness=_laplacian_variance(np.asarray(grey)),
        histogram=np.array(grey.histogram(), dtype=np.int64),
        print=fingerprint(upright, sides[0], sides[1]),
    )


def _laplacian_variance(grey: Grey) -> float:
    """Variance of the 4-neighbour Laplacian, from exact integer sums; 0 where there is no inner pixel."""
    # Here, because numba takes half a second to import, and listing the operators must not pay for it.
    from galley.clean.kernels.image_edges import laplacian_sums  # noqa: PLC0415

    count, total, squares = laplacian_sums(grey)
    return float((count * squares - total * total) / (count * count)) if count else 0.0


# --- Over a batch ------------------------------------------------------------------------------------------------

_seen: OrderedDict[str, Look | ImageRefusedError] = OrderedDict()
_seen_lock = threading.Lock()


def forget_looks() -> None:
    """Empty the memory of looks (for measurements)."""
    with _seen_lock:
        _seen.clear()


def image_places(batch: pa.RecordBatch) -> list[int]:
    """The places of the image records in the batch."""
    return [place for place, kind in enumerate(batch.column("modality").to_pylist()) if kind == "image"]


def content_of(blob: str | None, size: int, desk: Desk) -> bytes | GalleyError:
    """The bytes of an image record, or why there are none. A store that should be asked again later raises."""
    if blob is None:
        return ImageMissingError(detail="no content")
    if size > IMAGE_BYTES_MAX:
        return ImageFileTooLargeError(size=size, limit=IMAGE_BYTES_MAX, detail=f"{size} bytes > {IMAGE_BYTES_MAX}")
    try:
        return desk.blobs.get(blob)
    except TransientError:
        raise
    except GalleyError as problem:
        return problem


def _look(blob: str | None, size: int, desk: Desk) -> Look | GalleyError:
    with _seen_lock:
        known = _seen.get(blob or "") if size <= IMAGE_BYTES_MAX else None
        if known is not None:
            _seen.move_to_end(blob or "")
            return known
    data = content_of(blob, size, desk)
    if isinstance(data, GalleyError):
        return data
    found: Look | ImageRefusedError
    try:
        found = look_at(data)
    except ImageRefusedError as problem:
        # A kept traceback would keep the pixels alive.
        found = problem.with_traceback(None)
        found.__cause__ = found.__context__ = None
    except ImageMemoryError as problem:
        return problem
    with _seen_lock:
        _seen[blob or ""] = found
        while len(_seen) > _LOOKS_MAX:
            _seen.popitem(last=False)
    return found


def looks(batch: pa.RecordBatch, desk: Desk) -> Iterator[tuple[int, Look | GalleyError]]:
    """The look at each image record of a batch with its place, or the error that says why there is none."""
    blobs, sizes = batch.column("blob").to_pylist(), batch.column("bytes").to_pylist()
    for place in image_places(batch):
        yield place, _look(blobs[place], sizes[place], desk)
