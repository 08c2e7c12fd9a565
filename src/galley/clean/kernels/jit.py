"""How kernels are compiled: to machine code at first use, cached on disk, without the interpreter lock."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """The function compiled by numba.

    numba caches beside the source, else in the user's cache folder (or in NUMBA_CACHE_DIR). Where none of them can be
    written (read-only image, no home) it raises; then each process compiles for itself. The cache of a kernel does
    not notice a change in a kernel of another file that it calls: keep what is shared (`utf8`) small and still.
    """
    try:
        compiled = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:
        compiled = numba.njit(nogil=True)(function)
    return cast(F, compiled)
