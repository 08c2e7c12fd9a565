"""The ledger from statement to offline proof: idempotence, crashes at every step, damage, forgetting, determinism."""

import itertools
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from galley.kernel.errors import IntegrityError
from galley.ledger.errors import (
    InclusionError,
    LedgerCorruptError,
    NoteUnsignedError,
    ProofError,
    SignatureError,
    StatementError,
    UnsignedError,
)
from galley.ledger.leaves import Leaf, parse_extra, render_extra
from galley.ledger.notes import SigningKey
from galley.ledger.proofs import parse_proof, render_proof
from galley.ledger.service import Ledger, Logged, open_ledger
from galley.ledger.statements import COLLECTION, RELEASE, Statement, Subject, add_signature
from galley.ledger.verify import examine, verify_logged
from galley.store.files import Disk
from galley.testing.memory import FakeClock
from galley.testing.power import PowerCut, PowerCutDisk

LOG_KEY = SigningKey.from_seed("acme.example/log", b"\x01" * 32)
SIGNER = SigningKey.from_seed("acme.example/signer", b"\x02" * 32)


def salts(start: int = 0) -> Callable[[int], bytes]:
    numbers = itertools.count(start)
    return lambda count: next(numbers).to_bytes(count, "big")


def ledger_in(folder: Path, disk: Disk | None = None, salt: int = 0) -> Ledger:
    clock = FakeClock(datetime(2026, 11, 21, 23, 59, tzinfo=UTC))
    return Ledger(folder, clock, log_key=LOG_KEY, signers=[SIGNER], entropy=salts(salt), disk=disk)


def statement(number: int, kind: str = COLLECTION) -> Statement:
    return Statement((Subject(f"galley:acme/set@{number}", {"sha256": f"{number:064x}"}),), kind, {"n": number})


def verify(ledger: Ledger, logged: Logged) -> date:
    verified = verify_logged(
        logged.envelope, ledger.proof_for(logged), log_keys=[ledger.log_key], signer_keys=ledger.signer_keys
    )
    assert verified.statement == logged.statement()
    assert (verified.index, verified.origin, verified.signers) == (logged.index, "acme.example/log", ledger.signer_keys)
    return verified.day


