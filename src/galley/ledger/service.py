"""The ledger: signs statements, logs their commitments, keeps the envelopes, and hands out offline proofs.

    <folder>/checkpoint, tile/          the public log, see `log`; nothing else here is for the public
    <folder>/envelopes/<sha256>.dsse.json   each envelope under the hash of its bytes
    <folder>/receipts/<payload sha256>.json salt, day and index of each recorded statement

Order of writing: envelope and receipt first, durably, then the leaf. A crash leaves at most an envelope without a leaf,
which recording the statement again completes; never a leaf without its envelope.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from galley.kernel.canonical import canonical_json, digest_of, sha256_hex
from galley.kernel.clock import Clock
from galley.kernel.errors import invariant
from galley.ledger.errors import LedgerCorruptError, because
from galley.ledger.keys import load_or_make_key
from galley.ledger.leaves import SALT_BYTES, Leaf, kind_of, render_extra
from galley.ledger.log import Log
from galley.ledger.notes import SigningKey, VerifierKey
from galley.ledger.proofs import render_proof, verify_proof
from galley.ledger.statements import Statement, parse_envelope, parse_statement, seal
from galley.store.files import Disk, read_or_none

__all__ = ["Ledger", "Logged", "open_ledger"]

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Logged:
    """A recorded statement: the envelope's bytes, where its leaf is, and the secret that links the two."""

    envelope: bytes
    envelope_sha256: str
    payload_sha256: str
    index: int
    salt: bytes
    day: int  # since 1970-01-01 UTC
    kind: int

    def leaf(self) -> bytes:
        """The entry that stands in the log."""
        return Leaf(self.kind, bytes.fromhex(self.envelope_sha256), self.salt, self.day).entry()

    def statement(self) -> Statement:
        """The statement that was recorded."""
        return parse_statement(parse_envelope(self.envelope).payload)


class _Receipt(msgspec.Struct, forbid_unknown_fields=True):
    """What `receipts/` holds; `index` is where the leaf was meant to go, and is checked against the log.

    `check` is the hash of the rest: a damaged receipt must not look like one whose leaf never entered the log.
    """

    check: str
    day: int
    envelope: str
    index: int
    kind: int
    salt: str

    def seal(self) -> "_Receipt":
        """The receipt with its check filled in."""
        return msgspec.structs.replace(self, check=digest_of(msgspec.structs.replace(self, check="")))


