"""Record batches to test with: short builders, a representative mixture, and hostile input nobody may raise on."""

import io
import json
import struct
import zlib
from typing import Any, Final

import numpy as np
import pyarrow as pa
from PIL import Image

from galley.kernel.ids import record_id
from galley.kernel.ports import Blobs
from galley.kernel.record import RECORD_SCHEMA

__all__ = [
    "HOSTILE_TEXTS",
    "blob_row",
    "encoded_image",
    "hostile_batches",
    "png_header",
    "records",
    "sample_batches",
    "text_row",
]

_DEFAULTS: Final[dict[str, Any]] = {
    "modality": "text",
    "text": None,
    "blob": None,
    "media_type": "text/plain",
    "bytes": 0,
    "width": None,
    "height": None,
    "source": "test",
    "license": "CC0-1.0",
    "basis": "open",
    "grade": "general",
    "time": None,
    "meta": "{}",
}

HOSTILE_TEXTS: Final[tuple[str | None, ...]] = (
    None,
    "",
    " ",
    "\n\r\n\t\v\f\u2028\u2029\u00a0\u3000",
    "\0",
    "\ufeff\ufffe\uffff\ufffd",
    "\u200b\u200d\u2060\u202e\u2066",
    "e" + "\u0301" * 500,
    "👩‍👩‍👧‍👦🇨🇳" * 10,
    "\U0010ffff\U00020000𠮷",
    "<" * 2000,
    "<div>" * 300 + "x",
    "<script>",
    "&#x110000;&#0;&amp;amp;&nosuch;",
    "9" * 400,
    "１３８１２３４５６７８",
    "a@" * 400 + "b",
    "电话13812345678请拨打，身份证号11010519491231002X，邮箱bob@example.com吧。",
    "中" * 40_000,
    "word " * 20_000,
    "x" * 300_000,
    json.dumps({"a": [[[]]], "b": None}),
)
"""Texts that have broken text code: nothing, blanks, controls, marks, bidi, markup, digits, length."""


def text_row(key: str, text: str | None, **other: Any) -> dict[str, Any]:
    """One text record as a row; `other` overrides any column."""
    size = len(text.encode("utf-8")) if text is not None else 0
    return {**_DEFAULTS, "id": record_id("test", key), "key": key, "uri": key, "text": text, "bytes": size, **other}


def blob_row(blobs: Blobs, key: str, data: bytes, **other: Any) -> dict[str, Any]:
    """One record of another modality (`image` unless told) whose content is stored in `blobs`."""
    row = text_row(key, None, modality="image", media_type="image/png", blob=blobs.put(data), bytes=len(data))
    return {**row, **other}


