"""Hypothesis strategies for record batches, hostile ones first (needs `hypothesis`; the plain batches are in `batches`)."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from galley.kernel.ports import Blobs
from galley.kernel.record import BASES, GRADES, MODALITIES
from galley.testing.batches import HOSTILE_TEXTS, blob_row, encoded_image, png_header, records, text_row

__all__ = ["contents", "record_batches", "texts"]

_PIECES: Final = (
    "数据标注",
    "，",
    "。",
    "the quick brown fox ",
    "13812345678",
    "11010519491231002X",
    "bob@example.com",
    "６２２２０２",
    "<p>",
    "</div",
    "&amp;",
    "\n",
    "\u00a0",
    "\u200b",
    "e\u0301",
    "👩‍👩‍👧",
    "\0",
)


def texts() -> st.SearchStrategy[str | None]:
    """Texts as operators meet them at their worst: hostile constants, any Unicode, and sentences of telling pieces."""
    short = st.sampled_from([text for text in HOSTILE_TEXTS if text is None or len(text) < 5000])
    pieces = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)
    return short | st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | pieces


def _damaged(data: bytes, changes: Sequence[tuple[int, int]], length: int) -> bytes:
    block = bytearray(data)
    for place, bits in changes:
        block[place % len(block)] ^= bits
    return bytes(block[: max(0, len(block) - length)])


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    """Bytes of media: small whole images, images with flipped bits and cut tails, bombs, noise."""
    pixels = draw(st.binary(min_size=12 * 9, max_size=12 * 9))
    kind = draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "bomb", "noise"]))
    if kind == "noise":
        return draw(st.binary(max_size=80))
    if kind == "bomb":
        return png_header(draw(st.integers(0, 2**31 - 1)), draw(st.integers(0, 2**31 - 1)))
    whole = encoded_image(np.frombuffer(pixels, np.uint8).reshape(9, 12), kind)
    changes = draw(st.lists(st.tuples(st.integers(0, 2**20), st.integers(1, 255)), max_size=3))
    return _damaged(whole, changes, draw(st.sampled_from([0, 0, 0, 1, 20, 200])))


@st.composite
def record_batches(draw: st.DrawFn, blobs: Blobs, most: int = 8) -> pa.RecordBatch:
    """A batch of up to `most` records of every modality with different ids; their content is put into `blobs`."""
    rows: list[dict[str, Any]] = []
    for place in range(draw(st.integers(0, most))):
        modality = draw(st.sampled_from(MODALITIES))
        other: dict[str, Any] = {
            "basis": draw(st.sampled_from(BASES)),
            "grade": draw(st.sampled_from(GRADES)),
            "width": draw(st.none() | st.integers(-1, 2**31 - 1)),
            "height": draw(st.none() | st.integers(-1, 2**31 - 1)),
        }
        if modality == "text":
            rows.append(text_row(f"text/{place}", draw(texts()), **other))
        elif draw(st.integers(0, 9)) == 0:
            rows.append(text_row(f"none/{place}", None, modality=modality, media_type="image/png", **other))
        else:
            rows.append(blob_row(blobs, f"{modality}/{place}", draw(contents()), modality=modality, **other))
    return records(rows)
