"""image.strip and image.orient: private metadata is really gone, pixels are untouched unless turned, and turned right."""

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
from PIL import Image, ImageOps, PngImagePlugin

from galley.clean.ext.image_orient import ImageOrient
from galley.clean.ext.image_strip import ImageStrip, ImageStripParams
from galley.clean.image_metadata import KINDS, MetadataUnreadableError, orientation_of, parts_of, stripped
from galley.clean.images import format_of
from galley.kernel.extension import NoParams
from galley.testing.batches import blob_row, encoded_image, records
from galley.testing.memory import memory_desk
from galley.testing.operator_runs import OneRecord, scratch_desk, told

SHARED = Path(os.environ.get("GALLEY_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))

LATITUDE = (31.0, 13.0, 49.12)
SECRETS = (b"SECRET", b"31.2303", b"WGS-84-SECRET")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r exif:GPSLatitude="31.2303N" note="SECRET"/></x:xmpmeta>'


def _scene(width: int = 160, height: int = 96) -> np.ndarray[Any, Any]:
    row, column = np.mgrid[0:height, 0:width]
    red = column * 255 // width
    green = row * 255 // height
    return np.stack([red, green, (red + green) // 2], axis=-1).astype(np.uint8)


def _exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "SECRET artist"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", LATITUDE
    gps[18] = "WGS-84-SECRET-datum"
    return exif


def _profile() -> bytes:
    return b"\0\0\0\x80ICC PROFILE" + bytes(116)


def _picture(kind: str, orientation: int = 1, **options: Any) -> bytes:
    """A picture with everything in it that its format can hold."""
    exif = _exif(orientation).tobytes()
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "SECRET words")
        text.add_text("Author", "SECRET name", zip=True)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        return encoded_image(_scene(), "PNG", exif=exif, pnginfo=text, icc_profile=_profile())
    if kind == "WEBP":
        return encoded_image(_scene(), "WEBP", exif=exif, xmp=XMP, icc_profile=_profile(), **options)
    if kind == "GIF":
        return encoded_image(_scene(), "GIF", comment=b"SECRET comment")
    if kind == "TIFF":
        return encoded_image(_scene(), "TIFF", exif=_exif(orientation), description="SECRET")
    data = encoded_image(
        _scene(), "JPEG", quality=90, exif=exif, xmp=XMP, comment=b"SECRET", icc_profile=_profile(), **options
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x06SECRET"
    maker = b"Ducky\0SECRET"
    extra = b"".join(
        b"\xff" + marker + struct.pack(">H", len(body) + 2) + body
        for marker, body in ((b"\xed", iptc), (b"\xec", maker))
    )
    return data[:2] + extra + data[2:] + b"SECRET film after the end"


def _strip(data: bytes, *remove: Any) -> tuple[OneRecord, bytes]:
    """What the operator said of one image, and the image afterwards."""
    desk = scratch_desk(memory_desk())
    params = ImageStripParams(remove=remove) if remove else ImageStripParams()
    media_type = f"image/{format_of(data)}"
    batch = records([blob_row(desk.blobs, "it", data, media_type=media_type)])
    found = told(ImageStrip(params), batch, desk)["it"]
    return found, desk.blobs.get(found.edits["blob"]) if found.verdict == "edit" else data


def _pixels(data: bytes) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_everything_private_is_gone_and_the_pixels_are_the_same(kind: str) -> None:
    data = _picture(kind)
    found, clean = _strip(data)
    assert found.verdict == "edit"
    assert found.reason == "image.stripped"
    assert not any(secret in clean for secret in SECRETS)
    with Image.open(io.BytesIO(clean)) as image:
        assert not image.getexif().get_ifd(0x8825)
        assert 0x013B not in image.getexif()
        assert "xmp" not in image.info
    assert np.array_equal(_pixels(clean), _pixels(data))
    assert found.edits["bytes"] == len(clean)
    assert (found.edits["width"], found.edits["height"]) == (160, 96)


def test_the_detail_says_what_went_and_never_the_values() -> None:
    found, _ = _strip(_picture("JPEG"))
    assert found.detail.startswith("GPS, ")
    for word in ("EXIF", "XMP", "IPTC", "comment", "other segments", "trailing", "bytes"):
        assert word in found.detail, found.detail
    assert "SECRET" not in found.detail
    assert "31." not in found.detail


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}], ids=str)
def test_jpeg_is_not_encoded_again(options: dict[str, Any]) -> None:
    data = _picture("JPEG", **options)
    _, clean = _strip(data)
    scan = data[data.index(b"\xff\xdb") : data.rindex(b"\xff\xd9") + 2]
    assert scan in clean
    assert clean.endswith(b"\xff\xd9")


def test_what_is_clean_already_is_kept() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"):
        data = encoded_image(_scene(), kind)
        assert _strip(data)[0].verdict == "keep", kind
        if kind not in ("BMP", "TIFF"):
            once = _strip(_picture(kind))[1]
            assert _strip(once)[0].verdict == "keep", kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_colour_profile_goes_only_when_asked(kind: str) -> None:
    with Image.open(io.BytesIO(_strip(_picture(kind))[1])) as image:
        assert image.info["icc_profile"] == _profile()
    found, clean = _strip(_picture(kind), "icc")
    with Image.open(io.BytesIO(clean)) as image:
        assert "icc_profile" not in image.info
        assert image.getexif()[0x013B] == "SECRET artist"
    assert found.detail.startswith("ICC profile")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_gps_alone_can_be_removed_and_the_rest_stays(kind: str) -> None:
    data = _picture(kind, orientation=6)
    found, clean = _strip(data, "gps")
    assert found.verdict == "edit"
    assert b"WGS-84" not in clean
    assert b"31.2303" not in clean
    with Image.open(io.BytesIO(clean)) as image:
        image.load()
        assert not image.getexif().get_ifd(0x8825)
        assert 0x8825 not in image.getexif()
        assert image.getexif()[0x013B] == "SECRET artist"
        assert image.getexif()[0x0112] == 6
    assert np.array_equal(_pixels(clean), _pixels(data))
    assert (found.edits.get("width"), found.edits.get("height")) == (160, 96)
    assert _strip(clean, "gps")[0].verdict == "keep"


def test_a_raw_exif_profile_in_a_png_text_is_exif() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Raw profile type exif", "\nexif\n 4\n53454352\n")
    data = encoded_image(_scene(), "PNG", pnginfo=text)
    for remove in ("exif", "gps"):
        found, clean = _strip(data, remove)
        assert b"Raw profile" not in clean
        assert found.detail.startswith("EXIF")


def test_a_picture_whose_orientation_would_be_lost_is_turned_first() -> None:
    data = _picture("JPEG", orientation=6)
    found, clean = _strip(data)
    assert (found.edits["width"], found.edits["height"]) == (96, 160)
    with Image.open(io.BytesIO(data)) as image:
        right = np.asarray(ImageOps.exif_transpose(image))
    assert np.abs(_pixels(clean).astype(int) - right).max() <= 6
    assert not any(secret in clean for secret in SECRETS)
    assert _strip(data)[1] == clean


def test_pages_of_a_tiff_are_not_lost_silently() -> None:
    out = io.BytesIO()
    pages = [Image.fromarray(_scene()) for _ in range(2)]
    pages[0].save(out, format="TIFF", save_all=True, append_images=pages[1:], description="SECRET")
    found, _ = _strip(out.getvalue())
    assert (found.verdict, found.reason) == ("fail", "GLY-CLE-306")
    assert "several pages" in found.detail


def test_an_animation_keeps_its_frames() -> None:
    frames = [Image.fromarray(np.roll(_scene(), shift, axis=1)) for shift in (0, 20, 40)]
    for kind in ("GIF", "WEBP", "PNG"):
        out = io.BytesIO()
        options: dict[str, Any] = {"comment": b"SECRET"} if kind == "GIF" else {"exif": _exif().tobytes()}
        frames[0].save(out, format=kind, save_all=True, append_images=frames[1:], loop=0, duration=50, **options)
        found, clean = _strip(out.getvalue())
        assert found.verdict == "edit", kind
        assert b"SECRET" not in clean, kind
        with Image.open(io.BytesIO(clean)) as image:
            assert getattr(image, "n_frames", 1) == 3, kind
            assert image.info["loop"] == 0, kind


def test_the_parts_of_a_file_are_the_whole_file() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF"):
        data = _picture(kind)
        parts = parts_of(data, kind.lower())
        assert b"".join(data[part.start : part.end] for part in parts) == data
        assert stripped(data, kind.lower(), frozenset()) == (data, {})


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    flips=st.lists(st.tuples(st.integers(0, 2**31), st.integers(1, 255)), max_size=5),
    cut=st.integers(0, 3000),
)
def test_damaged_files_are_taken_apart_or_refused(kind: str, flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(_BROKEN[kind])
    for place, bits in flips:
        data[place % len(data)] ^= bits
    damaged = bytes(data[: max(16, len(data) - cut)])
    try:
        clean, _ = stripped(damaged, kind.lower(), frozenset(KINDS))
    except MetadataUnreadableError:
        return
    assert len(clean) <= len(damaged)


_BROKEN = {kind: _picture(kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"II*\0", b"MM\0*", b"Exif\0\0II*\0\x08\0\0\0", b""]))
def test_any_bytes_have_an_orientation(noise: bytes, start: bytes) -> None:
    assert 1 <= orientation_of(start + noise) <= 8


