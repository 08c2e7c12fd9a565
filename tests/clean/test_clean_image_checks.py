"""image.size, image.blur, image.dark: bounds hold at both ends, and a line of image operators decodes each image once."""

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFile, ImageFilter

from galley.clean import images
from galley.clean.ext.image_blur import ImageBlur, ImageBlurParams
from galley.clean.ext.image_dark import ImageDark, ImageDarkParams
from galley.clean.ext.image_near_dup import ImageNearDup, ImageNearDupParams
from galley.clean.ext.image_orient import ImageOrient
from galley.clean.ext.image_size import ImageSize, ImageSizeParams
from galley.clean.ext.image_valid import ImageValid, ImageValidParams
from galley.clean.images import forget_looks, look_at
from galley.kernel.extension import NoParams
from galley.testing.batches import blob_row, encoded_image, records
from galley.testing.memory import memory_desk
from galley.testing.operator_runs import OneRecord, judge, told

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def _sized(width: int | None, height: int | None, size: int = 5000, **params: Any) -> str:
    desk = memory_desk()
    batch = records([blob_row(desk.blobs, "it", b"never decoded", width=width, height=height, bytes=size)])
    return told(ImageSize(ImageSizeParams(**params)), batch, desk)["it"].reason


@pytest.mark.parametrize(
    ("params", "inside", "outside", "reason"),
    [
        ({"width_min": 32}, (32, 9, 1), (31, 9, 1), "image.width_small"),
        ({"width_max": 32}, (32, 9, 1), (33, 9, 1), "image.width_large"),
        ({"height_min": 32}, (9, 32, 1), (9, 31, 1), "image.height_small"),
        ({"height_max": 32}, (9, 32, 1), (9, 33, 1), "image.height_large"),
        ({"ratio_max": 2.5}, (10, 25, 1), (10, 26, 1), "image.ratio"),
        ({"ratio_max": 2.5}, (25, 10, 1), (26, 10, 1), "image.ratio"),
        ({"bytes_min": 100}, (9, 9, 100), (9, 9, 99), "image.bytes_small"),
        ({"bytes_max": 100}, (9, 9, 100), (9, 9, 101), "image.bytes_large"),
    ],
)
def test_each_bound_holds_at_its_edge(
    params: dict[str, Any], inside: tuple[int, int, int], outside: tuple[int, int, int], reason: str
) -> None:
    assert _sized(*inside, **params) == ""
    assert _sized(*outside, **params) == reason


def test_an_unknown_size_is_read_from_the_header() -> None:
    desk = memory_desk()
    data = encoded_image(np.zeros((20, 300, 3), dtype=np.uint8))
    rows = [blob_row(desk.blobs, "unknown", data), blob_row(desk.blobs, "broken", b"nothing")]
    found = told(ImageSize(ImageSizeParams(width_max=299)), records(rows), desk)
    assert (found["unknown"].reason, found["unknown"].detail) == ("image.width_large", "width 300 > 299")
    assert (found["broken"].verdict, found["broken"].reason) == ("fail", "GLY-CLE-302")


def _grey(levels: np.ndarray[Any, Any], kind: str = "PNG") -> bytes:
    return encoded_image(levels.astype(np.uint8), kind)


def _dark(data: bytes, **params: Any) -> OneRecord:
    desk = memory_desk()
    return told(ImageDark(ImageDarkParams(**params)), records([blob_row(desk.blobs, "it", data)]), desk)["it"]


def test_dark_and_bright_are_told_by_percentiles() -> None:
    night = np.full((100, 100), 8)
    assert _dark(_grey(night)).reason == "image.dark"
    lamp = night.copy()
    lamp[:10, :11] = 200  # 1.1 % of the pixels
    assert _dark(_grey(lamp)).verdict == "keep"
    lamp[:10, 9:] = 8  # 0.9 %
    assert _dark(_grey(lamp)).reason == "image.dark"
    page = np.full((100, 100), 250)
    assert _dark(_grey(page)).reason == "image.bright"
    page[:10, :11] = 20
    assert _dark(_grey(page)).verdict == "keep"


@pytest.mark.parametrize(("level", "reason"), [(39, "image.dark"), (40, ""), (235, ""), (236, "image.bright")])
def test_levels_at_the_bounds(level: int, reason: str) -> None:
    assert _dark(_grey(np.full((50, 60), level))).reason == reason


def test_the_mean_can_be_bounded_too() -> None:
    half = np.zeros((10, 10))
    half[:5] = 100
    assert _dark(_grey(half), mean_min=50.0).reason == ""
    assert _dark(_grey(half), mean_min=50.5).detail == "mean 50.0 < 50.5"
    assert _dark(_grey(half), mean_max=49.5).reason == "image.bright"