def records(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    """Rows as a record batch."""
    return pa.RecordBatch.from_pylist(rows, schema=RECORD_SCHEMA)


def encoded_image(pixels: np.ndarray[Any, Any], kind: str = "PNG", **options: Any) -> bytes:
    """An image file from an array of grey levels or RGB."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format=kind, **options)
    return out.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that declares a size and has (nearly) no content: the cheapest decompression bomb."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def _scene(seed: int, width: int = 96, height: int = 64) -> np.ndarray[Any, Any]:
    """A smooth picture with some structure, different for each seed, without a random generator."""
    row, column = np.mgrid[0:height, 0:width]
    waves = [np.sin(column / (5 + seed) + channel) + np.cos(row / (7 + seed * 2) - channel) for channel in range(3)]
    return np.asarray((np.stack(waves, axis=-1) + 2) * 63.75, dtype=np.uint8)


def sample_batches(blobs: Blobs) -> list[pa.RecordBatch]:
    """Two batches of ordinary records of every modality, duplicates and personal data among them."""
    texts = [
        "The quick brown fox jumps over the lazy dog near the river bank every single morning in spring.",
        "The quick brown fox jumps over the lazy dog near the river bank every single morning in spring!",
        "数据标注是人工智能产业的重要环节，标注质量直接影响模型的效果，因此需要严格的质量管理体系。",
        "数据标注是人工智能产业的重要环节，标注质量直接影响模型的效果，因此需要严格的质量管理体系。",
        "联系人王先生，电话13812345678，邮箱wang@example.com，身份证号11010519491231002X，车牌京A12345。",
        "Ｆｕｌｌ　ｗｉｄｔｈ\u00a0text,  with\tblanks \r\nand lines  ",
        "<html><head><title>T</title><script>x()</script></head><body><p>One &amp; two</p><p>Three</p></body></html>",
        "buy now buy now buy now buy now buy now buy now buy now buy now buy now buy now",
        "ok",
        "Bonjour à tous, voici une phrase en français qui parle de la pluie et du beau temps à Paris.",
        "def f(x):\n    return x + 1\n\n\nprint(f(41))\n" * 4,
        "=== *** === *** === !!! ??? ### $$$ %%% 12345 67890 ===",
    ]
    rows = [text_row(f"text/{place}", text) for place, text in enumerate(texts)]
    pictures = {
        "plain.png": encoded_image(_scene(1)),
        "twin.png": encoded_image(_scene(1)),
        "twin.jpg": encoded_image(_scene(1), "JPEG", quality=80),
        "other.jpg": encoded_image(_scene(4), "JPEG", quality=90),
        "black.png": encoded_image(np.zeros((40, 40), dtype=np.uint8)),
        "tiny.png": encoded_image(_scene(2, 8, 8)),
        "turned.jpg": encoded_image(_scene(3), "JPEG", exif=_turned_exif()),
    }
    for name, data in pictures.items():
        kind = "image/jpeg" if name.endswith("jpg") else "image/png"
        rows.append(blob_row(blobs, f"image/{name}", data, media_type=kind))
    sound = b"RIFF\x24\0\0\0WAVEfmt " + bytes(28)
    rows.append(blob_row(blobs, "audio/a.wav", sound, modality="audio", media_type="audio/wav"))
    rows.append(blob_row(blobs, "any/a.bin", b"\1\2\3", modality="any", media_type="application/octet-stream"))
    return [records(rows[0::2]), records(rows[1::2])]


def _turned_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: rotate by 90 degrees
    exif.get_ifd(0x8825)[1] = "N"  # GPS latitude reference
    return exif.tobytes()


def hostile_batches(blobs: Blobs) -> list[pa.RecordBatch]:
    """Batches that must never raise: no records, nothing in them, broken, missing, huge or lying content."""
    whole = encoded_image(_scene(5))
    photo = encoded_image(_scene(5), "JPEG", quality=85)
    media: dict[str, bytes] = {
        "empty": b"",
        "garbage": bytes(range(256)),
        "text": "这不是图片".encode(),
        "cut.png": whole[: len(whole) // 2],
        "cut.jpg": photo[: len(photo) // 2],
        "flipped.png": whole[:60] + bytes([whole[60] ^ 0xFF]) + whole[61:],
        "head.jpg": b"\xff\xd8\xff",
        "bomb.png": png_header(100_000, 100_000),
        "wide.png": png_header(2_000_000_000, 1),
        "zero.png": png_header(0, 0),
        "bomb.bmp": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 40_000, 40_000, 1, 24, 0, 0, 0, 0, 0, 0),
        "one.png": encoded_image(np.full((1, 1), 200, dtype=np.uint8)),
        "strip.png": encoded_image(np.full((1, 3000), 90, dtype=np.uint8)),
    }
    strange = [
        blob_row(blobs, f"{modality}/{name}", data, modality=modality, media_type=f"{modality}/x-unknown")
        for modality in ("image", "audio", "video")
        for name, data in media.items()
    ]
    missing = "0" * 64
    for modality in ("image", "audio", "video", "any"):
        strange.append(text_row(f"{modality}/missing", None, modality=modality, blob=missing, media_type="image/png"))
        strange.append(text_row(f"{modality}/no-blob", None, modality=modality, media_type="image/png"))
    strange.append(blob_row(blobs, "lying-size", whole, width=-5, height=2**31 - 1, bytes=-1))
    texts = [text_row(f"hostile/{place}", text) for place, text in enumerate(HOSTILE_TEXTS)]
    nothing = [text_row(f"null/{place}", None) for place in range(3)]
    return [records([]), records(texts), records(nothing), records(strange), records(texts[:1])]
