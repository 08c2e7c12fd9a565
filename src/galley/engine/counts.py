"""Counting: the law of conservation, as arithmetic over one step of one batch, shard or run."""

from collections.abc import Iterable

import msgspec

from galley.kernel.errors import IntegrityError
from galley.kernel.language import Text
from galley.kernel.outcome import Outcomes, Verdict

__all__ = ["ConservationError", "Counts", "count_outcomes", "total"]


class ConservationError(IntegrityError):
    """Some records of a batch have no outcome, or more than one."""

    code = "GLY-ENG-001"
    text = Text(
        "Records are not conserved in step {step} ({op}): {detail}.",
        "第 {step} 步（{op}）记录不守恒：{detail}。",
    )
    hint = Text(
        "The shard is not marked complete and nothing is lost; report the operator to its author.",
        "该分片未标记为完成，数据没有丢失；请向算子作者报告。",
    )


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the records one step read, and how many it handed on.

    read = kept + edited + split + merged + dropped + failed;   out = kept + edited + born.
    """

    read: int = 0
    kept: int = 0
    edited: int = 0
    split: int = 0
    merged: int = 0
    dropped: int = 0
    failed: int = 0
    born: int = 0

    @property
    def out(self) -> int:
        """Records handed on to the next step."""
        return self.kept + self.edited + self.born

    def check(self, step: int, op: str) -> None:
        """Raise ConservationError unless every record read is accounted for."""
        said = self.kept + self.edited + self.split + self.merged + self.dropped + self.failed
        if said != self.read:
            raise ConservationError(step=step, op=op, detail=f"read {self.read}, accounted for {said}")

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in Counts.__struct_fields__})


def count_outcomes(outcomes: Outcomes) -> Counts:
    """The counts of one batch."""
    return Counts(
        read=len(outcomes),
        kept=outcomes.count(Verdict.KEEP),
        edited=outcomes.count(Verdict.EDIT),
        split=outcomes.count(Verdict.SPLIT),
        merged=outcomes.count(Verdict.MERGE),
        dropped=outcomes.count(Verdict.DROP),
        failed=outcomes.count(Verdict.FAIL),
        born=0 if outcomes.children is None else outcomes.children.num_rows,
    )


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of several counts."""
    result = Counts()
    for each in counts:
        result = result + each
    return result
