"""Bisection: when an operator raises on a batch, only the record that makes it raise fails. Pure control flow."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from galley.kernel.errors import GalleyError, IntegrityError, TransientError
from galley.kernel.outcome import OutcomeBuilder, Outcomes

__all__ = ["OPERATOR_RAISED", "failed_record", "join", "judge"]

OPERATOR_RAISED = "GLY-ENG-010"
"""Reason of a record on which the operator raised something that is not a Galley error."""

Judge = Callable[[pa.RecordBatch], Outcomes]


def judge(batch: pa.RecordBatch, apply: Judge) -> Outcomes:
    """The outcomes of a batch; a record on which `apply` raises gets FAIL, all others get their own verdict.

    Costs about 2·log2(n) calls for one guilty record. What is not a record's fault goes up instead: a full disk or a
    dead network (TransientError), a corrupt blob store (IntegrityError), and running out of memory on one record.
    """
    try:
        return apply(batch)
    except (TransientError, IntegrityError):
        raise
    except Exception as problem:  # broad: operators are other people's code; the guilty record is found and quarantined
        if batch.num_rows <= 1:
            return failed_record(problem) if batch.num_rows else OutcomeBuilder(0).build()
    half = batch.num_rows // 2
    left, right = batch.slice(0, half), batch.slice(half)
    return join(left, judge(left, apply), right, judge(right, apply))


def failed_record(problem: BaseException) -> Outcomes:
    """The outcomes of a batch of one record that could not be judged."""
    builder = OutcomeBuilder(1)
    code = problem.code if isinstance(problem, GalleyError) else OPERATOR_RAISED
    builder.fail(0, code, f"{type(problem).__name__}: {problem}"[:1000])
    return builder.build()


def join(left_batch: pa.RecordBatch, left: Outcomes, right_batch: pa.RecordBatch, right: Outcomes) -> Outcomes:
    """The outcomes of two neighbouring batches as those of the one they were cut from."""
    if not len(left) or not len(right):
        return right if not len(left) else left
    shift = len(left)
    children = [part.children for part in (left, right) if part.children is not None]
    joined = pa.Table.from_batches(children).combine_chunks().to_batches() if children else []
    return Outcomes(
        verdicts=np.concatenate([left.verdicts, right.verdicts]),
        reasons=left.reasons + right.reasons,
        details=left.details + right.details,
        related={**left.related, **{place + shift: ids for place, ids in right.related.items()}},
        columns=_join_columns(left_batch, left, right_batch, right),
        children=joined[0] if joined else None,
        parents=left.parents + right.parents,
    )


def _join_columns(
    left_batch: pa.RecordBatch, left: Outcomes, right_batch: pa.RecordBatch, right: Outcomes
) -> dict[str, pa.Array]:
    names = sorted(left.columns.keys() | right.columns.keys())
    return {
        # A half that did not edit a column keeps its own values: its records may be edited in another column.
        name: pa.concat_arrays(
            [
                part.columns.get(name, batch.column(name)).cast(batch.schema.field(name).type)
                for batch, part in ((left_batch, left), (right_batch, right))
            ]
        )
        for name in names
    }
