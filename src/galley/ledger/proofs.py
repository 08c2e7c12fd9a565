"""C2SP tlog-proof@v1, pure: the file that proves offline that an entry is in a log (c2sp.org/tlog-proof)."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from galley.kernel.limits import NOTE_BYTES_MAX
from galley.kernel.merkle import leaf_hash, verify_inclusion
from galley.ledger.errors import InclusionError, ProofError, because
from galley.ledger.notes import Checkpoint, VerifierKey, decode_base64, open_checkpoint

__all__ = ["LogProof", "parse_proof", "render_proof", "verify_proof"]

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_HASHES_MAX = 63


@dataclass(frozen=True)
class LogProof:
    """An entry's index, its audit path, the signed checkpoint verbatim, and opaque extra data (never trusted)."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def render_proof(proof: LogProof) -> bytes:
    """The bytes of a proof file; `parse_proof` reads them back."""
    lines = [_FIRST_LINE]
    if proof.extra is not None:
        lines.append(f"extra {base64.b64encode(proof.extra).decode('ascii')}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(node).decode("ascii") for node in proof.hashes]
    return ("\n".join(lines) + "\n\n").encode() + proof.checkpoint


def parse_proof(data: bytes) -> LogProof:
    """Read a proof file, strictly. Raises ProofError; the checkpoint in it is not parsed yet."""
    if len(data) > NOTE_BYTES_MAX:
        raise ProofError(**because("it is too large", "内容过大"))
    head, blank, checkpoint = data.partition(b"\n\n")
    if not blank:
        raise ProofError(**because("no empty line stands before the checkpoint", "检查点之前没有空行"))
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as problem:
        raise ProofError(**because("it is not ASCII", "不是 ASCII 文本")) from problem
    if lines.pop(0) != _FIRST_LINE:
        raise ProofError(**because(f"it does not begin with {_FIRST_LINE}", f"首行不是 {_FIRST_LINE}"))
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "))
        if extra is None:
            raise ProofError(**because("its extra line is not base64", "extra 行不是 base64"))
    number = lines.pop(0) if lines else ""
    index = number.removeprefix("index ")
    if not (number.startswith("index ") and index.isdigit() and len(index) < 20 and str(int(index)) == index):
        raise ProofError(**because("its index line is malformed", "index 行格式错误"))
    if len(lines) > _HASHES_MAX:
        raise ProofError(**because("its path is too long", "证明路径过长"))
    hashes = []
    for line in lines:
        node = decode_base64(line)
        if node is None or len(node) != 32:
            raise ProofError(**because("a hash is not 32 bytes of base64", "哈希不是 32 字节的 base64"))
        hashes.append(node)
    return LogProof(int(index), tuple(hashes), checkpoint, extra)


def verify_proof(proof: LogProof, entry: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint that the proof binds the entry to. `keys`: log keys, each named by its log's origin.

    Raises what `open_checkpoint` raises, and InclusionError.
    """
    checkpoint = open_checkpoint(proof.checkpoint, keys)
    included = verify_inclusion(
        leaf_hash(entry), proof.index, checkpoint.size, proof=proof.hashes, root=checkpoint.root
    )
    if not included:
        raise InclusionError(index=proof.index, origin=checkpoint.origin)
    return checkpoint
