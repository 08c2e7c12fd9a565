"""The log on disk: formats, proofs from tiles, immutability, bounded reads, damage."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.kernel.errors import IntegrityError
from galley.kernel.merkle import EMPTY_ROOT, leaf_hash, tree_root, verify_consistency, verify_inclusion
from galley.ledger.errors import (
    EntrySizeError,
    LogCorruptError,
    LogOwnerError,
    LogRangeError,
    NoteSignatureError,
)
from galley.ledger.log import Log, LogReader
from galley.ledger.notes import SigningKey, open_checkpoint
from galley.ledger.proofs import verify_proof
from galley.ledger.tiles import bundle_path, decode_bundle, encode_bundle, tile_path, tile_width

KEY = SigningKey.from_seed("log.example/galley", b"\x01" * 32)


def numbered(start: int, end: int) -> list[bytes]:
    return [f"entry {index}".encode() for index in range(start, end)]


def test_paths_are_those_of_the_specification() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(63, 0, 1) == "tile/63/000.p/1"
    assert bundle_path(1000, 112) == "tile/entries/x001/000.p/112"


def test_widths_of_the_specification_s_example_tree() -> None:
    # "A tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level 0 tile of width 112,
    # one full level 1 tile, one partial level 1 tile of width 17, and one partial level 2 tile of width 1."
    assert [tile_width(0, index, 70_000) for index in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [tile_width(1, index, 70_000) for index in (0, 1, 2)] == [256, 17, 0]
    assert [tile_width(2, index, 70_000) for index in (0, 1)] == [1, 0]
    assert [tile_width(level, 0, 256) for level in (0, 1, 2)] == [256, 1, 0]


def test_the_files_of_the_specification_s_example_tree(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    entries = [b"%d" % index for index in range(70_000)]
    assert log.append(entries[:69_000]) == range(69_000)
    assert log.append(entries[69_000:]) == range(69_000, 70_000)
    files = {str(path.relative_to(tmp_path / "log")) for path in (tmp_path / "log").rglob("*") if path.is_file()}
    tiles = {tile_path(0, index) for index in range(273)} | {tile_path(0, 273, 112)}
    tiles |= {tile_path(1, 0), tile_path(1, 1, 17), tile_path(2, 0, 1)}
    tiles |= {bundle_path(index) for index in range(273)} | {bundle_path(273, 112)}
    # Partial tiles of the first checkpoint stay while their tile is partial.
    tiles |= {tile_path(1, 1, 69_000 // 256 - 256)}
    assert files == tiles | {"checkpoint", ".state/lock"}
    assert log.checkpoint().root == tree_root(entries)
    assert log.check().size == 70_000
    hashes = [leaf_hash(entry) for entry in entries[:256]]
    assert (tmp_path / "log" / tile_path(0, 0)).read_bytes() == b"".join(hashes)
    assert (tmp_path / "log" / bundle_path(0)).read_bytes()[:8] == b"\x00\x010\x00\x011\x00\x01"
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        checkpoint = verify_proof(log.proof(index), entries[index], [KEY.verifier])
        assert checkpoint.size == 70_000
        assert log.entry(index) == entries[index]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=6), st.data())
def test_any_batch_cut_gives_the_same_tree_and_every_proof_verifies(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("log")
    entries: list[bytes] = []
    log = Log(folder / "log", KEY)
    for count in cuts:
        batch = numbered(len(entries), len(entries) + count)
        assert log.append(batch) == range(len(entries), len(entries) + count)
        entries += batch
    reader = LogReader(folder / "log", [KEY.verifier])
    size = len(entries)
    assert reader.check().root == tree_root(entries)
    assert list(reader.entries()) == entries
    old = data.draw(st.integers(0, size))
    new = data.draw(st.integers(old, size))
    roots = tree_root(entries[:old]), tree_root(entries[:new])
    assert (reader.root(old), reader.root(new)) == roots
    assert verify_consistency(old, new, proof=reader.consistency(old, new), old_root=roots[0], new_root=roots[1])
    if new:
        index = data.draw(st.integers(0, new - 1))
        proof = reader.inclusion(index, new)
        assert verify_inclusion(leaf_hash(entries[index]), index, new, proof=proof, root=roots[1])
        verify_proof(reader.proof(index, b"extra"), entries[index], [KEY.verifier])
        assert list(reader.entries(index, new)) == entries[index:new]


def test_full_tiles_never_change_and_partial_ones_go_when_the_tile_is_full(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    full: dict[Path, tuple[bytes, int]] = {}
    for start in range(0, 1200, 37):
        log.append(numbered(start, start + 37))
        for path, (data, inode) in full.items():
            assert (path.read_bytes(), path.stat().st_ino) == (data, inode)
        for path in (tmp_path / "log" / "tile").rglob("*"):
            if path.is_file() and ".p/" not in str(path):
                full[path] = path.read_bytes(), path.stat().st_ino
                assert not path.with_name(path.name + ".p").exists()
    assert len(full) == 2 * (1200 // 256)


def test_an_append_reads_only_the_right_edge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Log(tmp_path / "log", KEY).append(numbered(0, 20_000))
    read: list[str] = []
    original = LogReader._read

    def spy(self: LogReader, exact: str, full: str) -> tuple[bytes, str]:
        read.append(exact)
        return original(self, exact, full)

    monkeypatch.setattr(LogReader, "_read", spy)
    log = Log(tmp_path / "log", KEY)
    log.append(numbered(20_000, 20_001))
    assert sorted(set(read)) == sorted({bundle_path(78, 32), tile_path(0, 78, 32), tile_path(1, 0, 78)})
    read.clear()
    log.append(numbered(20_001, 20_002))
    assert read == []  # the edge is still in memory
    log.proof(5)
    assert len(read) <= 4


def test_two_logs_on_one_folder_see_each_other(tmp_path: Path) -> None:
    first, second = Log(tmp_path / "log", KEY), Log(tmp_path / "log", KEY)
    assert first.append([b"a"]) == range(1)
    assert second.append([b"b", b"c"]) == range(1, 3)
    assert first.append([b"d"]) == range(3, 4)
    assert list(second.entries()) == [b"a", b"b", b"c", b"d"]


def test_appending_nothing_changes_nothing(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    assert log.append([]) == range(0)
    assert log.checkpoint().size == 0
    assert log.checkpoint().root == EMPTY_ROOT == log.root(0)
    before = log.checkpoint_bytes()
    assert log.append([]) == range(0)
    assert log.checkpoint_bytes() == before
    assert log.check().size == 0


def test_a_writer_knows_the_index_that_comes_next(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    with log.writer() as writer:
        assert writer.size == 0
        assert writer.append([b"a", b"b"]) == range(2)
        assert writer.size == 2
        assert writer.append([b"c"]) == range(2, 3)
    assert log.check().size == 3


def test_entry_sizes(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    entries = [b"", b"x" * 65_535]
    log.append(entries)
    assert list(log.entries()) == entries
    with pytest.raises(EntrySizeError):
        log.append([b"fits", b"x" * 65_536])
    assert log.check().size == 2


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_bundles_round_trip(entries: list[bytes]) -> None:
    data = encode_bundle(entries)
    assert decode_bundle(data, len(entries), file="bundle") == entries
    if entries:
        with pytest.raises(LogCorruptError):
            decode_bundle(data[:-1], len(entries), file="bundle")


def test_positions_outside_the_log(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    log.append(numbered(0, 3))
    for ask in (
        lambda: log.proof(3),
        lambda: log.inclusion(3),
        lambda: log.inclusion(0, 4),
        lambda: log.inclusion(2, 2),
        lambda: log.consistency(2, 4),
        lambda: log.consistency(3, 2),
        lambda: log.root(4),
        lambda: log.entry(3),
        lambda: list(log.entries(-1, 2)),
    ):
        with pytest.raises(LogRangeError):
            ask()


def test_another_key_cannot_continue_the_log(tmp_path: Path) -> None:
    Log(tmp_path / "log", KEY).append([b"a"])
    for other in (SigningKey.from_seed(KEY.verifier.name, b"\x02" * 32), SigningKey.from_seed("other", b"\x01" * 32)):
        with pytest.raises(LogOwnerError):
            Log(tmp_path / "log", other).append([b"b"])
    assert Log(tmp_path / "log", KEY).append([b"b"]) == range(1, 2)


def test_a_lost_checkpoint_does_not_start_the_log_again(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    log.append([b"a"])
    (tmp_path / "log" / "checkpoint").unlink()
    for broken in (log, Log(tmp_path / "log", KEY)):
        with pytest.raises(LogCorruptError, match="missing"):
            broken.append([b"b"])


def test_a_history_rewritten_by_its_owner_is_told_apart(tmp_path: Path) -> None:
    log, forged = Log(tmp_path / "log", KEY), Log(tmp_path / "forged", KEY)
    log.append(numbered(0, 300))
    earlier = log.checkpoint()
    log.append(numbered(300, 700))
    forged.append([b"another past", *numbered(1, 700)])
    assert log.extends(earlier)
    assert not forged.extends(earlier)
    assert not Log(tmp_path / "log", KEY).extends(forged.checkpoint())


def test_every_damaged_file_is_found_by_the_check(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    log = Log(folder, KEY)
    log.append(numbered(0, 600))
    log.check()
    files = [path for path in folder.rglob("*") if path.is_file() and ".state" not in path.parts]
    assert len(files) == 8  # checkpoint; 3 level-0 tiles, 3 bundles, 1 level-1 tile
    for path in files:
        whole = path.read_bytes()
        for place in {0, len(whole) // 2, len(whole) - 1}:
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(IntegrityError) as caught:
                log.check()
            if path.name == "checkpoint":
                assert not isinstance(caught.value, LogCorruptError)
            else:
                # A damaged level-0 tile is noticed when its bundle is compared with it.
                named = Path(str(caught.value.facts["file"]))
                assert named.name == path.name
        path.write_bytes(whole)
    log.check()


def test_a_damaged_right_edge_stops_the_next_append(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    Log(folder, KEY).append(numbered(0, 300))
    for name in (tile_path(0, 1, 44), tile_path(1, 0, 1), bundle_path(1, 44)):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(LogCorruptError):
            Log(folder, KEY).append([b"next"])
        (folder / name).write_bytes(whole[:-1])
        with pytest.raises(LogCorruptError):
            Log(folder, KEY).append([b"next"])
        (folder / name).write_bytes(whole)
    assert Log(folder, KEY).append([b"next"]) == range(300, 301)


def test_a_proof_from_a_damaged_tile_is_not_handed_out(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    log.append(numbered(0, 600))
    tile = tmp_path / "log" / tile_path(0, 0)
    tile.write_bytes(hashlib.sha256(b"").digest() + tile.read_bytes()[32:])
    with pytest.raises(LogCorruptError):
        log.proof(3)
    log.proof(300)


def test_the_checkpoint_is_a_signed_note_of_the_origin(tmp_path: Path) -> None:
    log = Log(tmp_path / "log", KEY)
    log.append(numbered(0, 5))
    data = log.checkpoint_bytes()
    assert data.startswith(b"log.example/galley\n5\n")
    assert open_checkpoint(data, [KEY.verifier]).root == tree_root(numbered(0, 5))
    with pytest.raises(NoteSignatureError):
        open_checkpoint(data.replace(b"\n5\n", b"\n6\n"), [KEY.verifier])
