"""One Parquet file of a release, written so that equal rows give equal bytes and a damaged page names itself."""

import io
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from galley.release.media import MEDIA_STRUCT

__all__ = ["GROUP_BYTES", "GROUP_ROWS", "open_parquet"]

GROUP_ROWS: Final = 4096
GROUP_BYTES: Final = 32 * 1024 * 1024
"""A row group is what a reader holds in memory; it closes at whichever bound comes first."""

_DICTIONARY: Final = frozenset(
    {"modality", "media_type", "source", "license", "basis", "grade", "decided_by", "labeler_kind"}
)


def _leaves(schema: pa.Schema) -> list[str]:
    sink = io.BytesIO()
    pq.write_table(schema.empty_table(), sink)
    found = pq.ParquetFile(sink).schema
    return [found.column(place).path for place in range(len(found.names))]


def open_parquet(sink: Any, schema: pa.Schema) -> pq.ParquetWriter:
    """A writer of one file: media stored as they are (they are compressed already), the rest as Zstandard.

    Every page carries a CRC-32, so that a reader can tell which row group a flipped byte hit.
    """
    leaves = _leaves(schema)
    media = {f"{field.name}.bytes" for field in schema if field.type == MEDIA_STRUCT}
    return pq.ParquetWriter(
        sink,
        schema,
        version="2.6",
        compression={leaf: "NONE" if leaf in media else "ZSTD" for leaf in leaves},
        use_dictionary=[leaf for leaf in leaves if leaf in _DICTIONARY],
        write_statistics=[leaf for leaf in leaves if leaf not in media and leaf != "text"],
        write_page_checksum=True,
        store_schema=True,
    )
