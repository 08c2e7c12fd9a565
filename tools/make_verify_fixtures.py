"""Write what the browser's verifier is tested with: a small real release, and numbers that Python computed.

    python tools/make_verify_fixtures.py

writes web/tests/verify/release.json ({path: base64}: run by a real line, with new keys each time) and vectors.json.
"""

import base64
import hashlib
import json
import random
import tempfile
import uuid
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from galley.access.sealing import AUDIT_SEAL, Line, Seal, entry_of, predicate_of, subject_of
from galley.assess.bounds import acceptance_number, error_budget, upper_errors
from galley.assess.certificate import (
    AuditRecord,
    Commitment,
    Frame,
    Gold,
    HumanCommitment,
    RoundOrder,
    Terms,
    climb,
    commitment_digest,
    draw_of,
    human_alpha,
    human_budget,
    ids_root,
    issue,
    labels_root,
    round_alpha,
)
from galley.kernel.canonical import canonical_json
from galley.kernel.merkle import inclusion_proof, leaf_hash, root_of_hashes
from galley.ledger.leaves import Leaf, render_extra
from galley.ledger.log import Log
from galley.ledger.notes import SigningKey
from galley.ledger.proofs import render_proof
from galley.ledger.statements import Statement, Subject, seal
from galley.line.evidence import certificate_evidence
from galley.line.kitchen import RunOptions
from galley.line.run import run_line

OUT = Path(__file__).resolve().parent.parent / "web" / "tests" / "verify"
ITEMS = 60
RECIPE = """
line: colours
collect:
  - {from: jsonl, path: items.jsonl, text_field: text, id_field: id, license: CC0-1.0, basis: owned}
annotate:
  schema: labels.yaml
  mode: human
  target: {accuracy: 0.85, confidence: 0.9}
  overlap: 2
  people: [{labeler: simulated, truth: meta.colour, error_rate: 0.01}]
release: {name: test/colours, version: 1.0.0, to: release}
"""
SCHEMA = "name: colours\ncontrols:\n  - {name: colour, type: classify, field: text, choices: [red, green]}\n"


