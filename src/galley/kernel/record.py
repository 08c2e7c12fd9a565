"""The record: one unit of training data, as a row of an Arrow table.

A record has an identity, a modality, its content (text inline, anything else as the SHA-256 of a blob), and where it
came from and under what right. The columns below are the *data group* of a shard; labels are another group of files
with the same rows in the same order, so labelling never rewrites data.
"""

from typing import Final, Literal

import pyarrow as pa

from galley.kernel.errors import InputError
from galley.kernel.language import Text

__all__ = [
    "BASES",
    "GRADES",
    "LABELS_SCHEMA",
    "MODALITIES",
    "QUARANTINE_SCHEMA",
    "RECORD_SCHEMA",
    "Grade",
    "Modality",
    "RecordSchemaError",
    "check_records",
    "empty_records",
]

Modality = Literal["text", "image", "audio", "video", "any"]
MODALITIES: Final[tuple[Modality, ...]] = ("text", "image", "audio", "video", "any")

Grade = Literal["general", "important", "core"]
GRADES: Final[tuple[Grade, ...]] = ("general", "important", "core")
"""GB/T 43697-2024: 一般, 重要, 核心."""

BASES: Final[tuple[str, ...]] = (
    "owned",
    "purchased",
    "licensed",
    "open",
    "public",
    "consent",
    "contract",
    "authorised-operation",
    "synthetic",
)
"""Why we may use the data; the recipe must name one."""

RECORD_SCHEMA: Final[pa.Schema] = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),  # 32 hex digits, see kernel.ids
        pa.field("modality", pa.string(), nullable=False),  # one of MODALITIES
        pa.field("text", pa.large_string()),  # the content of a text record; otherwise null
        pa.field("blob", pa.string()),  # SHA-256 (hex) of the content of any other record; otherwise null
        pa.field("media_type", pa.string(), nullable=False),  # e.g. text/plain, image/png
        pa.field("bytes", pa.int64(), nullable=False),  # size of the content: UTF-8 bytes or blob bytes
        pa.field("width", pa.int32()),  # pixels as stored, images only, null when unknown
        pa.field("height", pa.int32()),
        pa.field("source", pa.string(), nullable=False),  # name of the collect entry
        pa.field("key", pa.string(), nullable=False),  # unique in the source: relative path, file#row, archive!member
        pa.field("uri", pa.string(), nullable=False),  # where it was read from, for people
        pa.field("license", pa.string(), nullable=False),  # SPDX id or the contract's name
        pa.field("basis", pa.string(), nullable=False),  # one of BASES
        pa.field("grade", pa.string(), nullable=False),  # one of GRADES
        pa.field("time", pa.string()),  # RFC 3339 UTC: when the source says the content was made, null when unknown
        pa.field("meta", pa.string(), nullable=False),  # canonical JSON object: the source's other fields, "{}" if none
    ]
)
"""The data group's columns, in this order, always all of them."""

LABELS_SCHEMA: Final[pa.Schema] = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("labels", pa.string()),  # canonical JSON {control: value} as labels.schema defines; null = unlabelled
        pa.field("decided_by", pa.string(), nullable=False),  # human | machine | audit | imported | nobody
        pa.field("labeler_kind", pa.string(), nullable=False),  # person | simulated | machine | imported | none
        pa.field("confidence", pa.float64()),  # the machine's score, when a machine decided
        pa.field("judgements", pa.int32(), nullable=False),  # how many human judgements stand behind the label
    ]
)
"""The labels group's columns: same rows, same order as the data group."""

QUARANTINE_SCHEMA: Final[pa.Schema] = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("key", pa.string(), nullable=False),
        pa.field("uri", pa.string(), nullable=False),
        pa.field("step", pa.int32(), nullable=False),  # 0 = collect, then the recipe's clean steps
        pa.field("op", pa.string(), nullable=False),  # name@version of the connector or operator
        pa.field("code", pa.string(), nullable=False),  # stable error code
        pa.field("message", pa.string(), nullable=False),
        pa.field("excerpt", pa.binary(), nullable=False),  # the first bytes of the record, or sha256:<blob>
    ]
)
"""One row for every record that failed: nothing is lost, and nothing failed goes on."""


class RecordSchemaError(InputError):
    """A batch does not have the record columns."""

    code = "GLY-KER-010"
    text = Text("Records do not have the record schema: {detail}", "记录不符合记录结构：{detail}")
    hint = Text("An operator must return the columns it was given.", "算子必须返回它收到的各列。")


def check_records(batch: pa.RecordBatch | pa.Table) -> None:
    """Raise RecordSchemaError unless the batch has exactly the record columns."""
    if not batch.schema.equals(RECORD_SCHEMA):
        raise RecordSchemaError(detail=str(batch.schema).replace("\n", ", "))


def empty_records() -> pa.RecordBatch:
    """A batch of no records."""
    return pa.RecordBatch.from_pylist([], schema=RECORD_SCHEMA)