# --- Orientation -------------------------------------------------------------------------------------------------


def _orient(data: bytes) -> tuple[OneRecord, bytes]:
    desk = scratch_desk(memory_desk())
    batch = records([blob_row(desk.blobs, "it", data, media_type=f"image/{format_of(data)}")])
    found = told(ImageOrient(NoParams()), batch, desk)["it"]
    return found, desk.blobs.get(found.edits["blob"]) if found.verdict == "edit" else data


@pytest.mark.parametrize("orientation", range(2, 9))
@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("JPEG", {}, 6),
        ("JPEG", {"subsampling": 0}, 6),
        ("JPEG", {"subsampling": 1}, 6),
        ("JPEG", {"progressive": True}, 6),
        ("PNG", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("WEBP", {"quality": 90}, 12),
    ],
    ids=["jpeg", "jpeg444", "jpeg422", "progressive", "png", "webp-lossless", "webp"],
)
def test_an_image_is_turned_as_its_exif_says(kind: str, options: dict[str, Any], error: int, orientation: int) -> None:
    data = _picture(kind, orientation=orientation, **options)
    found, upright = _orient(data)
    with Image.open(io.BytesIO(data)) as image:
        right = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    assert (found.verdict, found.reason) == ("edit", "image.oriented")
    assert found.detail == f"orientation {orientation} applied"
    assert _pixels(upright).shape == right.shape
    assert np.abs(_pixels(upright).astype(int) - right).max() <= error
    with Image.open(io.BytesIO(upright)) as image:
        image.load()
        assert image.getexif()[0x0112] == 1
        assert image.getexif()[0x013B] == "SECRET artist"
        assert image.info["icc_profile"] == _profile()
        assert (found.edits["height"], found.edits["width"]) == right.shape[:2]
    assert _orient(upright)[0].verdict == "keep"


