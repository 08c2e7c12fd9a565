"""What the built-in learners share: label codes, a held-out third, and a choice among candidates by it."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from galley.kernel.draw import generator

__all__ = ["HEATS", "OneClass", "choose", "encode", "split", "tempered"]

Matrix = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

HEATS = (0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5, 2.5, 4.0, 7.0, 12.0, 20.0)
"""Factors on scores before the softmax that calibration may choose."""

HELD_OUT_MIN = 12


def encode(labels: Sequence[str]) -> tuple[tuple[str, ...], Codes]:
    """The sorted classes and each label's code."""
    classes = tuple(sorted(set(labels)))
    place = {name: code for code, name in enumerate(classes)}
    return classes, np.array([place[label] for label in labels], dtype=np.int64)


def split(codes: Codes, seed: bytes) -> tuple[Codes, Codes]:
    """Rows to learn from and rows held out (a third, by lot); every class keeps a row to learn from.

    With too few rows to tell candidates apart nothing is held out.
    """
    order = generator(seed).permutation(len(codes))
    check = order[: len(codes) // 3]
    first = {int(code): int(row) for row, code in zip(order[::-1], codes[order[::-1]], strict=True)}
    if len(check) < HELD_OUT_MIN:
        return np.sort(order), order[:0]
    learn = order[len(codes) // 3 :]
    missing = set(first) - set(codes[learn].tolist())
    lent = np.array(sorted(first[code] for code in missing), dtype=np.int64)
    return np.sort(np.concatenate([learn, lent])), np.sort(np.setdiff1d(check, lent))


def tempered(scores: Matrix, heat: float) -> Matrix:
    """Softmax of scores times a factor; rows sum to 1."""
    scaled = scores * heat
    grown = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def choose(trials: Sequence[Matrix], codes: Codes) -> tuple[int, float]:
    """The candidate (its place) and heat with the least log loss on held-out rows; ties go to the earlier one.

    Half an error is added, spread over the classes: a few dozen right answers must not make a model certain.
    """
    best = (np.inf, 0, 1.0)
    rows = np.arange(len(codes))
    doubt = 0.5 / (len(codes) + 1)
    for place, scores in enumerate(trials):
        for heat in HEATS:
            logs = np.log(np.maximum(tempered(scores, heat), 1e-12))
            loss = -float((1 - doubt) * logs[rows, codes].mean() + doubt * logs.mean())
            if round(loss, 9) < best[0]:
                best = (round(loss, 9), place, heat)
    return best[1], best[2]


class OneClass:
    """The model when every label so far is the same: that class, with no confidence worth the name."""

    def __init__(self, classes: tuple[str, ...]) -> None:
        self.classes = classes

    def predict(self, features: npt.NDArray[np.float64]) -> Matrix:
        """Ones."""
        return np.ones((features.shape[0], len(self.classes)))
