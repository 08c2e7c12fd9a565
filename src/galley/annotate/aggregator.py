"""The aggregator kind: one label per item out of several people's categorical judgements."""

from typing import Any, ClassVar

import msgspec

from galley.kernel.extension import Extension, Kind, P

__all__ = ["Aggregator", "Consensus", "Judgements"]


class Judgements(msgspec.Struct, frozen=True, kw_only=True):
    """Categorical judgements as three parallel integer columns (codes into `items`, `workers`, `classes`)."""

    item: Any  # npt.NDArray[np.int64]
    worker: Any
    label: Any
    items: tuple[str, ...]
    workers: tuple[str, ...]
    classes: tuple[str, ...]


class Consensus(msgspec.Struct, frozen=True, kw_only=True):
    """What an aggregator found."""

    label: Any  # npt.NDArray[np.int64], one class code an item
    confidence: Any  # npt.NDArray[np.float64], posterior of that class; not a certificate
    converged: bool
    rounds: int


class Aggregator(Extension[P]):
    """Makes a consensus; must not depend on the order of judgements, and unanimous items keep their label."""

    kind: ClassVar[Kind] = "aggregator"

    def aggregate(self, judgements: Judgements) -> Consensus:
        """The consensus of every item that has at least one judgement."""
        raise NotImplementedError
