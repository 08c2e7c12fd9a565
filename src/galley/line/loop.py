"""The human+machine loop: seed, learn, freeze, audit, climb, finish; a plain procedure over ports.

1. People label a random seed. 2. A learner is trained, people label its least certain items, again and again, until
the predicted total cost stops falling. 3. Model, order and plan are frozen and committed. 4. A uniform sample is
labelled blind by the gold process. 5. The largest accept set the audit proves is decided by the machine. 6. People
decide the rest; a sample of their labels is relabelled by the gold process; the certificate is issued or refused.
Design and proofs: `assess.certificate`. After the active loop of MCAL (Qiu et al., ICLR 2023).

The result is a pure function of (items, features, params, seed, answers): after a crash the procedure is simply run
again, and `ask_people` answers what it was asked before from what it stored under (purpose, round, ids).
A commitment is logged before its audit is asked by construction: only `_seal`, which logs, makes the sealed draw that
the audit needs.
"""

from collections.abc import Sequence
from typing import Any

from galley.annotate.learner import Features, Learner
from galley.assess.certificate import RoundOrder, ids_root
from galley.kernel.extension import NoParams
from galley.line.loop_audit import settle
from galley.line.loop_learn import begin, freeze
from galley.line.loop_rules import LoopParams, Plan
from galley.line.loop_state import (
    AskPeople,
    Final,
    Frozen,
    LoopItemsError,
    LoopResult,
    Ports,
    Purpose,
    RoundTrace,
    Work,
)

__all__ = [
    "AskPeople",
    "Final",
    "Frozen",
    "LoopItemsError",
    "LoopParams",
    "LoopResult",
    "Ports",
    "Purpose",
    "RoundTrace",
    "Work",
    "begin",
    "freeze",
    "run_loop",
    "run_people",
    "settle",
]


def run_loop(
    *, items: Sequence[str], features: Features, learner: Learner[Any], ports: Ports, params: LoopParams, seed: bytes
) -> LoopResult:
    """The whole loop: labels for every item and the certificate, or the refusal, about them."""
    work = begin(items=items, features=features, learner=learner, ports=ports, params=params, seed=seed)
    return settle(work, freeze(work, 0))


class _Nobody(Learner[NoParams]):
    """Stands where a learner would: with people labelling everything, none is ever fitted."""

    name = "nobody"


def run_people(*, items: Sequence[str], ports: Ports, params: LoopParams, seed: bytes) -> LoopResult:
    """No machine: people label everything, and an audit of their labels is the whole certificate."""
    ids = sorted(items)
    params.terms  # noqa: B018 - refuses terms that contradict themselves before anybody is asked
    work = Work(
        ids=ids,
        features=None,
        learner=_Nobody(NoParams()),
        ports=ports,
        params=params,
        seed=seed,
        items_root=ids_root(ids),
    )
    work.human.update(work.ask(ids, "rest", 0))
    nothing = Plan(audit_size=0, human_error=0.0, start=0, accepted=0, total=len(ids))
    order = RoundOrder(round=0, ids=(), labels=())
    return settle(
        work,
        Frozen(order=order, confidence=(), plan=nothing, model="", held_out_accuracy=0.0, errors_by_rank=()),
    )
