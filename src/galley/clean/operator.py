"""The operator kind: what an extension must do to take part in the clean stage."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pyarrow as pa

from galley.kernel.extension import Extension, Kind, P
from galley.kernel.outcome import Outcomes
from galley.kernel.ports import Desk

__all__ = ["Operator", "WholeSetOperator"]


class Operator(Extension[P]):
    """Judges records one by one: the outcome of a record must not depend on the batch it came in."""

    kind: ClassVar[Kind] = "operator"

    def apply(self, batch: pa.RecordBatch, desk: Desk) -> Outcomes:
        """One verdict for each record of the batch (columns: kernel.record.RECORD_SCHEMA). Must not raise for a bad
        record: `OutcomeBuilder.fail` it. When it raises all the same, the engine bisects to the guilty record."""
        raise NotImplementedError


class WholeSetOperator(Extension[Any]):
    """Judges records knowing all of them (`able.whole_set`): deduplication, balancing.

    Three passes: `survey` looks at each batch (in parallel), `plan` sees all surveys at once and decides, `apply` acts on
    each batch (in parallel). The plan is stored and hashed, so the decision is part of the run's evidence. The plan must
    not depend on the order or the cut of the surveys: sort by record id before deciding.
    """

    kind: ClassVar[Kind] = "operator"

    def survey(self, batch: pa.RecordBatch, desk: Desk) -> pa.Table:
        """What the plan needs to know of this batch; must carry `id`. Small: it is kept in memory for the plan."""
        raise NotImplementedError

    def plan(self, surveys: Iterator[pa.Table], desk: Desk) -> pa.Table:
        """The decision, as a table whose rows name record ids (`id`), sorted by id; only ids that are not kept."""
        raise NotImplementedError

    def apply(self, batch: pa.RecordBatch, plan: pa.Table, desk: Desk) -> Outcomes:
        """The verdicts for one batch under the plan."""
        raise NotImplementedError
