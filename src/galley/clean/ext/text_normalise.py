"""text.normalise: one way to write the same text, without harming Chinese punctuation."""

import re
import unicodedata
from typing import Final, Literal

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean import kernels
from galley.clean.ext.text_edit import TEXT, replace_text
from galley.clean.kernels.arrays import Bytes, Offsets, TextColumn, text_column
from galley.clean.kernels.letters import FULL_WIDTH_ALPHANUMERIC, is_invisible, role_table
from galley.clean.operator import Operator
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["NormaliseParams", "TextNormalise", "normalise_text"]


class NormaliseParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """form: Unicode normal form; NFKC also unifies compatibility forms (①, ﬁ, ㎏) but never Chinese punctuation.
    width: `alphanumeric` writes full-width letters and digits half-width (Ａ１ -> A1); punctuation stays as it is.
    spaces: `tidy` = odd blanks become plain ones, no blanks at line ends, at most one empty line, nothing at both ends;
    `collapse` = also one blank for many inside a line; `keep` = untouched.
    invisible: remove control, zero-width, bidirectional and tag characters (joiners stay where scripts need them)."""

    form: Literal["NFC", "NFKC", "none"] = "NFC"
    width: Literal["alphanumeric", "keep"] = "alphanumeric"
    spaces: Literal["tidy", "collapse", "keep"] = "tidy"
    invisible: bool = True


_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_ALPHANUMERIC: Final = str.maketrans(
    {chr(point): chr(point - 0xFEE0) for first, last in FULL_WIDTH_ALPHANUMERIC for point in range(first, last + 1)}
)
_ODD_SPACES: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

# NFKC would turn these into ASCII: "，" into ",", "……" into "......".
_CHINESE_PUNCTUATION: Final = re.compile("([！（），．：；？［］｛｝～‥…⋯—]+)")

# Joiners shape Indic, Arabic and emoji sequences; after ASCII, CJK or nothing they are only noise. Tags spell flags.
_JOINERS: Final = re.compile("(?<![^\x00-\x7f\u2e80-\u9fff\uac00-\ud7ff\uff00-\uffef])[\u200c\u200d]+")
_TAGS: Final = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+")
_JOINER_POINTS: Final = (0x200C, 0x200D)


def _invisible_class() -> str:
    points = [p for p in (*range(0x3000), *range(0xD800, 0x10000)) if is_invisible(p) and p not in _JOINER_POINTS]
    points += [plane << 16 | low for plane in range(1, 17) for low in (0xFFFE, 0xFFFF)]
    return "".join(f"\\U{point:08x}" for point in points)


_INVISIBLE: Final = re.compile(f"[{_invisible_class()}]")
_LINE_BLANKS: Final = re.compile(r"[ \t]+\n")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_BLANK_RUN: Final = re.compile(r"[ \t]+")


def normalise_text(text: str, params: NormaliseParams) -> str:
    """The text as the parameters want it; doing it twice changes nothing more."""
    while True:
        # A joiner may come to stand behind something else, two letters beside each other: until nothing moves.
        again = _once(text, params)
        if again == text:
            return text
        text = again


def _once(text: str, params: NormaliseParams) -> str:
    text = _LINE_ENDS.sub("\n", text)
    if params.invisible:
        text = _JOINERS.sub("", _TAGS.sub("", _INVISIBLE.sub("", text)))
    if params.width == "alphanumeric":
        text = text.translate(_ALPHANUMERIC)
    if params.form == "NFKC":
        parts = _CHINESE_PUNCTUATION.split(text)  # odd places are the punctuation
        text = "".join(part if place % 2 else unicodedata.normalize("NFKC", part) for place, part in enumerate(parts))
    elif params.form == "NFC":
        text = unicodedata.normalize("NFC", text)
    return _tidy(text, params.spaces)


def _tidy(text: str, spaces: str) -> str:
    if spaces == "keep":
        return text
    text = _ODD_SPACES.sub(" ", text)
    if spaces == "collapse":
        text = _BLANK_RUN.sub(" ", text)
    return _EMPTY_LINES.sub("\n\n", _LINE_BLANKS.sub("\n", text)).strip(" \t\n")


class TextNormalise(Operator[NormaliseParams]):
    """Edits a text only when it changes; texts that need nothing cost one pass over their bytes."""

    name = "text.normalise"
    version = 1
    summary = Text(
        "Unify Unicode form, width, white space, line ends and invisible characters.",
        "统一 Unicode 形式、全半角、空白、换行，并去除不可见字符。",
    )
    Params = NormaliseParams
    able = Able(modalities=TEXT, edits=True)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        """EDIT with reason text.normalised where the text changes."""
        params: NormaliseParams = self.params
        column = text_column(batch)
        roles = role_table(params.form, params.width != "keep", params.spaces != "keep", params.invisible)
        mode = {"keep": 0, "tidy": 1, "collapse": 2}[params.spaces]
        found = np.zeros(batch.num_rows, dtype=np.uint8)
        kernels.normalise.check(column.data, column.offsets, roles, mode, found)
        new = _by_kernel(column, np.flatnonzero((found == 1) & column.present), roles, mode)
        for place in np.flatnonzero((found == 2) & column.present).tolist():
            text = column.text(place)
            tidy = normalise_text(text, params)
            if tidy != text:
                new[place] = tidy
        builder = OutcomeBuilder(batch.num_rows)
        replace_text(builder, batch, new, reason="text.normalised")
        return builder.build()


def _by_kernel(column: TextColumn, places: Offsets, roles: Bytes, mode: int) -> dict[int, str]:
    sizes = np.diff(column.offsets)
    room = np.empty(3 * int(sizes[places].max(initial=0)), dtype=np.uint8)
    new: dict[int, str] = {}
    for place in places.tolist():
        size = kernels.normalise.rewrite(column.data, column.offsets, roles, mode, place, room)
        new[place] = room[:size].tobytes().decode("utf-8", "replace")
    return new
