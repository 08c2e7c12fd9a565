"""RFC 6962 trees and proofs against a naive recursive reading of the RFC."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galley.kernel.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    consistency_ranges,
    inclusion_proof,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    perfect_subtrees,
    range_hash,
    root_from_inclusion,
    root_of_hashes,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

# The test tree that Certificate Transparency implementations share: its entries and its root at eight leaves.
CT_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def mth(entries: list[bytes]) -> bytes:
    """MTH(D[n]) of RFC 6962 section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = largest_power_below(len(entries))
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 section 2.1.1, word for word."""
    if len(entries) == 1:
        return []
    k = largest_power_below(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2, word for word."""
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = largest_power_below(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def largest_power_below(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def numbered(size: int) -> list[bytes]:
    return [index.to_bytes(4, "big") for index in range(size)]


def test_root_of_the_shared_eight_leaf_tree() -> None:
    assert tree_root(CT_ENTRIES).hex() == CT_ROOT


def test_empty_tree() -> None:
    assert tree_root([]) == EMPTY_ROOT == mth([])
    assert Frontier().root() == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 40))
def test_every_proof_of_every_small_tree_equals_the_reference(size: int) -> None:
    entries = numbered(size)
    hashes = [leaf_hash(entry) for entry in entries]
    root = root_of_hashes(hashes)
    assert root == mth(entries)
    for index in range(size):
        proof = inclusion_proof(hashes, index)
        assert proof == path(index, entries)
        assert verify_inclusion(hashes[index], index, size, proof=proof, root=root)
    for old in range(1, size + 1):
        proof = consistency_proof(hashes, old)
        assert proof == subproof(old, entries, True)
        assert verify_consistency(old, size, proof=proof, old_root=root_of_hashes(hashes[:old]), new_root=root)


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_frontier_grows_to_the_reference_root(entries: list[bytes]) -> None:
    frontier = Frontier()
    for count, entry in enumerate(entries, 1):
        completed = frontier.push(leaf_hash(entry))
        for height, node in enumerate(completed):
            assert node == mth(entries[count - (1 << height) : count])
        assert frontier.root() == mth(entries[:count])
    assert Frontier(frontier.size, frontier.peaks).copy().root() == mth(entries)


def test_frontier_refuses_the_wrong_number_of_peaks() -> None:
    with pytest.raises(ValueError, match="2 peaks"):
        Frontier(5, [b""])


@st.composite
def index_in_tree(draw: st.DrawFn) -> tuple[int, int]:
    size = draw(st.integers(1, 300))
    return draw(st.integers(0, size - 1)), size


@settings(max_examples=60)
@given(index_in_tree(), st.data())
def test_a_damaged_inclusion_proof_fails(place: tuple[int, int], data: st.DataObject) -> None:
    index, size = place
    hashes = [leaf_hash(entry) for entry in numbered(size)]
    root, proof = root_of_hashes(hashes), inclusion_proof(hashes, index)
    assert verify_inclusion(hashes[index], index, size, proof=proof, root=root)
    other = data.draw(st.integers(0, size + 3).filter(lambda number: number != index))
    assert not verify_inclusion(hashes[index], other, size, proof=proof, root=root)
    assert not verify_inclusion(hashes[index], index, size, proof=[*proof, root], root=root)
    if proof:
        assert not verify_inclusion(hashes[index], index, size, proof=proof[:-1], root=root)
        spot = data.draw(st.integers(0, len(proof) - 1))
        damaged = [*proof]
        damaged[spot] = flip(proof[spot], data.draw(st.integers(0, 255)))
        assert not verify_inclusion(hashes[index], index, size, proof=damaged, root=root)
    assert not verify_inclusion(flip(hashes[index], 9), index, size, proof=proof, root=root)


@settings(max_examples=60)
@given(index_in_tree(), st.data())
def test_a_damaged_consistency_proof_fails(place: tuple[int, int], data: st.DataObject) -> None:
    old, new = place[0] + 1, place[1]
    hashes = [leaf_hash(entry) for entry in numbered(new)]
    old_root, new_root = root_of_hashes(hashes[:old]), root_of_hashes(hashes)
    proof = consistency_proof(hashes, old)
    assert verify_consistency(old, new, proof=proof, old_root=old_root, new_root=new_root)
    assert not verify_consistency(old, new, proof=[*proof, new_root], old_root=old_root, new_root=new_root)
    assert not verify_consistency(old, new, proof=proof, old_root=flip(old_root, 1), new_root=new_root)
    assert not verify_consistency(old, new, proof=proof, old_root=old_root, new_root=flip(new_root, 1))
    if proof:
        assert not verify_consistency(old, new, proof=proof[:-1], old_root=old_root, new_root=new_root)
        spot = data.draw(st.integers(0, len(proof) - 1))
        damaged = [*proof]
        damaged[spot] = flip(proof[spot], data.draw(st.integers(0, 255)))
        assert not verify_consistency(old, new, proof=damaged, old_root=old_root, new_root=new_root)


def test_consistency_at_the_edges() -> None:
    hashes = [leaf_hash(entry) for entry in numbered(5)]
    root = root_of_hashes(hashes)
    assert consistency_ranges(0, 5) == consistency_ranges(5, 5) == []
    assert verify_consistency(0, 5, proof=[], old_root=EMPTY_ROOT, new_root=root)
    assert not verify_consistency(0, 5, proof=[], old_root=root, new_root=root)
    assert not verify_consistency(0, 5, proof=[root], old_root=EMPTY_ROOT, new_root=root)
    assert verify_consistency(5, 5, proof=[], old_root=root, new_root=root)
    assert not verify_consistency(5, 5, proof=[], old_root=EMPTY_ROOT, new_root=root)
    assert not verify_consistency(3, 5, proof=[], old_root=root, new_root=root)
    assert not verify_consistency(6, 5, proof=[], old_root=root, new_root=root)


def test_positions_outside_the_tree_are_refused() -> None:
    assert root_from_inclusion(b"", 3, 3, []) is None
    assert root_from_inclusion(b"", -1, 3, []) is None
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion_ranges(3, 3)
    with pytest.raises(ValueError, match="cannot extend"):
        consistency_ranges(4, 3)
    with pytest.raises(ValueError, match="not a subtree"):
        perfect_subtrees(1, 5)


@given(index_in_tree())
def test_ranges_and_nodes_give_the_same_proof_as_the_hashes(place: tuple[int, int]) -> None:
    index, size = place
    entries = numbered(size)
    hashes = [leaf_hash(entry) for entry in entries]
    asked: list[tuple[int, int]] = []

    def node_at(height: int, spot: int) -> bytes:
        asked.append((height, spot))
        assert (spot + 1) << height <= size
        return root_of_hashes(hashes[spot << height : (spot + 1) << height])

    ranges = inclusion_ranges(index, size)
    assert [range_hash(start, end, node_at) for start, end in ranges] == inclusion_proof(hashes, index)
    assert len(asked) <= 2 * size.bit_length()
    assert range_hash(0, size, node_at) == root_of_hashes(hashes)


def test_node_hash_is_domain_separated() -> None:
    assert node_hash(b"a" * 32, b"b" * 32) != leaf_hash(b"a" * 32 + b"b" * 32)


def flip(digest: bytes, bit: int) -> bytes:
    number = int.from_bytes(digest, "big") ^ (1 << (bit % (8 * len(digest))))
    return number.to_bytes(len(digest), "big")