class Ledger:
    """Records statements. Any number of processes may hold one on the same folder."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        log_key: SigningKey,
        signers: Sequence[SigningKey],
        entropy: Callable[[int], bytes] = os.urandom,
        disk: Disk | None = None,
    ) -> None:
        """`log_key` signs checkpoints (its name is the log's origin); every one of `signers` signs each statement.

        `entropy` makes salts: give a seeded one for reproducible folders only where nothing is secret.
        """
        invariant(bool(signers), "a ledger has at least one signer")
        self.folder = folder
        self._disk = disk or Disk()
        self.log = Log(folder, log_key, disk=self._disk)
        self._clock = clock
        self._signers = tuple(signers)
        self._entropy = entropy
        self._envelopes = folder / "envelopes"
        self._receipts = folder / "receipts"

    @property
    def log_key(self) -> VerifierKey:
        """The public key that checks this log's checkpoints; publish its `text()`."""
        return self.log.keys[0]

    @property
    def signer_keys(self) -> tuple[VerifierKey, ...]:
        """The public keys that check this ledger's statements."""
        return tuple(key.verifier for key in self._signers)

    def record(self, statements: Sequence[Statement]) -> list[Logged]:
        """Sign and log statements in order; durable when this returns. One entry of the result for each statement.

        Recording a statement again gives the Logged of the first time: same payload, same leaf, whoever asks and
        whatever crashed in between. Raises StatementError before anything is written.
        """
        payloads = [(sha256_hex(statement.payload()), statement) for statement in statements]
        if not payloads:
            return []
        with self.log.writer() as writer:
            known: dict[str, Logged] = {}
            fresh: list[Logged] = []
            for payload_sha256, statement in payloads:
                if payload_sha256 in known:
                    continue
                logged = self._find(payload_sha256, writer.size)
                if logged is None:
                    logged = self._seal(statement, payload_sha256, index=writer.size + len(fresh))
                    fresh.append(logged)
                known[payload_sha256] = logged
            self._keep(fresh)
            indices = writer.append([logged.leaf() for logged in fresh])
        invariant([logged.index for logged in fresh] == list(indices), "receipts name the indices of their leaves")
        return [known[payload_sha256] for payload_sha256, _ in payloads]

    def find(self, envelope_sha256: str) -> Logged | None:
        """The recorded statement with that envelope hash, or None."""
        envelope = read_or_none(self._envelope_path(envelope_sha256))
        if envelope is None:
            return None
        payload_sha256 = sha256_hex(parse_envelope(envelope).payload)
        logged = self._find(payload_sha256, self.log.checkpoint().size)
        return logged if logged is not None and logged.envelope_sha256 == envelope_sha256 else None

    def all(self) -> Iterator[Logged]:
        """Every recorded statement that was not forgotten, in the order of the log."""
        if not self._receipts.is_dir():
            return
        size = self.log.checkpoint().size
        places = sorted(
            (self._read_receipt(path.stem).index, path.stem)  # type: ignore[union-attr]  # the file was just listed
            for path in self._receipts.glob("*.json")
        )
        for _, payload_sha256 in places:
            logged = self._find(payload_sha256, size)
            if logged is not None:
                yield logged

    def proof_for(self, logged: Logged) -> bytes:
        """The offline proof (tlog-proof@v1) at the current checkpoint, verified before it is handed out."""
        proof = self.log.proof(logged.index, render_extra(logged.salt, logged.day))
        verify_proof(proof, logged.leaf(), [self.log_key])
        return render_proof(proof)

    def forget(self, logged: Logged) -> None:
        """Destroy the envelope and its salt: the leaf stays, and nothing on this machine links it to anything."""
        for path in (self._receipt_path(logged.payload_sha256), self._envelope_path(logged.envelope_sha256)):
            self._disk.remove(path)
            self._disk.sync_folder(path.parent)

    def _seal(self, statement: Statement, payload_sha256: str, *, index: int) -> Logged:
        envelope = seal(statement, self._signers)
        return Logged(
            envelope=envelope,
            envelope_sha256=sha256_hex(envelope),
            payload_sha256=payload_sha256,
            index=index,
            salt=self._entropy(SALT_BYTES),
            day=int(self._clock.now().timestamp()) // _DAY_SECONDS,
            kind=kind_of(statement.predicate_type),
        )

    def _keep(self, fresh: Sequence[Logged]) -> None:
        """Store envelopes and receipts durably; each folder is synced once for the batch."""
        if not fresh:
            return
        for folder in (self._envelopes, self._receipts):
            self._disk.make_folder(folder, mode=0o700)
        for logged in fresh:
            receipt = _Receipt(
                check="",
                day=logged.day,
                envelope=logged.envelope_sha256,
                index=logged.index,
                kind=logged.kind,
                salt=logged.salt.hex(),
            ).seal()
            scratch = self.log.scratch
            self._disk.place(self._envelope_path(logged.envelope_sha256), logged.envelope, scratch=scratch, mode=0o600)
            self._disk.place(
                self._receipt_path(logged.payload_sha256), canonical_json(receipt), scratch=scratch, mode=0o600
            )
        self._disk.sync_folder(self._envelopes)
        self._disk.sync_folder(self._receipts)

    def _find(self, payload_sha256: str, size: int) -> Logged | None:
        """The recorded statement, if its leaf did enter the log (a crash may have left a receipt alone)."""
        receipt = self._read_receipt(payload_sha256)
        if receipt is None or receipt.index >= size:
            return None
        leaf = Leaf(receipt.kind, bytes.fromhex(receipt.envelope), bytes.fromhex(receipt.salt), receipt.day)
        if self.log.entry(receipt.index) != leaf.entry():
            return None
        file = self._envelope_path(receipt.envelope)
        envelope = read_or_none(file)
        if envelope is None:
            raise LedgerCorruptError(file=file, **because("the envelope is missing", "信封缺失"))
        if sha256_hex(envelope) != receipt.envelope:
            raise LedgerCorruptError(file=file, **because("its bytes have another hash", "内容哈希不符"))
        return Logged(
            envelope=envelope,
            envelope_sha256=receipt.envelope,
            payload_sha256=payload_sha256,
            index=receipt.index,
            salt=leaf.salt,
            day=receipt.day,
            kind=receipt.kind,
        )

    def _read_receipt(self, payload_sha256: str) -> _Receipt | None:
        file = self._receipt_path(payload_sha256)
        data = read_or_none(file)
        if data is None:
            return None
        try:
            receipt = msgspec.json.decode(data, type=_Receipt)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise LedgerCorruptError(file=file, **because("it cannot be read", "无法读取")) from problem
        if canonical_json(receipt.seal()) != data:
            raise LedgerCorruptError(file=file, **because("its check does not match", "校验值不符"))
        return receipt

    def _envelope_path(self, envelope_sha256: str) -> Path:
        return self._envelopes / f"{envelope_sha256}.dsse.json"

    def _receipt_path(self, payload_sha256: str) -> Path:
        return self._receipts / f"{payload_sha256}.json"


def open_ledger(
    folder: Path,
    keys: Path,
    clock: Clock,
    *,
    name: str,
    passphrase: bytes | None = None,
    entropy: Callable[[int], bytes] = os.urandom,
) -> Ledger:
    """The ledger of a workspace with its own two keys, made in `keys` at first use.

    `name` is a schema-less URL such as `acme.example/galley`: the log is `<name>/log`, the signer `<name>/signer`.
    """
    log_key = load_or_make_key(keys / "log.key", f"{name}/log", passphrase=passphrase, entropy=entropy)
    signer = load_or_make_key(keys / "signer.key", f"{name}/signer", passphrase=passphrase, entropy=entropy)
    return Ledger(folder, clock, log_key=log_key, signers=[signer], entropy=entropy)
