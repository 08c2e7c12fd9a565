"""The arrays kernels work on, and Arrow columns seen as such without copying."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = [
    "Bytes",
    "Codes",
    "Floats",
    "Hashes",
    "Lengths",
    "Mask",
    "Offsets",
    "Points",
    "TextColumn",
    "string_column",
    "text_column",
]

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]
Points = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.uint16]
Lengths = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TextColumn:
    """A string column of n rows: row i is data[offsets[i]:offsets[i + 1]], and holds a text where present[i]."""

    data: Bytes
    offsets: Offsets
    present: Mask

    def text(self, row: int) -> str:
        """One row decoded; broken UTF-8 (Parquet files are not checked on reading) becomes U+FFFD."""
        raw = self.data[self.offsets[row] : self.offsets[row + 1]]
        return raw.tobytes().decode("utf-8", "replace")


def string_column(array: pa.Array) -> TextColumn:
    """An Arrow string or large_string array as bytes and offsets; data is shared, 32-bit offsets are widened."""
    kind = np.int64 if pa.types.is_large_string(array.type) else np.int32
    _, offset_buffer, data_buffer = array.buffers()
    if offset_buffer is None or len(array) == 0:
        offsets = np.zeros(len(array) + 1, dtype=np.int64)
    else:
        first = array.offset
        offsets = np.frombuffer(offset_buffer, dtype=kind)[first : first + len(array) + 1].astype(np.int64, copy=False)
    has_data = data_buffer is not None and data_buffer.size > 0
    data = np.frombuffer(data_buffer, dtype=np.uint8) if has_data else np.zeros(0, dtype=np.uint8)
    data.flags.writeable = False  # always, so that kernels are compiled for one type of array
    offsets.flags.writeable = False
    present = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)
    return TextColumn(data=data, offsets=offsets, present=present)


def text_column(batch: pa.RecordBatch) -> TextColumn:
    """The `text` column of a record batch."""
    return string_column(batch.column("text"))
