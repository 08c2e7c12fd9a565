"""C2SP signed notes and log checkpoints with Ed25519, pure (c2sp.org/signed-note, c2sp.org/tlog-checkpoint).

A note is text that ends in a newline, an empty line, and lines `— name base64(key id ‖ signature)`. Signatures of
unknown keys are ignored by rule: that is how witnesses and rotated keys add theirs.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from galley.kernel.limits import NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX
from galley.ledger.errors import (
    CheckpointError,
    KeyNameError,
    NoteError,
    NoteSignatureError,
    NoteUnsignedError,
    OriginError,
    VerifierKeyError,
    because,
)

__all__ = [
    "Checkpoint",
    "Note",
    "NoteSignature",
    "SigningKey",
    "VerifierKey",
    "decode_base64",
    "open_checkpoint",
    "parse_checkpoint",
    "parse_note",
    "parse_verifier_key",
    "render_checkpoint",
    "render_note",
    "sign_note",
    "verify_note",
]

_ED25519 = 0x01
_DASH = "— "


# --- Keys --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VerifierKey:
    """A named Ed25519 public key, 32 bytes."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_key_name(self.name)
        if len(self.public) != 32:
            raise VerifierKeyError(
                given=self.name, **because("an Ed25519 key has 32 bytes", "Ed25519 公钥应为 32 字节")
            )

    @cached_property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ newline ‖ 0x01 ‖ public)[:4]."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([_ED25519]) + self.public).digest()[:4]

    @property
    def label(self) -> str:
        """Name and key id, `name+530d903a`: what people and DSSE key ids call this key."""
        return f"{self.name}+{self.key_id.hex()}"

    def text(self) -> str:
        """The key as a C2SP vkey string, to publish."""
        return f"{self.label}+{_encode(bytes([_ED25519]) + self.public)}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made the signature over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """A named Ed25519 private key: 32 bytes of seed, kept out of `repr`."""

    verifier: VerifierKey
    private: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> "SigningKey":
        """The key made from 32 secret bytes."""
        private = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(VerifierKey(name, private.public_key().public_bytes_raw()), private)

    def sign(self, message: bytes) -> bytes:
        """A 64-byte signature; the same message always gives the same bytes (RFC 8032)."""
        return self.private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.verifier.label})"


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a vkey string. Raises VerifierKeyError; its key id must be the one its name and key give."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise VerifierKeyError(given=text, **because("it has no two plus signs", "缺少两个加号分隔符"))
    name, given_id, encoded = parts
    material = decode_base64(encoded)
    if material is None:
        raise VerifierKeyError(given=text, **because("its base64 is malformed", "base64 格式错误"))
    if material[:1] != bytes([_ED25519]):
        raise VerifierKeyError(
            given=text, **because("only Ed25519 keys (0x01) are known", "只支持 Ed25519 密钥（0x01）")
        )
    try:
        key = VerifierKey(name, material[1:])
    except KeyNameError as problem:
        raise VerifierKeyError(given=text, **because("its name is malformed", "名称格式错误")) from problem
    if given_id != key.key_id.hex():
        raise VerifierKeyError(given=text, **because("its key id is wrong", "密钥标识不符"))
    return key


# --- Notes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: who claims to have signed, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True)
class Note:
    """A parsed note: `text` ends in a newline; nothing in it is to be believed before `verify_note`."""

    text: str
    signatures: tuple[NoteSignature, ...]


def sign_note(text: str, keys: Sequence[SigningKey]) -> bytes:
    """The note over `text` (which ends in a newline) with one signature of each key."""
    message = text.encode()
    signatures = tuple(NoteSignature(key.verifier.name, key.verifier.key_id, key.sign(message)) for key in keys)
    return render_note(Note(text, signatures))


def render_note(note: Note) -> bytes:
    """The bytes of a note; `parse_note` reads them back."""
    _check_characters(note.text)
    if not note.text.endswith("\n"):
        raise NoteError(**because("its text does not end in a newline", "正文未以换行结尾"))
    if not note.signatures:
        raise NoteError(**because("it has no signature", "没有签名"))
    lines = [f"{_DASH}{line.name} {_encode(line.key_id + line.signature)}\n" for line in note.signatures]
    return (note.text + "\n" + "".join(lines)).encode()


def parse_note(data: bytes) -> Note:
    """Read a note, strictly. Raises NoteError."""
    if len(data) > NOTE_BYTES_MAX:
        raise NoteError(**because("it is too large", "内容过大"))
    try:
        whole = data.decode()
    except UnicodeDecodeError as problem:
        raise NoteError(**because("it is not UTF-8", "不是 UTF-8 文本")) from problem
    _check_characters(whole)
    text, blank, tail = whole.rpartition("\n\n")
    if not blank:
        raise NoteError(**because("no empty line stands before the signatures", "签名之前没有空行"))
    if not tail.endswith("\n"):
        raise NoteError(**because("it does not end in a newline", "未以换行结尾"))
    lines = tail[:-1].split("\n")
    if len(lines) > NOTE_SIGNATURES_MAX:
        raise NoteError(**because("it has too many signatures", "签名过多"))
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines))


def verify_note(note: Note, keys: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
    """The known keys that signed the note, in line order, each once.

    A line that names a known key must verify (NoteSignatureError), lines of unknown keys are skipped, and at least one
    known key must have signed (NoteUnsignedError).
    """
    known = {(key.name, key.key_id): key for key in keys}
    message = note.text.encode()
    signed: dict[VerifierKey, None] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if not key.verifies(message, line.signature):
            raise NoteSignatureError(key=key.label)
        signed[key] = None
    if not signed:
        raise NoteUnsignedError(found=", ".join(f"{line.name}+{line.key_id.hex()}" for line in note.signatures))
    return tuple(signed)


# --- Checkpoints -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Checkpoint:
    """A log's statement about itself: who it is, how many entries it has, and their Merkle root."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def render_checkpoint(checkpoint: Checkpoint) -> str:
    """The note text of a checkpoint."""
    lines = [checkpoint.origin, str(checkpoint.size), _encode(checkpoint.root), *checkpoint.extensions]
    return "".join(line + "\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the note text of a checkpoint, strictly. Raises CheckpointError."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or "" in lines:
        raise CheckpointError(**because("it is not three or more lines", "不足三行或含空行"))
    origin, count, encoded, *extensions = lines
    if not (count.isascii() and count.isdigit() and str(int(count[:20])) == count and int(count) < 1 << 63):
        raise CheckpointError(**because("its size is not a plain number", "大小不是规范的数字"))
    root = decode_base64(encoded)
    if root is None or len(root) != 32:
        raise CheckpointError(**because("its root is not 32 bytes of base64", "根哈希不是 32 字节的 base64"))
    return Checkpoint(origin, int(count), root, tuple(extensions))


def open_checkpoint(data: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
    """Parse and verify a signed checkpoint: signed by a known key whose name is its origin.

    Raises NoteError, CheckpointError, OriginError, NoteSignatureError or NoteUnsignedError.
    """
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    named = [key for key in keys if key.name == checkpoint.origin]
    if not named:
        raise OriginError(origin=checkpoint.origin)
    verify_note(note, named)
    return checkpoint


# --- Small parts -------------------------------------------------------------------------------------------------


def decode_base64(text: str) -> bytes | None:
    """Standard base64 with padding, or None; only the one canonical spelling of the bytes is accepted."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return data if _encode(data) == text else None


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _check_key_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() or character < " " for character in name):
        raise KeyNameError(name=name, **because("names have no spaces and no plus sign", "名称不得为空、含空格或加号"))


def _check_characters(text: str) -> None:
    if any(character < " " and character != "\n" for character in text):
        raise NoteError(**because("it has control characters", "含有控制字符"))


def _parse_signature(line: str) -> NoteSignature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise NoteError(**because("a signature line is malformed", "签名行格式错误"))
    try:
        _check_key_name(name)
    except KeyNameError as problem:
        raise NoteError(**because("a signer's name is malformed", "签名者名称格式错误")) from problem
    blob = decode_base64(encoded)
    if blob is None or len(blob) < 5:
        raise NoteError(**because("a signature is not base64", "签名不是 base64")) from None
    return NoteSignature(name, blob[:4], blob[4:])
