"""The 64-bit hash of text units, written out here so that it never changes with a library (splitmix64's finaliser)."""

from typing import Final

import numpy as np

from galley.clean.kernels.jit import kernel

__all__ = ["SEED", "STEP", "absorb", "finish"]

SEED: Final = np.uint64(0x243F6A8885A308D3)  # the first digits of pi
STEP: Final = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio, odd
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)


@kernel
def absorb(state: np.uint64, value: np.uint64) -> np.uint64:
    """The state after one more value; cheap, so `finish` must follow before bits are used."""
    return (state ^ value) * STEP


@kernel
def finish(state: np.uint64) -> np.uint64:
    """Spread every bit of the state over the whole word."""
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))
