"""text.repetition: texts that say the same thing again and again."""

from typing import Annotated, Final

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean import kernels
from galley.clean.ext.text_edit import TEXT, drop_outside
from galley.clean.kernels.arrays import text_column
from galley.clean.kernels.letters import unit_table
from galley.clean.operator import Operator
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["RepetitionParams", "TextRepetition"]

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

_TOP: Final = (2, 3, 4)
_AGAIN: Final = (5, 6, 7, 8, 9, 10)


class RepetitionParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Largest shares allowed; 1 switches a rule off. The defaults are those of Gopher (Rae et al. 2021, table A1).
    lines, paragraphs: of them that came before; line_text, paragraph_text: of the text in such. top_ngrams: of the
    characters in the most frequent 2-, 3- and 4-gram; repeated_ngrams: in 5- to 10-grams that came before. n-grams
    count words; in a text of mostly Chinese, Japanese or Thai they count characters, two for a word. units_min: shorter
    texts (words or characters) are not judged by n-grams, lines_min: nor those with fewer lines by lines and paragraphs."""

    lines: Share = 0.30
    paragraphs: Share = 0.30
    line_text: Share = 0.20
    paragraph_text: Share = 0.20
    top_ngrams: tuple[Share, Share, Share] = (0.20, 0.18, 0.16)
    repeated_ngrams: tuple[Share, Share, Share, Share, Share, Share] = (0.15, 0.14, 0.13, 0.12, 0.11, 0.10)
    units_min: Annotated[int, msgspec.Meta(ge=1)] = 20
    lines_min: Annotated[int, msgspec.Meta(ge=1)] = 2


class TextRepetition(Operator[RepetitionParams]):
    """Drops texts above any of the shares; judged by the first 8 MiB."""

    name = "text.repetition"
    version = 1
    summary = Text(
        "Drop texts that repeat their lines, paragraphs or phrases (Gopher rules; by characters in Chinese).",
        "丢弃行、段落或短语大量重复的文本（Gopher 规则；中文按字计算）。",
    )
    Params = RepetitionParams
    able = Able(modalities=TEXT)

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        """DROP with reason text.repeated_lines, _paragraphs, _phrase or _ngrams."""
        params: RepetitionParams = self.params
        column = text_column(batch)
        parts = np.zeros((batch.num_rows, 5), dtype=np.float64)
        kernels.repetition.measure_parts(column.data, column.offsets, parts)
        parts[parts[:, 4] < params.lines_min, :4] = 0
        grams = np.zeros((batch.num_rows, len(_TOP) + len(_AGAIN)), dtype=np.float64)
        sizes = (np.array(_TOP), np.array(_AGAIN))
        kernels.repetition.measure_ngrams(column.data, column.offsets, unit_table(), sizes, params.units_min, grams)
        rules = [
            (parts[:, 0], params.lines, "share of repeated lines", "text.repeated_lines"),
            (parts[:, 1], params.line_text, "share of text in repeated lines", "text.repeated_lines"),
            (parts[:, 2], params.paragraphs, "share of repeated paragraphs", "text.repeated_paragraphs"),
            (parts[:, 3], params.paragraph_text, "share of text in repeated paragraphs", "text.repeated_paragraphs"),
        ]
        for place, (size, most) in enumerate(zip(_TOP, params.top_ngrams, strict=True)):
            rules.append((grams[:, place], most, f"share of the top {size}-gram", "text.repeated_phrase"))
        for place, (size, most) in enumerate(zip(_AGAIN, params.repeated_ngrams, strict=True), start=len(_TOP)):
            rules.append((grams[:, place], most, f"share of repeated {size}-grams", "text.repeated_ngrams"))
        builder = OutcomeBuilder(batch.num_rows)
        for values, most, name, reason in rules:
            drop_outside(builder, column, values, bounds=(None, most), name=name, reasons=("", reason))
        return builder.build()
