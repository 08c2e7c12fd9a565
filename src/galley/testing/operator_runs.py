"""Running an operator as the engine would, and its results in a form that can be compared record by record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, BinaryIO

import pyarrow as pa

from galley.clean.operator import Operator, WholeSetOperator
from galley.kernel.draw import shuffled
from galley.kernel.outcome import Outcomes, Verdict
from galley.kernel.ports import Blobs, Desk
from galley.testing.memory import FakeClock, MemoryBlobs

__all__ = [
    "Judged",
    "OneRecord",
    "OperatorClass",
    "ScratchBlobs",
    "cuts_of",
    "judge",
    "plan_of",
    "scratch_desk",
    "told",
]

OperatorClass = type[Operator[Any]] | type[WholeSetOperator]


class ScratchBlobs:
    """Blobs over others: reads see both, writes stay here, so that a run can be repeated from the same start."""

    def __init__(self, below: Blobs) -> None:
        self._below = below
        self._own = MemoryBlobs()

    @property
    def written(self) -> dict[str, bytes]:
        """What was written here, by SHA-256."""
        return self._own.content

    def _holder(self, sha256: str) -> Blobs:
        return self._own if self._own.has(sha256) else self._below

    def put(self, data: bytes) -> str:
        return self._own.put(data)

    def put_stream(self, chunks: Iterator[bytes], limit_bytes: int) -> tuple[str, int]:
        return self._own.put_stream(chunks, limit_bytes)

    def get(self, sha256: str) -> bytes:
        return self._holder(sha256).get(sha256)

    def open(self, sha256: str) -> BinaryIO:
        return self._holder(sha256).open(sha256)

    def has(self, sha256: str) -> bool:
        return self._own.has(sha256) or self._below.has(sha256)

    def size(self, sha256: str) -> int:
        return self._holder(sha256).size(sha256)

    def flush(self) -> None:
        return


@dataclass(frozen=True)
class ScratchDesk(Desk):
    """A desk whose writes can be looked at."""

    blobs: ScratchBlobs


def scratch_desk(desk: Desk, hours_later: int = 0) -> ScratchDesk:
    """A desk that reads what `desk` has and writes nothing to it, at a fixed time."""
    clock = FakeClock()
    clock.moment += timedelta(hours=hours_later)
    return ScratchDesk(blobs=ScratchBlobs(desk.blobs), base=desk.base, clock=clock, seed=desk.seed)


@dataclass(frozen=True)
class OneRecord:
    """What an operator said about one record."""

    id: str
    verdict: str
    reason: str
    detail: str
    related: tuple[str, ...]
    edits: dict[str, Any]
    children: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Judged:
    """The outcomes over some batches, as they came."""

    raw: list[tuple[pa.RecordBatch, Outcomes]]

    @cached_property
    def records(self) -> list[OneRecord]:
        """What was said about each record, in order of id."""
        found = [one for batch, outcomes in self.raw for one in _records_of(batch, outcomes)]
        return sorted(found, key=lambda one: one.id)


def judge(operator: Operator[Any] | WholeSetOperator, batches: Sequence[pa.RecordBatch], desk: Desk) -> Judged:
    """Run the operator over batches, with its survey and plan when it wants the whole set."""
    if isinstance(operator, WholeSetOperator):
        plan, _ = plan_of(operator, batches, desk)
        return Judged([(batch, operator.apply(batch, plan, desk)) for batch in batches])
    return Judged([(batch, operator.apply(batch, desk)) for batch in batches])


def told(operator: Operator[Any] | WholeSetOperator, batch: pa.RecordBatch, desk: Desk) -> dict[str, OneRecord]:
    """What the operator says of each record of one batch, by the record's key."""
    keys = dict(zip(batch.column("id").to_pylist(), batch.column("key").to_pylist(), strict=True))
    return {keys[one.id]: one for one in judge(operator, [batch], desk).records}


def plan_of(
    operator: WholeSetOperator, batches: Sequence[pa.RecordBatch], desk: Desk
) -> tuple[pa.Table, tuple[str, ...]]:
    """The plan over batches, and the columns the surveys have."""
    surveys = [operator.survey(batch, desk) for batch in batches]
    return operator.plan(iter(surveys), desk), tuple(surveys[0].column_names) if surveys else ()


def cuts_of(batch: pa.RecordBatch) -> list[list[pa.RecordBatch]]:
    """The same records cut otherwise: halves, singles, shuffled, backwards in uneven pieces, with empty batches."""
    rows = batch.num_rows
    middle = rows // 2
    order = shuffled([str(place) for place in range(rows)], b"cuts")
    mixed = batch.take(pa.array([int(place) for place in order], pa.int64()))
    backwards = batch.take(pa.array(range(rows - 1, -1, -1), pa.int64()))
    return [
        [batch.slice(0, middle), batch.slice(middle)],
        [batch.slice(place, 1) for place in range(rows)],
        [mixed],
        [backwards.slice(0, 0), backwards.slice(0, 3), backwards.slice(3), backwards.slice(0, 0)],
    ]


def _records_of(batch: pa.RecordBatch, outcomes: Outcomes) -> Iterator[OneRecord]:
    ids = batch.column("id").to_pylist()
    edited = {name: values.to_pylist() for name, values in outcomes.columns.items()}
    children: dict[str, list[dict[str, Any]]] = {}
    rows = outcomes.children.to_pylist() if outcomes.children is not None else []
    for row, parents in zip(rows, outcomes.parents, strict=True):
        for parent in parents:
            children.setdefault(parent, []).append(row)
    for place, identity in enumerate(ids):
        verdict = Verdict(int(outcomes.verdicts[place]))
        yield OneRecord(
            id=identity,
            verdict=verdict.word,
            reason=outcomes.reasons[place],
            detail=outcomes.details[place],
            related=outcomes.related.get(place, ()),
            edits=_changes(batch, place, edited) if verdict == Verdict.EDIT else {},
            children=tuple(children.get(identity, ())),
        )


def _changes(batch: pa.RecordBatch, place: int, edited: dict[str, list[Any]]) -> dict[str, Any]:
    before = {name: batch.column(name)[place].as_py() for name in edited}
    return {name: values[place] for name, values in edited.items() if values[place] != before[name]}
