"""Key files: made once, private, whole, and opened only with their passphrase."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from galley.ledger.errors import KeyCorruptError, KeyNameError, KeyPermissionError, PassphraseError
from galley.ledger.keys import load_key, load_or_make_key
from galley.ledger.notes import parse_verifier_key


def test_a_key_is_made_once_and_its_public_half_published(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "log.key"
    key = load_or_make_key(path, "acme.example/log")
    assert load_or_make_key(path, "acme.example/log").verifier == key.verifier == load_key(path).verifier
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    published = path.with_name("log.key.vkey").read_text()
    assert parse_verifier_key(published.strip()) == key.verifier
    path.with_name("log.key.vkey").unlink()
    load_or_make_key(path, "acme.example/log")
    assert path.with_name("log.key.vkey").read_text() == published


def test_entropy_is_injected(tmp_path: Path) -> None:
    one = load_or_make_key(tmp_path / "a" / "k", "n", entropy=lambda count: b"\x05" * count)
    two = load_or_make_key(tmp_path / "b" / "k", "n", entropy=lambda count: b"\x05" * count)
    fresh = load_or_make_key(tmp_path / "c" / "k", "n")
    assert one.verifier == two.verifier != fresh.verifier


def test_other_tools_can_read_the_key(tmp_path: Path) -> None:
    key = load_or_make_key(tmp_path / "keys" / "k", "n")
    data = (tmp_path / "keys" / "k").read_bytes()
    pem = data[data.index(b"-----BEGIN") :]
    other = load_pem_private_key(pem, None)
    assert isinstance(other, Ed25519PrivateKey)
    assert other.public_key().public_bytes_raw() == key.verifier.public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys" / "k"
    load_or_make_key(path, "n")
    path.chmod(mode)
    with pytest.raises(KeyPermissionError) as caught:
        load_key(path)
    assert f"chmod 0600 {path}" in caught.value.advice()
    with pytest.raises(KeyPermissionError):
        load_or_make_key(path, "n")
    path.chmod(0o600)
    load_key(path)
    path.parent.chmod(0o755)
    with pytest.raises(KeyPermissionError):
        load_key(path)
    with pytest.raises(KeyPermissionError):
        load_or_make_key(path.with_name("second"), "n")


def test_modes_hold_under_a_permissive_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        load_or_make_key(tmp_path / "keys" / "k", "n")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "keys" / "k").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_passphrases(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "k"
    key = load_or_make_key(path, "n", passphrase="口令".encode())
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes()
    assert key.private.private_bytes_raw() not in path.read_bytes()
    assert load_key(path, passphrase="口令".encode()).verifier == key.verifier
    with pytest.raises(PassphraseError, match="wrong"):
        load_key(path, passphrase=b"another")
    with pytest.raises(PassphraseError, match="needs a passphrase"):
        load_key(path)
    open_path = tmp_path / "keys" / "open"
    load_or_make_key(open_path, "n")
    with pytest.raises(PassphraseError, match="no passphrase"):
        load_key(open_path, passphrase=b"x")


def test_a_key_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "k"
    load_or_make_key(path, "first")
    with pytest.raises(KeyNameError, match="first"):
        load_or_make_key(path, "second")
    with pytest.raises(KeyNameError):
        load_or_make_key(path.with_name("other"), "a name")
    assert not path.with_name("other").exists()


@pytest.mark.parametrize("passphrase", [None, b"secret"])
def test_every_flipped_byte_of_a_key_file_is_detected(tmp_path: Path, passphrase: bytes | None) -> None:
    path = tmp_path / "keys" / "k"
    load_or_make_key(path, "n", passphrase=passphrase)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(KeyCorruptError):
            load_key(path, passphrase=passphrase)
    for kept in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:kept])
        with pytest.raises(KeyCorruptError):
            load_key(path, passphrase=passphrase)


def test_processes_that_start_together_make_one_key(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from galley.ledger.keys import load_or_make_key\n"
        "print(load_or_make_key(Path(sys.argv[1]), 'n').verifier.text())\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "keys" / "k")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    texts = {process.communicate()[0] for process in started}
    assert [process.returncode for process in started] == [0, 0, 0]
    assert len(texts) == 1