def test_transparent_parts_count_as_white() -> None:
    icon = np.zeros((40, 40, 4), dtype=np.uint8)
    icon[10:30, 10:30, 3] = 255  # a black square on nothing
    assert _dark(encoded_image(icon)).verdict == "keep"
    icon[:, :, 3] = 255
    assert _dark(encoded_image(icon)).reason == "image.dark"


def test_the_laplacian_is_what_the_textbook_says() -> None:
    rows = np.random.default_rng(7).integers(0, 256, (40, 50))
    wide = rows.astype(float)
    inner = wide[1:-1, :-2] + wide[1:-1, 2:] + wide[:-2, 1:-1] + wide[2:, 1:-1] - 4 * wide[1:-1, 1:-1]
    assert look_at(_grey(rows)).sharpness == pytest.approx(inner.var(), rel=1e-12)


def test_an_image_without_inner_pixels_has_no_sharpness() -> None:
    assert look_at(_grey(np.array([[0, 255]]))).sharpness == 0.0


def _photos(count: int) -> list[bytes]:
    folder = SHARED / "bccd" / "BCCD" / "JPEGImages"
    if not folder.is_dir():
        pytest.skip("the set bccd is not in the shared data (GALLEY_SHARED_DATA)")
    return [path.read_bytes() for path in sorted(folder.glob("*.jpg"))[:: 364 // count][:count]]


def test_blurred_photographs_are_told_from_sharp_ones() -> None:
    desk = memory_desk()
    rows = []
    for place, data in enumerate(_photos(20)):
        rows.append(blob_row(desk.blobs, f"sharp/{place}", data))
        with Image.open(io.BytesIO(data)) as photo:
            for radius in (1, 6):
                out = io.BytesIO()
                photo.filter(ImageFilter.GaussianBlur(radius)).save(out, format="JPEG", quality=90)
                rows.append(blob_row(desk.blobs, f"blur{radius}/{place}", out.getvalue()))
    found = told(ImageBlur(ImageBlurParams()), records(rows), desk)
    dropped = {key for key, one in found.items() if one.reason == "image.blurred"}
    assert dropped == {f"blur6/{place}" for place in range(20)}


def test_sharpness_hardly_depends_on_the_resolution() -> None:
    for data in _photos(4):
        with Image.open(io.BytesIO(data)) as photo:
            out = io.BytesIO()
            photo.resize((1280, 960), Image.Resampling.BICUBIC).save(out, format="PNG")
        assert look_at(out.getvalue()).sharpness == pytest.approx(look_at(data).sharpness, rel=0.25)


def _decodes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes of the images decoded from now on."""
    sizes: list[tuple[int, int]] = []
    original = ImageFile.ImageFile.load_prepare  # called once a decode; load() is called by whoever wants the pixels

    def noted(self: ImageFile.ImageFile) -> None:
        sizes.append(self.size)
        original(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load_prepare", noted)
    return sizes


def test_a_line_of_image_operators_decodes_each_image_once(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_looks()
    desk = memory_desk()
    pictures = [_grey(np.full((90, 120), level), kind) for level in (60, 120) for kind in ("JPEG", "PNG")]
    batch = records([blob_row(desk.blobs, str(place), data) for place, data in enumerate(pictures)])
    sizes = _decodes(monkeypatch)
    for operator in (
        ImageValid(ImageValidParams()),
        ImageOrient(NoParams()),
        ImageSize(ImageSizeParams()),
        ImageBlur(ImageBlurParams()),
        ImageDark(ImageDarkParams()),
        ImageNearDup(ImageNearDupParams()),
    ):
        judge(operator, [batch], desk)
    assert len(sizes) == len(pictures)


def test_a_large_jpeg_is_decoded_reduced(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded_image(np.zeros((1200, 1600, 3), dtype=np.uint8), "JPEG")
    sizes = _decodes(monkeypatch)
    assert look_at(data).header.width == 1600
    assert sizes == [(400, 300)]


def test_the_memory_of_looks_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_LOOKS_MAX", 3)
    forget_looks()
    desk = memory_desk()
    rows = [blob_row(desk.blobs, str(level), _grey(np.full((9, 9), level))) for level in range(40, 50)]
    found = told(ImageDark(ImageDarkParams()), records(rows), desk)
    assert {one.verdict for one in found.values()} == {"keep"}
    assert len(images._seen) == 3
