"""What every image operator does around its decision: failing a bad image clearly, and putting a new blob in place."""

from typing import Any, Final

import numpy as np
import pyarrow as pa

from galley.kernel.errors import GalleyError
from galley.kernel.outcome import OutcomeBuilder

__all__ = ["IMAGE", "fail_image", "put_values"]

IMAGE: Final = ("image",)
"""The modalities image operators declare."""


def fail_image(out: OutcomeBuilder, place: int, problem: GalleyError) -> None:
    """Send one record to quarantine with the error's code and message."""
    out.fail(place, problem.code, problem.message("en"))


def put_values(
    out: OutcomeBuilder, batch: pa.RecordBatch, rows: dict[int, dict[str, Any]], reason: str, details: dict[int, str]
) -> None:
    """Edit some records: `rows` gives the new values by place and column; only columns that change are replaced."""
    first = True
    for name in sorted({column for row in rows.values() for column in row}):
        old = batch.column(name).to_pylist()
        new = [rows[place].get(name, value) if place in rows else value for place, value in enumerate(old)]
        changed = np.array([before != after for before, after in zip(old, new, strict=True)], dtype=np.bool_)
        if not changed.any():
            continue
        texts = [details.get(place, "") if first else "" for place in range(batch.num_rows)]
        out.edit(name, pa.array(new, batch.schema.field(name).type), changed, reason, texts)
        first = False
