"""The contract every aggregator keeps: no order matters, unanimity holds, confidences are shares, nothing is made up.

from galley.testing.aggregator_contract import check_aggregator
check_aggregator(MyAggregator, {"rounds_max": 50})
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
import numpy as np

from galley.annotate.aggregator import Aggregator, Consensus, Judgements
from galley.kernel.draw import derive_seed, generator
from galley.testing.extension_contract import check_extension, hold

__all__ = ["check_aggregator", "crowd"]

_TOLERANCE: Final = 1e-6
"""By how much a confidence may move when equal sums are added in another order."""


def crowd(name: str, *, items: int = 60, workers: int = 7, classes: int = 3, share: float = 0.5) -> Judgements:
    """A crowd of workers from careless to careful, the same for the same name; item 0 is unanimous, the last unjudged."""
    draw = generator(derive_seed(b"crowd", name, items, workers, classes))
    truth = draw.integers(0, classes, items)
    skill = np.linspace(0.4, 0.95, workers)
    rows = []
    for item in range(items - 1):
        for worker in range(workers):
            if item and draw.random() >= share:
                continue
            right = item == 0 or draw.random() < skill[worker]
            rows.append((item, worker, truth[item] if right else draw.integers(0, classes)))
    column = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Judgements(
        item=column[:, 0].copy(),
        worker=column[:, 1].copy(),
        label=column[:, 2].copy(),
        items=tuple(f"item-{place}" for place in range(items)),
        workers=tuple(f"worker-{place}" for place in range(workers)),
        classes=tuple(f"class-{place}" for place in range(classes)),
    )


def check_aggregator(found: type[Aggregator[Any]], params: Mapping[str, Any] | None = None) -> None:
    """Run the battery; raises ExtensionContractError at the first broken promise."""
    check_extension(found, params)
    filled = msgspec.convert(dict(params or {}), found.Params)
    crowds = [
        crowd("ordinary"),
        crowd("binary", classes=2, share=0.3),
        crowd("one class", classes=1),
        crowd("one worker", workers=1, share=1.0),
        crowd("many workers", items=8, workers=40, share=1.0),
        crowd("sparse", items=80, workers=30, share=0.04),
        crowd("nobody", items=1),
        crowd("no items", items=0),
    ]
    for judgements in crowds:
        consensus = _asked(found(filled), judgements)
        _check_shape(judgements, consensus)
        _check_unanimity(judgements, consensus)
        _check_orders(found, filled, judgements, consensus)


def _asked(made: Aggregator[Any], judgements: Judgements) -> Consensus:
    before = [np.array(column) for column in (judgements.item, judgements.worker, judgements.label)]
    consensus = made.aggregate(judgements)
    after = (judgements.item, judgements.worker, judgements.label)
    same = all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))
    hold(same, "the judgements it is given stay as they are", type(made))
    return consensus


def _check_shape(judgements: Judgements, consensus: Consensus) -> None:
    label, confidence = np.asarray(consensus.label), np.asarray(consensus.confidence)
    rows = len(judgements.items)
    hold(label.shape == (rows,) and label.dtype.kind == "i", "one class code an item", label.shape, label.dtype)
    hold(confidence.shape == (rows,) and confidence.dtype.kind == "f", "one confidence an item", confidence.shape)
    judged = np.bincount(judgements.item, minlength=rows) > 0
    hold(bool(np.all((label >= 0) == judged)), "items without judgements, and only they, are -1", label[~judged][:5])
    hold(bool(np.all(label < max(1, len(judgements.classes)))), "labels are codes of classes", label.max(initial=0))
    good = np.isfinite(confidence) & (confidence >= 0) & (confidence <= 1 + 1e-12)
    hold(bool(np.all(good)), "a confidence lies in [0, 1]", confidence[~good][:5])
    hold(bool(np.all(confidence[~judged] == 0)), "nobody judged it: confidence 0", confidence[~judged][:5])
    hold(isinstance(consensus.converged, bool), "it says whether it converged", consensus.converged)
    hold(consensus.rounds >= 0, "it says after how many rounds", consensus.rounds)


def _check_unanimity(judgements: Judgements, consensus: Consensus) -> None:
    for item in range(len(judgements.items)):
        given = set(np.asarray(judgements.label)[np.asarray(judgements.item) == item].tolist())
        if len(given) == 1:
            hold(given == {int(consensus.label[item])}, "unanimous items keep their label", item, given)


def _check_orders(found: type[Any], filled: msgspec.Struct, judgements: Judgements, consensus: Consensus) -> None:
    """The same answer again, from judgements in another order, and under other codes for the same people and items."""
    again = _asked(found(filled), judgements)
    same = np.array_equal(again.label, consensus.label) and np.array_equal(again.confidence, consensus.confidence)
    hold(same, "the same judgements give the same consensus")
    draw = generator(b"another order".ljust(16))
    order = draw.permutation(len(judgements.item))
    columns = {name: np.asarray(getattr(judgements, name))[order] for name in ("item", "worker", "label")}
    other = _asked(found(filled), msgspec.structs.replace(judgements, **columns))
    _agree(consensus.label, consensus.confidence, other.label, other.confidence)
    item_of, worker_of = (draw.permutation(len(names)) for names in (judgements.items, judgements.workers))
    renamed = Judgements(
        item=item_of[judgements.item] if len(judgements.item) else judgements.item,
        worker=worker_of[judgements.worker] if len(judgements.worker) else judgements.worker,
        label=judgements.label,
        items=tuple(judgements.items[place] for place in np.argsort(item_of)),
        workers=tuple(judgements.workers[place] for place in np.argsort(worker_of)),
        classes=judgements.classes,
    )
    other = _asked(found(filled), renamed)
    _agree(consensus.label, consensus.confidence, other.label[item_of], other.confidence[item_of])


def _agree(label: Any, confidence: Any, other_label: Any, other_confidence: Any) -> None:
    hold(
        bool(np.allclose(confidence, other_confidence, rtol=0, atol=_TOLERANCE)),
        "confidences do not depend on the order",
        np.abs(confidence - other_confidence).max(initial=0),
    )
    # Two classes within rounding of each other may swap; whoever is past one half is alone.
    clear = np.asarray(confidence) > 0.5 + _TOLERANCE
    differ = np.flatnonzero(clear & (label != other_label))
    hold(not len(differ), "labels do not depend on the order", differ[:5].tolist())
