"""Checks what was said about a release: signatures, subjects, contents and log proofs of its statements."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from galley.kernel.errors import GalleyError, InputError, IntegrityError
from galley.kernel.language import Text
from galley.ledger.leaves import Leaf, kind_of, parse_extra
from galley.ledger.notes import Checkpoint, VerifierKey, open_checkpoint, parse_verifier_key
from galley.ledger.proofs import parse_proof, verify_proof
from galley.ledger.statements import CERTIFICATE, RELEASE, Statement, open_envelope
from galley.release.layout import CERTIFICATE as CERTIFICATE_FILE
from galley.release.layout import PROOFS, PROVENANCE, STATEMENTS, TRUST, json_object
from galley.release.model import ReleaseManifest, ReleaseSummary, Seal

__all__ = [
    "CHECKPOINT",
    "LOG_KEYS",
    "PROOF_SUFFIX",
    "SIGNER_KEYS",
    "STATEMENT_SUFFIX",
    "Fault",
    "Testimony",
    "hear",
    "release_predicate",
    "trust_files",
]

STATEMENT_SUFFIX: Final = ".dsse.json"
PROOF_SUFFIX: Final = ".tlog-proof"
LOG_KEYS: Final = "log.vkeys"
SIGNER_KEYS: Final = "signers.vkeys"
CHECKPOINT: Final = "checkpoint"

Fault = tuple[str, str, Text]
"""(check, file, what is wrong)."""


def release_predicate(summary: ReleaseSummary) -> dict[str, Any]:
    """The predicate of the RELEASE statement: what the publisher binds beyond the root. Checked field by field."""
    return {
        "name": summary.name,
        "version": summary.version,
        "version_root": summary.version_root,
        "record_root": summary.record_root,
        "rows": summary.rows,
        "simulated": summary.simulated,
        "manifest_sha256": summary.manifest_sha256,
        "evidence": dict(summary.evidence),
    }


def trust_files(
    log_keys: Sequence[VerifierKey], signer_keys: Sequence[VerifierKey], checkpoint: bytes
) -> dict[str, bytes]:
    """The files of trust/: the keys as C2SP vkeys, one a line, and the log's signed checkpoint."""
    return {
        LOG_KEYS: "".join(key.text() + "\n" for key in log_keys).encode(),
        SIGNER_KEYS: "".join(key.text() + "\n" for key in signer_keys).encode(),
        CHECKPOINT: checkpoint,
    }


@dataclass
class Testimony:
    """What the statements of a release amount to; `faults` are in the order of the checks."""

    faults: list[Fault] = field(default_factory=list)
    statements: dict[str, tuple[Statement, tuple[VerifierKey, ...]]] = field(default_factory=dict)
    logged: dict[str, tuple[Checkpoint, int]] = field(default_factory=dict)

    def of(self, check: str) -> list[Fault]:
        """The faults of one check."""
        return [fault for fault in self.faults if fault[0] == check]


def hear(
    folder: Path, manifest: ReleaseManifest, seal: Seal, trusted: Sequence[VerifierKey] | None, damaged: set[str]
) -> Testimony:
    """Examine every sealed statement whose bytes are intact. `trusted` pins keys; None trusts the folder's own."""
    heard = Testimony()
    keys = {name: _keys(folder, name, seal, heard) for name in (SIGNER_KEYS, LOG_KEYS)}
    if trusted is not None:
        keys = {name: [key for key in held if key in trusted] for name, held in keys.items()}
    paths = [entry.path for entry in seal.files if entry.path not in damaged]
    envelopes = {}
    for path in paths:
        if path.startswith(f"{STATEMENTS}/") and path.endswith(STATEMENT_SUFFIX):
            envelopes[path] = (folder / path).read_bytes()
            _open(path, envelopes[path], keys[SIGNER_KEYS], heard)
    subjects = _known_roots(folder, manifest, damaged)
    for path, (statement, _) in heard.statements.items():
        heard.faults += _subject_faults(path, statement, manifest, subjects)
        heard.faults += [
            ("contents", path, said) for said in _content_faults(folder, path, statement, manifest, damaged)
        ]
    releases = [path for path, (statement, _) in heard.statements.items() if statement.predicate_type == RELEASE]
    if not releases:
        none = Text("no valid release statement is among them", "其中没有有效的发布声明")
        heard.faults.append(("signatures", STATEMENTS, none))
    _check_log(folder, paths, envelopes, keys[LOG_KEYS], heard)
    return heard


def _keys(folder: Path, name: str, seal: Seal, heard: Testimony) -> list[VerifierKey]:
    path = f"{TRUST}/{name}"
    check = "signatures" if name == SIGNER_KEYS else "log"
    if not any(entry.path == path for entry in seal.files):
        heard.faults.append((check, path, Text("it is missing: no key to verify with", "缺失：没有可用于验证的密钥")))
        return []
    try:
        return [parse_verifier_key(line) for line in (folder / path).read_bytes().decode().splitlines()]
    except (InputError, UnicodeDecodeError, OSError) as problem:
        heard.faults.append((check, path, _words(problem)))
        return []


def _open(path: str, envelope: bytes, keys: Sequence[VerifierKey], heard: Testimony) -> None:
    try:
        heard.statements[path] = open_envelope(envelope, keys)
    except IntegrityError as problem:
        heard.faults.append(("signatures", path, _words(problem)))


# --- Subjects ----------------------------------------------------------------------------------------------------


def _known_roots(folder: Path, manifest: ReleaseManifest, damaged: set[str]) -> set[str]:
    """The roots a statement may be about: this release, its version, and the versions its provenance names."""
    roots = {manifest.root, manifest.version_root}
    listed = any(entry.path == PROVENANCE for entry in manifest.files)
    if listed and PROVENANCE not in damaged:
        named = json_object((folder / PROVENANCE).read_bytes()).get("roots", [])
        roots.update(root for root in (named if isinstance(named, list) else []) if isinstance(root, str))
    return roots


