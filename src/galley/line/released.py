"""A release as people and scripts look at it: its statements, its certificate with every number, and its proofs."""

import base64
import hashlib
from typing import Any, Final

import msgspec

from galley.assess.certificate import Certificate, commitment_digest
from galley.kernel.canonical import sha256_hex
from galley.kernel.errors import GalleyError
from galley.ledger.leaves import Leaf, kind_of, parse_extra
from galley.ledger.proofs import parse_proof
from galley.ledger.statements import parse_envelope, parse_statement
from galley.release.attest import CHECKPOINT, LOG_KEYS, PROOF_SUFFIX, SIGNER_KEYS, STATEMENT_SUFFIX
from galley.release.layout import CERTIFICATE, MANIFEST, PROOFS, SEAL, STATEMENTS, TRUST
from galley.release.opened import OpenedRelease

__all__ = [
    "AuditRound",
    "BoundFacts",
    "CertificateFacts",
    "LogEvidence",
    "ReleaseProofs",
    "StatementFacts",
    "certificate_facts",
    "proofs_of",
    "statements_of",
]

_INLINE: Final = 1024 * 1024


class LogEvidence(msgspec.Struct, kw_only=True):
    """Where the log holds a statement, and what proves it (C2SP tlog-proof)."""

    path: str
    proof: str  # base64 of the file
    index: int
    entry: str  # base64 of the log's entry; its leaf is SHA-256(0x00 ‖ entry)
    leaf: str  # hex
    hashes: list[str]  # base64, from the leaf upwards
    checkpoint: str  # signed note


class StatementFacts(msgspec.Struct, kw_only=True):
    """One signed statement of a release. Nothing here was verified: that is for whoever asks to do."""

    name: str
    path: str
    sha256: str  # of the envelope
    envelope: str  # base64 of the DSSE envelope
    payload_type: str
    predicate_type: str
    subjects: list[dict[str, Any]]
    predicate: dict[str, Any]
    keyids: list[str]
    log: LogEvidence | None  # None: it has no proof, or one that cannot be read


class ReleaseProofs(msgspec.Struct, kw_only=True):
    """All that a script needs to check a release by itself, its files apart."""

    root: str
    record_root: str
    manifest: str | None  # base64; None above a megabyte: read it as a file
    manifest_sha256: str
    seal: str | None  # base64; None: not sealed, or above a megabyte
    seal_root: str | None
    statements: list[StatementFacts]
    log_keys: list[str]  # C2SP vkeys that the folder brings along
    signer_keys: list[str]
    checkpoint: str


class BoundFacts(msgspec.Struct, kw_only=True):
    """One part of the bound: how many of its labels were audited, how many were wrong, what that proves."""

    part: str  # machine | human | undecided
    items: int
    audited: int
    wrong: int
    bound: int | None  # errors proved not to be exceeded


class AuditRound(msgspec.Struct, kw_only=True):
    """One audit: what was committed before its first label."""

    part: str
    round: int
    alpha: str  # risk spent, an exact fraction
    audit_size: int
    seed: str  # SHA-256 of the commitment, hex: it decides the sample
    labels_root: str
    items_root: str
    logged: LogEvidence | None  # of the commitment, whose place in the log shows that it came first


class CertificateFacts(msgspec.Struct, kw_only=True):
    """The certificate with all numbers that explain its bound."""

    issued: bool
    statement_en: str
    statement_zh: str
    reason: dict[str, Any] | None  # why it was refused
    target: float  # accuracy promised
    confidence: float
    certified: float | None  # accuracy proved
    items: int
    budget: int  # errors the promise allows
    bound: int | None  # errors proved not to be exceeded
    gold: dict[str, Any]
    tolerance: float
    parts: list[BoundFacts]
    climb: list[tuple[int, int, int, bool]]  # (size, wrong, allowed, passed): the plot of the machine's part
    rounds: list[AuditRound]
    audits: int
    audits_root: str
    simulated: bool
    logged: LogEvidence | None  # of the certificate's statement


def statements_of(release: OpenedRelease) -> list[StatementFacts]:
    """Every sealed statement that can be read, by name."""
    sealed = release.seal.files if release.seal else ()
    found = [entry.path for entry in sealed if entry.path.startswith(f"{STATEMENTS}/")]
    told = (_statement(release, path) for path in found if path.endswith(STATEMENT_SUFFIX))
    return [one for one in told if one is not None]


