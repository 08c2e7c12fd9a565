"""text.dedup: the same text twice."""

import hashlib
from collections.abc import Iterator
from typing import Final, Literal

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean import kernels
from galley.clean.ext.text_edit import TEXT
from galley.clean.ext.text_plan import fixed_binary, gather, places_in_plan
from galley.clean.kernels.arrays import text_column
from galley.clean.kernels.letters import fold_table
from galley.clean.operator import WholeSetOperator
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["DedupParams", "TextDedup"]

_HASH_BYTES: Final = 16
_PLAN: Final = pa.schema([pa.field("id", pa.large_string()), pa.field("survivor", pa.large_string())])


class DedupParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """ignore: differences that do not make two texts different. `space` = how much white space and of which kind,
    `width` = full-width or half-width forms, `case`, `punctuation` = punctuation and symbols. Invisible characters never
    count."""

    ignore: tuple[Literal["space", "width", "case", "punctuation"], ...] = ("space", "width")


class TextDedup(WholeSetOperator):
    """Of texts with the same hash (128 bits of BLAKE2b: nobody can craft a collision) the smallest id stays."""

    name = "text.dedup"
    version = 1
    summary = Text("Drop exact duplicates of a text.", "丢弃内容完全相同的文本。")
    Params = DedupParams
    able = Able(modalities=TEXT, whole_set=True)

    def survey(self, batch: pa.RecordBatch, desk: Desk) -> pa.Table:
        """`id` and the hash of the folded text, for the records that have one."""
        column = text_column(batch)
        ignore = self.params.ignore
        table = fold_table("case" in ignore, "width" in ignore, "space" in ignore, "punctuation" in ignore)
        size = int(column.offsets[-1] - column.offsets[0])
        folded = np.empty(3 * size, dtype=np.uint8)
        ends = np.zeros(batch.num_rows, dtype=np.int64)
        kernels.folding.fold(column.data, column.offsets, table, folded, ends)
        places = np.flatnonzero(column.present)
        starts = np.concatenate(([0], ends[:-1]))
        view = memoryview(folded.data)
        digests = b"".join(
            hashlib.blake2b(view[starts[place] : ends[place]], digest_size=_HASH_BYTES).digest() for place in places
        )
        hashes = np.frombuffer(digests, dtype=np.uint8).reshape(len(places), _HASH_BYTES)
        ids = batch.column("id").take(pa.array(places))
        return pa.table({"id": ids, "hash": fixed_binary(hashes)})

    def plan(self, surveys: Iterator[pa.Table], desk: Desk) -> pa.Table:
        """`id` of every later copy and its `survivor`, sorted by id."""
        ids, hashes = gather(surveys, "hash")
        if not len(ids):
            return _PLAN.empty_table()
        words = np.ascontiguousarray(hashes).view(np.uint64)
        order = np.lexsort((np.arange(len(ids)), words[:, 1], words[:, 0]))
        ordered = words[order]
        first = np.concatenate(([True], np.any(ordered[1:] != ordered[:-1], axis=1)))
        survivors = np.empty(len(ids), dtype=np.int64)
        survivors[order] = order[np.flatnonzero(first)[np.cumsum(first) - 1]]
        dropped = pa.array(np.flatnonzero(survivors != np.arange(len(ids))))
        kept = pa.array(survivors).take(dropped)
        return pa.Table.from_arrays([ids.take(dropped), ids.take(kept)], schema=_PLAN)

    def apply(self, batch: pa.RecordBatch, plan: pa.Table, desk: Desk) -> Outcomes:
        """DROP with reason text.duplicate, related to the survivor."""
        builder = OutcomeBuilder(batch.num_rows)
        rows = places_in_plan(batch, plan)
        places = np.flatnonzero(rows >= 0)
        survivors = plan.column("survivor").take(pa.array(rows[places])).to_pylist()
        for place, survivor in zip(places.tolist(), survivors, strict=True):
            builder.drop(place, "text.duplicate", f"same text as {survivor}", (survivor,))
        return builder.build()
