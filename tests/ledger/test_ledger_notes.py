"""Signed notes, checkpoints and verifier keys: published vectors, laws, and every byte flipped."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galley.kernel.errors import GalleyError, IntegrityError
from galley.kernel.limits import NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX
from galley.ledger.errors import (
    CheckpointError,
    KeyNameError,
    NoteError,
    NoteSignatureError,
    NoteUnsignedError,
    OriginError,
    VerifierKeyError,
)
from galley.ledger.notes import (
    Checkpoint,
    Note,
    NoteSignature,
    SigningKey,
    VerifierKey,
    decode_base64,
    open_checkpoint,
    parse_checkpoint,
    parse_note,
    parse_verifier_key,
    render_checkpoint,
    render_note,
    sign_note,
    verify_note,
)

# c2sp.org/signed-note, "Example".
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()

# golang.org/x/mod/sumdb/note, package example: a private key, its public key and the note they sign.
NEUMANN_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
NEUMANN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NEUMANN_NOTE = (
    NEUMANN_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

# A checkpoint that the Go checksum database signed in the wild, and its published key.
GO_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_CHECKPOINT = (
    "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
).encode()

KEY = SigningKey.from_seed("log.example/one", b"\x01" * 32)
OTHER = SigningKey.from_seed("witness.example", b"\x02" * 32)

names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1, max_size=12)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=60).map(
    lambda text: text + "\n"
)


@pytest.mark.parametrize(
    ("vkey", "note"), [(C2SP_KEY, C2SP_NOTE), (NEUMANN_KEY, NEUMANN_NOTE), (GO_KEY, GO_CHECKPOINT)]
)
def test_published_notes_verify(vkey: str, note: bytes) -> None:
    key = parse_verifier_key(vkey)
    assert key.text() == vkey
    parsed = parse_note(note)
    assert verify_note(parsed, [key]) == (key,)
    assert render_note(parsed) == note


def test_the_published_private_key_signs_the_published_note() -> None:
    key = SigningKey.from_seed("PeterNeumann", NEUMANN_SEED)
    assert key.verifier.text() == NEUMANN_KEY
    assert sign_note(NEUMANN_TEXT, [key]) == NEUMANN_NOTE
    assert "PeterNeumann+c74f20a3" in repr(key)
    assert NEUMANN_SEED.hex() not in repr(key)


def test_the_go_checkpoint_is_read() -> None:
    checkpoint = parse_checkpoint(parse_note(GO_CHECKPOINT).text)
    assert (checkpoint.origin, checkpoint.size) == ("go.sum database tree", 20852163)


@given(texts, st.lists(st.tuples(names, st.binary(min_size=5, max_size=80)), min_size=1, max_size=5))
def test_notes_round_trip(text: str, lines: list[tuple[str, bytes]]) -> None:
    note = Note(text, tuple(NoteSignature(name, blob[:4], blob[4:]) for name, blob in lines))
    assert parse_note(render_note(note)) == note


@given(names, st.binary(min_size=32, max_size=32))
def test_verifier_keys_round_trip(name: str, public: bytes) -> None:
    key = VerifierKey(name, public)
    assert parse_verifier_key(key.text()) == key


@given(names, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(names, max_size=2))
def test_checkpoints_round_trip(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(extensions))
    assert parse_checkpoint(render_checkpoint(checkpoint)) == checkpoint


def test_several_signatures_and_unknown_ones() -> None:
    note = parse_note(sign_note("text\n", [KEY, OTHER]))
    assert verify_note(note, [KEY.verifier, OTHER.verifier]) == (KEY.verifier, OTHER.verifier)
    assert verify_note(note, [OTHER.verifier]) == (OTHER.verifier,)
    with pytest.raises(NoteUnsignedError, match=r"witness\.example"):
        verify_note(note, [SigningKey.from_seed("third", b"\x03" * 32).verifier])
    # The same name with another key, and the same key id with another name, are unknown keys.
    impostor = SigningKey.from_seed(KEY.verifier.name, b"\x04" * 32)
    renamed = VerifierKey("someone", KEY.verifier.public)
    with pytest.raises(NoteUnsignedError):
        verify_note(note, [impostor.verifier, renamed])


def test_a_bad_signature_of_a_known_key_spoils_the_note() -> None:
    good = parse_note(sign_note("text\n", [KEY, OTHER]))
    bad = NoteSignature(OTHER.verifier.name, OTHER.verifier.key_id, b"\0" * 64)
    note = Note(good.text, (good.signatures[0], bad))
    assert verify_note(note, [KEY.verifier]) == (KEY.verifier,)
    with pytest.raises(NoteSignatureError):
        verify_note(note, [KEY.verifier, OTHER.verifier])


def test_the_same_signature_twice_counts_once() -> None:
    note = parse_note(sign_note("text\n", [KEY, KEY]))
    assert verify_note(note, [KEY.verifier]) == (KEY.verifier,)


def test_every_flipped_byte_of_a_checkpoint_is_detected() -> None:
    data = sign_note(render_checkpoint(Checkpoint(KEY.verifier.name, 12, b"\x07" * 32)), [KEY])
    assert open_checkpoint(data, [KEY.verifier]).size == 12
    for place in range(len(data)):
        for bit in (1, 0x20, 0x80):
            flipped = data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
            with pytest.raises(IntegrityError):
                open_checkpoint(flipped, [KEY.verifier])


def test_every_flipped_byte_of_a_verifier_key_is_detected() -> None:
    text = KEY.verifier.text()
    for place in range(len(text)):
        for bit in (1, 2, 4, 8, 16, 32, 64):
            flipped = text[:place] + chr(ord(text[place]) ^ bit) + text[place + 1 :]
            with pytest.raises(VerifierKeyError):
                parse_verifier_key(flipped)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    data = sign_note(render_checkpoint(Checkpoint("log.example/two", 0, b"\0" * 32)), [KEY])
    with pytest.raises(OriginError):
        open_checkpoint(data, [KEY.verifier])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash\n",
        "text\n\n— name\n".encode(),
        "text\n\n— name \n".encode(),
        "text\n\n— name AAAA\n".encode(),  # a key id without a signature
        "text\n\n— name AAAAAAA\n".encode(),  # no padding
        "text\n\n— na+me AAAAAAA=\n".encode(),
        "text\n\n— na\u2003me AAAAAAA=\n".encode(),
        "text\n\n— name AAAAAAA=".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),  # a second spelling of the same bytes
        "te\txt\n\n— name AAAAAAA=\n".encode(),
        "te\rxt\n\n— name AAAAAAA=\n".encode(),
        b"\xff\n\n" + "— name AAAAAAA=\n".encode(),
        b"x" * (NOTE_BYTES_MAX + 1),
        b"text\n\n" + "— name AAAAAAA=\n".encode() * (NOTE_SIGNATURES_MAX + 1),
    ],
)
def test_malformed_notes(data: bytes) -> None:
    with pytest.raises(NoteError):
        parse_note(data)


def test_a_note_of_the_most_signatures_allowed() -> None:
    line = "— name AAAAAAA=\n".encode()
    assert len(parse_note(b"text\n\n" + line * NOTE_SIGNATURES_MAX).signatures) == NOTE_SIGNATURES_MAX


@pytest.mark.parametrize("text", ["no newline", "control\x01\n"])
def test_text_that_cannot_be_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign_note(text, [KEY])


def test_a_note_without_a_key_is_not_written() -> None:
    with pytest.raises(NoteError):
        sign_note("text\n", [])


ROOT = base64.b64encode(b"\0" * 32).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        f"origin\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n１\n{ROOT}\n",
        f"origin\n{2**63}\n{ROOT}\n",
        f"origin\n{'9' * 5000}\n{ROOT}\n",
        f"origin\n1\n{ROOT[:-1]}\n",
        "origin\n1\nAAAA\n",
        f"origin\n1\n{ROOT}\n\nextension\n",
    ],
)
def test_malformed_checkpoints(text: str) -> None:
    with pytest.raises(CheckpointError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "name+00000000+",
        "name+00000000+!!!!",
        C2SP_KEY.replace("530d903a", "530D903A"),
        "+".join(["", *C2SP_KEY.split("+")[1:]]),
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",  # a witness's key type, 0x04
    ],
)
def test_malformed_verifier_keys(text: str) -> None:
    with pytest.raises(VerifierKeyError):
        parse_verifier_key(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x01b"])
def test_names_that_keys_cannot_have(name: str) -> None:
    with pytest.raises(KeyNameError):
        SigningKey.from_seed(name, b"\0" * 32)


@given(st.binary(max_size=20))
def test_base64_has_one_spelling(data: bytes) -> None:
    text = base64.b64encode(data).decode()
    assert decode_base64(text) == data
    assert decode_base64(text + "\n") is None
    assert decode_base64(text.rstrip("=")) == (None if text.endswith("=") else data)


@given(st.binary(max_size=200))
def test_hostile_bytes_are_only_ever_our_errors(data: bytes) -> None:
    for hostile in (data, data + b"\n\n" + "— a ".encode() + base64.b64encode(data) + b"\n"):
        with pytest.raises(GalleyError) as caught:
            open_checkpoint(hostile, [KEY.verifier])
        assert caught.value.message("zh") != caught.value.message("en")
