"""How much memory of Python's a piece of work holds at most."""

import time
import tracemalloc
from collections.abc import Callable
from typing import Final

__all__ = ["held_bytes"]

_SETTLE_SECONDS: Final = 0.2


def held_bytes(work: Callable[[], object]) -> int:
    """The most bytes that Python held at once for what `work` did; slow, since every allocation is counted."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        # Up to Python 3.12.8, stopping while another thread allocates ends the process (cpython gh-128679): Arrow's threads,
        # which still let go of what was read, come to rest first.
        time.sleep(_SETTLE_SECONDS)
        tracemalloc.stop()
