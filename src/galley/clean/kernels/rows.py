"""Looking up the strings of one column in another that is sorted."""

from galley.clean.kernels.arrays import Bytes, Offsets
from galley.clean.kernels.jit import kernel

__all__ = ["find_sorted"]


@kernel
def _compare(one: Bytes, one_start: int, one_end: int, other: Bytes, other_start: int, other_end: int) -> int:
    shared = min(one_end - one_start, other_end - other_start)
    for step in range(shared):
        mine, others = one[one_start + step], other[other_start + step]
        if mine != others:
            return -1 if mine < others else 1
    return int((one_end - one_start) - (other_end - other_start))


@kernel
def find_sorted(data: Bytes, offsets: Offsets, sorted_data: Bytes, sorted_offsets: Offsets, out: Offsets) -> None:
    """out[i] = the place of string i in the sorted column, or -1; byte order, by bisection."""
    for row in range(len(offsets) - 1):
        low, high = 0, len(sorted_offsets) - 1
        out[row] = -1
        while low < high:
            middle = (low + high) // 2
            sign = _compare(
                data, offsets[row], offsets[row + 1], sorted_data, sorted_offsets[middle], sorted_offsets[middle + 1]
            )
            if sign == 0:
                out[row] = middle
                break
            if sign < 0:
                high = middle
            else:
                low = middle + 1
