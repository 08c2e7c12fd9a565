"""tlog-proof@v1 files: the format, laws, and the refusal of everything else."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.kernel.errors import IntegrityError
from galley.kernel.limits import NOTE_BYTES_MAX
from galley.kernel.merkle import inclusion_proof, leaf_hash, tree_root
from galley.ledger.errors import InclusionError, NoteUnsignedError, OriginError, ProofError
from galley.ledger.notes import Checkpoint, SigningKey, render_checkpoint, sign_note
from galley.ledger.proofs import LogProof, parse_proof, render_proof, verify_proof

KEY = SigningKey.from_seed("log.example/galley", b"\x01" * 32)
WITNESS = SigningKey.from_seed("witness.example", b"\x02" * 32)
ENTRIES = [b"entry %d" % index for index in range(11)]
CHECKPOINT = sign_note(render_checkpoint(Checkpoint(KEY.verifier.name, 11, tree_root(ENTRIES))), [KEY])
PROOF = LogProof(6, tuple(inclusion_proof([leaf_hash(entry) for entry in ENTRIES], 6)), CHECKPOINT, b"salt")

# The shape of the specification's example: an extra line, an index, five hashes, an empty line, the checkpoint.
SPEC_HEAD = """c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

"""


def test_the_format_of_the_specification() -> None:
    data = SPEC_HEAD.encode() + CHECKPOINT
    proof = parse_proof(data)
    assert (proof.index, len(proof.hashes), proof.checkpoint) == (73894, 5, CHECKPOINT)
    assert proof.extra == b"age-v1.2.1-darwin-arm64.tar.gz"
    assert render_proof(proof) == data


def test_a_proof_verifies_and_binds_the_entry() -> None:
    assert verify_proof(PROOF, ENTRIES[6], [KEY.verifier]).size == 11
    with pytest.raises(InclusionError):
        verify_proof(PROOF, ENTRIES[5], [KEY.verifier])
    with pytest.raises(InclusionError):
        verify_proof(replace(PROOF, index=5), ENTRIES[6], [KEY.verifier])
    with pytest.raises(InclusionError):
        verify_proof(replace(PROOF, index=600), ENTRIES[6], [KEY.verifier])
    with pytest.raises(InclusionError):
        verify_proof(replace(PROOF, hashes=PROOF.hashes[1:]), ENTRIES[6], [KEY.verifier])


def test_keys_of_the_log_are_needed_and_witnesses_are_welcome() -> None:
    witnessed = sign_note(render_checkpoint(Checkpoint(KEY.verifier.name, 11, tree_root(ENTRIES))), [KEY, WITNESS])
    assert verify_proof(replace(PROOF, checkpoint=witnessed), ENTRIES[6], [KEY.verifier]).size == 11
    with pytest.raises(OriginError):  # a witness alone cannot vouch for the log
        verify_proof(replace(PROOF, checkpoint=witnessed), ENTRIES[6], [WITNESS.verifier])
    with pytest.raises(NoteUnsignedError):
        verify_proof(PROOF, ENTRIES[6], [SigningKey.from_seed(KEY.verifier.name, b"\x03" * 32).verifier])


@given(
    st.integers(0, 2**62),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.binary(max_size=60),
    st.none() | st.binary(max_size=60),
)
def test_proofs_round_trip(index: int, hashes: list[bytes], checkpoint: bytes, extra: bytes | None) -> None:
    proof = LogProof(index, tuple(hashes), checkpoint, extra)
    assert parse_proof(render_proof(proof)) == proof


def test_every_flipped_byte_is_detected_or_in_the_extra_line() -> None:
    data = render_proof(PROOF)
    for place in range(len(data)):
        for bit in (1, 0x20, 0x80):
            flipped = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
            try:
                proof = parse_proof(flipped)
                verify_proof(proof, ENTRIES[6], [KEY.verifier])
            except IntegrityError:
                continue
            # The format does not authenticate `extra`: galley.ledger.verify does, through the leaf.
            assert proof.extra != PROOF.extra
            assert replace(proof, extra=PROOF.extra) == PROOF


HASH = base64.b64encode(b"\0" * 32).decode()


@pytest.mark.parametrize(
    "head",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 0",
        "c2sp.org/tlog-proof@v1",
        "c2sp.org/tlog-proof@v1\nindex",
        "c2sp.org/tlog-proof@v1\nindex -1",
        "c2sp.org/tlog-proof@v1\nindex 01",
        "c2sp.org/tlog-proof@v1\nindex 1 ",
        f"c2sp.org/tlog-proof@v1\nindex {'9' * 5000}",
        "c2sp.org/tlog-proof@v1\nindex ١",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA",
        "c2sp.org/tlog-proof@v1\nextra A\nindex 0",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA",
        "c2sp.org/tlog-proof@v1\nindex 0\r",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + "\n".join([HASH] * 64),
    ],
)
def test_malformed_proofs(head: str) -> None:
    with pytest.raises(ProofError):
        parse_proof(head.encode() + b"\n\n" + CHECKPOINT)


def test_proofs_without_end_or_limit() -> None:
    with pytest.raises(ProofError):
        parse_proof(b"c2sp.org/tlog-proof@v1\nindex 0\n")
    with pytest.raises(ProofError):
        parse_proof(b"x" * (NOTE_BYTES_MAX + 1))