def _statement(release: OpenedRelease, path: str) -> StatementFacts | None:
    name = path.removeprefix(f"{STATEMENTS}/").removesuffix(STATEMENT_SUFFIX)
    try:
        data = release.read(path)
        envelope = parse_envelope(data)
        statement = parse_statement(envelope.payload)
    except GalleyError:
        return None  # `galley verify` says what is wrong with it
    return StatementFacts(
        name=name,
        path=path,
        sha256=sha256_hex(data),
        envelope=_base64(data),
        payload_type=envelope.payload_type,
        predicate_type=statement.predicate_type,
        subjects=[{"name": one.name, "digest": dict(one.digest)} for one in statement.subjects],
        predicate=dict(statement.predicate),
        keyids=[line.keyid for line in envelope.signatures],
        log=_logged(release, f"{PROOFS}/{name}{PROOF_SUFFIX}", data, statement.predicate_type),
    )


def _logged(release: OpenedRelease, path: str, envelope: bytes, predicate_type: str) -> LogEvidence | None:
    try:
        data = release.read(path)
        proof = parse_proof(data)
        salt, day = parse_extra(proof.extra)
        entry = Leaf(kind_of(predicate_type), hashlib.sha256(envelope).digest(), salt, day).entry()
    except GalleyError:
        return None
    return LogEvidence(
        path=path,
        proof=_base64(data),
        index=proof.index,
        entry=_base64(entry),
        leaf=hashlib.sha256(b"\0" + entry).hexdigest(),
        hashes=[_base64(node) for node in proof.hashes],
        checkpoint=proof.checkpoint.decode("utf-8", "replace"),
    )


def proofs_of(release: OpenedRelease) -> ReleaseProofs:
    """What a script checks a release with."""
    manifest = release.read(MANIFEST, 1 << 30)
    seal = None if release.seal is None else release.read(SEAL, 1 << 30)
    return ReleaseProofs(
        root=release.manifest.root,
        record_root=release.manifest.record_root,
        manifest=_base64(manifest) if len(manifest) <= _INLINE else None,
        manifest_sha256=sha256_hex(manifest),
        seal=None if seal is None or len(seal) > _INLINE else _base64(seal),
        seal_root=None if release.seal is None else release.seal.root,
        statements=statements_of(release),
        log_keys=_trusted(release, LOG_KEYS).splitlines(),
        signer_keys=_trusted(release, SIGNER_KEYS).splitlines(),
        checkpoint=_trusted(release, CHECKPOINT),
    )


def _trusted(release: OpenedRelease, name: str) -> str:
    path = f"{TRUST}/{name}"
    return release.read(path).decode("utf-8", "replace") if path in release.entries else ""


def certificate_facts(release: OpenedRelease) -> CertificateFacts | None:
    """The certificate of a release, or None when it has none that can be read."""
    held = release.json(CERTIFICATE)
    if not held:
        return None
    try:
        found = msgspec.convert(held.get("certificate"), Certificate)
    except msgspec.ValidationError:
        return None
    logged = {one.name: one.log for one in statements_of(release)}
    return CertificateFacts(
        issued=found.issued,
        statement_en=str(held.get("statement_en", "")),
        statement_zh=str(held.get("statement_zh", "")),
        reason=None if found.refusal is None else msgspec.to_builtins(found.refusal),
        target=found.terms.accuracy,
        confidence=found.terms.confidence,
        certified=found.certified_accuracy,
        items=found.items,
        budget=found.budget,
        bound=found.bound,
        gold={**msgspec.to_builtins(found.gold), "process": found.terms.gold},
        tolerance=found.terms.tolerance,
        parts=_parts(found),
        climb=list(found.machine.steps),
        rounds=_rounds(found, logged),
        audits=found.audits,
        audits_root=found.audits_root,
        simulated=held.get("labeler_kind") == "simulated",
        logged=logged.get("certificate"),
    )


def _parts(found: Certificate) -> list[BoundFacts]:
    machine = found.machine
    return [
        BoundFacts(
            part="machine",
            items=machine.accepted,
            audited=machine.audited,
            wrong=machine.wrong,
            bound=machine.budget if machine.accepted else 0,
        ),
        BoundFacts(
            part="human",
            items=found.human_items,
            audited=found.human_audited,
            wrong=found.human_wrong,
            bound=found.human_bound,
        ),
        BoundFacts(part="undecided", items=found.undecided, audited=0, wrong=0, bound=found.undecided),
    ]


def _rounds(found: Certificate, logged: dict[str, LogEvidence | None]) -> list[AuditRound]:
    """The commitments in the order they were logged in."""
    told: list[AuditRound] = []
    several = (*found.commitments, *((found.human_commitment,) if found.human_commitment else ()))
    for number, one in enumerate(several, start=1):
        told.append(
            AuditRound(
                part=one.kind,
                round=getattr(one, "round", 0),
                alpha=one.alpha,
                audit_size=one.audit_size,
                seed=commitment_digest(one),
                labels_root=one.labels_root,
                items_root=one.items_root,
                logged=logged.get(f"audit-commitment-{number}"),
            )
        )
    return told


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
