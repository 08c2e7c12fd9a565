"""An append-only transparency log as static files (c2sp.org/tlog-tiles): `LogReader` for anyone, `Log` for its owner.

    <folder>/checkpoint                 signed; the one mutable file
    <folder>/tile/...                   hashes and entries, see `tiles`
    <folder>/.state/                    lock, temporary files, the checkpoint about to be published

Why a crash at any write is harmless: tiles of a new size never have the name of a file that the published size needs,
and they are on disk before the new checkpoint is signed; the signed checkpoint is on disk in `.state/next` before
readers can see it, so one that somebody saw is never taken back: the next writer publishes it (`_recover`).
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from galley.kernel.errors import IntegrityError
from galley.kernel.merkle import (
    EMPTY_ROOT,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    range_hash,
    verify_consistency,
    verify_inclusion,
)
from galley.ledger.errors import (
    LogCorruptError,
    LogOwnerError,
    LogRangeError,
    NoteUnsignedError,
    OriginError,
    because,
)
from galley.ledger.notes import (
    Checkpoint,
    SigningKey,
    VerifierKey,
    open_checkpoint,
    render_checkpoint,
    sign_note,
)
from galley.ledger.proofs import LogProof
from galley.ledger.tiles import (
    TILE_WIDTH,
    Edge,
    NodeReader,
    bundle_path,
    decode_bundle,
    decode_tile,
    tile_path,
    tile_width,
)
from galley.store.files import Disk, exclusive, read_or_none

__all__ = ["Log", "LogReader", "LogWriter"]

_CHECKPOINT = "checkpoint"


class LogReader:
    """Reads and checks a log folder with the log's public key; takes no lock and writes nothing."""

    def __init__(self, folder: Path, keys: Sequence[VerifierKey]) -> None:
        self.folder = folder
        self.keys = tuple(keys)

    def checkpoint_bytes(self) -> bytes:
        """The signed checkpoint as published. Raises LogCorruptError when there is none."""
        data = read_or_none(self.folder / _CHECKPOINT)
        if data is None:
            raise LogCorruptError(file=self.folder / _CHECKPOINT, **because("it is missing", "文件缺失"))
        return data

    def checkpoint(self) -> Checkpoint:
        """The published checkpoint, verified."""
        return open_checkpoint(self.checkpoint_bytes(), self.keys)

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Entries [start, end), one bundle in memory at a time, each checked against its leaf hash."""
        size = self.checkpoint().size
        end = size if end is None else end
        if not 0 <= start <= end <= size:
            raise LogRangeError(size=size, asked=f"[{start}, {end})")
        for index in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
            first = index * TILE_WIDTH
            entries = self._read_bundle(index, tile_width(0, index, size))
            yield from entries[max(start - first, 0) : end - first]

    def entry(self, index: int) -> bytes:
        """One entry, checked against its leaf hash."""
        return next(self.entries(index, index + 1))

    def root(self, size: int) -> bytes:
        """The root the log had at an earlier size."""
        nodes, _ = self._nodes(size)
        return range_hash(0, size, nodes.node_at) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of an entry in the tree of `size` (now: all of it)."""
        nodes, current = self._nodes(size or 0)
        size = current.size if size is None else size
        if not 0 <= index < size:
            raise LogRangeError(size=size, asked=index)
        return nodes.hashes(inclusion_ranges(index, size))

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The proof that the tree of `new` entries (now: all) extends the tree of `old`."""
        nodes, current = self._nodes(max(old, new or 0))
        new = current.size if new is None else new
        if not 0 <= old <= new:
            raise LogRangeError(size=new, asked=old)
        return nodes.hashes(consistency_ranges(old, new))

    def proof(self, index: int, extra: bytes | None = None) -> LogProof:
        """The offline proof of an entry at the published checkpoint, checked before it is handed out."""
        data = self.checkpoint_bytes()
        checkpoint = open_checkpoint(data, self.keys)
        if not 0 <= index < checkpoint.size:
            raise LogRangeError(size=checkpoint.size, asked=index)
        nodes = NodeReader(checkpoint.size, self._read_tile)
        hashes = nodes.hashes(inclusion_ranges(index, checkpoint.size))
        leaf = nodes.node_at(0, index)
        if not verify_inclusion(leaf, index, checkpoint.size, proof=hashes, root=checkpoint.root):
            raise LogCorruptError(
                file=self.folder / "tile",
                **because("its hashes do not lead to the signed root", "哈希与已签名的根不符"),
            )
        return LogProof(index, tuple(hashes), data, extra)

    def extends(self, earlier: Checkpoint) -> bool:
        """Whether the log still contains, unchanged and in order, everything an earlier checkpoint covered."""
        now = self.checkpoint()
        if earlier.origin != now.origin or earlier.size > now.size:
            return False
        return verify_consistency(
            earlier.size,
            now.size,
            proof=self.consistency(earlier.size, now.size),
            old_root=earlier.root,
            new_root=now.root,
        )

    def check(self) -> Checkpoint:
        """Recompute every tile and the root from the entries; constant memory, O(n). Raises LogCorruptError."""
        checkpoint = self.checkpoint()
        edge = Edge.empty()
        for index in range(-(-checkpoint.size // TILE_WIDTH)):
            entries = self._read_bundle(index, tile_width(0, index, checkpoint.size))
            for name, data in edge.extend(entries):
                if ".p/" not in name and read_or_none(self.folder / name) != data:
                    raise LogCorruptError(file=self.folder / name, **because("its hashes are wrong", "哈希不符"))
        for level, tail in enumerate(edge.tails):
            if tail and self._read_tile(level, (edge.size >> (8 * level)) // TILE_WIDTH, len(tail)) != tail:
                raise LogCorruptError(
                    file=self.folder / tile_path(level, (edge.size >> (8 * level)) // TILE_WIDTH, len(tail)),
                    **because("its hashes are wrong", "哈希不符"),
                )
        if edge.frontier.root() != checkpoint.root:
            raise LogCorruptError(
                file=self.folder / _CHECKPOINT, **because("its root is not that of the entries", "根哈希与条目不符")
            )
        return checkpoint

    def _nodes(self, needed: int) -> tuple[NodeReader, Checkpoint]:
        current = self.checkpoint()
        if not 0 <= needed <= current.size:
            raise LogRangeError(size=current.size, asked=needed)
        return NodeReader(current.size, self._read_tile), current

    def _read(self, exact: str, full: str) -> tuple[bytes, str]:
        """A tile or bundle; a partial one may have been replaced by the full one meanwhile."""
        for name in (exact, full):
            data = read_or_none(self.folder / name)
            if data is not None:
                return data, str(self.folder / name)
        raise LogCorruptError(file=self.folder / exact, **because("it is missing", "文件缺失"))

    def _read_tile(self, level: int, index: int, width: int) -> list[bytes]:
        data, file = self._read(tile_path(level, index, width), tile_path(level, index))
        return decode_tile(data, width, file=file)

    def _read_bundle(self, index: int, width: int) -> list[bytes]:
        data, file = self._read(bundle_path(index, width), bundle_path(index))
        entries = decode_bundle(data, width, file=file)
        if [leaf_hash(entry) for entry in entries] != self._read_tile(0, index, width):
            raise LogCorruptError(file=file, **because("its entries do not match their hashes", "条目与其哈希不符"))
        return entries


class LogWriter:
    """The right to append, held as long as `Log.writer()` is open."""

    def __init__(self, log: "Log", edge: Edge) -> None:
        self._log = log
        self._edge = edge

    @property
    def size(self) -> int:
        """How many entries the log has: the index that the next one gets."""
        return self._edge.size

    def append(self, entries: Sequence[bytes]) -> range:
        """Append entries; on disk and published when this returns. The indices they got."""
        if entries:
            edge = self._edge.copy()
            self._log._store(edge, entries)
            self._edge = edge
        return range(self._edge.size - len(entries), self._edge.size)


class Log(LogReader):
    """A log its owner appends to. Any number of processes and threads may hold one on the same folder."""

    def __init__(self, folder: Path, key: SigningKey, *, disk: Disk | None = None) -> None:
        """`key` signs the checkpoints and its name is the log's origin; the log is made at the first append."""
        super().__init__(folder, [key.verifier])
        self._key = key
        self._disk = disk or Disk()
        self._state = folder / ".state"
        self.scratch = self._state / "scratch"  # of whoever holds the writer
        self._next = self._state / "next"
        self._seen: tuple[bytes, Edge] | None = None  # the edge at the checkpoint this object saw last

    def append(self, entries: Sequence[bytes]) -> range:
        """Append a batch durably; the indices its entries got. Reads only the right edge, whatever the log's size."""
        with self.writer() as writer:
            return writer.append(entries)

    @contextlib.contextmanager
    def writer(self) -> Iterator[LogWriter]:
        """Lock the log, finish what a killed writer left, and hand out the right to append; not re-entrant."""
        self._disk.make_folder(self.scratch)
        with exclusive(self._state / "lock"):
            self._recover()
            yield LogWriter(self, self._current_edge())

    def _current_edge(self) -> Edge:
        data = read_or_none(self.folder / _CHECKPOINT)
        if data is None:
            if (self.folder / "tile").exists():
                # Starting again at zero would fork the log that somebody may have seen.
                raise LogCorruptError(file=self.folder / _CHECKPOINT, **because("it is missing", "文件缺失"))
            data = self._publish(Edge.empty())
        if self._seen is None or self._seen[0] != data:
            self._seen = (data, self._load_edge(self._open(data)))
        return self._seen[1]

    def _open(self, data: bytes) -> Checkpoint:
        try:
            return open_checkpoint(data, self.keys)
        except (OriginError, NoteUnsignedError) as problem:
            found = problem.facts.get("origin") or problem.facts.get("found")
            raise LogOwnerError(folder=self.folder, found=found, key=self._key.verifier.label) from problem

    def _load_edge(self, checkpoint: Checkpoint) -> Edge:
        """The right edge from the tiles, checked against the signed root."""
        index, width = divmod(checkpoint.size, TILE_WIDTH)
        entries = self._read_bundle(index, width) if width else []
        edge = Edge.load(checkpoint.size, self._read_tile, entries)
        if edge.frontier.root() != checkpoint.root:
            raise LogCorruptError(
                file=self.folder / "tile",
                **because("the right edge does not lead to the signed root", "右边缘与已签名的根不符"),
            )
        return edge

    def _store(self, edge: Edge, entries: Sequence[bytes]) -> None:
        folders: set[Path] = set()
        filled: list[Path] = []
        for name, data in edge.extend(entries):
            path = self.folder / name
            self._disk.place(path, data, scratch=self.scratch)
            folders.add(path.parent)
            if ".p/" not in name:
                filled.append(path)
        for folder in sorted(folders):
            self._disk.sync_folder(folder)
        self._seen = (self._publish(edge), edge)
        for path in filled:
            self._drop_partials(path)

    def _publish(self, edge: Edge) -> bytes:
        """Sign and publish the checkpoint of an edge whose files are all on disk."""
        text = render_checkpoint(Checkpoint(self._key.verifier.name, edge.size, edge.frontier.root()))
        data = sign_note(text, [self._key])
        self._disk.write_synced(self._next, data)
        self._disk.sync_folder(self._state)
        self._reveal()
        return data

    def _reveal(self) -> None:
        self._disk.rename(self._next, self.folder / _CHECKPOINT)
        self._disk.sync_folder(self.folder)

    def _recover(self) -> None:
        """Publish a checkpoint that was signed but perhaps not published; clear temporary files of killed writers."""
        for leftover in os.listdir(self.scratch):
            self._disk.remove(self.scratch / leftover)
        signed = read_or_none(self._next)
        if signed is None:
            return
        published = read_or_none(self.folder / _CHECKPOINT)
        size = -1 if published is None else self._open(published).size
        try:
            checkpoint = open_checkpoint(signed, self.keys)
        except IntegrityError:  # torn while it was written, so nobody ever saw it
            self._disk.remove(self._next)
            return
        if checkpoint.size <= size:
            self._disk.remove(self._next)
            return
        self._load_edge(checkpoint)
        self._reveal()

    def _drop_partials(self, full: Path) -> None:
        """Remove the partial versions of a tile that is full now; readers fall back to the full one."""
        folder = full.with_name(full.name + ".p")
        if folder.is_dir():
            for name in os.listdir(folder):
                self._disk.remove(folder / name)
            folder.rmdir()
