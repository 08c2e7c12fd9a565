"""The learner kind: a model that learns from labels people gave and then labels the rest with a confidence."""

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from galley.kernel.extension import Extension, Kind, P
from galley.kernel.ports import Desk

__all__ = ["Features", "Learner", "Model"]

Features = Any
"""Whatever the learner made of the records: a numpy array or scipy CSR matrix, rows in the order of the records."""


class Model(Protocol):
    """A fitted model."""

    classes: tuple[str, ...]

    def predict(self, features: Features) -> npt.NDArray[np.float64]:
        """Class probabilities, shape (rows, classes); rows sum to 1. Equal on every run: round before you rank."""
        ...


class Learner(Extension[P]):
    """Fits on features once computed, because the loop retrains many times on the same records."""

    kind: ClassVar[Kind] = "learner"

    def features(self, records: pa.Table, desk: Desk) -> Features:
        """Features of records (kernel.record.RECORD_SCHEMA), computed without looking at any label."""
        raise NotImplementedError

    def fit(self, features: Features, labels: Sequence[str], seed: bytes, rest: Features | None = None) -> Model:
        """A model fitted on rows of features and their labels; the same inputs and seed give the same model.

        `rest` are the rows nobody labelled yet, for learners that can use their shape; others ignore it.
        """
        raise NotImplementedError
