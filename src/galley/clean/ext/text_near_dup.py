"""text.near_dup: nearly the same text twice, found by MinHash; right for Chinese, English and both in one text."""

from collections.abc import Iterator
from typing import Annotated, Final

import msgspec
import numpy as np
import pyarrow as pa

from galley.clean import kernels
from galley.clean.ext.text_edit import TEXT
from galley.clean.ext.text_plan import fixed_binary, gather, places_in_plan
from galley.clean.kernels.arrays import Codes, Hashes, Offsets, text_column
from galley.clean.kernels.letters import unit_table
from galley.clean.operator import WholeSetOperator
from galley.kernel.extension import Able
from galley.kernel.language import Text
from galley.kernel.outcome import OutcomeBuilder, Outcomes
from galley.kernel.ports import Desk

__all__ = ["NearDupParams", "TextNearDup", "bands_for"]

_PLAN: Final = pa.schema(
    [
        pa.field("id", pa.large_string()),
        pa.field("survivor", pa.large_string()),
        pa.field("similarity", pa.float64()),
    ]
)

_FOUND: Final = 0.99
"""Share of the pairs just at the threshold that the bands must bring together."""

_REACH: Final = 64
"""Records of one bucket a record is compared with: bounds the cost of a template a million texts share."""


class NearDupParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """threshold: Jaccard similarity of the shingle sets from which two texts are the same.
    permutations: length of the signature; the similarity is known to about sqrt(J (1 - J) / permutations), 0.035 with
    128 at J = 0.8. words, characters: units in a shingle that ends in a word, or in a character of a script written
    without spaces."""

    threshold: Annotated[float, msgspec.Meta(ge=0.3, le=1)] = 0.8
    permutations: Annotated[int, msgspec.Meta(ge=16, le=1024)] = 128
    words: Annotated[int, msgspec.Meta(ge=1, le=32)] = 5
    characters: Annotated[int, msgspec.Meta(ge=1, le=32)] = 5


def bands_for(permutations: int, threshold: float) -> tuple[int, int]:
    """(bands, rows) of the banding: as many rows as leave pairs at the threshold a 99 % chance to meet."""
    best = 1
    for rows in range(2, permutations + 1):
        if 1 - (1 - threshold**rows) ** (permutations // rows) >= _FOUND:
            best = rows
    return permutations // best, best


class TextNearDup(WholeSetOperator):
    """Of texts linked by near-duplicates the smallest id stays.

    Survey: a MinHash signature a text (16 bits a permutation). Plan: records sorted by id; equal signatures become one;
    those that agree in all rows of a band are candidates and are linked when the share of equal permutations reaches the
    threshold, so a band that agrees by chance links nothing. A cluster is everything linked, also through others.
    """

    name = "text.near_dup"
    version = 1
    summary = Text(
        "Drop near-duplicates of a text (MinHash; words, or characters in Chinese and Japanese).",
        "丢弃近似重复的文本（MinHash；按词，中日文按字）。",
    )
    Params = NearDupParams
    able = Able(modalities=TEXT, whole_set=True)

    def survey(self, batch: pa.RecordBatch, desk: Desk) -> pa.Table:
        """`id` and `signature` of the texts that have any word or character."""
        params: NearDupParams = self.params
        column = text_column(batch)
        signatures = np.empty((batch.num_rows, params.permutations), dtype=np.uint16)
        signed = np.zeros(batch.num_rows, dtype=np.bool_)
        kernels.neardup.sign(
            column.data,
            column.offsets,
            unit_table(),
            (params.words, params.characters),
            kernels.neardup.permutations(params.permutations),
            (signatures, signed),
        )
        places = np.flatnonzero(signed & column.present)
        chosen = signatures[places].astype("<u2", copy=False).view(np.uint8)
        return pa.table({"id": batch.column("id").take(pa.array(places)), "signature": fixed_binary(chosen)})

    def plan(self, surveys: Iterator[pa.Table], desk: Desk) -> pa.Table:
        """`id`, `survivor` and their estimated `similarity`, sorted by id."""
        params: NearDupParams = self.params
        ids, raw = gather(surveys, "signature")
        if not len(ids):
            return _PLAN.empty_table()
        signatures = np.ascontiguousarray(raw).view("<u2").astype(np.uint16, copy=False)
        roots = _clusters(signatures, params)
        equal = np.zeros(len(ids), dtype=np.int64)
        kernels.neardup.count_equal(signatures, roots, equal)
        dropped = np.flatnonzero(roots != np.arange(len(ids)))
        survivors = ids.take(pa.array(roots[dropped]))
        similarity = pa.array(equal[dropped] / params.permutations)
        return pa.Table.from_arrays([ids.take(pa.array(dropped)), survivors, similarity], schema=_PLAN)

    def apply(self, batch: pa.RecordBatch, plan: pa.Table, desk: Desk) -> Outcomes:
        """DROP with reason text.near_duplicate, related to the survivor."""
        builder = OutcomeBuilder(batch.num_rows)
        rows = places_in_plan(batch, plan)
        places = np.flatnonzero(rows >= 0)
        chosen = plan.select(["survivor", "similarity"]).take(pa.array(rows[places]))
        for place, row in zip(places.tolist(), chosen.to_pylist(), strict=True):
            survivor, similarity = row["survivor"], row["similarity"]
            linked = "" if similarity >= self.params.threshold else ", linked through others"
            builder.drop(
                place, "text.near_duplicate", f"similarity {similarity:.3f} to {survivor}{linked}", (survivor,)
            )
        return builder.build()


def _clusters(signatures: Codes, params: NearDupParams) -> Offsets:
    """For each record (sorted by id) the smallest place of its cluster."""
    count, permutations = signatures.shape
    parents = np.arange(count, dtype=np.int64)
    whole = np.empty(count, dtype=np.uint64)
    kernels.neardup.band_keys(signatures, 0, permutations, whole)
    kernels.neardup.link(_buckets(whole, whole), whole, signatures, parents, permutations, 1)
    heads = np.flatnonzero(parents == np.arange(count))
    distinct = signatures[heads]
    inner = np.arange(len(heads), dtype=np.int64)
    bands, rows = bands_for(permutations, params.threshold)
    keys = np.empty((bands, len(heads)), dtype=np.uint64)
    for band in range(bands):
        kernels.neardup.band_keys(distinct, band * rows, (band + 1) * rows, keys[band])
    needed = int(np.ceil(params.threshold * permutations - 1e-9))
    for band in range(bands):
        order = _buckets(keys[band], keys[(band + 1) % bands])
        kernels.neardup.link(order, keys[band], distinct, inner, needed, _REACH)
    places = np.searchsorted(heads, parents)
    return np.asarray(heads[inner[places]], dtype=np.int64)


def _buckets(keys: Hashes, following: Hashes) -> Offsets:
    """The records whose key is not unique, by key; within a bucket by the next band's key, so that the likest meet."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    shared = order[np.concatenate(([False], same)) | np.concatenate((same, [False]))]
    shared.sort()
    return np.asarray(shared[np.lexsort((following[shared], keys[shared]))], dtype=np.int64)
