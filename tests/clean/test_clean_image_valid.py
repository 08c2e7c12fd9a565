"""image.valid: whole images pass, broken ones are dropped for what is wrong with them, bombs before they are decoded."""

import io
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from galley.clean.ext.image_blur import ImageBlur, ImageBlurParams
from galley.clean.ext.image_dark import ImageDark, ImageDarkParams
from galley.clean.ext.image_orient import ImageOrient
from galley.clean.ext.image_strip import ImageStrip, ImageStripParams
from galley.clean.ext.image_valid import ImageValid, ImageValidParams
from galley.clean.images import ImageRefusedError, decoded, forget_looks, look_at
from galley.clean.operator import Operator
from galley.kernel.errors import BugError, TransientError
from galley.kernel.extension import NoParams
from galley.kernel.limits import IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX
from galley.kernel.ports import Desk
from galley.testing.batches import blob_row, encoded_image, png_header, records, text_row
from galley.testing.held import held_bytes
from galley.testing.memory import memory_desk
from galley.testing.operator_runs import OneRecord, scratch_desk, told

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def _scene(width: int = 200, height: int = 150) -> np.ndarray[Any, Any]:
    row, column = np.mgrid[0:height, 0:width]
    waves = [np.sin(column / 9 + channel) + np.cos(row / 7 - channel) for channel in range(3)]
    tiles = ((row // 16 + column // 16) % 2)[:, :, None] * 40
    return np.asarray((np.stack(waves, axis=-1) + 2) * 50 + tiles, dtype=np.uint8)


def _valid(data: bytes, desk: Desk | None = None, columns: dict[str, Any] | None = None, **params: Any) -> OneRecord:
    desk = desk or memory_desk()
    batch = records([blob_row(desk.blobs, "it", data, **(columns or {}))])
    return told(ImageValid(ImageValidParams(**params)), batch, desk)["it"]


PICTURE = _scene()
WHOLE = {
    "jpeg": encoded_image(PICTURE, "JPEG", quality=85),
    "progressive": encoded_image(PICTURE, "JPEG", quality=85, progressive=True),
    "png": encoded_image(PICTURE),
    "webp": encoded_image(PICTURE, "WEBP"),
    "gif": encoded_image(PICTURE, "GIF"),
    "bmp": encoded_image(PICTURE, "BMP"),
    "tiff": encoded_image(PICTURE, "TIFF", compression="tiff_lzw"),
}


@pytest.mark.parametrize("form", WHOLE)
def test_a_whole_image_passes_and_its_size_and_type_are_filled_in(form: str) -> None:
    media_type = "image/jpeg" if form == "progressive" else f"image/{form}"
    filled = _valid(WHOLE[form], columns={"media_type": media_type})
    assert (filled.verdict, filled.edits) == ("edit", {"width": 200, "height": 150})
    assert filled.reason == "image.size_filled"
    again = _valid(WHOLE[form], columns={"media_type": media_type, "width": 200, "height": 150})
    assert again.verdict == "keep"


def test_a_wrong_media_type_and_size_are_corrected() -> None:
    told_wrong = _valid(WHOLE["png"], columns={"media_type": "image/jpeg", "width": 3, "height": 4})
    assert told_wrong.edits == {"media_type": "image/png", "width": 200, "height": 150}
    assert told_wrong.reason == "image.size_filled,image.type_corrected"
    assert told_wrong.detail == "the content is image/png"


@pytest.mark.parametrize("form", ["jpeg", "progressive", "png", "webp", "gif", "bmp", "tiff"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_image_is_dropped(form: str, share: float) -> None:
    data = WHOLE[form][: int(len(WHOLE[form]) * share)]
    dropped = _valid(data)
    assert dropped.verdict == "drop", dropped
    assert dropped.reason in ("image.truncated", "image.corrupt")
    assert dropped.detail


def test_the_reduced_decode_finds_every_truncation_a_full_decode_finds() -> None:
    data = WHOLE["jpeg"]
    for length in range(2, len(data), 61):
        cut = data[:length]
        try:
            decoded(cut)
            whole = True
        except ImageRefusedError:
            whole = False
        assert (_valid(cut).verdict == "edit") == whole, length


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "image.empty"),
        (b"just words, no picture", "image.not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image.not_an_image"),
        (b"%PDF-1.7\n", "image.not_an_image"),
        (b"\xff\xd8\xff", "image.corrupt"),
        (b"GIF89a" + bytes(20), "image.corrupt"),
        (png_header(0, 5), "image.corrupt"),
        (png_header(5, 0), "image.corrupt"),
        (WHOLE["png"][:70] + b"\0\0\0\0" + WHOLE["png"][74:], "image.corrupt"),
        (WHOLE["png"][:-20] + bytes([WHOLE["png"][-20] ^ 1]) + WHOLE["png"][-19:], "image.corrupt"),
    ],
)
def test_what_is_no_image_is_dropped_for_what_it_is(data: bytes, reason: str) -> None:
    assert (_valid(data).verdict, _valid(data).reason) == ("drop", reason)


def _bmp(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)


def _jpeg_declaring(width: int, height: int) -> bytes:
    data = bytearray(WHOLE["jpeg"])
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        png_header(100_000, 10_000),
        png_header(2_000_000_000, 1),
        _bmp(100_000, 10_000),
        _bmp(100_000, -10_000),
        _jpeg_declaring(65_000, 65_000),
        _jpeg_declaring(20_000, 10_001),
    ],
    ids=["png", "png-wide", "bmp", "bmp-top-down", "jpeg", "just-above"],
)
def test_a_declared_size_beyond_the_limit_is_dropped_without_decoding(data: bytes) -> None:
    _valid(png_header(1, 1))  # Pillow's readers are loaded with the first picture
    dropped, peak = held_bytes(lambda: _valid(data))
    assert (dropped.verdict, dropped.reason) == ("drop", "image.too_many_pixels")
    assert str(IMAGE_PIXELS_MAX) in dropped.detail
    assert peak < 2_000_000


