"""Settling: applying an operator's outcomes to a batch, under the law of conservation. Pure.

1. Every record has exactly one verdict, and nothing else has one.
2. Every child names parents of this batch that were split or merged; every such parent has a child.
3. An edit changes only the records it claims to change, and never an id.
4. The next step gets kept records as they were, edited ones with their new values, and children in place of their
   first parent. The counts must add up, or the shard is not complete.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from galley.engine.counts import ConservationError, Counts, count_outcomes
from galley.kernel import limits
from galley.kernel.outcome import EVENT_SCHEMA, Outcomes, Verdict
from galley.kernel.record import QUARANTINE_SCHEMA, RECORD_SCHEMA, check_records

__all__ = ["Settled", "Step", "quarantine_rows", "settle"]


@dataclass(frozen=True)
class Step:
    """Where in the recipe we are: the step's number and the operator's name@version."""

    number: int
    op: str


@dataclass(frozen=True, eq=False)
class Settled:
    """What a step leaves of a batch."""

    batch: pa.RecordBatch
    events: pa.Table
    quarantine: pa.Table
    counts: Counts


def settle(batch: pa.RecordBatch, outcomes: Outcomes, step: Step) -> Settled:
    """The batch after a step, the events it caused, its failed records, and the counts.

    Raises ConservationError when the outcomes break one of the numbered rules of this module.
    """
    ids: list[str] = batch.column("id").to_pylist()
    counts = count_outcomes(outcomes)
    _check_verdicts(ids, outcomes, step)  # (1)
    _check_children(ids, outcomes, step)  # (2)
    counts.check(step.number, step.op)
    edited = _with_edits(batch, outcomes, step)  # (3)
    left = _assemble(edited, ids, outcomes)  # (4)
    if left.num_rows != counts.out:
        raise ConservationError(step=step.number, op=step.op, detail=f"{counts.out} expected out, {left.num_rows} made")
    check_records(left)
    return Settled(
        batch=left,
        events=_events(ids, outcomes, step),
        quarantine=quarantine_rows(batch, outcomes, step),
        counts=counts,
    )


def _check_verdicts(ids: list[str], outcomes: Outcomes, step: Step) -> None:
    known = {verdict.value for verdict in Verdict}
    if len(outcomes) != len(ids):
        detail = f"{len(ids)} records but {len(outcomes)} verdicts"
        raise ConservationError(step=step.number, op=step.op, detail=detail)
    if not set(np.unique(outcomes.verdicts).tolist()) <= known:
        raise ConservationError(step=step.number, op=step.op, detail="a verdict outside the known six")


def _check_children(ids: list[str], outcomes: Outcomes, step: Step) -> None:
    born = 0 if outcomes.children is None else outcomes.children.num_rows
    if born != len(outcomes.parents):
        detail = f"{born} children but parents named for {len(outcomes.parents)}"
        raise ConservationError(step=step.number, op=step.op, detail=detail)
    given_way = {
        ids[place] for place in np.flatnonzero(np.isin(outcomes.verdicts, (Verdict.SPLIT, Verdict.MERGE))).tolist()
    }
    named = {parent for parents in outcomes.parents for parent in parents}
    if named != given_way:
        stray = sorted(named ^ given_way)[:3]
        raise ConservationError(step=step.number, op=step.op, detail=f"children and parents disagree about {stray}")
    if any(not parents for parents in outcomes.parents):
        raise ConservationError(step=step.number, op=step.op, detail="a child without parents")


def _with_edits(batch: pa.RecordBatch, outcomes: Outcomes, step: Step) -> pa.RecordBatch:
    if not outcomes.columns:
        return batch
    changed = pa.array(outcomes.verdicts == Verdict.EDIT)
    columns = list(batch.columns)
    for name, values in outcomes.columns.items():
        place = RECORD_SCHEMA.get_field_index(name)
        if place < 0 or name == "id":
            raise ConservationError(step=step.number, op=step.op, detail=f"an edit of column '{name}' is not allowed")
        # Values of records that are not EDIT are ignored here, so an operator cannot change a record it says it kept.
        columns[place] = pc.if_else(changed, values.cast(RECORD_SCHEMA.field(name).type), columns[place])
    return pa.RecordBatch.from_arrays([_whole(column) for column in columns], schema=RECORD_SCHEMA)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _assemble(batch: pa.RecordBatch, ids: list[str], outcomes: Outcomes) -> pa.RecordBatch:
    staying = outcomes.verdicts <= Verdict.EDIT
    if outcomes.children is None:
        return batch if bool(staying.all()) else batch.filter(pa.array(staying))
    place_of = {record: place for place, record in enumerate(ids)}
    first_parent = [min(place_of[parent] for parent in parents) for parents in outcomes.parents]
    rows = [(place, -1) for place in np.flatnonzero(staying).tolist()]
    rows += [(place, child) for child, place in enumerate(first_parent)]
    rows.sort()
    taken = [len(ids) + child if child >= 0 else place for place, child in rows]
    both = pa.Table.from_batches([batch, outcomes.children.cast(RECORD_SCHEMA)]).combine_chunks()
    chosen = both.take(pa.array(taken, pa.int64())).combine_chunks().to_batches()
    return chosen[0] if chosen else batch.slice(0, 0)


def _events(ids: list[str], outcomes: Outcomes, step: Step) -> pa.Table:
    places = np.flatnonzero(outcomes.verdicts != Verdict.KEEP).tolist()
    return pa.Table.from_pydict(
        {
            "id": [ids[place] for place in places],
            "step": [step.number] * len(places),
            "op": [step.op] * len(places),
            "verdict": [Verdict(int(outcomes.verdicts[place])).word for place in places],
            "reason": [outcomes.reasons[place] for place in places],
            "detail": [outcomes.details[place] for place in places],
            "related": [list(outcomes.related.get(place, ())) for place in places],
        },
        schema=EVENT_SCHEMA,
    )


def quarantine_rows(batch: pa.RecordBatch, outcomes: Outcomes, step: Step) -> pa.Table:
    """The failed records of a batch as quarantine rows, each with its error and the beginning of its content."""
    places = np.flatnonzero(outcomes.verdicts == Verdict.FAIL).tolist()
    failed = batch.take(pa.array(places, pa.int64()))
    texts = failed.column("text").to_pylist()
    blobs = failed.column("blob").to_pylist()
    cut = limits.QUARANTINE_EXCERPT_BYTES_MAX
    return pa.Table.from_pydict(
        {
            "id": failed.column("id"),
            "source": failed.column("source"),
            "key": failed.column("key"),
            "uri": failed.column("uri"),
            "step": [step.number] * len(places),
            "op": [step.op] * len(places),
            "code": [outcomes.reasons[place] for place in places],
            "message": [outcomes.details[place] for place in places],
            "excerpt": [
                text.encode()[:cut] if text is not None else f"sha256:{blob}".encode()
                for text, blob in zip(texts, blobs, strict=True)
            ],
        },
        schema=QUARANTINE_SCHEMA,
    )
