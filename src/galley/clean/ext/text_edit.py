"""What every text operator does around its decision: which rows hold a text, and how a new text is put in place."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from galley.clean.kernels.arrays import Mask, TextColumn
from galley.kernel.errors import InputError
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder

__all__ = ["TEXT", "BoundsError", "check_bounds", "drop_outside", "replace_column", "replace_text", "show_number"]

TEXT: Final = ("text",)
"""The modalities text operators declare."""


class BoundsError(InputError):
    """A minimum above its maximum."""

    code = "GLY-CLE-100"
    text = Text(
        "{name}: at least {least} and at most {most} cannot both hold.",
        "{name}：不可能既不小于 {least} 又不大于 {most}。",
    )
    hint = Text("Swap the two bounds, or leave one out.", "请交换两个界限，或去掉其中之一。")


def check_bounds(name: str, least: float | None, most: float | None) -> None:
    """Raise BoundsError when nothing could lie between the bounds."""
    if least is not None and most is not None and least > most:
        raise BoundsError(name=name, least=least, most=most)


def show_number(value: float) -> str:
    """A number as people read it in a detail: integers whole, shares with three digits."""
    return str(int(value)) if float(value).is_integer() else f"{value:.3f}"


def replace_column(batch: pa.RecordBatch, name: str, new: Mapping[int, object]) -> tuple[pa.Array, Mask]:
    """The column with the values of some rows replaced, and the mask of those rows."""
    column = batch.column(name)
    changed = np.zeros(batch.num_rows, dtype=np.bool_)
    places = sorted(new)
    changed[places] = True
    values = pa.array([new[place] for place in places], column.type)
    return pc.replace_with_mask(column, pa.array(changed), values), changed


def replace_text(
    builder: OutcomeBuilder,
    batch: pa.RecordBatch,
    new: Mapping[int, str],
    *,
    reason: str,
    detail: Callable[[int], str] | None = None,
) -> None:
    """Edit the text of some rows (place in batch -> text), and `bytes` with it."""
    if not new:
        return
    texts, changed = replace_column(batch, "text", new)
    details = [detail(place) if detail and changed[place] else "" for place in range(batch.num_rows)]
    builder.edit("text", texts, changed, reason, details)
    sizes, resized = replace_column(batch, "bytes", {place: len(text.encode()) for place, text in new.items()})
    builder.edit("bytes", sizes, resized, reason)


def drop_outside(
    builder: OutcomeBuilder,
    column: TextColumn,
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
    *,
    bounds: tuple[float | None, float | None],
    name: str,
    reasons: tuple[str, str],
) -> None:
    """Drop the texts whose value lies outside (least, most), with the reason for its side and the numbers as detail."""
    least, most = bounds
    for bound, outside, sign, reason in (
        (least, values < least if least is not None else None, "<", reasons[0]),
        (most, values > most if most is not None else None, ">", reasons[1]),
    ):
        if bound is None or outside is None:
            continue
        for place in np.flatnonzero(outside & column.present).tolist():
            builder.drop(place, reason, f"{name} {show_number(values[place])} {sign} {show_number(bound)}")
