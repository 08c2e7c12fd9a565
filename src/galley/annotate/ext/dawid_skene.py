"""Dawid-Skene consensus: weighs each judgement by what its worker confuses (EM, vectorised).

A. P. Dawid and A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm", Applied
Statistics 28(1), 1979. Confusion rows carry a Dirichlet prior, so that three judgements do not make an expert; `shrink`
adds a hierarchical one: every worker starts from that many pseudo-judgements of the pooled worker.
"""

from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import sparse

from galley.annotate.aggregator import Aggregator, Consensus, Judgements
from galley.annotate.ext.majority import votes_of
from galley.kernel.language import Text

__all__ = ["DawidSkene", "DawidSkeneParams"]

Matrix = npt.NDArray[np.float64]


class DawidSkeneParams(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Switches of the model."""

    model: Literal["confusion", "one_coin"] = "confusion"  # one_coin: one accuracy a worker, for very few judgements
    diagonal: float = 1.0  # Dirichlet pseudo-counts of right answers
    off_diagonal: float = 0.3  # … of each wrong answer
    shrink: float = 0.0  # pseudo-judgements of the pooled worker, spread over the true classes
    rounds_max: int = 200
    tolerance: float = 1e-5  # stop when no posterior moves by more


class DawidSkene(Aggregator[DawidSkeneParams]):
    """Expectation-maximisation from the vote shares; deterministic and independent of the judgements' order.

    Unanimous items keep their label whatever the model thinks of the workers (the posterior of that label, possibly
    low, is then the confidence). Posteriors are over-confident on real crowds: they rank, they do not certify.
    Items without judgements get label -1 and confidence 0.
    """

    name = "dawid_skene"
    summary = Text(
        "Learns what each worker confuses and weighs their judgements by it.",
        "学习每位标注员的混淆习惯，并据此为其判断加权。",
    )
    Params = DawidSkeneParams

    def aggregate(self, judgements: Judgements) -> Consensus:
        votes = votes_of(judgements)
        if not votes.size:
            return Consensus(label=np.full(len(votes), -1), confidence=np.zeros(len(votes)), converged=True, rounds=0)
        classes = votes.shape[1]
        seen = _incidence(judgements, classes)
        transposed = seen.T.tocsr()
        total = votes.sum(axis=1, keepdims=True)
        posterior = np.divide(votes, total, out=np.full_like(votes, 1.0 / classes), where=total > 0)
        judged = None if total.min() > 0 else np.flatnonzero(total[:, 0])
        converged, rounds = False, 0
        while rounds < self.params.rounds_max and not converged:
            rounds += 1
            confusion = self._confusion(transposed @ posterior, len(judgements.workers), classes)
            prior = (posterior if judged is None else posterior[judged]).sum(axis=0)
            prior = (prior + 1e-9) / (prior + 1e-9).sum()
            fresh = _normalised(seen @ np.log(confusion) + np.log(prior))
            converged = bool(np.abs(fresh - posterior).max() <= self.params.tolerance)
            posterior = fresh
        label = posterior.argmax(axis=1)
        unanimous = votes.max(axis=1) == total[:, 0]
        label = np.where(unanimous, votes.argmax(axis=1), label)
        confidence = np.where(total[:, 0] > 0, posterior[np.arange(len(label)), label], 0.0)
        label = np.where(total[:, 0] > 0, label, -1)
        return Consensus(label=label, confidence=confidence, converged=converged, rounds=rounds)

    def _confusion(self, counts: Matrix, workers: int, classes: int) -> Matrix:
        """P(said | truth) of every worker, shape (workers · said, truth), from expected counts of the same shape."""
        cube = counts.reshape(workers, classes, classes)  # worker, said, truth
        same = np.eye(classes, dtype=bool)
        start = np.where(same, self.params.diagonal, self.params.off_diagonal)
        if self.params.model == "one_coin":
            right = cube[:, same].sum(axis=1)
            answered = cube.sum(axis=(1, 2))
            wrongs = max(classes - 1, 1)
            skill = (right + self.params.diagonal) / (
                answered + self.params.diagonal + wrongs * self.params.off_diagonal
            )
            shared = ((1.0 - skill) / wrongs)[:, None, None]
            coin: Matrix = np.where(same, skill[:, None, None], shared)
            return coin.reshape(-1, classes)
        smoothed = cube + start
        if self.params.shrink > 0:
            pooled = cube.sum(axis=0) + start
            smoothed = smoothed + self.params.shrink * pooled / pooled.sum(axis=0, keepdims=True)
        return np.asarray(smoothed / smoothed.sum(axis=1, keepdims=True)).reshape(-1, classes)


def _incidence(judgements: Judgements, classes: int) -> sparse.csr_array:
    """Who said what about which item, shape (items, workers · said); columns sorted, so sums do not depend on order."""
    column = np.asarray(judgements.worker, dtype=np.int64) * classes + np.asarray(judgements.label, dtype=np.int64)
    shape = (len(judgements.items), len(judgements.workers) * classes)
    entries = (np.ones(len(column)), (np.asarray(judgements.item, dtype=np.int64), column))
    found = sparse.coo_array(entries, shape=shape).tocsr()
    found.sum_duplicates()
    return found


def _normalised(scores: Matrix) -> Matrix:
    turned = np.ascontiguousarray(scores.T)  # numpy reduces over a short last axis ten times slower than over the first
    np.exp(turned - turned.max(axis=0), out=turned)
    return np.asarray((turned / turned.sum(axis=0)).T.copy())
