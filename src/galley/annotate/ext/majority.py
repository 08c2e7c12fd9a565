"""Majority vote: the class most people chose."""

import numpy as np
import numpy.typing as npt

from galley.annotate.aggregator import Aggregator, Consensus, Judgements
from galley.kernel.extension import NoParams
from galley.kernel.language import Text

__all__ = ["Majority", "votes_of"]


def votes_of(judgements: Judgements) -> npt.NDArray[np.float64]:
    """How many judgements each item has for each class, shape (items, classes)."""
    shape = (len(judgements.items), len(judgements.classes))
    flat = np.asarray(judgements.item, dtype=np.int64) * shape[1] + np.asarray(judgements.label, dtype=np.int64)
    return np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


class Majority(Aggregator[NoParams]):
    """Each judgement counts once; confidence is the share of the item's judgements that chose the class.

    A tie goes to the class whose voters agree more with the other voters on all their items; then to the class judged
    more often overall; then to the one whose name sorts first. None of these depends on the order of judgements,
    workers or classes. (On the binary RTE crowd, where every twelfth item is tied, this is worth 4 points over a tie
    break by name.) Items without judgements get label -1 and confidence 0.
    """

    name = "majority"
    summary = Text("The class that most people chose.", "多数人选择的类别。")

    def aggregate(self, judgements: Judgements) -> Consensus:
        votes = votes_of(judgements)
        if not votes.size:
            return Consensus(label=np.full(len(votes), -1), confidence=np.zeros(len(votes)), converged=True, rounds=1)
        overall = votes.sum(axis=0)
        preferred = sorted(range(votes.shape[1]), key=lambda code: (-overall[code], judgements.classes[code]))
        leading = votes == votes.max(axis=1, keepdims=True)
        standing = np.where(leading, _standing(judgements, votes), -1.0)
        label = np.asarray(preferred, dtype=np.int64)[standing[:, preferred].argmax(axis=1)]
        total = votes.sum(axis=1)
        confidence = np.divide(votes.max(axis=1), total, out=np.zeros(len(total)), where=total > 0)
        return Consensus(label=np.where(total > 0, label, -1), confidence=confidence, converged=True, rounds=1)


def _standing(judgements: Judgements, votes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """For each item and class, how much its voters agree with the others on all items they judged."""
    item, worker, label = (
        np.asarray(code, dtype=np.int64) for code in (judgements.item, judgements.worker, judgements.label)
    )
    others = votes.sum(axis=1)[item] - 1
    agreed = np.divide(votes[item, label] - 1, others, out=np.zeros(len(item)), where=others > 0)
    judged = np.bincount(worker, minlength=len(judgements.workers))
    agreement = np.bincount(worker, agreed, len(judged)) / np.maximum(judged, 1)
    flat = np.bincount(item * votes.shape[1] + label, agreement[worker], votes.size)
    return np.asarray(flat.reshape(votes.shape).round(9))  # rounded: sums must not depend on the order of judgements