def test_a_size_just_within_the_limit_is_not_refused_for_its_size() -> None:
    # More than Pillow's own limit (179 million), of which it would make an error.
    dropped = _valid(png_header(20_000, 10_000))
    assert dropped.reason in ("image.truncated", "image.corrupt")


def test_a_bomb_in_a_text_chunk_is_not_unpacked() -> None:
    body = b"Comment\0\0" + zlib.compress(bytes(80_000_000))
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    data = WHOLE["png"][:33] + chunk + WHOLE["png"][33:]
    dropped = _valid(data)
    assert (dropped.verdict, dropped.reason) == ("drop", "image.corrupt")


def test_bounds_of_the_recipe() -> None:
    assert _valid(WHOLE["gif"], formats=("jpeg", "png")).reason == "image.format"
    assert _valid(WHOLE["png"], formats=("jpeg", "png")).verdict == "edit"
    assert _valid(WHOLE["png"], pixels_max=200 * 150).verdict == "edit"
    assert _valid(WHOLE["png"], pixels_max=200 * 150 - 1).reason == "image.too_many_pixels"


def test_animations_are_kept_or_dropped_as_the_recipe_says() -> None:
    frames = [Image.fromarray(np.roll(PICTURE, shift, axis=1)) for shift in (0, 20, 40)]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        out = io.BytesIO()
        frames[0].save(out, format=kind, save_all=True, append_images=frames[1:])
        assert _valid(out.getvalue()).verdict == "edit", kind
        assert _valid(out.getvalue(), animated="drop").reason == "image.animated", kind
    assert _valid(WHOLE["gif"], animated="drop").verdict == "edit"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16", "I", "F", "YCbCr"])
def test_every_pixel_mode_is_decoded(mode: str) -> None:
    kind = "TIFF" if mode in ("CMYK", "F", "I", "YCbCr") else "PNG"
    grey = Image.fromarray(PICTURE[:, :, 0])
    image = Image.fromarray(PICTURE[:, :, 0].astype(np.uint16) * 257) if mode == "I;16" else grey.convert(mode)
    out = io.BytesIO()
    image.save(out, format=kind)
    seen = look_at(out.getvalue())
    mean = np.dot(seen.histogram, np.arange(256)) / seen.histogram.sum()
    assert mean == pytest.approx(PICTURE[:, :, 0].mean(), abs=12 if mode == "P" else 3)


def test_a_record_without_content_and_one_whose_blob_is_lost_differ() -> None:
    desk = memory_desk()
    batch = records(
        [
            text_row("none", None, modality="image", media_type="image/png"),
            text_row("lost", None, modality="image", media_type="image/png", blob="0" * 64),
            blob_row(desk.blobs, "huge", WHOLE["png"], bytes=IMAGE_BYTES_MAX + 1),
        ]
    )
    found = told(ImageValid(ImageValidParams()), batch, desk)
    assert (found["none"].verdict, found["none"].reason) == ("drop", "image.no_content")
    assert (found["lost"].verdict, found["lost"].reason) == ("fail", "GLY-STO-001")
    assert (found["huge"].verdict, found["huge"].reason) == ("drop", "image.too_many_bytes")


