"""How much memory of Python's a piece of work holds at most."""

import time
import tracemalloc
from collections.abc import Callable
from typing import Final, TypeVar

__all__ = ["held_bytes"]

_SETTLE_SECONDS: Final = 0.2

T = TypeVar("T")


def held_bytes(work: Callable[[], T]) -> tuple[T, int]:
    """What `work` returns, and the most bytes that Python held at once for it; slow, since every allocation is counted."""
    tracemalloc.start()
    try:
        return work(), tracemalloc.get_traced_memory()[1]
    finally:
        # Up to Python 3.12.8, stopping while another thread allocates ends the process (cpython gh-128679): Arrow's threads,
        # which still let go of what was read, come to rest first.
        time.sleep(_SETTLE_SECONDS)
        tracemalloc.stop()
