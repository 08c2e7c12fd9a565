"""Packs of tiles: all tiles of a pyramid in one object, found by arithmetic.

One object an image: a hundred thousand small ones would be slow to write, to list and to back up. Layout:
docs/reference/media.md.
"""

import struct
from collections.abc import Callable, Sequence
from typing import BinaryIO, Final

from galley.annotate.media.model import TILE_PIXELS, Level

__all__ = ["levels_of", "read_tile", "write_pack"]

_HEAD: Final = struct.Struct("<4sHHII")
_LEVEL: Final = struct.Struct("<IIII")
_TILE: Final = struct.Struct("<QI")
_LEVELS_MAX: Final = 32


def levels_of(width: int, height: int, tile: int = TILE_PIXELS) -> tuple[Level, ...]:
    """The levels of an image, each half as large as the next (rounded up), the first within one tile."""
    found: list[Level] = []
    while True:
        found.append(Level(width=width, height=height, columns=-(-width // tile), rows=-(-height // tile)))
        if width <= tile and height <= tile:
            return tuple(reversed(found))
        width, height = (width + 1) // 2, (height + 1) // 2


def write_pack(file: BinaryIO, levels: Sequence[Level], tile: Callable[[int, int, int], bytes]) -> None:
    """Write a pack; `tile(level, column, row)` is asked for the finest level first."""
    file.write(_HEAD.pack(b"GLYT", 1, TILE_PIXELS, len(levels), 0))
    for level in levels:
        file.write(_LEVEL.pack(level.width, level.height, level.columns, level.rows))
    table = file.tell()
    place = table + sum(level.columns * level.rows for level in levels) * _TILE.size
    entries: dict[tuple[int, int, int], tuple[int, int]] = {}
    file.seek(place)
    for number in reversed(range(len(levels))):
        for row in range(levels[number].rows):
            for column in range(levels[number].columns):
                data = tile(number, column, row)
                file.write(data)
                entries[number, row, column] = (place, len(data))
                place += len(data)
    file.seek(table)
    for key in sorted(entries):
        file.write(_TILE.pack(*entries[key]))


def read_tile(file: BinaryIO, level: int, column: int, row: int) -> bytes | None:
    """One tile of a pack, or None when it has no such tile."""
    magic, version, _, count, _ = _HEAD.unpack(file.read(_HEAD.size))
    if magic != b"GLYT" or version != 1 or count > _LEVELS_MAX or not 0 <= level < count:
        return None
    sizes = list(_LEVEL.iter_unpack(file.read(count * _LEVEL.size)))
    _, _, columns, rows = sizes[level]
    if not (0 <= column < columns and 0 <= row < rows):
        return None
    before = sum(wide * high for _, _, wide, high in sizes[:level]) + row * columns + column
    file.seek(_HEAD.size + count * _LEVEL.size + before * _TILE.size)
    place, length = _TILE.unpack(file.read(_TILE.size))
    file.seek(place)
    return file.read(length)
