"""Private keys on disk: made at first use, readable by their owner only, optionally under a passphrase.

A key file is text around a standard PKCS8 PEM block, so that OpenSSL can read it too:

    galley-key v1
    name acme.example/log
    -----BEGIN PRIVATE KEY----- ...
    vkey acme.example/log+7997405c+AQ...
    sha256 <of everything above>
"""

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from galley.ledger.errors import KeyCorruptError, KeyNameError, KeyPermissionError, PassphraseError, because
from galley.ledger.notes import SigningKey
from galley.store.files import Disk, exclusive, read_or_none

__all__ = ["load_key", "load_or_make_key"]

_HEADER = "galley-key v1"


def load_or_make_key(
    path: Path,
    name: str,
    *,
    passphrase: bytes | None = None,
    entropy: Callable[[int], bytes] = os.urandom,
) -> SigningKey:
    """The key at `path`, made now if there is none; safe when several processes make it at once.

    The public half is published beside it as `<path>.vkey`. Raises KeyNameError when the key there has another name,
    KeyPermissionError when others may read it, PassphraseError, KeyCorruptError.
    """
    folder = path.parent
    disk = Disk()
    disk.make_folder(folder.parent)
    disk.make_folder(folder, mode=0o700)
    _check_private(folder, 0o700)
    with exclusive(folder / ".lock"):
        if not path.exists():
            key = SigningKey.from_seed(name, entropy(32))
            disk.write(path, _render(key, passphrase), mode=0o600)
        key = load_key(path, passphrase=passphrase)
        if key.verifier.name != name:
            raise KeyNameError(
                name=name, **because(f"its name is {key.verifier.name}", f"其名称为 {key.verifier.name}")
            )
        published = path.with_name(path.name + ".vkey")
        text = key.verifier.text().encode() + b"\n"
        if read_or_none(published) != text:
            disk.write(published, text)
    return key


def load_key(path: Path, *, passphrase: bytes | None = None) -> SigningKey:
    """Read a private key. Raises FileNotFoundError, KeyPermissionError, PassphraseError or KeyCorruptError."""
    _check_private(path.parent, 0o700)
    _check_private(path, 0o600)
    name, pem, vkey = _parse(path, path.read_bytes())
    try:
        private = serialization.load_pem_private_key(pem, passphrase)
    except TypeError as problem:  # how the library says "missing" and "not needed"
        reason = (
            because("it needs a passphrase", "需要口令")
            if passphrase is None
            else because("it has no passphrase, but one was given", "该密钥没有口令，却提供了口令")
        )
        raise PassphraseError(path=path, **reason) from problem
    except ValueError as problem:  # bytes are whole (checked above), so only the passphrase can be wrong
        raise PassphraseError(path=path, **because("the passphrase is wrong", "口令错误")) from problem
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyCorruptError(path=path, **because("it is not an Ed25519 key", "不是 Ed25519 密钥"))
    key = SigningKey.from_seed(name, private.private_bytes_raw())
    if key.verifier.text() != vkey:
        raise KeyCorruptError(path=path, **because("its two halves do not match", "公私钥不匹配"))
    return key


def _check_private(path: Path, wanted: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyPermissionError(path=path, mode=f"{mode:04o}", wanted=f"{wanted:04o}")


def _render(key: SigningKey, passphrase: bytes | None) -> bytes:
    pem = key.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption() if passphrase is None else serialization.BestAvailableEncryption(passphrase),
    ).decode("ascii")
    body = f"{_HEADER}\nname {key.verifier.name}\n{pem}vkey {key.verifier.text()}\n".encode()
    return body + f"sha256 {hashlib.sha256(body).hexdigest()}\n".encode()


def _parse(path: Path, data: bytes) -> tuple[str, bytes, str]:
    """Name, PEM block and vkey of a key file whose checksum holds."""
    cut = data.rfind(b"sha256 ")
    body = data[: max(cut, 0)]
    if data[len(body) :] != f"sha256 {hashlib.sha256(body).hexdigest()}\n".encode():
        raise KeyCorruptError(path=path, **because("its checksum does not match", "校验和不符"))
    header, name, *pem, vkey = body.decode().splitlines()
    if header != _HEADER:
        raise KeyCorruptError(path=path, **because("it is of an unknown version", "版本未知"))
    return name.removeprefix("name "), ("\n".join(pem) + "\n").encode(), vkey.removeprefix("vkey ")
