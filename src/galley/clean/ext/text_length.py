"""text.length: texts too short or too long, by characters, bytes, words or lines."""

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean import kernels
from galley.clean.ext.text_edit import TEXT, check_bounds, drop_outside
from galley.clean.kernels.arrays import text_column
from galley.clean.kernels.letters import unit_table
from galley.clean.operator import Operator
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["LengthParams", "TextLength"]


class LengthParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds, both ends included; null = no bound. Words are runs of letters and digits; in scripts written without
    spaces (Chinese, Japanese, Thai …) every character counts as a word. Bytes are UTF-8."""

    characters_min: int | None = 1
    characters_max: int | None = None
    bytes_min: int | None = None
    bytes_max: int | None = None
    words_min: int | None = None
    words_max: int | None = None
    lines_min: int | None = None
    lines_max: int | None = None


class TextLength(Operator[LengthParams]):
    """Drops texts outside the bounds."""

    name = "text.length"
    version = 1
    summary = Text(
        "Drop texts that are too short or too long (characters, bytes, words, lines).",
        "丢弃过短或过长的文本（字符、字节、词、行）。",
    )
    Params = LengthParams
    able = Able(modalities=TEXT)

    def __init__(self, params: LengthParams) -> None:
        super().__init__(params)
        for name in ("characters", "bytes", "words", "lines"):
            check_bounds(name, getattr(params, f"{name}_min"), getattr(params, f"{name}_max"))

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        """DROP with reason text.too_short or text.too_long."""
        column = text_column(batch)
        counts = np.zeros((batch.num_rows, 3), dtype=np.int64)
        kernels.shape.count_lengths(column.data, column.offsets, unit_table(), counts)
        measured = {
            "characters": counts[:, 0],
            "bytes": np.diff(column.offsets),
            "words": counts[:, 1],
            "lines": counts[:, 2],
        }
        builder = OutcomeBuilder(batch.num_rows)
        for name, values in measured.items():
            bounds = (getattr(self.params, f"{name}_min"), getattr(self.params, f"{name}_max"))
            drop_outside(
                builder,
                column,
                values.astype(np.float64),
                bounds=bounds,
                name=name,
                reasons=("text.too_short", "text.too_long"),
            )
        return builder.build()
