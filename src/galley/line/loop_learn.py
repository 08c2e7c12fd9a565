"""Seed, learn, freeze: the part of the human+machine loop before any audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from galley.annotate.learner import Features, Learner
from galley.assess.certificate import RoundOrder, ids_root, labels_root, round_alpha
from galley.kernel.canonical import canonical_json, digest_of
from galley.kernel.draw import derive_seed, sample
from galley.kernel.extension import spec_of
from galley.line.loop_rules import (
    Ahead,
    LoopParams,
    batch_size,
    certain_first,
    folds,
    plan_audit,
    seed_size,
    should_stop,
    wrong_chances,
)
from galley.line.loop_state import Frozen, LoopItemsError, Ports, RoundTrace, Work

__all__ = ["begin", "freeze"]

Matrix = npt.NDArray[np.float64]


def begin(
    *, items: Sequence[str], features: Features, learner: Learner[Any], ports: Ports, params: LoopParams, seed: bytes
) -> Work:
    """Seed and learn until the predicted total stops falling: the expensive part, before any audit."""
    order = sorted(range(len(items)), key=lambda place: items[place])
    ids = [items[place] for place in order]
    if not ids or len(set(ids)) != len(ids) or features.shape[0] != len(ids):
        raise LoopItemsError(detail=f"{len(items)} items, {len(set(ids))} ids, {features.shape[0]} rows of features")
    params.terms  # noqa: B018 - refuses terms that contradict themselves before anybody is asked
    work = Work(
        ids=ids,
        features=features[order],
        learner=learner,
        ports=ports,
        params=params,
        seed=seed,
        items_root=ids_root(ids),
    )
    first = sample(ids, seed_size(params, len(ids)), derive_seed(seed, "seed"))
    work.human.update(work.ask(sorted(first), "seed", 0))
    totals: list[int] = []
    for round_no in range(params.learning_rounds_max):
        found = freeze(work, 0)
        work.trace.append(
            RoundTrace(
                round=round_no,
                labelled=len(work.known),
                held_out_accuracy=found.held_out_accuracy,
                expected_accept=found.plan.accepted,
                expected_total=found.plan.total,
                audit_size=found.plan.audit_size,
                errors_by_rank=found.errors_by_rank,
            )
        )
        totals.append(found.plan.total)
        if not found.order.ids or should_stop(totals, params.patience):
            break
        batch = found.order.ids[-batch_size(params, len(ids)) :]
        work.human.update(work.ask(sorted(batch), "active", round_no + 1))
        work.sought.update(batch)
    return work


@dataclass(frozen=True)
class _Trained:
    classes: tuple[str, ...]
    probabilities: Matrix  # of the remaining items
    confidence: Matrix  # cross-validated, of the labelled items
    wrong: npt.NDArray[np.bool_]
    sought: npt.NDArray[np.bool_]


def _train(work: Work, remaining: list[int]) -> _Trained:
    """The model's view of the remaining items, and its cross-validated errors on the labelled ones."""
    known = work.known
    places = [place for place, item in enumerate(work.ids) if item in known]
    labels = [canonical_json(known[work.ids[place]]).decode() for place in places]
    sought = np.array([work.ids[place] in work.sought for place in places], dtype=np.bool_)
    confidence, wrong = np.full(len(places), 0.5), np.ones(len(places), dtype=np.bool_)
    if not places or not remaining:
        return _Trained((), np.zeros((len(remaining), 0)), confidence, wrong, sought)
    seed = derive_seed(work.seed, "learn", len(places))
    model = work.learner.fit(work.features[places], labels, seed, work.features[remaining])
    probabilities = model.predict(work.features[remaining])
    scale = np.sort(probabilities.max(axis=1))
    parts = folds([work.ids[place] for place in places], work.params.folds, seed)
    for part in parts if len(places) >= 2 * len(parts) else ():
        held = set(part)
        learn = [number for number in range(len(places)) if number not in held]
        asked = [places[number] for number in part]
        fold = work.learner.fit(
            work.features[[places[number] for number in learn]],
            [labels[number] for number in learn],
            seed,
            work.features[sorted(asked + remaining)],
        )
        guess = fold.predict(work.features[asked])
        # Models calibrate themselves differently; an item's rank among the remaining ones is what carries over.
        rank = np.searchsorted(np.sort(fold.predict(work.features[remaining]).max(axis=1)), guess.max(axis=1))
        confidence[part] = scale[np.minimum(rank, len(scale) - 1)]
        said = [fold.classes[code] for code in guess.argmax(axis=1)]
        wrong[part] = [name != labels[number] for name, number in zip(said, part, strict=True)]
    return _Trained(model.classes, probabilities, confidence, wrong, sought)


def freeze(work: Work, round_no: int) -> Frozen:
    """Train on all that is known, order the rest most certain first, and plan its audit."""
    remaining = work.remaining
    trained = _train(work, remaining)
    ids = [work.ids[place] for place in remaining]
    sure = trained.probabilities.max(axis=1).round(6) if trained.classes else np.zeros(0)
    ranking = certain_first(sure, ids) if trained.classes else []
    codes = trained.probabilities.argmax(axis=1) if trained.classes else np.zeros(0, dtype=np.int64)
    values = [msgspec.json.decode(name) for name in trained.classes]
    chances = (
        wrong_chances(trained.confidence, trained.wrong, trained.sought, sure[ranking]) if ranking else np.zeros(0)
    )
    plan = plan_audit(
        work.params,
        Ahead(
            items=len(work.ids),
            spent=sum(work.asked.values()),
            undecided=work.undecided,
            wrong=chances,
            alpha=round_alpha(work.params.terms, round_no),
        ),
    )
    known = sorted(work.known.items())
    curve = np.concatenate([[0.0], np.cumsum(chances)])
    return Frozen(
        order=RoundOrder(
            round=round_no,
            ids=tuple(ids[place] for place in ranking),
            labels=tuple(values[codes[place]] for place in ranking),
        ),
        confidence=tuple(float(sure[place]) for place in ranking),
        plan=plan,
        held_out_accuracy=round(1.0 - float(trained.wrong.mean()), 6) if len(trained.wrong) else 0.0,
        errors_by_rank=tuple(round(float(curve[len(chances) * part // 20]), 3) for part in range(1, 21)),
        model=digest_of({"learner": spec_of(work.learner), "labels": labels_root([list(pair) for pair in known])}),
    )
