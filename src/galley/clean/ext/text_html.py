"""text.html_to_text: the readable text of an HTML page, blocks and list items on lines of their own."""

import functools
import html
import re
from typing import Final, Literal

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean import kernels
from galley.clean.ext.text_edit import TEXT, replace_column, replace_text
from galley.clean.kernels.arrays import Hashes, TextColumn, text_column
from galley.clean.operator import Operator
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["HtmlParams", "TextHtml", "html_to_text"]

_HTML_TYPES: Final = ("text/html", "application/xhtml+xml")
_SNIFF_BYTES: Final = 1024
_LOOKS_LIKE_HTML: Final = re.compile(
    r"\s*(?:\ufeff\s*)?(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.I | re.S
)

# Longer numbers name no character, and beyond 4,300 digits Python refuses to read them.
_HOPELESS_REFERENCE: Final = re.compile(r"&#[0-9]{9,};?")


class HtmlParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """when: `html` = records whose media type says HTML or whose text begins like a page; `always` = every text
    (fragments). boilerplate: `drop` leaves out navigation, footers, asides, forms and what the page hides; `keep` leaves
    out only what is never shown (scripts, styles, templates, title)."""

    when: Literal["html", "always"] = "html"
    boilerplate: Literal["drop", "keep"] = "drop"


@functools.cache
def _tags() -> tuple[Hashes, Hashes]:
    act = kernels.html
    groups = {
        act.RAW: "script style title textarea noscript template iframe object svg math canvas noframes noembed xmp",
        act.SKIP | act.LINE: "nav footer aside form button select dialog menu",
        act.GAP: "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote figure hr article section main header details body",
        act.LINE: "div dt dd tr caption thead tbody tfoot figcaption address fieldset legend summary center option html head",
        act.LINE | act.ITEM: "li",
        act.CELL: "td th",
        act.GAP | act.PRE: "pre listing",
        act.BOUNDARY: "br",
    }  # fmt: skip
    size = 256
    keys, actions = np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.uint64)
    for action, names in groups.items():
        for name in names.split():
            key = act.hash_name(name)
            slot = key % size
            while keys[slot]:
                slot = (slot + 1) % size
            keys[slot], actions[slot] = key, action
    return keys, actions


@functools.cache
def _hiding_names() -> tuple[np.uint64, np.uint64]:
    return np.uint64(kernels.html.hash_name("hidden")), np.uint64(kernels.html.hash_name("style"))


def _extract(column: TextColumn, row: int, drop: bool) -> str:
    first, end = int(column.offsets[row]), int(column.offsets[row + 1])
    names = _hiding_names()
    room = np.empty(3 * (end - first) + 4, dtype=np.uint8)
    size, cut = kernels.html.extract(column.data, (first, end), _tags(), names, drop, room)
    if cut:  # an unclosed <nav> would take the rest of the page with it
        size, _ = kernels.html.extract(column.data, (first, end), _tags(), names, False, room)
    text = room[:size].tobytes().decode("utf-8", "replace")
    if "&" in text:
        text = html.unescape(_HOPELESS_REFERENCE.sub("\ufffd", text)).replace("\u00a0", " ")
    return text.strip(" \t\n\ufeff")


def html_to_text(page: str, boilerplate: Literal["drop", "keep"] = "drop") -> str:
    """The text of one page or fragment."""
    raw = np.frombuffer(page.encode(), dtype=np.uint8)
    column = TextColumn(data=raw, offsets=np.array([0, len(raw)]), present=np.array([True]))
    return _extract(column, 0, boilerplate == "drop")


class TextHtml(Operator[HtmlParams]):
    """Edits pages into plain text; other texts are kept."""

    name = "text.html_to_text"
    version = 1
    summary = Text(
        "Turn HTML into plain text: no scripts, navigation or hidden parts; paragraphs, lists and tables stay apart.",
        "将 HTML 转为纯文本：去除脚本、导航和隐藏内容，保留段落、列表和表格的结构。",
    )
    Params = HtmlParams
    able = Able(modalities=TEXT, edits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        """EDIT with reason text.html_to_text; the media type becomes text/plain."""
        column = text_column(batch)
        types = batch.column("media_type").to_pylist()
        pages = [
            place
            for place in np.flatnonzero(column.present).tolist()
            if self.params.when == "always" or types[place] in _HTML_TYPES or _begins_like_html(column, place)
        ]
        builder = OutcomeBuilder(batch.num_rows)
        new = {place: _extract(column, place, self.params.boilerplate == "drop") for place in pages}
        replace_text(builder, batch, {p: t for p, t in new.items() if t != column.text(p)}, reason="text.html_to_text")
        plain = {place: "text/plain" for place in pages if types[place] in _HTML_TYPES}
        if plain:
            builder.edit("media_type", *replace_column(batch, "media_type", plain), "text.html_to_text")
        return builder.build()


def _begins_like_html(column: TextColumn, place: int) -> bool:
    first = int(column.offsets[place])
    end = min(int(column.offsets[place + 1]), first + _SNIFF_BYTES)
    return _LOOKS_LIKE_HTML.match(column.data[first:end].tobytes().decode("utf-8", "ignore")) is not None
