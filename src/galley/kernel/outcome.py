"""Outcomes: what an operator says about each record of a batch, exactly one verdict a record.

Columnar, because a Python object a record would cost more than the operators themselves. There is no truth value:
`if outcomes:` is a bug and raises (a verdict that can be misread as a boolean is how peers lose data).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from galley.kernel.errors import invariant

__all__ = ["EVENT_SCHEMA", "OutcomeBuilder", "Outcomes", "Verdict"]


class Verdict(IntEnum):
    """What became of one record in one step."""

    KEEP = 0
    EDIT = 1
    SPLIT = 2
    MERGE = 3
    DROP = 4
    FAIL = 5

    @property
    def word(self) -> str:
        """The verdict as it is stored and shown: `keep`, `edit`, …"""
        return self.name.lower()


EVENT_SCHEMA: Final[pa.Schema] = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("step", pa.int32(), nullable=False),
        pa.field("op", pa.string(), nullable=False),  # name@version
        pa.field("verdict", pa.string(), nullable=False),  # Verdict.word; `keep` is never stored
        pa.field("reason", pa.string(), nullable=False),  # stable code such as text.too_short, or an error code
        pa.field("detail", pa.string(), nullable=False),  # evidence for people: "3 characters < 10"
        pa.field("related", pa.list_(pa.string()), nullable=False),  # children, or the survivor of a duplicate
    ]
)
"""One row for every record a step did not simply keep: the ledger of the clean stage, always on."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The verdicts over one batch of n records; build it with OutcomeBuilder.

    `columns` holds whole replacement columns (length n) for edits; values of records that are not EDIT are ignored.
    `children` are the records that splits and merges made, with `parents[i]` naming the parents of child i; a child
    takes the place of its first parent.
    """

    verdicts: npt.NDArray[np.uint8]
    reasons: tuple[str, ...]  # length n, "" where kept
    details: tuple[str, ...]  # length n
    related: dict[int, tuple[str, ...]]  # place in batch -> ids
    columns: dict[str, pa.Array] = field(default_factory=dict)
    children: pa.RecordBatch | None = None
    parents: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        raise TypeError("an Outcomes has no truth value; count its verdicts")

    def __len__(self) -> int:
        return len(self.verdicts)

    def count(self, verdict: Verdict) -> int:
        """How many records of the batch got this verdict."""
        return int(np.count_nonzero(self.verdicts == verdict))


class OutcomeBuilder:
    """Collects verdicts over a batch of `rows` records; everything not mentioned is kept.

    The first drop or failure of a record stands: later calls do not change it.
    """

    def __init__(self, rows: int) -> None:
        self._verdicts = np.zeros(rows, dtype=np.uint8)
        self._reasons = [""] * rows
        self._details = [""] * rows
        self._related: dict[int, tuple[str, ...]] = {}
        self._columns: dict[str, pa.Array] = {}
        self._children: list[pa.RecordBatch] = []
        self._parents: list[tuple[str, ...]] = []

    @property
    def undecided(self) -> Mask:
        """True where the record is still in play (kept or edited so far)."""
        return np.asarray(self._verdicts <= Verdict.EDIT)

    def _settle(self, place: int, verdict: Verdict, reason: str, detail: str, related: Sequence[str]) -> None:
        if self._verdicts[place] > Verdict.EDIT:
            return
        self._verdicts[place] = verdict
        self._reasons[place] = reason
        self._details[place] = detail
        if related:
            self._related[place] = tuple(related)

    def drop(self, place: int, reason: str, detail: str = "", related: Sequence[str] = ()) -> None:
        """Drop one record: `reason` is a stable code, `detail` the evidence, `related` e.g. the kept twin."""
        self._settle(place, Verdict.DROP, reason, detail, related)

    def drop_where(self, mask: Mask, reason: str, details: Sequence[str] | None = None) -> None:
        """Drop every record where the mask is true; `details`, when given, has one text a record of the batch."""
        for place in np.flatnonzero(mask):
            self.drop(int(place), reason, details[int(place)] if details is not None else "")

    def fail(self, place: int, code: str, detail: str) -> None:
        """Say that one record could not be judged; it goes to quarantine and counts against the error budget."""
        self._settle(place, Verdict.FAIL, code, detail, ())

    def edit(
        self, column: str, values: pa.Array, changed: Mask, reason: str, details: Sequence[str] | None = None
    ) -> None:
        """Replace a column; `changed` marks the records whose value differs. Edits of several columns add up."""
        invariant(len(values) == len(self._verdicts), "an edited column has the batch's length", column=column)
        self._columns[column] = values
        for place in np.flatnonzero(changed):
            spot = int(place)
            if self._verdicts[spot] <= Verdict.EDIT:
                self._verdicts[spot] = Verdict.EDIT
                known = self._reasons[spot]
                self._reasons[spot] = reason if known in ("", reason) else f"{known},{reason}"
                if details is not None and details[spot]:
                    self._details[spot] = "; ".join(text for text in (self._details[spot], details[spot]) if text)

    def replace(
        self, verdict: Verdict, places: Sequence[int], ids: Sequence[str], children: pa.RecordBatch, reason: str
    ) -> None:
        """Split or merge: the records at `places` (whose ids are `ids`) give way to `children`."""
        invariant(verdict in (Verdict.SPLIT, Verdict.MERGE), "only a split or a merge makes children")
        child_ids = tuple(children.column("id").to_pylist())
        for place in places:
            self._settle(place, verdict, reason, "", child_ids)
        self._children.append(children)
        self._parents.extend([tuple(ids)] * len(child_ids))

    def build(self) -> Outcomes:
        """The outcomes; the builder must not be used afterwards."""
        children = pa.Table.from_batches(self._children).combine_chunks().to_batches() if self._children else []
        return Outcomes(
            verdicts=self._verdicts,
            reasons=tuple(self._reasons),
            details=tuple(self._details),
            related=self._related,
            columns=self._columns,
            children=children[0] if children else None,
            parents=tuple(self._parents),
        )