def _subject_faults(path: str, statement: Statement, manifest: ReleaseManifest, roots: set[str]) -> Iterator[Fault]:
    about = {subject.digest.get("sha256") for subject in statement.subjects}
    wanted = {manifest.root} if statement.predicate_type == RELEASE else roots
    if not about <= wanted:
        strange = ", ".join(sorted(str(root) for root in about - wanted))
        yield "subjects", path, Text(f"it is about another root: {strange}", f"其对象为另一根哈希：{strange}")


# --- Contents ----------------------------------------------------------------------------------------------------


def _content_faults(
    folder: Path, path: str, statement: Statement, manifest: ReleaseManifest, damaged: set[str]
) -> Iterator[Text]:
    predicate = statement.predicate
    bound = predicate.get("evidence")
    evidence: Mapping[str, Any] = bound if isinstance(bound, dict) else {}
    files = {entry.path: entry.sha256 for entry in manifest.files}
    for name, digest in sorted(evidence.items()):
        if files.get(name) != digest:
            yield Text(f"it binds another {name}", f"其绑定的 {name} 与本发布不符")
    if statement.predicate_type == RELEASE:
        yield from _release_faults(predicate, manifest, evidence)
    if statement.predicate_type == CERTIFICATE and CERTIFICATE_FILE not in evidence:
        yield from _certificate_faults(folder, predicate, files, damaged)


def _release_faults(
    predicate: Mapping[str, Any], manifest: ReleaseManifest, evidence: Mapping[str, Any]
) -> Iterator[Text]:
    for name in ("name", "version", "version_root", "record_root", "rows"):
        said, holds = predicate.get(name), getattr(manifest, name)
        if said != holds:
            yield Text(
                f"it says {name} {said!r}; the manifest says {holds!r}", f"其 {name} 为 {said!r}，清单为 {holds!r}"
            )
    unbound = [
        entry.path for entry in manifest.files if entry.path.startswith("evidence/") and entry.path not in evidence
    ]
    if unbound:
        yield Text(f"it does not bind {', '.join(unbound)}", f"未绑定 {', '.join(unbound)}")


def _certificate_faults(
    folder: Path, predicate: Mapping[str, Any], files: Mapping[str, str], damaged: set[str]
) -> Iterator[Text]:
    if CERTIFICATE_FILE not in files:
        yield Text("it certifies, but the release holds no certificate", "声明了证书，但发布中没有证书")
    elif CERTIFICATE_FILE not in damaged:
        held = json_object((folder / CERTIFICATE_FILE).read_bytes())
        if held not in (dict(predicate), predicate.get("certificate")):
            yield Text("its certificate is not the released one", "其证书与发布中的证书不符")


# --- The log -----------------------------------------------------------------------------------------------------


def _check_log(
    folder: Path, paths: Sequence[str], envelopes: Mapping[str, bytes], keys: Sequence[VerifierKey], heard: Testimony
) -> None:
    pinned = _pinned_checkpoint(folder, paths, keys, heard)
    proofs = {path for path in paths if path.startswith(f"{PROOFS}/")}
    for path in envelopes:
        stem = path.removeprefix(f"{STATEMENTS}/").removesuffix(STATEMENT_SUFFIX)
        proof = f"{PROOFS}/{stem}{PROOF_SUFFIX}"
        if proof not in proofs:
            heard.faults.append(("log", proof, Text("it is missing or damaged", "缺失或已损坏")))
            continue
        proofs.discard(proof)
        if path in heard.statements:
            try:
                heard.logged[path] = _check_proof(folder / proof, heard.statements[path][0], envelopes[path], keys)
            except IntegrityError as problem:
                heard.faults.append(("log", proof, _words(problem)))
                continue
            if _forked(pinned, heard.logged[path][0]):
                forked = Text("the log showed two different trees of one size", "日志对同一规模给出了两棵不同的树")
                heard.faults.append(("log", proof, forked))
    for proof in sorted(proofs):
        heard.faults.append(("log", proof, Text("it proves no statement of this release", "不对应本发布的任何声明")))


def _pinned_checkpoint(
    folder: Path, paths: Sequence[str], keys: Sequence[VerifierKey], heard: Testimony
) -> Checkpoint | None:
    path = f"{TRUST}/{CHECKPOINT}"
    if path not in paths:
        heard.faults.append(("log", path, Text("it is missing or damaged", "缺失或已损坏")))
        return None
    try:
        return open_checkpoint((folder / path).read_bytes(), keys)
    except IntegrityError as problem:
        heard.faults.append(("log", path, _words(problem)))
        return None


def _check_proof(
    place: Path, statement: Statement, envelope: bytes, keys: Sequence[VerifierKey]
) -> tuple[Checkpoint, int]:
    proof = parse_proof(place.read_bytes())
    salt, day = parse_extra(proof.extra)
    leaf = Leaf(kind_of(statement.predicate_type), hashlib.sha256(envelope).digest(), salt, day)
    return verify_proof(proof, leaf.entry(), keys), proof.index


def _forked(pinned: Checkpoint | None, other: Checkpoint) -> bool:
    """Whether two signed checkpoints of one log contradict each other."""
    if pinned is None or (pinned.origin, pinned.size) != (other.origin, other.size):
        return False
    return pinned.root != other.root


def _words(problem: Exception) -> Text:
    if isinstance(problem, GalleyError):
        return Text(problem.message("en"), problem.message("zh"))
    return Text(f"it cannot be read: {problem}", f"无法读取：{problem}")