def test_a_statement_is_recorded_proved_and_verified_offline(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    first, second = ledger.record([statement(1), statement(2, RELEASE)])
    assert (first.index, second.index) == (0, 1)
    assert first.statement() == statement(1)
    assert (tmp_path / "envelopes" / f"{first.envelope_sha256}.dsse.json").read_bytes() == first.envelope
    for _ in range(2):
        assert verify(ledger, first) == verify(ledger, second) == date(2026, 11, 21)
        ledger.record([statement(number) for number in range(100, 400)])  # proofs move with the log, leaves do not
    assert ledger.find(first.envelope_sha256) == first
    assert ledger.find("00" * 32) is None
    assert [logged.index for logged in ledger.all()] == list(range(302))


def test_the_public_log_tells_only_kind_commitment_and_day(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    logged = ledger.record([statement(1, RELEASE)])[0]
    entry = ledger.log.entry(0)
    assert len(entry) == 41
    assert entry[0] == 7
    assert int.from_bytes(entry[33:], "big") == (date(2026, 11, 21) - date(1970, 1, 1)).days
    other = Leaf(logged.kind, bytes.fromhex(logged.envelope_sha256), b"\xff" * 32, logged.day)
    assert other.entry()[1:33] != entry[1:33]  # without the salt, knowing the envelope does not find the leaf
    for name in ("envelopes", "receipts"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700
        for path in (tmp_path / name).iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_recording_again_returns_the_first(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    first = ledger.record([statement(1)])[0]
    again = ledger_in(tmp_path, salt=500).record([statement(2), statement(1), statement(2), statement(1)])
    assert again[1] == again[3] == first
    assert again[0] == again[2]
    assert ledger.log.checkpoint().size == 2
    rotated = SigningKey.from_seed("acme.example/signer", b"\x09" * 32)
    after = Ledger(tmp_path, FakeClock(), log_key=LOG_KEY, signers=[rotated])
    assert after.record([statement(1)]) == [first]
    assert ledger.record([]) == []
    assert ledger.log.check().size == 2


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        ledger_in(tmp_path / name).record([statement(number) for number in range(3)])
    trees = [
        {
            str(path.relative_to(tmp_path / name)): path.read_bytes()
            for path in (tmp_path / name).rglob("*.*")
            if path.is_file()
        }
        | {"checkpoint": (tmp_path / name / "checkpoint").read_bytes()}
        for name in ("one", "two")
    ]
    assert trees[0] == trees[1]
    assert len(trees[0]) >= 7


def test_a_bad_statement_in_a_batch_records_nothing(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    with pytest.raises(StatementError):
        ledger.record([statement(1), Statement((), COLLECTION, {})])
    assert not (tmp_path / "envelopes").exists()
    assert ledger.record([statement(1)])[0].index == 0


@pytest.mark.parametrize("loss", [True, False])
def test_a_power_cut_at_any_step_of_recording(tmp_path: Path, loss: bool) -> None:
    base = tmp_path / "base"
    before = ledger_in(base).record([statement(0)])[0]
    batch = [statement(1), statement(0), statement(2)]
    for steps in itertools.count():
        folder = tmp_path / f"cut-{steps}"
        shutil.copytree(base, folder)
        disk = PowerCutDisk(steps, loses=lambda _: loss)
        completed = False
        try:
            ledger_in(folder, disk, salt=100).record(batch)
            completed = True
            disk.cut()
        except PowerCut:
            pass
        ledger = ledger_in(folder, salt=200)
        ledger.log.append([])  # recover
        for index in range(ledger.log.checkpoint().size):  # no leaf without its envelope
            assert index in {logged.index for logged in ledger.all()}
        interloper = ledger.record([statement(7)])[0] if steps % 2 else None  # takes an index that a receipt names
        recorded = ledger.record(batch)
        assert recorded[1] == before
        every = list(ledger.all())
        assert sorted(logged.statement().predicate["n"] for logged in every) == [0, 1, 2] + [7] * bool(interloper)
        assert ledger.log.check().size == len(every)  # nothing is doubled
        for logged in every:
            verify(ledger, logged)
        if completed:
            assert [logged.salt[-1] for logged in recorded] == [100, 0, 101]  # acknowledged means kept
            assert steps > 15
            break
        shutil.rmtree(folder)


RECORDER = """
import sys
from pathlib import Path
from galley.ledger.notes import SigningKey
from galley.ledger.service import Ledger
from galley.ledger.statements import COLLECTION, Statement, Subject
from galley.testing.memory import FakeClock
offset = int(sys.argv[2])
keys = [SigningKey.from_seed(f"acme.example/{role}", bytes([seed]) * 32) for seed, role in ((1, "log"), (2, "signer"))]
def statement(number):
    return Statement((Subject(f"galley:acme/set@{number}", {"sha256": f"{number:064x}"}),), COLLECTION, {"n": number})
for number in range(12):
    ledger = Ledger(Path(sys.argv[1]), FakeClock(), log_key=keys[0], signers=keys[1:])
    ledger.record([statement(number), statement(100 * offset + number)])
"""


def test_processes_record_the_same_and_different_statements_at_once(tmp_path: Path) -> None:
    workers = [subprocess.Popen([sys.executable, "-c", RECORDER, str(tmp_path), offset]) for offset in "12"]
    assert [worker.wait() for worker in workers] == [0, 0]
    ledger = ledger_in(tmp_path)
    every = [logged.statement().predicate["n"] for logged in ledger.all()]
    assert sorted(every) == sorted({*range(12), *range(100, 112), *range(200, 212)})
    assert ledger.log.check().size == 36
    for logged in ledger.all():
        verify_logged(
            logged.envelope, ledger.proof_for(logged), log_keys=[ledger.log_key], signer_keys=ledger.signer_keys
        )


def test_every_flipped_byte_of_envelope_or_proof_is_detected(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    logged = ledger.record([statement(number) for number in range(5)])[3]
    envelope, proof = logged.envelope, ledger.proof_for(logged)

    def check(envelope: bytes, proof: bytes) -> None:
        verify_logged(envelope, proof, log_keys=[ledger.log_key], signer_keys=ledger.signer_keys)

    check(envelope, proof)
    for flipped in every_flip(envelope):
        with pytest.raises(IntegrityError):
            check(flipped, proof)
    for flipped in every_flip(proof):
        with pytest.raises(IntegrityError):
            check(envelope, flipped)


def every_flip(whole: bytes) -> Iterator[bytes]:
    for place, bit in itertools.product(range(len(whole)), (1, 0x20, 0x80)):
        yield whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]


def test_what_failed_is_named(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    one, two = ledger.record([statement(1), statement(2)])
    proof = ledger.proof_for(one)
    stranger = SigningKey.from_seed("acme.example/log", b"\x07" * 32).verifier
    log_keys, signer_keys = [ledger.log_key], list(ledger.signer_keys)

    def outcome(envelope: bytes, proof: bytes, **changes: object) -> type[IntegrityError] | None:
        keys = {"log_keys": log_keys, "signer_keys": signer_keys, **changes}
        finding = examine("statements/1.dsse.json", envelope, proof, **keys)  # type: ignore[arg-type]
        assert (finding.verified is None) != (finding.error is None)
        if finding.error is None:
            return None
        assert finding.error.problem("zh")["facts"]["file"] == "statements/1.dsse.json"  # type: ignore[index]
        return type(finding.error)

    assert outcome(one.envelope, proof) is None
    assert outcome(two.envelope, proof) is InclusionError
    assert outcome(one.envelope, proof, log_keys=[stranger]) is NoteUnsignedError
    assert outcome(one.envelope, proof, signer_keys=[]) is UnsignedError
    assert outcome(one.envelope, proof, required_signers=2) is UnsignedError
    assert outcome(add_signature(one.envelope, LOG_KEY), proof) is InclusionError
    assert outcome(one.envelope.replace(b'"sig":"', b'"sig":"AAAA', 1), proof) is SignatureError
    parsed = parse_proof(proof)
    for extra in (None, b"", parsed.extra + b"\0" if parsed.extra else None, b"\0" * 32 + b"\xff" * 8):
        without = render_proof(type(parsed)(parsed.index, parsed.hashes, parsed.checkpoint, extra))
        assert outcome(one.envelope, without) is ProofError
    salt, day = parse_extra(parsed.extra)
    backdated = type(parsed)(parsed.index, parsed.hashes, parsed.checkpoint, render_extra(salt, day - 1))
    assert outcome(one.envelope, render_proof(backdated)) is InclusionError


def test_damage_beside_the_log_is_found(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    logged = ledger.record([statement(1)])[0]
    receipt = tmp_path / "receipts" / f"{logged.payload_sha256}.json"
    envelope = tmp_path / "envelopes" / f"{logged.envelope_sha256}.dsse.json"
    for path in (receipt, envelope):
        whole = path.read_bytes()
        for place in range(0, len(whole), 7):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(LedgerCorruptError):  # never taken for a statement that was not recorded yet
                ledger.record([statement(1)])
        path.write_bytes(whole)
    envelope.unlink()
    with pytest.raises(LedgerCorruptError, match="missing"):
        ledger.record([statement(1)])


def test_a_forgotten_statement_leaves_only_an_unlinkable_leaf(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    one, two = ledger.record([statement(1), statement(2)])
    proof = ledger.proof_for(one)
    ledger.forget(one)
    assert ledger.find(one.envelope_sha256) is None
    assert list(ledger.all()) == [two]
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for trace in (one.salt.hex().encode(), one.salt, one.envelope_sha256.encode(), one.payload_sha256.encode()):
        assert trace not in kept
    assert ledger.log.check().size == 2
    verify(ledger, two)
    # Whoever was given envelope and proof keeps them.
    verify_logged(one.envelope, proof, log_keys=[ledger.log_key], signer_keys=ledger.signer_keys)
    assert ledger.record([statement(1)])[0].index == 2


def test_a_proof_for_a_statement_that_is_not_in_this_log(tmp_path: Path) -> None:
    here, there = ledger_in(tmp_path / "here"), ledger_in(tmp_path / "there", salt=9)
    here.record([statement(1)])
    with pytest.raises(InclusionError):
        here.proof_for(there.record([statement(2)])[0])


def test_a_workspace_s_ledger_makes_its_keys_once(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    first = open_ledger(tmp_path / "log", tmp_path / "keys", FakeClock(), name="acme.example/galley")
    logged = first.record([statement(1)])[0]
    second = open_ledger(tmp_path / "log", tmp_path / "keys", FakeClock(), name="acme.example/galley")
    assert second.record([statement(1)]) == [logged]
    assert second.log_key.name == "acme.example/galley/log"
    verified = verify_logged(
        logged.envelope, second.proof_for(logged), log_keys=[first.log_key], signer_keys=first.signer_keys
    )
    assert verified.origin == "acme.example/galley/log"