def test_turning_a_jpeg_costs_no_visible_quality() -> None:
    folder = SHARED / "bccd" / "BCCD" / "JPEGImages"
    if not folder.is_dir():
        pytest.skip("the set bccd is not in the shared data (GALLEY_SHARED_DATA)")
    with Image.open(sorted(folder.glob("*.jpg"))[5]) as photo:
        data = encoded_image(np.asarray(photo), "JPEG", quality=80, exif=_exif(8).tobytes())
    _, upright = _orient(data)
    with Image.open(io.BytesIO(data)) as image:
        right = np.asarray(ImageOps.exif_transpose(image)).astype(int)
    error = np.sqrt(((_pixels(upright) - right) ** 2).mean())
    assert error < 1.0
    assert len(upright) < 1.1 * len(data)


def test_what_is_upright_or_says_nothing_is_kept() -> None:
    assert _orient(_picture("JPEG", orientation=1))[0].verdict == "keep"
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"):
        assert _orient(encoded_image(_scene(), kind))[0].verdict == "keep"


def test_an_impossible_orientation_is_none() -> None:
    for wrong in (0, 9, 60000):
        exif = Image.Exif()
        exif[0x0112] = wrong
        assert _orient(encoded_image(_scene(), "JPEG", exif=exif.tobytes()))[0].verdict == "keep"


def test_turning_a_palette_or_deep_png_loses_nothing() -> None:
    deep = Image.fromarray(_scene()[:, :, 0].astype(np.uint16) * 250)
    palette = Image.fromarray(_scene()).quantize(16)
    for image in (deep, palette):
        out = io.BytesIO()
        image.save(out, format="PNG", exif=_exif(3).tobytes())
        _, upright = _orient(out.getvalue())
        with Image.open(io.BytesIO(upright)) as turned:
            assert turned.mode == image.mode
            right = np.asarray(image.transpose(Image.Transpose.ROTATE_180).convert("I"))
            assert np.array_equal(np.asarray(turned.convert("I")), right)


def test_the_checksums_of_a_rewritten_png_are_right() -> None:
    _, upright = _orient(_picture("PNG", orientation=6))
    for part in parts_of(upright, "png")[1:]:
        body = upright[part.start + 4 : part.end - 4]
        assert struct.unpack(">I", upright[part.end - 4 : part.end])[0] == zlib.crc32(body)
