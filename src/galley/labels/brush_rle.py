"""Label Studio's brush masks: an RGBA picture as run-length bits (thi.ng/rle-pack), to runs of pixels and back.

The bits: 32 for how many values follow, 5 for the bits of a value less one, four times 4 for the sizes of counts less one;
then parts, each a bit (1: one value repeated, 0: values one by one), 2 bits for which size of count, the count less one,
and the value or values. What is written is what label-studio-converter writes of a mask, byte for byte; what is read is
any such stream, of which only alpha counts: a pixel is inside from 128 on, the middle of a brush's soft edge.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["brush_bytes", "brush_rows"]

Ints = npt.NDArray[np.int64]

_COUNT_BITS: Final = (3, 4, 8, 16)
_INSIDE: Final = 128


def brush_bytes(starts: Sequence[int] | Ints, ends: Sequence[int] | Ints, pixels: int) -> list[int]:
    """The stream of a mask given as stretches of pixels, row by row, of so many pixels in all."""
    bits = [f"{4 * pixels:032b}", f"{7:05b}", *(f"{size - 1:04b}" for size in _COUNT_BITS)]
    at = 0
    for start, end in zip(starts, ends, strict=True):
        bits.append(_run(4 * (int(start) - at), 0))
        bits.append(_run(4 * (int(end) - int(start)), 255))
        at = int(end)
    bits.append(_run(4 * (pixels - at), 0))
    text = "".join(bits)
    text += "0" * (8 - len(text) % 8)  # the converter adds a whole byte to what ends on one
    return list(int(text, 2).to_bytes(len(text) // 8, "big"))


def _run(count: int, value: int) -> str:
    if count <= 0:
        return ""
    whole, rest = divmod(count - 1, 1 << _COUNT_BITS[-1])
    full = f"111{(1 << _COUNT_BITS[-1]) - 1:016b}{value:08b}"
    which = 3 if whole else next(at for at, size in enumerate(_COUNT_BITS) if rest < 1 << size)
    return full * whole + f"1{which:02b}{rest:0{_COUNT_BITS[which]}b}{value:08b}"


def brush_rows(rle: Any, pixels: int) -> tuple[Ints, Ints]:
    """Starts and ends of the pixels inside, row by row; raises ValueError for a stream that is broken or of another size."""
    if not isinstance(rle, list | tuple) or not all(type(number) is int for number in rle):
        raise ValueError("rle")
    data = bytes(rle)
    bits = f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}"
    number, word, at = int(bits[:32], 2), int(bits[32:37], 2) + 1, 53
    sizes = [int(bits[place : place + 4], 2) + 1 for place in range(37, 53, 4)]
    if number != 4 * pixels:
        raise ValueError(f"{number} / {4 * pixels}")
    half = _INSIDE if word == 8 else 1 << (word - 1)
    edges: list[int] = []  # starts and ends in turns; neighbours that touch are joined
    done = 0

    def inside(start: int, end: int) -> None:
        if edges and edges[-1] == start:
            edges[-1] = end
        elif end > start:
            edges.extend((start, end))

    while done < number:
        size = sizes[int(bits[at + 1 : at + 3], 2)]
        until = min(done + 1 + int(bits[at + 3 : at + 3 + size], 2), number)
        repeated, at = bits[at] == "1", at + 3 + size
        if repeated:
            if int(bits[at : at + word], 2) >= half:
                inside(done // 4, until // 4)
            at += word
        else:
            if at + word * (until - done) > len(bits):
                raise ValueError("end")
            for place in range(done + (3 - done) % 4, until, 4):
                spot = at + word * (place - done)
                if int(bits[spot : spot + word], 2) >= half:
                    inside(place // 4, place // 4 + 1)
            at += word * (until - done)
        done = until
    return np.array(edges[0::2], dtype=np.int64), np.array(edges[1::2], dtype=np.int64)
