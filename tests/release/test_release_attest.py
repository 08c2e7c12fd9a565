"""Checking what was said about a release: who signed, about what, and whether the log has it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from galley.catalog.reader import VersionReader
from galley.kernel.canonical import canonical_json
from galley.kernel.language import Text
from galley.ledger.leaves import Leaf, kind_of, render_extra
from galley.ledger.log import Log
from galley.ledger.notes import SigningKey
from galley.ledger.proofs import render_proof
from galley.ledger.statements import RELEASE, Statement, Subject, seal
from galley.release.attest import release_predicate, trust_files
from galley.release.errors import SealError
from galley.release.model import Check, ReleaseSummary
from galley.release.seal import seal_release
from galley.release.verify import verify

Release = Any
PUBLISHER = SigningKey.from_seed("acme.example/publisher", b"p" * 32)
FORGER = SigningKey.from_seed("acme.example/publisher", b"f" * 32)
LOG_KEY = SigningKey.from_seed("log.example/2026", b"l" * 32)
SALT = b"s" * 32


class Bench:
    """A release and the means to seal it well or badly."""

    def __init__(self, out: Path, summary: ReleaseSummary, log_folder: Path) -> None:
        self.out = out
        self.summary = summary
        self.log = Log(log_folder, LOG_KEY)
        self.subject = Subject("release", {"sha256": summary.root})
        self.trust = {"log": [LOG_KEY.verifier], "signers": [PUBLISHER.verifier]}

    def release_statement(self, **changes: Any) -> Statement:
        """The publisher's statement, changed."""
        return Statement((self.subject,), RELEASE, {**release_predicate(self.summary), **changes})

    def seal(self, statements: dict[str, Statement], signer: SigningKey = PUBLISHER, **sealed: Any) -> None:
        """Sign, log and seal."""
        envelopes = {name: seal(statement, [signer]) for name, statement in statements.items()}
        proofs = {}
        for name, envelope in envelopes.items():
            leaf = Leaf(kind_of(statements[name].predicate_type), _sha256(envelope), SALT, 20454)
            (place,) = self.log.append([leaf.entry()])
            proofs[f"{name}.tlog-proof"] = render_proof(self.log.proof(place, render_extra(SALT, 20454)))
        seal_release(
            self.out,
            {f"{name}.dsse.json": envelope for name, envelope in envelopes.items()},
            {**proofs, **sealed.get("proofs", {})},
            sealed.get("trust") or trust_files(self.trust["log"], self.trust["signers"], self.log.checkpoint_bytes()),
        )

    def failed(self, **options: Any) -> list[Check]:
        """The checks that fail."""
        return [check for check in verify(self.out, **options) if not check.ok]

    def faults(self, **options: Any) -> set[tuple[str, str | None]]:
        """(check, file) of what fails."""
        return {(check.name, check.file) for check in self.failed(**options)}


def _sha256(data: bytes) -> bytes:
    import hashlib

    return hashlib.sha256(data).digest()


@pytest.fixture
def bench(text_version: VersionReader, release: Release, tmp_path: Path) -> Bench:
    out, summary = release(text_version)
    return Bench(out, summary, tmp_path / "log")


def test_a_good_seal_passes(bench: Bench) -> None:
    bench.seal({"release": bench.release_statement()})
    assert bench.failed() == []
    assert bench.failed(trusted=[PUBLISHER.verifier, LOG_KEY.verifier]) == []


def test_a_seal_without_statements_is_refused(bench: Bench) -> None:
    with pytest.raises(SealError):
        seal_release(bench.out, {}, {}, {})


def test_a_forger_with_his_own_key_fails(bench: Bench) -> None:
    bench.seal({"release": bench.release_statement()}, FORGER)
    assert ("signatures", "statements/release.dsse.json") in bench.faults()


def test_a_forger_who_brings_his_own_trust_fails_against_pinned_keys(bench: Bench) -> None:
    bench.trust["signers"] = [FORGER.verifier]
    bench.seal({"release": bench.release_statement()}, FORGER)
    assert bench.failed() == []
    assert ("signatures", "statements/release.dsse.json") in bench.faults(
        trusted=[PUBLISHER.verifier, LOG_KEY.verifier]
    )


def test_a_log_that_is_not_pinned_fails(bench: Bench) -> None:
    bench.seal({"release": bench.release_statement()})
    assert {name for name, _ in bench.faults(trusted=[PUBLISHER.verifier])} == {"log"}


def test_a_statement_about_another_root_fails(bench: Bench) -> None:
    other = Statement((Subject("x", {"sha256": "ab" * 32}),), "https://example.org/v1", {})
    bench.seal({"release": bench.release_statement(), "other": other})
    assert bench.faults() == {("subjects", "statements/other.dsse.json")}


def test_a_release_statement_about_the_version_is_not_enough(bench: Bench) -> None:
    bench.subject = Subject("version", {"sha256": bench.summary.version_root})
    bench.seal({"release": bench.release_statement()})
    assert ("subjects", "statements/release.dsse.json") in bench.faults()