def release() -> dict[str, str]:
    """A certified release of a few texts, labelled by simulated people."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [{"id": str(n), "text": f"item {n}", "colour": "red" if n % 3 else "green"} for n in range(ITEMS)]
        (folder / "items.jsonl").write_bytes(b"\n".join(msgspec.json.encode(row) for row in rows))
        (folder / "labels.yaml").write_text(SCHEMA)
        (folder / "line.yaml").write_text(RECIPE)
        result = run_line(folder / "line.yaml", folder / "workspace", RunOptions(workers=1))
        if result.certificate is None or not result.certificate["issued"]:
            raise SystemExit("the release is to hold a certificate")
        out = folder / "release"
        files = sorted(path for path in out.rglob("*") if path.is_file())
        return {str(path.relative_to(out)): base64.b64encode(path.read_bytes()).decode() for path in files}


def bounds(chance: random.Random) -> list[dict[str, Any]]:
    """Acceptance numbers, upper bounds and budgets of drawn populations."""
    told = []
    for _ in range(60):
        population = chance.choice([1, 2, 7, 50, 300, 2000])
        sample = chance.randint(0, population)
        wrong = chance.randint(0, min(sample, 12))
        budget = chance.randint(-1, population)
        alpha = chance.choice([Fraction(1, 20), Fraction(9, 250), Fraction(1, 1000), Fraction(1, 3)])
        accuracy = chance.choice([0.95, 0.9, 0.999, 0.5, 0.07, 1e-05])
        told.append(
            {
                **{"population": population, "sample": sample, "wrong": wrong, "budget": budget},
                **{"alpha": str(alpha), "accuracy": accuracy},
                "acceptance": acceptance_number(population, budget, sample, alpha),
                "upper": upper_errors(population, sample, wrong, alpha),
                "errors": error_budget(population, accuracy),
            }
        )
    return told


def certificate(seed: int, *, items: int, wrong: float, gold: str = "measured") -> dict[str, Any]:
    """A certificate of people and machine over made-up labels, with all that is needed to compute it again."""
    chance = random.Random(seed)  # noqa: S311 - made-up labels
    terms = Terms(accuracy=0.9, confidence=0.9, gold=gold)  # type: ignore[arg-type]
    ids = sorted(f"r-{n:04d}-数-\U0001f35c" if n % 5 else f"r-{n:04d}-\uff5e" for n in range(items))
    people, machine = ids[: items // 3], ids[items // 3 :]
    truth = {item: {"shape": chance.choice(["圆", "line"]), "size": chance.choice([0.1, 2.0, 1e-7])} for item in ids}
    bad = {"shape": "other"}
    says = {item: bad if chance.random() < wrong else truth[item] for item in ids}
    chance.shuffle(machine)
    labels = tuple(says[item] for item in machine)
    first = Commitment(
        round=0,
        terms=terms,
        items=items,
        items_root=ids_root(ids),
        order_root=ids_root(machine),
        labels_root=labels_root(labels),
        start=len(machine) // 4,
        human_error=0.02,
        undecided=0,
        alpha=str(round_alpha(terms, 0)),
        audit_size=min(len(machine), 80),
        model="sha256:0",
    )
    audits = [_audit("machine", item, says, truth) for item in draw_of(first, machine)]
    climbed = climb(first, machine, {audit.item: audit.wrong for audit in audits})
    decided = {*machine[: climbed.accepted], *(audit.item for audit in audits)}
    human = tuple((item, says[item]) for item in sorted({*people, *(set(ids) - decided)}))
    commitments: list[Any] = [first]
    if gold == "measured":
        second = HumanCommitment(
            machine=commitment_digest(first),
            terms=terms,
            items_root=ids_root(ids),
            population=len(human),
            labels_root=labels_root([list(one) for one in human]),
            budget=human_budget(terms, climbed, items=items),
            undecided=0,
            alpha=str(human_alpha(terms)),
            audit_size=min(len(human), 60),
        )
        commitments.append(second)
        audits += [_audit("human", item, says, truth) for item in draw_of(second, [item for item, _ in human])]
    frame = Frame(items=tuple(ids), orders=(RoundOrder(round=0, ids=tuple(machine), labels=labels),), human=human)
    made = issue(
        terms=terms,
        gold=Gold(description="three people", agreement=0.99, pairs=100),
        frame=frame,
        commitments=commitments,
        audits=audits,
    )
    evidence = json.loads(canonical_json(certificate_evidence(made, frame, simulated=True)))
    return {"evidence": evidence, "audits": json.loads(canonical_json(audits))}


def _audit(part: Any, item: str, says: dict[str, Any], truth: dict[str, Any]) -> AuditRecord:
    apart = float(says[item] != truth[item])
    return AuditRecord(
        part=part, round=0, item=item, label=says[item], gold=truth[item], distance=apart, wrong=apart > 0
    )


def audit() -> dict[str, Any]:
    """The proof of one line of an audit of seven, and the keys it is checked with."""
    lines = [
        Line(
            id=10 + number,
            organisation=3,
            at=datetime(2026, 5, 4, 3, 2, number, 250 * number, tzinfo=UTC),
            kind="roles_changed",
            person=number,
            token=None,
            address="127.0.0.1",
            project=None,
            subject=f"person/{number}",
            facts={"roles": ["manager"], "name": "梅"},
            salt=uuid.UUID(int=number),
            seal=1,
        )
        for number in range(7)
    ]
    hashes = [leaf_hash(entry_of(line)) for line in lines]
    facts = Seal(
        number=1,
        first_row=10,
        last_row=16,
        row_count=7,
        root=root_of_hashes(hashes).hex(),
        previous="",
        sealed_at=lines[-1].at,
    )
    signer = SigningKey.from_seed("galley.test/signer", b"s" * 32)
    keeper = SigningKey.from_seed("galley.test/log", b"l" * 32)
    subject = Subject(subject_of(3, 1), {"sha256": facts.root})
    envelope = seal(Statement((subject,), AUDIT_SEAL, predicate_of(3, facts)), [signer])
    salt, day = b"x" * 32, 20577
    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder), keeper)
        log.append([b"another"])
        (place,) = log.append([Leaf(0, hashlib.sha256(envelope).digest(), salt, day).entry()])
        proof = render_proof(log.proof(place, render_extra(salt, day)))
    return {
        "shown": {**msgspec.to_builtins(lines[4]), "salt": None},
        "keys": [signer.verifier.text(), keeper.verifier.text()],
        "proof": {
            "entry": entry_of(lines[4]).decode(),
            "index": 4,
            "rows": 7,
            "hashes": [node.hex() for node in inclusion_proof(hashes, 4)],
            "root": facts.root,
            "seal": 1,
            "statement": envelope.decode(),
            "log_index": place,
            "proof": proof.decode(),
        },
    }


def main() -> None:
    """Write both files."""
    OUT.mkdir(parents=True, exist_ok=True)
    vectors = {
        "bounds": bounds(random.Random(7)),  # noqa: S311 - made-up populations
        "audit": audit(),
        "certificates": [
            certificate(1, items=240, wrong=0.01),
            certificate(2, items=200, wrong=0.2),
            certificate(3, items=150, wrong=0.02, gold="human"),
        ],
    }
    (OUT / "vectors.json").write_bytes(canonical_json(vectors) + b"\n")
    (OUT / "release.json").write_bytes(canonical_json(release()) + b"\n")


if __name__ == "__main__":
    main()
