"""C2SP tlog-tiles, pure: paths, bundles of entries, and the right edge that grows tile after tile.

Tiles are 256 hashes wide: tile `n` of level `l` holds the roots of the perfect subtrees of height 8·l numbered from
256·n. A bundle holds the entries of one level-0 tile, each behind its length as a big-endian uint16.
"""

from collections.abc import Callable, Iterator, Sequence

from galley.kernel.limits import LOG_ENTRY_BYTES_MAX
from galley.kernel.merkle import Frontier, leaf_hash, perfect_subtrees, range_hash, root_of_hashes
from galley.ledger.errors import EntrySizeError, LogCorruptError, because

__all__ = [
    "HASH_BYTES",
    "TILE_WIDTH",
    "Edge",
    "NodeReader",
    "ReadTile",
    "bundle_path",
    "decode_bundle",
    "decode_tile",
    "encode_bundle",
    "tile_path",
    "tile_width",
]

TILE_WIDTH = 256
HASH_BYTES = 32
_TILE_HEIGHT = 8

ReadTile = Callable[[int, int, int], Sequence[bytes]]
"""(level, tile index, width) to the first `width` hashes of a tile."""


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """`tile/<L>/x001/x234/067[.p/<W>]`."""
    return f"tile/{level}/{_number(index)}{_suffix(width)}"


def bundle_path(index: int, width: int = TILE_WIDTH) -> str:
    """`tile/entries/x001/x234/067[.p/<W>]`."""
    return f"tile/entries/{_number(index)}{_suffix(width)}"


def tile_width(level: int, index: int, size: int) -> int:
    """How many hashes tile (level, index) has in a tree of `size`; 0 when it has none."""
    return max(0, min(TILE_WIDTH, (size >> (_TILE_HEIGHT * level)) - index * TILE_WIDTH))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """The bytes of an entry bundle."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, count: int, *, file: str) -> list[bytes]:
    """The first `count` entries of a bundle. Raises LogCorruptError naming `file`."""
    entries: list[bytes] = []
    place = 0
    while len(entries) < count:
        start = place + 2
        place = start + int.from_bytes(data[place:start], "big")
        if start > len(data) or place > len(data):
            raise LogCorruptError(file=file, **because("it is too short", "文件过短"))
        entries.append(data[start:place])
    if count == TILE_WIDTH and place != len(data):
        raise LogCorruptError(file=file, **because("it is too long", "文件过长"))
    return entries


def decode_tile(data: bytes, count: int, *, file: str) -> list[bytes]:
    """The first `count` hashes of a tile. Raises LogCorruptError naming `file`."""
    if len(data) % HASH_BYTES or not count * HASH_BYTES <= len(data) <= TILE_WIDTH * HASH_BYTES:
        raise LogCorruptError(
            file=file, **because(f"it has {len(data)} bytes for {count} hashes", f"{count} 个哈希却有 {len(data)} 字节")
        )
    return [data[place : place + HASH_BYTES] for place in range(0, count * HASH_BYTES, HASH_BYTES)]


class Edge:
    """The right edge of a log: the hashes of its partial tiles, level by level, and the entries of its last bundle.

    `extend` is the whole of appending: it tells which files the new entries make, full ones first. O(log n) memory.
    """

    def __init__(self, frontier: Frontier, tails: list[list[bytes]], entries: list[bytes]) -> None:
        self.frontier = frontier
        self.tails = tails  # of each level, the hashes after its last full tile
        self.entries = entries

    @classmethod
    def empty(cls) -> "Edge":
        """The edge of a log without entries."""
        return cls(Frontier(), [], [])

    @classmethod
    def load(cls, size: int, read_tile: ReadTile, entries: list[bytes]) -> "Edge":
        """The edge of a log of `size`, from its partial tiles and the entries of its partial bundle."""
        tails: list[list[bytes]] = []
        level = 0
        while size >> (_TILE_HEIGHT * level):
            index, width = divmod(size >> (_TILE_HEIGHT * level), TILE_WIDTH)
            tails.append(list(read_tile(level, index, width)) if width else [])
            level += 1

        def node_at(height: int, index: int) -> bytes:
            level, low = divmod(height, _TILE_HEIGHT)
            start = (index << low) % TILE_WIDTH
            return root_of_hashes(tails[level][start : start + (1 << low)])

        return cls(Frontier(size, [node_at(*peak) for peak in perfect_subtrees(0, size)]), tails, entries)

    @property
    def size(self) -> int:
        """How many entries the log has."""
        return self.frontier.size

    def copy(self) -> "Edge":
        """An independent copy, so that an append that fails leaves the edge as it was."""
        return Edge(self.frontier.copy(), [list(tail) for tail in self.tails], list(self.entries))

    def extend(self, entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
        """Append entries; yields (path, bytes) of every file the new tree needs that the old one did not have."""
        for entry in entries:
            if len(entry) > LOG_ENTRY_BYTES_MAX:
                raise EntrySizeError(bytes=len(entry), limit=LOG_ENTRY_BYTES_MAX)
        grown: set[int] = set()
        for entry in entries:
            self.entries.append(entry)
            if len(self.entries) == TILE_WIDTH:
                yield bundle_path(self.size // TILE_WIDTH), encode_bundle(self.entries)
                self.entries = []
            completed = self.frontier.push(leaf_hash(entry))
            for level, node in enumerate(completed[::_TILE_HEIGHT]):
                if level == len(self.tails):
                    self.tails.append([])
                tail = self.tails[level]
                tail.append(node)
                grown.add(level)
                if len(tail) == TILE_WIDTH:
                    yield tile_path(level, ((self.size - 1) >> (_TILE_HEIGHT * level)) // TILE_WIDTH), b"".join(tail)
                    self.tails[level] = []
        for level in sorted(grown):
            index, width = divmod(self.size >> (_TILE_HEIGHT * level), TILE_WIDTH)
            if width:
                yield tile_path(level, index, width), b"".join(self.tails[level])
        if grown and self.entries:
            yield bundle_path(self.size // TILE_WIDTH, len(self.entries)), encode_bundle(self.entries)


class NodeReader:
    """Hashes of a tree of a given size, read from its tiles; keeps the tiles of one proof in memory."""

    def __init__(self, size: int, read_tile: ReadTile) -> None:
        self.size = size
        self._read_tile = read_tile
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def node_at(self, height: int, index: int) -> bytes:
        """The hash of the perfect subtree (height, index)."""
        level, low = divmod(height, _TILE_HEIGHT)
        tile, start = divmod(index << low, TILE_WIDTH)
        if (level, tile) not in self._tiles:
            self._tiles[level, tile] = self._read_tile(level, tile, tile_width(level, tile, self.size))
        return root_of_hashes(self._tiles[level, tile][start : start + (1 << low)])

    def hashes(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """The Merkle tree hash of each range of leaves."""
        return [range_hash(start, end, self.node_at) for start, end in ranges]


def _number(index: int) -> str:
    digits = f"{index % 1000:03d}"
    while index := index // 1000:
        digits = f"x{index % 1000:03d}/{digits}"
    return digits


def _suffix(width: int) -> str:
    return "" if width == TILE_WIDTH else f".p/{width}"