OTHERS: list[Operator[Any]] = [
    ImageBlur(ImageBlurParams()),
    ImageDark(ImageDarkParams()),
    ImageOrient(NoParams()),
    ImageStrip(ImageStripParams()),
]


@pytest.mark.parametrize("operator", OTHERS, ids=lambda operator: operator.name)
def test_the_other_operators_fail_what_they_cannot_decode(operator: Operator[Any]) -> None:
    desk = memory_desk()
    rows = [
        blob_row(desk.blobs, "cut", WHOLE["jpeg"][:900]),
        blob_row(desk.blobs, "bomb", png_header(50_000, 50_000)),
        text_row("none", None, modality="image", media_type="image/png"),
        blob_row(desk.blobs, "whole", WHOLE["png"]),
    ]
    found = told(operator, records(rows), desk)
    assert [found[key].reason for key in ("cut", "bomb", "none", "whole")] == [
        "GLY-CLE-302",
        "GLY-CLE-303",
        "GLY-CLE-301",
        "",
    ]
    assert {found[key].verdict for key in ("cut", "bomb", "none")} == {"fail"}


class _BusyError(TransientError):
    code = "GLY-TST-003"


class _BusyBlobs:
    def get(self, sha256: str) -> bytes:
        raise _BusyError


def test_a_store_that_is_busy_is_not_the_record_s_fault() -> None:
    desk = memory_desk()
    batch = records([blob_row(desk.blobs, "it", b"never looked at")])
    busy: Any = _BusyBlobs()
    with pytest.raises(_BusyError):
        ImageValid(ImageValidParams()).apply(batch, Desk(busy, desk.base, desk.clock, desk.seed))


def test_running_out_of_memory_drops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_memory(*_: object) -> None:
        raise MemoryError

    forget_looks()
    desk = memory_desk()
    batch = records([blob_row(desk.blobs, "it", WHOLE["bmp"])])
    with monkeypatch.context() as patched:
        patched.setattr(ImageFile.ImageFile, "load", no_memory)
        starved = told(ImageValid(ImageValidParams()), batch, desk)["it"]
    assert (starved.verdict, starved.reason) == ("fail", "GLY-CLE-305")
    assert told(ImageValid(ImageValidParams()), batch, desk)["it"].verdict == "edit"


def test_pillow_told_to_accept_truncated_images_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    forget_looks()
    with pytest.raises(BugError):
        _valid(WHOLE["png"][:-30])


@settings(max_examples=150, deadline=None)
@given(
    form=st.sampled_from(sorted(WHOLE)),
    flips=st.lists(st.tuples(st.integers(0, 2**31), st.integers(1, 255)), min_size=1, max_size=6),
    cut=st.integers(0, 400),
)
def test_damaged_bytes_never_raise(form: str, flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(WHOLE[form])
    for place, bits in flips:
        data[place % min(len(data), 700)] ^= bits
    found = _valid(bytes(data[: len(data) - cut]))
    assert found.verdict in ("edit", "drop", "fail")
    desk = memory_desk()
    batch = records([blob_row(desk.blobs, "it", bytes(data))])
    for operator in OTHERS:
        assert told(operator, batch, scratch_desk(desk))["it"].verdict in ("keep", "edit", "drop", "fail")


def test_every_real_photograph_is_whole_and_every_cut_one_is_not() -> None:
    folder = SHARED / "bccd" / "BCCD" / "JPEGImages"
    if not folder.is_dir():
        pytest.skip("the set bccd is not in the shared data (GALLEY_SHARED_DATA)")
    desk = memory_desk()
    rows = []
    for path in sorted(folder.glob("*.jpg"))[::12]:
        data = path.read_bytes()
        rows.append(blob_row(desk.blobs, f"whole/{path.name}", data, media_type="image/jpeg"))
        rows.append(blob_row(desk.blobs, f"cut/{path.name}", data[: len(data) * 2 // 3], media_type="image/jpeg"))
        rows.append(blob_row(desk.blobs, f"hole/{path.name}", data[:100] + bytes(600) + data[700:]))
    found = told(ImageValid(ImageValidParams()), records(rows), desk)
    assert {one.edits.get("width") for key, one in found.items() if key.startswith("whole/")} == {640}
    assert {one.reason for key, one in found.items() if key.startswith("cut/")} == {"image.truncated"}
    assert {one.verdict for key, one in found.items() if key.startswith("hole/")} == {"drop"}
