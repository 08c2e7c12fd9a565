"""How much a grey image changes from pixel to pixel, in exact integers."""

from typing import Any

import numpy as np

from galley.clean.kernels.jit import kernel

__all__ = ["laplacian_sums"]


@kernel
def laplacian_sums(grey: Any) -> Any:
    """(count, sum, sum of squares) of the 4-neighbour Laplacian over the inner pixels of a 2-D uint8 array."""
    height, width = grey.shape
    total: Any = 0
    squares: Any = 0
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            around = (
                np.int64(grey[row - 1, column])
                + np.int64(grey[row + 1, column])
                + np.int64(grey[row, column - 1])
                + np.int64(grey[row, column + 1])
            )
            edge = around - 4 * np.int64(grey[row, column])
            total += edge
            squares += edge * edge
    return max(0, height - 2) * max(0, width - 2), total, squares
