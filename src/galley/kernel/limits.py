"""Limits: every bound Galley puts on what it accepts, with its unit and its reason, in one place.

Each is hit by a test. Raise one only with a measurement.
"""

from typing import Final

__all__ = [
    "ARCHIVE_MEMBERS_MAX",
    "ARCHIVE_RATIO_MAX",
    "ARCHIVE_UNPACKED_BYTES_MAX",
    "BATCH_BYTES_IN_FLIGHT_MAX",
    "BLOB_BYTES_MAX",
    "EMBED_BYTES_MAX",
    "ERROR_BUDGET_DEFAULT",
    "IMAGE_BYTES_MAX",
    "IMAGE_PIXELS_MAX",
    "JSON_DEPTH_MAX",
    "LINE_BYTES_MAX",
    "LOG_ENTRY_BYTES_MAX",
    "NOTE_BYTES_MAX",
    "NOTE_SIGNATURES_MAX",
    "QUARANTINE_EXCERPT_BYTES_MAX",
    "RECIPE_BYTES_MAX",
    "SHARD_BYTES",
    "SHARD_ROWS",
    "STATEMENT_BYTES_MAX",
    "TEXT_BYTES_MAX",
    "WORKER_DEATHS_MAX",
]

SHARD_ROWS: Final = 2048
"""Records a shard at most: small enough that a killed worker loses seconds, large enough for vectorised operators."""

SHARD_BYTES: Final = 32 * 1024 * 1024
"""Inline text bytes a shard at most (a shard is processed in memory)."""

BATCH_BYTES_IN_FLIGHT_MAX: Final = 512 * 1024 * 1024
"""Estimated bytes handed to workers at once; the bounded queue of the local executor."""

WORKER_DEATHS_MAX: Final = 2
"""Deaths of a worker on one task before the task is bisected to the record that kills it."""

ERROR_BUDGET_DEFAULT: Final = 0.01
"""Share of failed records above which a run fails."""

RECIPE_BYTES_MAX: Final = 1024 * 1024
"""A recipe is written by people; a larger file is a mistake."""

TEXT_BYTES_MAX: Final = 64 * 1024 * 1024
"""One text record; larger documents must be split by the source."""

LINE_BYTES_MAX: Final = 64 * 1024 * 1024
"""One line of a JSONL or CSV file."""

JSON_DEPTH_MAX: Final = 64
"""Nesting of JSON input; deeper input is hostile."""

BLOB_BYTES_MAX: Final = 64 * 1024 * 1024 * 1024
"""One media file."""

IMAGE_BYTES_MAX: Final = 1024 * 1024 * 1024
"""One image file read for decoding: IMAGE_PIXELS_MAX uncompressed pixels of four bytes, and some."""

IMAGE_PIXELS_MAX: Final = 200_000_000
"""Pixels an image may declare: beyond it decoding would take gigabytes (a header of 10^9 pixels is 60 bytes)."""

ARCHIVE_MEMBERS_MAX: Final = 1_000_000
"""Members of one archive."""

ARCHIVE_UNPACKED_BYTES_MAX: Final = 64 * 1024 * 1024 * 1024
"""Unpacked size of one archive."""

ARCHIVE_RATIO_MAX: Final = 200
"""Unpacked to packed size of one archive member above which it is a bomb (checked beyond 10 MiB unpacked)."""

EMBED_BYTES_MAX: Final = 8 * 1024 * 1024
"""Media up to this size are stored inside a release's Parquet files; larger ones as files beside them."""

LOG_ENTRY_BYTES_MAX: Final = 65_535
"""One entry of the transparency log (tlog-tiles stores entries with a 16-bit length)."""

NOTE_BYTES_MAX: Final = 1024 * 1024
"""One signed note or log proof; a hundred post-quantum signatures are half of it."""

NOTE_SIGNATURES_MAX: Final = 100
"""Signatures on one note or statement (signed-note asks verifiers to accept at least 16)."""

STATEMENT_BYTES_MAX: Final = 16 * 1024 * 1024
"""One signed statement in its envelope; larger evidence is referred to by its hash."""

QUARANTINE_EXCERPT_BYTES_MAX: Final = 4096
"""How much of an unreadable record is kept beside its error."""
