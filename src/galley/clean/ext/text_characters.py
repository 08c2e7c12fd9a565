"""text.characters: texts made of the wrong kinds of characters."""

from typing import Annotated

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean import kernels
from galley.clean.ext.text_edit import TEXT, check_bounds, drop_outside
from galley.clean.kernels.arrays import text_column
from galley.clean.kernels.letters import CLASSES, class_table
from galley.clean.operator import Operator
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["CharactersParams", "TextCharacters"]

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

_SHARES = {
    "letters": ("letter", "cjk"),
    "cjk": ("cjk",),
    "digits": ("digit",),
    "punctuation": ("punctuation",),
    "special": ("symbol", "control"),
    "space": ("space",),
}


class CharactersParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds on the share of a text's characters, in [0, 1]; null = no bound. Letters are those of every script, cjk is
    Han, kana, bopomofo and hangul, special is symbols (＋ $ 😀) and control, private or unassigned characters, space is
    white space of every kind. Digits, punctuation and symbols follow the Unicode categories N, P and S."""

    letters_min: Share | None = 0.4
    letters_max: Share | None = None
    cjk_min: Share | None = None
    cjk_max: Share | None = None
    digits_min: Share | None = None
    digits_max: Share | None = 0.5
    punctuation_min: Share | None = None
    punctuation_max: Share | None = 0.4
    special_min: Share | None = None
    special_max: Share | None = 0.25
    space_min: Share | None = None
    space_max: Share | None = 0.5


class TextCharacters(Operator[CharactersParams]):
    """Drops texts outside the bounds; a text without characters has no shares and is kept."""

    name = "text.characters"
    version = 1
    summary = Text(
        "Drop texts by their share of letters, CJK, digits, punctuation, special characters and white space.",
        "按字母、中日韩文字、数字、标点、特殊字符和空白的占比丢弃文本。",
    )
    Params = CharactersParams
    able = Able(modalities=TEXT)

    def __init__(self, params: CharactersParams) -> None:
        super().__init__(params)
        for name in _SHARES:
            check_bounds(name, getattr(params, f"{name}_min"), getattr(params, f"{name}_max"))

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        """DROP with reason text.few_<class> or text.many_<class>."""
        column = text_column(batch)
        counts = np.zeros((batch.num_rows, len(CLASSES)), dtype=np.int64)
        kernels.shape.count_classes(column.data, column.offsets, class_table(), counts)
        totals = counts.sum(axis=1)
        column.present[totals == 0] = False
        builder = OutcomeBuilder(batch.num_rows)
        for name, classes in _SHARES.items():
            counted = counts[:, [CLASSES.index(one) for one in classes]].sum(axis=1)
            drop_outside(
                builder,
                column,
                counted / np.maximum(totals, 1),
                bounds=(getattr(self.params, f"{name}_min"), getattr(self.params, f"{name}_max")),
                name=f"share of {name}",
                reasons=(f"text.few_{name}", f"text.many_{name}"),
            )
        return builder.build()