def test_other_statements_may_be_about_the_version(bench: Bench) -> None:
    about = Subject("version", {"sha256": bench.summary.version_root})
    bench.seal({"release": bench.release_statement(), "x": Statement((about,), "https://example.org/v1", {})})
    assert bench.failed() == []


def test_without_a_release_statement_it_fails(bench: Bench) -> None:
    bench.seal({"x": Statement((bench.subject,), "https://example.org/v1", {})})
    assert bench.faults() == {("signatures", "statements")}


@pytest.mark.parametrize("change", [{"rows": 11}, {"name": "acme/other"}, {"record_root": "00" * 32}, {"evidence": {}}])
def test_a_release_statement_that_says_something_else_fails(bench: Bench, change: dict[str, Any]) -> None:
    bench.seal({"release": bench.release_statement(**change)})
    assert bench.faults() == {("contents", "statements/release.dsse.json")}


def test_evidence_digests_of_any_statement_are_checked(bench: Bench) -> None:
    wrong = Statement((bench.subject,), "https://example.org/v1", {"evidence": {"evidence/counts.json": "00" * 32}})
    right = Statement((bench.subject,), "https://example.org/v1", {"evidence": dict(bench.summary.evidence)})
    bench.seal({"release": bench.release_statement(), "wrong": wrong, "right": right})
    assert bench.faults() == {("contents", "statements/wrong.dsse.json")}


def test_a_certificate_statement_must_carry_the_released_certificate(bench: Bench) -> None:
    from galley.ledger.statements import CERTIFICATE

    held = msgspec.json.decode((bench.out / "evidence/certificate.json").read_bytes())
    good = Statement((bench.subject,), CERTIFICATE, {"certificate": held})
    bad = Statement((bench.subject,), CERTIFICATE, {"certificate": {**held, "low": 0.99}})
    bench.seal({"release": bench.release_statement(), "good": good, "bad": bad})
    assert bench.faults() == {("contents", "statements/bad.dsse.json")}


def test_a_missing_proof_fails(bench: Bench) -> None:
    envelope = seal(bench.release_statement(), [PUBLISHER])
    bench.log.append([b"x"])
    trust = trust_files([LOG_KEY.verifier], [PUBLISHER.verifier], bench.log.checkpoint_bytes())
    seal_release(bench.out, {"release.dsse.json": envelope}, {}, trust)
    assert bench.faults() == {("log", "proofs/release.tlog-proof")}


def test_a_proof_of_nothing_fails(bench: Bench) -> None:
    bench.seal({"release": bench.release_statement()}, proofs={"other.tlog-proof": b"x"})
    assert bench.faults() == {("log", "proofs/other.tlog-proof")}


def test_a_proof_of_another_statement_fails(bench: Bench) -> None:
    bench.seal({"release": bench.release_statement()})
    stolen = (bench.out / "proofs/release.tlog-proof").read_bytes()
    bench.seal({"release": bench.release_statement(note="second")}, proofs={"release.tlog-proof": stolen})
    assert bench.faults() == {("log", "proofs/release.tlog-proof")}


def test_two_trees_of_one_size_are_found(bench: Bench, tmp_path: Path) -> None:
    bench.seal({"release": bench.release_statement()})
    fork = Log(tmp_path / "fork", LOG_KEY)
    fork.append([b"another history"])
    trust = trust_files([LOG_KEY.verifier], [PUBLISHER.verifier], fork.checkpoint_bytes())
    files = {
        kind: {place.name: place.read_bytes() for place in (bench.out / kind).iterdir()}
        for kind in ("statements", "proofs")
    }
    seal_release(bench.out, files["statements"], files["proofs"], trust)
    assert bench.faults() == {("log", "proofs/release.tlog-proof")}


@pytest.mark.parametrize("name", ["log.vkeys", "signers.vkeys", "checkpoint"])
def test_missing_or_broken_trust_fails(bench: Bench, name: str) -> None:
    for content in (None, b"nonsense\n", b"\xff"):
        bench.log.append([b"x"])
        trust = trust_files([LOG_KEY.verifier], [PUBLISHER.verifier], bench.log.checkpoint_bytes())
        if content is None:
            del trust[name]
        else:
            trust[name] = content
        bench.seal({"release": bench.release_statement()}, trust=trust)
        assert f"trust/{name}" in {file for _, file in bench.faults()}


def test_the_certificate_is_recomputed(bench: Bench) -> None:
    bench.seal({"release": bench.release_statement()})
    seen: list[Any] = []

    def agrees(certificate: Any, folder: Path) -> list[Text]:
        seen.append((canonical_json(certificate) + b"\n", folder))
        return []

    assert bench.failed(recompute=agrees) == []
    assert seen == [((bench.out / "evidence/certificate.json").read_bytes(), bench.out)]

    def stumbles(certificate: Any, folder: Path) -> list[Text]:
        raise KeyError("frame")

    assert bench.faults(recompute=stumbles) == {("certificate", "evidence/certificate.json")}
    wrong = [Text("low is 0.94, not 0.951", "下限应为 0.94")]
    assert bench.faults(recompute=lambda *_: wrong) == {("certificate", "evidence/certificate.json")}
