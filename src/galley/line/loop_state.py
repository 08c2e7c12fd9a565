"""What the human+machine loop knows and may ask: ports, state and results."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import msgspec

from galley.annotate.learner import Features, Learner
from galley.assess.certificate import (
    AuditRecord,
    Certificate,
    Commitment,
    Frame,
    HumanCommitment,
    RoundOrder,
)
from galley.kernel.canonical import canonical_json
from galley.kernel.errors import InputError
from galley.kernel.language import Text
from galley.line.loop_rules import LoopParams, Plan

__all__ = ["AskPeople", "Final", "Frozen", "LoopItemsError", "LoopResult", "Ports", "Purpose", "RoundTrace", "Work"]

Purpose = Literal["seed", "active", "rest", "gold-audit", "gold-human", "gold-repeat"]
Value = Any


class LoopItemsError(InputError):
    """The items of a loop do not fit together."""

    code = "GLY-LIN-100"
    text = Text("The loop cannot start: {detail}", "循环无法开始：{detail}")
    hint = Text("Every item needs its own id and one row of features.", "每条数据都要有唯一编号和一行特征。")


class AskPeople(Protocol):
    """Where answers come from: people, or labelers standing in for them."""

    def __call__(self, item_ids: Sequence[str], purpose: Purpose, round_no: int) -> Mapping[str, Value]:
        """The value of each item; None or absent: nobody could decide. The same call gives the same answers.

        `gold-*` purposes go to the gold process (adjudication), blind; `gold-repeat` asks it once more, independently.
        """
        ...


def _unequal(left: Value, right: Value) -> float:
    return float(canonical_json(left) != canonical_json(right))


@dataclass(frozen=True)
class Ports:
    """What the loop may do to the world."""

    ask_people: AskPeople
    commit: Callable[[dict[str, Any]], None]  # appends to the log, durably, before it returns
    distance: Callable[[Value, Value], float] = _unequal  # in [0, 1]; above params.tolerance it is an error


class Final(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one item."""

    id: str
    value: Any
    decided_by: Literal["human", "machine", "audit", "nobody"]
    confidence: float | None = None  # the machine's, where it decided
    judgements: int = 0  # human answers behind it, by purpose asked


class RoundTrace(msgspec.Struct, frozen=True, kw_only=True):
    """One learning round, for the report's charts."""

    round: int
    labelled: int
    held_out_accuracy: float
    expected_accept: int
    expected_total: int
    audit_size: int
    errors_by_rank: tuple[float, ...]  # predicted errors among the first 5 %, 10 %, … 100 % of the order


class LoopResult(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the loop decided, and the evidence."""

    finals: tuple[Final, ...]  # in id order
    asked: dict[str, int]  # items asked, by purpose
    trace: tuple[RoundTrace, ...]
    certificate: Certificate
    frame: Frame
    audits: tuple[AuditRecord, ...]

    @property
    def issued(self) -> bool:
        """Whether the certificate was issued."""
        return self.certificate.issued


@dataclass(frozen=True)
class Frozen:
    """The frozen state of one audit round: nothing in it changes any more."""

    order: RoundOrder
    confidence: tuple[float, ...]  # of each ordered item
    plan: Plan
    model: str  # digest of learner and training labels
    held_out_accuracy: float  # cross-validated, on the labelled items (uncertain ones among them)
    errors_by_rank: tuple[float, ...]


@dataclass
class Work:
    """The loop's state: what is known so far. `copy` branches it (benchmarks draw many audits from one training)."""

    ids: list[str]  # sorted
    features: Features  # rows in that order
    learner: Learner[Any]
    ports: Ports
    params: LoopParams
    seed: bytes
    human: dict[str, Value] = field(default_factory=dict)
    sought: set[str] = field(default_factory=set)  # asked about because a model doubted them, not by lot
    gold: dict[str, Value] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)  # by item
    trace: list[RoundTrace] = field(default_factory=list)
    orders: list[RoundOrder] = field(default_factory=list)
    commitments: list[Commitment | HumanCommitment] = field(default_factory=list)
    audits: list[AuditRecord] = field(default_factory=list)
    items_root: str = ""

    def copy(self) -> "Work":
        """A branch of the state that shares what never changes."""
        return replace(
            self,
            human=dict(self.human),
            sought=set(self.sought),
            gold=dict(self.gold),
            asked=Counter(self.asked),
            answers=Counter(self.answers),
            trace=list(self.trace),
            orders=list(self.orders),
            commitments=list(self.commitments),
            audits=list(self.audits),
        )

    @property
    def known(self) -> dict[str, Value]:
        """Every decided item; gold before human, where the gold process could decide."""
        merged = {**self.human, **{item: value for item, value in self.gold.items() if value is not None}}
        return {item: value for item, value in merged.items() if value is not None}

    @property
    def undecided(self) -> int:
        """Items somebody was asked about and nobody could decide."""
        return len((self.human.keys() | self.gold.keys()) - self.known.keys())

    @property
    def remaining(self) -> list[int]:
        """Places of the items nobody was asked about."""
        return [place for place, item in enumerate(self.ids) if item not in self.human and item not in self.gold]

    def ask(self, items: Sequence[str], purpose: Purpose, round_no: int) -> dict[str, Value]:
        """Ask and count; every item asked has an entry in the answer."""
        if not items:
            return {}
        given = self.ports.ask_people(list(items), purpose, round_no)
        self.asked[purpose] += len(items)
        self.answers.update(items)
        return {item: given.get(item) for item in items}
