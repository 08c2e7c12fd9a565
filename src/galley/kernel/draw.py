"""Randomness that can be checked: every random choice is a pure function of a seed and a name.

Two readers with the same seed agree, in any language, without a shared generator: the order of items is the order of
SHA-256(seed ‖ 0x00 ‖ item), which is uniform for a seed nobody could choose. Cost: one hash an item.
"""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["derive_seed", "generator", "sample", "shuffled", "unit_interval"]


def derive_seed(seed: bytes, *path: str | int) -> bytes:
    """A seed for one named purpose below another seed; streams for different purposes are independent."""
    return hashlib.sha256(seed + b"\0" + "\0".join(str(part) for part in path).encode()).digest()


def _rank(seed: bytes, item: str) -> bytes:
    return hashlib.sha256(seed + b"\0" + item.encode()).digest()


def shuffled(items: Iterable[str], seed: bytes) -> list[str]:
    """The items in an order that only the seed decides, whatever order they came in."""
    return sorted(items, key=lambda item: (_rank(seed, item), item))


def sample(items: Iterable[str], size: int, seed: bytes) -> list[str]:
    """`size` different items, uniformly without replacement (all of them when there are fewer)."""
    return shuffled(items, seed)[:size]


def unit_interval(seed: bytes, item: str) -> float:
    """A number in [0, 1) that only the seed and the item decide."""
    return int.from_bytes(_rank(seed, item)[:8], "big") / 2**64


def generator(seed: bytes) -> "np.random.Generator":
    """A numpy generator (Philox, whose stream numpy promises to keep) for bulk draws."""
    import numpy as np  # noqa: PLC0415  # verifying a release draws samples only; numpy takes longer to load than that

    return np.random.Generator(np.random.Philox(int.from_bytes(seed[:16], "big")))
