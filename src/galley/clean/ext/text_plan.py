"""Plans of the deduplicating operators: which records go, and for the sake of which other."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from galley.clean import kernels
from galley.clean.kernels.arrays import Bytes, Offsets, string_column

__all__ = ["fixed_binary", "gather", "places_in_plan"]


def fixed_binary(rows: Bytes) -> pa.Array:
    """The rows of a byte matrix as a fixed-size binary array."""
    count, width = rows.shape
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), count, [None, pa.py_buffer(np.ascontiguousarray(rows))]
    )


def gather(surveys: Iterator[pa.Table], column: str) -> tuple[pa.Array, Bytes]:
    """The ids of all surveys, sorted, and the fixed-size binary column in the same order as a byte matrix."""
    ids: list[pa.Array] = []
    parts: list[Bytes] = []
    for survey in surveys:
        if survey.num_rows:
            values = survey.column(column).combine_chunks()
            width = values.type.byte_width
            part = np.frombuffer(values.buffers()[1], dtype=np.uint8)[values.offset * width :][: len(values) * width]
            parts.append(part.reshape(len(values), width))
            ids.append(survey.column("id").combine_chunks().cast(pa.large_string()))
    if not parts:
        return pa.array([], pa.large_string()), np.zeros((0, 0), dtype=np.uint8)
    together = pa.concat_arrays(ids)
    order = pc.sort_indices(together)
    return together.take(order), np.concatenate(parts)[order.to_numpy()]


def places_in_plan(batch: pa.RecordBatch, plan: pa.Table) -> Offsets:
    """For each record of the batch its row in the plan (which is sorted by id), or -1."""
    found = np.full(batch.num_rows, -1, dtype=np.int64)
    if plan.num_rows:
        needles = string_column(batch.column("id"))
        known = string_column(plan.column("id").combine_chunks())
        kernels.rows.find_sorted(needles.data, needles.offsets, known.data, known.offsets, found)
    return found
