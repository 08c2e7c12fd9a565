"""Offline verification of a logged statement, pure: envelope, proof and public keys in; who said what and when out."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from galley.kernel.errors import IntegrityError
from galley.ledger.leaves import Leaf, kind_of, parse_extra
from galley.ledger.notes import VerifierKey
from galley.ledger.proofs import parse_proof, verify_proof
from galley.ledger.statements import Statement, open_envelope

__all__ = ["Finding", "VerifiedStatement", "examine", "verify_logged"]


@dataclass(frozen=True)
class VerifiedStatement:
    """A statement whose signatures and whose place in the log were checked."""

    statement: Statement
    signers: tuple[VerifierKey, ...]
    origin: str  # of the log
    index: int  # in the log
    size: int  # of the log, at the checkpoint of the proof
    root: bytes  # of the log, at the checkpoint of the proof
    day: date  # UTC, as claimed by the log when it took the statement in


@dataclass(frozen=True)
class Finding:
    """The outcome for one statement file: exactly one of `verified` and `error`; the error names the file."""

    name: str
    verified: VerifiedStatement | None
    error: IntegrityError | None


def verify_logged(
    envelope: bytes,
    proof: bytes,
    *,
    log_keys: Iterable[VerifierKey],
    signer_keys: Iterable[VerifierKey],
    required_signers: int = 1,
) -> VerifiedStatement:
    """Verify that known keys signed the envelope and that exactly these bytes are in a known log.

    Raises a subclass of IntegrityError that says what failed: see `open_envelope`, `parse_proof`, `verify_proof`.
    """
    statement, signers = open_envelope(envelope, signer_keys, required=required_signers)
    parsed = parse_proof(proof)
    salt, day = parse_extra(parsed.extra)
    leaf = Leaf(kind_of(statement.predicate_type), hashlib.sha256(envelope).digest(), salt, day)
    checkpoint = verify_proof(parsed, leaf.entry(), log_keys)
    return VerifiedStatement(
        statement=statement,
        signers=signers,
        origin=checkpoint.origin,
        index=parsed.index,
        size=checkpoint.size,
        root=checkpoint.root,
        day=date(1970, 1, 1) + timedelta(days=day),
    )


def examine(
    name: str,
    envelope: bytes,
    proof: bytes,
    *,
    log_keys: Iterable[VerifierKey],
    signer_keys: Iterable[VerifierKey],
    required_signers: int = 1,
) -> Finding:
    """`verify_logged` as a value, for a table of all statements of a release: one bad file does not hide the others."""
    try:
        verified = verify_logged(
            envelope, proof, log_keys=log_keys, signer_keys=signer_keys, required_signers=required_signers
        )
    except IntegrityError as error:
        error.facts["file"] = name
        return Finding(name, None, error)
    return Finding(name, verified, None)
